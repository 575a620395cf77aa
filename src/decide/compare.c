/* Two variants on the same items: matching, then the same paired comparison for success, each
 * grader and each slice. The statistics are paired.c's. */
#include "decide/compare.h"

#include <math.h>

#include "stats/multiplicity.h"

/* The items both sides have a value for, in a's order. */
struct pairing {
    size_t n;
    uint32_t *ia, *ib;
    struct paired_clusters clusters; /* of NULL: not clustered */
};

/* Items of a measure judged on both sides, drawn from `all`. */
struct values {
    size_t n;
    double *a, *b;
    size_t *cluster;
};

static struct pairing match(struct arena *arena, struct comparison *c, const double *mean_a,
                            const double *mean_b)
{
    struct pairing p = {.ia = ARENA_ARRAY(arena, c->a->n_items, uint32_t),
                        .ib = ARENA_ARRAY(arena, c->a->n_items, uint32_t)};
    size_t common = 0;
    for (size_t i = 0; i < c->a->n_items; i++) {
        ptrdiff_t j = evidence_find(c->b, c->a->id[i]);
        if (j < 0)
            continue;
        common++;
        c->errors_a += isnan(mean_a[i]) ? 1 : 0;
        c->errors_b += isnan(mean_b[j]) ? 1 : 0;
        if (isnan(mean_a[i]) || isnan(mean_b[j]))
            continue;
        p.ia[p.n] = (uint32_t)i;
        p.ib[p.n++] = (uint32_t)j;
    }
    c->only_a = c->a->n_items - common;
    c->only_b = c->b->n_items - common;
    return p;
}

/* Numbers the clusters of the pairs; b's are used where a has none. */
static void find_clusters(struct arena *arena, const struct comparison *c, struct pairing *p)
{
    const struct evidence *ev = c->a->cluster ? c->a : c->b;
    const uint32_t *item = c->a->cluster ? p->ia : p->ib;
    if (!ev->cluster)
        return;
    CLEANUP(map_release) struct map seen = {0};
    size_t *of = ARENA_ARRAY(arena, p->n, size_t);
    for (size_t i = 0; i < p->n; i++) {
        struct str name = ev->cluster[item[i]];
        bool is_new = true;
        struct map_entry *entry = name.p ? map_entry(&seen, name, &is_new) : NULL;
        if (is_new) {
            of[i] = p->clusters.n++;
            if (entry)
                entry->value = (void *)(intptr_t)of[i];
        } else {
            of[i] = (size_t)(intptr_t)entry->value;
        }
    }
    p->clusters.of = of;
}

static struct paired_opts options(const struct comparison *c, bool display_only)
{
    return (struct paired_opts){.confidence = c->opts.confidence,
                                .margin = c->opts.margin,
                                .seed = c->opts.seed,
                                .stopped_early = c->a->stopped_early || c->b->stopped_early,
                                .display_only = display_only};
}

/* Renumbers the clusters that occur among `v`, so that none is empty. */
static struct paired_clusters compact(struct arena *scratch, const struct values *v,
                                      size_t n_clusters)
{
    struct paired_clusters out = {NULL, 0};
    if (!v->cluster)
        return out;
    size_t *number = ARENA_ARRAY(scratch, n_clusters, size_t);
    size_t *of = ARENA_ARRAY(scratch, v->n, size_t);
    for (size_t i = 0; i < v->n; i++) {
        if (!number[v->cluster[i]])
            number[v->cluster[i]] = ++out.n;
        of[i] = number[v->cluster[i]] - 1;
    }
    out.of = of;
    return out;
}

/* Compares the pairs of `which` (NULL: all of them) by their item means. */
static struct paired compare_values(struct comparison *c, const struct pairing *p,
                                    const double *mean_a, const double *mean_b,
                                    const uint32_t *which, size_t n, bool display_only)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct values v = {.a = ARENA_ARRAY(scratch, n, double), .b = ARENA_ARRAY(scratch, n, double)};
    if (p->clusters.of)
        v.cluster = ARENA_ARRAY(scratch, n, size_t);
    for (size_t k = 0; k < n; k++) {
        size_t i = which ? which[k] : k;
        double x = mean_a[p->ia[i]], y = mean_b[p->ib[i]];
        if (isnan(x) || isnan(y))
            continue;
        v.a[v.n] = x;
        v.b[v.n] = y;
        if (v.cluster)
            v.cluster[v.n] = p->clusters.of[i];
        v.n++;
    }
    struct paired_clusters clusters = compact(scratch, &v, p->clusters.n);
    struct paired_opts o = options(c, display_only);
    return paired_compare(scratch, v.a, v.b, v.n, clusters.of ? &clusters : NULL, &o);
}

/* Passing means in more than half of its epochs. */
static bool passes(double mean) { return mean > 0.5; }

static void find_flips(struct arena *a, struct comparison *c)
{
    c->gained = ARENA_ARRAY(a, c->success.n, struct str);
    c->lost = ARENA_ARRAY(a, c->success.n, struct str);
    for (size_t i = 0; i < c->success.n && !c->a->scores_only; i++) {
        bool before = passes(c->mean_a[i]), after = passes(c->mean_b[i]);
        if (!before && after)
            c->gained[c->n_gained++] = c->pair_id[i];
        else if (before && !after)
            c->lost[c->n_lost++] = c->pair_id[i];
        c->pass_both += before && after;
        c->fail_both += !before && !after;
    }
}

static void adjust(struct arena *a, struct compare_part *part, size_t n)
{
    double *p = ARENA_ARRAY(a, n, double), *adjusted = ARENA_ARRAY(a, n, double);
    size_t tests = 0;
    for (size_t i = 0; i < n; i++) {
        part[i].p_adjusted = (double)NAN;
        if (!isnan(part[i].r.p_value))
            p[tests++] = part[i].r.p_value;
    }
    p_adjust(P_HOLM, p, tests, adjusted);
    tests = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(part[i].r.p_value))
            part[i].p_adjusted = adjusted[tests++];
}

/* A part is called better or worse only when that survives the correction. */
static void correct_verdicts(struct compare_part *part, size_t n, double alpha)
{
    for (size_t i = 0; i < n; i++)
        if (!(part[i].p_adjusted < alpha) &&
            (part[i].r.verdict == VERDICT_BETTER || part[i].r.verdict == VERDICT_WORSE))
            part[i].r.verdict = VERDICT_INCONCLUSIVE;
}

static void compare_measure(struct arena *a, struct comparison *c, const struct pairing *p,
                            const char *name, int which_a, int which_b)
{
    double *mean_a = evidence_item_means(a, c->a, which_a);
    double *mean_b = evidence_item_means(a, c->b, which_b);
    struct paired r = compare_values(c, p, mean_a, mean_b, NULL, p->n, false);
    if (r.n)
        c->graders[c->n_graders++] = (struct compare_part){.name = str_c(name), .r = r};
}

/* Graders both sides have, then the score they add up to, unless a single grader is all of it. */
static void compare_graders(struct arena *a, struct comparison *c, const struct pairing *p)
{
    c->graders = ARENA_ARRAY(a, c->a->n_measures + 1, struct compare_part);
    for (size_t k = 0; k < c->a->n_measures; k++) {
        const struct evidence_measure *m = &c->a->measures[k];
        ptrdiff_t other = evidence_measure_find(c->b, m->name);
        if (other >= 0 && !m->is_rate)
            compare_measure(a, c, p, m->name, (int)k, (int)other);
    }
    if (!c->a->scores_only && c->n_graders != 1)
        compare_measure(a, c, p, "score", EVIDENCE_SCORE, EVIDENCE_SCORE);
    adjust(a, c->graders, c->n_graders);
    correct_verdicts(c->graders, c->n_graders, 1 - c->opts.confidence);
}

/* The pairs of one slice key, grouped by value in order of appearance. */
static void compare_slice_key(struct arena *a, struct comparison *c, const struct pairing *p,
                              size_t k, struct compare_part *out, const double *mean_a,
                              const double *mean_b)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    CLEANUP(map_release) struct map seen = {0};
    uint32_t *group = ARENA_ARRAY(scratch, p->n, uint32_t);
    size_t *count = ARENA_ARRAY(scratch, p->n + 1, size_t);
    for (size_t i = 0; i < p->n; i++) {
        struct str value = c->a->slice_value[p->ia[i] * c->a->n_slices + k];
        bool is_new;
        if (!value.p)
            continue;
        struct map_entry *entry = map_entry(&seen, value, &is_new);
        if (is_new)
            entry->value = (void *)(intptr_t)seen.n;
        group[i] = (uint32_t)(intptr_t)entry->value;
        count[group[i]]++;
    }
    for (size_t g = 1; g <= seen.n; g++) {
        uint32_t *which = ARENA_ARRAY(scratch, count[g], uint32_t);
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++)
            if (group[i] == g)
                which[n++] = (uint32_t)i;
        out[c->n_slices++] = (struct compare_part){
            .key = c->a->slice[k],
            .name = arena_str(a, seen.entries[g - 1].key),
            .r = compare_values(c, p, mean_a, mean_b, which, n, true),
        };
    }
}

static void compare_slices(struct arena *a, struct comparison *c, const struct pairing *p,
                           const double *mean_a, const double *mean_b)
{
    c->slices = ARENA_ARRAY(a, c->a->n_slices * p->n, struct compare_part);
    for (size_t k = 0; k < c->a->n_slices; k++)
        compare_slice_key(a, c, p, k, c->slices, mean_a, mean_b);
    adjust(a, c->slices, c->n_slices);
    correct_verdicts(c->slices, c->n_slices, 1 - c->opts.confidence);
}

static bool nothing_in_common(const struct comparison *c, struct err *e)
{
    if (c->errors_a + c->errors_b)
        return err_set(e, ERR_INPUT,
                       "%s and %s have no item that was judged on both sides: %zu of %s and %zu "
                       "of %s are errors",
                       c->a->name, c->b->name, c->errors_a, c->a->name, c->errors_b, c->b->name);
    err_set(e, ERR_INPUT, "%s and %s have no id in common", c->a->name, c->b->name);
    return err_hint(e, "A comparison is made item by item: both sides need the same ids.");
}

bool compare_run(struct arena *a, const struct evidence *ea, const struct evidence *eb,
                 const struct compare_opts *opts, struct comparison *ret, struct err *e)
{
    struct comparison c = {.a = ea, .b = eb, .opts = *opts};
    if (ea->scores_only != eb->scores_only) {
        err_set(e, ERR_INPUT, "%s has only scores, %s has passes",
                (ea->scores_only ? ea : eb)->name, (ea->scores_only ? eb : ea)->name);
        return err_hint(e, "Both sides need a `pass`, or both need a `score` and no `pass`.");
    }
    double *mean_a = evidence_item_means(a, ea, EVIDENCE_VALUE);
    double *mean_b = evidence_item_means(a, eb, EVIDENCE_VALUE);
    struct pairing p = match(a, &c, mean_a, mean_b);
    if (p.n == 0)
        return nothing_in_common(&c, e);
    find_clusters(a, &c, &p);
    c.success = compare_values(&c, &p, mean_a, mean_b, NULL, p.n, false);
    double *pair_a = ARENA_ARRAY(a, p.n, double), *pair_b = ARENA_ARRAY(a, p.n, double);
    c.pair_id = ARENA_ARRAY(a, p.n, struct str);
    for (size_t i = 0; i < p.n; i++) {
        c.pair_id[i] = ea->id[p.ia[i]];
        pair_a[i] = mean_a[p.ia[i]];
        pair_b[i] = mean_b[p.ib[i]];
    }
    c.mean_a = pair_a;
    c.mean_b = pair_b;
    find_flips(a, &c);
    compare_graders(a, &c, &p);
    compare_slices(a, &c, &p, mean_a, mean_b);
    *ret = c;
    return true;
}

bool compare_repeats_success(const struct comparison *c, size_t grader)
{
    const struct paired *s = &c->success, *g = &c->graders[grader].r;
    return g->n == s->n && g->b_better == s->b_better && g->a_better == s->a_better &&
           fabs(g->a.value - s->a.value) < 1e-12 && fabs(g->diff.value - s->diff.value) < 1e-12;
}
