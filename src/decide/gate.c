/* The ship gate: requirements, slices, errors, verdict. Bounds come from bound.c and relative.c;
 * this file only decides and says why. */
#include "decide/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "decide/bound.h"
#include "decide/needed.h"
#include "decide/relative.h"

const char *gate_verdict_name(enum gate_verdict v)
{
    static const char *const names[] = {"ship", "no_ship", "inconclusive"};
    return names[v];
}

const char *gate_answer_word(enum gate_answer answer)
{
    static const char *const words[] = {"fails", "passes", "undecided"};
    return words[answer];
}

int gate_exit_status(const struct gate *g)
{
    static const int status[] = {0, 1, 3};
    return status[g->verdict];
}

static double alpha_of(const struct gate *g) { return 1 - g->opts.confidence; }

static struct bound bound_of(struct arena *a, const struct gate *g, const struct requirement *req,
                             struct item_list items, enum missing_policy policy)
{
    if (requirement_is_relative(req))
        return bound_relative(a, g->candidate, g->baseline, items, req, alpha_of(g), policy,
                              g->opts.seed);
    return bound_absolute(a, g->candidate, items, req, alpha_of(g), policy);
}

/* --- saying why --- */

/* A bound as people read it: a signed difference for relative requirements. */
static const char *value_text(struct arena *a, const struct requirement *req, double v)
{
    if (isnan(v))
        return "unknown";
    if (!requirement_is_relative(req))
        return requirement_value_text(a, req, v);
    if (req->margin_relative)
        return arena_printf(a, "%+.1f%%", 100 * v);
    if (req->unit == UNIT_SHARE)
        return arena_printf(a, "%+.1f points", 100 * v);
    return arena_printf(a, "%s%s", v < 0 ? "-" : "+", requirement_value_text(a, req, fabs(v)));
}

static const char *subject(const struct requirement *req)
{
    return requirement_is_relative(req) ? "the difference" : req->metric;
}

static const char *proven_why(struct arena *a, const struct gate *g, const struct requirement *req,
                              struct estimate e, bool meets)
{
    bool high = bound_wants_high(req) == meets; /* which end of the interval proves it */
    return arena_printf(a, "%s is %s %s with %g%% confidence, the limit is %s", subject(req),
                        high ? "at least" : "at most", value_text(a, req, high ? e.low : e.high),
                        100 * g->opts.confidence, value_text(a, req, bound_limit(req)));
}

static const char *open_why(struct arena *a, const struct requirement *req, struct estimate e,
                            double n_needed)
{
    const char *limit = value_text(a, req, bound_limit(req));
    const char *more = isnan(n_needed) ? ""
                                       : arena_printf(a, "; about %.0f items would settle it",
                                                      needed_about(n_needed));
    if (isnan(e.low) || isnan(e.high))
        return arena_printf(a, "%zu observations give no bound on the side that counts%s", e.n,
                            more);
    return arena_printf(a, "%s lies between %s and %s, the limit %s is inside%s", subject(req),
                        value_text(a, req, e.low), value_text(a, req, e.high), limit, more);
}

static const char *errors_why(struct arena *a, const struct bound *b)
{
    if (b->errors == 0)
        return arena_printf(a,
                            "passes on what was measured, but not if the %zu outputs without a "
                            "value count against it",
                            b->missing);
    return arena_printf(a,
                        "passes on the outputs that were judged, but not if the %zu error%s "
                        "count%s against it: run those again",
                        b->errors + b->missing, b->errors + b->missing == 1 ? "" : "s",
                        b->errors + b->missing == 1 ? "s" : "");
}

/* The number is not the judge's own. */
static const char *corrected_why(struct arena *a, const struct bound *b, const char *why)
{
    return b->corrected ? arena_printf(a, "%s; corrected for the judge's errors", why) : why;
}

/* --- one requirement on one set of items --- */

static struct gate_finding decide_on(struct arena *a, const struct gate *g,
                                     const struct requirement *req, struct item_list items)
{
    struct gate_finding f = {.answer = GATE_UNKNOWN, .n_needed = (double)NAN};
    if (requirement_is_relative(req) && !g->baseline) {
        f.observed = estimate_none("none");
        f.why = g->no_baseline ? g->no_baseline : "there is no baseline";
        return f;
    }
    struct bound b = bound_of(a, g, req, items, MISSING_LEFT_OUT);
    f.observed = b.e;
    f.errors = b.errors;
    if (b.why_not) {
        f.why = b.why_not;
        return f;
    }
    if (bound_breaks(req, b.e)) {
        f.answer = GATE_FAILS;
        f.why = corrected_why(a, &b, proven_why(a, g, req, b.e, false));
        return f;
    }
    if (!bound_meets(req, b.e)) {
        double rows = bound_n_needed(&b, req, alpha_of(g));
        f.n_needed = ceil(rows * (double)items.n / (double)(b.e.n > items.n ? b.e.n : items.n));
        f.why = corrected_why(a, &b, open_why(a, req, b.e, f.n_needed));
        return f;
    }
    f.answer = GATE_PASSES;
    f.why = corrected_why(a, &b, proven_why(a, g, req, b.e, true));
    if (b.errors + b.missing == 0)
        return f;
    struct bound worst = bound_of(a, g, req, items, MISSING_COUNTS_AGAINST);
    if (worst.why_not || !bound_meets(req, worst.e)) {
        f.answer = GATE_UNKNOWN;
        f.why = errors_why(a, &b);
    }
    return f;
}

/* --- slices --- */

struct slice {
    struct str value;
    VEC(uint32_t) item;
};

static ptrdiff_t slice_key(const struct evidence *ev, const char *key)
{
    for (size_t k = 0; k < ev->n_slices; k++)
        if (strcmp(ev->slice[k], key) == 0)
            return (ptrdiff_t)k;
    return -1;
}

/* The items of each value of a tag, in order of first appearance. *ret_untagged: items without. */
static size_t group_items(struct arena *a, const struct evidence *ev, ptrdiff_t key,
                          struct slice **ret, size_t *ret_untagged)
{
    CLEANUP(map_release) struct map seen = {0};
    VEC(struct slice) groups = {0};
    *ret_untagged = key < 0 ? ev->n_items : 0;
    for (size_t i = 0; key >= 0 && i < ev->n_items; i++) {
        struct str value = ev->slice_value[i * ev->n_slices + (size_t)key];
        bool is_new;
        if (!value.p) {
            ++*ret_untagged;
            continue;
        }
        struct map_entry *entry = map_entry(&seen, value, &is_new);
        if (is_new) {
            struct slice s = {.value = value};
            entry->value = (void *)(uintptr_t)groups.n;
            vec_push(&groups, s);
        }
        vec_push(&groups.v[(uintptr_t)entry->value].item, (uint32_t)i);
    }
    *ret = ARENA_ARRAY(a, groups.n, struct slice);
    for (size_t i = 0; i < groups.n; i++)
        (*ret)[i] = groups.v[i];
    size_t n = groups.n;
    vec_free(&groups);
    return n;
}

/* How near a finding is to failing: the joint answer shows the worst. */
static int rank(const struct gate_finding *f)
{
    return f->answer == GATE_FAILS ? 0 : f->answer == GATE_UNKNOWN ? 1 : 2;
}

static bool worse_than(const struct requirement *req, const struct gate_finding *x,
                       const struct gate_finding *y)
{
    if (rank(x) != rank(y))
        return rank(x) < rank(y);
    if (bound_wants_high(req))
        return x->observed.low < y->observed.low;
    return x->observed.high > y->observed.high;
}

static void decide_slices(struct arena *a, struct gate *g, struct gate_line *line)
{
    struct slice *slice;
    size_t untagged;
    size_t n =
        group_items(a, g->candidate, slice_key(g->candidate, line->req->slice), &slice, &untagged);
    line->slices = ARENA_ARRAY(a, n, struct gate_finding);
    line->n_slices = n;
    if (n == 0) {
        line->all = (struct gate_finding){
            .observed = estimate_none("none"),
            .answer = GATE_UNKNOWN,
            .n_needed = (double)NAN,
            .why = arena_printf(a, "no item has the tag %s", line->req->slice)};
        return;
    }
    size_t worst = 0, undecided = 0, failed = 0, errors = 0;
    double n_needed = (double)NAN;
    for (size_t i = 0; i < n; i++) {
        struct item_list items = {slice[i].item.v, slice[i].item.n};
        struct gate_finding *f = &line->slices[i];
        *f = decide_on(a, g, line->req, items);
        f->slice = slice[i].value;
        failed += f->answer == GATE_FAILS;
        undecided += f->answer == GATE_UNKNOWN;
        errors += f->errors;
        /* The set has to grow as a whole for this slice to reach its number. */
        n_needed = fmax(n_needed, f->n_needed * (double)g->candidate->n_items / (double)items.n);
        if (worse_than(line->req, f, &line->slices[worst]))
            worst = i;
        vec_free(&slice[i].item);
    }
    line->all = line->slices[worst];
    line->all.slice = (struct str){NULL, 0};
    line->all.errors = errors;
    line->all.n_needed = failed ? (double)NAN : ceil(n_needed);
    line->all.why = arena_printf(
        a, "%s %.*s: %s%s", line->req->slice, STR_ARG(line->slices[worst].slice),
        line->slices[worst].why,
        n == 1 ? "" : arena_printf(a, " (%zu of %zu slices pass)", n - failed - undecided, n));
}

/* --- the verdict --- */

void gate_decide(struct arena *a, struct gate *g, const struct requirement *req, size_t n)
{
    if (g->opts.confidence < 0.5 || g->opts.confidence >= 1)
        BUG("gate confidence %g", g->opts.confidence);
    uint32_t *all = ARENA_ARRAY(a, g->candidate->n_items, uint32_t);
    for (size_t i = 0; i < g->candidate->n_items; i++)
        all[i] = (uint32_t)i;
    struct item_list items = {all, g->candidate->n_items};
    g->lines = ARENA_ARRAY(a, n, struct gate_line);
    g->n_lines = n;
    g->n_needed = (double)NAN;
    size_t failed = 0, passed = 0;
    for (size_t i = 0; i < n; i++) {
        struct gate_line *line = &g->lines[i];
        line->req = &req[i];
        line->limit = bound_limit(&req[i]);
        if (req[i].slice)
            decide_slices(a, g, line);
        else
            line->all = decide_on(a, g, &req[i], items);
        failed += line->all.answer == GATE_FAILS;
        passed += line->all.answer == GATE_PASSES;
        g->n_needed = fmax(g->n_needed, line->all.n_needed);
    }
    g->verdict = failed ? GATE_NO_SHIP : passed == n && n > 0 ? GATE_SHIP : GATE_INCONCLUSIVE;
    if (g->stale && g->verdict == GATE_SHIP)
        g->verdict = GATE_INCONCLUSIVE;
    if (g->verdict != GATE_INCONCLUSIVE)
        g->n_needed = (double)NAN;
}
