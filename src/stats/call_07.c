/* Section 07, Association and weight fitting: reads inputs, calls the function, writes its
 * fields. */
#include "stats/association.h"
#include "stats/input.h"
#include "stats/output.h"
#include "stats/registry.h"
#include "stats/regression.h"

/* Two equally long lists and "conf". */
static bool read_pairs(yyjson_val *in, struct arena *a, struct nums *x, struct nums *y,
                       double *conf, struct err *e)
{
    return in_nums(in, "x", 1, a, x, e) && in_nums(in, "y", 1, a, y, e) &&
           in_same_length("x", x->n, "y", y->n, e) && in_prob_or(in, "conf", 0.95, conf, e);
}

static bool call_spearman(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y;
    double conf;
    if (!read_pairs(in, a, &x, &y, &conf, e))
        return false;
    struct correlation c = spearman(x.v, y.v, x.n, conf);
    out_count(out, "n", c.n);
    jw_knum(out, "rho", c.r);
    jw_knum(out, "lo", c.low);
    jw_knum(out, "hi", c.high);
    return true;
}

static bool call_kendall_tau_b(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y;
    double conf;
    if (!read_pairs(in, a, &x, &y, &conf, e))
        return false;
    struct kendall k = kendall_tau_b(x.v, y.v, x.n, conf);
    out_count(out, "n", k.n);
    jw_knum(out, "tau_b", k.tau_b);
    jw_knum(out, "z", k.z);
    jw_knum(out, "p_value", k.p_value);
    jw_knum(out, "lo", k.low);
    jw_knum(out, "hi", k.high);
    return true;
}

static bool call_pearson(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y;
    double conf;
    if (!read_pairs(in, a, &x, &y, &conf, e))
        return false;
    struct correlation c = pearson(x.v, y.v, x.n, conf);
    out_count(out, "n", c.n);
    jw_knum(out, "r", c.r);
    jw_knum(out, "lo", c.low);
    jw_knum(out, "hi", c.high);
    jw_knum(out, "p_value", c.p_value);
    return true;
}

static bool call_williams_test(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    size_t n;
    double xy, zy, xz;
    (void)a;
    if (!in_count_between(in, "n", 4, IN_MAX_LIST, &n, e) || !in_range(in, "r_xy", -1, 1, &xy, e) ||
        !in_range(in, "r_zy", -1, 1, &zy, e) || !in_range(in, "r_xz", -1, 1, &xz, e))
        return false;
    if (1 - xy * xy - zy * zy - xz * xz + 2 * xy * zy * xz < -1e-9)
        return in_err(e, "no data has the correlations %g, %g and %g at once", xy, zy, xz);
    struct williams w = williams_test(n, xy, zy, xz);
    jw_knum(out, "t", w.t);
    jw_knum(out, "df", w.df);
    jw_knum(out, "p_value", w.p_value);
    return true;
}

static bool call_auc_delong(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums score, y;
    double conf;
    if (!in_nums(in, "score", 1, a, &score, e) || !in_bits(in, "y", 1, a, &y, e) ||
        !in_same_length("score", score.n, "y", y.n, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct auc r = auc_delong(score.v, y.v, score.n, conf);
    jw_knum(out, "auc", r.auc);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

/* "X" and "y" (0 and 1 only when `bits`), and "lambda" when it is wanted. */
static bool read_design(yyjson_val *in, struct arena *a, bool bits, struct num_table *x,
                        struct nums *y, double *lambda, struct err *e)
{
    if (!in_table(in, "X", a, x, e) ||
        !(bits ? in_bits(in, "y", 1, a, y, e) : in_nums(in, "y", 1, a, y, e)) ||
        !in_same_length("X", x->rows, "y", y->n, e))
        return false;
    return !lambda || in_range(in, "lambda", 0, 1e300, lambda, e);
}

static bool call_ridge_fit(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table x;
    struct nums y;
    double lambda, intercept;
    if (!read_design(in, a, false, &x, &y, &lambda, e))
        return false;
    double *coef = ARENA_ARRAY(a, x.cols, double);
    if (!ridge_fit(x.v, y.v, x.rows, x.cols, lambda, &intercept, coef, e))
        return false;
    jw_knum(out, "intercept", intercept);
    out_nums(out, "coef", coef, x.cols);
    return true;
}

static bool call_logistic_ridge_fit(yyjson_val *in, struct jw *out, struct arena *a,
                                    struct err *e)
{
    struct num_table x;
    struct nums y;
    double lambda, intercept, nll;
    if (!read_design(in, a, true, &x, &y, &lambda, e))
        return false;
    double *coef = ARENA_ARRAY(a, x.cols, double);
    if (!logistic_ridge_fit(x.v, y.v, x.rows, x.cols, lambda, &intercept, coef, &nll, e))
        return false;
    jw_knum(out, "intercept", intercept);
    out_nums(out, "coef", coef, x.cols);
    jw_knum(out, "penalised_nll", nll);
    return true;
}

static bool call_nnls_fit(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table x;
    struct nums y;
    double residual_ss;
    if (!read_design(in, a, false, &x, &y, NULL, e))
        return false;
    double *coef = ARENA_ARRAY(a, x.cols, double);
    if (!nnls_fit(x.v, y.v, x.rows, x.cols, coef, &residual_ss, e))
        return false;
    out_nums(out, "coef", coef, x.cols);
    jw_knum(out, "residual_ss", residual_ss);
    return true;
}

static bool call_cv_ridge_correlation(yyjson_val *in, struct jw *out, struct arena *a,
                                      struct err *e)
{
    struct num_table x;
    struct nums y;
    struct groups fold;
    struct cv_correlation r;
    double lambda;
    if (!read_design(in, a, false, &x, &y, &lambda, e) || !in_groups(in, "fold", a, &fold, e) ||
        !in_same_length("X", x.rows, "fold", fold.n, e))
        return false;
    if (fold.n_groups < 2)
        return in_err(e, "\"fold\": found one fold, expected at least two");
    double *oof = ARENA_ARRAY(a, x.rows, double);
    if (!cv_ridge_correlation(x.v, y.v, fold.id, x.rows, x.cols, lambda, oof, &r, e))
        return false;
    out_nums(out, "oof_pred", oof, x.rows);
    jw_knum(out, "pearson", r.pearson);
    jw_knum(out, "spearman", r.spearman);
    jw_knum(out, "in_sample_pearson", r.in_sample_pearson);
    return true;
}

const struct stat_row stats_07[] = {
    {"spearman", 7, "x y [conf]", "rank correlation with its interval", call_spearman},
    {"kendall_tau_b", 7, "x y [conf]", "rank correlation for many ties", call_kendall_tau_b},
    {"pearson", 7, "x y [conf]", "linear correlation; point-biserial for 0/1", call_pearson},
    {"williams_test", 7, "n r_xy r_zy r_xz", "does score x track y better than score z",
     call_williams_test},
    {"auc_delong", 7, "score y [conf]", "area under the ROC curve with its interval",
     call_auc_delong},
    {"ridge_fit", 7, "X y lambda", "linear weights, shrunk", call_ridge_fit},
    {"logistic_ridge_fit", 7, "X y lambda", "weights for a yes/no target, shrunk",
     call_logistic_ridge_fit},
    {"nnls_fit", 7, "X y", "linear weights that are never negative", call_nnls_fit},
    {"cv_ridge_correlation", 7, "X y fold lambda", "out-of-fold correlation of fitted weights",
     call_cv_ridge_correlation},
    {NULL, 7, NULL, NULL, NULL},
};
