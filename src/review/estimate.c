/* Rates, agreement, reviewers and failure codes from verdicts; see estimate.h. */
#include "review/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/proportion.h"
#include "text/json.h"

/* ---- rates ---- */

static struct estimate unknown(size_t n, const char *why)
{
    return (struct estimate){
        .value = (double)NAN, .low = (double)NAN, .high = (double)NAN, .n = n, .method = why};
}

static struct estimate rate(int64_t k, int64_t n)
{
    struct interval i = ci_clopper_pearson((size_t)k, (size_t)n, 0.95);
    if (!n)
        return unknown(0, "no verdicts");
    return (struct estimate){.value = (double)k / (double)n,
                             .low = i.low,
                             .high = i.high,
                             .n = (size_t)n,
                             .method = "clopper_pearson"};
}

struct estimate review_overall(const struct review_stratum *v, size_t n, double conf)
{
    struct estimate r = {.method = "inverse_probability_strata"};
    size_t total = 0, sampled = 0;
    for (size_t i = 0; i < n; i++) {
        total += v[i].population;
        sampled += v[i].population > v[i].seen;
        r.n += v[i].seen;
    }
    for (size_t i = 0; i < n; i++) {
        double share = (double)v[i].population / (double)total;
        if (!v[i].population)
            continue;
        if (!v[i].seen)
            return unknown(r.n, "no verdicts in a part of the outputs");
        double p = (double)v[i].wrong / (double)v[i].seen;
        struct interval ci = {p, p, p};
        if (v[i].population > v[i].seen)
            ci = ci_clopper_pearson(v[i].wrong, v[i].seen, 1 - (1 - conf) / (double)sampled);
        r.value += share * p;
        r.low += share * ci.low;
        r.high += share * ci.high;
    }
    return total ? r : unknown(0, "no outputs");
}

bool review_rates_of(struct store *s, const struct routing_batch *b, struct review_rates *ret,
                     struct err *e)
{
    static const char sql[] =
        "SELECT stream, inclusion >= 1 OR stream = 1, count(*), count(final_pass), "
        "count(*) FILTER (WHERE final_pass = 0) FROM review_item WHERE batch = $1 AND stream IN "
        "(0, 1) "
        "GROUP BY 1, 2";
    struct review_stratum strata[3] = {{0}}; /* routed for certain, drawn from the routed, audit */
    struct db_stmt *st;
    bool row, ok;
    int64_t wrong = 0, certain = 0;
    *ret = (struct review_rates){0};
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, b->id);
    while ((ok = db_step(st, &row, e)) && row) {
        bool audit = db_int(st, 0) == REVIEW_AUDIT;
        struct review_stratum *h = &strata[audit ? 2 : db_int(st, 1) ? 0 : 1];
        h->seen = (size_t)db_int(st, 3);
        h->wrong = (size_t)db_num(st, 4);
        *(audit ? &ret->audit_items : &ret->routed_items) += db_int(st, 2);
        *(audit ? &ret->audit_done : &ret->routed_done) += db_int(st, 3);
        wrong += audit ? 0 : (int64_t)h->wrong;
        certain += h == &strata[0] ? db_int(st, 2) : 0;
    }
    strata[0].population = (size_t)certain;
    strata[1].population = (size_t)(b->n_routed > certain ? b->n_routed - certain : 0);
    strata[2].population = (size_t)b->n_rest;
    bool complete = ret->routed_done == ret->routed_items;
    bool whole = ret->routed_items == b->n_routed;
    ret->audit = rate((int64_t)strata[2].wrong, ret->audit_done);
    ret->routed = whole      ? rate(wrong, ret->routed_done)
                  : complete ? review_overall(strata, 2, 0.95)
                             : unknown((size_t)ret->routed_done, "routed items are still open");
    if (whole && !complete && ret->routed_done)
        ret->routed.method = "reviewed_so_far"; /* the least certain first: not a sample */
    ret->overall = complete ? review_overall(strata, 3, 0.95)
                            : unknown((size_t)(ret->routed_done + ret->audit_done),
                                      "routed items are still open");
    ret->unseen = rate(b->n_rest, b->n);
    return ok;
}

/* ---- standing labels ---- */

struct standing {
    int64_t item;
    struct str reviewer, criteria;
    int pass;
    double score, seconds;
    int known_pass;
};

typedef VEC(struct standing) standing_vec;

static bool read_standing(struct store *s, struct arena *a, const char *feature, standing_vec *v,
                          struct err *e)
{
    static const char sql[] =
        "SELECT v.item, v.reviewer, v.criteria, v.pass, v.score, v.seconds, i.known_pass "
        "FROM review_standing w JOIN review_verdict v ON v.id = w.verdict JOIN review_item i ON "
        "i.id = v.item WHERE v.kind = 0 AND v.adjudicates = 0 AND ($1 IS NULL OR i.feature = $1) "
        "ORDER BY v.item, v.reviewer";
    struct db_stmt *st;
    bool row, ok;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_c(st, 1, feature);
    while ((ok = db_step(st, &row, e)) && row) {
        vec_push(v, (struct standing){
                        .item = db_int(st, 0),
                        .reviewer = db_text_copy(st, 1, a),
                        .criteria = db_text_copy(st, 2, a),
                        .pass = (int)db_int(st, 3),
                        .score = db_num(st, 4),
                        .seconds = db_num(st, 5),
                        .known_pass = (int)db_count(st, 6),
                    });
    }
    return ok;
}

/* ---- reviewers ---- */

static int by_number(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static double median(double *v, size_t n)
{
    if (!n)
        return (double)NAN;
    qsort(v, n, sizeof *v, by_number);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void count_pairs(const standing_vec *v, size_t i, struct review_reviewer *r)
{
    size_t from = i, to = i + 1;
    while (from > 0 && v->v[from - 1].item == v->v[i].item)
        from--;
    while (to < v->n && v->v[to].item == v->v[i].item)
        to++;
    for (size_t j = from; j < to; j++) {
        if (j == i || v->v[i].known_pass >= 0)
            continue;
        r->pairs++;
        r->same += v->v[i].pass == v->v[j].pass;
    }
}

bool review_reviewers(struct store *s, struct arena *a, const char *feature,
                      struct review_reviewer **ret, size_t *ret_n, struct err *e)
{
    standing_vec v = {0};
    struct map who = {0};
    if (!read_standing(s, a, feature, &v, e)) {
        vec_free(&v);
        return false;
    }
    *ret = ARENA_ARRAY(a, v.n, struct review_reviewer);
    double *seconds = ARENA_ARRAY(a, v.n, double);
    for (size_t i = 0; i < v.n; i++)
        map_entry(&who, v.v[i].reviewer, NULL);
    for (size_t k = 0; k < who.n; k++) {
        struct review_reviewer *r = &(*ret)[k];
        size_t n = 0;
        r->name = who.entries[k].key;
        for (size_t i = 0; i < v.n; i++) {
            const struct standing *x = &v.v[i];
            if (!str_eq(x->reviewer, r->name))
                continue;
            r->verdicts++;
            r->pass += x->pass == 1;
            r->known += x->known_pass >= 0;
            r->known_right += x->known_pass >= 0 && x->known_pass == x->pass;
            if (!isnan(x->seconds))
                seconds[n++] = x->seconds;
            count_pairs(&v, i, r);
        }
        r->seconds = median(seconds, n);
    }
    *ret_n = who.n;
    map_release(&who);
    vec_free(&v);
    return true;
}

/* ---- agreement ---- */

struct criteria {
    struct arena *a;
    struct map by_name; /* -> struct rating_set */
};

static void rate_unit(struct criteria *c, struct str criterion, const struct standing *x,
                      double value)
{
    bool is_new;
    struct map_entry *at = map_entry(&c->by_name, criterion, &is_new);
    if (is_new) {
        struct rating_set *set = ARENA_NEW(c->a, struct rating_set);
        set->criterion = arena_strndup(c->a, criterion.p, criterion.n);
        set->numeric = true;
        at->value = set;
    }
    struct rating_set *set = at->value;
    struct str unit = arena_strf(c->a, "%lld", (long long)x->item);
    map_entry(&set->units, unit, NULL);
    map_entry(&set->raters, x->reviewer, NULL);
    vec_push(&set->v, (double)map_index(&set->units, unit));
    vec_push(&set->v, (double)map_index(&set->raters, x->reviewer));
    vec_push(&set->v, value);
}

static bool rate_one(struct criteria *c, const struct standing *x, struct err *e)
{
    yyjson_val *v, *key, *value;
    size_t i, max;
    rate_unit(c, STR("verdict"), x, x->pass);
    if (!isnan(x->score))
        rate_unit(c, STR("score"), x, x->score);
    if (str_null(x->criteria))
        return true;
    if (!json_parse_lax(c->a, x->criteria, "criteria", 1, &v, e))
        return false;
    yyjson_obj_foreach(v, i, max, key, value)
    {
        rate_unit(c, json_str(key), x, yyjson_get_num(value));
    }
    return true;
}

bool review_agreements(struct store *s, struct arena *a, const char *feature, uint64_t seed,
                       struct review_agreement **ret, size_t *ret_n, struct err *e)
{
    standing_vec v = {0};
    struct criteria c = {.a = a};
    bool ok = read_standing(s, a, feature, &v, e);
    for (size_t i = 0; ok && i < v.n; i++) {
        bool alone = (i == 0 || v.v[i - 1].item != v.v[i].item) &&
                     (i + 1 == v.n || v.v[i + 1].item != v.v[i].item);
        if (!alone && v.v[i].known_pass < 0)
            ok = rate_one(&c, &v.v[i], e);
    }
    *ret = ARENA_ARRAY(a, c.by_name.n, struct review_agreement);
    *ret_n = c.by_name.n;
    for (size_t i = 0; i < c.by_name.n; i++) {
        struct rating_set *set = c.by_name.entries[i].value;
        (*ret)[i].criterion = set->criterion;
        if (ok)
            agreement_of(a, set, 0.95, 1000, seed, &(*ret)[i].of);
        map_release(&set->units);
        map_release(&set->raters);
        vec_free(&set->v);
    }
    map_release(&c.by_name);
    vec_free(&v);
    return ok;
}

/* ---- codes ---- */

/* The code that `name` counts as, and its title. A circle cannot be written (review_code_put). */
static bool resolve(struct store *s, struct arena *a, struct str name, struct str *ret,
                    struct str *ret_title, struct err *e)
{
    static const char sql[] =
        "SELECT title, into_ FROM review_code WHERE name = $1 ORDER BY id DESC LIMIT 1";
    struct db_stmt *st;
    bool row;
    *ret = name;
    for (;;) {
        if (!store_sql(s, sql, &st, e))
            return false;
        db_bind_text(st, 1, *ret);
        *ret_title = (struct str){0};
        if (!db_step(st, &row, e))
            return false;
        if (!row)
            return true;
        *ret_title = db_text_copy(st, 0, a);
        struct str into = db_text_copy(st, 1, a);
        db_reset(st);
        if (str_null(into))
            return true;
        *ret = into;
    }
}

bool review_code_put(struct store *s, const char *name, const char *title, const char *into,
                     const char *who, struct err *e)
{
    static const char sql[] = "INSERT INTO review_code (name, title, into_, who, at) VALUES ($1, "
                              "$2, $3, $4, $5)";
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str end, ignored;
    struct db_stmt *st;
    if (into) {
        if (!resolve(s, a, str_c(into), &end, &ignored, e))
            return false;
        if (str_eq_c(end, name))
            return err_set(e, ERR_CONFLICT, "%s counts as %s already: it cannot go into it", into,
                           name);
    }
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_c(st, 1, name);
    db_bind_c(st, 2, title);
    db_bind_c(st, 3, into);
    db_bind_c(st, 4, who);
    db_bind_num(st, 5, env_now(store_env(s)));
    return db_run(st, e);
}

static int by_count(const void *pa, const void *pb)
{
    const struct review_code_count *a = pa, *b = pb;
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    return str_cmp(a->code, b->code);
}

/* The code lists of standing verdicts. */
static bool read_lists(struct store *s, struct arena *a, const char *feature, const char *variant,
                       double since, struct map *counts, struct err *e)
{
    static const char sql[] =
        "SELECT v.codes FROM review_standing w JOIN review_verdict v ON v.id = w.verdict JOIN "
        "review_item i ON i.id = v.item WHERE v.codes IS NOT NULL AND v.at >= $1 AND ($2 IS NULL "
        "OR i.feature = $2) AND ($3 IS NULL OR i.variant = $3) AND i.stream <> 4 ORDER BY v.id";
    struct db_stmt *st;
    bool row, ok;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_num(st, 1, isnan(since) ? 0 : since);
    db_bind_c(st, 2, feature);
    db_bind_c(st, 3, variant);
    while ((ok = db_step(st, &row, e)) && row) {
        yyjson_val *v, *x;
        size_t i, max;
        if (!json_parse_lax(a, db_text_copy(st, 0, a), "codes", 1, &v, e))
            return false;
        yyjson_arr_foreach(v, i, max, x)
        {
            struct map_entry *at = map_entry(counts, json_str(x), NULL);
            at->value = (void *)((intptr_t)at->value + 1);
        }
    }
    return ok;
}

bool review_codes(struct store *s, struct arena *a, const char *feature, const char *variant,
                  double since, struct review_code_count **ret, size_t *ret_n, struct err *e)
{
    struct map raw = {0}, merged = {0};
    bool ok = read_lists(s, a, feature, variant, since, &raw, e);
    *ret = ARENA_ARRAY(a, raw.n, struct review_code_count);
    *ret_n = 0;
    for (size_t i = 0; ok && i < raw.n; i++) {
        struct str code, title;
        bool is_new;
        ok = resolve(s, a, raw.entries[i].key, &code, &title, e);
        struct map_entry *at = ok ? map_entry(&merged, code, &is_new) : NULL;
        if (!at)
            break;
        if (is_new) {
            at->value = &(*ret)[(*ret_n)++];
            *(struct review_code_count *)at->value =
                (struct review_code_count){.code = code, .title = title};
        }
        ((struct review_code_count *)at->value)->n += (intptr_t)raw.entries[i].value;
    }
    if (*ret_n)
        qsort(*ret, *ret_n, sizeof **ret, by_count);
    map_release(&raw);
    map_release(&merged);
    return ok;
}
