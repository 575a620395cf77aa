/* Candidate places for values, and their features; see spans.h. */
#include "model/spans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "base/vec.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_wide(char c) { return (unsigned char)c >= 0x80; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_alnum(char c) { return is_digit(c) || is_alpha(c) || is_wide(c); }
static bool is_word(const struct atom *x) { return x->kind == 'A' || x->kind == 'a'; }
static bool is_edge(const struct atom *x) { return is_word(x) || x->kind == '9'; }

/* ---- cutting ---- */

/* A number: digits, with one of . , / - : between digits. */
static size_t number_end(struct str s, size_t at)
{
    while (at < s.n && (is_digit(s.p[at]) ||
                        (strchr(".,/-:", s.p[at]) && at + 1 < s.n && is_digit(s.p[at + 1]))))
        at++;
    return at;
}

/* Digits become 9 (more than four in a row: five), the rest stays. */
static uint64_t number_shape(struct str s)
{
    char shape[32];
    size_t n = 0, run = 0;
    for (size_t i = 0; i < s.n && n < sizeof shape; i++) {
        run = is_digit(s.p[i]) ? run + 1 : 0;
        if (run <= 5)
            shape[n++] = is_digit(s.p[i]) ? '9' : s.p[i];
    }
    return hash64(shape, n, 9);
}

static uint64_t word_hash(struct str s)
{
    char low[64];
    size_t n = s.n < sizeof low ? s.n : sizeof low;
    for (size_t i = 0; i < n; i++)
        low[i] = is_upper(s.p[i]) ? (char)(s.p[i] + 32) : s.p[i];
    return hash64(low, n, 1);
}

static struct atom next_atom(struct str s, size_t at)
{
    struct atom x = {.from = (uint32_t)at};
    size_t end = at + 1;
    if (is_digit(s.p[at])) {
        end = number_end(s, at);
        x.kind = '9';
        x.hash = number_shape(str_sub(s, at, end - at));
    } else if (is_alpha(s.p[at]) || is_wide(s.p[at])) {
        bool capitals = true;
        while (end < s.n && (is_alpha(s.p[end]) || is_wide(s.p[end])))
            end++;
        for (size_t i = at; i < end; i++)
            capitals = capitals && is_upper(s.p[i]);
        x.kind = capitals ? 'A' : 'a';
        x.hash = word_hash(str_sub(s, at, end - at));
    } else {
        x.kind = s.p[at];
        x.hash = hash64(s.p + at, 1, 2);
    }
    x.end = (uint32_t)end;
    return x;
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void rank_numbers(struct page *p, struct arena *a)
{
    p->number = ARENA_ARRAY(a, p->n_atoms, double);
    size_t n = 0;
    for (size_t i = 0; i < p->n_atoms; i++)
        if (p->atom[i].kind == '9' &&
            span_number(str_sub(p->text, p->atom[i].from, p->atom[i].end - p->atom[i].from),
                        &p->number[n]))
            n++;
    qsort(p->number, n, sizeof *p->number, falling);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || p->number[i] < p->number[p->n_numbers - 1])
            p->number[p->n_numbers++] = p->number[i];
}

struct page page_of(struct arena *a, struct str text)
{
    struct page p = {.text = utf8_prefix(text, SPANS_MAX_BYTES)};
    VEC(struct text_line) lines = {0};
    VEC(struct atom) atoms = {0};
    struct str rest = p.text, part;
    while (str_split(&rest, '\n', &part)) {
        part = str_trim(part);
        if (part.n == 0)
            continue;
        size_t at = (size_t)(part.p - p.text.p);
        struct text_line line = {.from = (uint32_t)at, .end = (uint32_t)(at + part.n),
                                 .atom = (uint32_t)atoms.n};
        while (at < line.end) {
            if (p.text.p[at] == ' ' || p.text.p[at] == '\t' || p.text.p[at] == '\r') {
                at++;
                continue;
            }
            struct atom x = next_atom((struct str){p.text.p, line.end}, at);
            x.line = (uint32_t)lines.n;
            line.hash = hash64(&x.hash, sizeof x.hash, line.hash);
            vec_push(&atoms, x);
            at = x.end;
        }
        line.n_atoms = (uint32_t)atoms.n - line.atom;
        vec_push(&lines, line);
    }
    p.n_lines = lines.n;
    p.n_atoms = atoms.n;
    p.line = ARENA_ARRAY(a, lines.n, struct text_line);
    p.atom = ARENA_ARRAY(a, atoms.n, struct atom);
    if (lines.n)
        memcpy(p.line, lines.v, lines.n * sizeof *lines.v);
    if (atoms.n)
        memcpy(p.atom, atoms.v, atoms.n * sizeof *atoms.v);
    vec_free(&lines);
    vec_free(&atoms);
    p.alnum = ARENA_ARRAY(a, p.text.n + 1, uint32_t);
    for (size_t i = 0; i < p.text.n; i++)
        p.alnum[i + 1] = p.alnum[i] + is_alnum(p.text.p[i]);
    rank_numbers(&p, a);
    return p;
}

/* ---- spans ---- */

/* The shape of a run, atom by atom; words of one kind in a row are one word or "several". */
struct shape {
    uint64_t before; /* of what stands before the present words */
    uint64_t all;
    char kind;       /* of the last atom */
};

static void shape_add(struct shape *s, const struct atom *x)
{
    if (is_word(x) && x->kind == s->kind) {
        const char several[2] = {x->kind, '+'};
        s->all = hash64(several, sizeof several, s->before);
    } else {
        s->before = s->all;
        s->all = is_word(x) ? hash64(&x->kind, 1, s->before)
                            : hash64(&x->hash, sizeof x->hash, s->before);
    }
    s->kind = x->kind;
}

void page_spans(const struct page *p, void (*each)(void *arg, struct span s), void *arg)
{
    for (uint32_t l = 0; l < p->n_lines; l++) {
        const struct text_line *line = &p->line[l];
        for (uint32_t i = 0; i < line->n_atoms; i++) {
            const struct atom *x = &p->atom[line->atom + i];
            struct shape shape = {0};
            if (!is_edge(x))
                continue;
            for (uint32_t n = 1; n <= SPANS_MAX_ATOMS && i + n <= line->n_atoms; n++) {
                shape_add(&shape, &x[n - 1]);
                if (is_edge(&x[n - 1]))
                    each(arg, (struct span){line->atom + i, n, l, 1, shape.all});
            }
        }
        for (uint32_t n = 1; n <= SPANS_MAX_LINES && l + n <= p->n_lines; n++)
            each(arg, (struct span){line->atom, 0, l, n, n});
    }
}

/* First and last byte of the span in the text. */
static void span_bytes(const struct page *p, struct span s, uint32_t *from, uint32_t *end)
{
    *from = s.n_atoms ? p->atom[s.atom].from : p->line[s.line].from;
    *end = s.n_atoms ? p->atom[s.atom + s.n_atoms - 1].end : p->line[s.line + s.n_lines - 1].end;
}

struct str span_text(const struct page *p, struct span s, struct arena *a)
{
    uint32_t from, end;
    span_bytes(p, s, &from, &end);
    if (s.n_lines == 1)
        return str_sub(p->text, from, end - from);
    char *out = arena_alloc(a, end - from + 1);
    size_t n = 0;
    for (uint32_t l = s.line; l < s.line + s.n_lines; l++) {
        size_t len = p->line[l].end - p->line[l].from;
        if (n)
            out[n++] = ' ';
        memcpy(out + n, p->text.p + p->line[l].from, len);
        n += len;
    }
    return (struct str){out, n};
}

size_t span_alnum(const struct page *p, struct span s)
{
    uint32_t from, end;
    span_bytes(p, s, &from, &end);
    return p->alnum[end] - p->alnum[from];
}

bool span_number(struct str s, double *ret)
{
    char digits[40];
    size_t n = 0;
    while (s.n && !is_digit(s.p[0]) && s.p[0] != '-')
        s = str_sub(s, 1, s.n);
    while (s.n && !is_digit(s.p[s.n - 1]))
        s.n--;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',' && i > 0 && is_digit(s.p[i - 1]))
            continue;
        if (n == sizeof digits)
            return false;
        digits[n++] = s.p[i];
    }
    return str_double((struct str){digits, n}, ret);
}

/* ---- features ---- */

struct writer {
    uint32_t *out;
    size_t n;
};

/* A feature is its name and up to two values. */
static void put(struct writer *w, unsigned name, uint64_t x, uint64_t y)
{
    uint64_t key[3] = {name, x, y};
    if (w->n < SPAN_MAX_FEATURES)
        w->out[w->n++] =
            (uint32_t)(hash64(key, sizeof key, 7) & (((uint64_t)1 << SPAN_FEATURE_BITS) - 1));
}

enum feature {
    F_BIAS, F_SHAPE, F_LEFT, F_LEFT2, F_LEFT_SHAPE, F_RIGHT, F_TOP, F_BOTTOM, F_FIRST, F_LAST,
    F_WORD, F_ABOVE, F_ABOVE_FIRST, F_ABOVE_SHAPE, F_BELOW_FIRST, F_LINE_WORD, F_RANK,
    F_RANK_LEFT, F_RANK_ABOVE, F_LENGTH, F_WHOLE_LINE, F_ABOVE2
};

/* 0, 1, 2, 3, 4, 5-6, 7-9, 10-14, … */
static uint64_t bucket(size_t i)
{
    return i < 5 ? i : (uint64_t)(3.5 * log((double)i));
}

static uint64_t left_hash(const struct page *p, struct span s, uint32_t back)
{
    const struct text_line *line = &p->line[s.line];
    return s.atom >= line->atom + back ? p->atom[s.atom - back].hash : 0;
}

static void put_context(const struct page *p, struct span s, struct writer *w)
{
    const struct text_line *line = &p->line[s.line];
    uint32_t behind = s.atom + s.n_atoms;
    uint64_t left = left_hash(p, s, 1);
    uint64_t above = s.line > 0 ? p->line[s.line - 1].hash : 0;
    put(w, F_LEFT, left, 0);
    put(w, F_LEFT2, left, left_hash(p, s, 2));
    put(w, F_LEFT_SHAPE, left, s.shape);
    put(w, F_RIGHT, behind < line->atom + line->n_atoms ? p->atom[behind].hash : 0, 0);
    for (uint32_t i = 0; i < line->n_atoms && i < 8; i++)
        if (is_word(&p->atom[line->atom + i]))
            put(w, F_LINE_WORD, p->atom[line->atom + i].hash, 0);
    put(w, F_WHOLE_LINE, s.n_atoms == line->n_atoms, s.shape);
    put(w, F_ABOVE_SHAPE, above, s.shape);
    put(w, F_ABOVE2, s.line > 1 ? p->line[s.line - 2].hash : 0, s.shape);
    double v;
    uint32_t from, end;
    span_bytes(p, s, &from, &end);
    if (s.n_atoms == 1 && span_number(str_sub(p->text, from, end - from), &v)) {
        uint64_t rank = 0;
        while (rank < p->n_numbers && rank < 6 && p->number[rank] > v)
            rank++;
        put(w, F_RANK, rank, s.shape);
        put(w, F_RANK_LEFT, rank, left);
        put(w, F_RANK_ABOVE, rank, above);
    }
}

size_t span_features(const struct page *p, struct span s, uint32_t *out)
{
    struct writer w = {out, 0};
    size_t first = s.n_atoms ? s.atom : p->line[s.line].atom, last = first + s.n_atoms;
    if (!s.n_atoms) {
        const struct text_line *end = &p->line[s.line + s.n_lines - 1];
        last = end->atom + end->n_atoms;
    }
    put(&w, F_BIAS, s.n_atoms > 0, s.n_lines);
    put(&w, F_SHAPE, s.shape, 0);
    put(&w, F_TOP, bucket(s.line), s.n_atoms ? s.shape : 0);
    put(&w, F_BOTTOM, bucket(p->n_lines - s.line - s.n_lines), s.n_atoms ? s.shape : 0);
    put(&w, F_FIRST, p->atom[first].hash, s.n_atoms > 0);
    put(&w, F_LAST, p->atom[last - 1].hash, s.n_atoms > 0);
    put(&w, F_LENGTH, bucket(last - first), s.n_atoms > 0);
    if (s.line > 0) {
        const struct text_line *above = &p->line[s.line - 1];
        put(&w, F_ABOVE, above->hash, s.n_atoms > 0);
        put(&w, F_ABOVE_FIRST, p->atom[above->atom].hash, s.n_atoms > 0);
    }
    if (s.line + s.n_lines < p->n_lines)
        put(&w, F_BELOW_FIRST, p->atom[p->line[s.line + s.n_lines].atom].hash, s.n_atoms > 0);
    if (s.n_atoms)
        put_context(p, s, &w);
    for (size_t i = first; i < last; i++)
        put(&w, F_WORD, p->atom[i].hash, s.n_atoms > 0);
    return w.n;
}
