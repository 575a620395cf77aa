/* Options and expected values as graders read them; see option.h. */
#include "grade/option.h"

#include <string.h>

#include "base/utf8.h"
#include "text/json.h"
#include "text/jsonw.h"

enum { QUOTE_COLUMNS = 60, QUOTE_BYTES = 400 };

const char *grade_quote(struct arena *a, struct str s)
{
    struct str head = utf8_prefix(s, QUOTE_BYTES);
    struct str cut = utf8_cut(utf8_printable(a, head), QUOTE_COLUMNS);
    bool whole = head.n == s.n && cut.n >= head.n;
    return arena_printf(a, "\"%.*s%s\"", STR_ARG(cut), whole ? "" : "…");
}

bool option_choice(const struct node *options, const char *key, const char *const *names, int *ret,
                   struct err *e)
{
    const struct node *n = node_get(options, key);
    const char *text;
    char all[256] = "";
    if (node_is_null(n))
        return true;
    if (!node_str(n, &text, e))
        return err_wrap(e, "%s", key);
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            *ret = i;
            return true;
        }
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "", names[i]);
    }
    return node_err(e, n, "%s: \"%s\" where one of %s was expected", key, text, all);
}

bool option_texts(const struct node *options, const char *key, struct arena *a,
                  struct str_list *ret, struct err *e)
{
    const struct node *n = node_get(options, key);
    if (node_is_null(n))
        return true;
    if (n->kind == NODE_SCALAR) {
        ret->v = ARENA_NEW(a, struct str);
        ret->v[0] = n->text;
        ret->n = 1;
        return true;
    }
    if (!node_want(n, NODE_SEQ, "text, or a list of texts", e))
        return err_wrap(e, "%s", key);
    ret->v = ARENA_ARRAY(a, n->n, struct str);
    for (size_t i = 0; i < n->n; i++) {
        if (n->item[i]->kind != NODE_SCALAR)
            return node_err(e, n->item[i], "%s: %s where a text was expected", key,
                            node_kind_name(n->item[i]));
        ret->v[ret->n++] = n->item[i]->text;
    }
    return ret->n > 0 || node_err(e, n, "%s: an empty list", key);
}

bool want_open(struct want *w, const struct node *options, struct arena *a, struct err *e)
{
    const struct node *one = node_get(options, "value"), *many = node_get(options, "values");
    if (!node_is_null(one) && !node_is_null(many))
        return node_err(e, many, "both \"value\" and \"values\" are given");
    const struct node *n = node_is_null(one) ? many : one;
    if (node_is_null(n))
        return true;
    if (n->kind != NODE_MAP) {
        struct err quiet;
        if (!option_texts(options, n == one ? "value" : "values", a, &w->texts, &quiet)) {
            w->texts = (struct str_list){0}; /* a list of lists: only graders of JSON want it */
            if (n->n == 0)
                return node_err(e, n, "an empty list where at least one value was expected");
        }
    }
    return json_parse_lax(a, node_to_json(a, n), n->file, (size_t)n->line, &w->json, e);
}

bool want_json(const struct want *w, const struct grade_in *in, yyjson_val **ret, struct err *e)
{
    *ret = w->json ? w->json : in->expected;
    if (*ret && !yyjson_is_null(*ret))
        return true;
    err_set(e, ERR_GRADER, "the item has no expected value and the grader no \"value\" option");
    return err_hint(e, "Give the item an \"expected\", or the grader a \"value\".");
}

static bool is_text(yyjson_val *v)
{
    return yyjson_is_str(v) || yyjson_is_num(v) || yyjson_is_bool(v);
}

bool want_texts(const struct want *w, const struct grade_in *in, struct arena *a,
                struct str_list *ret, struct err *e)
{
    yyjson_val *v, *x;
    size_t i, n;
    if (w->texts.n) {
        *ret = w->texts;
        return true;
    }
    if (!want_json(w, in, &v, e))
        return false;
    if (is_text(v)) {
        ret->v = ARENA_NEW(a, struct str);
        ret->v[0] = json_display(a, v);
        ret->n = 1;
        return true;
    }
    if (!yyjson_is_arr(v) || yyjson_arr_size(v) == 0)
        return err_set(e, ERR_GRADER,
                       "the expected value is %s where text or a list of texts was "
                       "expected",
                       yyjson_is_arr(v) ? "an empty list" : json_type_name(v));
    ret->v = ARENA_ARRAY(a, yyjson_arr_size(v), struct str);
    ret->n = 0;
    yyjson_arr_foreach(v, i, n, x)
    {
        if (!is_text(x))
            return err_set(e, ERR_GRADER, "the expected list holds %s where text was expected",
                           json_type_name(x));
        ret->v[ret->n++] = json_display(a, x);
    }
    return true;
}

void details_begin(struct details *d)
{
    buf_init(&d->b, BUF_MAX_LINE);
    jw_init(&d->w, &d->b, false);
    jw_obj(&d->w);
}

void details_end(struct details *d, struct arena *a, struct grade_out *out)
{
    jw_end(&d->w);
    if (!d->b.overflow)
        out->details = arena_str(a, buf_str(&d->b));
    buf_release(&d->b);
}

void grade_prf_details(struct grade_out *out, struct arena *a, struct prf p)
{
    struct details d;
    details_begin(&d);
    jw_knum(&d.w, "precision", p.precision);
    jw_knum(&d.w, "recall", p.recall);
    jw_knum(&d.w, "f1", p.f);
    details_end(&d, a, out);
}
