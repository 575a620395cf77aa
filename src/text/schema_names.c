/* Identifiers of schemas and their resolution; see schema_names.h. */
#include "text/schema_names.h"

#include <string.h>

#include "base/vec.h"
#include "text/json.h"
#include "text/uri.h"

enum { MAX_VALUES = 200000 };

enum schema_holds schema_keyword_holds(struct str key)
{
    static const struct {
        const char *key;
        enum schema_holds holds;
    } keywords[] = {
        {"additionalItems", HOLDS_ONE},
        {"additionalProperties", HOLDS_ONE},
        {"allOf", HOLDS_LIST},
        {"anyOf", HOLDS_LIST},
        {"contains", HOLDS_ONE},
        {"contentSchema", HOLDS_ONE},
        {"definitions", HOLDS_MEMBERS},
        {"$defs", HOLDS_MEMBERS},
        {"dependencies", HOLDS_MEMBERS},
        {"dependentSchemas", HOLDS_MEMBERS},
        {"else", HOLDS_ONE},
        {"if", HOLDS_ONE},
        {"items", HOLDS_ONE_OR_LIST},
        {"not", HOLDS_ONE},
        {"oneOf", HOLDS_LIST},
        {"patternProperties", HOLDS_MEMBERS},
        {"prefixItems", HOLDS_LIST},
        {"properties", HOLDS_MEMBERS},
        {"propertyNames", HOLDS_ONE},
        {"then", HOLDS_ONE},
        {"unevaluatedItems", HOLDS_ONE},
        {"unevaluatedProperties", HOLDS_ONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (str_eq_c(key, keywords[i].key))
            return keywords[i].holds;
    return HOLDS_NONE;
}

void schema_names_init(struct schema_names *n, struct arena *a)
{
    *n = (struct schema_names){.a = a};
}

void schema_names_release(struct schema_names *n)
{
    map_release(&n->uris);
    map_release(&n->places);
    free(n->dynamic);
}

static void name(struct schema_names *n, struct str uri, struct schema_place *place)
{
    map_put(&n->uris, arena_str(n->a, uri), place);
}

static void name_anchor(struct schema_names *n, struct schema_place *place, struct str anchor)
{
    if (anchor.n)
        name(n, arena_strf(n->a, "%.*s#%.*s", STR_ARG(place->base), STR_ARG(anchor)), place);
}

static void name_dynamic(struct schema_names *n, const struct schema_place *place,
                         struct str anchor)
{
    struct {
        struct schema_dynamic_anchor *v;
        size_t n, cap;
    } list = {n->dynamic, n->n_dynamic, n->cap_dynamic};
    if (!anchor.n)
        return;
    vec_push(&list, (struct schema_dynamic_anchor){anchor, place->resource, place->v});
    n->dynamic = list.v;
    n->n_dynamic = list.n;
    n->cap_dynamic = list.cap;
}

/* The draft that $schema asks for, if it does. */
static bool draft_of(yyjson_val *v, bool otherwise)
{
    struct str s = json_get_str(v, "$schema");
    if (str_null(s))
        return otherwise;
    return str_find(s, STR("draft-0")) >= 0;
}

/* What a schema says about its own name; a draft-7 $ref hides its siblings, $id among them. */
static void read_names(struct schema_names *n, struct schema_place *place)
{
    struct str id = json_get_str(place->v, "$id"), fragment;
    if (place->draft7 && json_get(place->v, "$ref"))
        return;
    if (!str_null(id)) {
        struct str uri = uri_split_fragment(n->a, uri_resolve(n->a, place->base, id), &fragment);
        if (place->draft7 && fragment.n && id.p[0] == '#') {
            name_anchor(n, place, fragment);
        } else {
            place->base = uri;
            place->resource = n->n_resources++;
            name(n, uri, place);
        }
    }
    if (place->draft7)
        return;
    name_anchor(n, place, json_get_str(place->v, "$anchor"));
    name_anchor(n, place, json_get_str(place->v, "$dynamicAnchor"));
    name_dynamic(n, place, json_get_str(place->v, "$dynamicAnchor"));
}

static bool scan(struct schema_names *n, yyjson_val *v, const struct schema_place *parent,
                 struct err *e);

static bool scan_children(struct schema_names *n, yyjson_val *v, const struct schema_place *place,
                          struct err *e)
{
    yyjson_val *k, *x;
    if (yyjson_is_arr(v)) {
        yyjson_arr_iter it = yyjson_arr_iter_with(v);
        while ((x = yyjson_arr_iter_next(&it)))
            if (!scan(n, x, place, e))
                return false;
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_iter it = yyjson_obj_iter_with(v);
        while ((k = yyjson_obj_iter_next(&it)))
            if (!scan(n, yyjson_obj_iter_get_val(k), place, e))
                return false;
    }
    return true;
}

static bool scan(struct schema_names *n, yyjson_val *v, const struct schema_place *parent,
                 struct err *e)
{
    yyjson_val *k;
    struct schema_place *place = ARENA_NEW(n->a, struct schema_place);
    if (++n->n_values > MAX_VALUES)
        return err_set(e, ERR_LIMIT, "a JSON Schema of more than %d subschemas", MAX_VALUES);
    *place = *parent;
    place->v = v;
    place->draft7 = draft_of(v, parent->draft7);
    read_names(n, place);
    map_put(&n->places, (struct str){(const char *)&place->v, sizeof(place->v)}, place);
    if (!yyjson_is_obj(v))
        return true;
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    while ((k = yyjson_obj_iter_next(&it))) {
        yyjson_val *x = yyjson_obj_iter_get_val(k);
        bool ok = true;
        switch (schema_keyword_holds(json_str(k))) {
        case HOLDS_NONE: break;
        case HOLDS_ONE: ok = scan(n, x, place, e); break;
        case HOLDS_LIST:
        case HOLDS_MEMBERS: ok = scan_children(n, x, place, e); break;
        case HOLDS_ONE_OR_LIST:
            ok = yyjson_is_arr(x) ? scan_children(n, x, place, e) : scan(n, x, place, e);
            break;
        }
        if (!ok)
            return false;
    }
    return true;
}

bool schema_names_add(struct schema_names *n, yyjson_val *doc, struct str uri, bool draft7,
                      struct err *e)
{
    struct schema_place *root = ARENA_NEW(n->a, struct schema_place);
    struct str fragment;
    *root = (struct schema_place){doc, uri_split_fragment(n->a, uri, &fragment), n->n_resources++,
                                  draft_of(doc, draft7)};
    name(n, root->base, root);
    return scan(n, doc, root, e);
}

const struct schema_place *schema_names_place(const struct schema_names *n, yyjson_val *v)
{
    return map_get(&n->places, (struct str){(const char *)&v, sizeof v});
}

/* One token of a JSON pointer, with ~1 and ~0 undone. */
static struct str unescape(struct arena *a, struct str token)
{
    char *out = arena_alloc(a, token.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < token.n; i++) {
        bool escape = token.p[i] == '~' && i + 1 < token.n &&
                      (token.p[i + 1] == '0' || token.p[i + 1] == '1');
        out[n++] = !escape ? token.p[i] : token.p[++i] == '1' ? '/' : '~';
    }
    return (struct str){out, n};
}

static bool follow(const struct schema_names *n, struct str pointer, struct schema_place *place)
{
    struct str rest = str_sub(pointer, 1, pointer.n), token;
    while (str_split(&rest, '/', &token)) {
        struct str key = unescape(n->a, token);
        long long index;
        if (yyjson_is_obj(place->v))
            place->v = yyjson_obj_getn(place->v, key.p, key.n);
        else if (yyjson_is_arr(place->v) && str_long(key, &index) && index >= 0)
            place->v = yyjson_arr_get(place->v, (size_t)index);
        else
            return false;
        if (!place->v)
            return false;
        const struct schema_place *known = schema_names_place(n, place->v);
        if (known)
            *place = *known;
    }
    return true;
}

bool schema_names_resolve(const struct schema_names *n, const struct schema_place *from,
                          struct str reference, struct schema_place *ret, struct err *e)
{
    struct str fragment;
    struct str uri = uri_split_fragment(n->a, uri_resolve(n->a, from->base, reference), &fragment);
    bool pointer = fragment.n && fragment.p[0] == '/';
    struct str key = uri;
    if (fragment.n && !pointer)
        key = arena_strf(n->a, "%.*s#%.*s", STR_ARG(uri), STR_ARG(fragment));
    const struct schema_place *place = map_get(&n->uris, key);
    if (!place) {
        err_set(e, ERR_SPEC, "\"$ref\": \"%.*s\" refers to nothing that is here",
                STR_ARG(reference));
        return err_hint(e, "References are resolved within the schema only; nothing is fetched.");
    }
    *ret = *place;
    return !pointer || follow(n, fragment, ret) ||
           err_set(e, ERR_SPEC, "\"$ref\": \"%.*s\" points at nothing", STR_ARG(reference));
}
