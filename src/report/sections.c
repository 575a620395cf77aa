/* Sections of the report about quality: success, comparison, slices, flips; see sections.h. */
#include "report/sections.h"

#include <math.h>

#include "decide/answer.h"
#include "decide/bound.h"
#include "report/chart.h"

/* The limit of `success_rate >= …` in the gate, to draw into the chart; NaN: there is none. */
static double success_limit(const struct report *r)
{
    for (size_t i = 0; r->has_gate && i < r->gate.n_lines; i++) {
        const struct requirement *req = r->gate.lines[i].req;
        if (req->kind == METRIC_SUCCESS_RATE && !req->slice && !requirement_is_relative(req) &&
            bound_wants_high(req))
            return req->value;
    }
    return (double)NAN;
}

static enum chart_tone against_limit(struct estimate e, double limit)
{
    if (isnan(limit))
        return TONE_PLAIN;
    return e.low >= limit ? TONE_GOOD : e.high < limit ? TONE_BAD : TONE_OPEN;
}

static const char *share_with_n(struct arena *a, struct estimate e)
{
    return isnan(e.value) ? "not measured" : arena_printf(a, "%s, n %zu", answer_share(a, e), e.n);
}

static const char *what_it_is(struct arena *a, const struct report_variant *v)
{
    const char *model = arena_strndup(a, v->row.model.p ? v->row.model.p : "", v->row.model.n);
    if (v->summary->errors)
        return arena_printf(a, "%s · %zu error%s", model, v->summary->errors,
                            v->summary->errors == 1 ? "" : "s");
    return model;
}

void section_success(const struct section *s)
{
    const struct report *r = s->r;
    struct chart_row *row = ARENA_ARRAY(s->a, r->n_variants, struct chart_row);
    double limit = success_limit(r);
    for (size_t i = 0; i < r->n_variants; i++) {
        struct estimate e = r->variants[i].summary->success;
        row[i] = (struct chart_row){.label = r->variants[i].name,
                                    .detail = what_it_is(s->a, &r->variants[i]),
                                    .e = e,
                                    .text = share_with_n(s->a, e),
                                    .tone = against_limit(e, limit)};
    }
    section_card(s, "How often each variant succeeds", NULL);
    hw_elemf(s->w, "p", "muted", "Success on an example means: %.*s.",
             STR_ARG(section_candidate(s)->run.success));
    chart_intervals(s->w, "Share of examples that succeed, with 95% intervals.", row, r->n_variants,
                    CHART_PERCENT, limit,
                    isnan(limit) ? NULL
                                 : arena_printf(s->a, "the gate's limit, %g%%", 100 * limit));
    hw_close(s->w);
}

/* --- the paired comparison --- */

static enum chart_tone tone_of(enum verdict v)
{
    static const enum chart_tone tone[] = {TONE_GOOD, TONE_BAD, TONE_PLAIN, TONE_OPEN};
    return tone[v];
}

static struct chart_row diff_row(struct arena *a, const char *label, const struct paired *p,
                                 double p_value, bool share)
{
    return (struct chart_row){
        .label = label,
        .detail = isnan(p_value) ? NULL : arena_printf(a, "p %s", answer_p(a, p_value)),
        .e = p->diff,
        .text = arena_printf(a, "%s, n %zu", answer_diff(a, p->diff, share), p->n),
        .tone = tone_of(p->verdict)};
}

void section_comparison(const struct section *s)
{
    const struct report *r = s->r;
    const struct comparison *c = &r->comparison;
    if (!r->has_comparison)
        return;
    struct chart_row *row = ARENA_ARRAY(s->a, c->n_graders + 1, struct chart_row);
    size_t n = 0;
    row[n++] = diff_row(s->a, "success", &c->success, c->success.p_value, true);
    for (size_t i = 0; i < c->n_graders; i++)
        if (!compare_repeats_success(c, i))
            row[n++] =
                diff_row(s->a, arena_strndup(s->a, c->graders[i].name.p, c->graders[i].name.n),
                         &c->graders[i].r, c->graders[i].p_adjusted, false);
    struct chart_part part[] = {
        {"succeed with both", "part-both", c->pass_both},
        {"gained", "part-gained", c->n_gained},
        {"lost", "part-lost", c->n_lost},
        {"fail with both", "part-none", c->fail_both},
    };
    section_card(s, arena_printf(s->a, "%s against %s", c->b->name, c->a->name), NULL);
    hw_elemf(s->w, "p", NULL, "%s.", answer_compare_sentence(s->a, c));
    hw_elem(s->w, "p", "muted",
            "Both answered the same examples, so they are compared example by example: what both "
            "find easy or hard cancels out.");
    for (const char **note = answer_compare_notes(s->a, c); *note; note++)
        hw_elemf(s->w, "p", "note", "Note: %s.", *note);
    chart_parts(s->w, arena_printf(s->a, "What happened to the %zu examples.", c->success.n), part,
                ARRAY_LEN(part));
    chart_intervals(s->w,
                    arena_printf(s->a, "Difference, %s minus %s, with %g%% intervals.", c->b->name,
                                 c->a->name, 100 * c->opts.confidence),
                    row, n, CHART_POINTS, 0, "no difference");
    hw_close(s->w);
}

/* --- slices --- */

static void slices_compared(const struct section *s)
{
    const struct comparison *c = &s->r->comparison;
    struct chart_row *row = ARENA_ARRAY(s->a, c->n_slices, struct chart_row);
    for (size_t i = 0; i < c->n_slices; i++)
        row[i] = diff_row(
            s->a, arena_printf(s->a, "%s: %.*s", c->slices[i].key, STR_ARG(c->slices[i].name)),
            &c->slices[i].r, c->slices[i].p_adjusted, true);
    chart_intervals(s->w,
                    arena_printf(s->a,
                                 "Difference in success by slice, with %g%% intervals; p "
                                 "corrected for looking at %zu slices (Holm).",
                                 100 * c->opts.confidence, c->n_slices),
                    row, c->n_slices, CHART_POINTS, 0, "no difference");
}

void section_slices(const struct section *s)
{
    const struct summary *sum = section_candidate(s)->summary;
    size_t n = 0;
    for (size_t k = 0; k < sum->n_slices; k++)
        n += sum->slices[k].n;
    if (!n)
        return;
    struct chart_row *row = ARENA_ARRAY(s->a, n, struct chart_row);
    n = 0;
    for (size_t k = 0; k < sum->n_slices; k++) {
        for (size_t i = 0; i < sum->slices[k].n; i++) {
            struct estimate e = sum->slices[k].values[i].success;
            row[n++] =
                (struct chart_row){.label = arena_printf(s->a, "%s: %.*s", sum->slices[k].tag,
                                                         STR_ARG(sum->slices[k].values[i].value)),
                                   .e = e,
                                   .text = share_with_n(s->a, e)};
        }
    }
    section_card(s, "Where it works and where it does not", NULL);
    chart_intervals(s->w,
                    arena_printf(s->a, "Success of %s by slice, with 95%% intervals.",
                                 section_candidate(s)->name),
                    row, n, CHART_PERCENT, (double)NAN, NULL);
    if (s->r->has_comparison && s->r->comparison.n_slices)
        slices_compared(s);
    hw_close(s->w);
}

/* --- flips --- */

static void flip(const struct section *s, const struct report_flip *f)
{
    hw_open(s->w, "li");
    hw_open(s->w, "div");
    hw_text(s->w, f->input.n ? f->input : f->id);
    hw_close(s->w);
    hw_open_class(s->w, "div", "was");
    hw_textf(s->w, "expected %.*s · was %.*s · now %.*s", STR_ARG(f->expected), STR_ARG(f->was),
             STR_ARG(f->now));
    hw_close(s->w);
    hw_close(s->w);
}

static void flip_list(const struct section *s, const char *title, const struct report_flip *f,
                      size_t n, size_t total)
{
    hw_open(s->w, "div");
    hw_elemf(s->w, "h3", NULL, "%s: %zu", title, total);
    if (total == 0)
        hw_elem(s->w, "p", "muted", "None.");
    hw_open_class(s->w, "ul", "ids");
    for (size_t i = 0; i < n; i++)
        flip(s, &f[i]);
    hw_close(s->w);
    if (total > n && n)
        hw_elemf(s->w, "p", "note", "The first %zu of %zu.", n, total);
    hw_close(s->w);
}

void section_flips(const struct section *s)
{
    const struct report *r = s->r;
    if (!r->has_comparison || r->comparison.n_gained + r->comparison.n_lost == 0)
        return;
    section_card(s, "What flipped", NULL);
    if (r->public_page) {
        hw_elemf(s->w, "p", "muted",
                 "%zu examples gained, %zu lost. Their texts are left out of the public page.",
                 r->comparison.n_gained, r->comparison.n_lost);
    } else {
        hw_open_class(s->w, "div", "cols");
        flip_list(s, "Lost", r->lost, r->n_lost, r->comparison.n_lost);
        flip_list(s, "Gained", r->gained, r->n_gained, r->comparison.n_gained);
        hw_close(s->w);
    }
    hw_close(s->w);
}
