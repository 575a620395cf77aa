/* Prompt files: front matter, turns, and their rendering to messages; see prompt.h. */
#include "prompt/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "text/json.h"

enum { MAX_PROMPT = 16 << 20 }; /* one rendered turn */

static const char *const roles[] = {"system", "user", "assistant", NULL};

/* The role a line begins a turn with; the null string: none. A word that is no role is an error. */
static bool role_of(struct str line, const char *path, int number, struct str *ret, struct err *e)
{
    struct str s = str_trim(line);
    *ret = (struct str){0};
    if (!str_starts_c(s, "role:"))
        return true;
    struct str word = str_trim(str_sub(s, 5, s.n));
    for (size_t i = 0; roles[i]; i++)
        if (str_eq_c(word, roles[i])) {
            *ret = str_c(roles[i]);
            return true;
        }
    if (word.n == 0 || str_find_char(word, ' ') >= 0)
        return true; /* a sentence of the prompt */
    err_set(e, ERR_INPUT, "found the role \"%.*s\", expected system, user or assistant",
            STR_ARG(word));
    return err_at(e, path, number, 1);
}

/* --- parsing --- */

struct reading {
    struct arena *a;
    const char *path;
    struct str rest;   /* text not read yet */
    int line;          /* number of its first line */
    VEC(struct prompt_turn) turns;
};

static struct str next_line(struct reading *r)
{
    struct str line;
    if (!str_split(&r->rest, '\n', &line))
        return (struct str){0};
    r->line++;
    return str_ends_c(line, "\r") ? str_sub(line, 0, line.n - 1) : line;
}

static bool read_vars(struct reading *r, const struct node *n, struct prompt *p, struct err *e)
{
    if (node_is_null(n))
        return true;
    return node_want(n, NODE_MAP, "vars", e) &&
           json_parse(r->a, node_to_json(r->a, n), n->file, (size_t)n->line, &p->vars, e);
}

static bool read_front_matter(struct reading *r, struct prompt *p, struct err *e)
{
    static const char *const keys[] = {"description", "vars", NULL};
    struct reading ahead = *r;
    struct str line = next_line(&ahead);
    if (!str_eq_c(line, "---"))
        return true;
    const char *begin = ahead.rest.p;
    do {
        if (ahead.rest.n == 0) {
            err_set(e, ERR_INPUT, "the front matter has no closing ---");
            return err_at(e, r->path, 1, 1);
        }
        line = next_line(&ahead);
    } while (!str_eq_c(line, "---"));
    /* a line break for the opening fence, so that positions count from the file's first line */
    struct str yaml = arena_strf(r->a, "\n%.*s", (int)(line.p - begin), begin);
    struct node *n;
    if (!node_parse(r->a, yaml, r->path, &n, e))
        return false;
    if (!node_is_null(n) &&
        (!node_want(n, NODE_MAP, "the front matter", e) || !node_check_keys(n, keys, e) ||
         !node_get_str(n, "description", &p->description, e) ||
         !read_vars(r, node_get(n, "vars"), p, e)))
        return false;
    r->rest = ahead.rest;
    r->line = ahead.line;
    return true;
}

static bool add_turn(struct reading *r, struct str role, const char *from, const char *to, int line,
                     struct err *e)
{
    /* blank lines in front are dropped, the indentation of the first line with text stays */
    struct str text = {from, (size_t)(to - from)};
    for (;;) {
        ptrdiff_t end = str_find_char(text, '\n');
        if (end < 0 || str_trim(str_sub(text, 0, (size_t)end)).n > 0)
            break;
        text = str_sub(text, (size_t)end + 1, text.n);
        line++;
    }
    while (text.n > 0 && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    struct template_options o = {.path = r->path, .line = line};
    struct prompt_turn turn = {.role = role};
    if (!template_parse(r->a, text, &o, &turn.body, e))
        return false;
    vec_push(&r->turns, turn);
    return true;
}

static bool read_turns(struct reading *r, struct err *e)
{
    struct str role = {0};
    const char *from = r->rest.p, *end = r->rest.p + r->rest.n;
    int from_line = r->line;
    while (r->rest.n > 0) {
        const char *at = r->rest.p;
        int number = r->line;
        struct str next, line = next_line(r);
        if (!role_of(line, r->path, number, &next, e))
            return false;
        if (str_null(next))
            continue;
        struct str before = str_trim((struct str){from, (size_t)(at - from)});
        if (str_null(role) && before.n > 0) {
            err_set(e, ERR_INPUT, "text before the first `role:` line");
            err_hint(e, "Put `role: system` or `role: user` in front of it.");
            return err_at(e, r->path, from_line, 1);
        }
        if (!str_null(role) && !add_turn(r, role, from, at, from_line, e))
            return false;
        role = next;
        from = r->rest.n > 0 ? r->rest.p : end;
        from_line = r->line;
    }
    return add_turn(r, str_null(role) ? STR("user") : role, from, end, from_line, e);
}

bool prompt_parse(struct arena *a, struct str text, const char *path, struct prompt **ret,
                  struct err *e)
{
    struct prompt *p = ARENA_NEW(a, struct prompt);
    struct reading r = {.a = a, .path = path, .rest = text, .line = 1};
    if (str_starts(r.rest, STR("\xef\xbb\xbf")))
        r.rest = str_sub(r.rest, 3, r.rest.n);
    p->path = path;
    p->hash = hash_content(text);
    bool ok = read_front_matter(&r, p, e) && read_turns(&r, e);
    if (ok) {
        p->n_turns = r.turns.n;
        p->turns = ARENA_ARRAY(a, r.turns.n, struct prompt_turn);
        for (size_t i = 0; i < r.turns.n; i++)
            p->turns[i] = r.turns.v[i];
        *ret = p;
    }
    vec_free(&r.turns);
    return ok;
}

bool prompt_load(struct arena *a, const char *path, struct prompt **ret, struct err *e)
{
    struct str text;
    return file_read(a, path, TEMPLATE_MAX_BYTES, &text, e) &&
           prompt_parse(a, text, arena_strdup(a, path), ret, e);
}

/* --- using --- */

void prompt_variables(const struct prompt *p, struct arena *a,
                      const struct template_variable **ret, size_t *ret_n)
{
    struct map seen = {0};
    VEC(struct template_variable) found = {0};
    for (size_t i = 0; i < p->n_turns; i++) {
        size_t n;
        const struct template_variable *v = template_variables(p->turns[i].body, &n);
        for (size_t k = 0; k < n; k++) {
            ptrdiff_t at = map_index(&seen, v[k].name);
            if (at >= 0) {
                found.v[at].required |= v[k].required;
                continue;
            }
            map_put(&seen, v[k].name, found.v);
            vec_push(&found, v[k]);
        }
    }
    struct template_variable *copy = ARENA_ARRAY(a, found.n, struct template_variable);
    for (size_t i = 0; i < found.n; i++)
        copy[i] = found.v[i];
    *ret = copy;
    *ret_n = found.n;
    map_release(&seen);
    vec_free(&found);
}

/* An object with what `vars` has, and for the rest what the prompt's own vars have. */
static yyjson_val *with_defaults(const struct prompt *p, yyjson_val *vars, struct arena *a)
{
    yyjson_mut_doc *doc;
    yyjson_val *key, *ret = NULL;
    if (!p->vars)
        return vars;
    doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *all = yyjson_mut_obj(doc);
    yyjson_obj_iter it = yyjson_obj_iter_with(vars);
    while ((key = yyjson_obj_iter_next(&it)))
        yyjson_mut_obj_add(all, yyjson_val_mut_copy(doc, key),
                           yyjson_val_mut_copy(doc, yyjson_obj_iter_get_val(key)));
    it = yyjson_obj_iter_with(p->vars);
    while ((key = yyjson_obj_iter_next(&it)))
        if (!yyjson_obj_getn(vars, yyjson_get_str(key), yyjson_get_len(key)))
            yyjson_mut_obj_add(all, yyjson_val_mut_copy(doc, key),
                               yyjson_val_mut_copy(doc, yyjson_obj_iter_get_val(key)));
    size_t n;
    char *text = yyjson_mut_val_write(all, 0, &n);
    if (!text || !json_parse_lax(a, arena_str(a, (struct str){text, n}), p->path, 1, &ret, NULL))
        ret = vars;
    free(text);
    yyjson_mut_doc_free(doc);
    return ret;
}

bool prompt_check(const struct prompt *p, yyjson_val *sample, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct message *messages;
    size_t n;
    return prompt_render(p, sample, a, &messages, &n, e);
}

bool prompt_render(const struct prompt *p, yyjson_val *vars, struct arena *a, struct message **ret,
                   size_t *ret_n, struct err *e)
{
    struct message *m = ARENA_ARRAY(a, p->n_turns, struct message);
    size_t n = 0;
    vars = with_defaults(p, vars, a);
    for (size_t i = 0; i < p->n_turns; i++) {
        struct str text;
        if (!template_render(p->turns[i].body, vars, a, MAX_PROMPT, &text, e))
            return false;
        if (text.n == 0)
            continue;
        m[n++] = (struct message){.role = p->turns[i].role, .content = text};
    }
    if (n == 0) {
        err_set(e, ERR_INPUT, "the prompt is empty");
        return err_at(e, p->path, 1, 1);
    }
    *ret = m;
    *ret_n = n;
    return true;
}
