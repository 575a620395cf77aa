/* Section 06, Confidence thresholds and calibration: reads inputs, calls the function, writes its
 * fields. */
#include <math.h>

#include "stats/calibration.h"
#include "stats/input.h"
#include "stats/output.h"
#include "stats/registry.h"
#include "stats/selective.h"

/* "conf" and "correct", equally long. */
static bool read_scored(yyjson_val *in, struct arena *a, struct nums *conf, struct nums *correct,
                        struct err *e)
{
    return in_nums(in, "conf", 1, a, conf, e) && in_bits(in, "correct", 1, a, correct, e) &&
           in_same_length("conf", conf->n, "correct", correct->n, e);
}

static bool read_grid(yyjson_val *in, struct arena *a, struct nums *grid, struct err *e)
{
    if (!in_nums(in, "grid", 1, a, grid, e))
        return false;
    for (size_t i = 1; i < grid->n; i++)
        if (!(grid->v[i] < grid->v[i - 1]))
            return in_err(e, "\"grid\"[%zu]: found %g behind %g, expected a falling grid", i,
                          grid->v[i], grid->v[i - 1]);
    return true;
}

static bool call_cp_ucb(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    size_t k, n;
    double delta;
    (void)a;
    if (!in_k_of_n(in, "k", "n", &k, &n, e) || !in_prob_or(in, "delta", 0.05, &delta, e))
        return false;
    jw_knum(out, "ucb", cp_ucb(k, n, delta));
    return true;
}

static bool read_loss(yyjson_val *in, double *sum, size_t *n, struct err *e)
{
    if (!in_count(in, "n", n, e))
        return false;
    return in_range(in, "loss_sum", 0, (double)*n, sum, e);
}

static bool call_hb_pvalue(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double sum, alpha;
    size_t n;
    (void)a;
    if (!read_loss(in, &sum, &n, e) || !in_prob(in, "alpha", &alpha, e))
        return false;
    struct hb_pvalue r = hb_pvalue(sum, n, alpha);
    jw_knum(out, "p_hoeffding", r.p_hoeffding);
    jw_knum(out, "p_bentkus", r.p_bentkus);
    jw_knum(out, "p_value", r.p_value);
    return true;
}

static bool call_hb_ucb(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double sum, delta;
    size_t n;
    (void)a;
    if (!read_loss(in, &sum, &n, e) || !in_prob_or(in, "delta", 0.05, &delta, e))
        return false;
    jw_knum(out, "ucb", hb_ucb(sum, n, delta));
    return true;
}

static bool call_select_threshold(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    static const char *const methods[] = {"fixed_sequence", "bonferroni", NULL};
    struct nums conf, correct, grid;
    double alpha, delta;
    size_t method = 0, min_accept;
    yyjson_val *m = yyjson_obj_get(in, "method");
    if (!read_scored(in, a, &conf, &correct, e) || !read_grid(in, a, &grid, e) ||
        !in_prob(in, "alpha", &alpha, e) || !in_prob_or(in, "delta", 0.05, &delta, e) ||
        (m && !yyjson_is_null(m) && !in_choice(in, "method", methods, &method, e)) ||
        !in_count_or(in, "min_accept", 1, IN_MAX_LIST, 0, &min_accept, e))
        return false;
    double *p = ARENA_ARRAY(a, grid.n, double);
    struct selected_threshold r =
        select_threshold(conf.v, correct.v, conf.n, grid.v, grid.n, alpha, delta,
                         method ? SELECT_BONFERRONI : SELECT_FIXED_SEQUENCE, min_accept, p);
    out_count(out, "min_accept", r.min_accept);
    jw_knum(out, "threshold", r.threshold);
    out_count(out, "n_accept", r.n_accept);
    out_count(out, "errors", r.errors);
    jw_knum(out, "coverage", r.coverage);
    jw_knum(out, "risk_hat", r.risk_hat);
    jw_knum(out, "ucb", r.ucb);
    out_nums(out, "p_values", p, grid.n);
    return true;
}

static bool call_crc_threshold(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums conf, correct, grid;
    double alpha;
    if (!read_scored(in, a, &conf, &correct, e) || !read_grid(in, a, &grid, e) ||
        !in_prob(in, "alpha", &alpha, e))
        return false;
    double *adjusted = ARENA_ARRAY(a, grid.n, double);
    jw_knum(out, "threshold",
            crc_threshold(conf.v, correct.v, conf.n, grid.v, grid.n, alpha, adjusted));
    out_nums(out, "adjusted_risk", adjusted, grid.n);
    return true;
}

static bool call_min_accept_power(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double alpha, delta, risk_alt, power;
    (void)a;
    if (!in_prob(in, "alpha", &alpha, e) || !in_prob_or(in, "delta", 0.05, &delta, e) ||
        !in_range_or(in, "risk_alt", 0, 1, alpha / 2, &risk_alt, e) ||
        !in_prob_or(in, "power", 0.9, &power, e))
        return false;
    struct min_accept_power r = min_accept_power(alpha, delta, risk_alt, power);
    out_count(out, "n_zero", r.n_zero);
    jw_knum(out, "n_power", r.n_power ? (double)r.n_power : (double)NAN);
    jw_knum(out, "max_errors", r.n_power ? (double)r.max_errors : (double)NAN);
    return true;
}

static bool call_calibration_metrics(yyjson_val *in, struct jw *out, struct arena *a,
                                     struct err *e)
{
    struct nums p, y;
    size_t n_bins;
    if (!in_nums_range(in, "p", 1, 0, 1, a, &p, e) || !in_bits(in, "y", 1, a, &y, e) ||
        !in_same_length("p", p.n, "y", y.n, e) ||
        !in_count_or(in, "n_bins", 1, 10000, 10, &n_bins, e))
        return false;
    struct calibration_metrics m = calibration_metrics(p.v, y.v, p.n, n_bins, a);
    jw_knum(out, "brier", m.brier);
    jw_knum(out, "log_loss", m.log_loss);
    jw_knum(out, "ece_equal_width", m.ece_equal_width);
    jw_knum(out, "mce", m.mce);
    jw_knum(out, "ece_equal_mass", m.ece_equal_mass);
    jw_knum(out, "reliability", m.reliability);
    jw_knum(out, "resolution", m.resolution);
    jw_knum(out, "uncertainty", m.uncertainty);
    jw_knum(out, "spiegelhalter_z", m.spiegelhalter_z);
    jw_knum(out, "spiegelhalter_p", m.spiegelhalter_p);
    jw_key(out, "bins");
    jw_arr(out);
    for (size_t i = 0; i < m.n_bins; i++) {
        jw_arr(out);
        jw_int(out, (int64_t)m.bins[i].index);
        jw_int(out, (int64_t)m.bins[i].n);
        jw_num(out, m.bins[i].mean_p);
        jw_num(out, m.bins[i].mean_y);
        jw_end(out);
    }
    jw_end(out);
    return true;
}

static bool call_isotonic_pava(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y, w;
    yyjson_val *given = yyjson_obj_get(in, "w");
    if (!in_nums(in, "x", 1, a, &x, e) || !in_nums(in, "y", 1, a, &y, e) ||
        !in_same_length("x", x.n, "y", y.n, e))
        return false;
    if (given && !yyjson_is_null(given)) {
        if (!in_nums_range(in, "w", 1, 0, INFINITY, a, &w, e) ||
            !in_same_length("x", x.n, "w", w.n, e))
            return false;
    } else {
        w = (struct nums){ARENA_ARRAY(a, x.n, double), x.n};
        for (size_t i = 0; i < x.n; i++)
            w.v[i] = 1;
    }
    for (size_t i = 0; i < w.n; i++)
        if (!(w.v[i] > 0))
            return in_err(e, "\"w\"[%zu]: found %g, expected a weight over 0", i, w.v[i]);
    struct isotonic m = isotonic_pava(x.v, y.v, w.v, x.n, a);
    out_nums(out, "x_unique", m.x, m.n);
    out_nums(out, "fitted", m.fitted, m.n);
    return true;
}

static bool call_platt_fit(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums score, y;
    struct platt m;
    if (!in_nums(in, "score", 1, a, &score, e) || !in_bits(in, "y", 1, a, &y, e) ||
        !in_same_length("score", score.n, "y", y.n, e) ||
        !platt_fit(score.v, y.v, score.n, &m, e))
        return false;
    double *p = ARENA_ARRAY(a, score.n, double);
    for (size_t i = 0; i < score.n; i++)
        p[i] = platt_predict(&m, score.v[i]);
    jw_knum(out, "A", m.A);
    jw_knum(out, "B", m.B);
    out_nums(out, "p", p, score.n);
    jw_knum(out, "nll", m.nll);
    return true;
}

static bool call_temperature_fit(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table z;
    size_t *label, n;
    struct temperature t;
    if (!in_table(in, "logits", a, &z, e) ||
        !in_counts(in, "label", 1, z.cols - 1, a, &label, &n, e) ||
        !in_same_length("logits", z.rows, "label", n, e) ||
        !temperature_fit(z.v, label, n, z.cols, &t, e))
        return false;
    jw_knum(out, "temperature", t.temperature);
    jw_knum(out, "nll_before", t.nll_before);
    jw_knum(out, "nll_after", t.nll_after);
    return true;
}

static bool call_aurc(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums conf, correct;
    if (!read_scored(in, a, &conf, &correct, e))
        return false;
    double *risk = ARENA_ARRAY(a, conf.n, double);
    struct aurc r = aurc(conf.v, correct.v, conf.n, risk);
    jw_knum(out, "aurc", r.aurc);
    jw_knum(out, "e_aurc", r.e_aurc);
    jw_knum(out, "augrc", r.augrc);
    out_nums(out, "risk_at_coverage", risk, conf.n);
    return true;
}

const struct stat_row stats_06[] = {
    {"cp_ucb", 6, "k n [delta]", "upper bound of an error rate (Clopper-Pearson)", call_cp_ucb},
    {"hb_pvalue", 6, "loss_sum n alpha", "is a mean loss in [0,1] below alpha (Hoeffding-Bentkus)",
     call_hb_pvalue},
    {"hb_ucb", 6, "loss_sum n [delta]", "upper bound of a mean loss in [0,1]", call_hb_ucb},
    {"select_threshold", 6, "conf correct grid alpha [delta] [method] [min_accept]",
     "confidence from which outputs skip review, with the error among them guaranteed",
     call_select_threshold},
    {"crc_threshold", 6, "conf correct grid alpha",
     "threshold that bounds the expected share of accepted and wrong", call_crc_threshold},
    {"min_accept_power", 6, "alpha [delta] [risk_alt] [power]",
     "labels needed above a threshold for it to pass", call_min_accept_power},
    {"calibration_metrics", 6, "p y [n_bins]", "Brier score, log loss, ECE, reliability diagram",
     call_calibration_metrics},
    {"isotonic_pava", 6, "x y [w]", "monotone calibration map", call_isotonic_pava},
    {"platt_fit", 6, "score y", "logistic calibration map", call_platt_fit},
    {"temperature_fit", 6, "logits label", "temperature that calibrates softmax logits",
     call_temperature_fit},
    {"aurc", 6, "conf correct", "area under the risk-coverage curve", call_aurc},
    {NULL, 6, NULL, NULL, NULL},
};
