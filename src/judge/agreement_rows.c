/* Agreement among raters; see agreement_rows.h. */
#include "judge/agreement_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "golden/rows.h"
#include "stats/mean.h"

static void release(void *p)
{
    struct rating_sets *s = p;
    for (size_t i = 0; i < s->sets.n; i++) {
        map_release(&s->sets.v[i]->units);
        map_release(&s->sets.v[i]->raters);
        map_release(&s->sets.v[i]->labels);
        vec_free(&s->sets.v[i]->v);
    }
    vec_free(&s->sets);
}

/* A value as read: its text is kept until it is known whether all are numbers. */
struct raw_rating {
    struct rating_set *set;
    size_t unit, rater;
    struct str text;
};

struct reader {
    struct arena *a;
    struct rating_sets *out;
    VEC(struct raw_rating) raw;
    struct map seen; /* criterion, unit, rater */
};

static struct rating_set *set_of(struct reader *r, struct str criterion)
{
    for (size_t i = 0; i < r->out->sets.n; i++) {
        const char *c = r->out->sets.v[i]->criterion;
        if (str_null(criterion) ? !c : c && str_eq_c(criterion, c))
            return r->out->sets.v[i];
    }
    struct rating_set *s = ARENA_NEW(r->a, struct rating_set);
    s->criterion = str_null(criterion) ? NULL : arena_strndup(r->a, criterion.p, criterion.n);
    vec_push(&r->out->sets, s);
    return s;
}

static size_t index_in(struct map *m, struct str key)
{
    map_entry(m, key, NULL);
    return (size_t)map_index(m, key);
}

static bool add(struct reader *r, const struct row *row, struct str criterion, struct str unit,
                struct str rater, struct str value, struct err *e)
{
    bool is_new;
    struct rating_set *s = set_of(r, criterion);
    struct str key =
        arena_strf(r->a, "%.*s\n%.*s\n%.*s", STR_ARG(criterion), STR_ARG(unit), STR_ARG(rater));
    map_entry(&r->seen, key, &is_new);
    if (!is_new)
        return row_err(e, row, NULL, "%.*s has rated %.*s twice", STR_ARG(rater), STR_ARG(unit));
    struct raw_rating one = {s, index_in(&s->units, unit), index_in(&s->raters, rater), value};
    vec_push(&r->raw, one);
    return true;
}

static bool long_row(struct reader *r, const struct row *row, struct err *e)
{
    struct str unit, rater, value, criterion;
    if (!row_text(row, r->a, "id", &unit, e) || !row_text(row, r->a, "rater", &rater, e) ||
        !row_text(row, r->a, "value", &value, e) ||
        !row_text(row, r->a, "criterion", &criterion, e))
        return false;
    if (str_null(unit))
        return row_missing(row, "id", e);
    if (str_null(rater))
        return row_missing(row, "rater", e);
    return str_null(value) || add(r, row, criterion, unit, rater, str_trim(value), e);
}

static bool wide_row(struct reader *r, const struct row *row, const char *const *raters,
                     struct err *e)
{
    struct str unit, value, criterion;
    if (!row_text(row, r->a, "id", &unit, e) || !row_text(row, r->a, "criterion", &criterion, e))
        return false;
    if (str_null(unit))
        unit = arena_strf(r->a, "row %zu", row->number);
    for (; *raters; raters++) {
        if (!row_text(row, r->a, *raters, &value, e))
            return false;
        if (!str_null(value) && str_trim(value).n &&
            !add(r, row, criterion, unit, str_c(*raters), str_trim(value), e))
            return false;
    }
    return true;
}

/* true and false are 1 and 0; a set whose values are not all numbers has labels. */
static bool number_of(struct str s, double *ret)
{
    if (str_ieq(s, STR("true")) || str_ieq(s, STR("false"))) {
        *ret = str_ieq(s, STR("true"));
        return true;
    }
    return str_double(s, ret);
}

static void settle(struct reader *r)
{
    for (size_t i = 0; i < r->out->sets.n; i++)
        r->out->sets.v[i]->numeric = true;
    for (size_t i = 0; i < r->raw.n; i++) {
        double d;
        if (!number_of(r->raw.v[i].text, &d))
            r->raw.v[i].set->numeric = false;
    }
    for (size_t i = 0; i < r->raw.n; i++) {
        struct raw_rating *one = &r->raw.v[i];
        double d = 0;
        if (!one->set->numeric || !number_of(one->text, &d))
            d = (double)index_in(&one->set->labels, one->text);
        vec_push(&one->set->v, (double)one->unit);
        vec_push(&one->set->v, (double)one->rater);
        vec_push(&one->set->v, d);
    }
}

bool ratings_read(struct arena *a, const char *path, const char *const *raters,
                  struct rating_sets **ret, struct err *e)
{
    struct rating_sets *sets = ARENA_NEW(a, struct rating_sets);
    CLEANUP(rows_close) struct rows rows = {0};
    struct reader r = {.a = a, .out = sets};
    struct row row;
    bool more, ok;
    arena_defer(a, release, sets);
    *ret = sets;
    ok = rows_open(&rows, path, e);
    while (ok) {
        ok = rows_next(&rows, a, &row, &more, e);
        if (!ok || !more)
            break;
        ok = raters ? wide_row(&r, &row, raters, e) : long_row(&r, &row, e);
    }
    if (ok && r.raw.n == 0)
        ok = rows_none(path, raters ? "a column for each rater" : "`id`, `rater` and `value`", e);
    if (ok)
        settle(&r);
    vec_free(&r.raw);
    map_release(&r.seen);
    return ok;
}

/* ---- statistics --------------------------------------------------------------------------------
 */

static double *matrix(struct arena *a, const struct rating_set *s)
{
    size_t units = s->units.n, n = units * s->raters.n;
    double *m = ARENA_ARRAY(a, n, double);
    for (size_t i = 0; i < n; i++)
        m[i] = STAT_NAN;
    for (size_t i = 0; i + 2 < s->v.n; i += 3)
        m[(size_t)s->v.v[i + 1] * units + (size_t)s->v.v[i]] = s->v.v[i + 2];
    return m;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static size_t categories(struct arena *a, struct ratings r, double **ret)
{
    size_t n = 0, k = 0, all = r.raters * r.units;
    double *v = ARENA_ARRAY(a, all, double);
    for (size_t i = 0; i < all; i++)
        if (!isnan(r.v[i]))
            v[n++] = r.v[i];
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < n; i++)
        if (k == 0 || v[i] > v[k - 1])
            v[k++] = v[i];
    *ret = v;
    return k;
}

static size_t category(const double *v, size_t k, double x)
{
    const double *hit = bsearch(&x, v, k, sizeof *v, by_value);
    return hit ? (size_t)(hit - v) : 0;
}

/* Share of agreeing pairs in each unit with two ratings or more; their mean with its interval. */
static struct estimate raw_agreement(struct arena *a, struct ratings r, double conf)
{
    double *share = ARENA_ARRAY(a, r.units, double);
    size_t n = 0;
    for (size_t u = 0; u < r.units; u++) {
        size_t pairs = 0, same = 0;
        for (size_t i = 0; i < r.raters; i++) {
            for (size_t j = 0; j < i; j++) {
                double x = r.v[i * r.units + u], y = r.v[j * r.units + u];
                if (isnan(x) || isnan(y))
                    continue;
                pairs++;
                same += !(x < y || x > y);
            }
        }
        if (pairs)
            share[n++] = (double)same / (double)pairs;
    }
    return estimate_scores(share, NULL, n, conf);
}

static void two_raters(struct arena *a, struct ratings r, const double *v, size_t k, bool numeric,
                       double conf, struct agreement *out)
{
    double *table = ARENA_ARRAY(a, k * k, double);
    size_t n = 0;
    for (size_t u = 0; u < r.units; u++) {
        double x = r.v[u], y = r.v[r.units + u];
        if (isnan(x) || isnan(y))
            continue;
        table[category(v, k, x) * k + category(v, k, y)]++;
        n++;
    }
    struct kappa c = cohen_kappa(table, k, conf);
    out->kappa = estimate_of((struct interval){c.kappa, c.low, c.high}, n, "cohen_kappa");
    if (numeric && k > 2) {
        struct kappa w = weighted_kappa(table, k, KAPPA_QUADRATIC, conf);
        out->weighted =
            estimate_of((struct interval){w.kappa, w.low, w.high}, n, "weighted_kappa_quadratic");
    }
}

/* Fleiss wants the same number of ratings a unit: units that lack some are left out. */
static void many_raters(struct arena *a, struct ratings r, const double *v, size_t k, double conf,
                        size_t resamples, uint64_t seed, struct agreement *out)
{
    double *counts = ARENA_ARRAY(a, r.units * k, double),
           *drawn = ARENA_ARRAY(a, r.units * k, double);
    double *replicate = ARENA_ARRAY(a, resamples, double);
    size_t n = 0, m = 0;
    for (size_t u = 0; u < r.units; u++) {
        bool whole = true;
        for (size_t i = 0; i < r.raters; i++)
            whole = whole && !isnan(r.v[i * r.units + u]);
        for (size_t i = 0; whole && i < r.raters; i++)
            counts[n * k + category(v, k, r.v[i * r.units + u])]++;
        n += whole;
    }
    out->kappa = estimate_none("fleiss_kappa");
    if (n < 2)
        return;
    struct fleiss_kappa f = fleiss_kappa(counts, n, k);
    struct rng rng;
    rng_init(&rng, seed, 7);
    for (size_t b = 0; b < resamples; b++) {
        for (size_t u = 0; u < n; u++)
            memcpy(drawn + u * k, counts + rng_below(&rng, n) * k, k * sizeof *drawn);
        double x = fleiss_kappa(drawn, n, k).kappa;
        if (!isnan(x))
            replicate[m++] = x;
    }
    qsort(replicate, m, sizeof *replicate, by_value);
    double tail = (1 - conf) / 2;
    struct interval i = {f.kappa, STAT_NAN, STAT_NAN};
    if (m > 20) {
        i.low = replicate[(size_t)(tail * (double)(m - 1))];
        i.high = replicate[(size_t)((1 - tail) * (double)(m - 1))];
    }
    out->kappa = estimate_of(i, n, "fleiss_kappa_bootstrap");
}

static struct estimate alpha_of(struct ratings r, enum alpha_level level, double conf,
                                size_t resamples, uint64_t seed, const char *method)
{
    struct krippendorff k = krippendorff_alpha(r, level);
    if (isnan(k.alpha))
        return estimate_none(method);
    struct krippendorff_bootstrap b = krippendorff_alpha_seeded(r, level, resamples, seed, conf);
    return estimate_of((struct interval){k.alpha, b.low, b.high}, r.units, method);
}

void agreement_of(struct arena *a, const struct rating_set *s, double conf, size_t resamples,
                  uint64_t seed, struct agreement *ret)
{
    enum { MAX_CATEGORIES = 500 };
    struct ratings r = {matrix(a, s), s->raters.n, s->units.n};
    double *v;
    size_t k = categories(a, r, &v);
    *ret = (struct agreement){
        .n_units = r.units, .n_raters = r.raters, .n_ratings = s->v.n / 3, .n_categories = k};
    ret->weighted = estimate_none("weighted_kappa_quadratic");
    ret->kappa = estimate_none("cohen_kappa");
    ret->ordinal = estimate_none("krippendorff_alpha_ordinal");
    ret->interval = estimate_none("krippendorff_alpha_interval");
    ret->raw = raw_agreement(a, r, conf);
    if (k <= MAX_CATEGORIES && r.raters == 2)
        two_raters(a, r, v, k, s->numeric, conf, ret);
    else if (k <= MAX_CATEGORIES && r.raters > 2)
        many_raters(a, r, v, k, conf, resamples, seed, ret);
    ret->nominal = alpha_of(r, ALPHA_NOMINAL, conf, resamples, seed, "krippendorff_alpha_nominal");
    if (s->numeric) {
        ret->ordinal =
            alpha_of(r, ALPHA_ORDINAL, conf, resamples, seed, "krippendorff_alpha_ordinal");
        ret->interval =
            alpha_of(r, ALPHA_INTERVAL, conf, resamples, seed, "krippendorff_alpha_interval");
    }
    struct gwet_ac1 g = gwet_ac1(r, 0, conf);
    ret->ac1 = estimate_of((struct interval){g.ac1, g.low, g.high}, g.n, "gwet_ac1");
}
