/* The answer of `plimsoll models` as JSON; see models_json.h. */
#include "cmd/models_json.h"

#include <math.h>

static void write_verdict(struct jw *w, const char *key, enum budget_verdict v)
{
    if (v == BUDGET_NONE)
        return;
    jw_key(w, key);
    if (v == BUDGET_OPEN)
        jw_null(w);
    else
        jw_bool(w, v == BUDGET_MET);
}

static void write_variant(struct jw *w, const struct model_summary *m,
                          const struct models_options *o)
{
    jw_obj(w);
    jw_kc(w, "variant", m->name);
    jw_kint(w, "n", (int64_t)m->n);
    jw_kint(w, "items", (int64_t)m->n_items);
    jw_kint(w, "errors", (int64_t)m->n_errors);
    estimate_write(w, "success_rate", m->success);
    estimate_write(w, "cost_per_success", m->cost_per_success);
    estimate_write(w, "cost_per_task", m->cost_per_task);
    jw_key(w, "latency_ms");
    jw_obj(w);
    estimate_write(w, "p50", m->p50);
    estimate_write(w, "p95", m->p95);
    estimate_write(w, "p99", m->p99);
    jw_end(w);
    if (!isnan(o->volume))
        estimate_write(w, "monthly_cost", m->monthly);
    jw_kbool(w, "on_front", m->on_front);
    jw_knum(w, "p_front", m->p_front);
    if (m->budget != BUDGET_NONE) {
        jw_key(w, "budget");
        jw_obj(w);
        write_verdict(w, "met", m->budget);
        write_verdict(w, "max_cost_per_success", m->cost_verdict);
        write_verdict(w, "max_p95", m->latency_verdict);
        write_verdict(w, "min_success", m->success_verdict);
        jw_end(w);
    }
    jw_kint(w, "cost_missing", (int64_t)m->cost_missing);
    jw_kint(w, "latency_missing", (int64_t)m->latency_missing);
    jw_end(w);
}

static void write_cascade(struct jw *w, const struct cascade_answer *k)
{
    static const char *const verdicts[] = {"better", "not_worse", "worse", "inconclusive"};
    const char *policy = !(k->threshold > 0)   ? "never_escalate"
                         : isinf(k->threshold) ? "always_escalate"
                                               : "threshold";
    jw_key(w, "cascade");
    jw_obj(w);
    jw_kc(w, "cheap", k->cheap);
    jw_kc(w, "expensive", k->expensive);
    jw_kc(w, "policy", policy);
    jw_knum(w, "threshold", k->threshold);
    jw_kint(w, "n_choose", (int64_t)k->n_choose);
    jw_kint(w, "n_verify", (int64_t)k->n_verify);
    estimate_write(w, "escalated", k->escalated);
    estimate_write(w, "success_rate", k->success);
    estimate_write(w, "success_rate_cheap", k->success_cheap);
    estimate_write(w, "success_rate_expensive", k->success_expensive);
    estimate_write(w, "diff", k->diff);
    jw_kc(w, "verdict", verdicts[k->verdict]);
    estimate_write(w, "cost_per_task", k->cost_per_task);
    estimate_write(w, "cost_per_task_expensive", k->cost_expensive);
    jw_knum(w, "saving", k->saving);
    estimate_write(w, "p95_latency_ms", k->p95);
    jw_end(w);
}

void models_write_json(struct jw *w, const struct models_answer *r,
                       const struct cascade_answer *cascade, const struct models_options *o)
{
    jw_obj(w);
    jw_key(w, "variants");
    jw_arr(w);
    for (size_t i = 0; i < r->n; i++)
        write_variant(w, &r->variants[i], o);
    jw_end(w);
    jw_key(w, "front");
    jw_arr(w);
    for (size_t i = 0; i < r->n; i++)
        if (r->variants[i].on_front)
            jw_c(w, r->variants[i].name);
    jw_end(w);
    jw_key(w, "p_front");
    jw_obj(w);
    for (size_t i = 0; i < r->n; i++)
        jw_knum(w, r->variants[i].name, r->variants[i].p_front);
    jw_end(w);
    if (model_budget_given(&o->budget))
        jw_kc(w, "cheapest_that_meets",
              r->cheapest_that_meets ? r->cheapest_that_meets->name : NULL);
    if (cascade)
        write_cascade(w, cascade);
    jw_kint(w, "resamples", (int64_t)r->resamples);
    jw_kint(w, "seed", (int64_t)o->seed);
    jw_end(w);
}
