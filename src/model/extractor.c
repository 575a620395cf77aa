/* Learning and finding the place of a field; see extractor.h. */
#include "model/extractor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum { N_FEATURES = 1 << SPAN_FEATURE_BITS, EPOCHS = 8, MAX_SPANS = 4000 };
static const float STEP = 0.3F;

struct extractor {
    uint64_t *shape;    /* of runs that were a value, sorted */
    size_t n_shapes;
    uint32_t most_lines; /* of a block that was a value; 0: never a block */
    float *weight;      /* N_FEATURES, and one behind for "absent" */
};

/* ---- equal values ---- */

static bool counts(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           (unsigned char)c >= 0x80;
}

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static bool equal_loosely(struct str a, struct str b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a.n && !counts(a.p[i]))
            i++;
        while (j < b.n && !counts(b.p[j]))
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (lower(a.p[i]) != lower(b.p[j]))
            return false;
    }
}

static size_t alnum_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += counts(s.p[i]);
    return n;
}

bool field_equal(struct field_value a, struct str b)
{
    if (str_null(a.text) || str_null(b))
        return str_null(a.text) == str_null(b);
    double x, y;
    if (a.is_number && span_number(a.text, &x) && span_number(b, &y))
        return x == y;
    return equal_loosely(a.text, b);
}

/* ---- which spans of a page are in the choice ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

struct choice {
    const struct extractor *x;
    const struct page *page;
    struct arena *a;
    struct span *span;
    size_t n, cap;
};

static void consider(void *arg, struct span s)
{
    struct choice *c = arg;
    bool seen = s.n_atoms ? bsearch(&s.shape, c->x->shape, c->x->n_shapes, sizeof s.shape,
                                    by_value) != NULL
                          : s.n_lines <= c->x->most_lines;
    if (!seen || c->n == MAX_SPANS)
        return;
    if (c->n == c->cap) {
        struct span *grown = ARENA_ARRAY(c->a, c->cap ? 2 * c->cap : 64, struct span);
        if (c->n)
            memcpy(grown, c->span, c->n * sizeof *grown);
        c->cap = c->cap ? 2 * c->cap : 64;
        c->span = grown;
    }
    c->span[c->n++] = s;
}

static struct choice choice_of(const struct extractor *x, const struct page *page, struct arena *a)
{
    struct choice c = {.x = x, .page = page, .a = a};
    page_spans(page, consider, &c);
    return c;
}

/* ---- finding the known values ---- */

struct shapes {
    uint64_t *v;
    size_t n, cap;
};

struct search {
    const struct page *page;
    struct field_value value;
    size_t alnum;
    struct arena *a;
    struct shapes shapes;
    uint32_t most_lines;
};

static bool span_equals(const struct page *p, struct span s, struct field_value value,
                        size_t alnum, struct arena *a)
{
    if (!value.is_number && span_alnum(p, s) != alnum)
        return false;
    if (value.is_number && s.n_atoms != 1)
        return false;
    return field_equal(value, span_text(p, s, a));
}

static void note_shape(void *arg, struct span s)
{
    struct search *q = arg;
    if (!span_equals(q->page, s, q->value, q->alnum, q->a))
        return;
    if (s.n_atoms)
        vec_push(&q->shapes, s.shape);
    else if (s.n_lines > q->most_lines)
        q->most_lines = s.n_lines;
}

/* Learns the shapes; false when no value was found anywhere. */
static bool learn_shapes(struct extractor *x, struct arena *a, const struct page *pages,
                         const struct field_value *values, const size_t *pick, size_t n)
{
    struct arena *scratch = arena_new();
    struct search q = {.a = scratch};
    for (size_t i = 0; i < n; i++) {
        q.page = &pages[pick[i]];
        q.value = values[pick[i]];
        if (str_null(q.value.text))
            continue;
        q.alnum = alnum_count(q.value.text);
        page_spans(q.page, note_shape, &q);
        arena_reset(scratch);
    }
    arena_free(scratch);
    x->most_lines = q.most_lines;
    struct shapes shapes = q.shapes;
    x->shape = ARENA_ARRAY(a, shapes.n, uint64_t);
    if (shapes.n) {
        qsort(shapes.v, shapes.n, sizeof *shapes.v, by_value);
        for (size_t i = 0; i < shapes.n; i++)
            if (i == 0 || shapes.v[i] != shapes.v[i - 1])
                x->shape[x->n_shapes++] = shapes.v[i];
    }
    vec_free(&shapes);
    return x->n_shapes > 0 || x->most_lines > 0;
}

/* ---- the model ---- */

static double score_of(const struct extractor *x, const struct page *page, struct span s)
{
    uint32_t f[SPAN_MAX_FEATURES];
    size_t n = span_features(page, s, f);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x->weight[f[i]];
    return sum;
}

/* Turns scores into probabilities; the last one is "absent". */
static void normalize(double *p, size_t n)
{
    double top = p[0], sum = 0;
    for (size_t i = 1; i < n; i++)
        top = fmax(top, p[i]);
    for (size_t i = 0; i < n; i++)
        sum += p[i] = exp(p[i] - top);
    for (size_t i = 0; i < n; i++)
        p[i] /= sum;
}

/* One text of the training: spans in the choice with their features, and which are right. */
struct lesson {
    uint32_t *feature;   /* n rows of SPAN_MAX_FEATURES */
    size_t *n_features;
    bool *right;         /* n + 1: the last is "absent" */
    double *p;
    size_t n;
};

/* False when the value is given but stands nowhere. */
static bool prepare(const struct extractor *x, struct arena *a, const struct page *page,
                    struct field_value value, struct lesson *ret)
{
    struct choice c = choice_of(x, page, a);
    bool absent = str_null(value.text), found = absent;
    size_t alnum = alnum_count(value.text);
    *ret = (struct lesson){.feature = ARENA_ARRAY(a, c.n * SPAN_MAX_FEATURES, uint32_t),
                           .n_features = ARENA_ARRAY(a, c.n, size_t),
                           .right = ARENA_ARRAY(a, c.n + 1, bool),
                           .p = ARENA_ARRAY(a, c.n + 1, double),
                           .n = c.n};
    for (size_t i = 0; i < c.n; i++) {
        ret->right[i] = !absent && span_equals(page, c.span[i], value, alnum, a);
        found = found || ret->right[i];
        ret->n_features[i] = span_features(page, c.span[i], ret->feature + i * SPAN_MAX_FEATURES);
    }
    ret->right[c.n] = absent;
    return found;
}

static void learn(struct extractor *x, float *squares, const struct lesson *l)
{
    for (size_t i = 0; i < l->n; i++) {
        l->p[i] = 0;
        for (size_t k = 0; k < l->n_features[i]; k++)
            l->p[i] += (double)x->weight[l->feature[i * SPAN_MAX_FEATURES + k]];
    }
    l->p[l->n] = (double)x->weight[N_FEATURES];
    normalize(l->p, l->n + 1);
    double right = 1e-12; /* the log of this is what rises */
    for (size_t i = 0; i <= l->n; i++)
        right += l->right[i] ? l->p[i] : 0;
    for (size_t i = 0; i <= l->n; i++) {
        float g = (float)((l->right[i] ? l->p[i] / right : 0) - l->p[i]);
        if (fabsf(g) < 1e-5F)
            continue;
        size_t n = i < l->n ? l->n_features[i] : 1;
        for (size_t k = 0; k < n; k++) {
            size_t f = i < l->n ? l->feature[i * SPAN_MAX_FEATURES + k] : N_FEATURES;
            squares[f] += g * g;
            x->weight[f] += STEP * g / (sqrtf(squares[f]) + 1e-3F);
        }
    }
}

struct extractor *extractor_train(struct arena *a, const struct page *pages,
                                  const struct field_value *values, const size_t *pick, size_t n)
{
    struct extractor *x = ARENA_NEW(a, struct extractor);
    if (!learn_shapes(x, a, pages, values, pick, n))
        return NULL;
    x->weight = ARENA_ARRAY(a, N_FEATURES + 1, float);
    struct arena *scratch = arena_new();
    float *squares = ARENA_ARRAY(scratch, N_FEATURES + 1, float);
    struct lesson *lessons = ARENA_ARRAY(scratch, n, struct lesson);
    size_t n_lessons = 0;
    for (size_t i = 0; i < n; i++)
        n_lessons += prepare(x, scratch, &pages[pick[i]], values[pick[i]], &lessons[n_lessons]);
    for (int epoch = 0; epoch < EPOCHS; epoch++)
        for (size_t i = 0; i < n_lessons; i++)
            learn(x, squares, &lessons[i]);
    arena_free(scratch);
    return x;
}

struct extraction extractor_find(const struct extractor *x, const struct page *page,
                                 struct arena *a)
{
    struct choice c = choice_of(x, page, a);
    double *p = ARENA_ARRAY(a, c.n + 1, double);
    for (size_t i = 0; i < c.n; i++)
        p[i] = score_of(x, page, c.span[i]);
    p[c.n] = (double)x->weight[N_FEATURES];
    normalize(p, c.n + 1);
    size_t best = c.n;
    for (size_t i = 0; i < c.n; i++)
        if (p[i] > p[best])
            best = i;
    if (best == c.n)
        return (struct extraction){{0}, p[best]};
    /* The same value in several places is one answer. */
    struct extraction r = {span_text(page, c.span[best], a), 0};
    size_t alnum = span_alnum(page, c.span[best]);
    for (size_t i = 0; i < c.n; i++)
        if (span_equals(page, c.span[i], (struct field_value){r.text, false}, alnum, a))
            r.probability += p[i];
    return r;
}
