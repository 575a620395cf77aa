/*
 * Graders that hold an output against its sources without asking a model (grounding.h).
 *
 *     groundedness   the probability that people would call the output backed by its sources
 *     novelty        1 - share of content words that are in no source
 *     number_match   every number of the output is in a source, in the same unit
 *     name_match     every capitalised name of the output is in a source
 *     quotes         every quotation is literally in a source
 *     citations      every cited passage exists
 *
 * The sources are the item's context, or what `source` says. Without sources there is nothing to
 * judge: an error, "unmeasured", never a pass.
 */
#include <math.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "grade/grader.h"
#include "grade/grounding.h"
#include "grade/option.h"
#include "grade/shipped_weights.h"
#include "text/json.h"

enum { FROM_CONTEXT, FROM_INPUT, FROM_BOTH };
enum { MAX_LISTED = 50 }; /* findings and sentences in the details */

struct groundedness {
    int from;
    struct logistic ungrounded; /* of `groundedness` alone */
    long long min;              /* quotations or citations that there must be */
};

static bool open_source(struct groundedness *s, const struct node *options, struct err *e)
{
    static const char *const from[] = {"context", "input", "both", NULL};
    return option_choice(options, "source", from, &s->from, e);
}

/* ---- sources ---- */

struct passages {
    struct passage *v;
    size_t n, cap;
};

/* A passage is a text, or an object with the text in `text`, `content` or `sentences` and maybe
 * an `id`; any other object counts with all the texts in it. */
static void add_passage(struct passages *p, struct arena *a, yyjson_val *v)
{
    struct passage x = {.text = json_str(v)};
    if (yyjson_is_obj(v)) {
        static const char *const keys[] = {"text", "content", "page_content"};
        yyjson_val *id = json_get(v, "id");
        x.id = id ? json_display(a, id) : (struct str){0};
        for (size_t k = 0; k < ARRAY_LEN(keys) && str_null(x.text); k++)
            x.text = json_get_str(v, keys[k]);
    }
    if (str_null(x.text) && v && !yyjson_is_null(v))
        x.text = json_display(a, v);
    if (str_trim(x.text).n > 0)
        vec_push(p, x);
}

static void add_value(struct passages *p, struct arena *a, yyjson_val *v)
{
    size_t i, max;
    yyjson_val *k, *member;
    if (yyjson_is_arr(v))
        yyjson_arr_foreach(v, i, max, member)
            add_passage(p, a, member);
    else if (yyjson_is_obj(v))
        yyjson_obj_foreach(v, i, max, k, member)
            add_value(p, a, member);
    else if (v)
        add_passage(p, a, v);
}

static bool judge(const struct groundedness *s, const struct grade_in *in, struct arena *a,
                  struct grounding *ret, struct err *e)
{
    struct passages p = {0};
    if (s->from != FROM_INPUT) {
        if (yyjson_is_arr(in->context))
            add_value(&p, a, in->context);
        else
            add_passage(&p, a, in->context);
    }
    if (s->from != FROM_CONTEXT)
        add_value(&p, a, in->input);
    bool ok = true;
    if (p.n == 0) {
        ok = err_set(e, ERR_GRADER, "unmeasured: the item has no %s to check against",
                     s->from == FROM_INPUT ? "input" : "context");
        err_hint(e, "Give the item a `context` list, or say `source: input` if the source text "
                    "is the input.");
    } else if (!grounding_of(a, in->output, p.v, p.n, ret)) {
        ok = err_set(e, ERR_GRADER, "unmeasured: the output or its sources have no words");
    }
    vec_free(&p);
    return ok;
}

/* ---- details ---- */

struct place {
    struct str text;   /* the output */
    size_t byte, chars; /* bytes counted so far, and the characters they make */
};

/* Characters before `byte`; cheap when places come in order. */
static size_t chars_before(struct place *at, size_t byte)
{
    if (byte < at->byte)
        at->byte = at->chars = 0;
    at->chars += utf8_length(str_sub(at->text, at->byte, byte - at->byte));
    at->byte = byte;
    return at->chars;
}

static void write_range(struct jw *w, struct place *at, size_t from, size_t n)
{
    jw_kint(w, "start", (int64_t)chars_before(at, from));
    jw_kint(w, "end", (int64_t)chars_before(at, from + n));
    jw_kstr(w, "text", str_sub(at->text, from, n));
}

/* The sentence that byte `at` is in; sentences are in order. */
static size_t sentence_at(const struct grounding *g, size_t at)
{
    size_t lo = 0, hi = g->n_all_sentences;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (g->sentences[mid].from <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* The sentences with a finding, and what was found in each. */
static void write_unsupported(struct jw *w, const struct grounding *g, struct place *at,
                              struct arena *a)
{
    unsigned *kinds = ARENA_ARRAY(a, g->n_all_sentences + 1, unsigned);
    size_t n = 0;
    for (size_t i = 0; i < g->n_findings; i++)
        kinds[sentence_at(g, g->findings[i].from)] |= 1u << g->findings[i].kind;
    jw_key(w, "unsupported");
    jw_arr(w);
    for (size_t k = 0; k < g->n_all_sentences && n < MAX_LISTED; k++) {
        if (!kinds[k])
            continue;
        n++;
        jw_obj(w);
        write_range(w, at, g->sentences[k].from, g->sentences[k].n);
        jw_key(w, "why");
        jw_arr(w);
        for (size_t f = 0; f <= FOUND_CITATION; f++)
            if (kinds[k] >> f & 1)
                jw_c(w, finding_name((enum finding_kind)f));
        jw_end(w);
        jw_end(w);
    }
    jw_end(w);
}

static void write_details(const struct grounding *g, struct str output, struct arena *a,
                          struct grade_out *out)
{
    struct details d;
    struct place at = {.text = output};
    details_begin(&d);
    write_unsupported(&d.w, g, &at, a);
    jw_key(&d.w, "findings");
    jw_arr(&d.w);
    for (size_t i = 0; i < g->n_findings && i < MAX_LISTED; i++) {
        jw_obj(&d.w);
        jw_kc(&d.w, "kind", finding_name(g->findings[i].kind));
        write_range(&d.w, &at, g->findings[i].from, g->findings[i].n);
        jw_end(&d.w);
    }
    jw_end(&d.w);
    jw_key(&d.w, "features");
    jw_obj(&d.w);
    for (size_t i = 0; i < GROUNDING_N_FEATURES; i++)
        if (g->x[i] > 0)
            jw_knum(&d.w, grounding_feature_name(i), round(g->x[i] * 1e4) / 1e4);
    jw_end(&d.w);
    details_end(&d, a, out);
}

/* "; not backed: number "40", name "Paris"": the first three findings. */
static const char *first_findings(const struct grounding *g, struct str output, struct arena *a)
{
    const char *said = "";
    size_t n = 0;
    for (size_t i = 0; i < g->n_findings && n < 3; i++) {
        const struct finding *f = &g->findings[i];
        said = arena_printf(a, "%s%s%s %s", said, n ? ", " : "; not backed: ",
                            finding_name(f->kind), grade_quote(a, str_sub(output, f->from, f->n)));
        n++;
    }
    return said;
}

/* ---- groundedness ---- */

static bool groundedness_open(struct grader *g, const struct node *options, struct arena *a,
                              struct err *e)
{
    struct groundedness *s = ARENA_NEW(a, struct groundedness);
    g->state = s;
    return open_source(s, options, e) &&
           logistic_shipped(a, "share/groundedness/weights.json", "ungrounded",
                            grounding_feature_name, GROUNDING_N_FEATURES, &s->ungrounded, e);
}

static bool groundedness_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                               struct grade_out *out, struct err *e)
{
    /* What can be looked up is no matter of degree: a quotation that is not literal or a passage
     * that does not exist fails, however well the rest is backed. */
    static const double MOST_WITH_FALSEHOOD = 0.4;
    const struct groundedness *s = g->state;
    struct grounding r;
    if (!judge(s, in, a, &r, e))
        return false;
    double score = 1 - logistic_predict(&s->ungrounded, r.x);
    if (r.x[GROUNDING_quote_any] > 0 || r.x[GROUNDING_citation_any] > 0)
        score = fmin(score, MOST_WITH_FALSEHOOD);
    graded(out, score, a, "%.0f%% of the content words are in the sources%s",
           100 * (1 - r.x[GROUNDING_novelty]), first_findings(&r, in->output, a));
    write_details(&r, in->output, a, out);
    return true;
}

const struct grader_ops grader_groundedness = {
    .name = "groundedness",
    .summary = "the output is backed by its sources, by words, numbers, names and quotations",
    .keys = (const char *const[]){"source", NULL},
    .open = groundedness_open,
    .grade = groundedness_grade,
};

/* ---- one thing at a time ---- */

static bool part_open(struct grader *g, const struct node *options, struct arena *a,
                      struct err *e)
{
    struct groundedness *s = ARENA_NEW(a, struct groundedness);
    g->state = s;
    return open_source(s, options, e) && node_get_int(options, "min", 0, 1000, &s->min, e);
}

static bool novelty_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                          struct grade_out *out, struct err *e)
{
    struct grounding r;
    if (!judge(g->state, in, a, &r, e))
        return false;
    graded(out, 1 - r.x[GROUNDING_novelty], a, "%.0f%% of the content words are in no source",
           100 * r.x[GROUNDING_novelty]);
    write_details(&r, in->output, a, out);
    return true;
}

/* All of `n` things looked at are backed but those found of the given kinds. */
static bool match_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, const char *what, enum finding_kind kind,
                        enum finding_kind other, size_t (*count)(const struct grounding *r),
                        struct err *e)
{
    const struct groundedness *s = g->state;
    struct grounding r;
    if (!judge(s, in, a, &r, e))
        return false;
    size_t n = count(&r), wrong = 0;
    for (size_t i = 0; i < r.n_findings; i++)
        if (r.findings[i].kind == kind || r.findings[i].kind == other)
            r.findings[wrong++] = r.findings[i];
    r.n_findings = wrong;
    bool enough = n >= (size_t)s->min;
    graded_bool(out, wrong == 0 && enough, a, "%s: %zu, not in the sources: %zu%s%s", what, n,
                wrong, enough ? "" : "; more were wanted", first_findings(&r, in->output, a));
    if (n > 0 && enough)
        out->score = 1 - (double)wrong / (double)n;
    write_details(&r, in->output, a, out);
    return true;
}

static size_t count_numbers(const struct grounding *r) { return r->n_numbers; }
static size_t count_names(const struct grounding *r) { return r->n_names; }
static size_t count_quotes(const struct grounding *r) { return r->n_quotes; }
static size_t count_citations(const struct grounding *r) { return r->n_citations; }

static bool number_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    return match_grade(g, in, a, out, "numbers", FOUND_NUMBER, FOUND_UNIT, count_numbers, e);
}

static bool name_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    return match_grade(g, in, a, out, "names", FOUND_NAME, FOUND_NAME, count_names, e);
}

static bool quotes_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    return match_grade(g, in, a, out, "quotations", FOUND_QUOTE, FOUND_QUOTE, count_quotes, e);
}

static bool citations_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                            struct grade_out *out, struct err *e)
{
    return match_grade(g, in, a, out, "citations", FOUND_CITATION, FOUND_CITATION,
                       count_citations, e);
}

const struct grader_ops grader_novelty = {
    .name = "novelty",
    .summary = "share of content words that the sources have (1 - novelty)",
    .keys = (const char *const[]){"source", NULL},
    .open = part_open,
    .grade = novelty_grade,
};

const struct grader_ops grader_number_match = {
    .name = "number_match",
    .summary = "every number of the output is in the sources, in the same unit",
    .keys = (const char *const[]){"source", NULL},
    .open = part_open,
    .grade = number_grade,
    .threshold = NAN,
};

const struct grader_ops grader_name_match = {
    .name = "name_match",
    .summary = "every name (capitalised word inside a sentence) is in the sources",
    .keys = (const char *const[]){"source", NULL},
    .open = part_open,
    .grade = name_grade,
    .threshold = NAN,
};

const struct grader_ops grader_quotes = {
    .name = "quotes",
    .summary = "every quotation of three words or more is literally in the sources",
    .keys = (const char *const[]){"source", "min", NULL},
    .open = part_open,
    .grade = quotes_grade,
    .threshold = NAN,
};

const struct grader_ops grader_citations = {
    .name = "citations",
    .summary = "every cited passage ([2], [ID]) exists in the context",
    .keys = (const char *const[]){"source", "min", NULL},
    .open = part_open,
    .grade = citations_grade,
    .threshold = NAN,
};
