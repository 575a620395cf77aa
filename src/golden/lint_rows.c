/* One row's facts for lint: hashes of its values and flags; see lint_rows.h. */
#include "golden/lint_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "golden/sameness.h"
#include "text/json.h"

enum { CHUNK = 512 };

/* --- flags --- */

/* The path of the first empty text below v, or NULL. An empty list may be meant. */
static const char *empty_below(struct arena *a, const char *path, yyjson_val *v)
{
    size_t i, n;
    yyjson_val *k, *x;
    const char *found = NULL;
    if (yyjson_is_str(v))
        return str_trim(json_str(v)).n == 0 ? path : NULL;
    if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, x)
        {
            if (!found && (found = empty_below(a, "", x)))
                return arena_printf(a, "%s[%zu]%s", path, i, found);
        }
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, k, x)
        {
            if (!found && (found = empty_below(a, "", x)))
                return arena_printf(a, "%s.%s%s", path, yyjson_get_str(k), found);
        }
    }
    return NULL;
}

const char *lint_empty_fields(struct arena *a, const struct item *it)
{
    const char *path =
        yyjson_obj_size(it->input) == 0 ? "input" : empty_below(a, "input", it->input);
    /* nothing found is a fine answer of an extraction: only the whole may not be empty text */
    if (!path && it->expected && yyjson_is_str(it->expected))
        path = empty_below(a, "expected", it->expected);
    if (!path && it->tags && yyjson_obj_size(it->tags) > 0)
        path = empty_below(a, "tags", it->tags);
    if (!path && it->context)
        path = empty_below(a, "context", it->context);
    return path ? arena_printf(a, "%s is empty", path) : NULL;
}

const char *lint_unknown_key(struct arena *a, const struct item *it)
{
    size_t i, n;
    yyjson_val *k, *x;
    yyjson_obj_foreach(it->object, i, n, k, x)
    {
        bool known = false;
        for (const char *const *m = item_members; *m && !known; m++)
            known = str_eq_c(json_str(k), *m);
        const char *near = known ? NULL : str_nearest(json_str(k), item_members);
        if (near)
            return arena_printf(a, "unknown key \"%.*s\", did you mean \"%s\"?",
                                STR_ARG(utf8_printable(a, json_str(k))), near);
    }
    return NULL;
}

/* U+FFFD, or UTF-8 that was read as Latin-1: "Ã©" for "é", "â€™" for "’". */
static bool garbled(struct str s)
{
    static const char *const signs[] = {"\xef\xbf\xbd", "\xc3\xa2\xe2\x82\xac", "\xc3\x83\xc2"};
    if (utf8_is_ascii(s))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_find(s, str_c(signs[i])) >= 0)
            return true;
    return false;
}

static const char *garbled_below(yyjson_val *v)
{
    size_t i, n;
    yyjson_val *k, *x;
    const char *found = NULL;
    if (yyjson_is_str(v))
        return garbled(json_str(v)) ? yyjson_get_str(v) : NULL;
    if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, x) found = found ? found : garbled_below(x);
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, k, x) found = found ? found : garbled_below(x);
    }
    return found;
}

const char *lint_garbled(struct arena *a, const struct item *it)
{
    const char *text = garbled_below(it->object);
    if (!text)
        return NULL;
    struct str shown = utf8_cut(utf8_printable(a, str_c(text)), 40);
    return arena_printf(a, "text that was decoded wrongly: \"%.*s\"", STR_ARG(shown));
}

/* --- one row --- */

struct gather {
    const struct golden *g;
    const struct lint_options *o;
    struct lint_rows *rows;
};

static bool allowed(const char *const *labels, struct str label)
{
    for (; *labels; labels++)
        if (str_eq_c(label, *labels))
            return true;
    return false;
}

static void gather_one(const struct gather *w, size_t i, struct arena *a)
{
    struct lint_rows *r = w->rows;
    struct item it;
    if (!golden_item(w->g, i, a, &it, NULL)) {
        r->flags[i] = ROW_BAD;
        return;
    }
    uint8_t flags = 0;
    r->input[i] = same_input_hash(a, &it);
    if (!it.expected)
        flags |= ROW_NO_EXPECTED;
    else if (yyjson_is_ctn(it.expected))
        flags |= ROW_CONTAINER;
    if (it.expected)
        r->expected[i] = same_value_hash(a, it.expected);
    if (w->o->labels && it.expected && !allowed(w->o->labels, item_label(a, &it)))
        flags |= ROW_LABEL_UNKNOWN;
    for (size_t s = 0; s < r->n_slices; s++) {
        struct str tag = item_tag(a, &it, w->o->slices[s]);
        if (!str_null(tag))
            r->slice[s * r->n + i] = hash64(tag.p, tag.n, 0) | 1;
    }
    flags |= lint_empty_fields(a, &it) ? ROW_EMPTY : 0;
    flags |= lint_unknown_key(a, &it) ? ROW_UNKNOWN_KEY : 0;
    flags |= lint_garbled(a, &it) ? ROW_GARBLED : 0;
    if (r->bands)
        similar_bands(a, similar_plain(a, item_text(a, &it)), r->bands + i * SIMILAR_BANDS);
    r->flags[i] = flags;
}

static void gather_chunk(void *arg, size_t chunk)
{
    const struct gather *w = arg;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    size_t end = (chunk + 1) * CHUNK < w->g->n ? (chunk + 1) * CHUNK : w->g->n;
    for (size_t i = chunk * CHUNK; i < end; i++) {
        arena_reset(a);
        gather_one(w, i, a);
    }
}

static void *array(struct arena *a, size_t n, size_t size)
{
    void *p = mem_calloc(n ? n : 1, size);
    arena_defer(a, free, p);
    return p;
}

void lint_rows_gather(struct arena *a, const struct golden *g, const struct lint_options *o,
                      struct lint_rows *ret)
{
    *ret = (struct lint_rows){.n = g->n};
    while (o->slices && o->slices[ret->n_slices])
        ret->n_slices++;
    ret->input = array(a, g->n, sizeof *ret->input);
    ret->expected = array(a, g->n, sizeof *ret->expected);
    ret->slice = array(a, g->n * ret->n_slices, sizeof *ret->slice);
    ret->flags = array(a, g->n, sizeof *ret->flags);
    if (o->similarity > 0)
        ret->bands = array(a, g->n * SIMILAR_BANDS, sizeof *ret->bands);
    struct gather w = {g, o, ret};
    pool_for((g->n + CHUNK - 1) / CHUNK, gather_chunk, &w);
}
