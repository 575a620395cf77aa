/* Context assembly; see assembly.h. */
#include "prompt/assembly.h"

#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "base/vec.h"
#include "prompt/assembly_part.h"
#include "text/json.h"
#include "text/jsonw.h"

/* ---- opening -----------------------------------------------------------------------------------
 */

static const char *const kind_names[] = {"system",   "instructions", "examples",
                                         "retrieve", "history",      "input"};

static bool open_tokens(struct arena *a, const struct node *n, struct assembly *as, struct err *e)
{
    static const char *const keys[] = {"encoding", "ranks", NULL};
    const char *encoding = "o200k_base", *ranks = NULL;
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_MAP, "tokens", e) || !node_check_keys(n, keys, e) ||
        !node_get_str(n, "encoding", &encoding, e) || !node_get_str(n, "ranks", &ranks, e))
        return false;
    if (!ranks)
        return node_err(e, n, "tokens: without ranks: the path of a .tiktoken file");
    return bpe_load(a, encoding, file_beside(a, n->file, ranks), &as->bpe, e) ||
           err_wrap(e, "tokens");
}

static bool open_template(struct arena *a, const struct node *n, struct template **ret,
                          struct err *e)
{
    struct str text = n->text;
    struct template_options o = {.path = n->file, .line = n->line};
    bool file = (str_ends_c(text, ".md") || str_ends_c(text, ".txt")) &&
                str_find_char(text, '\n') < 0 && str_find_char(text, ' ') < 0;
    if (file) {
        o.path = file_beside(a, n->file, text.p);
        o.line = 1;
        if (!file_read(a, o.path, BUF_MAX_BODY, &text, e))
            return err_at(e, n->file, n->line, n->col);
    }
    return template_parse(a, text, &o, ret, e);
}

static bool open_examples(struct arena *a, const struct node *n, struct part *p, struct err *e)
{
    static const char *const keys[] = {"pick", "k", "ids", "input", "output", "seed", NULL};
    static const char *const picks[] = {"nearest", "random", "fixed"};
    const char *pick = "nearest";
    long long k = 4, seed = 0;
    if (!node_want(n, NODE_MAP, "examples", e) || !node_check_keys(n, keys, e) ||
        !node_get_str(n, "pick", &pick, e) ||
        !node_get_int(n, "k", 1, ASSEMBLY_MAX_ENTRIES, &k, e) ||
        !node_get_int(n, "seed", 0, INT64_MAX, &seed, e))
        return false;
    p->k = (size_t)k;
    p->seed = (uint64_t)seed;
    for (p->pick = PICK_NEAREST; p->pick <= PICK_FIXED; p->pick++)
        if (strcmp(picks[p->pick], pick) == 0)
            break;
    if (p->pick > PICK_FIXED)
        return node_err(e, node_get(n, "pick"),
                        "pick: %s where nearest, random or fixed was expected", pick);
    const struct node *ids = node_get(n, "ids"), *in = node_get(n, "input"),
                      *out = node_get(n, "output");
    if (p->pick == PICK_FIXED && (!ids || ids->kind != NODE_SEQ || ids->n == 0))
        return node_err(e, n, "pick: fixed without ids: a list of train examples");
    p->ids = p->pick == PICK_FIXED ? ids : NULL;
    if (!in || !out || in->kind != NODE_SCALAR || out->kind != NODE_SCALAR)
        return node_err(e, n,
                        "examples want input: and output: templates, for example "
                        "{input: \"{{text}}\", output: \"{{expected}}\"}");
    return open_template(a, in, &p->text, e) && open_template(a, out, &p->output, e);
}

static bool open_retrieve(struct arena *a, const struct node *n, struct part *p, struct err *e)
{
    static const char *const keys[] = {"from", "k", "chunk", "query", "heading", NULL};
    const char *from = NULL;
    long long k = 3, chunk = 150;
    if (!node_want(n, NODE_MAP, "retrieve", e) || !node_check_keys(n, keys, e) ||
        !node_get_str(n, "from", &from, e) ||
        !node_get_int(n, "k", 1, ASSEMBLY_MAX_ENTRIES, &k, e) ||
        !node_get_int(n, "chunk", 0, 100000, &chunk, e) ||
        !node_get_str(n, "heading", &p->heading, e))
        return false;
    p->k = (size_t)k;
    if (!from)
        return node_err(e, n, "retrieve without from: a folder or a .jsonl file");
    const struct node *query = node_get(n, "query");
    if (query && (query->kind != NODE_SCALAR || !open_template(a, query, &p->text, e)))
        return query->kind == NODE_SCALAR ? false
                                          : node_err(e, query, "query: a template was expected");
    return passages_open(a, file_beside(a, n->file, from), (size_t)chunk, &p->passages, e) ||
           err_at(e, n->file, n->line, n->col);
}

static bool open_kind(struct arena *a, const struct node *value, struct part *p,
                      const struct prompt *prompt, struct err *e)
{
    switch (p->kind) {
    case PART_EXAMPLES: return open_examples(a, value, p, e);
    case PART_RETRIEVE: return open_retrieve(a, value, p, e);
    case PART_HISTORY:
        p->field = value->kind == NODE_SCALAR ? value->text.p : "history";
        return true;
    case PART_INPUT:
        if (prompt && (value->kind != NODE_SCALAR || str_eq_c(value->text, "prompt"))) {
            p->prompt = prompt;
            return true;
        }
        break;
    case PART_SYSTEM:
    case PART_INSTRUCTIONS: break;
    }
    if (value->kind != NODE_SCALAR)
        return node_err(e, value, "%s where a text or a file was expected", node_kind_name(value));
    return open_template(a, value, &p->text, e);
}

static bool open_part(struct arena *a, const struct node *n, struct assembly *as, struct part *p,
                      const struct prompt *prompt, struct err *e)
{
    static const char *const keys[] = {"system", "instructions", "examples", "retrieve", "history",
                                       "input",  "budget",       "drop",     NULL};
    const struct node *value = NULL;
    long long budget = 0, drop = 0;
    if (!node_want(n, NODE_MAP, "a part", e) || !node_check_keys(n, keys, e) ||
        !node_get_int(n, "budget", 1, 100000000, &budget, e) ||
        !node_get_int(n, "drop", 1, 1000, &drop, e))
        return false;
    for (size_t k = 0; k < ARRAY_LEN(kind_names); k++) {
        const struct node *v = node_get(n, kind_names[k]);
        if (v && value)
            return node_err(e, n, "a part that is both %s and %s", kind_names[p->kind],
                            kind_names[k]);
        if (v) {
            value = v;
            p->kind = (enum part_kind)k;
        }
    }
    if (!value)
        return node_err(e, n,
                        "a part that is none of system, instructions, examples, retrieve, "
                        "history, input");
    size_t same = 1;
    for (size_t i = 0; i < as->n; i++)
        same += as->part[i].kind == p->kind;
    p->name =
        same == 1 ? kind_names[p->kind] : arena_printf(a, "%s-%zu", kind_names[p->kind], same);
    p->budget = (size_t)budget;
    p->drop = (int)drop;
    p->node = n;
    return open_kind(a, value, p, prompt, e) || err_wrap(e, "part %s", p->name);
}

/* Fixed examples are looked up once; the others need an index. */
static bool prepare_shots(struct arena *a, struct assembly *as, struct err *e)
{
    for (size_t i = 0; i < as->n; i++) {
        struct part *p = &as->part[i];
        if (p->kind != PART_EXAMPLES)
            continue;
        if (as->n_shots == 0) {
            node_err(e, p->node, "examples, but the golden set has no train examples");
            return err_hint(e, "`plimsoll golden split` makes a train split.");
        }
        if (p->pick == PICK_NEAREST && !as->shot_index) {
            as->shot_index = bm25_new(1.2, 0.75);
            arena_defer(a, assembly_free_index, as->shot_index);
            for (size_t k = 0; k < as->n_shots; k++)
                bm25_add(as->shot_index, as->shots[k].text);
            bm25_finish(as->shot_index);
        }
        p->fixed = ARENA_ARRAY(a, p->ids ? p->ids->n : 0, const struct shot *);
        for (size_t k = 0; p->ids && k < p->ids->n; k++) {
            for (size_t s = 0; s < as->n_shots && !p->fixed[k]; s++)
                if (str_eq(as->shots[s].id, p->ids->item[k]->text))
                    p->fixed[k] = &as->shots[s];
            if (!p->fixed[k])
                return node_err(e, p->ids->item[k], "there is no train example \"%.*s\"",
                                STR_ARG(p->ids->item[k]->text));
        }
    }
    return true;
}

static void digest(struct assembly *as)
{
    struct hasher h;
    hasher_init(&h);
    for (size_t i = 0; i < as->n; i++)
        if (as->part[i].passages)
            hasher_add_c(&h, passages_digest(as->part[i].passages).hex);
    for (size_t i = 0; i < as->n_shots; i++) {
        hasher_add(&h, as->shots[i].id);
        hasher_add(&h, as->shots[i].text);
    }
    as->digest = hasher_end(&h);
}

bool assembly_open(struct arena *a, const struct node *context, const struct prompt *prompt,
                   const struct shot *shots, size_t n_shots, uint64_t seed, struct assembly **ret,
                   struct err *e)
{
    static const char *const keys[] = {"budget", "tokens", "parts", NULL};
    struct assembly *as = ARENA_NEW(a, struct assembly);
    long long budget = 0;
    const struct node *parts = node_get(context, "parts");
    if (!node_want(context, NODE_MAP, "context", e) || !node_check_keys(context, keys, e) ||
        !node_get_int(context, "budget", 1, 100000000, &budget, e) ||
        !open_tokens(a, node_get(context, "tokens"), as, e))
        return false;
    if (!parts)
        return node_err(e, context, "context without parts");
    if (!node_want(parts, NODE_SEQ, "parts", e))
        return false;
    if (parts->n == 0 || parts->n > ASSEMBLY_MAX_PARTS)
        return node_err(e, parts, "%zu parts where 1 to %d were expected", parts->n,
                        ASSEMBLY_MAX_PARTS);
    as->budget = (size_t)budget;
    as->shots = shots;
    as->n_shots = n_shots;
    as->seed = seed;
    as->part = ARENA_ARRAY(a, parts->n, struct part);
    as->names = ARENA_ARRAY(a, parts->n + 1, const char *);
    for (; as->n < parts->n; as->n++) {
        if (!open_part(a, parts->item[as->n], as, &as->part[as->n], prompt, e))
            return false;
        as->names[as->n] = as->part[as->n].name;
    }
    if (!prepare_shots(a, as, e))
        return false;
    digest(as);
    *ret = as;
    return true;
}

yyjson_val *shot_vars(struct arena *a, yyjson_val *input, yyjson_val *expected)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    size_t i, n;
    yyjson_val *k, *v, *vars = NULL;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    yyjson_obj_foreach(input, i, n, k, v) {
        if (str_eq_c(json_str(k), "expected"))
            continue;
        jw_key_str(&w, json_str(k));
        jw_value(&w, v);
    }
    jw_key(&w, "expected");
    if (expected)
        jw_value(&w, expected);
    else
        jw_null(&w);
    jw_end(&w);
    if (!json_parse_lax(a, arena_str(a, buf_str(&b)), NULL, 1, &vars, NULL))
        BUG("JSON of our own does not parse");
    return vars;
}

size_t assembly_parts(const struct assembly *as, const char *const **ret)
{
    *ret = as->names;
    return as->n;
}

struct digest assembly_digest(const struct assembly *as) { return as->digest; }

/* ---- fitting ------------------------------------------------------------------------------------
 */

static size_t total(const struct filled *f, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < f[i].n; k++)
            sum += f[i].entry[k].tokens;
    return sum;
}

/* The entry that is missed least: the oldest turn, else the last, which ranks lowest. */
static bool drop_one(const struct part *p, struct filled *f)
{
    if (f->n == 0)
        return false;
    f->n--;
    f->dropped++;
    if (p->kind == PART_HISTORY)
        memmove(f->entry, f->entry + 1, f->n * sizeof *f->entry);
    return true;
}

static bool fit(const struct assembly *as, struct filled *f, struct err *e)
{
    for (size_t i = 0; i < as->n; i++) {
        const struct part *p = &as->part[i];
        while (p->budget && total(&f[i], 1) > p->budget) {
            bool lists =
                p->kind == PART_EXAMPLES || p->kind == PART_RETRIEVE || p->kind == PART_HISTORY;
            if (!lists)
                return node_err(e, p->node, "part %s has %zu tokens, its budget is %zu", p->name,
                                total(&f[i], 1), p->budget);
            (void)drop_one(p, &f[i]);
        }
    }
    for (int order = 1; as->budget && order <= 1000 && total(f, as->n) > as->budget; order++)
        for (size_t i = 0; i < as->n; i++)
            while (as->part[i].drop == order && total(f, as->n) > as->budget &&
                   drop_one(&as->part[i], &f[i]))
                ;
    if (as->budget && total(f, as->n) > as->budget) {
        err_set(e, ERR_LIMIT, "the request has %zu tokens, the budget is %zu", total(f, as->n),
                as->budget);
        return err_hint(e, "Give a part a drop order (drop: 1), or raise the budget.");
    }
    return true;
}

/* ---- messages -----------------------------------------------------------------------------------
 */

struct writer {
    struct arena *a;
    VEC(struct message) m;
    struct buf system, last;
};

static void join(struct buf *b, struct str text)
{
    if (b->n && text.n)
        buf_add_c(b, "\n\n");
    buf_add_str(b, text);
}

static void put(struct writer *w, struct str role, struct str text)
{
    struct message m = {.role = role, .content = arena_str(w->a, text)};
    if (text.n)
        vec_push(&w->m, m);
}

/* An assistant's turn in the middle of the prompt file: what was said before it comes first. */
static void put_after_last(struct writer *w, const struct entry *en)
{
    put(w, STR("user"), buf_str(&w->last));
    buf_clear(&w->last);
    put(w, en->role, en->text);
}

static void write_part(struct writer *w, const struct part *p, const struct filled *f)
{
    if (p->kind == PART_RETRIEVE && f->n)
        join(&w->last, str_c(p->heading ? p->heading : "Sources:"));
    for (size_t k = 0; k < f->n; k++) {
        const struct entry *en = &f->entry[k];
        if (str_eq_c(en->role, "system"))
            join(&w->system, en->text);
        else if (p->kind == PART_RETRIEVE || (p->kind == PART_INPUT && str_eq_c(en->role, "user")))
            join(&w->last, en->text);
        else if (p->kind == PART_INPUT)
            put_after_last(w, en);
        else
            put(w, en->role, en->text);
        if (en->reply.p)
            put(w, STR("assistant"), en->reply);
    }
}

static struct str record(const struct assembly *as, const struct filled *f, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kint(&w, "tokens", (int64_t)total(f, as->n));
    jw_kbool(&w, "estimated", !as->bpe);
    jw_key(&w, "parts");
    jw_arr(&w);
    for (size_t i = 0; i < as->n; i++) {
        jw_obj(&w);
        jw_kc(&w, "part", as->part[i].name);
        jw_kint(&w, "tokens", (int64_t)total(&f[i], 1));
        jw_kint(&w, "entries", (int64_t)f[i].n);
        jw_kint(&w, "dropped", (int64_t)f[i].dropped);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return arena_str(a, buf_str(&b));
}

bool assembly_render(const struct assembly *as, struct str id, struct str text, yyjson_val *vars,
                     struct arena *a, struct assembled *ret, struct err *e)
{
    struct filled *f = ARENA_ARRAY(a, as->n, struct filled);
    for (size_t i = 0; i < as->n; i++)
        if (!part_fill(as, &as->part[i], id, text, vars, a, &f[i], e))
            return err_wrap(e, "part %s", as->part[i].name);
    if (!fit(as, f, e))
        return false;
    struct writer w = {.a = a};
    buf_init(&w.system, BUF_MAX_BODY);
    buf_init(&w.last, BUF_MAX_BODY);
    for (size_t i = 0; i < as->n; i++)
        write_part(&w, &as->part[i], &f[i]);
    put(&w, STR("user"), buf_str(&w.last));
    bool has_system = w.system.n > 0;
    ret->n_messages = w.m.n + has_system;
    ret->messages = ARENA_ARRAY(a, ret->n_messages, struct message);
    if (has_system)
        ret->messages[0] =
            (struct message){.role = STR("system"), .content = arena_str(a, buf_str(&w.system))};
    if (w.m.n)
        memcpy(ret->messages + has_system, w.m.v, w.m.n * sizeof *w.m.v);
    ret->record = record(as, f, a);
    vec_free(&w.m);
    buf_release(&w.system);
    buf_release(&w.last);
    return true;
}
