/* Reading a judge's reply; see verdict.h. */
#include "judge/verdict.h"

#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "text/json.h"
#include "text/json_loose.h"
#include "text/jsonw.h"

/* MAX_OPEN: braces without an end that are tried, each to the end of the reply, before giving up.
 */
enum { MAX_REPLY = 1 << 20, MAX_CANDIDATES = 64, MAX_OPEN = 64 };

/* Outermost objects in the reply that carry the check word as text, whether they parse or not. */
static size_t candidates(struct str reply, struct str check, struct str *out)
{
    size_t n = 0, open = 0;
    for (size_t i = 0; i < reply.n && n < MAX_CANDIDATES && open < MAX_OPEN;) {
        size_t length = reply.p[i] == '{' ? json_balanced(str_sub(reply, i, reply.n)) : 0;
        struct str one = str_sub(reply, i, length);
        open += reply.p[i] == '{' && length == 0;
        if (length && str_find(one, check) >= 0)
            out[n++] = one;
        i += length ? length : 1;
    }
    return n;
}

static bool bad(struct err *e, const char *what)
{
    return err_set(e, ERR_GRADER, "unreadable verdict: %s", what);
}

static bool read_word(struct arena *a, const struct criterion *c, yyjson_val *v,
                      const struct level **ret, struct err *e)
{
    char number[40];
    struct str word = json_str(v);
    if (yyjson_is_bool(v) && c->scale == SCALE_BINARY)
        word = yyjson_get_bool(v) ? STR("yes") : STR("no");
    else if (yyjson_is_num(v))
        word = (struct str){number, json_number(yyjson_get_num(v), number)};
    *ret = word.p ? criterion_level(c, word) : NULL;
    if (*ret)
        return true;
    struct str shown = utf8_prefix(utf8_printable(a, json_text(a, v)), 60);
    return err_set(e, ERR_GRADER, "unreadable verdict: criterion %s: %.*s is none of its levels",
                   c->name, STR_ARG(shown));
}

static bool read_criterion(struct arena *a, const struct criterion *c, yyjson_val *obj,
                           struct verdict_level *ret, struct err *e)
{
    static const char *const known[] = {"reason", "verdict"};
    size_t i, n;
    yyjson_val *k, *v;
    if (!yyjson_is_obj(obj))
        return err_set(e, ERR_GRADER, "unreadable verdict: criterion %s is missing", c->name);
    yyjson_obj_foreach(obj, i, n, k, v)
    {
        (void)v;
        if (!str_eq_c(json_str(k), known[0]) && !str_eq_c(json_str(k), known[1]))
            return err_set(e, ERR_GRADER,
                           "unreadable verdict: criterion %s has a member it should not", c->name);
    }
    if (!json_get(obj, "verdict"))
        return err_set(e, ERR_GRADER, "unreadable verdict: criterion %s has no verdict", c->name);
    struct str reason = json_get_str(obj, "reason");
    ret->reason = arena_str(a, reason.p ? reason : STR(""));
    return read_word(a, c, json_get(obj, "verdict"), &ret->level, e);
}

static bool read_object(struct arena *a, const struct rubric *r, struct str text, struct str check,
                        struct verdict *ret, struct err *e)
{
    yyjson_val *root;
    struct err why = {0};
    if (!json_parse(a, text, "verdict", 1, &root, &why))
        return bad(e, why.msg);
    if (!str_eq(json_get_str(root, "check"), check))
        return bad(e, "its \"check\" is not the word that was given");
    if (yyjson_obj_size(root) != 2)
        return bad(e, "the object must have \"check\" and \"criteria\" and nothing else");
    yyjson_val *criteria = json_get(root, "criteria");
    if (!yyjson_is_obj(criteria))
        return bad(e, "no object \"criteria\"");
    if (yyjson_obj_size(criteria) > r->n)
        return bad(e, "\"criteria\" has more members than the rubric");
    ret->v = ARENA_ARRAY(a, r->n, struct verdict_level);
    for (size_t i = 0; i < r->n; i++)
        if (!read_criterion(a, &r->criteria[i], json_get(criteria, r->criteria[i].name), &ret->v[i],
                            e))
            return false;
    return true;
}

static bool same_levels(const struct rubric *r, const struct verdict *x, const struct verdict *y)
{
    for (size_t i = 0; i < r->n; i++)
        if (x->v[i].level != y->v[i].level)
            return false;
    return true;
}

bool verdict_parse(struct arena *a, const struct rubric *r, struct str reply, struct str check,
                   struct verdict *ret, struct err *e)
{
    struct str found[MAX_CANDIDATES];
    struct verdict first = {0};
    if (reply.n > MAX_REPLY)
        return bad(e, "the reply is larger than 1 MiB");
    if (str_trim(reply).n == 0)
        return bad(e, "the reply is empty");
    size_t n = candidates(reply, check, found);
    if (n == 0)
        return bad(e, "no JSON object with the check word in the reply");
    for (size_t i = 0; i < n; i++) {
        struct verdict v = {0};
        if (!read_object(a, r, found[i], check, &v, e))
            return false;
        if (i == 0)
            first = v;
        else if (!same_levels(r, &first, &v))
            return bad(e, "two verdicts that differ");
    }
    *ret = first;
    return true;
}

double verdict_score(const struct rubric *r, const struct verdict *v)
{
    double weight = 0, sum = 0;
    for (size_t i = 0; i < r->n; i++)
        weight += r->criteria[i].weight;
    for (size_t i = 0; i < r->n; i++)
        sum += v->v[i].level->score * (weight > 0 ? r->criteria[i].weight : 1);
    return sum / (weight > 0 ? weight : (double)r->n);
}

bool verdict_must_pass(const struct rubric *r, const struct verdict *v, const char **ret_which)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->criteria[i].must_pass && !v->v[i].level->pass) {
            *ret_which = r->criteria[i].name;
            return false;
        }
    }
    return true;
}

static void level_schema(struct jw *w, const struct criterion *c)
{
    jw_obj(w);
    jw_kc(w, "type", "object");
    jw_key(w, "properties");
    jw_obj(w);
    jw_key(w, "reason");
    jw_obj(w);
    jw_kc(w, "type", "string");
    jw_end(w);
    jw_key(w, "verdict");
    jw_obj(w);
    jw_kc(w, "type", "string");
    jw_key(w, "enum");
    jw_arr(w);
    for (size_t i = 0; i < c->n_levels; i++)
        jw_c(w, c->levels[i].value);
    jw_end(w);
    jw_end(w);
    jw_end(w);
    jw_key(w, "required");
    jw_arr(w);
    jw_c(w, "reason");
    jw_c(w, "verdict");
    jw_end(w);
    jw_kbool(w, "additionalProperties", false);
    jw_end(w);
}

static void object_head(struct jw *w)
{
    jw_obj(w);
    jw_kc(w, "type", "object");
    jw_kbool(w, "additionalProperties", false);
}

struct str verdict_schema(struct arena *a, const struct rubric *r, struct str check)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    object_head(&w);
    jw_key(&w, "properties");
    jw_obj(&w);
    jw_key(&w, "check");
    jw_obj(&w);
    jw_kc(&w, "type", "string");
    jw_key(&w, "enum");
    jw_arr(&w);
    jw_str(&w, check);
    jw_end(&w);
    jw_end(&w);
    jw_key(&w, "criteria");
    object_head(&w);
    jw_key(&w, "properties");
    jw_obj(&w);
    for (size_t i = 0; i < r->n; i++) {
        jw_key(&w, r->criteria[i].name);
        level_schema(&w, &r->criteria[i]);
    }
    jw_end(&w);
    jw_key(&w, "required");
    jw_arr(&w);
    for (size_t i = 0; i < r->n; i++)
        jw_c(&w, r->criteria[i].name);
    jw_end(&w);
    jw_end(&w);
    jw_end(&w);
    jw_key(&w, "required");
    jw_arr(&w);
    jw_c(&w, "check");
    jw_c(&w, "criteria");
    jw_end(&w);
    jw_end(&w);
    return arena_str(a, buf_str(&b));
}
