/* Columns of other people's files -> golden lines; see columns.h. */
#include "golden/columns.h"

#include <string.h>

#include "text/json.h"

static const char *const whole[] = {"id",     "input",  "expected", "split",   "context",
                                    "source", "weight", "notes",    "cluster", NULL};

static bool is_whole(struct str s)
{
    for (const char *const *w = whole; *w; w++)
        if (str_eq_c(s, *w))
            return true;
    return false;
}

/* "tags.lang" -> group "tags", name "lang". */
static bool split_target(struct str target, struct str *ret_group, struct str *ret_name)
{
    static const struct {
        const char *prefix, *group;
    } groups[] = {{"input.", "input"},
                  {"expected.", "expected"},
                  {"tags.", "tags"},
                  {"tag:", "tags"},
                  {"tag.", "tags"}};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (!str_starts_c(target, groups[i].prefix) || target.n == strlen(groups[i].prefix))
            continue;
        *ret_group = str_c(groups[i].group);
        *ret_name = str_sub(target, strlen(groups[i].prefix), target.n);
        return true;
    }
    return false;
}

bool column_parse(struct str text, struct column *ret, struct err *e)
{
    struct str group, name;
    ptrdiff_t eq = str_find_char(text, '=');
    if (eq <= 0 || (size_t)eq + 1 == text.n) {
        err_set(e, ERR_USAGE, "\"%.*s\" where TARGET=COLUMN was expected", STR_ARG(text));
        return err_hint(e, "For instance --map input=question,expected=answer,tags.lang=language.");
    }
    ret->target = str_trim(str_sub(text, 0, (size_t)eq));
    ret->source = str_trim(str_sub(text, (size_t)eq + 1, text.n));
    if (is_whole(ret->target) || split_target(ret->target, &group, &name))
        return true;
    err_set(e, ERR_USAGE, "\"%.*s\" is no part of a golden line", STR_ARG(ret->target));
    const char *near = str_nearest(ret->target, whole);
    if (near)
        return err_hint(e, "Did you mean \"%s\"?", near);
    return err_hint(e, "Targets are id, input, input.NAME, expected, expected.NAME, tags.NAME, "
                       "split, context, source, weight, notes and cluster.");
}

size_t columns_by_name(struct arena *a, const struct str *header, size_t n, struct column **ret)
{
    struct str group, name;
    *ret = ARENA_ARRAY(a, n, struct column);
    for (size_t i = 0; i < n; i++) {
        struct str target = header[i];
        if (!is_whole(target) && !split_target(target, &group, &name))
            target = arena_strf(a, "input.%.*s", STR_ARG(target));
        (*ret)[i] = (struct column){target, header[i]};
    }
    return n;
}

/* --- one row --- */

/* A CSV cell as JSON when it is some. */
static yyjson_val *parse_cell(struct arena *a, struct str s)
{
    yyjson_val *v = NULL;
    s = str_trim(s);
    if (s.n < 2 ||
        !((s.p[0] == '{' && s.p[s.n - 1] == '}') || (s.p[0] == '[' && s.p[s.n - 1] == ']')))
        return NULL;
    return json_parse(a, s, "cell", 1, &v, NULL) ? v : NULL;
}

static bool cell_value(struct arena *a, const struct row *row, const struct column *c,
                       yyjson_mut_doc *doc, yyjson_mut_val **ret, struct err *e)
{
    char *source = arena_strndup(a, c->source.p, c->source.n);
    yyjson_val *v = row_get(row, source), *parsed;
    double weight;
    *ret = NULL;
    if (!v)
        return true;
    if (str_eq_c(c->target, "weight")) {
        if (!row_num(row, source, &weight, e))
            return false;
        *ret = yyjson_mut_real(doc, weight);
        return true;
    }
    bool may_be_json = row->fields && !str_eq_c(c->target, "id") && !str_eq_c(c->target, "notes");
    if (may_be_json && (parsed = parse_cell(a, json_str(v))))
        v = parsed;
    *ret = yyjson_val_mut_copy(doc, v);
    return true;
}

/* Member `name` of the object under `group`, made when it is not there yet. */
static bool add_member(yyjson_mut_doc *doc, yyjson_mut_val *obj, struct str group, struct str name,
                       yyjson_mut_val *value)
{
    yyjson_mut_val *inner = yyjson_mut_obj_getn(obj, group.p, group.n);
    if (!inner) {
        inner = yyjson_mut_obj(doc);
        yyjson_mut_obj_add(obj, yyjson_mut_strn(doc, group.p, group.n), inner);
    } else if (yyjson_mut_is_str(inner)) { /* input="text" beside input.more */
        yyjson_mut_val *text = yyjson_mut_val_mut_copy(doc, inner);
        yyjson_mut_set_obj(inner);
        yyjson_mut_obj_add(inner, yyjson_mut_strn(doc, group.p, group.n), text);
    }
    return yyjson_mut_is_obj(inner) &&
           yyjson_mut_obj_add(inner, yyjson_mut_strn(doc, name.p, name.n), value);
}

bool columns_apply(struct arena *a, const struct column *columns, size_t n, const struct row *row,
                   yyjson_val **ret, struct err *e)
{
    yyjson_alc alc = json_alc(a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *obj = yyjson_mut_obj(doc), *value;
    for (size_t i = 0; i < n; i++) {
        struct str group, name, target = columns[i].target;
        if (!cell_value(a, row, &columns[i], doc, &value, e))
            return false;
        if (!value)
            continue;
        bool ok = true;
        if (is_whole(target))
            ok = yyjson_mut_obj_add(obj, yyjson_mut_strn(doc, target.p, target.n), value);
        else if (split_target(target, &group, &name))
            ok = add_member(doc, obj, group, name, value);
        if (!ok)
            return row_err(e, row, NULL, "\"%.*s\" cannot stand beside the other columns",
                           STR_ARG(target));
    }
    *ret = yyjson_doc_get_root(yyjson_mut_val_imut_copy(obj, &alc));
    return true;
}
