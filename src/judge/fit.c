/* Fitting rubric weights to satisfaction; see fit.h. */
#include "judge/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "stats/association.h"
#include "stats/regression.h"

enum { MAX_CRITERIA = 64, ROWS_PER_WEIGHT = 10, MAX_FOLDS = 10, RESAMPLES = 2000 };

/* ---- reading -----------------------------------------------------------------------------------
 */

struct reader {
    struct arena *a;
    const char *target, *group;
    struct fit_data *d;
    VEC(double) x;
    VEC(double) y;
    VEC(size_t) groups;
    struct map group_index;
};

static bool is_number(yyjson_val *v)
{
    double d;
    return yyjson_is_num(v) || yyjson_is_bool(v) ||
           (yyjson_is_str(v) && str_double(json_str(v), &d));
}

static void find_in(struct reader *r, yyjson_val *obj, const char *prefix)
{
    size_t i, n;
    yyjson_val *k, *v;
    yyjson_obj_foreach(obj, i, n, k, v)
    {
        struct str key = json_str(k);
        if (r->d->p == MAX_CRITERIA || !is_number(v) || str_eq_c(key, "id") ||
            (!prefix && (str_eq_c(key, r->target) || (r->group && str_eq_c(key, r->group)))))
            continue;
        r->d->name[r->d->p++] = prefix ? arena_printf(r->a, "%s.%.*s", prefix, STR_ARG(key))
                                       : arena_strndup(r->a, key.p, key.n);
    }
}

static void find_criteria(struct reader *r, const char *const *given, yyjson_val *row)
{
    static const char *const nests[] = {"criteria", "scores"};
    r->d->name = ARENA_ARRAY(r->a, MAX_CRITERIA, const char *);
    for (; given && *given && r->d->p < MAX_CRITERIA; given++)
        r->d->name[r->d->p++] = *given;
    if (r->d->p)
        return;
    for (size_t i = 0; i < ARRAY_LEN(nests); i++)
        if (yyjson_is_obj(json_get(row, nests[i])))
            find_in(r, json_get(row, nests[i]), nests[i]);
    if (r->d->p == 0)
        find_in(r, row, NULL);
}

/* true and false count as 1 and 0. */
static bool number(const struct row *row, const char *key, double *ret, struct err *e)
{
    yyjson_val *v = row_get(row, key);
    int b;
    if (yyjson_is_bool(v) || (yyjson_is_str(v) && (str_ieq(json_str(v), STR("true")) ||
                                                   str_ieq(json_str(v), STR("false"))))) {
        if (!row_bool(row, key, &b, e))
            return false;
        *ret = b;
        return true;
    }
    return row_num(row, key, ret, e);
}

static bool add_row(struct reader *r, const struct row *row, struct err *e)
{
    double y, x[MAX_CRITERIA];
    struct str group = {0};
    if (!number(row, r->target, &y, e) || (r->group && !row_text(row, r->a, r->group, &group, e)))
        return false;
    bool whole = !isnan(y);
    for (size_t j = 0; j < r->d->p; j++) {
        if (!number(row, r->d->name[j], &x[j], e))
            return false;
        whole = whole && !isnan(x[j]);
    }
    if (!whole) {
        r->d->n_left++;
        return true;
    }
    for (size_t j = 0; j < r->d->p; j++)
        vec_push(&r->x, x[j]);
    vec_push(&r->y, y);
    if (str_null(group))
        group = arena_strf(r->a, "row %zu", row->number);
    map_entry(&r->group_index, group, NULL);
    vec_push(&r->groups, (size_t)map_index(&r->group_index, group));
    return true;
}

static void keep(struct reader *r)
{
    struct fit_data *d = r->d;
    d->n = r->y.n;
    d->n_groups = r->group_index.n;
    d->x = ARENA_ARRAY(r->a, r->x.n, double);
    d->y = ARENA_ARRAY(r->a, d->n, double);
    d->group = ARENA_ARRAY(r->a, d->n, size_t);
    d->binary = d->n > 0;
    if (d->n == 0)
        return;
    memcpy(d->x, r->x.v, r->x.n * sizeof *d->x);
    memcpy(d->y, r->y.v, d->n * sizeof *d->y);
    memcpy(d->group, r->groups.v, d->n * sizeof *d->group);
    for (size_t i = 0; i < d->n; i++)
        d->binary = d->binary && fabs(fabs(d->y[i] - 0.5) - 0.5) <= 0;
}

bool fit_read(struct arena *a, const char *path, const char *target, const char *const *criteria,
              const char *group, struct fit_data *ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct reader r = {.a = a, .target = target, .group = group, .d = ret};
    struct row row;
    bool more, ok;
    *ret = (struct fit_data){0};
    ok = rows_open(&rows, path, e);
    while (ok) {
        ok = rows_next(&rows, a, &row, &more, e);
        if (!ok || !more)
            break;
        if (rows.n_rows == 1)
            find_criteria(&r, criteria, row.v);
        if (rows.n_rows == 1 && ret->p == 0)
            ok = row_err(e, &row, NULL, "no criterion scores (numbers besides %s) in this row",
                         target);
        ok = ok && add_row(&r, &row, e);
    }
    if (ok && r.y.n == 0) {
        err_set(e, ERR_INPUT, "no row of %s has both `%s` and all the criteria", path, target);
        ok = err_hint(e, "--target names the satisfaction, --criteria the scores (default: the "
                         "numbers beside it).");
    }
    if (ok)
        keep(&r);
    vec_free(&r.x);
    vec_free(&r.y);
    vec_free(&r.groups);
    map_release(&r.group_index);
    return ok;
}

/* ---- fitting ------------------------------------------------------------------------------------
 */

static double *column(struct arena *a, const struct fit_data *d, size_t j)
{
    double *x = ARENA_ARRAY(a, d->n, double);
    for (size_t i = 0; i < d->n; i++)
        x[i] = d->x[i * d->p + j];
    return x;
}

/* Mean and standard deviation of each criterion over the rows that `in` keeps (NULL: all). */
static void scale_of(const struct fit_data *d, const bool *out, double *mean, double *sd)
{
    for (size_t j = 0; j < d->p; j++) {
        double n = 0, s = 0, q = 0;
        for (size_t i = 0; i < d->n; i++) {
            if (out && out[i])
                continue;
            n++;
            s += d->x[i * d->p + j];
        }
        mean[j] = s / n;
        for (size_t i = 0; i < d->n; i++)
            if (!out || !out[i])
                q += pow(d->x[i * d->p + j] - mean[j], 2);
        sd[j] = sqrt(q / n);
    }
}

/* NNLS of the centred target on standardised criteria over the rows not held out. A criterion
 * without variance gets weight 0. Weights add to 1 unless all are 0. */
static bool fit_rows(struct arena *a, const struct fit_data *d, const bool *out, double *weight,
                     double *mean, double *sd, struct err *e)
{
    size_t n = 0;
    double *x = ARENA_ARRAY(a, d->n * d->p, double), *y = ARENA_ARRAY(a, d->n, double);
    double y_mean = 0, sum = 0, rss;
    scale_of(d, out, mean, sd);
    for (size_t i = 0; i < d->n; i++) {
        if (out && out[i])
            continue;
        for (size_t j = 0; j < d->p; j++)
            x[n * d->p + j] = sd[j] > 0 ? (d->x[i * d->p + j] - mean[j]) / sd[j] : 0;
        y[n] = d->y[i];
        y_mean += d->y[i];
        n++;
    }
    y_mean /= (double)n;
    for (size_t i = 0; i < n; i++)
        y[i] -= y_mean;
    if (!nnls_fit(x, y, n, d->p, weight, &rss, e))
        return false;
    for (size_t j = 0; j < d->p; j++)
        sum += weight[j];
    for (size_t j = 0; sum > 0 && j < d->p; j++)
        weight[j] /= sum;
    return true;
}

static double score_row(const struct fit_data *d, size_t i, const double *weight,
                        const double *mean, const double *sd)
{
    double s = 0;
    for (size_t j = 0; j < d->p; j++)
        if (sd[j] > 0)
            s += (weight ? weight[j] : 1 / (double)d->p) * (d->x[i * d->p + j] - mean[j]) / sd[j];
    return s;
}

/* Out-of-fold scores: fitted and equal weights, both standardised on the training rows. */
static bool cross_fit(struct arena *a, const struct fit_data *d, uint64_t seed, double *fitted,
                      double *equal, struct fit *r, struct err *e)
{
    size_t *order = ARENA_ARRAY(a, d->n_groups, size_t),
           *fold = ARENA_ARRAY(a, d->n_groups, size_t);
    double *w = ARENA_ARRAY(a, d->p, double), *m = ARENA_ARRAY(a, d->p, double);
    double *sd = ARENA_ARRAY(a, d->p, double);
    bool *out = ARENA_ARRAY(a, d->n, bool);
    struct rng rng;
    r->folds = d->n_groups < MAX_FOLDS ? d->n_groups : MAX_FOLDS;
    for (size_t g = 0; g < d->n_groups; g++)
        order[g] = g;
    rng_init(&rng, seed, 11);
    rng_shuffle(&rng, order, d->n_groups);
    for (size_t g = 0; g < d->n_groups; g++)
        fold[order[g]] = g % r->folds;
    for (size_t f = 0; f < r->folds; f++) {
        for (size_t i = 0; i < d->n; i++)
            out[i] = fold[d->group[i]] == f;
        if (!fit_rows(a, d, out, w, m, sd, e))
            return false;
        for (size_t j = 0; j < d->p; j++) {
            struct fit_criterion *c = &r->criterion[j];
            c->min = f == 0 || w[j] < c->min ? w[j] : c->min;
            c->max = f == 0 || w[j] > c->max ? w[j] : c->max;
        }
        for (size_t i = 0; i < d->n; i++) {
            if (!out[i])
                continue;
            fitted[i] = score_row(d, i, w, m, sd);
            equal[i] = score_row(d, i, NULL, m, sd);
        }
    }
    return true;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Interval of the difference of two Spearman correlations with one target: groups resampled. */
static struct estimate gain_of(struct arena *a, const struct fit_data *d, const double *fitted,
                               const double *equal, double conf, uint64_t seed)
{
    double *f = ARENA_ARRAY(a, d->n, double), *q = ARENA_ARRAY(a, d->n, double);
    double *y = ARENA_ARRAY(a, d->n, double), *rep = ARENA_ARRAY(a, RESAMPLES, double);
    size_t *start = ARENA_ARRAY(a, d->n_groups + 1, size_t), *rows = ARENA_ARRAY(a, d->n, size_t);
    size_t *at = ARENA_ARRAY(a, d->n_groups, size_t), kept = 0;
    struct rng rng;
    for (size_t i = 0; i < d->n; i++)
        start[d->group[i] + 1]++;
    for (size_t g = 0; g < d->n_groups; g++)
        start[g + 1] += start[g];
    for (size_t i = 0; i < d->n; i++)
        rows[start[d->group[i]] + at[d->group[i]]++] = i;
    rng_init(&rng, seed, 12);
    for (size_t b = 0; b < RESAMPLES; b++) {
        size_t n = 0;
        for (size_t k = 0; k < d->n_groups; k++) {
            size_t g = rng_below(&rng, d->n_groups);
            for (size_t i = start[g]; i < start[g + 1] && n < d->n; i++, n++) {
                f[n] = fitted[rows[i]];
                q[n] = equal[rows[i]];
                y[n] = d->y[rows[i]];
            }
        }
        double x = spearman(f, y, n, conf).r - spearman(q, y, n, conf).r;
        if (!isnan(x))
            rep[kept++] = x;
    }
    qsort(rep, kept, sizeof *rep, by_value);
    double tail = (1 - conf) / 2;
    struct interval i = {spearman(fitted, d->y, d->n, conf).r - spearman(equal, d->y, d->n, conf).r,
                         STAT_NAN, STAT_NAN};
    if (kept > 100) {
        i.low = rep[(size_t)(tail * (double)(kept - 1))];
        i.high = rep[(size_t)((1 - tail) * (double)(kept - 1))];
    }
    return estimate_of(i, d->n, "bootstrap");
}

static struct estimate rank_of(const double *x, const double *y, size_t n, double conf)
{
    struct correlation c = spearman(x, y, n, conf);
    return estimate_of((struct interval){c.r, c.low, c.high}, n, "spearman");
}

static struct estimate auc_of(const double *x, const double *y, size_t n, double conf)
{
    struct auc u = auc_delong(x, y, n, conf);
    return estimate_of((struct interval){u.auc, u.low, u.high}, n, "delong");
}

static const char *advise(const struct fit *r)
{
    if (!(r->fitted.low > 0))
        return "the score does not provably track satisfaction: look at the criteria before the "
               "weights";
    if (r->gain.low > 0)
        return "fitted weights beat equal weights out of fold: worth writing back";
    return "fitted weights do not provably beat equal weights: keep them equal";
}

bool fit_weights(struct arena *a, const struct fit_data *d, double conf, uint64_t seed,
                 struct fit *r, struct err *e)
{
    *r = (struct fit){.criterion = ARENA_ARRAY(a, d->p, struct fit_criterion)};
    if (d->n < ROWS_PER_WEIGHT * d->p || d->n_groups < 4) {
        err_set(e, ERR_STAT,
                "%zu rows in %zu groups are too few to fit %zu weights: at least %zu rows and 4 "
                "groups are needed",
                d->n, d->n_groups, d->p, ROWS_PER_WEIGHT * d->p);
        return err_hint(e, "Collect more rated items, or name fewer criteria with --criteria a,b.");
    }
    double *w = ARENA_ARRAY(a, d->p, double), *m = ARENA_ARRAY(a, d->p, double);
    double *sd = ARENA_ARRAY(a, d->p, double), *own = ARENA_ARRAY(a, d->n, double);
    double *fitted = ARENA_ARRAY(a, d->n, double), *equal = ARENA_ARRAY(a, d->n, double);
    if (!cross_fit(a, d, seed, fitted, equal, r, e) || !fit_rows(a, d, NULL, w, m, sd, e))
        return false;
    for (size_t j = 0; j < d->p; j++) {
        double *x = column(a, d, j);
        struct kendall k = kendall_tau_b(x, d->y, d->n, conf);
        r->criterion[j].spearman = rank_of(x, d->y, d->n, conf);
        r->criterion[j].tau_b =
            estimate_of((struct interval){k.tau_b, k.low, k.high}, d->n, "kendall_tau_b");
        r->criterion[j].auc = d->binary ? auc_of(x, d->y, d->n, conf) : estimate_none("delong");
        r->criterion[j].weight = w[j];
    }
    for (size_t i = 0; i < d->n; i++)
        own[i] = score_row(d, i, w, m, sd);
    r->in_sample = spearman(own, d->y, d->n, conf).r;
    r->equal = rank_of(equal, d->y, d->n, conf);
    r->fitted = rank_of(fitted, d->y, d->n, conf);
    r->equal_auc = d->binary ? auc_of(equal, d->y, d->n, conf) : estimate_none("delong");
    r->fitted_auc = d->binary ? auc_of(fitted, d->y, d->n, conf) : estimate_none("delong");
    r->gain = gain_of(a, d, fitted, equal, conf, seed);
    r->advice = advise(r);
    return true;
}
