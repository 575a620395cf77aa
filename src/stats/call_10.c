/* Section 10, Pairwise judging and rankings: reads inputs, calls the function, writes its
 * fields. */
#include "stats/input.h"
#include "stats/output.h"
#include "stats/ranking.h"
#include "stats/registry.h"
#include "text/json.h"

static bool read_wins(yyjson_val *in, struct arena *a, struct num_table *t, struct err *e)
{
    if (!in_table(in, "wins", a, t, e))
        return false;
    if (t->rows != t->cols)
        return in_err(e, "\"wins\": found %zu rows of %zu, expected a square table", t->rows,
                      t->cols);
    for (size_t i = 0; i < t->rows * t->cols; i++)
        if (t->v[i] < 0)
            return in_err(e, "\"wins\"[%zu][%zu]: found %g, expected 0 or more", i / t->cols,
                          i % t->cols, t->v[i]);
    return true;
}

static bool call_bradley_terry(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table t;
    double prior;
    bool finite;
    if (!read_wins(in, a, &t, e) || !in_range_or(in, "prior", 0, 1e9, 0, &prior, e))
        return false;
    size_t n = t.rows;
    double *strength = ARENA_ARRAY(a, n, double), *se = ARENA_ARRAY(a, n, double);
    if (!bradley_terry(t.v, n, prior, strength, se, &finite, e))
        return false;
    if (!finite) {
        jw_key(out, "log_strength");
        jw_null(out);
        jw_key(out, "se");
        jw_null(out);
        jw_key(out, "prob");
        jw_null(out);
        return true;
    }
    double *prob = ARENA_ARRAY(a, n * n, double);
    for (size_t i = 0; i < n * n; i++)
        prob[i] = bradley_terry_prob(strength[i / n], strength[i % n]);
    out_nums(out, "log_strength", strength, n);
    out_nums(out, "se", se, n);
    out_table(out, "prob", prob, n, n);
    return true;
}

/* One [a, b, outcome]; plays it on `ratings`. */
static bool play(yyjson_val *match, size_t i, size_t n_players, double k, double scale,
                 double *ratings, struct err *e)
{
    double v[3];
    size_t at, n;
    yyjson_val *x;
    if (!yyjson_is_arr(match) || yyjson_arr_size(match) != 3)
        return in_err(e, "\"matches\"[%zu]: found %s, expected [player, player, outcome]", i,
                      json_type_name(match));
    yyjson_arr_foreach(match, at, n, x) {
        v[at] = yyjson_is_num(x) ? yyjson_get_num(x) : -1;
        double limit = at < 2 ? (double)n_players - 1 : 1;
        bool whole = v[at] >= 0 && v[at] <= limit && (at == 2 || v[at] <= (double)(size_t)v[at]);
        if (!whole)
            return in_err(e, "\"matches\"[%zu][%zu]: expected %s from 0 to %g", i, at,
                          at < 2 ? "a player" : "an outcome", limit);
    }
    if ((size_t)v[0] == (size_t)v[1])
        return in_err(e, "\"matches\"[%zu]: player %zu against itself", i, (size_t)v[0]);
    elo(&ratings[(size_t)v[0]], &ratings[(size_t)v[1]], v[2], k, scale);
    return true;
}

static bool call_elo(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    size_t n_players, i, n;
    double k, init, scale;
    yyjson_val *matches = json_get(in, "matches"), *match;
    if (!in_count_between(in, "n_players", 1, 1000000, &n_players, e) ||
        !in_positive_or(in, "k", 4, &k, e) || !in_num_or(in, "init", 1000, &init, e) ||
        !in_positive_or(in, "scale", 400, &scale, e))
        return false;
    if (!yyjson_is_arr(matches))
        return in_err(e, "\"matches\": found %s, expected a list", json_type_name(matches));
    double *ratings = ARENA_ARRAY(a, n_players, double);
    for (size_t p = 0; p < n_players; p++)
        ratings[p] = init;
    yyjson_arr_foreach(matches, i, n, match) {
        if (!play(match, i, n_players, k, scale, ratings, e))
            return false;
    }
    out_nums(out, "ratings", ratings, n_players);
    return true;
}

static bool call_position_bias(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums ab, ba;
    double conf;
    if (!in_nums_range(in, "ab", 1, 0, 1, a, &ab, e) ||
        !in_nums_range(in, "ba", 1, 0, 1, a, &ba, e) ||
        !in_same_length("ab", ab.n, "ba", ba.n, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct position_bias r = position_bias(ab.v, ba.v, ab.n, conf);
    out_count(out, "n", r.n);
    jw_knum(out, "win_rate_a", r.win_rate_a);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "consistency", r.consistency);
    jw_knum(out, "position_effect", r.position_effect);
    out_count(out, "n_first", r.n_first);
    out_count(out, "n_second", r.n_second);
    jw_knum(out, "p_position", r.p_position);
    out_count(out, "n_consistent_a", r.n_consistent_a);
    out_count(out, "n_consistent_b", r.n_consistent_b);
    jw_knum(out, "p_consistent_sign", r.p_consistent_sign);
    return true;
}

const struct stat_row stats_10[] = {
    {"bradley_terry", 10, "wins [prior]", "strengths from pairwise wins", call_bradley_terry},
    {"elo", 10, "n_players matches [k] [init] [scale]", "ratings updated match by match", call_elo},
    {"position_bias", 10, "ab ba [conf]", "win rate and bias of a judge asked in both orders",
     call_position_bias},
    {NULL, 10, NULL, NULL, NULL},
};
