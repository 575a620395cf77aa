/* Grading of finished units; see grading.h. */
#include "run/grading.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "text/json.h"
#include "text/jsonw.h"

/* One slice is graded by one thread with one arena. */
enum { SLICE = 32 };

/* The recorded-output object as graders know it, from what the store keeps apart. */
static yyjson_val *record(const struct output_row *o, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    yyjson_val *kept = NULL, *v = NULL;
    size_t i, n;
    yyjson_val *key, *val;
    if (str_null(o->record) && str_null(o->finish_reason))
        return NULL;
    if (!str_null(o->record) && !json_parse_lax(a, o->record, NULL, 1, &kept, NULL))
        BUG("a record that is no JSON: %.*s", STR_ARG(o->record));
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kstr(&w, "output", o->text);
    if (!str_null(o->finish_reason))
        jw_kstr(&w, "finish_reason", o->finish_reason);
    yyjson_obj_foreach(kept, i, n, key, val) {
        jw_key(&w, yyjson_get_str(key));
        jw_value(&w, val);
    }
    jw_end(&w);
    if (!json_parse_lax(a, buf_str(&b), NULL, 1, &v, NULL))
        return NULL; /* larger than a body may be: graders see no record */
    return v;
}

static double count(int64_t n) { return n < 0 ? (double)NAN : (double)n; }

void grading_input(const struct unit *u, struct arena *a, struct grade_in *ret)
{
    const struct item *it = &u->item->item;
    const struct output_row *o = &u->out;
    *ret = (struct grade_in){
        .id = it->id,
        .output = o->text,
        .input = it->input,
        .expected = it->expected,
        .context = it->context,
        .tags = it->tags,
        .record = record(o, a),
        .latency_ms = o->latency_ms,
        .ttft_ms = o->ttft_ms,
        .cost_usd = o->cost_usd,
        .confidence = o->confidence,
        .tokens_input = count(o->tokens_input),
        .tokens_output = count(o->tokens_output),
        .epoch = u->epoch,
    };
}

static enum truth truth_of(enum outcome o)
{
    return o == OUTCOME_PASS ? TRUTH_PASS : o == OUTCOME_FAIL ? TRUTH_FAIL : TRUTH_ERROR;
}

static double weighted_score(const struct plan *p, const struct unit *u)
{
    const struct grade_out *g = u->grades;
    double sum = 0, weight = 0;
    for (size_t i = 0; i < p->n_graders; i++) {
        double w = p->graders[i].grader->weight;
        if (w > 0 && (!u->looked[i] || g[i].outcome == OUTCOME_ERROR || isnan(g[i].score)))
            return NAN;
        if (w > 0) {
            sum += w * g[i].score;
            weight += w;
        }
    }
    return weight > 0 ? sum / weight : (double)NAN;
}

void grading_conclude(const struct plan *p, struct unit *u)
{
    enum { FEW = 32 };
    struct expr_in few[FEW], *in = few;
    u->outcome = OUTCOME_ERROR;
    u->score = NAN;
    if (!u->grades)
        return;
    if (p->n_graders > FEW)
        in = mem_calloc(p->n_graders, sizeof *in);
    for (size_t i = 0; i < p->n_graders; i++)
        in[i] = u->looked[i]
                    ? (struct expr_in){truth_of(u->grades[i].outcome), u->grades[i].score}
                    : (struct expr_in){TRUTH_ERROR, NAN};
    enum truth t = expr_eval(p->feature->success, in);
    u->outcome = t == TRUTH_PASS ? OUTCOME_PASS : t == TRUTH_FAIL ? OUTCOME_FAIL : OUTCOME_ERROR;
    u->score = weighted_score(p, u);
    if (in != few)
        free(in);
}

struct job {
    const struct plan *plan;
    struct unit *const *units;
    size_t n;
    struct arena **arenas; /* one a slice */
};

static void grade_unit(const struct plan *p, struct unit *u, struct arena *a)
{
    struct grade_in in;
    if (u->out.status == OUTPUT_ERROR || u->asking)
        return; /* nothing to grade, or graded before the models were asked */
    u->grades = ARENA_ARRAY(a, p->n_graders, struct grade_out);
    u->looked = ARENA_ARRAY(a, p->n_graders, bool);
    grading_input(u, a, &in);
    for (size_t i = 0; i < p->n_graders; i++) {
        u->grades[i] = (struct grade_out){.outcome = OUTCOME_ERROR, .score = NAN};
        if (p->graders[i].grader->ops->ask)
            continue;
        grader_grade(p->graders[i].grader, &in, a, &u->grades[i]);
        u->looked[i] = true;
    }
}

static void grade_slice(void *arg, size_t s)
{
    const struct job *job = arg;
    size_t to = (s + 1) * SLICE < job->n ? (s + 1) * SLICE : job->n;
    for (size_t i = s * SLICE; i < to; i++) {
        grade_unit(job->plan, job->units[i], job->arenas[s]);
        grading_conclude(job->plan, job->units[i]);
    }
}

static void free_arena(void *a) { arena_free(a); }

void grading_run(const struct plan *p, struct unit *const *units, size_t n, struct arena *a)
{
    size_t slices = (n + SLICE - 1) / SLICE;
    struct job job = {p, units, n, ARENA_ARRAY(a, slices, struct arena *)};
    for (size_t i = 0; i < slices; i++) {
        job.arenas[i] = arena_new();
        arena_defer(a, free_arena, job.arenas[i]);
    }
    pool_for(slices, grade_slice, &job);
}
