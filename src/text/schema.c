/*
 * Compiling a JSON Schema: each subschema becomes a schema_node once, found again by the address
 * of its JSON, so that references may go round in circles. Keywords of the wrong shape are errors
 * that name the place in the schema.
 */
#include "text/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "text/json.h"
#include "text/schema_meta.h"
#include "text/schema_names.h"
#include "text/schema_node.h"

enum { MAX_DEPTH = 512 };

struct compiler {
    struct arena *a;
    struct schema_names names;
    struct map nodes; /* address of a subschema's value -> schema_node */
    struct err *e;
    int depth;
    bool tracks;
};

typedef VEC(const struct schema_node *) node_vec;

static bool compile(struct compiler *c, struct schema_place place, const struct schema_node **ret);

/* A child of the schema at `parent`: its own place if it was named, else the parent's. */
static bool child(struct compiler *c, const struct schema_place *parent, yyjson_val *v,
                  const struct schema_node **ret)
{
    const struct schema_place *known = schema_names_place(&c->names, v);
    struct schema_place place = known ? *known : *parent;
    place.v = v;
    return compile(c, place, ret);
}

static bool bad(struct compiler *c, const char *key, yyjson_val *found, const char *expected)
{
    return err_set(c->e, ERR_SPEC, "JSON Schema: \"%s\" is %s where %s was expected", key,
                   json_type_name(found), expected);
}

static bool one(struct compiler *c, const struct schema_place *p, const char *key,
                const struct schema_node **ret)
{
    yyjson_val *v = json_get(p->v, key);
    return !v || child(c, p, v, ret);
}

static bool list_of(struct compiler *c, const struct schema_place *p, const char *key,
                    struct schema_list *ret)
{
    yyjson_val *v = json_get(p->v, key), *x;
    size_t i, n;
    if (!v)
        return true;
    if (!yyjson_is_arr(v))
        return bad(c, key, v, "a list of schemas");
    ret->v = ARENA_ARRAY(c->a, yyjson_arr_size(v), const struct schema_node *);
    yyjson_arr_foreach(v, i, n, x)
    {
        if (!child(c, p, x, &ret->v[ret->n++]))
            return false;
    }
    return true;
}

static bool number(struct compiler *c, yyjson_val *v, const char *key, double *ret)
{
    yyjson_val *x = json_get(v, key);
    if (!x)
        return true;
    if (!yyjson_is_num(x))
        return bad(c, key, x, "a number");
    *ret = yyjson_get_num(x);
    return true;
}

static bool count(struct compiler *c, yyjson_val *v, const char *key, double *ret)
{
    yyjson_val *x = json_get(v, key);
    if (x && (!yyjson_is_num(x) || yyjson_get_num(x) < 0 ||
              fabs(yyjson_get_num(x) - nearbyint(yyjson_get_num(x))) > 0))
        return bad(c, key, x, "a whole number of at least 0");
    return number(c, v, key, ret);
}

/* ---- types and values ---- */

static bool add_type(struct compiler *c, yyjson_val *v, unsigned *types)
{
    static const char *const names[] = {"null",   "boolean", "integer", "number",
                                        "string", "array",   "object"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_c(json_str(v), names[i])) {
            *types |= 1u << i;
            return true;
        }
    }
    if (!yyjson_is_str(v))
        return bad(c, "type", v, "a type's name");
    return err_set(c->e, ERR_SPEC, "JSON Schema: there is no type \"%.*s\"", STR_ARG(json_str(v)));
}

static bool compile_types(struct compiler *c, yyjson_val *v, struct schema_node *n)
{
    yyjson_val *type = json_get(v, "type"), *x;
    size_t i, max;
    n->one_value = json_get(v, "const");
    n->values = json_get(v, "enum");
    if (n->values && !yyjson_is_arr(n->values))
        return bad(c, "enum", n->values, "a list");
    if (!type)
        return true;
    if (!yyjson_is_arr(type))
        return add_type(c, type, &n->types);
    yyjson_arr_foreach(type, i, max, x)
    {
        if (!add_type(c, x, &n->types))
            return false;
    }
    return true;
}

static bool compile_limits(struct compiler *c, yyjson_val *v, struct schema_node *n)
{
    double *limits[] = {&n->minimum,           &n->maximum,     &n->exclusive_minimum,
                        &n->exclusive_maximum, &n->multiple_of, &n->min_length,
                        &n->max_length,        &n->min_items,   &n->max_items,
                        &n->min_members,       &n->max_members, &n->min_contains,
                        &n->max_contains};
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        *limits[i] = NAN;
    if (!number(c, v, "multipleOf", &n->multiple_of))
        return false;
    if (n->multiple_of <= 0)
        return bad(c, "multipleOf", json_get(v, "multipleOf"), "a number over 0");
    return number(c, v, "minimum", &n->minimum) && number(c, v, "maximum", &n->maximum) &&
           number(c, v, "exclusiveMinimum", &n->exclusive_minimum) &&
           number(c, v, "exclusiveMaximum", &n->exclusive_maximum) &&
           count(c, v, "minLength", &n->min_length) && count(c, v, "maxLength", &n->max_length) &&
           count(c, v, "minItems", &n->min_items) && count(c, v, "maxItems", &n->max_items) &&
           count(c, v, "minProperties", &n->min_members) &&
           count(c, v, "maxProperties", &n->max_members) &&
           count(c, v, "minContains", &n->min_contains) &&
           count(c, v, "maxContains", &n->max_contains);
}

static bool compile_pattern(struct compiler *c, struct str pattern, const struct regex **ret)
{
    return regex_compile(c->a, pattern, REGEX_ECMA, ret, c->e) || err_wrap(c->e, "JSON Schema");
}

static bool compile_strings(struct compiler *c, yyjson_val *v, struct schema_node *n)
{
    yyjson_val *pattern = json_get(v, "pattern"), *format = json_get(v, "format");
    if (pattern && !yyjson_is_str(pattern))
        return bad(c, "pattern", pattern, "a regular expression");
    if (format && !yyjson_is_str(format))
        return bad(c, "format", format, "a format's name");
    n->format = schema_format_named(json_str(format));
    return !pattern || compile_pattern(c, json_str(pattern), &n->pattern);
}

/* ---- arrays and objects ---- */

static bool compile_arrays(struct compiler *c, const struct schema_place *p, struct schema_node *n)
{
    yyjson_val *items = json_get(p->v, "items"), *unique = json_get(p->v, "uniqueItems");
    if (unique && !yyjson_is_bool(unique))
        return bad(c, "uniqueItems", unique, "true or false");
    n->unique = yyjson_is_true(unique);
    if (yyjson_is_arr(items)) { /* the old form: a list, and additionalItems for the rest */
        if (!list_of(c, p, "items", &n->prefix) || !one(c, p, "additionalItems", &n->items))
            return false;
    } else if (!one(c, p, "items", &n->items)) {
        return false;
    }
    if (!p->draft7) {
        if (!list_of(c, p, "prefixItems", &n->prefix) ||
            !one(c, p, "unevaluatedItems", &n->unevaluated_items))
            return false;
        c->tracks |= n->unevaluated_items != NULL;
    }
    return one(c, p, "contains", &n->contains);
}

static bool members(struct compiler *c, const struct schema_place *p, const char *key,
                    bool patterns, struct schema_members *ret)
{
    yyjson_val *v = json_get(p->v, key), *k;
    if (!v)
        return true;
    if (!yyjson_is_obj(v))
        return bad(c, key, v, "an object of schemas");
    ret->v = ARENA_ARRAY(c->a, yyjson_obj_size(v), struct schema_member);
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    while ((k = yyjson_obj_iter_next(&it))) {
        struct schema_member *m = &ret->v[ret->n++];
        m->name = json_str(k);
        if ((patterns && !compile_pattern(c, m->name, &m->re)) ||
            !child(c, p, yyjson_obj_iter_get_val(k), &m->node))
            return false;
    }
    return true;
}

static bool names_of(struct compiler *c, yyjson_val *v, const char *key, struct str **ret,
                     size_t *ret_n)
{
    yyjson_val *x;
    size_t i, n;
    if (!yyjson_is_arr(v))
        return bad(c, key, v, "a list of names");
    *ret = ARENA_ARRAY(c->a, yyjson_arr_size(v), struct str);
    yyjson_arr_foreach(v, i, n, x)
    {
        if (!yyjson_is_str(x))
            return bad(c, key, x, "a name");
        (*ret)[(*ret_n)++] = json_str(x);
    }
    return true;
}

/* draft 7's dependencies (lists of names or schemas), and the two keywords that followed it. */
static bool dependencies(struct compiler *c, const struct schema_place *p, const char *key,
                         struct schema_node *n)
{
    yyjson_val *v = json_get(p->v, key), *k;
    if (!v)
        return true;
    if (!yyjson_is_obj(v))
        return bad(c, key, v, "an object");
    size_t size = yyjson_obj_size(v);
    struct schema_members *needs = &n->needs, *dependent = &n->dependent;
    struct schema_member *grown[2] = {ARENA_ARRAY(c->a, needs->n + size, struct schema_member),
                                      ARENA_ARRAY(c->a, dependent->n + size, struct schema_member)};
    if (needs->n)
        memcpy(grown[0], needs->v, needs->n * sizeof *needs->v);
    if (dependent->n)
        memcpy(grown[1], dependent->v, dependent->n * sizeof *dependent->v);
    needs->v = grown[0];
    dependent->v = grown[1];
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    while ((k = yyjson_obj_iter_next(&it))) {
        yyjson_val *x = yyjson_obj_iter_get_val(k);
        struct schema_member *m =
            yyjson_is_arr(x) ? &needs->v[needs->n++] : &dependent->v[dependent->n++];
        m->name = json_str(k);
        if (yyjson_is_arr(x) ? !names_of(c, x, key, &m->needs, &m->n_needs)
                             : !child(c, p, x, &m->node))
            return false;
    }
    return true;
}

static bool compile_objects(struct compiler *c, const struct schema_place *p, struct schema_node *n)
{
    yyjson_val *required = json_get(p->v, "required");
    if (required && !names_of(c, required, "required", &n->required, &n->n_required))
        return false;
    if (!members(c, p, "properties", false, &n->properties) ||
        !members(c, p, "patternProperties", true, &n->patterns) ||
        !one(c, p, "additionalProperties", &n->additional) ||
        !one(c, p, "propertyNames", &n->names) || !dependencies(c, p, "dependencies", n))
        return false;
    if (p->draft7)
        return true;
    if (!dependencies(c, p, "dependentRequired", n) || !dependencies(c, p, "dependentSchemas", n) ||
        !one(c, p, "unevaluatedProperties", &n->unevaluated_members))
        return false;
    c->tracks |= n->unevaluated_members != NULL;
    return true;
}

/* ---- logic and references ---- */

static bool compile_logic(struct compiler *c, const struct schema_place *p, struct schema_node *n)
{
    return list_of(c, p, "allOf", &n->all_of) && list_of(c, p, "anyOf", &n->any_of) &&
           list_of(c, p, "oneOf", &n->one_of) && one(c, p, "not", &n->not_) &&
           one(c, p, "if", &n->if_) && one(c, p, "then", &n->then_) && one(c, p, "else", &n->else_);
}

static bool reference(struct compiler *c, const struct schema_place *p, const char *key,
                      struct schema_place *ret)
{
    yyjson_val *v = json_get(p->v, key);
    if (!yyjson_is_str(v))
        return bad(c, key, v, "a reference");
    return schema_names_resolve(&c->names, p, json_str(v), ret, c->e) ||
           err_wrap(c->e, "JSON Schema");
}

/* $dynamicRef is $ref unless what it leads to is a $dynamicAnchor of the same name. */
static bool compile_references(struct compiler *c, const struct schema_place *p,
                               struct schema_node *n)
{
    struct schema_place target;
    if (json_get(p->v, "$ref") &&
        (!reference(c, p, "$ref", &target) || !compile(c, target, &n->ref)))
        return false;
    if (p->draft7 || !json_get(p->v, "$dynamicRef"))
        return true;
    if (!reference(c, p, "$dynamicRef", &target) || !compile(c, target, &n->dynamic_ref))
        return false;
    struct str text = json_get_str(p->v, "$dynamicRef");
    ptrdiff_t hash = str_find_char(text, '#');
    struct str anchor = json_get_str(target.v, "$dynamicAnchor");
    if (hash >= 0 && anchor.n && str_eq(str_sub(text, (size_t)hash + 1, text.n), anchor))
        n->dynamic_name = anchor;
    return true;
}

static bool compile_rules(struct compiler *c, const struct schema_place *p, struct schema_node *n)
{
    if (p->draft7 && json_get(p->v, "$ref")) /* its siblings do not count */
        return compile_limits(c, NULL, n) && compile_references(c, p, n);
    return compile_types(c, p->v, n) && compile_limits(c, p->v, n) && compile_strings(c, p->v, n) &&
           compile_arrays(c, p, n) && compile_objects(c, p, n) && compile_logic(c, p, n) &&
           compile_references(c, p, n);
}

static bool compile(struct compiler *c, struct schema_place place, const struct schema_node **ret)
{
    struct str key = {(const char *)&place.v, sizeof(place.v)};
    struct schema_node *n = map_get(&c->nodes, key);
    if (n) {
        *ret = n;
        return true;
    }
    if (c->depth == MAX_DEPTH)
        return err_set(c->e, ERR_LIMIT, "a JSON Schema nested deeper than %d levels", MAX_DEPTH);
    n = ARENA_NEW(c->a, struct schema_node);
    n->v = place.v;
    n->resource = place.resource;
    key.p = (const char *)&n->v;
    map_put(&c->nodes, key, n);
    *ret = n;
    if (yyjson_is_bool(place.v)) {
        n->sort = yyjson_is_true(place.v) ? NODE_ALWAYS : NODE_NEVER;
        return true;
    }
    if (!yyjson_is_obj(place.v))
        return err_set(c->e, ERR_SPEC, "JSON Schema: %s where a schema was expected",
                       json_type_name(place.v));
    c->depth++;
    bool ok = compile_rules(c, &place, n);
    c->depth--;
    return ok;
}

static bool compile_dynamic(struct compiler *c, struct schema *s)
{
    const struct schema_names *names = &c->names;
    s->dynamic = ARENA_ARRAY(c->a, names->n_dynamic, struct schema_dynamic);
    for (size_t i = 0; i < names->n_dynamic; i++) {
        const struct schema_dynamic_anchor *d = &names->dynamic[i];
        struct schema_dynamic *to = &s->dynamic[s->n_dynamic++];
        *to = (struct schema_dynamic){.resource = d->resource, .name = d->name};
        if (!compile(c, *schema_names_place(names, d->v), &to->node))
            return false;
    }
    return true;
}

static bool run(struct compiler *c, yyjson_val *doc, const struct schema_options *o,
                struct schema *s)
{
    yyjson_val *meta;
    for (size_t i = 0; i < SCHEMA_N_META; i++)
        if (!schema_meta(c->a, i, &meta, c->e) ||
            !schema_names_add(&c->names, meta, str_c(schema_meta_uri(i)), i == 0, c->e))
            return false;
    for (size_t i = 0; i < o->n_documents; i++)
        if (!schema_names_add(&c->names, o->documents[i].v, str_c(o->documents[i].uri), o->draft7,
                              c->e))
            return err_wrap(c->e, "%s", o->documents[i].uri);
    if (!schema_names_add(&c->names, doc, STR(""), o->draft7, c->e))
        return false;
    return compile(c, *schema_names_place(&c->names, doc), &s->root) && compile_dynamic(c, s);
}

bool schema_compile(struct arena *a, yyjson_val *doc, const struct schema_options *o,
                    const struct schema **ret, struct err *e)
{
    struct schema *s = ARENA_NEW(a, struct schema);
    struct compiler c = {.a = a, .e = e};
    schema_names_init(&c.names, a);
    bool ok = run(&c, doc, o, s);
    s->formats = o->formats;
    s->tracks = c.tracks;
    schema_names_release(&c.names);
    map_release(&c.nodes);
    *ret = s;
    return ok;
}
