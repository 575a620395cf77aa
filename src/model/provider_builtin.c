/*
 * builtin: the boring baselines (model/baseline.h) as models, and `builtin:echo`, which answers
 * with its input: what a pipeline costs without a model. They cost nothing; their latency is the
 * time they took to compute.
 */
#include <math.h>

#include "base/clock.h"
#include "model/baseline.h"
#include "model/provider.h"
#include "spec/project.h"

static bool is_echo(const struct model *m) { return str_eq_c(str_c(m->spec->name), "echo"); }

static bool builtin_open(struct model *m, const struct model_options *o, struct err *e)
{
    struct baseline *b = NULL;
    if (is_echo(m))
        return true;
    if (!baseline_train(m->arena, str_c(m->spec->name), o->train, o->n_train, o->params, o->seed,
                        &b, e))
        return false;
    m->state = b;
    return true;
}

static void builtin_answer(const struct model *m, const struct call *c, struct arena *a,
                           struct reply *r)
{
    struct err e = {0};
    struct baseline_answer answer = {.confidence = NAN};
    double begin = clock_mono();
    struct str text = baseline_text(a, c->input);
    if (is_echo(m))
        answer.output = text;
    else if (!baseline_predict(m->state, text, a, &answer, &e)) {
        reply_fail(r, a, e.code, "%s", e.msg);
        return;
    }
    r->latency_ms = (clock_mono() - begin) * 1000;
    r->output = answer.output;
    r->confidence = answer.confidence;
    r->cost_usd = 0;
    r->finish_reason = STR("stop");
}

const struct provider_ops provider_builtin = {
    .name = "builtin",
    .summary = "baselines that the program trains itself, and echo",
    .kind = PROVIDER_LOCAL,
    .open = builtin_open,
    .answer = builtin_answer,
};
