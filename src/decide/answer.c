/* Answers of compare and gate as JSON and as sentences; see answer.h. Decides nothing. */
#include "decide/answer.h"

#include <math.h>

#include "base/clock.h"
#include "decide/needed.h"

/* --- numbers for people --- */

const char *answer_share(struct arena *a, struct estimate e)
{
    if (isnan(e.value))
        return "not measured";
    if (isnan(e.low) || isnan(e.high))
        return arena_printf(a, "%.1f%% (no interval)", 100 * e.value);
    return arena_printf(a, "%.1f%% (%.1f to %.1f)", 100 * e.value, 100 * e.low, 100 * e.high);
}

const char *answer_score(struct arena *a, struct estimate e)
{
    if (isnan(e.value))
        return "not measured";
    if (isnan(e.low) || isnan(e.high))
        return arena_printf(a, "%.3f (no interval)", e.value);
    return arena_printf(a, "%.3f (%.3f to %.3f)", e.value, e.low, e.high);
}

const char *answer_diff(struct arena *a, struct estimate e, bool share)
{
    const char *unit = share ? " points" : "";
    int digits = share ? 1 : 3;
    double k = share ? 100 : 1;
    if (isnan(e.value))
        return "not measured";
    if (isnan(e.low) || isnan(e.high))
        return arena_printf(a, "%+.*f%s (no interval)", digits, k * e.value, unit);
    return arena_printf(a, "%+.*f%s (%+.*f to %+.*f)", digits, k * e.value, unit, digits, k * e.low,
                        digits, k * e.high);
}

const char *answer_p(struct arena *a, double p)
{
    if (isnan(p))
        return "–";
    return p < 0.0001 ? "< 0.0001" : arena_printf(a, "%.4f", p);
}

/* --- compare --- */

static void key_num_or_null(struct jw *w, const char *key, double v)
{
    jw_key(w, key);
    if (isnan(v))
        jw_null(w);
    else
        jw_num(w, v);
}

/* The members of one comparison, into the open object. */
static void paired_members(struct jw *w, const struct paired *r)
{
    estimate_write(w, "a", r->a);
    estimate_write(w, "b", r->b);
    estimate_write(w, "diff", r->diff);
    key_num_or_null(w, "p_value", r->p_value);
    jw_kc(w, "method", r->method);
    jw_kint(w, "b_better", (int64_t)r->b_better);
    jw_kint(w, "a_better", (int64_t)r->a_better);
    jw_kint(w, "ties", (int64_t)r->ties);
    if (r->note)
        jw_kc(w, "note", r->note);
}

static void part_object(struct jw *w, const struct compare_part *part)
{
    jw_key_str(w, part->name);
    jw_obj(w);
    jw_kint(w, "n", (int64_t)part->r.n);
    paired_members(w, &part->r);
    key_num_or_null(w, "p_adjusted", part->p_adjusted);
    jw_kc(w, "verdict", verdict_name(part->r.verdict));
    jw_end(w);
}

static void ids(struct jw *w, const char *key, const struct str *id, size_t n)
{
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < n; i++)
        jw_str(w, id[i]);
    jw_end(w);
}

static void slices_object(struct jw *w, const struct comparison *c)
{
    jw_key(w, "slices");
    jw_obj(w);
    for (size_t i = 0; i < c->n_slices; i++) {
        bool first = i == 0 || c->slices[i].key != c->slices[i - 1].key;
        if (first && i)
            jw_end(w);
        if (first) {
            jw_key(w, c->slices[i].key);
            jw_obj(w);
        }
        part_object(w, &c->slices[i]);
    }
    if (c->n_slices)
        jw_end(w);
    jw_end(w);
}

void answer_compare_json(const struct comparison *c, struct jw *w)
{
    jw_obj(w);
    jw_kc(w, "a", c->a->name);
    jw_kc(w, "b", c->b->name);
    jw_kint(w, "n", (int64_t)c->success.n);
    jw_kc(w, "unit", c->a->scores_only ? "score" : "success");
    jw_key(w, "success");
    jw_obj(w);
    paired_members(w, &c->success);
    jw_end(w);
    jw_key(w, "graders");
    jw_obj(w);
    for (size_t i = 0; i < c->n_graders; i++)
        part_object(w, &c->graders[i]);
    jw_end(w);
    slices_object(w, c);
    jw_key(w, "flips");
    jw_obj(w);
    ids(w, "gained", c->gained, c->n_gained);
    ids(w, "lost", c->lost, c->n_lost);
    jw_end(w);
    jw_kc(w, "verdict", verdict_name(c->success.verdict));
    key_num_or_null(w, "n_needed", c->success.n_needed);
    jw_knum(w, "confidence", c->opts.confidence);
    key_num_or_null(w, "margin", c->opts.margin);
    jw_key(w, "errors");
    jw_obj(w);
    jw_kint(w, "a", (int64_t)c->errors_a);
    jw_kint(w, "b", (int64_t)c->errors_b);
    jw_end(w);
    jw_key(w, "unmatched");
    jw_obj(w);
    jw_kint(w, "a", (int64_t)c->only_a);
    jw_kint(w, "b", (int64_t)c->only_b);
    jw_end(w);
    jw_end(w);
}

int answer_compare_status(const struct comparison *c)
{
    static const int status[] = {0, 1, 0, 3};
    return status[c->success.verdict];
}

const char *answer_compare_sentence(struct arena *a, const struct comparison *c)
{
    const struct paired *r = &c->success;
    bool share = !c->a->scores_only;
    const char *diff = answer_diff(a, r->diff, share);
    const char *more = isnan(r->n_needed)
                           ? ""
                           : arena_printf(a, "; about %.0f more items would settle it",
                                          needed_about(r->n_needed - (double)r->n));
    switch (r->verdict) {
    case VERDICT_BETTER:
        return arena_printf(a, "%s is better than %s: %s", c->b->name, c->a->name, diff);
    case VERDICT_WORSE:
        return arena_printf(a, "%s is worse than %s: %s", c->b->name, c->a->name, diff);
    case VERDICT_NO_DIFFERENCE:
        return arena_printf(a, "no difference that matters: %s lies within ±%g%s", diff,
                            share ? 100 * c->opts.margin : c->opts.margin, share ? " points" : "");
    case VERDICT_INCONCLUSIVE: break;
    }
    if (r->note && isnan(r->diff.low))
        return arena_printf(a, "not enough evidence: %s", r->note);
    return arena_printf(a, "not enough evidence: %s%s", diff, more);
}

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

const char **answer_compare_notes(struct arena *a, const struct comparison *c)
{
    const char **note = ARENA_ARRAY(a, 8, const char *);
    size_t n = 0;
    if (c->errors_a + c->errors_b)
        note[n++] =
            arena_printf(a,
                         "left out of both sides because they could not be judged: %zu "
                         "item%s of %s, %zu of %s",
                         c->errors_a, plural(c->errors_a), c->a->name, c->errors_b, c->b->name);
    if (c->only_a + c->only_b)
        note[n++] = arena_printf(a, "without a partner: %zu item%s of %s, %zu of %s", c->only_a,
                                 plural(c->only_a), c->a->name, c->only_b, c->b->name);
    if (c->a->golden_version && c->b->golden_version &&
        !str_eq_c(str_c(c->a->golden_version), c->b->golden_version))
        note[n++] = "the two sides ran different versions of the golden set; only ids they share "
                    "were compared";
    if (c->success.note)
        note[n++] = c->success.note;
    return note;
}

/* --- gate --- */

static void finding_members(struct jw *w, const struct gate_finding *f)
{
    estimate_write(w, "observed", f->observed);
    jw_key(w, "passes");
    if (f->answer == GATE_UNKNOWN)
        jw_null(w);
    else
        jw_bool(w, f->answer == GATE_PASSES);
    jw_kc(w, "why", f->why);
    key_num_or_null(w, "n_needed", f->n_needed);
    jw_kint(w, "errors", (int64_t)f->errors);
}

static void line_object(struct jw *w, const struct gate_line *line)
{
    jw_obj(w);
    jw_kc(w, "text", line->req->text);
    key_num_or_null(w, "limit", line->limit);
    finding_members(w, &line->all);
    if (line->req->slice) {
        jw_key(w, "slices");
        jw_arr(w);
        for (size_t i = 0; i < line->n_slices; i++) {
            jw_obj(w);
            jw_kstr(w, "value", line->slices[i].slice);
            finding_members(w, &line->slices[i]);
            jw_end(w);
        }
        jw_end(w);
    }
    jw_end(w);
}

void answer_gate_json(const struct gate *g, struct jw *w)
{
    char when[40];
    jw_obj(w);
    jw_kc(w, "feature", g->feature);
    jw_kc(w, "variant", g->variant);
    jw_kc(w, "baseline", g->baseline_name);
    jw_kc(w, "verdict", gate_verdict_name(g->verdict));
    jw_key(w, "requirements");
    jw_arr(w);
    for (size_t i = 0; i < g->n_lines; i++)
        line_object(w, &g->lines[i]);
    jw_end(w);
    jw_kc(w, "golden_version", g->candidate->golden_version);
    jw_kc(w, "run", g->candidate->run);
    key_num_or_null(w, "n_needed", g->n_needed);
    jw_kc(w, "decided_at", clock_iso(g->decided_at, when, sizeof when));
    jw_kint(w, "n", (int64_t)g->candidate->n_items);
    jw_kint(w, "errors", (int64_t)g->candidate->n_errors);
    jw_knum(w, "confidence", g->opts.confidence);
    jw_kc(w, "baseline_run", g->baseline ? g->baseline->run : NULL);
    jw_kc(w, "stale", g->stale);
    jw_kc(w, "shipped_by", g->shipped_by);
    jw_end(w);
}

const char *answer_gate_sentence(struct arena *a, const struct gate *g)
{
    size_t failed = 0, open = 0;
    for (size_t i = 0; i < g->n_lines; i++) {
        failed += g->lines[i].all.answer == GATE_FAILS;
        open += g->lines[i].all.answer == GATE_UNKNOWN;
    }
    const char *of = g->n_lines == 1 ? "the requirement is" : NULL;
    if (g->verdict == GATE_SHIP)
        return of ? arena_printf(a, "ship: %s proven to hold", of)
                  : arena_printf(a, "ship: all %zu requirements are proven to hold", g->n_lines);
    if (g->verdict == GATE_NO_SHIP)
        return of ? arena_printf(a, "do not ship: %s proven not to hold", of)
                  : arena_printf(a, "do not ship: %zu of %zu requirements %s proven not to hold",
                                 failed, g->n_lines, failed == 1 ? "is" : "are");
    if (!open && g->stale)
        return "not enough evidence: every requirement holds, but what was measured is not what "
               "would ship";
    const char *more = isnan(g->n_needed)
                           ? ""
                           : arena_printf(a, "; about %.0f items in all (now %zu) would settle %s",
                                          needed_about(g->n_needed), g->candidate->n_items,
                                          open == 1 ? "it" : "what more items can settle");
    return of ? arena_printf(a, "not enough evidence: %s undecided%s", of, more)
              : arena_printf(a, "not enough evidence: %zu of %zu requirements %s undecided%s", open,
                             g->n_lines, open == 1 ? "is" : "are", more);
}

const char **answer_gate_notes(struct arena *a, const struct gate *g)
{
    const struct evidence *c = g->candidate;
    const char **note = ARENA_ARRAY(a, 8, const char *);
    size_t n = 0, unseen = 0;
    if (g->stale)
        note[n++] = g->stale;
    if (c->n_errors)
        note[n++] = arena_printf(a,
                                 "%zu of %zu outputs are errors: they count as neither success "
                                 "nor failure, and nothing ships that needs them to be successes",
                                 c->n_errors, c->n_rows);
    for (size_t i = 0; g->baseline && i < g->baseline->n_items; i++)
        unseen += evidence_find(c, g->baseline->id[i]) < 0;
    if (unseen)
        note[n++] = arena_printf(a, "%zu item%s of the baseline were not run with %s", unseen,
                                 plural(unseen), g->variant ? g->variant : c->name);
    return note;
}
