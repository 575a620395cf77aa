/* Asking a judge; see ask.h. */
#include "judge/ask.h"

#include <string.h>

#include "base/asset.h"
#include "base/hash.h"
#include "text/json.h"
#include "text/jsonw.h"

static struct str display(struct arena *a, yyjson_val *v)
{
    return v && !yyjson_is_null(v) ? json_display(a, v) : STR("");
}

static struct str context_text(struct arena *a, yyjson_val *context)
{
    CLEANUP(buf_release) struct buf b = {0};
    size_t i, n;
    yyjson_val *v;
    if (!yyjson_is_arr(context))
        return display(a, context);
    buf_init(&b, BUF_MAX_BODY);
    yyjson_arr_foreach(context, i, n, v)
        buf_printf(&b, "%s[%zu] %.*s", i ? "\n\n" : "", i + 1, STR_ARG(display(a, v)));
    return arena_str(a, buf_str(&b));
}

/* An input with one text is that text; several are shown with their names. */
static struct str input_text(struct arena *a, yyjson_val *input)
{
    CLEANUP(buf_release) struct buf b = {0};
    size_t i, n;
    yyjson_val *k, *v;
    if (yyjson_obj_size(input) == 1)
        return display(a, unsafe_yyjson_get_next(unsafe_yyjson_get_first(input)));
    buf_init(&b, BUF_MAX_BODY);
    yyjson_obj_foreach(input, i, n, k, v)
        buf_printf(&b, "%s%s: %.*s", i ? "\n" : "", yyjson_get_str(k), STR_ARG(display(a, v)));
    return arena_str(a, buf_str(&b));
}

struct judge_words judge_words(struct arena *a, const struct grade_in *in, int sample)
{
    struct judge_words w;
    struct str input = in->input ? json_text(a, in->input) : STR("");
    struct str context = context_text(a, in->context);
    for (int salt = 0;; salt++) {
        struct hasher h;
        hasher_init(&h);
        hasher_add_c(&h, "judge words 1");
        hasher_add(&h, in->id);
        hasher_add(&h, in->output);
        hasher_add(&h, input);
        hasher_add_int(&h, (long long)in->epoch * 1000 + sample);
        hasher_add_int(&h, salt);
        struct digest d = hasher_end(&h);
        w.nonce = arena_strf(a, "%.10s", d.hex);
        w.check = arena_strf(a, "%.8s", d.hex + 16);
        struct str texts[] = {in->output, input, context};
        bool taken = false;
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
            taken = taken || str_find(texts[i], w.nonce) >= 0 || str_find(texts[i], w.check) >= 0;
        if (!taken)
            return w;
    }
}

yyjson_val *judge_vars(struct arena *a, const struct grade_in *in, struct judge_words words,
                       const struct judge_value *more, size_t n_more)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    yyjson_val *vars = NULL;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kstr(&w, "input", in->input ? input_text(a, in->input) : STR(""));
    jw_kstr(&w, "output", in->output.p ? in->output : STR(""));
    jw_kstr(&w, "expected", display(a, in->expected));
    jw_kstr(&w, "context", context_text(a, in->context));
    jw_kstr(&w, "nonce", words.nonce);
    jw_kstr(&w, "check", words.check);
    for (size_t i = 0; i < n_more; i++)
        jw_kstr(&w, more[i].key, more[i].text);
    jw_end(&w);
    if (!json_parse_lax(a, arena_str(a, buf_str(&b)), NULL, 1, &vars, NULL))
        BUG("JSON of our own does not parse");
    return vars;
}

bool judge_call(struct arena *a, const struct grader *g, const struct prompt *p, yyjson_val *vars,
                const struct call_params *params, int epoch, struct call *ret, struct err *e)
{
    struct message *messages;
    *ret = (struct call){.model = g->model, .params = params, .epoch = epoch};
    if (!prompt_render(p, vars, a, &messages, &ret->n_messages, e))
        return false;
    ret->messages = messages;
    return true;
}

void judge_call_again(struct arena *a, const struct call *before, struct str reply, const char *why,
                      struct call *ret)
{
    size_t n = before->n_messages;
    struct message *m = ARENA_ARRAY(a, n + 2, struct message);
    memcpy(m, before->messages, n * sizeof *m);
    m[n] = (struct message){.role = STR("assistant"), .content = arena_str(a, reply)};
    m[n + 1] = (struct message){
        .role = STR("user"),
        .content = arena_strf(a,
                              "That cannot be read: %s. Reply with the JSON object alone, in the "
                              "form you were given.",
                              why)};
    *ret = *before;
    ret->messages = m;
    ret->n_messages = n + 2;
}

bool judge_answered(const struct reply *r, struct err *e)
{
    switch (r->status) {
    case REPLY_OK: return true;
    case REPLY_REFUSED: return err_set(e, ERR_GRADER, "the judge declined to answer");
    case REPLY_SKIPPED:
        return err_set(e, ERR_GRADER, "the judge was not asked: %.*s", STR_ARG(r->error));
    case REPLY_ERROR: break;
    }
    return err_set(e, ERR_GRADER, "the judge did not answer: %.*s", STR_ARG(r->error));
}

bool judge_prompt(struct arena *a, const char *name, const char *path, struct prompt **ret,
                  struct err *e)
{
    struct str text;
    if (path)
        return prompt_load(a, path, ret, e);
    const char *asset = arena_printf(a, "share/judges/%s.md", name);
    if (!asset_get(asset, &text))
        BUG("no judge prompt %s", name);
    return prompt_parse(a, text, asset, ret, e);
}
