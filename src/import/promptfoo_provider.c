/* promptfoo's provider ids as models of a project. */
#include <string.h>

#include "import/promptfoo.h"
#include "import/tree.h"

/* An id's first part, and where an OpenAI-compatible server of that name answers. */
static const struct {
    const char *prefix, *provider, *base_url, *key_env;
} families[] = {
    {"openai", "openai", NULL, "OPENAI_API_KEY"},
    {"anthropic", "anthropic", NULL, "ANTHROPIC_API_KEY"},
    {"ollama", "openai", "http://localhost:11434/v1", NULL},
    {"llamafile", "openai", "http://localhost:8080/v1", NULL},
    {"llama.cpp", "openai", "http://localhost:8080/v1", NULL},
    {"vllm", "openai", "http://localhost:8000/v1", NULL},
    {"localai", "openai", "http://localhost:8080/v1", NULL},
    {"openrouter", "openai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"},
    {"groq", "openai", "https://api.groq.com/openai/v1", "GROQ_API_KEY"},
    {"mistral", "openai", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
    {"deepseek", "openai", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"},
    {"xai", "openai", "https://api.x.ai/v1", "XAI_API_KEY"},
    {"togetherai", "openai", "https://api.together.xyz/v1", "TOGETHER_API_KEY"},
};

static const char *family_model(struct import *im, struct str id, size_t family,
                                const struct node *config)
{
    static const char *const kinds[] = {"chat", "messages", "completion", "responses"};
    struct str rest = id, part;
    (void)str_split(&rest, ':', &part);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t n = strlen(kinds[i]);
        if (str_starts_c(rest, kinds[i]) && rest.n > n && rest.p[n] == ':') {
            if (strcmp(kinds[i], "chat") != 0 && strcmp(kinds[i], "messages") != 0)
                import_note(im, IMPORT_APPROXIMATED, "provider %.*s: called as chat", STR_ARG(id));
            rest = str_sub(rest, n + 1, rest.n);
            break;
        }
    }
    if (!rest.p || rest.n == 0)
        rest = STR("default");
    struct import_model *m = import_model(im, arena_strndup(im->a, rest.p, rest.n));
    const struct node *base = node_get(config, "apiBaseUrl");
    m->provider = families[family].provider;
    m->name = arena_strndup(im->a, rest.p, rest.n);
    m->base_url = base && base->kind == NODE_SCALAR ? base->text.p : families[family].base_url;
    m->key_env = families[family].key_env;
    if (families[family].base_url)
        import_note(im, IMPORT_APPROXIMATED,
                    "provider %.*s: called as an OpenAI-compatible server at %s", STR_ARG(id),
                    m->base_url);
    else
        import_note(im, IMPORT_CAME, "provider %.*s as model %s", STR_ARG(id), m->alias);
    return m->alias;
}

/* The members of `config` that are request parameters; the rest is named in the report. */
static struct str params_of(struct import *im, const struct node *config)
{
    static const char *const known[] = {"temperature",
                                        "max_tokens",
                                        "top_p",
                                        "seed",
                                        "stop",
                                        "response_format",
                                        "tools",
                                        "presence_penalty",
                                        "frequency_penalty",
                                        NULL};
    struct node *out = tree_map(im->a, config);
    for (size_t i = 0; config && config->kind == NODE_MAP && i < config->n; i++) {
        struct str key = config->key[i]->text;
        bool found = false;
        for (size_t k = 0; known[k]; k++)
            found = found || str_eq_c(key, known[k]);
        if (found)
            tree_put(im->a, out, key, config->item[i]);
        else if (!str_eq_c(key, "apiBaseUrl"))
            import_note(im, IMPORT_LEFT, "provider option %.*s", STR_ARG(key));
    }
    return out->n ? node_to_json(im->a, out) : (struct str){NULL, 0};
}

const char *promptfoo_provider(struct import *im, const struct node *provider,
                               const char **ret_label, struct str *ret_params)
{
    const struct node *id = provider->kind == NODE_MAP ? node_get(provider, "id") : provider;
    const struct node *label = node_get(provider, "label"), *config = node_get(provider, "config");
    *ret_params = (struct str){NULL, 0};
    *ret_label = NULL;
    if (!id && provider->kind == NODE_MAP && provider->n == 1) {
        id = provider->key[0]; /* the short form {openai:gpt-4: {config: …}} */
        config = node_get(provider->item[0], "config");
        label = node_get(provider->item[0], "label");
    }
    if (!id || id->kind != NODE_SCALAR) {
        import_note(im, IMPORT_LEFT, "a provider without an id");
        return NULL;
    }
    *ret_label = label && label->kind == NODE_SCALAR ? label->text.p : id->text.p;
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        size_t n = strlen(families[i].prefix);
        if (str_starts_c(id->text, families[i].prefix) && id->text.n > n && id->text.p[n] == ':') {
            *ret_params = params_of(im, config);
            return family_model(im, id->text, i, config);
        }
    }
    if (str_starts_c(id->text, "exec:")) {
        import_note(
            im, IMPORT_LEFT,
            "provider %.*s: plimsoll's exec speaks one JSON object a line (docs/providers.md)",
            STR_ARG(id->text));
        return NULL;
    }
    import_note(im, IMPORT_LEFT,
                "provider %.*s: no counterpart; put a model of yours in its place, or replay "
                "recorded outputs",
                STR_ARG(id->text));
    return NULL;
}
