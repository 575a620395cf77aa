/*
 * Validating an instance: every node's keywords against the value, with the path to it for
 * messages, the stack of resources for $dynamicRef, and, where some unevaluated… keyword wants to
 * know, which members and items were looked at.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/json.h"
#include "text/schema_node.h"

enum { MAX_STEPS = 20000000, MAX_DEPTH = 2000, MAX_SCOPES = 2048 };

/* The path to a value, innermost first. */
struct where {
    const struct where *up;
    struct str name; /* a member; the null string: an item */
    size_t index;
};

struct run {
    const struct schema *s;
    struct arena *a;
    struct schema_result *out;
    struct err *e;
    size_t steps;
    int depth, quiet; /* quiet > 0: failures are not reported */
    bool broken;      /* *e is set */
    size_t scope[MAX_SCOPES], n_scopes;
};

/* One value in one node: what its keywords share. */
struct at {
    struct run *r;
    const struct schema_node *n;
    yyjson_val *v;
    const struct where *where;
    bool *seen; /* members or items that were evaluated; NULL: nobody asks */
};

static bool check(struct run *r, const struct schema_node *n, yyjson_val *v,
                  const struct where *where, bool *seen);

/* ---- failures ---- */

static void write_pointer(struct buf *b, const struct where *w)
{
    if (!w)
        return;
    write_pointer(b, w->up);
    buf_add_char(b, '/');
    if (str_null(w->name)) {
        buf_printf(b, "%zu", w->index);
        return;
    }
    for (size_t i = 0; i < w->name.n; i++) {
        if (w->name.p[i] == '~' || w->name.p[i] == '/')
            buf_add_c(b, w->name.p[i] == '~' ? "~0" : "~1");
        else
            buf_add_char(b, w->name.p[i]);
    }
}

PRINTF(3, 4) static bool fail(const struct at *at, const char *keyword, const char *fmt, ...)
{
    struct run *r = at->r;
    char text[512];
    va_list ap;
    if (r->quiet || r->broken || r->out->n_errors == SCHEMA_MAX_ERRORS)
        return false;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, 4096);
    write_pointer(&b, at->where);
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct schema_error *err = &r->out->error[r->out->n_errors++];
    err->at = arena_str(r->a, buf_str(&b));
    err->keyword = keyword;
    err->message = arena_str(r->a, utf8_prefix(str_c(text), sizeof text - 4));
    return false;
}

static bool stop(struct run *r, const char *why)
{
    if (!r->broken)
        err_set(r->e, ERR_LIMIT, "%s", why);
    r->broken = true;
    return false;
}

/* True when it makes sense to look at the next keyword. */
static bool go_on(const struct at *at, bool ok) { return !at->r->broken && (ok || !at->r->quiet); }

static bool quietly(const struct at *at, const struct schema_node *n, bool *seen)
{
    at->r->quiet++;
    bool ok = check(at->r, n, at->v, at->where, seen);
    at->r->quiet--;
    return ok;
}

/* ---- any value ---- */

static bool whole(double x) { return fabs(x - nearbyint(x)) <= 0; }

static unsigned types_of(yyjson_val *v)
{
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_NULL: return TYPE_NULL;
    case YYJSON_TYPE_BOOL: return TYPE_BOOLEAN;
    case YYJSON_TYPE_STR: return TYPE_STRING;
    case YYJSON_TYPE_ARR: return TYPE_ARRAY;
    case YYJSON_TYPE_OBJ: return TYPE_OBJECT;
    default: return whole(yyjson_get_num(v)) ? TYPE_NUMBER | TYPE_INTEGER : TYPE_NUMBER;
    }
}

static bool listed(yyjson_val *list, yyjson_val *v)
{
    yyjson_val *x;
    yyjson_arr_iter it = yyjson_arr_iter_with(list);
    while ((x = yyjson_arr_iter_next(&it)))
        if (json_equal(v, x))
            return true;
    return false;
}

static bool check_value(const struct at *at)
{
    const struct schema_node *n = at->n;
    struct arena *a = at->r->a;
    bool type_ok = !n->types || (n->types & types_of(at->v));
    bool const_ok = !n->one_value || json_equal(at->v, n->one_value);
    bool enum_ok = !n->values || listed(n->values, at->v);
    if (at->r->quiet)
        return type_ok && const_ok && enum_ok;
    if (!type_ok)
        fail(at, "type", "is %s, expected %s", json_type_name(at->v),
             json_text(a, json_get(n->v, "type")).p);
    if (!const_ok)
        fail(at, "const", "is not the value %.200s", json_text(a, n->one_value).p);
    if (!enum_ok)
        fail(at, "enum", "is none of %.300s", json_text(a, n->values).p);
    return type_ok && const_ok && enum_ok;
}

/* A multiple up to the rounding of the division: 0.0075 is one of 0.0001. */
static bool is_multiple(yyjson_val *v, double of)
{
    double x = yyjson_get_num(v);
    if (yyjson_is_int(v) && whole(of) && fabs(of) < 9e15 && fabs(x) < 9e15)
        return fabs(fmod(x, of)) <= 0;
    double q = x / of;
    return isfinite(q) && fabs(q - nearbyint(q)) <= 4 * 2.220446049250313e-16 * fabs(q);
}

static bool check_number(const struct at *at)
{
    const struct schema_node *n = at->n;
    double x = yyjson_get_num(at->v);
    bool ok = true;
    if (x < n->minimum)
        ok = fail(at, "minimum", "%.15g is less than %.15g", x, n->minimum);
    if (x > n->maximum)
        ok = fail(at, "maximum", "%.15g is more than %.15g", x, n->maximum);
    if (x <= n->exclusive_minimum)
        ok = fail(at, "exclusiveMinimum", "%.15g is not more than %.15g", x, n->exclusive_minimum);
    if (x >= n->exclusive_maximum)
        ok = fail(at, "exclusiveMaximum", "%.15g is not less than %.15g", x, n->exclusive_maximum);
    if (!isnan(n->multiple_of) && !is_multiple(at->v, n->multiple_of))
        ok = fail(at, "multipleOf", "%.15g is no multiple of %.15g", x, n->multiple_of);
    return ok;
}

static bool matches(const struct at *at, const struct regex *re, struct str s)
{
    bool hit = false;
    if (!regex_match(re, s, 0, NULL, 0, &hit, at->r->e))
        at->r->broken = true;
    return hit;
}

static bool check_string(const struct at *at)
{
    const struct schema_node *n = at->n;
    struct str s = json_str(at->v);
    bool ok = true;
    if (!isnan(n->min_length) || !isnan(n->max_length)) {
        double len = (double)utf8_length(s);
        if (len < n->min_length)
            ok = fail(at, "minLength", "%.0f characters, at least %.0f expected", len,
                      n->min_length);
        if (len > n->max_length)
            ok =
                fail(at, "maxLength", "%.0f characters, at most %.0f expected", len, n->max_length);
    }
    if (n->pattern && !matches(at, n->pattern, s))
        ok = fail(at, "pattern", "does not match %.200s", json_get_str(n->v, "pattern").p);
    if (n->format && at->r->s->formats && !schema_format_ok(n->format, s))
        ok = fail(at, "format", "is not a valid %s", schema_format_name(n->format));
    return ok;
}

/* ---- arrays ---- */

static bool all_different(const struct at *at)
{
    CLEANUP(map_release) struct map texts = {0};
    yyjson_val *x;
    yyjson_arr_iter it = yyjson_arr_iter_with(at->v);
    while ((x = yyjson_arr_iter_next(&it))) {
        bool is_new;
        map_entry(&texts, json_canonical(at->r->a, x), &is_new);
        if (!is_new)
            return false;
    }
    return true;
}

static bool check_items(const struct at *at)
{
    const struct schema_node *n = at->n;
    yyjson_val *x;
    bool ok = true;
    size_t i = 0;
    yyjson_arr_iter it = yyjson_arr_iter_with(at->v);
    while (go_on(at, ok) && (x = yyjson_arr_iter_next(&it))) {
        struct where w = {.up = at->where, .index = i};
        const struct schema_node *rule = i < n->prefix.n ? n->prefix.v[i] : n->items;
        if (rule) {
            ok &= check(at->r, rule, x, &w, NULL);
            if (at->seen)
                at->seen[i] = true;
        }
        i++;
    }
    return ok;
}

static bool check_contains(const struct at *at)
{
    const struct schema_node *n = at->n;
    double least = isnan(n->min_contains) ? 1 : n->min_contains, found = 0;
    yyjson_val *x;
    size_t i = 0;
    yyjson_arr_iter it = yyjson_arr_iter_with(at->v);
    while (!at->r->broken && (x = yyjson_arr_iter_next(&it))) {
        struct at item = {at->r, n, x, at->where, NULL};
        bool hit = quietly(&item, n->contains, NULL);
        found += hit;
        if (hit && at->seen)
            at->seen[i] = true;
        i++;
    }
    if (found < least)
        return fail(at, "contains", "%.0f items fit, at least %.0f expected", found, least);
    if (found > n->max_contains)
        return fail(at, "maxContains", "%.0f items fit, at most %.0f expected", found,
                    n->max_contains);
    return true;
}

static bool check_array(const struct at *at)
{
    const struct schema_node *n = at->n;
    double size = (double)yyjson_arr_size(at->v);
    bool ok = true;
    if (size < n->min_items)
        ok = fail(at, "minItems", "%.0f items, at least %.0f expected", size, n->min_items);
    if (size > n->max_items)
        ok = fail(at, "maxItems", "%.0f items, at most %.0f expected", size, n->max_items);
    if (n->unique && !all_different(at))
        ok = fail(at, "uniqueItems", "an item stands twice");
    if ((n->prefix.n || n->items) && go_on(at, ok))
        ok &= check_items(at);
    if (n->contains && go_on(at, ok))
        ok &= check_contains(at);
    return ok;
}

/* ---- objects ---- */

static const struct schema_node *property(const struct schema_members *m, struct str name)
{
    for (size_t i = 0; i < m->n; i++)
        if (str_eq(m->v[i].name, name))
            return m->v[i].node;
    return NULL;
}

/* One member against all that is said about it by name, by pattern, or about the rest. */
static bool check_member(const struct at *at, struct str name, yyjson_val *v, bool *ret_covered)
{
    const struct schema_node *n = at->n, *rule = property(&n->properties, name);
    struct where w = {.up = at->where, .name = name};
    bool ok = true, known = rule != NULL;
    if (rule)
        ok = check(at->r, rule, v, &w, NULL);
    for (size_t i = 0; i < n->patterns.n && go_on(at, ok); i++) {
        if (!matches(at, n->patterns.v[i].re, name))
            continue;
        known = true;
        ok &= check(at->r, n->patterns.v[i].node, v, &w, NULL);
    }
    *ret_covered = known || n->additional;
    if (known || !n->additional || !go_on(at, ok))
        return ok;
    if (n->additional->sort == NODE_NEVER)
        return fail(at, "additionalProperties", "has the unexpected member \"%.*s\"",
                    STR_ARG(str_sub(name, 0, 100)));
    return check(at->r, n->additional, v, &w, NULL) && ok;
}

static bool check_members(const struct at *at)
{
    bool ok = true;
    size_t i = 0;
    yyjson_val *k;
    yyjson_obj_iter it = yyjson_obj_iter_with(at->v);
    while (go_on(at, ok) && (k = yyjson_obj_iter_next(&it))) {
        bool covered;
        ok &= check_member(at, json_str(k), yyjson_obj_iter_get_val(k), &covered);
        if (at->seen)
            at->seen[i] |= covered;
        if (at->n->names && go_on(at, ok)) {
            struct where w = {.up = at->where, .name = json_str(k)};
            ok &= check(at->r, at->n->names, k, &w, NULL);
        }
        i++;
    }
    return ok;
}

static bool has(yyjson_val *obj, struct str name)
{
    return yyjson_obj_getn(obj, name.p, name.n) != NULL;
}

static bool check_presence(const struct at *at)
{
    const struct schema_node *n = at->n;
    bool ok = true;
    for (size_t i = 0; i < n->n_required && go_on(at, ok); i++)
        if (!has(at->v, n->required[i]))
            ok = fail(at, "required", "lacks the member \"%.*s\"", STR_ARG(n->required[i]));
    for (size_t i = 0; i < n->needs.n && go_on(at, ok); i++) {
        const struct schema_member *m = &n->needs.v[i];
        for (size_t k = 0; k < m->n_needs && has(at->v, m->name); k++)
            if (!has(at->v, m->needs[k]))
                ok = fail(at, "dependentRequired", "has \"%.*s\" but lacks \"%.*s\"",
                          STR_ARG(m->name), STR_ARG(m->needs[k]));
    }
    for (size_t i = 0; i < n->dependent.n && go_on(at, ok); i++)
        if (has(at->v, n->dependent.v[i].name))
            ok &= check(at->r, n->dependent.v[i].node, at->v, at->where, at->seen);
    return ok;
}

static bool check_object(const struct at *at)
{
    const struct schema_node *n = at->n;
    double size = (double)yyjson_obj_size(at->v);
    bool ok = true;
    if (size < n->min_members)
        ok =
            fail(at, "minProperties", "%.0f members, at least %.0f expected", size, n->min_members);
    if (size > n->max_members)
        ok = fail(at, "maxProperties", "%.0f members, at most %.0f expected", size, n->max_members);
    if (go_on(at, ok))
        ok &= check_presence(at);
    if ((n->properties.n || n->patterns.n || n->additional || n->names) && go_on(at, ok))
        ok &= check_members(at);
    return ok;
}

/* ---- in place ---- */

static bool check_choices(const struct at *at)
{
    const struct schema_node *n = at->n;
    size_t fits = 0;
    bool any = n->any_of.n == 0;
    for (size_t i = 0; i < n->any_of.n && (!any || at->seen); i++)
        any |= quietly(at, n->any_of.v[i], at->seen);
    if (!any)
        return fail(at, "anyOf", "fits none of %zu alternatives", n->any_of.n);
    for (size_t i = 0; i < n->one_of.n; i++)
        fits += quietly(at, n->one_of.v[i], at->seen);
    if (n->one_of.n && fits != 1)
        return fail(at, "oneOf", "fits %zu of %zu alternatives, exactly one expected", fits,
                    n->one_of.n);
    if (n->not_ && quietly(at, n->not_, NULL))
        return fail(at, "not", "is what it must not be");
    return true;
}

/* The schema that $dynamicRef means here: that of the outermost resource that has the anchor. */
static const struct schema_node *dynamic_target(const struct at *at)
{
    const struct schema *s = at->r->s;
    if (str_null(at->n->dynamic_name))
        return at->n->dynamic_ref;
    for (size_t i = 0; i < at->r->n_scopes; i++)
        for (size_t k = 0; k < s->n_dynamic; k++)
            if (s->dynamic[k].resource == at->r->scope[i] &&
                str_eq(s->dynamic[k].name, at->n->dynamic_name))
                return s->dynamic[k].node;
    return at->n->dynamic_ref;
}

static bool check_in_place(const struct at *at)
{
    const struct schema_node *n = at->n;
    bool ok = true;
    if (n->ref)
        ok = check(at->r, n->ref, at->v, at->where, at->seen);
    if (n->dynamic_ref && go_on(at, ok))
        ok &= check(at->r, dynamic_target(at), at->v, at->where, at->seen);
    for (size_t i = 0; i < n->all_of.n && go_on(at, ok); i++)
        ok &= check(at->r, n->all_of.v[i], at->v, at->where, at->seen);
    if (go_on(at, ok))
        ok &= check_choices(at);
    if (n->if_ && go_on(at, ok)) {
        const struct schema_node *then = quietly(at, n->if_, at->seen) ? n->then_ : n->else_;
        if (then && !at->r->broken)
            ok &= check(at->r, then, at->v, at->where, at->seen);
    }
    return ok;
}

static bool check_unevaluated(const struct at *at)
{
    const struct schema_node *n = at->n;
    bool ok = true, array = yyjson_is_arr(at->v);
    const struct schema_node *rule = array ? n->unevaluated_items : n->unevaluated_members;
    size_t i = 0;
    yyjson_val *k, *v;
    if (!rule || !at->seen)
        return true;
    yyjson_arr_iter items = yyjson_arr_iter_with(array ? at->v : NULL);
    yyjson_obj_iter members = yyjson_obj_iter_with(array ? NULL : at->v);
    while (go_on(at, ok)) {
        struct where w = {.up = at->where, .index = i};
        if (array) {
            v = yyjson_arr_iter_next(&items);
        } else {
            k = yyjson_obj_iter_next(&members);
            v = k ? yyjson_obj_iter_get_val(k) : NULL;
            w.name = json_str(k);
        }
        if (!v)
            break;
        if (!at->seen[i]) {
            ok &= check(at->r, rule, v, &w, NULL);
            at->seen[i] = true;
        }
        i++;
    }
    return ok;
}

static bool check_node(const struct at *at)
{
    bool ok = check_value(at);
    if (!go_on(at, ok))
        return ok;
    if (yyjson_is_num(at->v))
        ok &= check_number(at);
    else if (yyjson_is_str(at->v))
        ok &= check_string(at);
    else if (yyjson_is_arr(at->v))
        ok &= check_array(at);
    else if (yyjson_is_obj(at->v))
        ok &= check_object(at);
    if (go_on(at, ok))
        ok &= check_in_place(at);
    if (go_on(at, ok))
        ok &= check_unevaluated(at);
    return ok;
}

static bool check(struct run *r, const struct schema_node *n, yyjson_val *v,
                  const struct where *where, bool *seen)
{
    struct at at = {r, n, v, where, NULL};
    size_t size = yyjson_is_ctn(v) ? yyjson_get_len(v) : 0;
    if (++r->steps > MAX_STEPS)
        return stop(r, "the JSON Schema needs more than 20 million steps on this value");
    if (r->depth == MAX_DEPTH)
        return stop(r, "the JSON Schema refers to itself without end on this value");
    if (n->sort != NODE_RULES)
        return n->sort == NODE_ALWAYS || fail(&at, "false", "must not be there");
    bool enters = r->n_scopes == 0 || r->scope[r->n_scopes - 1] != n->resource;
    if (enters && r->n_scopes == MAX_SCOPES)
        return stop(r, "the JSON Schema refers to itself without end on this value");
    if (enters)
        r->scope[r->n_scopes++] = n->resource;
    if (r->s->tracks && size)
        at.seen = ARENA_ARRAY(r->a, size, bool);
    r->depth++;
    bool ok = check_node(&at) && !r->broken;
    r->depth--;
    r->n_scopes -= enters;
    for (size_t i = 0; ok && seen && at.seen && i < size; i++)
        seen[i] |= at.seen[i];
    return ok;
}

bool schema_check(const struct schema *s, yyjson_val *instance, struct arena *a,
                  struct schema_result *ret, struct err *e)
{
    struct run *r = ARENA_NEW(a, struct run);
    *r = (struct run){.s = s, .a = a, .out = ret, .e = e};
    *ret = (struct schema_result){0};
    ret->valid = check(r, s->root, instance, NULL, NULL);
    return !r->broken;
}
