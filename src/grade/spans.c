/*
 * `spans`: entities with their places. Expected and found are lists of BIO tags ("B-person", "O"),
 * or lists of {"type", "start", "end"} (end exclusive, in whatever unit both use). Tags are read as
 * conlleval reads them: a chunk begins at B-, or at I- behind O or another type.
 *
 * strict: type and both ends are right. partial: an overlap with a span of the same type, each
 * span used once, is worth one half, an exact one 1. Score: F1 by `match`. A corpus F1 is not the
 * mean of these: add up the counts in details.
 */
#include "grade/option.h"
#include "text/bleu.h"
#include "text/json.h"
#include "text/json_loose.h"

static const char *const match_names[] = {"strict", "partial", NULL};
enum { MATCH_STRICT, MATCH_PARTIAL };
enum { MAX_SPANS = 20000 };

struct spans_grader {
    struct want want;
    int match;
};

struct span {
    struct str type;
    double start, end;
    bool used; /* matched already */
};

struct span_list {
    struct span *v;
    size_t n;
};

static bool spans_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct spans_grader *s = ARENA_NEW(a, struct spans_grader);
    g->state = s;
    return want_open(&s->want, options, a, e) &&
           option_choice(options, "match", match_names, &s->match, e);
}

/* Chunks of a tag sequence. */
static void add_tag(struct span_list *l, struct str tag, size_t i, struct str *open)
{
    bool b = str_starts_c(tag, "B-"), in = str_starts_c(tag, "I-");
    struct str type = b || in ? str_sub(tag, 2, tag.n) : (struct str){0};
    if (b || (in && !str_eq(type, *open)))
        l->v[l->n++] = (struct span){.type = type, .start = (double)i, .end = (double)i + 1};
    else if (in)
        l->v[l->n - 1].end = (double)i + 1;
    *open = type;
}

static bool is_tag(struct str s)
{
    return str_eq_c(s, "O") || str_starts_c(s, "B-") || str_starts_c(s, "I-");
}

static bool read_span(yyjson_val *v, struct span *ret)
{
    struct str type = json_get_str(v, "type");
    if (str_null(type))
        type = json_get_str(v, "label");
    *ret = (struct span){
        .type = type, .start = json_get_num(v, "start", -1), .end = json_get_num(v, "end", -1)};
    return !str_null(type) && ret->start >= 0 && ret->end > ret->start;
}

/* From a JSON list of tags or spans; false when an entry is neither. */
static bool from_json(yyjson_val *v, struct arena *a, struct span_list *ret)
{
    yyjson_arr_iter it = yyjson_arr_iter_with(v);
    yyjson_val *x;
    struct str open = {0};
    size_t i = 0;
    if (!yyjson_is_arr(v) || yyjson_arr_size(v) > MAX_SPANS)
        return false;
    *ret = (struct span_list){ARENA_ARRAY(a, yyjson_arr_size(v), struct span), 0};
    while ((x = yyjson_arr_iter_next(&it))) {
        struct str tag = json_str(x);
        if (yyjson_is_str(x) && is_tag(tag))
            add_tag(ret, tag, i++, &open);
        else if (!yyjson_is_obj(x) || !read_span(x, &ret->v[ret->n++]))
            return false;
    }
    return true;
}

/* Tags between white space, as a model may write them. */
static bool from_words(struct str text, struct arena *a, struct span_list *ret)
{
    struct str_words w = split_white(a, text);
    struct str open = {0};
    if (w.n > MAX_SPANS)
        return false;
    *ret = (struct span_list){ARENA_ARRAY(a, w.n, struct span), 0};
    for (size_t i = 0; i < w.n; i++) {
        if (!is_tag(w.v[i]))
            return false;
        add_tag(ret, w.v[i], i, &open);
    }
    return true;
}

static bool same_place(const struct span *x, const struct span *y)
{
    return x->start <= y->start && x->start >= y->start && x->end <= y->end && x->end >= y->end;
}

/* Pairs off spans that are exactly alike, then those that overlap. Lists are in order of start
 * as a rule, but need not be. */
static size_t match(struct span_list *want, struct span_list *got, bool exact)
{
    size_t hits = 0;
    for (size_t i = 0; i < want->n; i++) {
        struct span *x = &want->v[i];
        for (size_t k = 0; k < got->n && !x->used; k++) {
            struct span *y = &got->v[k];
            if (y->used || !str_eq(x->type, y->type))
                continue;
            if (exact ? !same_place(x, y) : x->end <= y->start || y->end <= x->start)
                continue;
            x->used = y->used = true;
            hits++;
        }
    }
    return hits;
}

static struct prf halves(size_t exact, size_t overlapping, size_t found, size_t expected)
{
    struct prf p = {0};
    double hits = (double)exact + 0.5 * (double)overlapping;
    if (found)
        p.precision = hits / (double)found;
    if (expected)
        p.recall = hits / (double)expected;
    if (found + expected)
        p.f = 2 * hits / (double)(found + expected);
    return p;
}

static void write_prf(struct jw *w, const char *key, struct prf p)
{
    jw_key(w, key);
    jw_obj(w);
    jw_knum(w, "precision", p.precision);
    jw_knum(w, "recall", p.recall);
    jw_knum(w, "f1", p.f);
    jw_end(w);
}

static bool spans_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct spans_grader *s = g->state;
    struct span_list want, got = {0};
    struct details d;
    yyjson_val *v;
    if (!want_json(&s->want, in, &v, e))
        return false;
    if (!from_json(v, a, &want))
        return err_set(e, ERR_GRADER,
                       "the expected value is no list of BIO tags or of spans "
                       "{type, start, end}");
    bool readable = (json_parse_loose(a, in->output, &v, NULL) && from_json(v, a, &got)) ||
                    from_words(in->output, a, &got);
    if (!readable)
        got.n = 0;
    size_t exact = match(&want, &got, true), partial = match(&want, &got, false);
    struct prf strict = prf_of(exact, got.n, want.n), loose = halves(exact, partial, got.n, want.n);
    if (want.n == 0 && got.n == 0)
        strict = loose = (struct prf){1, 1, 1};
    double score = s->match == MATCH_STRICT ? strict.f : loose.f;
    if (readable)
        graded(out, score, a, "%zu of %zu spans exact, %zu more overlap, %zu found", exact, want.n,
               partial, got.n);
    else
        graded(out, 0, a, "the output is no list of tags or spans");
    details_begin(&d);
    jw_kint(&d.w, "expected", (int64_t)want.n);
    jw_kint(&d.w, "found", (int64_t)got.n);
    jw_kint(&d.w, "exact", (int64_t)exact);
    jw_kint(&d.w, "overlapping", (int64_t)partial);
    write_prf(&d.w, "strict", strict);
    write_prf(&d.w, "partial", loose);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", "match", NULL};

extern const struct grader_ops grader_spans;
const struct grader_ops grader_spans = {
    .name = "spans",
    .summary = "entities with their places: F1 of spans from BIO tags or offsets",
    .keys = keys,
    .open = spans_open,
    .grade = spans_grade,
    .threshold = 1,
};
