/*
 * The `judge` grader: a model scores an output by a rubric.
 *
 *     {type: judge, rubric: rubrics/polite.yaml, model: small, samples: 3}
 *     {type: judge, judge: factuality, model: small}          # a ready-made rubric
 *     {type: judge, rubric: "The reply names the order number.", model: small}
 *
 * One call for the whole rubric (`ask: rubric`) or one a criterion (`ask: criterion`). A reply
 * that cannot be read is asked for again, `retries` times, and is then an error; so are a judge
 * that declines, a tie among samples, and fewer readable samples than a majority.
 */
#include <math.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/utf8.h"
#include "grade/option.h"
#include "judge/ask.h"
#include "judge/verdict.h"
#include "spec/project.h"
#include "text/json.h"

enum { MAX_SAMPLES = 15 };

static const char *const ask_names[] = {"rubric", "criterion", NULL};

struct judge {
    struct rubric *rubric;
    struct rubric **part; /* the rubrics of the calls of one sample: the whole, or one each */
    size_t n_part;
    struct prompt *prompt;
    struct call_params params;
    long long samples, retries;
    bool structured_set, structured, logprobs;
};

/* One call of the talk: sample s, part p. */
struct slot {
    struct call call;
    struct judge_words words;
    struct verdict verdict;
    bool done, readable;
    int tries;
    double confidence;
    struct err why;
};

struct talk_state {
    struct slot *slot;
    size_t n;
    size_t *asked; /* slots of this round, in the order of the calls */
};

/* ---- opening --------------------------------------------------------------------------------- */

static bool open_rubric(struct judge *j, const struct node *o, struct arena *a, struct err *e)
{
    const struct node *rubric = node_get(o, "rubric");
    const char *ready = NULL;
    struct str text;
    struct node *n;
    if (!node_get_str(o, "judge", &ready, e))
        return false;
    if (!ready == !rubric)
        return node_err(e, o,
                        "a judge wants either rubric: (a file, a text or a mapping) or judge: "
                        "(a ready-made one)");
    if (ready) {
        const char *asset = arena_printf(a, "share/judges/%s.yaml", ready);
        if (!asset_get(asset, &text)) {
            node_err(e, node_get(o, "judge"), "there is no ready-made judge \"%s\"", ready);
            return err_hint(e, "`plimsoll judge list` names them.");
        }
        return node_parse(a, text, asset, &n, e) && rubric_parse(a, n, &j->rubric, e);
    }
    bool file = rubric->kind == NODE_SCALAR &&
                (str_ends_c(rubric->text, ".yaml") || str_ends_c(rubric->text, ".yml"));
    if (file)
        return rubric_read(a, file_beside(a, rubric->file ? rubric->file : "", rubric->text.p),
                           &j->rubric, e);
    return rubric_parse(a, rubric, &j->rubric, e);
}

static void open_parts(struct judge *j, int ask, struct arena *a)
{
    j->n_part = ask == 0 ? 1 : j->rubric->n;
    j->part = ARENA_ARRAY(a, j->n_part, struct rubric *);
    j->part[0] = j->rubric;
    for (size_t i = 0; ask == 1 && i < j->n_part; i++) {
        j->part[i] = ARENA_NEW(a, struct rubric);
        *j->part[i] = *j->rubric;
        j->part[i]->criteria = &j->rubric->criteria[i];
        j->part[i]->n = 1;
    }
}

static bool judge_open(struct grader *g, const struct node *o, struct arena *a, struct err *e)
{
    struct judge *j = ARENA_NEW(a, struct judge);
    const char *path = NULL;
    long long max_tokens = 1024;
    double temperature = (double)NAN;
    int ask = 0;
    g->state = j;
    j->samples = 1;
    j->retries = 2;
    if (!open_rubric(j, o, a, e) || !option_choice(o, "ask", ask_names, &ask, e) ||
        !node_get_int(o, "samples", 1, MAX_SAMPLES, &j->samples, e) ||
        !node_get_int(o, "retries", 0, 10, &j->retries, e) ||
        !node_get_int(o, "max_tokens", 16, 100000, &max_tokens, e) ||
        !node_get_num(o, "temperature", &temperature, e) ||
        !node_get_bool(o, "structured", &j->structured, e) ||
        !node_get_bool(o, "logprobs", &j->logprobs, e) || !node_get_str(o, "prompt", &path, e))
        return false;
    j->structured_set = node_get(o, "structured");
    if (path)
        path = file_beside(a, node_get(o, "prompt")->file, path);
    if (!judge_prompt(a, "rubric", path, &j->prompt, e))
        return err_wrap(e, "prompt");
    open_parts(j, ask, a);
    call_params_init(&j->params);
    j->params.max_tokens = max_tokens;
    j->params.temperature = isnan(temperature) ? (j->samples > 1 ? 0.7 : 0) : temperature;
    j->params.logprobs = j->logprobs;
    return true;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The rubric as the judge reads it, and the form of its reply. */
static struct str rubric_text(struct arena *a, const struct rubric *r)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    buf_printf(&b, "The rubric%s%s:\n", r->description ? ", " : "",
               r->description ? r->description : "");
    for (size_t i = 0; i < r->n; i++) {
        const struct criterion *c = &r->criteria[i];
        buf_printf(&b, "\nCriterion \"%s\": %s\n", c->name, c->description);
        for (size_t k = 0; k < c->n_levels; k++) {
            const struct level *l = &c->levels[k];
            buf_printf(&b, "- \"%s\"%s%s\n", l->value, l->anchor ? ": " : "",
                       l->anchor ? l->anchor : "");
            if (l->example)
                buf_printf(&b, "  for example: %s\n", l->example);
        }
    }
    return arena_str(a, buf_str(&b));
}

static struct str form_text(struct arena *a, const struct rubric *r, struct str check)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kstr(&w, "check", check);
    jw_key(&w, "criteria");
    jw_obj(&w);
    for (size_t i = 0; i < r->n; i++) {
        jw_key(&w, r->criteria[i].name);
        jw_obj(&w);
        jw_kc(&w, "reason", "…");
        jw_kc(&w, "verdict", "…");
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return arena_str(a, buf_str(&b));
}

/* A schema in the request where the provider is known to hold a model to it. */
static bool wants_schema(const struct judge *j, const struct grader *g)
{
    const struct model_spec *m = g->model->spec;
    return j->structured_set ? j->structured : strcmp(m->provider, "openai") == 0 && !m->base_url;
}

static bool fill_slot(const struct grader *g, const struct grade_in *in, struct arena *a, size_t i,
                      struct slot *s, struct err *e)
{
    const struct judge *j = g->state;
    const struct rubric *r = j->part[i % j->n_part];
    struct call_params *params = ARENA_NEW(a, struct call_params);
    int sample = (int)(i / j->n_part);
    s->words = judge_words(a, in, (int)i);
    s->confidence = (double)NAN;
    *params = j->params;
    if (wants_schema(j, g))
        params->json_schema = verdict_schema(a, r, s->words.check);
    const struct judge_value more[] = {{"rubric", rubric_text(a, r)},
                                       {"form", form_text(a, r, s->words.check)},
                                       {"schema", verdict_schema(a, r, s->words.check)}};
    yyjson_val *vars = judge_vars(a, in, s->words, more, ARRAY_LEN(more));
    return judge_call(a, g, j->prompt, vars, params, in->epoch * 100 + sample, &s->call, e);
}

static bool begin(const struct grader *g, const struct grade_in *in, struct grader_talk *talk,
                  struct arena *a, struct err *e)
{
    const struct judge *j = g->state;
    struct talk_state *t = ARENA_NEW(a, struct talk_state);
    t->n = (size_t)j->samples * j->n_part;
    t->slot = ARENA_ARRAY(a, t->n, struct slot);
    t->asked = ARENA_ARRAY(a, t->n, size_t);
    talk->state = t;
    for (size_t i = 0; i < t->n; i++)
        if (!fill_slot(g, in, a, i, &t->slot[i], e))
            return false;
    return true;
}

/* Takes the replies of the round before. */
static void take(const struct judge *j, struct grader_talk *talk, struct arena *a)
{
    struct talk_state *t = talk->state;
    for (size_t k = 0; k < talk->n_replies; k++) {
        struct slot *s = &t->slot[t->asked[k]];
        const struct reply *r = &talk->replies[k];
        const struct rubric *part = j->part[t->asked[k] % j->n_part];
        struct err e = {0};
        s->tries++;
        if (!judge_answered(r, &e)) {
            s->done = true;
            s->why = e;
        } else if (verdict_parse(a, part, r->output, s->words.check, &s->verdict, &e)) {
            s->done = s->readable = true;
            s->confidence = r->confidence;
        } else {
            s->why = e;
            s->done = s->tries > j->retries;
            if (!s->done)
                judge_call_again(a, &s->call, r->output, e.msg, &s->call);
        }
    }
}

/* ---- deciding -------------------------------------------------------------------------------- */

/* The level of criterion c over the samples: the most frequent, for ordinal scales the median;
 * *ret_share is how many of the samples passed or failed as it does. */
static bool settle(const struct judge *j, const struct talk_state *t, size_t c,
                   struct verdict_level *ret, double *ret_share, struct err *e)
{
    const struct criterion *cr = &j->rubric->criteria[c];
    size_t count[RUBRIC_MAX_LEVELS] = {0}, n = 0, best = 0, agree = 0;
    struct str reason[RUBRIC_MAX_LEVELS] = {{0}};
    for (size_t s = 0; s < (size_t)j->samples; s++) {
        const struct slot *slot = &t->slot[s * j->n_part + (j->n_part == 1 ? 0 : c)];
        if (!slot->readable)
            continue;
        const struct verdict_level *v = &slot->verdict.v[j->n_part == 1 ? c : 0];
        size_t k = (size_t)(v->level - cr->levels);
        if (count[k]++ == 0)
            reason[k] = v->reason;
        n++;
    }
    if (cr->scale == SCALE_ORDINAL) {
        size_t below = 0;
        for (best = 0; best < cr->n_levels && (below += count[best]) * 2 < n; best++)
            ;
    } else {
        bool tie = false;
        for (size_t k = 0; k < cr->n_levels; k++)
            best = count[k] > count[best] ? k : best;
        for (size_t k = 0; k < cr->n_levels; k++)
            tie = tie || (k != best && count[k] == count[best]);
        if (tie)
            return err_set(e, ERR_GRADER, "the judge's samples are tied on criterion %s", cr->name);
    }
    for (size_t k = 0; k < cr->n_levels; k++)
        agree += cr->levels[k].pass == cr->levels[best].pass ? count[k] : 0;
    *ret = (struct verdict_level){&cr->levels[best], reason[best]};
    *ret_share = (double)agree / (double)n;
    return true;
}

static void write_details(const struct judge *j, const struct verdict *v, const double *share,
                          double confidence, struct arena *a, struct grade_out *out)
{
    struct details d;
    details_begin(&d);
    jw_key(&d.w, "criteria");
    jw_obj(&d.w);
    for (size_t c = 0; c < j->rubric->n; c++) {
        jw_key(&d.w, j->rubric->criteria[c].name);
        jw_obj(&d.w);
        jw_kc(&d.w, "verdict", v->v[c].level->value);
        jw_knum(&d.w, "score", v->v[c].level->score);
        jw_kbool(&d.w, "pass", v->v[c].level->pass);
        jw_kstr(&d.w, "reason", v->v[c].reason);
        if (j->samples > 1)
            jw_knum(&d.w, "agreement", share[c]);
        jw_end(&d.w);
    }
    jw_end(&d.w);
    if (j->rubric->n == 1)
        jw_kc(&d.w, "label", v->v[0].level->value);
    jw_knum(&d.w, "confidence", confidence);
    details_end(&d, a, out);
}

/* All slots are done: fills out, or says why it cannot be judged. */
static bool conclude(const struct grader *g, struct talk_state *t, struct arena *a,
                     struct grade_out *out, struct err *e)
{
    const struct judge *j = g->state;
    struct verdict v = {ARENA_ARRAY(a, j->rubric->n, struct verdict_level)};
    double *share = ARENA_ARRAY(a, j->rubric->n, double), least = 1, logprob = 1;
    for (size_t p = 0; p < j->n_part; p++) {
        size_t readable = 0;
        const struct slot *bad = &t->slot[p];
        for (size_t s = 0; s < (size_t)j->samples; s++) {
            const struct slot *slot = &t->slot[s * j->n_part + p];
            readable += slot->readable;
            bad = slot->readable ? bad : slot;
            if (slot->readable && slot->confidence < logprob)
                logprob = slot->confidence;
        }
        if (readable * 2 <= (size_t)j->samples)
            return err_set(e, ERR_GRADER, "%s (%d tries)", bad->why.msg, bad->tries);
    }
    bool pass = true;
    for (size_t c = 0; c < j->rubric->n; c++) {
        if (!settle(j, t, c, &v.v[c], &share[c], e))
            return false;
        pass = pass && (v.v[c].level->pass || j->rubric->n > 1);
        least = share[c] < least ? share[c] : least;
    }
    const char *which = NULL;
    double score = verdict_score(j->rubric, &v);
    bool must = verdict_must_pass(j->rubric, &v, &which);
    write_details(j, &v, share,
                  j->samples > 1 ? least
                  : j->logprobs  ? logprob
                                 : (double)NAN,
                  a, out);
    double bar = isnan(g->threshold) ? 0.5 : g->threshold;
    /* one criterion passes at its own level; several at the threshold of their weighted mean */
    bool ok = must && (j->rubric->n == 1 ? pass : score >= bar);
    struct str reason = utf8_prefix(utf8_printable(a, v.v[0].reason), 300);
    if (!must)
        graded_bool(out, false, a, "must-pass criterion %s fails", which);
    else if (j->rubric->n == 1)
        graded_bool(out, ok, a, "%s: %.*s", v.v[0].level->value, STR_ARG(reason));
    else
        graded_bool(out, ok, a, "score %.2f over %zu criteria", score, j->rubric->n);
    out->score = score;
    return true;
}

static bool judge_ask(const struct grader *g, const struct grade_in *in, struct grader_talk *talk,
                      struct arena *a, struct grade_out *out, struct err *e)
{
    const struct judge *j = g->state;
    talk->n_calls = 0;
    if (!g->model)
        return err_set(e, ERR_GRADER, "a judge without a model: name one with model:");
    if (talk->round == 0 && !begin(g, in, talk, a, e))
        return false;
    if (talk->round > 0)
        take(j, talk, a);
    struct talk_state *t = talk->state;
    talk->calls = ARENA_ARRAY(a, t->n, struct call);
    for (size_t i = 0; i < t->n; i++) {
        if (t->slot[i].done)
            continue;
        t->asked[talk->n_calls] = i;
        talk->calls[talk->n_calls++] = t->slot[i].call;
    }
    return talk->n_calls > 0 || conclude(g, t, a, out, e);
}

static const char *const keys[] = {"rubric",      "judge",      "model",      "ask",
                                   "samples",     "retries",    "max_tokens", "prompt",
                                   "temperature", "structured", "logprobs",   NULL};

extern const struct grader_ops grader_judge;
const struct grader_ops grader_judge = {
    .name = "judge",
    .summary = "a model scores the output by a rubric",
    .keys = keys,
    .open = judge_open,
    .ask = judge_ask,
    .threshold = (double)NAN,
};
