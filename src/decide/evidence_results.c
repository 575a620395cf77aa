/* Evidence from a variant of a run; see evidence_of_results in evidence.h. */
#include <math.h>
#include <string.h>

#include "decide/evidence.h"
#include "decide/failure_graders.h"
#include "run/results.h"
#include "store/runs.h"
#include "text/json.h"

/* Two measures a grader: its score (its word where it gives no score), and its word. */
static void add_measures(struct evidence_builder *b, const struct result_set *rs)
{
    for (size_t g = 0; g < rs->n_graders; g++) {
        evidence_measure(b, rs->graders[g]);
        size_t rate = evidence_measure(b, arena_printf(b->a, "%s_rate", rs->graders[g]));
        b->ev->measures[rate].is_rate = true;
    }
}

static const char *only_grader(const struct failure_mode *mode, const struct result_set *rs)
{
    const char *only = NULL;
    for (size_t g = 0; g < rs->n_graders; g++) {
        if (!mode->grader[g])
            continue;
        if (only)
            return NULL;
        only = rs->graders[g];
    }
    return only;
}

/* One more measure for each failure mode that some grader looks for. */
static void add_failures(struct evidence_builder *b, const struct result_set *rs,
                         const struct failure_graders *f)
{
    for (size_t i = 0; i < f->n; i++) {
        size_t m = evidence_measure(b, arena_printf(b->a, "failure:%s", f->mode[i].name));
        b->ev->measures[m].is_rate = true;
        b->ev->measures[m].detector = f->mode[i].detector;
        b->ev->measures[m].only = only_grader(&f->mode[i], rs);
    }
}

/* 1 when any of its graders failed the output, 0 when all passed it, else NaN. */
static double shows_failure(const struct failure_mode *mode, const struct result_grade *grade,
                            size_t n_graders)
{
    bool open = false;
    for (size_t g = 0; g < n_graders; g++) {
        if (!mode->grader[g])
            continue;
        if (grade[g].outcome == OUTCOME_FAIL)
            return 1;
        open = open || grade[g].outcome != OUTCOME_PASS;
    }
    return open ? (double)NAN : 0;
}

static const double *measures(struct evidence_builder *b, const struct result_set *rs,
                              const struct failure_graders *f, size_t r)
{
    const struct result_grade *grade = result_set_grades(rs, r);
    double *v = evidence_measures_new(b);
    for (size_t g = 0; g < rs->n_graders; g++) {
        if (grade[g].outcome != OUTCOME_PASS && grade[g].outcome != OUTCOME_FAIL)
            continue;
        v[2 * g + 1] = grade[g].outcome == OUTCOME_PASS;
        v[2 * g] = isnan(grade[g].score) ? v[2 * g + 1] : grade[g].score;
    }
    for (size_t i = 0; i < f->n; i++)
        v[2 * rs->n_graders + i] = shows_failure(&f->mode[i], grade, rs->n_graders);
    return v;
}

static void add_items(struct evidence_builder *b, const struct result_set *rs,
                      const struct evidence_opts *opts)
{
    const struct result_tag *cluster =
        opts->cluster ? result_set_find_tag(rs, opts->cluster) : NULL;
    for (size_t i = 0; i < rs->items.n; i++) {
        bool is_new;
        uint32_t item = evidence_item(b, rs->items.v[i].id, &is_new);
        if (b->ev->cluster)
            evidence_set_cluster(
                b, item, cluster ? result_tag_value(cluster, (uint32_t)i) : rs->items.v[i].cluster);
        for (size_t k = 0; k < b->ev->n_slices; k++) {
            const struct result_tag *tag = result_set_find_tag(rs, b->ev->slice[k]);
            if (tag)
                evidence_set_slice(b, item, k, result_tag_value(tag, (uint32_t)i));
        }
    }
}

/* The items say themselves that they belong together, unless a key was asked for. */
static bool is_clustered(const struct result_set *rs, const struct evidence_opts *opts)
{
    if (opts->cluster)
        return true;
    for (size_t i = 0; i < rs->items.n; i++)
        if (rs->items.v[i].cluster.p)
            return true;
    return false;
}

struct evidence *evidence_of_results(struct arena *a, const struct result_set *rs,
                                     const struct evidence_opts *opts)
{
    struct evidence_builder b;
    struct evidence *ev;
    evidence_start(&b, a, rs->name, opts->slices, is_clustered(rs, opts));
    struct failure_graders failures = failure_graders_find(a, rs, opts->feature);
    add_measures(&b, rs);
    add_failures(&b, rs, &failures);
    add_items(&b, rs, opts);
    for (size_t r = 0; r < rs->rows.n; r++) {
        const struct result_row *row = &rs->rows.v[r];
        bool error = row->outcome == OUTCOME_ERROR;
        double grading = isnan(row->grading_cost_usd) ? 0 : row->grading_cost_usd;
        struct evidence_row out = {
            .item = row->item,
            .epoch = row->epoch,
            .error = error,
            .value = error ? (double)NAN : row->outcome == OUTCOME_PASS,
            .score = row->score,
            .latency_s = row->latency_ms / 1000,
            .ttft_s = row->ttft_ms / 1000,
            .cost_usd = row->cost_usd + grading,
            .measure = measures(&b, rs, &failures, r),
            .n_measures = (uint16_t)(2 * rs->n_graders + failures.n),
        };
        evidence_add(&b, out);
    }
    if (!evidence_finish(&b, rs->name, &ev, NULL))
        BUG("a result set holds a unit of work twice");
    ev->golden_version = rs->golden_version ? arena_strdup(a, rs->golden_version) : NULL;
    ev->feature = rs->feature ? arena_strdup(a, rs->feature) : NULL;
    ev->run = rs->run ? arena_printf(a, "r%lld", (long long)rs->run) : NULL;
    return ev;
}

void evidence_calibrate(struct evidence *ev, const char *name, struct judge_counts measured)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < ev->n_measures; i++) {
        struct evidence_measure *m = &ev->measures[i];
        bool rate = strncmp(m->name, name, len) == 0 && strcmp(m->name + len, "_rate") == 0;
        bool mode = m->only && strcmp(m->only, name) == 0; /* 1 is what the judge fails */
        if (!rate && !mode)
            continue;
        m->calibrated = true;
        m->measured = mode ? (struct judge_counts){.n11 = measured.n00,
                                                   .n10 = measured.n01,
                                                   .n01 = measured.n10,
                                                   .n00 = measured.n11}
                           : measured;
    }
}

bool evidence_stops_early(struct arena *a, const struct run_row *run)
{
    yyjson_val *options;
    if (str_eq_c(run->ended_why, "decided"))
        return true;
    return run->options.p &&
           json_parse_lax(a, run->options, "a run's options", 1, &options, NULL) &&
           yyjson_is_true(json_get(options, "until_decided"));
}
