/*
 * `label`: classification. The output's label, normalised, is the expected one. With `labels` the
 * output may be a sentence (`find: true`): the only known label that occurs in it is taken. An
 * expected list means that any of its labels is right. details: {"expected", "predicted"}, both
 * written as in `labels` or as expected, so that a confusion matrix can be counted from them.
 */
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "grade/option.h"
#include "text/json.h"

struct label {
    struct want want;
    bool normalise, find;
    struct str_list labels; /* as written */
    struct str *norm;       /* normalised, parallel */
    size_t n_alias;
    struct str *alias_norm, *alias_label;
};

/* Space characters, "_" and "-" are one space; quotes, marks of emphasis and a full stop around
 * the label are not part of it; case is folded (NFKC). */
static bool is_edge(char c) { return c && strchr(" \"'`*_.,:;!()[]{}<>#-", c) != NULL; }

static struct str normal(const struct label *s, struct str t, struct arena *a)
{
    t = str_trim(t);
    if (!s->normalise)
        return t;
    t = utf8_nfkc_fold(a, t);
    while (t.n && is_edge(t.p[0]))
        t.p++, t.n--;
    while (t.n && is_edge(t.p[t.n - 1]))
        t.n--;
    char *out = arena_alloc(a, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        bool gap =
            t.p[i] == '_' || t.p[i] == '-' || t.p[i] == ' ' || (t.p[i] >= '\t' && t.p[i] <= '\r');
        if (!gap)
            out[n++] = t.p[i];
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (struct str){out, n};
}

static bool open_labels(struct label *s, const struct node *options, struct arena *a, struct err *e)
{
    const struct node *n = node_get(options, "labels");
    if (!option_texts(options, "labels", a, &s->labels, e))
        return false;
    s->norm = ARENA_ARRAY(a, s->labels.n, struct str);
    for (size_t i = 0; i < s->labels.n; i++) {
        s->norm[i] = normal(s, s->labels.v[i], a);
        if (s->norm[i].n == 0)
            return node_err(e, n, "labels: an empty label");
        for (size_t j = 0; j < i; j++)
            if (str_eq(s->norm[i], s->norm[j]))
                return node_err(e, n,
                                "labels: \"%.*s\" and \"%.*s\" are the same label once "
                                "normalised",
                                STR_ARG(s->labels.v[j]), STR_ARG(s->labels.v[i]));
    }
    return true;
}

static bool open_aliases(struct label *s, const struct node *options, struct arena *a,
                         struct err *e)
{
    const struct node *n = node_get(options, "aliases");
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_MAP, "aliases: what the model writes, and the label it means", e))
        return false;
    s->alias_norm = ARENA_ARRAY(a, n->n, struct str);
    s->alias_label = ARENA_ARRAY(a, n->n, struct str);
    for (size_t i = 0; i < n->n; i++) {
        const char *label;
        if (!node_str(n->item[i], &label, e))
            return err_wrap(e, "aliases");
        s->alias_norm[i] = normal(s, n->key[i]->text, a);
        s->alias_label[i] = str_c(label);
    }
    s->n_alias = n->n;
    return true;
}

static bool label_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct label *s = ARENA_NEW(a, struct label);
    s->normalise = true;
    g->state = s;
    if (!node_get_bool(options, "normalise", &s->normalise, e) ||
        !node_get_bool(options, "find", &s->find, e) || !want_open(&s->want, options, a, e) ||
        !open_labels(s, options, a, e) || !open_aliases(s, options, a, e))
        return false;
    if (s->find && s->labels.n == 0)
        return node_err(e, node_get(options, "find"), "find: needs the list \"labels\"");
    return true;
}

static bool word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool occurs(struct str text, struct str label)
{
    size_t from = 0;
    for (;;) {
        ptrdiff_t at = str_find(str_sub(text, from, text.n), label);
        if (at < 0)
            return false;
        size_t i = from + (size_t)at, end = i + label.n;
        if ((i == 0 || !word_byte(text.p[i - 1])) && (end == text.n || !word_byte(text.p[end])))
            return true;
        from = i + 1;
    }
}

/* The one label that occurs; a label inside a longer one that occurs as well does not count. */
static bool find_label(const struct label *s, struct str text, struct str *ret)
{
    size_t hit = s->labels.n, n = 0;
    for (size_t i = 0; i < s->labels.n; i++) {
        if (!occurs(text, s->norm[i]))
            continue;
        if (n && occurs(s->norm[hit], s->norm[i]))
            continue;
        if (n && occurs(s->norm[i], s->norm[hit]))
            n--;
        hit = i;
        n++;
    }
    if (n == 1)
        *ret = s->labels.v[hit];
    return n == 1;
}

/* The label the output stands for, as written in the spec if it is known there. */
static struct str predicted(const struct label *s, struct str output, struct arena *a)
{
    struct str norm = normal(s, output, a), found;
    for (size_t i = 0; i < s->n_alias; i++)
        if (str_eq(norm, s->alias_norm[i]))
            return s->alias_label[i];
    for (size_t i = 0; i < s->labels.n; i++)
        if (str_eq(norm, s->norm[i]))
            return s->labels.v[i];
    if (s->find && find_label(s, norm, &found))
        return found;
    return str_trim(output);
}

static bool known(const struct label *s, struct str label)
{
    for (size_t i = 0; i < s->labels.n; i++)
        if (str_eq(s->labels.v[i], label))
            return true;
    return s->labels.n == 0;
}

/* The labels that are right, written as in `labels`. */
static bool right_labels(const struct label *s, const struct grade_in *in, struct arena *a,
                         struct str_list *ret, struct err *e)
{
    struct str_list want;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    *ret = (struct str_list){ARENA_ARRAY(a, want.n, struct str), want.n};
    for (size_t i = 0; i < want.n; i++) {
        ret->v[i] = s->labels.n ? predicted(s, want.v[i], a) : want.v[i];
        if (!known(s, ret->v[i]))
            return err_set(e, ERR_GRADER, "the expected label %s is not one of \"labels\"",
                           grade_quote(a, want.v[i]));
    }
    return true;
}

static bool label_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct label *s = g->state;
    struct str_list want;
    struct details d;
    if (!right_labels(s, in, a, &want, e))
        return false;
    struct str got = predicted(s, in->output, a), norm = normal(s, got, a), right = want.v[0];
    bool same = false, listed = known(s, got);
    for (size_t i = 0; i < want.n && !same; i++) {
        same = str_eq(norm, normal(s, want.v[i], a));
        if (same)
            got = right = want.v[i];
    }
    graded_bool(out, same, a, "%s, expected %s%s", grade_quote(a, got), grade_quote(a, right),
                listed ? "" : " (not one of the labels)");
    details_begin(&d);
    jw_kstr(&d.w, "expected", right);
    jw_kstr(&d.w, "predicted", utf8_prefix(got, 200));
    if (s->labels.n)
        jw_kbool(&d.w, "known", listed);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value",  "values",  "normalise", "find",
                                   "labels", "aliases", NULL};

extern const struct grader_ops grader_label;
const struct grader_ops grader_label = {
    .name = "label",
    .summary = "classification: the output is the expected label",
    .keys = keys,
    .open = label_open,
    .grade = label_grade,
};
