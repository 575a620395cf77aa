/* Mustache: what a template reads, and rendering it from JSON; see template.h. Knows nothing of
 * roles and messages (prompt.c). */
#include "prompt/template.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "prompt/template_parse.h"
#include "text/json.h"

/* --- variables --- */

struct collecting {
    struct map seen;
    VEC(struct template_variable) found; /* in the order of `seen` */
};

static void note(struct collecting *c, const struct template *t, const struct tnode *n,
                 bool required)
{
    ptrdiff_t at = map_index(&c->seen, n->name);
    if (at >= 0) {
        c->found.v[at].required |= required;
        return;
    }
    map_put(&c->seen, n->name, c);
    vec_push(&c->found, (struct template_variable){.name = n->name, .file = t->path,
                                                   .line = n->line, .col = n->col,
                                                   .required = required});
}

static void collect(struct collecting *c, const struct template *t, const struct tnode *n,
                    bool in_section)
{
    for (; n; n = n->next) {
        if (n->kind == TNODE_PARTIAL && !n->partial->visiting) {
            n->partial->visiting = true;
            collect(c, n->partial, n->partial->first, in_section);
            n->partial->visiting = false;
        }
        if (n->kind != TNODE_PARTIAL && n->kind != TNODE_TEXT && !str_eq_c(n->name, "."))
            note(c, t, n, n->kind == TNODE_VARIABLE && !in_section);
        if (n->kind == TNODE_SECTION || n->kind == TNODE_INVERTED)
            collect(c, t, n->child, true);
    }
}

bool template_parse(struct arena *a, struct str text, const struct template_options *o,
                    struct template **ret, struct err *e)
{
    struct template *t;
    struct collecting c = {0};
    if (!template_parse_tree(a, text, o, &t, e))
        return false;
    collect(&c, t, t->first, false);
    t->n_variables = c.found.n;
    t->variables = ARENA_ARRAY(a, c.found.n, struct template_variable);
    if (c.found.n > 0)
        memcpy(t->variables, c.found.v, c.found.n * sizeof *c.found.v);
    map_release(&c.seen);
    vec_free(&c.found);
    *ret = t;
    return true;
}

const struct template_variable *template_variables(const struct template *t, size_t *ret_n)
{
    *ret_n = t->n_variables;
    return t->variables;
}

/* --- rendering --- */

struct rendering {
    struct arena *a;
    struct buf out;
    yyjson_val *stack[TEMPLATE_MAX_DEPTH * 4]; /* innermost last */
    size_t depth;
    int partials; /* nested */
    long long steps;
};

static bool render_nodes(struct rendering *r, const struct template *t, const struct tnode *n,
                         struct err *e);

/* The value a name stands for: its first part from the innermost object that has it, the others
 * from there. NULL: not there. */
static yyjson_val *look_up(const struct rendering *r, struct str name)
{
    struct str rest = name, part;
    yyjson_val *v = NULL;
    if (str_eq_c(name, "."))
        return r->stack[r->depth - 1];
    if (!str_split(&rest, '.', &part))
        return NULL;
    for (size_t i = r->depth; i > 0 && !v; i--)
        v = yyjson_obj_getn(r->stack[i - 1], part.p, part.n);
    while (v && str_split(&rest, '.', &part))
        v = yyjson_obj_getn(v, part.p, part.n);
    return v;
}

static void write_escaped(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        switch (s.p[i]) {
        case '&': buf_add_c(out, "&amp;"); break;
        case '<': buf_add_c(out, "&lt;"); break;
        case '>': buf_add_c(out, "&gt;"); break;
        case '"': buf_add_c(out, "&quot;"); break;
        default: buf_add_char(out, s.p[i]);
        }
}

/* The first `n` characters. */
static struct str first_characters(struct str s, long long n)
{
    size_t at = 0;
    uint32_t cp;
    while (n-- > 0 && utf8_next(s, &at, &cp))
        ;
    return str_sub(s, 0, at);
}

static bool missing(const struct rendering *r, const struct template *t, const struct tnode *n,
                    struct err *e)
{
    const char *names[33];
    size_t count = 0;
    yyjson_val *key;
    yyjson_obj_iter it = yyjson_obj_iter_with(r->stack[0]);
    while (count < 32 && (key = yyjson_obj_iter_next(&it)))
        names[count++] = yyjson_get_str(key);
    names[count] = NULL;
    err_set(e, ERR_INPUT, "the variable \"%.*s\" is not there", STR_ARG(n->name));
    const char *near = str_nearest(n->name, names);
    if (near) {
        err_hint(e, "Did you mean {{%s}}?", near);
    } else {
        char all[400] = "";
        size_t used = 0;
        for (size_t i = 0; i < count && used < sizeof all; i++)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "",
                                     names[i]);
        err_hint(e, count ? "There is: %s." : "There are no variables at all%s.", all);
    }
    return err_at(e, t->path, n->line, n->col);
}

static bool render_variable(struct rendering *r, const struct template *t, const struct tnode *n,
                            struct err *e)
{
    yyjson_val *v = look_up(r, n->name);
    if (!v)
        return missing(r, t, n, e);
    if (yyjson_is_null(v) && !n->json)
        return true;
    struct str text = n->json ? json_text(r->a, v) : json_display(r->a, v);
    if (n->truncate >= 0) {
        struct str cut = first_characters(text, n->truncate);
        if (cut.n < text.n)
            text = arena_strf(r->a, "%.*s…", STR_ARG(cut));
    }
    if (t->escape_html && !n->raw)
        write_escaped(&r->out, text);
    else
        buf_add_str(&r->out, text);
    return true;
}

/* What sections over it are not shown for. */
static bool is_nothing(yyjson_val *v)
{
    return !v || yyjson_is_null(v) || yyjson_is_false(v) ||
           (yyjson_is_arr(v) && yyjson_arr_size(v) == 0) ||
           (yyjson_is_str(v) && yyjson_get_len(v) == 0);
}

static bool render_inside(struct rendering *r, const struct template *t, const struct tnode *n,
                          yyjson_val *v, struct err *e)
{
    if (r->depth >= ARRAY_LEN(r->stack)) {
        err_set(e, ERR_LIMIT, "sections and partials nest deeper than %zu", ARRAY_LEN(r->stack));
        return err_at(e, t->path, n->line, n->col);
    }
    r->stack[r->depth++] = v;
    bool ok = render_nodes(r, t, n->child, e);
    r->depth--;
    return ok;
}

static bool render_section(struct rendering *r, const struct template *t, const struct tnode *n,
                           struct err *e)
{
    yyjson_val *v = look_up(r, n->name), *item;
    size_t i, count;
    if (is_nothing(v) == (n->kind == TNODE_SECTION))
        return true;
    if (n->kind == TNODE_INVERTED)
        return render_nodes(r, t, n->child, e);
    if (!yyjson_is_arr(v))
        return render_inside(r, t, n, v, e);
    yyjson_arr_foreach(v, i, count, item)
        if (!render_inside(r, t, n, item, e))
            return false;
    return true;
}

static bool render_partial(struct rendering *r, const struct template *t, const struct tnode *n,
                           struct err *e)
{
    if (++r->partials > TEMPLATE_MAX_DEPTH) {
        err_set(e, ERR_LIMIT, "partials nest deeper than %d", TEMPLATE_MAX_DEPTH);
        return err_at(e, t->path, n->line, n->col);
    }
    bool ok = render_nodes(r, n->partial, n->partial->first, e);
    r->partials--;
    return ok;
}

static bool render_nodes(struct rendering *r, const struct template *t, const struct tnode *n,
                         struct err *e)
{
    bool ok = true;
    for (; n && ok && !r->out.overflow; n = n->next) {
        if (++r->steps > TEMPLATE_MAX_STEPS) {
            err_set(e, ERR_LIMIT, "rendering takes more than %d steps", TEMPLATE_MAX_STEPS);
            return err_at(e, t->path, n->line, n->col);
        }
        switch (n->kind) {
        case TNODE_TEXT: buf_add_str(&r->out, n->text); break;
        case TNODE_VARIABLE: ok = render_variable(r, t, n, e); break;
        case TNODE_SECTION:
        case TNODE_INVERTED: ok = render_section(r, t, n, e); break;
        case TNODE_PARTIAL: ok = render_partial(r, t, n, e); break;
        }
    }
    return ok;
}

bool template_render(const struct template *t, yyjson_val *vars, struct arena *a, size_t max,
                     struct str *ret, struct err *e)
{
    struct rendering r = {.a = a, .stack = {vars}, .depth = 1};
    buf_init(&r.out, max);
    bool ok = render_nodes(&r, t, t->first, e) && buf_ok(&r.out, "the rendered prompt", e);
    if (ok)
        *ret = arena_str(a, buf_str(&r.out));
    else if (r.out.overflow)
        err_at(e, t->path, 1, 1);
    buf_release(&r.out);
    return ok;
}
