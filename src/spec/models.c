/* Models of the spec: `models:`, inline "provider:name", and inline mappings. */
#include "spec/models.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "text/json.h"

/* The same as the array in model/provider.c, which a test compares. */
static const char *const providers[] = {"openai", "openai-responses", "anthropic", "ollama",
                                        "exec",   "replay",           "builtin",   NULL};

static const char *known_provider(struct str s)
{
    for (const char *const *p = providers; *p; p++)
        if (str_eq_c(s, *p))
            return *p;
    return NULL;
}

static void read_price(struct tree *t, const struct node *map, struct model_price *ret)
{
    static const char *const keys[] = {"input", "output", "cached", NULL};
    const double most = 1e6;
    *ret = (struct model_price){.input = (double)NAN, .output = (double)NAN, .cached = (double)NAN};
    const struct node *price = tree_get_mapping(t, map, "price");
    if (!price)
        return;
    tree_check_keys(t, price, keys);
    tree_get_num(t, price, "input", 0, most, &ret->input);
    tree_get_num(t, price, "output", 0, most, &ret->output);
    ret->cached = ret->input;
    tree_get_num(t, price, "cached", 0, most, &ret->cached);
    ret->known = !isnan(ret->input) && !isnan(ret->output);
    if (!node_get(price, "input") || !node_get(price, "output"))
        tree_problem(t, price,
                     "Prices are USD per million tokens, as in {input: 0.15, output: 0.60}.",
                     "price: both input and output are needed");
}

static void read_limits(struct tree *t, const struct node *map, struct model_limits *ret)
{
    static const char *const keys[] = {"concurrency", "rpm", "tpm", NULL};
    const struct node *limits = tree_get_mapping(t, map, "limits");
    if (!limits)
        return;
    tree_check_keys(t, limits, keys);
    tree_get_int(t, limits, "concurrency", 1, 100000, &ret->concurrency);
    tree_get_num(t, limits, "rpm", 0.001, 1e12, &ret->rpm);
    tree_get_num(t, limits, "tpm", 1, 1e15, &ret->tpm);
}

/* The name of a variable. The text itself is not shown: it may be the key somebody pasted. */
static void read_key_env(struct tree *t, const struct node *map, const char **ret)
{
    const char *name = NULL;
    tree_get_str(t, map, "key_env", &name);
    if (!name)
        return;
    bool ok = name[0] && !isdigit((unsigned char)name[0]) && strlen(name) < 128;
    for (const char *c = name; *c; c++)
        ok = ok && (isalnum((unsigned char)*c) || *c == '_');
    if (!ok) {
        tree_problem(
            t, node_get(map, "key_env"),
            "Put the key into an environment variable and write that variable's name here.",
            "key_env: no name of an environment variable");
        return;
    }
    *ret = name;
}

static void read_base_url(struct tree *t, const struct node *map, const char **ret)
{
    tree_get_str(t, map, "base_url", ret);
    if (!*ret)
        return;
    struct str url = str_c(*ret);
    if (!str_starts_c(url, "http://") && !str_starts_c(url, "https://"))
        tree_problem(t, node_get(map, "base_url"), NULL,
                     "base_url: \"%s\" where http://… or https://… was expected", *ret);
}

static void read_timeout(struct tree *t, const struct node *map, double *ret)
{
    struct err e = {0};
    const struct node *n = node_get(map, "timeout");
    if (node_is_null(n))
        return;
    if (!node_seconds(n, ret, &e)) {
        err_wrap(&e, "timeout");
        tree_note(t, &e);
    }
}

/* `name:`, or `path:` of a replay, or `command:` of an exec. */
static void read_name(struct tree *t, const struct node *map, struct model_spec *m)
{
    const char *special = strcmp(m->provider, "replay") == 0 ? "path"
                          : strcmp(m->provider, "exec") == 0 ? "command"
                                                             : NULL;
    static const char *const others[] = {"path", "command", NULL};
    for (size_t i = 0; others[i]; i++)
        if (node_get(map, others[i]) && (!special || strcmp(others[i], special) != 0))
            tree_problem(t, node_get(map, others[i]), NULL, "%s: not for provider %s", others[i],
                         m->provider);
    tree_get_str(t, map, "name", &m->name);
    if (special)
        tree_get_str(t, map, special, &m->name);
    if (!m->name)
        tree_problem(t, map, NULL, "a model of provider %s needs `%s:`", m->provider,
                     special ? special : "name");
    else if (strcmp(m->provider, "replay") == 0)
        m->name = file_beside(t->a, map->file, m->name);
}

static void set_key(struct tree *t, struct model_spec *m)
{
    struct hasher h;
    yyjson_val *options;
    struct err e = {0};
    hasher_init(&h);
    hasher_add_c(&h, "model 1");
    hasher_add_c(&h, m->provider);
    hasher_add_c(&h, m->name ? m->name : "");
    hasher_add_c(&h, m->base_url ? m->base_url : "");
    if (m->options && json_parse(t->a, node_to_json(t->a, m->options), "options", 1, &options, &e))
        hasher_add(&h, json_canonical(t->a, options));
    m->key = hasher_end(&h);
}

/* False when it is no model at all (a problem is noted). */
static bool read_model(struct tree *t, const char *alias, const struct node *map,
                       struct model_spec *m)
{
    static const char *const keys[] = {"provider", "name",    "path",  "command",
                                       "base_url", "key_env", "price", "limits",
                                       "timeout",  "options", NULL};
    const char *provider = NULL;
    *m = (struct model_spec){.alias = alias, .node = map, .timeout_s = (double)NAN};
    tree_check_keys(t, map, keys);
    tree_get_str(t, map, "provider", &provider);
    m->provider = provider ? known_provider(str_c(provider)) : NULL;
    if (!m->provider) {
        const char *near = provider ? str_nearest(str_c(provider), providers) : NULL;
        const struct node *at = node_get(map, "provider");
        return tree_problem(
            t, at ? at : map, near ? arena_printf(t->a, "Did you mean \"%s\"?", near) : NULL,
            provider ? "unknown provider \"%s\"%s" : "a model needs `provider:`%s%s",
            provider ? provider : "",
            ": openai, openai-responses, anthropic, ollama, exec, replay and builtin are known");
    }
    read_name(t, map, m);
    read_base_url(t, map, &m->base_url);
    read_key_env(t, map, &m->key_env);
    read_price(t, map, &m->price);
    read_limits(t, map, &m->limits);
    read_timeout(t, map, &m->timeout_s);
    m->options = tree_get_mapping(t, map, "options");
    set_key(t, m);
    return true;
}

void models_read(struct tree *t, const struct node *models, struct project *p)
{
    if (!models)
        return;
    p->models = ARENA_ARRAY(t->a, models->n, struct model_spec);
    for (size_t i = 0; i < models->n; i++) {
        const struct node *map;
        const char *alias = models->key[i]->text.p;
        if (memchr(alias, ':', models->key[i]->text.n))
            tree_problem(t, models->key[i], NULL, "the model's name \"%s\" holds a colon", alias);
        if (!tree_mapping(t, models->item[i], "a model", &map))
            continue;
        if (!map)
            tree_problem(t, models->key[i], NULL, "model %s: nothing where a mapping was expected",
                         alias);
        else if (read_model(t, alias, map, &p->models[p->n_models]))
            p->n_models++;
    }
}

static const struct model_spec *inline_model(struct tree *t, const struct node *n, ptrdiff_t colon)
{
    struct str name = str_trim(str_sub(n->text, (size_t)colon + 1, n->text.n));
    struct model_spec *m = ARENA_NEW(t->a, struct model_spec);
    *m = (struct model_spec){.alias = n->text.p, .node = n, .timeout_s = (double)NAN};
    m->price =
        (struct model_price){.input = (double)NAN, .output = (double)NAN, .cached = (double)NAN};
    m->provider = known_provider(str_sub(n->text, 0, (size_t)colon));
    m->name = arena_strndup(t->a, name.p, name.n);
    if (name.n == 0) {
        tree_problem(t, n, NULL, "\"%s\" names no model behind the colon", m->alias);
        return NULL;
    }
    if (strcmp(m->provider, "replay") == 0)
        m->name = file_beside(t->a, n->file ? n->file : "", m->name);
    if (strcmp(m->provider, "builtin") == 0)
        m->price = (struct model_price){.known = true}; /* a recording cost what it says it cost */
    set_key(t, m);
    return m;
}

/* What was probably meant: an alias, or a provider in front of the colon. */
static const char *unknown_hint(struct tree *t, const struct project *p, struct str text)
{
    size_t n = 0;
    const struct node *models = p ? node_get(p->node, "models") : NULL;
    size_t all = models && models->kind == NODE_MAP ? models->n : 0;
    const char **names = ARENA_ARRAY(t->a, all + 1, const char *);
    ptrdiff_t colon = str_find_char(text, ':');
    for (; n < all; n++) /* those with problems of their own as well */
        names[n] = models->key[n]->text.p;
    const char *near = str_nearest(text, names);
    if (near)
        return arena_printf(t->a, "Did you mean \"%s\"?", near);
    near = colon > 0 ? str_nearest(str_sub(text, 0, (size_t)colon), providers) : NULL;
    if (near)
        return arena_printf(t->a, "Did you mean \"%s%.*s\"?", near,
                            STR_ARG(str_sub(text, (size_t)colon, text.n)));
    return "Name a model under models:, or write provider:name, as in builtin:linear, "
           "replay:outputs/v2.jsonl or openai:gpt-4o-mini.";
}

const struct model_spec *models_resolve(struct tree *t, const struct project *p,
                                        const struct node *n)
{
    struct err e = {0};
    const char *text;
    if (n && n->kind == NODE_MAP) {
        struct model_spec *m = ARENA_NEW(t->a, struct model_spec);
        return read_model(t, "inline", n, m) ? m : NULL;
    }
    if (!node_str(n, &text, &e)) {
        err_wrap(&e, "model");
        tree_note(t, &e);
        return NULL;
    }
    for (size_t i = 0; p && i < p->n_models; i++)
        if (strcmp(p->models[i].alias, text) == 0)
            return &p->models[i];
    ptrdiff_t colon = str_find_char(n->text, ':');
    if (colon > 0 && known_provider(str_sub(n->text, 0, (size_t)colon)))
        return inline_model(t, n, colon);
    /* a model whose own mapping is broken was reported there */
    if (p && node_get(node_get(p->node, "models"), text))
        return NULL;
    tree_problem(t, n, unknown_hint(t, p, n->text), "there is no model \"%s\"", text);
    return NULL;
}
