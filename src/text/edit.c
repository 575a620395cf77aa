/* Edit distances; see edit.h. */
#include "text/edit.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "text/bag.h"

enum { MAX_LEVENSHTEIN = 100000, MAX_JARO = 10000 };

struct points {
    uint32_t *v;
    size_t n;
};

static bool decode(struct arena *a, struct str s, size_t max, const char *what, struct points *ret,
                   struct err *e)
{
    size_t at = 0;
    uint32_t cp;
    ret->v = ARENA_ARRAY(a, (s.n < max ? s.n : max) + 1, uint32_t);
    ret->n = 0;
    while (utf8_next(s, &at, &cp)) {
        if (ret->n == max)
            return err_set(e, ERR_LIMIT, "a text of more than %zu characters is too long for %s",
                           max, what);
        ret->v[ret->n++] = cp;
    }
    return true;
}

/* Rows of the pattern that hold each of its characters, as bit vectors. */
struct rows {
    struct bag index;
    uint64_t *bits;
    size_t words;
};

static struct rows rows_of(struct arena *a, struct points x)
{
    struct rows r = {.words = (x.n + 63) / 64};
    uint32_t distinct = 0;
    bag_init(&r.index, a, x.n);
    for (size_t i = 0; i < x.n; i++) {
        uint32_t *number = bag_at(&r.index, x.v[i]);
        if (!*number)
            *number = ++distinct;
    }
    r.bits = ARENA_ARRAY(a, (distinct + 1) * r.words, uint64_t);
    for (size_t i = 0; i < x.n; i++)
        r.bits[bag_count(&r.index, x.v[i]) * r.words + i / 64] |= (uint64_t)1 << (i % 64);
    return r;
}

/* One block of 64 rows, one column further. *carry is the horizontal difference that enters at
 * the top (-1, 0, 1) and leaves at the bottom; `last` is the bit of the bottom row. */
static void block(uint64_t eq, uint64_t *plus, uint64_t *minus, uint64_t last, int *carry)
{
    uint64_t pv = *plus, mv = *minus, xv = eq | mv;
    if (*carry < 0)
        eq |= 1;
    uint64_t xh = (((eq & pv) + pv) ^ pv) | eq;
    uint64_t ph = mv | ~(xh | pv), mh = pv & xh;
    int out = ph & last ? 1 : mh & last ? -1 : 0;
    ph = ph << 1 | (*carry > 0);
    mh = mh << 1 | (*carry < 0);
    *plus = mh | ~(xv | ph);
    *minus = ph & xv;
    *carry = out;
}

static size_t distance(struct arena *a, struct points x, struct points y)
{
    struct rows r = rows_of(a, x);
    uint64_t *plus = ARENA_ARRAY(a, r.words, uint64_t), *minus = ARENA_ARRAY(a, r.words, uint64_t);
    uint64_t last_bit = (uint64_t)1 << ((x.n - 1) % 64);
    size_t d = x.n;
    memset(plus, 0xff, r.words * sizeof *plus);
    for (size_t j = 0; j < y.n; j++) {
        const uint64_t *eq = r.bits + bag_count(&r.index, y.v[j]) * r.words;
        int carry = 1; /* the top row of the table grows by one a column */
        for (size_t k = 0; k < r.words; k++)
            block(eq[k], &plus[k], &minus[k], k + 1 == r.words ? last_bit : (uint64_t)1 << 63,
                  &carry);
        d += (size_t)(ptrdiff_t)carry;
    }
    return d;
}

bool levenshtein(struct arena *a, struct str x, struct str y, size_t *ret, struct err *e)
{
    struct points p, q;
    if (!decode(a, x, MAX_LEVENSHTEIN, "Levenshtein distance", &p, e) ||
        !decode(a, y, MAX_LEVENSHTEIN, "Levenshtein distance", &q, e))
        return false;
    *ret = p.n && q.n ? distance(a, p, q) : p.n + q.n;
    return true;
}

bool levenshtein_ratio(struct arena *a, struct str x, struct str y, size_t *ret_distance,
                       double *ret, struct err *e)
{
    if (!levenshtein(a, x, y, ret_distance, e))
        return false;
    size_t nx = utf8_length(x), ny = utf8_length(y), longest = nx > ny ? nx : ny;
    *ret = longest ? 1 - (double)*ret_distance / (double)longest : 1;
    return true;
}

static double jaro(struct arena *a, struct points x, struct points y)
{
    if (x.n == 0 || y.n == 0)
        return x.n == y.n ? 1 : 0;
    bool *used_x = ARENA_ARRAY(a, x.n, bool), *used_y = ARENA_ARRAY(a, y.n, bool);
    size_t longest = x.n > y.n ? x.n : y.n, window = longest / 2 > 0 ? longest / 2 - 1 : 0;
    size_t matches = 0, moved = 0;
    for (size_t i = 0; i < x.n; i++) {
        size_t from = i > window ? i - window : 0;
        for (size_t j = from; j < y.n && j <= i + window; j++) {
            if (used_y[j] || x.v[i] != y.v[j])
                continue;
            used_x[i] = used_y[j] = true;
            matches++;
            break;
        }
    }
    if (!matches)
        return 0;
    for (size_t i = 0, j = 0; i < x.n; i++) {
        if (!used_x[i])
            continue;
        while (!used_y[j])
            j++;
        moved += x.v[i] != y.v[j++];
    }
    double m = (double)matches;
    return (m / (double)x.n + m / (double)y.n + (m - (double)(moved / 2)) / m) / 3;
}

bool jaro_winkler(struct arena *a, struct str x, struct str y, double *ret, struct err *e)
{
    struct points p, q;
    size_t prefix = 0;
    if (!decode(a, x, MAX_JARO, "Jaro-Winkler", &p, e) ||
        !decode(a, y, MAX_JARO, "Jaro-Winkler", &q, e))
        return false;
    double s = jaro(a, p, q);
    while (prefix < 4 && prefix < p.n && prefix < q.n && p.v[prefix] == q.v[prefix])
        prefix++;
    *ret = s > 0.7 ? s + (double)prefix * 0.1 * (1 - s) : s;
    return true;
}
