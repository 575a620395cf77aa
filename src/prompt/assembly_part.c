/* Filling the parts of an assembly for one item. */
#include "prompt/assembly_part.h"

#include "base/buf.h"
#include "base/rng.h"
#include "text/json.h"

/* Tokens a message costs besides its text, after OpenAI's cookbook. */
static const size_t message_overhead = 4;

void assembly_free_index(void *index) { bm25_free(index); }

static bool count(const struct assembly *as, struct str text, size_t *ret, struct err *e)
{
    *ret = bpe_estimate(text);
    return !as->bpe || bpe_count(as->bpe, text, ret, e);
}

static bool add(const struct assembly *as, struct filled *f, struct str role, struct str text,
                struct str reply, struct err *e)
{
    struct entry *en = &f->entry[f->n];
    size_t more = 0;
    *en = (struct entry){.role = role, .text = text, .reply = reply};
    if (!count(as, text, &en->tokens, e) || (reply.p && !count(as, reply, &more, e)))
        return false;
    en->tokens += more + message_overhead * (reply.p ? 2 : 1);
    f->n += text.n > 0;
    return true;
}

static bool fill_text(const struct assembly *as, const struct part *p, yyjson_val *vars,
                      struct arena *a, struct filled *f, struct err *e)
{
    struct str text;
    f->entry = ARENA_ARRAY(a, 1, struct entry);
    return template_render(p->text, vars, a, BUF_MAX_BODY, &text, e) &&
           add(as, f, p->kind == PART_INPUT ? STR("user") : STR("system"), text, (struct str){0},
               e);
}

static bool fill_prompt(const struct assembly *as, const struct part *p, yyjson_val *vars,
                        struct arena *a, struct filled *f, struct err *e)
{
    struct message *m;
    size_t n;
    if (!prompt_render(p->prompt, vars, a, &m, &n, e))
        return false;
    f->entry = ARENA_ARRAY(a, n, struct entry);
    for (size_t i = 0; i < n; i++)
        if (!add(as, f, m[i].role, m[i].content, (struct str){0}, e))
            return false;
    return true;
}

/* The leakage guard: an item never sees itself, nor an example with its own input. */
static bool is_itself(const struct shot *s, struct str id, struct str text)
{
    return str_eq(s->id, id) || str_eq(str_trim(s->text), str_trim(text));
}

/* Candidates in order of preference; more than k, since some may be the item itself. */
static size_t candidates(const struct assembly *as, const struct part *p, struct str id,
                         struct str text, struct arena *a, const struct shot ***ret)
{
    size_t n = 0, want = p->k + 8;
    const struct shot **out = *ret =
        ARENA_ARRAY(a, as->n_shots + want + (p->ids ? p->ids->n : 0), const struct shot *);
    if (p->pick == PICK_FIXED) {
        for (; n < p->ids->n; n++)
            out[n] = p->fixed[n];
    } else if (p->pick == PICK_NEAREST) {
        struct bm25_hit *hits = ARENA_ARRAY(a, want, struct bm25_hit);
        size_t found = bm25_query(as->shot_index, a, text, want, hits);
        for (; n < found; n++)
            out[n] = &as->shots[hits[n].doc];
    } else {
        size_t *order = ARENA_ARRAY(a, as->n_shots, size_t);
        struct rng rng;
        /* its own draw for each item, the same whenever the item is asked again */
        rng_init(&rng, as->seed + p->seed, hash64(id.p, id.n, 0));
        for (size_t i = 0; i < as->n_shots; i++)
            order[i] = i;
        rng_shuffle(&rng, order, as->n_shots);
        for (; n < as->n_shots && n < want; n++)
            out[n] = &as->shots[order[n]];
    }
    return n;
}

static bool fill_examples(const struct assembly *as, const struct part *p, struct str id,
                          struct str text, struct arena *a, struct filled *f, struct err *e)
{
    const struct shot **c;
    size_t n = candidates(as, p, id, text, a, &c);
    size_t most = p->pick == PICK_FIXED ? n : p->k;
    f->entry = ARENA_ARRAY(a, most + 1, struct entry);
    for (size_t i = 0; i < n && f->n < most; i++) {
        struct str in, out;
        if (is_itself(c[i], id, text))
            continue;
        if (!template_render(p->text, c[i]->vars, a, BUF_MAX_BODY, &in, e) ||
            !template_render(p->output, c[i]->vars, a, BUF_MAX_BODY, &out, e))
            return err_wrap(e, "train example \"%.*s\"", STR_ARG(c[i]->id));
        if (!add(as, f, STR("user"), in, out, e))
            return false;
    }
    return true;
}

static bool fill_retrieve(const struct assembly *as, const struct part *p, struct str text,
                          yyjson_val *vars, struct arena *a, struct filled *f, struct err *e)
{
    struct passage *hits = ARENA_ARRAY(a, p->k, struct passage);
    struct str query = text;
    if (p->text && !template_render(p->text, vars, a, BUF_MAX_BODY, &query, e))
        return false;
    size_t n = passages_find(p->passages, a, query, p->k, hits);
    f->entry = ARENA_ARRAY(a, n + 1, struct entry);
    for (size_t i = 0; i < n; i++) {
        struct str body = arena_strf(a, "[%zu] %.*s\n%.*s", i + 1, STR_ARG(hits[i].source),
                                     STR_ARG(hits[i].text));
        if (!add(as, f, STR("user"), body, (struct str){0}, e))
            return false;
    }
    return true;
}

/* A list of {role, content}, oldest first. */
static bool fill_history(const struct assembly *as, const struct part *p, yyjson_val *vars,
                         struct arena *a, struct filled *f, struct err *e)
{
    yyjson_val *list = json_get(vars, p->field), *m;
    size_t i, n;
    f->entry = ARENA_ARRAY(a, yyjson_arr_size(list) + 1, struct entry);
    if (list && !yyjson_is_null(list) && !yyjson_is_arr(list))
        return err_set(e, ERR_INPUT, "input.%s is %s where a list of turns was expected", p->field,
                       json_type_name(list));
    yyjson_arr_foreach(list, i, n, m)
    {
        struct str role = json_get_str(m, "role"), content = json_get_str(m, "content");
        if (!str_eq_c(role, "user") && !str_eq_c(role, "assistant"))
            return err_set(e, ERR_INPUT, "input.%s: turn %zu has no role user or assistant",
                           p->field, i + 1);
        if (!add(as, f, role, content.p ? content : STR(""), (struct str){0}, e))
            return false;
    }
    return true;
}

bool part_fill(const struct assembly *as, const struct part *p, struct str id, struct str text,
               yyjson_val *vars, struct arena *a, struct filled *ret, struct err *e)
{
    *ret = (struct filled){0};
    switch (p->kind) {
    case PART_EXAMPLES: return fill_examples(as, p, id, text, a, ret, e);
    case PART_RETRIEVE: return fill_retrieve(as, p, text, vars, a, ret, e);
    case PART_HISTORY: return fill_history(as, p, vars, a, ret, e);
    case PART_INPUT:
        if (p->prompt)
            return fill_prompt(as, p, vars, a, ret, e);
        return fill_text(as, p, vars, a, ret, e);
    case PART_SYSTEM:
    case PART_INSTRUCTIONS: return fill_text(as, p, vars, a, ret, e);
    }
    return false;
}
