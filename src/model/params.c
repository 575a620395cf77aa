/* Generation parameters from a variant's `params:`; see params.h. */
#include "model/params.h"

#include <math.h>
#include <stdint.h>

#include "base/file.h"
#include "text/json.h"

enum { MAX_SCHEMA = 4 << 20, MAX_STOPS = 16 };

void call_params_init(struct call_params *p)
{
    *p = (struct call_params){.temperature = NAN, .top_p = NAN, .max_tokens = -1, .seed = -1,
                              .top_logprobs = -1};
}

static bool read_num(const struct node *params, const char *key, double lo, double hi, double *ret,
                     struct err *e)
{
    if (!node_get_num(params, key, ret, e))
        return false;
    if (isfinite(*ret) && (*ret < lo || *ret > hi))
        return node_err(e, node_get(params, key), "%s is %g, expected %g to %g", key, *ret, lo, hi);
    return true;
}

static bool read_text(const struct node *params, const char *key, struct str *ret, struct err *e)
{
    const char *s = NULL;
    if (!node_get_str(params, key, &s, e))
        return false;
    if (s)
        *ret = str_c(s);
    return true;
}

/* A sub-tree as JSON; a string is the name of a .json or .yaml file that holds it. */
static bool read_tree(struct arena *a, const struct node *n, struct str *ret, struct err *e)
{
    if (n->kind != NODE_SCALAR) {
        *ret = node_to_json(a, n);
        return true;
    }
    struct str name = n->text, text;
    const char *path = file_beside(a, n->file, arena_strndup(a, name.p, name.n));
    if (str_ends_c(name, ".json")) {
        yyjson_val *v;
        if (!file_read(a, path, MAX_SCHEMA, &text, e))
            return err_at(e, n->file, n->line, n->col);
        if (!json_parse(a, text, path, 1, &v, e))
            return false;
        *ret = text;
        return true;
    }
    if (!str_ends_c(name, ".yaml") && !str_ends_c(name, ".yml"))
        return node_err(e, n, "found \"%.*s\", expected a mapping, or a .json or .yaml file",
                        STR_ARG(name));
    struct node *tree;
    if (!node_read(a, path, &tree, e))
        return err_at(e, n->file, n->line, n->col);
    *ret = node_to_json(a, tree);
    return true;
}

/* `json`, a JSON Schema file, {schema: SCHEMA}, or OpenAI's own {type: json_object} and
 * {type: json_schema, json_schema: {schema: SCHEMA}}. */
static bool read_format(struct arena *a, const struct node *n, struct call_params *ret,
                        struct err *e)
{
    static const char *const keys[] = {"type", "json_schema", "schema", NULL};
    if (n->kind == NODE_SCALAR && (str_eq_c(n->text, "json") || str_eq_c(n->text, "json_object"))) {
        ret->json_object = true;
        return true;
    }
    if (n->kind == NODE_SCALAR && str_eq_c(n->text, "text"))
        return true;
    if (n->kind != NODE_MAP)
        return read_tree(a, n, &ret->json_schema, e);
    if (!node_check_keys(n, keys, e))
        return false;
    const struct node *schema = node_get(n, "schema");
    if (!schema)
        schema = node_get(node_get(n, "json_schema"), "schema");
    if (schema)
        return read_tree(a, schema, &ret->json_schema, e);
    const char *type = "";
    if (!node_get_str(n, "type", &type, e))
        return false;
    ret->json_object = str_eq_c(str_c(type), "json_object");
    return ret->json_object || str_eq_c(str_c(type), "text") ||
           node_err(e, n, "response_format has neither a schema nor type json_object");
}

static bool read_stop(struct arena *a, const struct node *n, struct call_params *ret,
                      struct err *e)
{
    size_t count = n->kind == NODE_SEQ ? n->n : 1;
    if (count > MAX_STOPS)
        return node_err(e, n, "%zu stop strings, at most %d are allowed", count, MAX_STOPS);
    struct str *stop = ARENA_ARRAY(a, count, struct str);
    for (size_t i = 0; i < count; i++) {
        const char *s;
        if (!node_str(n->kind == NODE_SEQ ? n->item[i] : n, &s, e))
            return false;
        stop[i] = str_c(s);
    }
    ret->stop = stop;
    ret->n_stop = count;
    return true;
}

/* Members of a request that `extra` would write a second time. */
static bool is_ours(struct str key)
{
    static const char *const ours[] = {
        "model", "messages", "system", "input", "temperature", "top_p", "max_tokens",
        "max_completion_tokens", "seed", "stop", "stop_sequences", "stream", "stream_options",
        "logprobs", "top_logprobs", "reasoning_effort", "response_format", "output_config",
        "format", "tools", "tool_choice", "options"};
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (str_eq_c(key, ours[i]))
            return true;
    return false;
}

static bool read_trees(struct arena *a, const struct node *params, struct call_params *ret,
                       struct err *e)
{
    const struct node *format = node_get(params, "response_format");
    const struct node *tools = node_get(params, "tools"), *extra = node_get(params, "extra");
    const struct node *stop = node_get(params, "stop");
    if (!node_is_null(format) && !read_format(a, format, ret, e))
        return false;
    if (!node_is_null(stop) && !read_stop(a, stop, ret, e))
        return false;
    if (!node_is_null(tools)) {
        if (tools->kind == NODE_MAP)
            return node_err(e, tools, "tools is a mapping, expected a list or a file");
        if (!read_tree(a, tools, &ret->tools, e))
            return false;
    }
    if (!node_is_null(extra)) {
        if (!node_want(extra, NODE_MAP, "extra", e))
            return false;
        for (size_t i = 0; i < extra->n; i++)
            if (is_ours(extra->key[i]->text))
                return node_err(e, extra->key[i], "extra has \"%.*s\", which is set elsewhere",
                                STR_ARG(extra->key[i]->text));
        ret->extra = node_to_json(a, extra);
    }
    return true;
}

bool call_params_read(struct arena *a, const struct node *params, struct call_params *ret,
                      struct err *e)
{
    static const char *const keys[] = {
        "temperature", "top_p", "max_tokens", "seed", "top_logprobs", "stop", "stream", "logprobs",
        "reasoning_effort", "response_format", "tools", "tool_choice", "extra", NULL};
    struct call_params p;
    call_params_init(&p);
    if (!node_is_null(params)) {
        if (!node_want(params, NODE_MAP, "params", e) || !node_check_keys(params, keys, e) ||
            !read_num(params, "temperature", 0, 2, &p.temperature, e) ||
            !read_num(params, "top_p", 0, 1, &p.top_p, e) ||
            !node_get_int(params, "max_tokens", 1, 10000000, &p.max_tokens, e) ||
            !node_get_int(params, "seed", 0, INT64_MAX, &p.seed, e) ||
            !node_get_int(params, "top_logprobs", 0, 20, &p.top_logprobs, e) ||
            !node_get_bool(params, "stream", &p.stream, e) ||
            !node_get_bool(params, "logprobs", &p.logprobs, e) ||
            !read_text(params, "reasoning_effort", &p.reasoning_effort, e) ||
            !read_text(params, "tool_choice", &p.tool_choice, e) || !read_trees(a, params, &p, e))
            return false;
        if (p.top_logprobs > 0)
            p.logprobs = true;
    }
    *ret = p;
    return true;
}
