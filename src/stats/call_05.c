/* Section 05, Agreement between raters: reads inputs, calls the function, writes its fields. */
#include "stats/agreement.h"
#include "stats/input.h"
#include "stats/output.h"
#include "stats/registry.h"

/* Limits that keep a call to seconds. */
enum {
    MAX_CATEGORIES = 1000,        /* of a square table */
    MAX_RATIO = 3000,             /* ratings for the ratio level, which compares all pairs */
    MAX_RATERS = 1000,
};
static const double max_resampled = 1e8; /* ratings looked at over all resamples */

/* A square table of counts. */
static bool in_square(yyjson_val *in, struct arena *a, struct num_table *ret, struct err *e)
{
    if (!in_table(in, "table", a, ret, e))
        return false;
    if (ret->rows != ret->cols)
        return in_err(e, "\"table\": found %zu rows and %zu columns, expected a square", ret->rows,
                      ret->cols);
    if (ret->rows > MAX_CATEGORIES)
        return in_err(e, "\"table\": found %zu categories, the limit is %d", ret->rows,
                      MAX_CATEGORIES);
    for (size_t i = 0; i < ret->rows * ret->cols; i++)
        if (ret->v[i] < 0 || ret->v[i] > (double)IN_MAX_COUNT || ret->v[i] > floor(ret->v[i]))
            return in_err(e, "\"table\"[%zu][%zu]: found %g, expected a count", i / ret->cols,
                          i % ret->cols, ret->v[i]);
    return true;
}

static void write_kappa(struct jw *out, struct kappa r)
{
    jw_kint(out, "n", (int64_t)r.n);
    jw_knum(out, "po", r.po);
    jw_knum(out, "pe", r.pe);
    jw_knum(out, "kappa", r.kappa);
    jw_knum(out, "se0", r.se0);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
}

static bool call_cohen(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table t;
    double conf;
    if (!in_square(in, a, &t, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    write_kappa(out, cohen_kappa(t.v, t.rows, conf));
    return true;
}

static bool call_weighted(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    static const char *const names[] = {"linear", "quadratic", NULL};
    static const enum kappa_weights weights[] = {KAPPA_LINEAR, KAPPA_QUADRATIC};
    struct num_table t;
    size_t kind;
    double conf;
    if (!in_square(in, a, &t, e) || !in_choice(in, "weights", names, &kind, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    write_kappa(out, weighted_kappa(t.v, t.rows, weights[kind], conf));
    return true;
}

static bool call_fleiss(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table t;
    double first = 0;
    if (!in_table(in, "counts", a, &t, e))
        return false;
    for (size_t u = 0; u < t.rows; u++) {
        double raters = 0;
        for (size_t c = 0; c < t.cols; c++) {
            double x = t.v[u * t.cols + c];
            if (x < 0 || x > 1e6 || x > floor(x))
                return in_err(e, "\"counts\"[%zu][%zu]: found %g, expected a count", u, c, x);
            raters += x;
        }
        first = u == 0 ? raters : first;
        if (raters < 2 || raters < first || raters > first)
            return in_err(e, "\"counts\"[%zu]: found %g raters, expected %g as for every unit, at "
                             "least 2", u, raters, first);
    }
    struct fleiss_kappa r = fleiss_kappa(t.v, t.rows, t.cols);
    jw_knum(out, "p_bar", r.p_bar);
    jw_knum(out, "pe", r.pe);
    jw_knum(out, "kappa", r.kappa);
    jw_knum(out, "se0", r.se0);
    jw_knum(out, "z", r.z);
    return true;
}

static bool in_ratings(yyjson_val *in, struct arena *a, struct ratings *ret, struct err *e)
{
    struct num_table t;
    if (!in_table_null(in, "ratings", a, &t, e))
        return false;
    if (t.rows > MAX_RATERS)
        return in_err(e, "\"ratings\": found %zu raters, the limit is %d; the outer list is by "
                         "rater, the inner by unit", t.rows, MAX_RATERS);
    *ret = (struct ratings){t.v, t.rows, t.cols};
    return true;
}

static bool in_level(yyjson_val *in, struct ratings r, enum alpha_level *ret, struct err *e)
{
    static const char *const names[] = {"nominal", "ordinal", "interval", "ratio", NULL};
    static const enum alpha_level levels[] = {ALPHA_NOMINAL, ALPHA_ORDINAL, ALPHA_INTERVAL,
                                              ALPHA_RATIO};
    size_t i;
    if (!in_choice(in, "level", names, &i, e))
        return false;
    if (levels[i] == ALPHA_RATIO && r.raters * r.units > MAX_RATIO)
        return in_err(e, "\"ratings\": found %zu ratings, the limit for ratio is %d",
                      r.raters * r.units, MAX_RATIO);
    *ret = levels[i];
    return true;
}

static bool call_alpha(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct ratings ratings;
    enum alpha_level level;
    if (!in_ratings(in, a, &ratings, e) || !in_level(in, ratings, &level, e))
        return false;
    struct krippendorff r = krippendorff_alpha(ratings, level);
    jw_knum(out, "alpha", r.alpha);
    jw_knum(out, "d_observed", r.d_observed);
    jw_knum(out, "d_expected", r.d_expected);
    jw_kint(out, "n_pairable", (int64_t)r.n_pairable);
    return true;
}

static bool call_alpha_bootstrap(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct ratings ratings;
    enum alpha_level level;
    struct num_table draw;
    double conf;
    if (!in_ratings(in, a, &ratings, e) || !in_level(in, ratings, &level, e) ||
        !in_table(in, "resample", a, &draw, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    if (!in_same_length("resample[0]", draw.cols, "ratings[0]", ratings.units, e))
        return false;
    double work = (double)draw.rows * (double)draw.cols * (double)ratings.raters;
    if (work * (level == ALPHA_RATIO ? MAX_RATIO : 1) > max_resampled * 100 || work > max_resampled)
        return in_err(e, "\"resample\": found %g ratings to look at, the limit is %g", work,
                      max_resampled);
    size_t *unit = ARENA_ARRAY(a, draw.rows * draw.cols, size_t);
    for (size_t i = 0; i < draw.rows * draw.cols; i++) {
        double x = draw.v[i];
        if (x < 0 || x >= (double)ratings.units || x > floor(x))
            return in_err(e, "\"resample\"[%zu][%zu]: found %g, expected a unit from 0 to %zu",
                          i / draw.cols, i % draw.cols, x, ratings.units - 1);
        unit[i] = (size_t)x;
    }
    double *alpha = ARENA_ARRAY(a, draw.rows, double);
    struct krippendorff_bootstrap r =
        krippendorff_alpha_bootstrap(ratings, level, unit, draw.rows, conf, alpha);
    out_nums(out, "replicates", alpha, draw.rows);
    jw_kint(out, "n_undefined", (int64_t)r.n_undefined);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_ac1(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct ratings ratings;
    size_t categories;
    double conf;
    if (!in_ratings(in, a, &ratings, e) ||
        !in_count_or(in, "categories", 1, 1000000, 1, &categories, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct gwet_ac1 r = gwet_ac1(ratings, categories, conf);
    jw_knum(out, "pa", r.pa);
    jw_knum(out, "pe", r.pe);
    jw_knum(out, "ac1", r.ac1);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

const struct stat_row stats_05[] = {
    {"krippendorff_alpha", 5, "ratings level",
     "agreement of any number of raters, gaps allowed: the default", call_alpha},
    {"krippendorff_alpha_bootstrap", 5, "ratings level resample [conf]",
     "its interval from given resamples of the units", call_alpha_bootstrap},
    {"gwet_ac1", 5, "ratings [categories] [conf]",
     "agreement when one class is very frequent", call_ac1},
    {"cohen_kappa", 5, "table [conf]", "agreement of two raters on categories", call_cohen},
    {"weighted_kappa", 5, "table weights [conf]", "agreement of two raters on an ordered scale",
     call_weighted},
    {"fleiss_kappa", 5, "counts", "agreement of an equal number of raters a unit", call_fleiss},
    {NULL, 5, NULL, NULL, NULL},
};
