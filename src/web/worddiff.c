/* Word diff of two outputs; see worddiff.h. */
#include "web/worddiff.h"

#include <stdint.h>

struct words {
    struct str *v; /* runs of blanks and runs of others, in turn: together the whole text */
    bool *common;
    size_t n;
};

struct worddiff {
    struct words side[2];
};

static bool blank(char ch) { return ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r'; }

static void split(struct arena *a, struct str text, struct words *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += i == 0 || blank(text.p[i]) != blank(text.p[i - 1]);
    ret->v = ARENA_ARRAY(a, n, struct str);
    ret->common = ARENA_ARRAY(a, n, bool);
    for (size_t i = 0, from = 0; i < text.n; i++) {
        if (i + 1 < text.n && blank(text.p[i]) == blank(text.p[i + 1]))
            continue;
        ret->v[ret->n++] = str_sub(text, from, i + 1 - from);
        from = i + 1;
    }
}

/* len[i * (m + 1) + j]: longest common subsequence of the words from i and from j on. */
static void match(struct arena *a, struct words *x, struct words *y)
{
    size_t m = y->n + 1;
    uint16_t *len = ARENA_ARRAY(a, (x->n + 1) * m, uint16_t);
    for (size_t i = x->n; i-- > 0;) {
        for (size_t j = y->n; j-- > 0;) {
            uint16_t down = len[(i + 1) * m + j], right = len[i * m + j + 1];
            len[i * m + j] = str_eq(x->v[i], y->v[j]) ? (uint16_t)(len[(i + 1) * m + j + 1] + 1)
                             : down > right           ? down
                                                      : right;
        }
    }
    for (size_t i = 0, j = 0; i < x->n && j < y->n;) {
        if (str_eq(x->v[i], y->v[j]))
            x->common[i++] = y->common[j++] = true;
        else if (len[(i + 1) * m + j] >= len[i * m + j + 1])
            i++;
        else
            j++;
    }
}

struct worddiff *worddiff_new(struct arena *a, struct str before, struct str after)
{
    struct worddiff *d = ARENA_NEW(a, struct worddiff);
    split(a, before, &d->side[0]);
    split(a, after, &d->side[1]);
    if (d->side[0].n <= WORDDIFF_MAX && d->side[1].n <= WORDDIFF_MAX) {
        match(a, &d->side[0], &d->side[1]);
        return d;
    }
    for (int s = 0; s < 2; s++)
        for (size_t i = 0; i < d->side[s].n; i++)
            d->side[s].common[i] = true;
    return d;
}

static void write_side(const struct words *x, struct hw *w, const char *element)
{
    for (size_t i = 0; i < x->n;) {
        bool marked = !x->common[i];
        if (marked)
            hw_open(w, element);
        for (; i < x->n && x->common[i] == !marked; i++)
            hw_text(w, x->v[i]);
        if (marked)
            hw_close(w);
    }
}

void worddiff_write_before(const struct worddiff *d, struct hw *w)
{
    write_side(&d->side[0], w, "del");
}

void worddiff_write_after(const struct worddiff *d, struct hw *w)
{
    write_side(&d->side[1], w, "ins");
}
