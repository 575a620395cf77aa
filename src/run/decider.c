/* Stopping a run when its gate's success requirements are decided; see decider.h. */
#include "run/decider.h"

#include <math.h>
#include <string.h>

#include "run/results.h"
#include "run/summary.h"
#include "stats/sequential.h"
#include "store/decisions.h"
#include "store/runs.h"

/* The bets are cut at half of what would risk the whole capital; the usual choice of the paper
 * that stats/sequential.h names. */
static const double trunc_bet = 0.5;
/* Uniform prior of the mixture over rates. */
static const double prior = 1;

/* What has been seen of one item under one variant. */
struct tally {
    int seen, passed, errors; /* epochs */
};

struct line {
    struct ni_process pass, fail; /* betting: against a baseline, or on means of several epochs */
    size_t next;                  /* position of the next item to look at */
    size_t k_low, k_high;         /* passes when errors count as failures, as passes */
    size_t baseline;              /* variant in the plan, or NO_VARIANT */
};
#define NO_VARIANT SIZE_MAX

struct decider {
    const struct plan *plan;
    double alpha;
    size_t n_lines;
    struct decider_line *lines;
    struct line *state;           /* one a line */
    struct tally *tally;          /* [variant * n_items + pos] */
    bool *done;                   /* one a variant */
    const double *stored;         /* the stored baseline's success by position; NaN: none */
};

static bool relative(const struct requirement *r)
{
    return r->op == REQUIRE_NOT_WORSE || r->op == REQUIRE_BETTER;
}

static bool followed(const struct requirement *r)
{
    return r->kind == METRIC_SUCCESS_RATE && !r->slice && !r->calibrated;
}

static bool wants_high(const struct requirement *r)
{
    return r->op != REQUIRE_LE && r->op != REQUIRE_LT;
}

/* --- the baseline --- */

static size_t plan_variant(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->n_variants; i++)
        if (strcmp(p->variants[i].spec->name, name) == 0)
            return i;
    return NO_VARIANT;
}

static bool baseline_run(struct arena *a, const struct plan *p, struct store *s,
                         const char **ret_variant, int64_t *ret_run, struct err *e)
{
    const char *name = p->feature->gate.baseline;
    struct decision_row d;
    bool found;
    *ret_variant = name;
    if (strcmp(name, "shipped") != 0)
        return run_newest_with(s, p->feature->name, name, ret_run, e);
    *ret_run = 0;
    if (!decision_shipped(s, a, p->feature->name, &d, &found, e))
        return false;
    if (found) {
        *ret_variant = d.variant.p;
        *ret_run = d.run;
    }
    return true;
}

/* Success of the stored baseline for each item of the plan. */
static bool load_baseline(struct arena *a, const struct plan *p, struct store *s,
                          struct decider *d, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct result_set *rs;
    const char *variant;
    int64_t run;
    if (!baseline_run(scratch, p, s, &variant, &run, e))
        return false;
    if (run == 0) {
        err_set(e, ERR_NOT_FOUND, "the baseline \"%s\" has no results to compare with",
                p->feature->gate.baseline);
        return err_hint(e, "Run it first, or name it with -v as well.");
    }
    if (!result_set_load(scratch, s, run, variant, &rs, e))
        return err_wrap(e, "baseline");
    double *success = ARENA_ARRAY(scratch, rs->items.n, double);
    double *stored = ARENA_ARRAY(a, p->n_items, double);
    struct arena *line = arena_new();
    bool ok = true;
    summary_item_success(rs, success);
    for (size_t i = 0; i < p->n_items && ok; i++) {
        struct item it;
        ok = golden_item(p->golden, p->items[i], line, &it, e);
        ptrdiff_t at = ok ? result_set_find(rs, it.id) : -1;
        stored[i] = at < 0 ? (double)NAN : success[at];
        arena_reset(line);
    }
    arena_free(line);
    d->stored = stored;
    return ok;
}

/* --- setting up --- */

static void start_line(struct decider *d, struct line *l, const struct requirement *r)
{
    double low = -1 + 1e-6, high = 1 - 1e-6, margin;
    if (relative(r))
        margin = r->op == REQUIRE_BETTER ? -r->margin : r->margin;
    else
        margin = 1 - 2 * r->value; /* y = x, so that (1 - margin)/2 is the limit */
    margin = margin < low ? low : margin > high ? high : margin;
    ni_process_init(&l->pass, margin, d->alpha, trunc_bet);
    ni_process_init(&l->fail, -margin, d->alpha, trunc_bet);
}

static void add_lines(struct decider *d, size_t variant, size_t baseline)
{
    const struct gate_spec *g = &d->plan->feature->gate;
    for (size_t i = 0; i < g->n_require; i++) {
        const struct requirement *r = &g->require[i];
        if (!followed(r) || (relative(r) && variant == baseline))
            continue;
        d->lines[d->n_lines] = (struct decider_line){
            .variant = variant, .req = r, .low = NAN, .high = NAN, .e_pass = NAN, .e_fail = NAN};
        d->state[d->n_lines] = (struct line){.baseline = baseline};
        start_line(d, &d->state[d->n_lines], r);
        d->n_lines++;
    }
}

static bool nothing_to_follow(const struct plan *p, struct err *e)
{
    err_set(e, ERR_SPEC, "--until-decided: the gate of \"%s\" has no requirement on success_rate",
            p->feature->name);
    err_hint(e, "Give it one, for example `gate: {require: [success_rate >= 0.90]}`; requirements "
                "on slices and on other metrics cannot be followed.");
    const struct node *n = p->feature->node;
    return n ? err_at(e, n->file, n->line, n->col) : false;
}

bool decider_new(struct arena *a, const struct plan *p, struct store *s, struct decider **ret,
                 struct err *e)
{
    const struct gate_spec *g = &p->feature->gate;
    struct decider *d = ARENA_NEW(a, struct decider);
    size_t baseline = g->baseline ? plan_variant(p, g->baseline) : NO_VARIANT;
    bool compares = false;
    *d = (struct decider){.plan = p, .alpha = 1 - g->confidence};
    d->lines = ARENA_ARRAY(a, p->n_variants * g->n_require, struct decider_line);
    d->state = ARENA_ARRAY(a, p->n_variants * g->n_require, struct line);
    d->tally = ARENA_ARRAY(a, p->n_variants * p->n_items, struct tally);
    d->done = ARENA_ARRAY(a, p->n_variants, bool);
    for (size_t v = 0; v < p->n_variants; v++)
        add_lines(d, v, baseline);
    if (d->n_lines == 0)
        return nothing_to_follow(p, e);
    for (size_t i = 0; i < d->n_lines; i++)
        compares = compares || relative(d->lines[i].req);
    if (compares && baseline == NO_VARIANT && !load_baseline(a, p, s, d, e))
        return false;
    *ret = d;
    return true;
}

/* --- looking --- */

/* Mean success of an item whose epochs are all in, errors counted as `error_value`. */
static double mean_success(const struct decider *d, size_t variant, size_t pos,
                           double error_value)
{
    const struct tally *t = &d->tally[variant * d->plan->n_items + pos];
    return (t->passed + error_value * t->errors) / t->seen;
}

static bool complete(const struct decider *d, size_t variant, size_t pos)
{
    return d->tally[variant * d->plan->n_items + pos].seen == d->plan->epochs;
}

static enum decided settle(const struct decider_line *r, bool proven, bool refuted)
{
    if (r->answer != DECIDED_NOT_YET)
        return r->answer;
    return proven ? DECIDED_PASS : refuted ? DECIDED_FAIL : DECIDED_NOT_YET;
}

/* The limit lies outside the confidence sequence, on the side away from k of n. */
static bool outside(const struct decider *d, size_t k, size_t n, double limit)
{
    if (limit <= 0 || limit >= 1)
        return false;
    return bernoulli_mixture_log_e(k, n, prior, prior, limit) >= -log(d->alpha);
}

/* A limit on the rate of 0/1 outcomes. */
static void look_rate(struct decider *d, struct decider_line *r, struct line *l, size_t pos)
{
    l->k_low += mean_success(d, r->variant, pos, 0) > 0;
    l->k_high += mean_success(d, r->variant, pos, 1) > 0;
    r->n++;
    double limit = r->req->value, n = (double)r->n;
    bool above = (double)l->k_low > limit * n && outside(d, l->k_low, r->n, limit);
    bool below = (double)l->k_high < limit * n && outside(d, l->k_high, r->n, limit);
    r->answer = wants_high(r->req) ? settle(r, above, below) : settle(r, below, above);
}

/* Bets on a bounded number, one for and one against. */
static void look_bets(struct decider_line *r, struct line *l, double worst, double best)
{
    bool proven = ni_process_add(&l->pass, worst), refuted = ni_process_add(&l->fail, -best);
    r->n++;
    r->e_pass = exp(l->pass.log_k);
    r->e_fail = exp(l->fail.log_k);
    r->answer = wants_high(r->req) ? settle(r, proven, refuted) : settle(r, refuted, proven);
}

/* Takes the next item into account; false when it is not there yet. */
static bool look(struct decider *d, struct decider_line *r, struct line *l)
{
    size_t pos = l->next;
    if (pos == d->plan->n_items || !complete(d, r->variant, pos))
        return false;
    double low = mean_success(d, r->variant, pos, 0), high = mean_success(d, r->variant, pos, 1);
    if (!relative(r->req)) {
        if (d->plan->epochs == 1)
            look_rate(d, r, l, pos);
        else
            look_bets(r, l, 2 * low - 1, 2 * high - 1);
    } else if (l->baseline != NO_VARIANT) {
        if (!complete(d, l->baseline, pos))
            return false;
        look_bets(r, l, low - mean_success(d, l->baseline, pos, 1),
                  high - mean_success(d, l->baseline, pos, 0));
    } else if (!isnan(d->stored[pos])) {
        look_bets(r, l, low - d->stored[pos], high - d->stored[pos]);
    }
    l->next++;
    return true;
}

/* A variant is done when one requirement fails or all pass; a baseline when all that compare with
 * it are. */
static bool variant_done(const struct decider *d, size_t v)
{
    bool open = false, failed = false;
    for (size_t i = 0; i < d->n_lines; i++) {
        const struct decider_line *r = &d->lines[i];
        if (r->variant == v) {
            open = open || r->answer == DECIDED_NOT_YET;
            failed = failed || r->answer == DECIDED_FAIL;
        }
    }
    return failed || !open;
}

/* Some other variant that is not done still compares with this one. */
static bool baseline_needed(const struct decider *d, size_t v)
{
    for (size_t i = 0; i < d->n_lines; i++)
        if (relative(d->lines[i].req) && d->state[i].baseline == v &&
            d->lines[i].answer == DECIDED_NOT_YET && !variant_done(d, d->lines[i].variant))
            return true;
    return false;
}

static void update_done(struct decider *d)
{
    for (size_t v = 0; v < d->plan->n_variants; v++)
        d->done[v] = variant_done(d, v) && !baseline_needed(d, v);
}

void decider_see(struct decider *d, size_t variant, size_t pos, enum outcome o)
{
    struct tally *t = &d->tally[variant * d->plan->n_items + pos];
    t->seen++;
    t->passed += o == OUTCOME_PASS;
    t->errors += o == OUTCOME_ERROR;
    bool moved = false;
    for (size_t i = 0; i < d->n_lines; i++) {
        struct decider_line *r = &d->lines[i];
        while (r->answer == DECIDED_NOT_YET && look(d, r, &d->state[i]))
            moved = true;
    }
    if (moved)
        update_done(d);
}

bool decider_variant_done(const struct decider *d, size_t variant) { return d->done[variant]; }

bool decider_done(const struct decider *d)
{
    for (size_t v = 0; v < d->plan->n_variants; v++)
        if (!d->done[v])
            return false;
    return true;
}

const struct decider_line *decider_lines(struct decider *d, size_t *ret_n)
{
    for (size_t i = 0; i < d->n_lines; i++) {
        struct decider_line *r = &d->lines[i];
        const struct line *l = &d->state[i];
        if (relative(r->req) || d->plan->epochs > 1)
            continue;
        r->low = cs_bernoulli_mixture(l->k_low, r->n, d->alpha, prior, prior).low;
        r->high = cs_bernoulli_mixture(l->k_high, r->n, d->alpha, prior, prior).high;
    }
    *ret_n = d->n_lines;
    return d->lines;
}
