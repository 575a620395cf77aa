/* Krippendorff's alpha and Gwet's AC1: agreement of ratings with gaps; see agreement.h. Ratings
 * are first coded as indices of the distinct values, so that the work afterwards is counting. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "stats/agreement.h"
#include "stats/moments.h"
#include "stats/special.h"

enum { MISSING = -1 };

/* The ratings unit by unit: code[u * raters + r] is an index into value[], or MISSING; value[] is
 * ascending. per_unit[u] ratings exist. */
struct coded {
    int *code;
    size_t *per_unit;
    double *value;
    size_t raters, units, n_values;
};

/* Open addressing from the bits of a value to its place in order of appearance. */
struct value_set {
    double *value;
    size_t n, cap;
    int *slot; /* place + 1; 0: free */
    size_t n_slots;
};

static size_t hash_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits *= 0x9e3779b97f4a7c15u;
    return (size_t)(bits >> 32);
}

static void set_grow(struct value_set *s)
{
    s->n_slots = s->n_slots ? s->n_slots * 2 : 64;
    free(s->slot);
    s->slot = mem_calloc(s->n_slots, sizeof *s->slot);
    for (size_t i = 0; i < s->n; i++) {
        size_t at = hash_double(s->value[i]) & (s->n_slots - 1);
        while (s->slot[at])
            at = (at + 1) & (s->n_slots - 1);
        s->slot[at] = (int)i + 1;
    }
    s->value = mem_realloc(s->value, s->n_slots / 2 * sizeof *s->value);
}

static int set_place(struct value_set *s, double x)
{
    x += 0.0; /* -0 and 0 are one value */
    if (s->n >= s->n_slots / 2)
        set_grow(s);
    size_t at = hash_double(x) & (s->n_slots - 1);
    for (; s->slot[at]; at = (at + 1) & (s->n_slots - 1)) {
        double y = s->value[s->slot[at] - 1];
        if (y >= x && y <= x)
            return s->slot[at] - 1;
    }
    s->value[s->n++] = x;
    s->slot[at] = (int)s->n;
    return (int)s->n - 1;
}

/* Renumbers the codes so that the values ascend. */
static void sort_values(struct coded *c, struct value_set *s)
{
    double *sorted = mem_alloc((s->n + 1) * sizeof *sorted);
    int *renumber = mem_alloc((s->n + 1) * sizeof *renumber);
    if (s->n)
        memcpy(sorted, s->value, s->n * sizeof *sorted);
    stat_sort(sorted, s->n);
    for (size_t i = 0; i < s->n; i++)
        renumber[set_place(s, sorted[i])] = (int)i;
    for (size_t i = 0; i < c->raters * c->units; i++)
        if (c->code[i] != MISSING)
            c->code[i] = renumber[c->code[i]];
    free(renumber);
    c->value = sorted;
    c->n_values = s->n;
}

static void coded_init(struct coded *c, struct ratings r)
{
    struct value_set set = {0};
    *c = (struct coded){.raters = r.raters, .units = r.units};
    c->code = mem_alloc((r.raters * r.units + 1) * sizeof *c->code);
    c->per_unit = mem_calloc(r.units + 1, sizeof *c->per_unit);
    for (size_t u = 0; u < r.units; u++) {
        for (size_t i = 0; i < r.raters; i++) {
            double x = r.v[i * r.units + u];
            bool known = !isnan(x);
            c->code[u * r.raters + i] = known ? set_place(&set, x) : MISSING;
            c->per_unit[u] += known;
        }
    }
    sort_values(c, &set);
    free(set.slot);
    free(set.value);
}

static void coded_release(struct coded *c)
{
    free(c->code);
    free(c->per_unit);
    free(c->value);
}

/* What one evaluation of alpha works with; made once and reused over replicates. */
struct alpha_work {
    double *count, *place; /* by value: how often, and where on the scale */
};

/* Σ_{i≠j} δ of one unit for a squared distance of places: 2 (m Σp² - (Σp)²), centred. */
static double unit_squares(const struct coded *c, size_t u, const double *place)
{
    const int *code = c->code + u * c->raters;
    double m = (double)c->per_unit[u], sum = 0, squares = 0;
    for (size_t i = 0; i < c->raters; i++)
        if (code[i] != MISSING)
            sum += place[code[i]];
    for (size_t i = 0; i < c->raters; i++) {
        double d = code[i] != MISSING ? place[code[i]] - sum / m : 0;
        squares += d * d;
    }
    return 2 * m * squares;
}

static double ratio_distance(double a, double b)
{
    double s = a + b, d = a - b;
    return fabs(d) > 0 ? d * d / (s * s) : 0;
}

static double unit_pairs(const struct coded *c, size_t u, enum alpha_level level)
{
    const int *code = c->code + u * c->raters;
    double total = 0;
    for (size_t i = 0; i < c->raters; i++) {
        for (size_t j = i + 1; j < c->raters; j++) {
            if (code[i] == MISSING || code[j] == MISSING)
                continue;
            total += level == ALPHA_NOMINAL ? (code[i] != code[j])
                                            : ratio_distance(c->value[code[i]], c->value[code[j]]);
        }
    }
    return 2 * total;
}

/* Counts the pairable values of the resampled units (unit NULL: each once); returns how many. */
static double count_values(const struct coded *c, const size_t *unit, double *count)
{
    double n = 0;
    memset(count, 0, c->n_values * sizeof *count);
    for (size_t k = 0; k < c->units; k++) {
        size_t u = unit ? unit[k] : k;
        if (c->per_unit[u] < 2)
            continue;
        n += (double)c->per_unit[u];
        for (size_t i = 0; i < c->raters; i++)
            if (c->code[u * c->raters + i] != MISSING)
                count[c->code[u * c->raters + i]]++;
    }
    return n;
}

/* The places whose squared difference is δ: the values, or the mid-ranks of what was counted. */
static void set_places(const struct coded *c, enum alpha_level level, struct alpha_work *w)
{
    double below = 0;
    for (size_t v = 0; v < c->n_values; v++) {
        w->place[v] = level == ALPHA_ORDINAL ? below + w->count[v] / 2 : c->value[v];
        below += w->count[v];
    }
}

/* Σ_c Σ_k n_c n_k δ(c, k) */
static double expected_total(const struct coded *c, enum alpha_level level,
                             const struct alpha_work *w, double n)
{
    struct sum total = {0}, mean = {0};
    if (level == ALPHA_NOMINAL) {
        for (size_t v = 0; v < c->n_values; v++)
            sum_add(&total, w->count[v] * (n - w->count[v]));
        return sum_get(&total);
    }
    if (level == ALPHA_RATIO) {
        for (size_t v = 0; v < c->n_values; v++)
            for (size_t k = v + 1; k < c->n_values; k++)
                sum_add(&total, 2 * w->count[v] * w->count[k] *
                                    ratio_distance(c->value[v], c->value[k]));
        return sum_get(&total);
    }
    for (size_t v = 0; v < c->n_values; v++)
        sum_add(&mean, w->count[v] * w->place[v] / n);
    for (size_t v = 0; v < c->n_values; v++) {
        double d = w->place[v] - sum_get(&mean);
        sum_add(&total, w->count[v] * d * d);
    }
    return 2 * n * sum_get(&total);
}

static struct krippendorff evaluate(const struct coded *c, enum alpha_level level,
                                    const size_t *unit, struct alpha_work *w)
{
    double n = count_values(c, unit, w->count);
    struct krippendorff r = {STAT_NAN, STAT_NAN, STAT_NAN, (size_t)n};
    bool squares = level == ALPHA_ORDINAL || level == ALPHA_INTERVAL;
    struct sum observed = {0};
    if (n < 2)
        return r;
    set_places(c, level, w);
    for (size_t k = 0; k < c->units; k++) {
        size_t u = unit ? unit[k] : k;
        if (c->per_unit[u] < 2)
            continue;
        double total = squares ? unit_squares(c, u, w->place) : unit_pairs(c, u, level);
        sum_add(&observed, total / (double)(c->per_unit[u] - 1));
    }
    r.d_observed = sum_get(&observed) / n;
    r.d_expected = expected_total(c, level, w, n) / (n * (n - 1));
    if (r.d_expected > 0)
        r.alpha = 1 - r.d_observed / r.d_expected;
    return r;
}

static void work_init(struct alpha_work *w, size_t n_values)
{
    w->count = mem_calloc(n_values + 1, sizeof *w->count);
    w->place = mem_calloc(n_values + 1, sizeof *w->place);
}

static void work_release(struct alpha_work *w)
{
    free(w->count);
    free(w->place);
}

struct krippendorff krippendorff_alpha(struct ratings r, enum alpha_level level)
{
    struct coded c;
    struct alpha_work w;
    coded_init(&c, r);
    work_init(&w, c.n_values);
    struct krippendorff k = evaluate(&c, level, NULL, &w);
    work_release(&w);
    coded_release(&c);
    return k;
}

/* Percentile limits of the defined replicates. */
static struct krippendorff_bootstrap summarise(const double *alpha, size_t n, double conf)
{
    double *defined = mem_alloc((n + 1) * sizeof *defined);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(alpha[i]))
            defined[kept++] = alpha[i];
    stat_sort(defined, kept);
    struct krippendorff_bootstrap r = {stat_quantile_sorted(defined, kept, (1 - conf) / 2),
                                       stat_quantile_sorted(defined, kept, (1 + conf) / 2),
                                       n - kept};
    free(defined);
    return r;
}

struct krippendorff_bootstrap krippendorff_alpha_bootstrap(struct ratings r,
                                                           enum alpha_level level,
                                                           const size_t *resample,
                                                           size_t n_resamples, double conf,
                                                           double *ret_alpha)
{
    struct coded c;
    struct alpha_work w;
    double *alpha = ret_alpha ? ret_alpha : mem_alloc((n_resamples + 1) * sizeof *alpha);
    coded_init(&c, r);
    work_init(&w, c.n_values);
    for (size_t i = 0; i < n_resamples; i++)
        alpha[i] = evaluate(&c, level, resample + i * r.units, &w).alpha;
    struct krippendorff_bootstrap b = summarise(alpha, n_resamples, conf);
    work_release(&w);
    coded_release(&c);
    if (!ret_alpha)
        free(alpha);
    return b;
}

struct seeded {
    const struct coded *c;
    enum alpha_level level;
    uint64_t seed;
    double *alpha;
};

static void seeded_replicate(void *arg, size_t i)
{
    const struct seeded *s = arg;
    struct alpha_work w;
    struct rng rng;
    size_t *unit = mem_alloc((s->c->units + 1) * sizeof *unit);
    rng_init(&rng, s->seed, i);
    for (size_t k = 0; k < s->c->units; k++)
        unit[k] = (size_t)rng_below(&rng, s->c->units);
    work_init(&w, s->c->n_values);
    s->alpha[i] = evaluate(s->c, s->level, unit, &w).alpha;
    work_release(&w);
    free(unit);
}

struct krippendorff_bootstrap krippendorff_alpha_seeded(struct ratings r, enum alpha_level level,
                                                        size_t n_resamples, uint64_t seed,
                                                        double conf)
{
    struct coded c;
    double *alpha = mem_alloc((n_resamples + 1) * sizeof *alpha);
    coded_init(&c, r);
    struct seeded s = {&c, level, seed, alpha};
    pool_for(n_resamples, seeded_replicate, &s);
    struct krippendorff_bootstrap b = summarise(alpha, n_resamples, conf);
    coded_release(&c);
    free(alpha);
    return b;
}

/* AC1: shares of the categories over rated units, and the agreement of pairs. */
struct ac1_sums {
    double *share; /* by value, adds up to 1 */
    double pa;
    size_t rated, paired; /* units with one rating, with two */
};

/* How the ratings of one unit agree: Σ_k r_k(r_k - 1)/(m(m-1)), 0 for a single rating. */
static double unit_agreement(const struct coded *c, size_t u)
{
    double m = (double)c->per_unit[u];
    return m < 2 ? 0 : 1 - unit_pairs(c, u, ALPHA_NOMINAL) / (m * (m - 1));
}

static void ac1_sum(const struct coded *c, struct ac1_sums *s)
{
    struct sum pa = {0};
    for (size_t u = 0; u < c->units; u++) {
        if (c->per_unit[u] == 0)
            continue;
        s->rated++;
        s->paired += c->per_unit[u] >= 2;
        sum_add(&pa, unit_agreement(c, u));
        for (size_t i = 0; i < c->raters; i++) {
            int code = c->code[u * c->raters + i];
            if (code != MISSING)
                s->share[code] += 1 / (double)c->per_unit[u];
        }
    }
    s->pa = s->paired ? sum_get(&pa) / (double)s->paired : STAT_NAN;
    for (size_t v = 0; v < c->n_values; v++)
        s->share[v] /= (double)s->rated;
}

static double ac1_se(const struct coded *c, const struct ac1_sums *s, double pe, double ac1,
                     size_t q)
{
    struct sum squares = {0};
    double n = (double)s->rated, scale = n / (double)s->paired;
    for (size_t u = 0; u < c->units; u++) {
        double m = (double)c->per_unit[u], own = 0;
        if (c->per_unit[u] == 0)
            continue;
        for (size_t i = 0; i < c->raters; i++) {
            int code = c->code[u * c->raters + i];
            own += code != MISSING ? 1 - s->share[code] : 0;
        }
        double pe_u = own / m / (double)(q - 1);
        double part = m >= 2 ? scale * (unit_agreement(c, u) - pe) / (1 - pe) : 0;
        double d = part - 2 * (1 - ac1) * (pe_u - pe) / (1 - pe) - ac1;
        sum_add(&squares, d * d);
    }
    return sqrt(sum_get(&squares) / (n * (n - 1)));
}

struct gwet_ac1 gwet_ac1(struct ratings r, size_t q, double conf)
{
    struct coded c;
    struct gwet_ac1 g = {STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, 0};
    coded_init(&c, r);
    struct ac1_sums s = {.share = mem_calloc(c.n_values + 1, sizeof(double))};
    ac1_sum(&c, &s);
    if (q < c.n_values)
        q = c.n_values;
    g.n = s.rated;
    g.pa = s.pa;
    if (s.paired > 0) {
        double pe = 0;
        for (size_t v = 0; v < c.n_values && q > 1; v++)
            pe += s.share[v] * (1 - s.share[v]) / (double)(q - 1);
        g.pe = pe;
        g.ac1 = (g.pa - pe) / (1 - pe);
        if (q > 1 && s.rated > 1) {
            g.se = ac1_se(&c, &s, pe, g.ac1, q);
            double half = t_quantile(0.5 + conf / 2, (double)(s.rated - 1)) * g.se;
            g.low = g.ac1 - half;
            g.high = fmin(1, g.ac1 + half);
        }
    }
    free(s.share);
    coded_release(&c);
    return g;
}
