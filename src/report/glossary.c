/* The glossary: reading the embedded texts and finding a term; see glossary.h. */
#include "report/glossary.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/vec.h"
#include "text/node.h"

/* NULL-terminated list of the strings of a sequence; NULL node: empty. */
static bool read_names(struct arena *a, const struct node *n, const char *const **ret,
                       struct err *e)
{
    size_t count = n ? n->n : 0;
    const char **names = ARENA_ARRAY(a, count + 1, const char *);
    if (n && !node_want(n, NODE_SEQ, "a list of names", e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!node_str(n->item[i], &names[i], e))
            return false;
    *ret = names;
    return true;
}

static bool read_term(struct arena *a, const struct node *n, struct term *ret, struct err *e)
{
    static const char *const known[] = {"term",    "also",   "text", "formula",
                                        "not_for", "source", "see",  NULL};
    struct term t = {0};
    if (!node_want(n, NODE_MAP, "a term", e) || !node_check_keys(n, known, e) ||
        !node_get_str(n, "term", &t.name, e) || !node_get_str(n, "text", &t.text, e) ||
        !node_get_str(n, "formula", &t.formula, e) || !node_get_str(n, "not_for", &t.not_for, e) ||
        !node_get_str(n, "source", &t.source, e) ||
        !read_names(a, node_get(n, "also"), &t.also, e) ||
        !read_names(a, node_get(n, "see"), &t.see, e))
        return false;
    if (!t.name || !t.text)
        return node_err(e, n, "a term wants \"term\" and \"text\"");
    *ret = t;
    return true;
}

static bool read_area(struct arena *a, const char *path, struct str text, struct term **v,
                      size_t *n, struct err *e)
{
    struct node *doc;
    if (!node_parse(a, text, path, &doc, e) || !node_want(doc, NODE_SEQ, "a list of terms", e))
        return false;
    struct term *all = ARENA_ARRAY(a, *n + doc->n, struct term);
    if (*n)
        memcpy(all, *v, *n * sizeof *all);
    for (size_t i = 0; i < doc->n; i++)
        if (!read_term(a, doc->item[i], &all[*n + i], e))
            return false;
    *v = all;
    *n += doc->n;
    return true;
}

bool glossary_read(struct arena *a, struct glossary *ret, struct err *e)
{
    const char *path;
    struct str text;
    struct glossary g = {NULL, 0};
    for (size_t i = 0; asset_list("share/explain/", i, &path, &text); i++)
        if (!read_area(a, path, text, &g.v, &g.n, e))
            return err_wrap(e, "the glossary");
    *ret = g;
    return true;
}

enum { MAX_NAME = 64 };

/* Lower case, with one space for each run of "_", "-" and white space; cut at MAX_NAME. */
static void fold(const char *name, char out[MAX_NAME])
{
    size_t n = 0;
    for (; *name && n + 1 < MAX_NAME; name++) {
        char c = *name;
        bool gap = c == '_' || c == '-' || c == ' ' || c == '\t' || c == '\n';
        if (gap && (n == 0 || out[n - 1] == ' '))
            continue;
        out[n++] = gap ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    /* p99.9 latency: any percentile is explained with p95 */
    if (out[0] == 'p' && out[1] >= '0' && out[1] <= '9') {
        const char *rest = out + 1 + strspn(out + 1, "0123456789.");
        if (strcmp(rest, " latency") == 0 || strcmp(rest, " ttft") == 0) {
            char what[16];
            memcpy(what, rest, strlen(rest) + 1);
            memcpy(out, "p95", 3);
            memcpy(out + 3, what, strlen(what) + 1);
        }
    }
}

static bool same(const char *name, const char *folded)
{
    char own[MAX_NAME];
    fold(name, own);
    return strcmp(own, folded) == 0;
}

const struct term *glossary_find(const struct glossary *g, const char *name)
{
    char folded[MAX_NAME];
    fold(name, folded);
    for (size_t i = 0; i < g->n; i++)
        if (same(g->v[i].name, folded))
            return &g->v[i];
    for (size_t i = 0; i < g->n; i++)
        for (const char *const *also = g->v[i].also; *also; also++)
            if (same(*also, folded))
                return &g->v[i];
    return NULL;
}

/* How far a term's name is from what was written: edits, or 1 when one contains the other. */
static int distance(const char *name, const char *folded)
{
    char own[MAX_NAME];
    fold(name, own);
    if (strlen(folded) >= 3 && strlen(own) >= 3 && (strstr(own, folded) || strstr(folded, own)))
        return 1;
    return str_distance(str_c(own), str_c(folded));
}

struct candidate {
    const struct term *term;
    int distance;
    size_t order;
};

static int nearest_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance - y->distance;
    return (x->order > y->order) - (x->order < y->order);
}

size_t glossary_suggest(const struct glossary *g, const char *name, const struct term **ret,
                        size_t max)
{
    char folded[MAX_NAME];
    VEC(struct candidate) near = {0};
    fold(name, folded);
    int limit = 1 + (int)strlen(folded) / 4;
    for (size_t i = 0; i < g->n; i++) {
        int best = distance(g->v[i].name, folded);
        for (const char *const *also = g->v[i].also; *also; also++) {
            int d = distance(*also, folded);
            best = d < best ? d : best;
        }
        if (best <= limit)
            vec_push(&near, (struct candidate){&g->v[i], best, i});
    }
    if (near.n)
        qsort(near.v, near.n, sizeof *near.v, nearest_first);
    size_t n = near.n < max ? near.n : max;
    for (size_t i = 0; i < n; i++)
        ret[i] = near.v[i].term;
    vec_free(&near);
    return n;
}
