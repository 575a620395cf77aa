/*
 * The table of graders, opening one from its spec, and grading with what is common to all: the
 * part of the output looked at, threshold, negation, and the three outcomes. Knows no grader but
 * by its row.
 */
#include "grade/grader.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/json.h"
#include "text/json_loose.h"
#include "text/jsonpath.h"
#include "text/jsonw.h"

/* two lines a grader, in alphabetical order, so that additions merge */
extern const struct grader_ops grader_bleu;
extern const struct grader_ops grader_canary;
extern const struct grader_ops grader_checks;
extern const struct grader_ops grader_chrf;
extern const struct grader_ops grader_citations;
extern const struct grader_ops grader_compression;
extern const struct grader_ops grader_contains;
extern const struct grader_ops grader_contains_pii;
extern const struct grader_ops grader_cost;
extern const struct grader_ops grader_coverage;
extern const struct grader_ops grader_density;
extern const struct grader_ops grader_equals;
extern const struct grader_ops grader_exact;
extern const struct grader_ops grader_exec;
extern const struct grader_ops grader_faithfulness;
extern const struct grader_ops grader_fields;
extern const struct grader_ops grader_finish_reason;
extern const struct grader_ops grader_gleu;
extern const struct grader_ops grader_groundedness;
extern const struct grader_ops grader_html;
extern const struct grader_ops grader_iequals;
extern const struct grader_ops grader_jaro_winkler;
extern const struct grader_ops grader_json;
extern const struct grader_ops grader_json_diff;
extern const struct grader_ops grader_json_path;
extern const struct grader_ops grader_json_schema;
extern const struct grader_ops grader_judge;
extern const struct grader_ops grader_label;
extern const struct grader_ops grader_language;
extern const struct grader_ops grader_latency;
extern const struct grader_ops grader_length;
extern const struct grader_ops grader_levenshtein;
extern const struct grader_ops grader_list;
extern const struct grader_ops grader_lua;
extern const struct grader_ops grader_markdown;
extern const struct grader_ops grader_meteor;
extern const struct grader_ops grader_name_match;
extern const struct grader_ops grader_novel_ngrams;
extern const struct grader_ops grader_novelty;
extern const struct grader_ops grader_number_match;
extern const struct grader_ops grader_numeric;
extern const struct grader_ops grader_packages;
extern const struct grader_ops grader_perplexity;
extern const struct grader_ops grader_quotes;
extern const struct grader_ops grader_readability;
extern const struct grader_ops grader_redundancy;
extern const struct grader_ops grader_refusal;
extern const struct grader_ops grader_regex;
extern const struct grader_ops grader_repetition;
extern const struct grader_ops grader_rouge;
extern const struct grader_ops grader_slots;
extern const struct grader_ops grader_spans;
extern const struct grader_ops grader_starts_with;
extern const struct grader_ops grader_token_f1;
extern const struct grader_ops grader_tool_call;
extern const struct grader_ops grader_unsafe_output;
extern const struct grader_ops grader_word_count;
extern const struct grader_ops grader_xml;

static const struct grader_ops *const graders[] = {
    &grader_bleu,
    &grader_canary,
    &grader_checks,
    &grader_chrf,
    &grader_citations,
    &grader_compression,
    &grader_contains,
    &grader_contains_pii,
    &grader_cost,
    &grader_coverage,
    &grader_density,
    &grader_equals,
    &grader_exact,
    &grader_exec,
    &grader_faithfulness,
    &grader_fields,
    &grader_finish_reason,
    &grader_gleu,
    &grader_groundedness,
    &grader_html,
    &grader_iequals,
    &grader_jaro_winkler,
    &grader_json,
    &grader_json_diff,
    &grader_json_path,
    &grader_json_schema,
    &grader_judge,
    &grader_label,
    &grader_language,
    &grader_latency,
    &grader_length,
    &grader_levenshtein,
    &grader_list,
    &grader_lua,
    &grader_markdown,
    &grader_meteor,
    &grader_name_match,
    &grader_novel_ngrams,
    &grader_novelty,
    &grader_number_match,
    &grader_numeric,
    &grader_packages,
    &grader_perplexity,
    &grader_quotes,
    &grader_readability,
    &grader_redundancy,
    &grader_refusal,
    &grader_regex,
    &grader_repetition,
    &grader_rouge,
    &grader_slots,
    &grader_spans,
    &grader_starts_with,
    &grader_token_f1,
    &grader_tool_call,
    &grader_unsafe_output,
    &grader_word_count,
    &grader_xml,
};

static const char *const common_keys[] = {"type", "weight", "threshold", "not",
                                          "id",   "on",     "against"};

const char *outcome_name(enum outcome o)
{
    static const char *const outcomes[] = {"pass", "fail", "error"};
    return outcomes[o];
}

const struct grader_ops *grader_find(struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(graders); i++)
        if (str_eq_c(type, graders[i]->name))
            return graders[i];
    return NULL;
}

static const char *names[ARRAY_LEN(graders) + 1];

static void fill_names(void)
{
    for (size_t i = 0; i < ARRAY_LEN(graders); i++)
        names[i] = graders[i]->name;
}

const char *const *grader_names(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_names);
    return names;
}

static const struct grader_ops *find_type(const struct node *at, const char *type, bool *ret_not,
                                          struct err *e)
{
    struct str name = str_c(type);
    const struct grader_ops *ops = grader_find(name);
    *ret_not = false;
    if (!ops && str_starts_c(name, "not-")) {
        name = str_sub(name, 4, name.n);
        ops = grader_find(name);
        *ret_not = true;
    }
    if (ops)
        return ops;
    const char *near = str_nearest(name, grader_names());
    node_err(e, at, "there is no grader type \"%.*s\"", STR_ARG(name));
    if (near)
        err_hint(e, "Did you mean \"%s\"? `plimsoll explain graders` lists them all.", near);
    else
        err_hint(e, "`plimsoll explain graders` lists them all.");
    return NULL;
}

static bool check_keys(const struct grader_ops *ops, const struct node *spec, struct err *e)
{
    const char *known[64];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(common_keys); i++)
        known[n++] = common_keys[i];
    for (const char *const *k = ops->keys; k && *k; k++) {
        if (n == ARRAY_LEN(known) - 1)
            BUG("grader %s has too many keys", ops->name);
        known[n++] = *k;
    }
    known[n] = NULL;
    return node_check_keys(spec, known, e);
}

static bool open_path(const struct node *spec, const char *key, struct arena *a,
                      const struct json_path **ret, struct err *e)
{
    const char *text = NULL;
    if (!node_get_str(spec, key, &text, e) || !text)
        return !text && !e->code;
    if (json_path_parse(a, str_c(text), ret, e))
        return true;
    const struct node *at = node_get(spec, key);
    err_wrap(e, "%s", key);
    return err_at(e, at->file, at->line, at->col);
}

static bool open_common(struct grader *g, const struct node *spec, struct arena *a, struct err *e)
{
    bool flip = false;
    const char *id = NULL;
    g->weight = 1;
    g->threshold = g->ops->threshold > 0 || isnan(g->ops->threshold) ? g->ops->threshold : 0.5;
    if (!node_get_num(spec, "weight", &g->weight, e) ||
        !node_get_num(spec, "threshold", &g->threshold, e) ||
        !node_get_bool(spec, "not", &flip, e) || !node_get_str(spec, "id", &id, e) ||
        !open_path(spec, "on", a, &g->on, e) || !open_path(spec, "against", a, &g->against, e))
        return false;
    if (g->weight < 0)
        return node_err(e, node_get(spec, "weight"), "weight: %g where 0 or more was expected",
                        g->weight);
    if (g->threshold < 0 || g->threshold > 1)
        return node_err(e, node_get(spec, "threshold"),
                        "threshold: %g where a number from 0 to 1 was expected", g->threshold);
    if (id)
        g->name = arena_strdup(a, id);
    g->negate = g->negate != flip;
    return true;
}

static void close_grader(void *p)
{
    struct grader *g = p;
    if (g->ops->close)
        g->ops->close(g);
}

bool grader_open(struct arena *a, const char *name, const struct node *spec, struct grader **ret,
                 struct err *e)
{
    const char *type = NULL;
    const struct node *options = spec && spec->kind == NODE_MAP ? spec : NULL;
    const struct node *at = options ? node_get(options, "type") : spec;
    struct grader *g = ARENA_NEW(a, struct grader);
    struct err scratch = {0};
    if (!e)
        e = &scratch;
    err_clear(e);
    if (node_is_null(at)) {
        node_err(e, spec, "a grader without \"type\"");
        return err_hint(e, "Say which: {type: label}. `plimsoll explain graders` lists them all.");
    }
    if (!node_str(at, &type, e))
        return err_wrap(e, "type");
    g->ops = find_type(at, type, &g->negate, e);
    if (!g->ops)
        return false;
    g->name = name ? arena_strdup(a, name) : NULL;
    if (!check_keys(g->ops, options, e) || !open_common(g, options, a, e))
        return err_wrap(e, "grader %s", name ? name : g->ops->name);
    if (name)
        g->name = arena_strdup(a, name);
    else if (!g->name)
        g->name = g->ops->name;
    if (g->ops->open && !g->ops->open(g, options, a, e)) {
        err_wrap(e, "grader %s", g->name);
        return options ? err_at(e, options->file, options->line, options->col) : false;
    }
    arena_defer(a, close_grader, g);
    *ret = g;
    return true;
}

/* JSON first, because libyaml refuses some of its escapes; what is not JSON may be YAML flow
 * style, which needs fewer quotes on a command line. */
static bool parse_options(struct arena *a, struct str text, struct node **ret, struct err *e)
{
    static const char where[] = "grader options";
    yyjson_val *v;
    if (json_parse(a, text, where, 1, &v, NULL)) {
        *ret = node_from_json(a, v, where, 1);
        return true;
    }
    return node_parse(a, text, where, ret, e);
}

bool grader_open_text(struct arena *a, const char *text, struct grader **ret, struct err *e)
{
    struct str s = str_c(text);
    ptrdiff_t colon = str_find_char(s, ':');
    struct str type = str_sub(s, 0, colon < 0 ? s.n : (size_t)colon);
    struct node *options = NULL, *spec = ARENA_NEW(a, struct node);
    struct node *key = ARENA_NEW(a, struct node), *value = ARENA_NEW(a, struct node);
    if (colon >= 0 && !parse_options(a, str_sub(s, (size_t)colon + 1, s.n), &options, e))
        return err_hint(e, "The form is TYPE or TYPE:{options}, for example "
                           "regex:{\"pattern\": \"^[A-Z]\"}.");
    if (options && !node_is_null(options) && !node_want(options, NODE_MAP, "the options", e))
        return false;
    size_t n = options && options->kind == NODE_MAP ? options->n : 0;
    *key = (struct node){.kind = NODE_SCALAR, .text = STR("type"), .quoted = true};
    *value = (struct node){.kind = NODE_SCALAR, .text = arena_str(a, type), .quoted = true};
    *spec = (struct node){.kind = NODE_MAP, .n = n + 1};
    spec->key = ARENA_ARRAY(a, n + 1, struct node *);
    spec->item = ARENA_ARRAY(a, n + 1, struct node *);
    spec->key[0] = key;
    spec->item[0] = value;
    for (size_t i = 0; i < n; i++) {
        if (str_eq_c(options->key[i]->text, "type"))
            return node_err(e, options->key[i], "the type is given twice");
        spec->key[i + 1] = options->key[i];
        spec->item[i + 1] = options->item[i];
    }
    return grader_open(a, NULL, spec, ret, e);
}

static void set_error(struct grade_out *out, struct arena *a, const char *why)
{
    *out = (struct grade_out){.outcome = OUTCOME_ERROR, .score = NAN};
    out->reason = arena_strf(a, "%s", why[0] ? why : "the grader gave no reason");
}

/* Narrows `in` to the parts that `on` and `against` name. An output without the part is a failure
 * of the model, also under `not`: what is not there has not been shown to be free of anything. */
static bool narrow(const struct grader *g, struct grade_in *in, struct arena *a,
                   struct grade_out *out)
{
    if (g->against && in->expected) {
        yyjson_val *v = json_path_first(g->against, in->expected);
        if (!v) {
            struct str path = json_path_text(g->against);
            set_error(out, a, arena_printf(a, "the expected value has nothing at %.*s",
                                           STR_ARG(path)));
            return false;
        }
        in->expected = v;
    }
    if (!g->on)
        return true;
    struct str path = json_path_text(g->on);
    yyjson_val *root = NULL, *v = NULL;
    if (json_parse_loose(a, in->output, &root, NULL))
        v = json_path_first(g->on, root);
    if (v) {
        in->output = json_display(a, v);
        return true;
    }
    *out = (struct grade_out){.outcome = OUTCOME_FAIL, .score = 0};
    out->reason = root ? arena_strf(a, "the output has nothing at %.*s", STR_ARG(path))
                       : arena_strf(a, "the output is not JSON, so it has nothing at %.*s",
                                    STR_ARG(path));
    return false;
}

/* What is common to all graders once they have spoken: range, threshold, negation. */
static void settle(const struct grader *g, struct arena *a, struct grade_out *out)
{
    if (out->outcome == OUTCOME_ERROR || isnan(out->score)) {
        struct str why = out->reason;
        set_error(out, a, str_null(why) ? "the grader gave no score" : why.p);
        return;
    }
    out->score = out->score < 0 ? 0 : out->score > 1 ? 1 : out->score;
    if (!isnan(g->threshold))
        out->outcome = out->score >= g->threshold ? OUTCOME_PASS : OUTCOME_FAIL;
    if (g->negate) {
        out->outcome = out->outcome == OUTCOME_PASS ? OUTCOME_FAIL : OUTCOME_PASS;
        out->score = 1 - out->score;
    }
}

void grader_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                  struct grade_out *out)
{
    struct err e = {0};
    struct grade_in part = *in;
    *out = (struct grade_out){.outcome = OUTCOME_ERROR, .score = NAN};
    if ((g->on || g->against) && !narrow(g, &part, a, out))
        return;
    if (!g->ops->grade)
        set_error(out, a, "this grader asks a model, which only a run does");
    else if (!g->ops->grade(g, &part, a, out, &e))
        set_error(out, a, e.msg);
    else
        settle(g, a, out);
}

bool grader_ask(const struct grader *g, const struct grade_in *in, struct grader_talk *talk,
                struct arena *a, struct grade_out *out)
{
    struct err e = {0};
    struct grade_in part = *in;
    *out = (struct grade_out){.outcome = OUTCOME_ERROR, .score = NAN};
    talk->calls = NULL;
    talk->n_calls = 0;
    if ((g->on || g->against) && !narrow(g, &part, a, out))
        return false;
    if (!g->ops->ask(g, &part, talk, a, out, &e)) {
        talk->n_calls = 0;
        set_error(out, a, e.msg);
        return false;
    }
    if (talk->n_calls)
        return true;
    settle(g, a, out);
    return false;
}

static void set_reason(struct grade_out *out, struct arena *a, const char *fmt, va_list ap)
    PRINTF(3, 0);

static void set_reason(struct grade_out *out, struct arena *a, const char *fmt, va_list ap)
{
    char text[1024];
    if (!strchr(fmt, '%')) { /* a literal: nothing to write into it */
        out->reason = str_c(fmt);
        return;
    }
    int n = vsnprintf(text, sizeof text, fmt, ap);
    size_t len = n < 0 ? 0 : (size_t)n >= sizeof text ? sizeof text - 1 : (size_t)n;
    out->reason = arena_str(a, (struct str){text, len});
}

void graded(struct grade_out *out, double score, struct arena *a, const char *fmt, ...)
{
    va_list ap;
    out->score = score;
    out->outcome = score >= 0.5 ? OUTCOME_PASS : OUTCOME_FAIL;
    va_start(ap, fmt);
    set_reason(out, a, fmt, ap);
    va_end(ap);
}

void graded_bool(struct grade_out *out, bool pass, struct arena *a, const char *fmt, ...)
{
    va_list ap;
    out->score = pass ? 1 : 0;
    out->outcome = pass ? OUTCOME_PASS : OUTCOME_FAIL;
    va_start(ap, fmt);
    set_reason(out, a, fmt, ap);
    va_end(ap);
}

static bool wrap_input(struct arena *a, yyjson_val *v, yyjson_val **ret, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_key(&w, "input");
    jw_value(&w, v);
    jw_end(&w);
    return buf_ok(&b, "the input", e) && json_parse_lax(a, buf_str(&b), NULL, 1, ret, e);
}

static bool read_context(struct arena *a, yyjson_val *v, yyjson_val **ret, struct err *e)
{
    size_t i, n;
    yyjson_val *x;
    if (!v || yyjson_is_null(v))
        return true;
    if (yyjson_is_str(v)) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        buf_init(&b, BUF_MAX_LINE);
        jw_init(&w, &b, false);
        jw_arr(&w);
        jw_value(&w, v);
        jw_end(&w);
        return buf_ok(&b, "the context", e) && json_parse_lax(a, buf_str(&b), NULL, 1, ret, e);
    }
    if (!yyjson_is_arr(v))
        return err_set(e, ERR_INPUT, "\"context\" is %s where a text or a list of texts was "
                       "expected", json_type_name(v));
    yyjson_arr_foreach(v, i, n, x)
        if (!yyjson_is_str(x) && !yyjson_is_str(json_get(x, "text")))
            return err_set(e, ERR_INPUT,
                           "\"context\" holds %s where a text or {\"text\": …} was expected",
                           json_type_name(x));
    *ret = v;
    return true;
}

bool grade_in_from_json(struct arena *a, yyjson_val *obj, struct grade_in *in, struct err *e)
{
    yyjson_val *output = json_get(obj, "output"), *input = json_get(obj, "input");
    yyjson_val *id = json_get(obj, "id"), *failed = json_get(obj, "error");
    yyjson_val *tokens = json_get(obj, "tokens");
    if (!yyjson_is_obj(obj))
        return err_set(e, ERR_INPUT, "%s where an object was expected", json_type_name(obj));
    *in = (struct grade_in){.record = obj};
    in->id = id && !yyjson_is_null(id) ? json_display(a, id) : (struct str){0};
    in->expected = json_get(obj, "expected");
    in->tags = json_get(obj, "tags");
    in->latency_ms = json_get_num(obj, "latency_ms", NAN);
    in->ttft_ms = json_get_num(obj, "ttft_ms", NAN);
    in->cost_usd = json_get_num(obj, "cost_usd", NAN);
    in->confidence = json_get_num(obj, "confidence", NAN);
    in->tokens_input = json_get_num(tokens, "input", NAN);
    in->tokens_output = json_get_num(tokens, "output", NAN);
    double epoch = json_get_num(obj, "epoch", 1);
    in->epoch = epoch >= 1 && epoch <= 1e9 ? (int)epoch : 1;
    if (failed && !yyjson_is_null(failed) && !yyjson_is_false(failed)) {
        struct str why = utf8_prefix(json_display(a, failed), 300);
        return err_set(e, ERR_INPUT, "the call failed: %.*s", STR_ARG(why));
    }
    if (!output || yyjson_is_null(output))
        return err_set(e, ERR_INPUT, "the row has no \"output\"");
    in->output = json_display(a, output);
    if (yyjson_is_obj(input))
        in->input = input;
    else if (!wrap_input(a, input, &in->input, e))
        return false;
    return read_context(a, json_get(obj, "context"), &in->context, e);
}
