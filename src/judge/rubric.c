/* Reading rubrics; see rubric.h. */
#include "judge/rubric.h"

#include <stdlib.h>
#include <string.h>

static const char *const scale_names[] = {"binary", "ordinal", "categorical", NULL};

const char *scale_name(enum scale s) { return scale_names[s]; }

static bool read_scale(const struct node *n, enum scale *ret, struct err *e)
{
    const char *text = NULL;
    if (!node_get_str(n, "scale", &text, e))
        return false;
    *ret = node_get(n, "levels") ? SCALE_ORDINAL : SCALE_BINARY;
    if (!text)
        return true;
    for (int i = 0; scale_names[i]; i++) {
        if (strcmp(text, scale_names[i]) == 0) {
            *ret = (enum scale)i;
            return true;
        }
    }
    return node_err(e, node_get(n, "scale"),
                    "scale \"%s\" where binary, ordinal or categorical was expected", text);
}

static bool read_level(struct arena *a, const struct node *n, struct level *l, struct err *e)
{
    static const char *const keys[] = {"value", "anchor", "example", NULL};
    if (n->kind == NODE_SCALAR) {
        l->value = arena_strndup(a, n->text.p, n->text.n);
        return true;
    }
    if (!node_want(n, NODE_MAP, "a level", e) || !node_check_keys(n, keys, e))
        return false;
    if (!node_get(n, "value"))
        return node_err(e, n, "a level without its value");
    return node_str(node_get(n, "value"), &l->value, e) &&
           node_get_str(n, "anchor", &l->anchor, e) && node_get_str(n, "example", &l->example, e);
}

static bool read_levels(struct arena *a, const struct node *n, struct criterion *c, struct err *e)
{
    const struct node *list = node_get(n, "levels");
    if (!list)
        return node_err(e, n, "criterion %s: scale %s without its levels", c->name,
                        scale_name(c->scale));
    if (!node_want(list, NODE_SEQ, "levels", e))
        return false;
    if (list->n < 2 || list->n > RUBRIC_MAX_LEVELS)
        return node_err(e, list, "criterion %s: %zu levels where 2 to %d were expected", c->name,
                        list->n, RUBRIC_MAX_LEVELS);
    c->levels = ARENA_ARRAY(a, list->n, struct level);
    for (; c->n_levels < list->n; c->n_levels++) {
        struct level *l = &c->levels[c->n_levels];
        if (!read_level(a, list->item[c->n_levels], l, e))
            return false;
        for (size_t i = 0; i < c->n_levels; i++)
            if (str_ieq(str_c(c->levels[i].value), str_c(l->value)))
                return node_err(e, list->item[c->n_levels], "level \"%s\" stands twice", l->value);
    }
    return true;
}

static bool read_binary(struct arena *a, const struct node *n, struct criterion *c, struct err *e)
{
    const struct node *levels = node_get(n, "levels");
    if (levels)
        return node_err(e, levels,
                        "criterion %s: a binary criterion has no levels; say scale: ordinal",
                        c->name);
    c->levels = ARENA_ARRAY(a, 2, struct level);
    c->n_levels = 2;
    c->levels[0] = (struct level){.value = "no", .score = 0};
    c->levels[1] = (struct level){.value = "yes", .score = 1, .pass = true};
    return true;
}

static struct level *find_level(struct criterion *c, const char *value)
{
    for (size_t i = 0; i < c->n_levels; i++)
        if (str_ieq(str_c(c->levels[i].value), str_c(value)))
            return &c->levels[i];
    return NULL;
}

static bool no_level(const struct criterion *c, const struct node *at, const char *value,
                     struct err *e)
{
    return node_err(e, at, "criterion %s: pass: \"%s\" is none of its levels", c->name, value);
}

static bool read_pass(const struct node *n, struct criterion *c, struct err *e)
{
    const struct node *pass = node_get(n, "pass");
    const char *value = NULL;
    if (c->scale == SCALE_BINARY)
        return !pass ||
               node_err(e, pass, "criterion %s: a binary criterion passes at yes", c->name);
    if (!pass)
        return node_err(e, n, "criterion %s: say which level passes, with pass:", c->name);
    if (c->scale == SCALE_ORDINAL) {
        if (!node_str(pass, &value, e))
            return false;
        struct level *from = find_level(c, value);
        if (!from)
            return no_level(c, pass, value, e);
        for (size_t i = 0; i < c->n_levels; i++) {
            c->levels[i].pass = &c->levels[i] >= from;
            c->levels[i].score = (double)i / (double)(c->n_levels - 1);
        }
        return true;
    }
    for (size_t i = 0; i < (pass->kind == NODE_SEQ ? pass->n : 1); i++) {
        const struct node *one = pass->kind == NODE_SEQ ? pass->item[i] : pass;
        if (!node_str(one, &value, e))
            return false;
        struct level *l = find_level(c, value);
        if (!l)
            return no_level(c, one, value, e);
        l->pass = true;
        l->score = 1;
    }
    return true;
}

static bool read_criterion(struct arena *a, const struct node *n, struct criterion *c,
                           struct err *e)
{
    static const char *const keys[] = {"name", "description", "scale",     "levels",
                                       "pass", "weight",      "must_pass", NULL};
    *c = (struct criterion){.weight = 1, .node = n};
    if (!node_want(n, NODE_MAP, "a criterion", e) || !node_check_keys(n, keys, e) ||
        !node_get_str(n, "name", &c->name, e) ||
        !node_get_str(n, "description", &c->description, e))
        return false;
    if (!c->name || !c->name[0])
        return node_err(e, n, "a criterion without a name");
    if (!c->description)
        return node_err(e, n, "criterion %s without a description", c->name);
    if (!read_scale(n, &c->scale, e) || !node_get_num(n, "weight", &c->weight, e) ||
        !node_get_bool(n, "must_pass", &c->must_pass, e))
        return false;
    if (c->weight < 0)
        return node_err(e, node_get(n, "weight"), "criterion %s: weight %g is below 0", c->name,
                        c->weight);
    return (c->scale == SCALE_BINARY ? read_binary(a, n, c, e) : read_levels(a, n, c, e)) &&
           read_pass(n, c, e);
}

static struct rubric *from_text(struct arena *a, const struct node *n)
{
    struct rubric *r = ARENA_NEW(a, struct rubric);
    r->name = "verdict";
    r->path = n->file;
    r->criteria = ARENA_ARRAY(a, 1, struct criterion);
    r->n = 1;
    r->criteria[0] =
        (struct criterion){.name = "verdict", .description = n->text.p, .weight = 1, .node = n};
    (void)read_binary(a, NULL, &r->criteria[0], NULL);
    return r;
}

bool rubric_parse(struct arena *a, const struct node *n, struct rubric **ret, struct err *e)
{
    static const char *const keys[] = {"name", "description", "criteria", NULL};
    if (n && n->kind == NODE_SCALAR) {
        *ret = from_text(a, n);
        return true;
    }
    struct rubric *r = ARENA_NEW(a, struct rubric);
    if (!node_want(n, NODE_MAP, "a rubric", e))
        return err_hint(e, "`plimsoll judge show tone` prints one to start from.");
    if (!node_check_keys(n, keys, e) || !node_get_str(n, "name", &r->name, e) ||
        !node_get_str(n, "description", &r->description, e))
        return false;
    const struct node *list = node_get(n, "criteria");
    if (!list)
        return node_err(e, n, "a rubric without criteria");
    if (!node_want(list, NODE_SEQ, "criteria", e))
        return false;
    if (list->n == 0 || list->n > RUBRIC_MAX_CRITERIA)
        return node_err(e, list, "%zu criteria where 1 to %d were expected", list->n,
                        RUBRIC_MAX_CRITERIA);
    r->path = n->file;
    if (!r->name)
        r->name = "rubric";
    r->criteria = ARENA_ARRAY(a, list->n, struct criterion);
    for (; r->n < list->n; r->n++) {
        struct criterion *c = &r->criteria[r->n];
        if (!read_criterion(a, list->item[r->n], c, e))
            return false;
        for (size_t i = 0; i < r->n; i++)
            if (strcmp(r->criteria[i].name, c->name) == 0)
                return node_err(e, c->node, "criterion %s stands twice", c->name);
    }
    *ret = r;
    return true;
}

bool rubric_read(struct arena *a, const char *path, struct rubric **ret, struct err *e)
{
    struct node *n;
    return node_read(a, path, &n, e) && rubric_parse(a, n, ret, e);
}

const struct level *criterion_level(const struct criterion *c, struct str word)
{
    static const struct {
        const char *word;
        size_t level;
    } binary[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}, {"pass", 1}, {"fail", 0}};
    word = str_trim(word);
    if (c->scale == SCALE_BINARY) {
        for (size_t i = 0; i < ARRAY_LEN(binary); i++)
            if (str_ieq(word, str_c(binary[i].word)))
                return &c->levels[binary[i].level];
        return NULL;
    }
    for (size_t i = 0; i < c->n_levels; i++)
        if (str_ieq(word, str_c(c->levels[i].value)))
            return &c->levels[i];
    return NULL;
}
