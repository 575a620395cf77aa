/* What is said of one variant, from its rows; see summary.h. */
#include "run/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/bootstrap.h"
#include "stats/cost.h"
#include "stats/mean.h"
#include "stats/moments.h"

static const double conf = 0.95;
/* A mean's t interval is off by about skewness / (6 √n) of its coverage on either side. */
static const double skew_for_bca = 0.1;
enum {
    MAX_VALUES = 50, /* a tag with more values is no slice */
    MIN_FOR_BCA = 30,
    RESAMPLES = 2000,
    RESAMPLE_SEED = 1
};

/* --- per item --- */

/* Mean over the epochs of each item of what `value` says of a row (NaN: not counted). */
static void item_means(const struct result_set *rs,
                       double (*value)(const struct result_set *rs, size_t row, size_t arg),
                       size_t arg, double *out)
{
    size_t n = rs->items.n;
    double *count = mem_calloc(n, sizeof *count);
    for (size_t i = 0; i < n; i++)
        out[i] = 0;
    for (size_t r = 0; r < rs->rows.n; r++) {
        double v = value(rs, r, arg);
        if (isnan(v))
            continue;
        out[rs->rows.v[r].item] += v;
        count[rs->rows.v[r].item]++;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = count[i] > 0 ? out[i] / count[i] : (double)NAN;
    free(count);
}

static double outcome_value(int outcome)
{
    return outcome == OUTCOME_PASS ? 1 : outcome == OUTCOME_FAIL ? 0 : (double)NAN;
}

static double row_success(const struct result_set *rs, size_t r, size_t arg)
{
    (void)arg;
    return outcome_value((int)rs->rows.v[r].outcome);
}

static double row_score(const struct result_set *rs, size_t r, size_t arg)
{
    (void)arg;
    return rs->rows.v[r].score;
}

static double row_grader(const struct result_set *rs, size_t r, size_t g)
{
    const struct result_grade *grade = &result_set_grades(rs, r)[g];
    return grade->outcome == OUTCOME_PASS || grade->outcome == OUTCOME_FAIL ? grade->score
                                                                            : (double)NAN;
}

void summary_item_success(const struct result_set *rs, double *out)
{
    item_means(rs, row_success, 0, out);
}

void summary_item_score(const struct result_set *rs, double *out)
{
    item_means(rs, row_score, 0, out);
}

void summary_item_grader(const struct result_set *rs, size_t grader, double *out)
{
    item_means(rs, row_grader, grader, out);
}

/* What a row cost. A call that failed and tells no cost was not billed. */
static double row_cost(const struct result_row *row)
{
    double c = isnan(row->cost_usd) && row->failed_call ? 0 : row->cost_usd;
    return c + row->grading_cost_usd;
}

void summary_item_cost(const struct result_set *rs, double *out)
{
    for (size_t i = 0; i < rs->items.n; i++)
        out[i] = 0;
    for (size_t r = 0; r < rs->rows.n; r++)
        out[rs->rows.v[r].item] += row_cost(&rs->rows.v[r]);
}

const size_t *summary_clusters(struct arena *a, const struct result_set *rs)
{
    struct map index = {0};
    size_t next = 0, first = 0;
    while (first < rs->items.n && str_null(rs->items.v[first].cluster))
        first++;
    if (first == rs->items.n)
        return NULL;
    size_t *c = ARENA_ARRAY(a, rs->items.n, size_t);
    for (size_t i = 0; i < rs->items.n; i++) {
        struct str name = rs->items.v[i].cluster;
        bool is_new;
        if (str_null(name)) {
            c[i] = next++;
            continue;
        }
        struct map_entry *en = map_entry(&index, name, &is_new);
        if (is_new)
            en->value = (void *)(uintptr_t)next++;
        c[i] = (size_t)(uintptr_t)en->value;
    }
    map_release(&index);
    return c;
}

/* --- estimates --- */

/* Room for the values that count, and where they come from. */
struct work {
    double *x, *kept;
    size_t *cluster;
    const size_t *clusters; /* of the items; NULL: independent */
};

/* Clusters among the kept values must be numbered below their count. */
static void renumber(size_t *cluster, size_t n, size_t n_items)
{
    size_t *to = mem_calloc(n_items, sizeof *to), next = 0;
    for (size_t i = 0; i < n; i++) {
        size_t *t = &to[cluster[i]];
        if (*t == 0)
            *t = ++next;
        cluster[i] = *t - 1;
    }
    free(to);
}

/* Estimate from the items in w->x that are not NaN and, with a tag, have value number `v`. Means
 * of skewed scores get a BCa interval. */
static struct estimate of_items(const struct result_set *rs, struct work *w,
                                const struct result_tag *tag, uint32_t v)
{
    size_t n = 0;
    for (size_t i = 0; i < rs->items.n; i++) {
        if (isnan(w->x[i]) || (tag && (i >= tag->of_item.n || tag->of_item.v[i] != v)))
            continue;
        if (w->clusters)
            w->cluster[n] = w->clusters[i];
        w->kept[n++] = w->x[i];
    }
    if (w->clusters)
        renumber(w->cluster, n, rs->items.n);
    struct estimate est = estimate_scores(w->kept, w->clusters ? w->cluster : NULL, n, conf);
    if (strcmp(est.method, "t") == 0 && n >= MIN_FOR_BCA &&
        fabs(stat_skewness(w->kept, n)) > skew_for_bca * sqrt((double)n)) {
        struct bootstrap b = bootstrap_mean(w->kept, n, RESAMPLES, RESAMPLE_SEED, conf);
        if (!b.degenerate)
            est = bootstrap_estimate(&b);
    }
    return est;
}

static struct estimate quantile_of(const double *sorted, size_t n, double q)
{
    struct quantile_ci c = quantile_ci_sorted(sorted, n, q, conf);
    return quantile_estimate(&c);
}

static struct summary_quantiles quantiles(double *x, size_t n)
{
    stat_sort(x, n);
    return (struct summary_quantiles){quantile_of(x, n, 0.5), quantile_of(x, n, 0.95),
                                      quantile_of(x, n, 0.99)};
}

static void latencies(struct summary *s, const struct result_set *rs)
{
    double *x = mem_calloc(rs->rows.n + 1, sizeof *x);
    size_t n = 0;
    for (size_t r = 0; r < rs->rows.n; r++)
        if (!rs->rows.v[r].failed_call && !isnan(rs->rows.v[r].latency_ms))
            x[n++] = rs->rows.v[r].latency_ms;
    s->latency_ms = quantiles(x, n);
    n = 0;
    for (size_t r = 0; r < rs->rows.n; r++)
        if (!rs->rows.v[r].failed_call && !isnan(rs->rows.v[r].ttft_ms))
            x[n++] = rs->rows.v[r].ttft_ms;
    s->ttft_ms = quantiles(x, n);
    free(x);
}

/* Costs and successes per item; an item with several epochs counts all of them. */
static void costs(struct summary *s, const struct result_set *rs, struct work *w)
{
    double *successes = w->kept;
    struct sum total = {0};
    summary_item_cost(rs, w->x);
    for (size_t i = 0; i < rs->items.n; i++) {
        successes[i] = 0;
        sum_add(&total, w->x[i]);
    }
    for (size_t r = 0; r < rs->rows.n; r++)
        if (rs->rows.v[r].outcome == OUTCOME_PASS)
            successes[rs->rows.v[r].item]++;
    s->cost_usd = rs->items.n ? sum_get(&total) : (double)NAN;
    struct cost_per_success c = cost_per_success(w->x, successes, rs->items.n, conf);
    s->cost_per_success = cost_per_success_estimate(&c);
    if (c.ratio == 0) /* nothing costs anything: that is known exactly */
        s->cost_per_success.low = s->cost_per_success.high = 0;
}

static void counts(struct summary *s, const struct result_set *rs)
{
    s->rows = rs->rows.n;
    for (size_t r = 0; r < rs->rows.n; r++) {
        const struct result_row *row = &rs->rows.v[r];
        s->errors += row->outcome == OUTCOME_ERROR;
        s->failed_calls += row->failed_call;
        s->refused += row->refused;
        if (row->failed_call)
            continue;
        s->tokens_input += row->tokens_input < 0 ? (double)NAN : (double)row->tokens_input;
        s->tokens_output += row->tokens_output < 0 ? (double)NAN : (double)row->tokens_output;
        s->tokens_cached += row->tokens_cached < 0 ? 0 : (double)row->tokens_cached;
        for (size_t g = 0; g < rs->n_graders; g++)
            s->grader_errors[g] += result_set_grades(rs, r)[g].outcome == OUTCOME_ERROR;
    }
}

/* --- slices --- */

static int by_value(const void *x, const void *y)
{
    return str_cmp(((const struct summary_value *)x)->value,
                   ((const struct summary_value *)y)->value);
}

static void add_slice(struct arena *a, struct summary *s, const struct result_set *rs,
                      struct work *w, const struct result_tag *t)
{
    struct summary_slice *slice = &s->slices[s->n_slices++];
    *slice = (struct summary_slice){arena_strdup(a, t->key), t->value.n,
                                    ARENA_ARRAY(a, t->value.n, struct summary_value)};
    for (size_t v = 0; v < t->value.n; v++)
        slice->values[v] = (struct summary_value){arena_str(a, t->value.v[v]),
                                                  of_items(rs, w, t, (uint32_t)v)};
    qsort(slice->values, slice->n, sizeof *slice->values, by_value);
}

/* w->x holds the items' success. */
static void slices(struct arena *a, struct summary *s, const struct result_set *rs,
                   struct work *w, const char *const *tags)
{
    size_t n = rs->tags.n;
    s->slices = ARENA_ARRAY(a, n, struct summary_slice);
    for (size_t i = 0; tags && tags[i]; i++) {
        const struct result_tag *t = result_set_find_tag(rs, tags[i]);
        if (t && s->n_slices < n)
            add_slice(a, s, rs, w, t);
    }
    for (size_t i = 0; !tags && i < n; i++)
        if (rs->tags.v[i].value.n >= 2 && rs->tags.v[i].value.n <= MAX_VALUES)
            add_slice(a, s, rs, w, &rs->tags.v[i]);
}

struct summary *summary_make(struct arena *a, const struct result_set *rs, const char *const *tags)
{
    size_t n = rs->items.n;
    struct summary *s = ARENA_NEW(a, struct summary);
    struct work w = {mem_calloc(n + 1, sizeof(double)), mem_calloc(n + 1, sizeof(double)), NULL,
                     summary_clusters(a, rs)};
    if (w.clusters)
        w.cluster = mem_calloc(n + 1, sizeof *w.cluster);
    *s = (struct summary){.name = arena_strdup(a, rs->name), .n = n, .epochs = rs->epochs,
                          .n_graders = rs->n_graders, .wall_s = rs->wall_s};
    const char **names = ARENA_ARRAY(a, rs->n_graders + 1, const char *);
    for (size_t g = 0; g < rs->n_graders; g++)
        names[g] = arena_strdup(a, rs->graders[g]);
    s->grader_names = names;
    s->graders = ARENA_ARRAY(a, rs->n_graders, struct estimate);
    s->grader_errors = ARENA_ARRAY(a, rs->n_graders, size_t);
    counts(s, rs);
    summary_item_success(rs, w.x);
    s->success = of_items(rs, &w, NULL, 0);
    slices(a, s, rs, &w, tags);
    summary_item_score(rs, w.x);
    s->score = of_items(rs, &w, NULL, 0);
    for (size_t g = 0; g < rs->n_graders; g++) {
        summary_item_grader(rs, g, w.x);
        s->graders[g] = of_items(rs, &w, NULL, 0);
    }
    latencies(s, rs);
    costs(s, rs, &w);
    free(w.x);
    free(w.kept);
    free(w.cluster);
    return s;
}

/* --- JSON --- */

static void write_quantiles(struct jw *w, const char *key, const struct summary_quantiles *q)
{
    jw_key(w, key);
    jw_obj(w);
    estimate_write(w, "p50", q->p50);
    estimate_write(w, "p95", q->p95);
    estimate_write(w, "p99", q->p99);
    jw_end(w);
}

static void write_slices(struct jw *w, const struct summary *s)
{
    jw_key(w, "slices");
    jw_obj(w);
    for (size_t i = 0; i < s->n_slices; i++) {
        jw_key(w, s->slices[i].tag);
        jw_obj(w);
        for (size_t v = 0; v < s->slices[i].n; v++) {
            jw_key_str(w, s->slices[i].values[v].value);
            estimate_write(w, NULL, s->slices[i].values[v].success);
        }
        jw_end(w);
    }
    jw_end(w);
}

void summary_write_members(struct jw *w, const struct summary *s)
{
    jw_kc(w, "variant", s->name);
    jw_kint(w, "n", (int64_t)s->n);
    jw_kint(w, "epochs", s->epochs);
    jw_kint(w, "errors", (int64_t)s->errors);
    jw_kint(w, "refused", (int64_t)s->refused);
    estimate_write(w, "success_rate", s->success);
    estimate_write(w, "score", s->score);
    jw_key(w, "graders");
    jw_obj(w);
    for (size_t g = 0; g < s->n_graders; g++)
        estimate_write(w, s->grader_names[g], s->graders[g]);
    jw_end(w);
    write_slices(w, s);
    write_quantiles(w, "latency_ms", &s->latency_ms);
    write_quantiles(w, "ttft_ms", &s->ttft_ms);
    jw_knum(w, "cost_usd", s->cost_usd);
    estimate_write(w, "cost_per_success", s->cost_per_success);
    jw_key(w, "tokens");
    jw_obj(w);
    jw_knum(w, "input", s->tokens_input);
    jw_knum(w, "output", s->tokens_output);
    jw_knum(w, "cached", s->tokens_cached);
    jw_end(w);
    jw_knum(w, "wall_s", s->wall_s);
}

void summary_write(struct jw *w, const struct summary *s)
{
    jw_obj(w);
    summary_write_members(w, s);
    jw_end(w);
}
