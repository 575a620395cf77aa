/* The source of an output as one text; see source.h. */
#include "grade/source.h"

#include "base/buf.h"
#include "grade/option.h"
#include "text/json.h"

static const char *const names[] = {"context", "input", "expected", NULL};

bool source_open(const struct node *options, enum source_kind *ret, struct err *e)
{
    int kind = SOURCE_CONTEXT;
    if (!option_choice(options, "source", names, &kind, e))
        return false;
    *ret = (enum source_kind)kind;
    return true;
}

static void collect(struct buf *b, yyjson_val *v)
{
    yyjson_val *x;
    if (yyjson_is_str(v)) {
        if (b->n)
            buf_add_char(b, '\n');
        buf_add_str(b, json_str(v));
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_iter it = yyjson_arr_iter_with(v);
        while ((x = yyjson_arr_iter_next(&it)))
            collect(b, x);
    } else if (yyjson_is_str(json_get(v, "text"))) { /* a passage {id, text} */
        collect(b, json_get(v, "text"));
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_iter it = yyjson_obj_iter_with(v);
        while ((x = yyjson_obj_iter_next(&it)))
            collect(b, yyjson_obj_iter_get_val(x));
    }
}

bool source_text(enum source_kind kind, const struct grade_in *in, struct arena *a, struct str *ret,
                 struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    collect(&b, kind == SOURCE_CONTEXT ? in->context
                : kind == SOURCE_INPUT ? in->input
                                       : in->expected);
    if (!buf_ok(&b, "the source", e))
        return false;
    if (b.n == 0) {
        err_set(e, ERR_GRADER, "the item has no text in its \"%s\" to compare with", names[kind]);
        return err_hint(e, "source: context, input or expected says where the source is.");
    }
    *ret = arena_str(a, buf_str(&b));
    return true;
}
