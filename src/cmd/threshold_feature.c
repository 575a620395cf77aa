/* `plimsoll threshold FEATURE`: labels from the store, and the threshold into it. */
#include "cmd/threshold_feature.h"

#include <math.h>
#include <stdio.h>

#include "cmd/review_opt.h"
#include "cmd/side.h"
#include "review/corrections.h"
#include "review/recalibrate.h"
#include "text/jsonw.h"

/* People's verdicts on routed and audited outputs of the variant's newest batch. */
static bool from_review(struct cmd *c, struct review_ctx *x, const struct threshold_source *from,
                        struct label_set *ret)
{
    struct routing_batch b;
    struct reviewed *v;
    size_t n;
    bool found;
    const char *name = arena_strndup(c->a, from->variant.name.p, from->variant.name.n);
    if (!routing_newest(x->s, c->a, x->f->name, name, &b, &found, &c->err) ||
        !reviewed_list(x->s, c->a, x->f->name, &v, &n, &c->err))
        return false;
    ret->labels = ARENA_ARRAY(c->a, n, struct label);
    if (!found || !str_eq(b.fingerprint, from->variant.fingerprint) ||
        !str_eq_c(b.source, from->confidence))
        return true;
    for (size_t i = 0; i < n; i++)
        if (v[i].item.batch == b.id && !isnan(v[i].item.confidence) && v[i].item.inclusion > 0)
            ret->labels[ret->n++] = (struct label){.confidence = v[i].item.confidence,
                                                   .correct = v[i].verdict.pass == 1,
                                                   .weight = 1 / v[i].item.inclusion};
    return true;
}

/* Outcomes on the golden set: every output has one. */
static bool from_golden(struct cmd *c, struct review_ctx *x, const struct threshold_source *from,
                        const struct routing_options *o, struct label_set *ret)
{
    struct result_set *rs;
    struct routed_output *v;
    size_t n;
    const char *name = arena_strndup(c->a, from->variant.name.p, from->variant.name.n);
    if (!result_set_load(c->a, x->s, from->run.id, name, &rs, &c->err) ||
        !routing_look(c->a, x->s, rs, from->variant.fingerprint, o, c->env->seed, &v, &n, &c->err))
        return false;
    ret->labels = ARENA_ARRAY(c->a, n, struct label);
    for (size_t i = 0; i < n; i++) {
        enum outcome outcome = rs->rows.v[v[i].row].outcome;
        ret->n_errors += outcome == OUTCOME_ERROR;
        if (outcome != OUTCOME_ERROR && !isnan(v[i].confidence))
            ret->labels[ret->n++] = (struct label){
                .confidence = v[i].confidence, .correct = outcome == OUTCOME_PASS, .weight = 1};
    }
    return true;
}

/* How far the stated confidence can be taken at its word; to standard error. */
static void print_calibration(struct cmd *c, const struct label_set *s)
{
    double *p = ARENA_ARRAY(c->a, s->n, double), *y = ARENA_ARRAY(c->a, s->n, double),
           *w = ARENA_ARRAY(c->a, s->n, double);
    for (size_t i = 0; i < s->n; i++) {
        p[i] = s->labels[i].confidence;
        y[i] = s->labels[i].correct;
        w[i] = s->labels[i].weight;
    }
    struct recalibration_labels labels = {p, y, w, s->n};
    struct recalibration r = recalibrate(c->a, &labels, c->env->seed);
    if (r.method)
        fprintf(stderr,
                "confidence as stated: Brier %.3f, ECE %.3f; recalibrated (%s, on %zu others): "
                "Brier %.3f, ECE %.3f\n",
                r.brier, r.ece, r.method, r.n_fit, r.brier_after, r.ece_after);
}

bool threshold_feature_labels(struct cmd *c, struct threshold_source *from, struct label_set *ret)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct routing_options o;
    struct str want = str_c(opt_str(c, "labels"));
    *ret = (struct label_set){0};
    if (!str_null(want) && !str_eq_c(want, "review") && !str_eq_c(want, "golden"))
        return err_set(&c->err, ERR_USAGE, "--labels is review or golden, found \"%s\"", want.p);
    if (opt_str(c, "slice"))
        return err_set(&c->err, ERR_USAGE, "--slice goes with a FILE of labels");
    struct project *p;
    const struct feature *f;
    if (!side_feature(c, c->argv[0], &p, &f, &c->err))
        return false;
    bool ok = review_open(c, c->argv[0], &x);
    s = x.s;
    if (!ok ||
        !review_pick(c, &x, opt_str(c, "run"), opt_str(c, "variant"), &from->run, &from->variant) ||
        !routing_options_read(c->a, x.p, x.f, &o, &c->err))
        return false;
    from->confidence = o.confidence;
    from->review = true;
    if (!str_eq_c(want, "golden") && !from_review(c, &x, from, ret))
        return false;
    if (!ret->n && !str_eq_c(want, "review")) {
        from->review = false;
        if (!from_golden(c, &x, from, &o, ret))
            return false;
    }
    if (!ret->n) {
        err_set(&c->err, ERR_STAT, "%s, variant %.*s: no output has both a confidence and a label",
                x.f->name, STR_ARG(from->variant.name));
        return err_hint(&c->err, "routing: confidence says where confidence comes from.");
    }
    if (!c->json && !c->env->quiet) {
        fprintf(stderr, "%zu labels from %s\n", ret->n,
                from->review ? "review" : "outcomes on the golden set");
        print_calibration(c, ret);
    }
    return true;
}

static struct str answer_json(struct cmd *c, const struct threshold_answer *t, bool review)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_knum(&w, "threshold", t->threshold);
    estimate_write(&w, "accepted", t->accepted);
    jw_knum(&w, "error_upper", t->error_upper);
    jw_kint(&w, "n", (int64_t)t->n);
    jw_kc(&w, "method", t->method);
    jw_kc(&w, "why", t->why);
    jw_kc(&w, "labels", review ? "review" : "golden");
    jw_end(&w);
    return arena_str(c->a, buf_str(&b));
}

bool threshold_feature_store(struct cmd *c, const struct threshold_source *from,
                             const struct threshold_answer *answer,
                             const struct threshold_options *o)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    bool ok = review_open(c, c->argv[0], &x);
    s = x.s;
    struct fitted f = {
        .feature = from->run.feature,
        .variant = from->variant.name,
        .model = from->variant.model,
        .fingerprint = from->variant.fingerprint,
        .prompt_hash = from->variant.prompt_hash,
        .golden_version = from->run.golden_version,
        .source = str_c(from->confidence),
        .threshold = answer->threshold,
        .max_error = o->max_error,
        .confidence = o->confidence,
        .n = (int64_t)answer->n,
        .answer = answer_json(c, answer, from->review),
        .who = str_c(x.who),
    };
    return ok && fitted_put(s, &f, &c->err);
}
