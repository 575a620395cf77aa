/*
 * `json_schema`: the output is JSON that a schema accepts (draft 7 or 2020-12; nothing is fetched
 * for a $ref). The schema stands in the spec (`schema:`) or in a JSON or YAML file beside it
 * (`file:`). details: {"errors": [{"at", "keyword", "message"}]}.
 */
#include "text/schema.h"

#include "base/file.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"

struct schema_grader {
    const struct schema *schema;
    bool tolerant;
};

static bool read_schema(const struct node *options, struct arena *a, yyjson_val **ret,
                        struct err *e)
{
    const struct node *inline_schema = node_get(options, "schema"),
                      *file = node_get(options, "file");
    const struct node *source = inline_schema;
    const char *path = NULL;
    if (!node_get_str(options, "file", &path, e))
        return false;
    if (!inline_schema == !path) {
        err_set(e, ERR_SPEC, "json_schema needs either \"schema\" or \"file\"");
        return err_hint(e,
                        "For example {type: json_schema, schema: {type: object, required: [id]}}.");
    }
    if (path) {
        struct node *root;
        if (!node_read(a, file_beside(a, file->file ? file->file : "", path), &root, e))
            return false;
        source = root;
    }
    return json_parse_lax(a, node_to_json(a, source), source->file, (size_t)source->line, ret, e);
}

static bool schema_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    struct schema_grader *s = ARENA_NEW(a, struct schema_grader);
    struct schema_options o = {.formats = true};
    yyjson_val *doc;
    g->state = s;
    return node_get_bool(options, "tolerant", &s->tolerant, e) &&
           node_get_bool(options, "formats", &o.formats, e) && read_schema(options, a, &doc, e) &&
           schema_compile(a, doc, &o, &s->schema, e);
}

static void write_errors(const struct schema_result *r, struct arena *a, struct grade_out *out)
{
    struct details d;
    details_begin(&d);
    jw_key(&d.w, "errors");
    jw_arr(&d.w);
    for (size_t i = 0; i < r->n_errors; i++) {
        jw_obj(&d.w);
        jw_kstr(&d.w, "at", r->error[i].at);
        jw_kc(&d.w, "keyword", r->error[i].keyword);
        jw_kstr(&d.w, "message", r->error[i].message);
        jw_end(&d.w);
    }
    jw_end(&d.w);
    details_end(&d, a, out);
}

static bool schema_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct schema_grader *s = g->state;
    struct schema_result r;
    struct err why = {0};
    yyjson_val *v;
    bool ok = s->tolerant ? json_parse_loose(a, in->output, &v, &why)
                          : json_parse_lax(a, str_trim(in->output), NULL, 1, &v, &why);
    if (!ok) {
        graded_bool(out, false, a, "%s (line %d, column %d)", why.msg, why.line, why.col);
        return true;
    }
    if (!schema_check(s->schema, v, a, &r, e))
        return false;
    if (r.valid)
        graded_bool(out, true, a, "the output fits the schema");
    else
        graded_bool(out, false, a, "%s %s", r.error[0].at.n ? r.error[0].at.p : "the output",
                    r.error[0].message.p);
    write_errors(&r, a, out);
    return true;
}

static const char *const keys[] = {"schema", "file", "tolerant", "formats", NULL};

extern const struct grader_ops grader_json_schema;
const struct grader_ops grader_json_schema = {
    .name = "json_schema",
    .summary = "the output is JSON that a JSON Schema accepts (draft 7, 2020-12)",
    .keys = keys,
    .open = schema_open,
    .grade = schema_grade,
};
