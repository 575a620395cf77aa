/*
 * The `faithfulness` grader: a model lists the claims of an output, then checks each against the
 * item's context. The score is the share supported. No claims, or no context: not measured, an
 * error and never a pass. `allow_absent: true` counts claims on which the sources are silent as
 * neither.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "grade/option.h"
#include "judge/ask.h"
#include "text/json.h"

enum { MAX_CLAIMS = 200 };

static const char *const verdicts[] = {"supported", "contradicted", "absent"};
enum { SUPPORTED, CONTRADICTED, ABSENT };

struct faithfulness {
    struct prompt *claims, *verify;
    struct call_params params;
    long long retries;
    bool allow_absent;
};

struct talk_state {
    struct judge_words words;
    struct call call;
    struct str *claim;
    size_t n;
    int *verdict; /* NULL until the second step is read */
    int tries;
};

static bool faithfulness_open(struct grader *g, const struct node *o, struct arena *a,
                              struct err *e)
{
    struct faithfulness *f = ARENA_NEW(a, struct faithfulness);
    const char *claims = NULL, *verify = NULL;
    long long max_tokens = 2048;
    g->state = f;
    f->retries = 2;
    if (!node_get_int(o, "retries", 0, 10, &f->retries, e) ||
        !node_get_int(o, "max_tokens", 16, 100000, &max_tokens, e) ||
        !node_get_bool(o, "allow_absent", &f->allow_absent, e) ||
        !node_get_str(o, "claims_prompt", &claims, e) ||
        !node_get_str(o, "verify_prompt", &verify, e) ||
        !judge_prompt(a, "claims", claims, &f->claims, e) ||
        !judge_prompt(a, "verify", verify, &f->verify, e))
        return false;
    call_params_init(&f->params);
    f->params.temperature = 0;
    f->params.max_tokens = max_tokens;
    return true;
}

/* The one object in the reply that carries the check word and the list `key`. */
static bool read_list(struct arena *a, struct str reply, struct str check, const char *key,
                      yyjson_val **ret, struct err *e)
{
    ptrdiff_t from = str_find_char(reply, '{');
    size_t to = reply.n;
    while (to && reply.p[to - 1] != '}')
        to--;
    yyjson_val *root;
    struct err why = {0};
    if (from < 0 || to <= (size_t)from)
        return err_set(e, ERR_GRADER, "unreadable reply: no JSON object in it");
    if (!json_parse(a, str_sub(reply, (size_t)from, to - (size_t)from), "reply", 1, &root, &why))
        return err_set(e, ERR_GRADER, "unreadable reply: %s", why.msg);
    if (!str_eq(json_get_str(root, "check"), check))
        return err_set(e, ERR_GRADER,
                       "unreadable reply: its \"check\" is not the word that was given");
    *ret = json_get(root, key);
    if (!yyjson_is_arr(*ret) || yyjson_obj_size(root) != 2)
        return err_set(e, ERR_GRADER,
                       "unreadable reply: it must have \"check\" and the list \"%s\"", key);
    return true;
}

static bool read_claims(struct arena *a, struct talk_state *t, struct str reply, struct err *e)
{
    yyjson_val *list, *v;
    size_t i, n;
    if (!read_list(a, reply, t->words.check, "claims", &list, e))
        return false;
    if (yyjson_arr_size(list) > MAX_CLAIMS)
        return err_set(e, ERR_GRADER, "unreadable reply: more than %d claims", MAX_CLAIMS);
    t->n = 0;
    t->claim = ARENA_ARRAY(a, yyjson_arr_size(list), struct str);
    yyjson_arr_foreach(list, i, n, v)
    {
        if (!yyjson_is_str(v) || str_trim(json_str(v)).n == 0)
            return err_set(e, ERR_GRADER, "unreadable reply: claim %zu is no text", i + 1);
        t->claim[t->n++] = arena_str(a, json_str(v));
    }
    return true;
}

static bool read_verdicts(struct arena *a, struct talk_state *t, struct str reply, struct err *e)
{
    yyjson_val *list, *v;
    size_t i, n;
    if (!read_list(a, reply, t->words.check, "verdicts", &list, e))
        return false;
    if (yyjson_arr_size(list) != t->n)
        return err_set(e, ERR_GRADER, "unreadable reply: %zu verdicts for %zu claims",
                       yyjson_arr_size(list), t->n);
    int *out = ARENA_ARRAY(a, t->n, int);
    yyjson_arr_foreach(list, i, n, v)
    {
        out[i] = -1;
        for (int k = 0; k < 3; k++)
            if (str_ieq(str_trim(json_str(v)), str_c(verdicts[k])))
                out[i] = k;
        if (out[i] < 0)
            return err_set(e, ERR_GRADER,
                           "unreadable reply: verdict %zu is not supported, contradicted or absent",
                           i + 1);
    }
    t->verdict = out;
    return true;
}

static bool ask_verify(const struct grader *g, const struct grade_in *in, struct talk_state *t,
                       struct arena *a, struct err *e)
{
    const struct faithfulness *f = g->state;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < t->n; i++)
        buf_printf(&b, "%s%zu. %.*s", i ? "\n" : "", i + 1, STR_ARG(t->claim[i]));
    const struct judge_value more[] = {{"claims", buf_str(&b)}};
    t->tries = 0;
    return judge_call(a, g, f->verify, judge_vars(a, in, t->words, more, 1), &f->params, in->epoch,
                      &t->call, e);
}

static void conclude(const struct faithfulness *f, const struct talk_state *t, struct arena *a,
                     struct grade_out *out)
{
    size_t count[3] = {0}, first_bad = t->n;
    struct details d;
    details_begin(&d);
    jw_key(&d.w, "claims");
    jw_arr(&d.w);
    for (size_t i = 0; i < t->n; i++) {
        count[t->verdict[i]]++;
        if (t->verdict[i] != SUPPORTED && first_bad == t->n)
            first_bad = i;
        jw_obj(&d.w);
        jw_kstr(&d.w, "claim", t->claim[i]);
        jw_kc(&d.w, "verdict", verdicts[t->verdict[i]]);
        jw_end(&d.w);
    }
    jw_end(&d.w);
    details_end(&d, a, out);
    size_t of = t->n - (f->allow_absent ? count[ABSENT] : 0);
    double score = of ? (double)count[SUPPORTED] / (double)of : 1;
    if (first_bad < t->n)
        graded(out, score, a, "%zu of %zu claims are supported; not: %s", count[SUPPORTED], t->n,
               grade_quote(a, t->claim[first_bad]));
    else
        graded(out, score, a, "all %zu claims are supported", t->n);
}

static bool faithfulness_ask(const struct grader *g, const struct grade_in *in,
                             struct grader_talk *talk, struct arena *a, struct grade_out *out,
                             struct err *e)
{
    const struct faithfulness *f = g->state;
    struct talk_state *t = talk->state;
    talk->n_calls = 0;
    if (!g->model)
        return err_set(e, ERR_GRADER, "faithfulness without a model: name one with model:");
    if (talk->round == 0) {
        if (!yyjson_is_arr(in->context) || yyjson_arr_size(in->context) == 0)
            return err_set(e, ERR_GRADER, "the item has no context: faithfulness is not measured");
        t = talk->state = ARENA_NEW(a, struct talk_state);
        t->words = judge_words(a, in, 0);
        if (!judge_call(a, g, f->claims, judge_vars(a, in, t->words, NULL, 0), &f->params,
                        in->epoch, &t->call, e))
            return false;
    } else {
        const struct reply *r = &talk->replies[0];
        struct err why = {0};
        if (!judge_answered(r, e))
            return false;
        bool first = !t->claim,
             ok = first ? read_claims(a, t, r->output, &why) : read_verdicts(a, t, r->output, &why);
        if (!ok) {
            t->claim = first ? NULL : t->claim;
            if (++t->tries > f->retries) {
                *e = why;
                return false;
            }
            judge_call_again(a, &t->call, r->output, why.msg, &t->call);
        } else if (first && t->n == 0) {
            return err_set(e, ERR_GRADER,
                           "the output makes no claims: faithfulness is not measured");
        } else if (first) {
            if (!ask_verify(g, in, t, a, e))
                return false;
        } else {
            conclude(f, t, a, out);
            return true;
        }
    }
    talk->calls = &t->call;
    talk->n_calls = 1;
    return true;
}

static const char *const keys[] = {"model",         "retries",       "max_tokens", "allow_absent",
                                   "claims_prompt", "verify_prompt", NULL};

extern const struct grader_ops grader_faithfulness;
const struct grader_ops grader_faithfulness = {
    .name = "faithfulness",
    .summary = "a model lists the output's claims and checks each against the context",
    .keys = keys,
    .open = faithfulness_open,
    .ask = faithfulness_ask,
    .threshold = 1,
};
