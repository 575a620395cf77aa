/* promptfoo's assertion types as checks; see promptfoo.h. */
#include <math.h>
#include <string.h>

#include "import/promptfoo.h"
#include "import/tree.h"

enum value_use { VALUE_NONE, VALUE_TEXT, VALUE_LIST, VALUE_SCHEMA, VALUE_PATTERN, VALUE_TOOLS };

/* A type there, the grader here, options that make it the same, how its value is passed on. */
static const struct mapping {
    const char *theirs, *ours;
    const char *options; /* JSON members without braces */
    enum value_use use;
    const char *approximation; /* what is not the same, or NULL */
} mappings[] = {
    {"equals", "equals", "\"trim\":false", VALUE_TEXT, NULL},
    {"contains", "contains", "", VALUE_TEXT, NULL},
    {"icontains", "contains", "\"case\":false", VALUE_TEXT, NULL},
    {"contains-any", "contains", "\"mode\":\"any\"", VALUE_LIST, NULL},
    {"icontains-any", "contains", "\"mode\":\"any\",\"case\":false", VALUE_LIST, NULL},
    {"contains-all", "contains", "\"mode\":\"all\"", VALUE_LIST, NULL},
    {"icontains-all", "contains", "\"mode\":\"all\",\"case\":false", VALUE_LIST, NULL},
    {"starts-with", "starts_with", "", VALUE_TEXT, NULL},
    {"regex", "regex", "", VALUE_PATTERN,
     "regex: JavaScript's dialect there, PCRE2 here; the common part is the same"},
    {"is-json", "json", "", VALUE_SCHEMA, NULL},
    {"contains-json", "json", "\"fences\":true", VALUE_SCHEMA,
     "contains-json: JSON alone or in a code fence is found, JSON amid prose is not"},
    {"is-xml", "xml", "", VALUE_NONE, NULL},
    {"is-html", "html", "", VALUE_NONE, NULL},
    {"levenshtein", "levenshtein", "", VALUE_TEXT,
     "levenshtein: a distance there, a similarity in [0,1] here; the threshold was converted by "
     "the length of the expected text"},
    {"rouge-n", "rouge", "\"variant\":\"rouge1\"", VALUE_TEXT, NULL},
    {"bleu", "bleu", "", VALUE_TEXT, NULL},
    {"gleu", "gleu", "", VALUE_TEXT, NULL},
    {"meteor", "meteor", "", VALUE_TEXT, "meteor: without WordNet synonyms here"},
    {"latency", "latency", "", VALUE_NONE, NULL},
    {"cost", "cost", "", VALUE_NONE, NULL},
    {"word-count", "word_count", "", VALUE_NONE, NULL},
    {"perplexity", "perplexity", "", VALUE_NONE, NULL},
    {"finish-reason", "finish_reason", "", VALUE_TEXT, NULL},
    {"is-refusal", "refusal", "\"want\":\"refuse\"", VALUE_NONE,
     "is-refusal: another detector; its measured error is in docs/failure-modes.md"},
    {"is-valid-openai-tools-call", "tool_call", "", VALUE_NONE,
     "is-valid-openai-tools-call: the call must be well-formed; its arguments are not checked "
     "against the tool's schema"},
    {"tool-call-f1", "tool_call", "", VALUE_TOOLS, NULL},
};

static const struct {
    const char *theirs, *why;
} without[] = {
    {"javascript", "an assertion in JavaScript; write it as an `exec` or `lua` grader"},
    {"python", "an assertion in Python; write it as an `exec` grader"},
    {"ruby", "an assertion in Ruby; write it as an `exec` grader"},
    {"webhook", "asks an outside server for the verdict; write it as an `exec` grader"},
    {"is-sql", "no SQL grammar here; use `regex` or an `exec` grader"},
    {"contains-sql", "no SQL grammar here; use `regex` or an `exec` grader"},
    {"contains-html", "no search for HTML amid prose here; use `regex`"},
    {"contains-xml", "no search for XML amid prose here; use `regex`"},
    {"similar", "needs an embeddings model; add a `similar` grader with model: and value:"},
    {"classifier", "needs a hosted classifier"},
    {"moderation", "needs a hosted moderation model"},
    {"guardrails", "reads a provider's own guardrail verdict"},
    {"select-best", "compares variants by a judge; use `compare` or a `pairwise` judge"},
    {"max-score", "compares variants; use `compare`"},
    {"human", "a person's verdict; use `plimsoll review`"},
};

static const struct {
    const char *theirs, *judge;
} judged[] = {
    {"llm-rubric", "the output must satisfy this"},
    {"g-eval", "the output must satisfy this"},
    {"agent-rubric", "the output must satisfy this"},
    {"search-rubric", "the output must satisfy this"},
    {"model-graded-closedqa", "the output must satisfy this"},
    {"factuality", "the output must agree in its facts with this reference"},
    {"model-graded-factuality", "the output must agree in its facts with this reference"},
    {"answer-relevance", "the output must answer the question"},
    {"context-faithfulness", "every claim of the output must follow from the context"},
    {"context-recall", "the context must support every statement of this reference"},
    {"context-relevance", "the context must be relevant to the question"},
    {"conversation-relevance", "each reply must be relevant to the conversation"},
};

static void put_node(struct import *im, struct jw *w, const char *key, const struct node *n)
{
    jw_key(w, key);
    jw_raw(w, node_to_json(im->a, n));
}

/* Values arrive as text whatever they look like: "5" is not the number 5. */
static void put_text(struct import *im, struct jw *w, const char *key, const struct node *n)
{
    if (n->kind == NODE_SCALAR)
        jw_kstr(w, key, n->text);
    else
        put_node(im, w, key, n);
}

static void put_list(struct import *im, struct jw *w, const struct node *n)
{
    jw_key(w, "values");
    jw_arr(w);
    if (n->kind == NODE_SEQ) {
        for (size_t i = 0; i < n->n; i++)
            jw_str(w, n->item[i]->kind == NODE_SCALAR ? n->item[i]->text
                                                      : node_to_json(im->a, n->item[i]));
    } else {
        struct str rest = n->text, part;
        while (str_split(&rest, ',', &part))
            jw_str(w, str_trim(part));
    }
    jw_end(w);
}

static void put_threshold(struct import *im, struct jw *w, const struct mapping *m,
                          const struct node *threshold, const struct node *value)
{
    double t;
    if (node_is_null(threshold) || !node_num(threshold, &t, NULL))
        return;
    if (strcmp(m->theirs, "latency") == 0)
        jw_knum(w, "max_ms", t);
    else if (strcmp(m->theirs, "cost") == 0)
        jw_knum(w, "max_usd", t);
    else if (strcmp(m->theirs, "perplexity") == 0)
        jw_knum(w, "max", t);
    else if (strcmp(m->theirs, "levenshtein") == 0 && value && value->kind == NODE_SCALAR)
        jw_knum(w, "threshold", value->text.n ? fmax(0, 1 - t / (double)value->text.n) : 0);
    else
        jw_knum(w, "threshold", t);
    (void)im;
}

static void put_common(struct import *im, struct jw *w, const struct node *assertion, bool negated)
{
    static const char *const numbers[] = {"weight"};
    double d;
    const struct node *metric = node_get(assertion, "metric");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (!node_is_null(node_get(assertion, numbers[i])) &&
            node_num(node_get(assertion, numbers[i]), &d, NULL))
            jw_knum(w, numbers[i], d);
    if (negated)
        jw_kbool(w, "not", true);
    if (metric && metric->kind == NODE_SCALAR)
        jw_kstr(w, "metric", metric->text);
    if (node_get(assertion, "transform"))
        import_note(im, IMPORT_LEFT,
                    "an assertion's `transform`: it is code; the check sees the whole output");
}

static bool mapped(struct import *im, const struct mapping *m, const struct node *assertion,
                   const struct node *vars, bool negated, struct jw *w)
{
    struct str left = {NULL, 0};
    const struct node *value = node_get(assertion, "value");
    if (value && value->kind == NODE_SCALAR && str_starts_c(value->text, "file://")) {
        import_note(im, IMPORT_LEFT, "assertion %s: its value is the file %.*s", m->theirs,
                    STR_ARG(value->text));
        return false;
    }
    if (value)
        value = tree_render_all(im->a, value, vars, &left);
    if (!str_null(left))
        import_note(im, IMPORT_APPROXIMATED, "assertion %s: the placeholder %.*s was kept as text",
                    m->theirs, STR_ARG(left));
    if (!value && m->use != VALUE_NONE && m->use != VALUE_SCHEMA) {
        import_note(im, IMPORT_LEFT, "assertion %s without a value", m->theirs);
        return false;
    }
    jw_obj(w);
    jw_kc(w, "type", m->use == VALUE_SCHEMA && value ? "json_schema" : m->ours);
    if (m->options[0] && !(m->use == VALUE_SCHEMA && value)) {
        struct str opt = arena_strf(im->a, "{%s}", m->options);
        yyjson_doc *doc = yyjson_read(opt.p, opt.n, 0);
        size_t i, n;
        yyjson_val *k, *v;
        yyjson_obj_foreach(yyjson_doc_get_root(doc), i, n, k, v)
        {
            jw_key(w, yyjson_get_str(k));
            jw_value(w, v);
        }
        yyjson_doc_free(doc);
    }
    switch (value ? m->use : VALUE_NONE) {
    case VALUE_TEXT: put_text(im, w, "value", value); break;
    case VALUE_PATTERN: put_text(im, w, "pattern", value); break;
    case VALUE_LIST: put_list(im, w, value); break;
    case VALUE_SCHEMA: put_node(im, w, "schema", value); break;
    case VALUE_TOOLS: put_node(im, w, "value", value); break;
    case VALUE_NONE: break;
    }
    if (strcmp(m->theirs, "word-count") == 0 && value) {
        if (value->kind == NODE_MAP) {
            for (size_t i = 0; i < value->n; i++)
                put_node(im, w, value->key[i]->text.p, value->item[i]);
        } else {
            put_node(im, w, "min", value);
            put_node(im, w, "max", value);
        }
    }
    put_threshold(im, w, m, node_get(assertion, "threshold"), value);
    put_common(im, w, assertion, negated);
    jw_end(w);
    if (m->approximation)
        import_note(im, IMPORT_APPROXIMATED, "%s", m->approximation);
    return true;
}

static bool assert_set(struct import *im, const struct node *assertion, const struct node *vars,
                       const struct node *templates, struct jw *w)
{
    const struct node *list = node_get(assertion, "assert");
    double t;
    if (!list || list->kind != NODE_SEQ) {
        import_note(im, IMPORT_LEFT, "an assert-set without its list of assertions");
        return false;
    }
    jw_obj(w);
    jw_kc(w, "type", "checks");
    jw_key(w, "checks");
    jw_arr(w);
    for (size_t i = 0; i < list->n; i++)
        promptfoo_check(im, list->item[i], vars, templates, w);
    jw_end(w);
    if (!node_is_null(node_get(assertion, "threshold")) &&
        node_num(node_get(assertion, "threshold"), &t, NULL))
        jw_knum(w, "threshold", t);
    put_common(im, w, assertion, false);
    jw_end(w);
    return true;
}

/* {$ref: '#/assertionTemplates/x'} stands for the template, with its own members on top. */
static const struct node *resolve(struct import *im, const struct node *n,
                                  const struct node *templates)
{
    const struct node *ref = node_get(n, "$ref");
    if (!ref || ref->kind != NODE_SCALAR)
        return n;
    ptrdiff_t slash = -1;
    for (size_t i = 0; i < ref->text.n; i++)
        if (ref->text.p[i] == '/')
            slash = (ptrdiff_t)i;
    const struct node *t = node_get(templates, ref->text.p + slash + 1);
    if (!t) {
        import_note(im, IMPORT_LEFT, "assertion %.*s: there is no such template",
                    STR_ARG(ref->text));
        return NULL;
    }
    return tree_merge(im->a, t, n);
}

bool promptfoo_check(struct import *im, const struct node *assertion, const struct node *vars,
                     const struct node *templates, struct jw *w)
{
    assertion = resolve(im, assertion, templates);
    const struct node *type_node = node_get(assertion, "type");
    if (!type_node || type_node->kind != NODE_SCALAR) {
        if (assertion)
            import_note(im, IMPORT_LEFT, "an assertion without a type");
        return false;
    }
    struct str type = type_node->text;
    bool negated = str_starts_c(type, "not-");
    if (negated)
        type = str_sub(type, 4, type.n);
    if (str_eq_c(type, "assert-set"))
        return assert_set(im, assertion, vars, templates, w);
    for (size_t i = 0; i < ARRAY_LEN(mappings); i++)
        if (str_eq_c(type, mappings[i].theirs))
            return mapped(im, &mappings[i], assertion, vars, negated, w);
    for (size_t i = 0; i < ARRAY_LEN(judged); i++) {
        if (!str_eq_c(type, judged[i].theirs))
            continue;
        const struct node *v = node_get(assertion, "value");
        import_note(im, IMPORT_LEFT,
                    "assertion %.*s (%s%s%.*s): a judge is set up once for the feature, with a "
                    "rubric and a calibration, not a line at a time; see docs/judges.md",
                    STR_ARG(type), judged[i].judge, v ? ": " : "",
                    v && v->kind == NODE_SCALAR ? (int)(v->text.n > 80 ? 80 : v->text.n) : 0,
                    v && v->kind == NODE_SCALAR ? v->text.p : "");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(without); i++) {
        if (str_eq_c(type, without[i].theirs)) {
            import_note(im, IMPORT_LEFT, "assertion %.*s: %s", STR_ARG(type), without[i].why);
            return false;
        }
    }
    import_note(im, IMPORT_LEFT, "assertion %.*s: no counterpart here", STR_ARG(type));
    return false;
}
