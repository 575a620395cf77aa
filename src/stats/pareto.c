/* Dominance, Pareto front and cascades; see pareto.h. */
#include "stats/pareto.h"

#include <math.h>
#include <stdint.h>

#include "stats/moments.h"
#include "stats/special.h"

bool dominates(const struct tradeoff *a, const struct tradeoff *b)
{
    return a->cost <= b->cost && a->latency <= b->latency && a->quality >= b->quality &&
           (a->cost < b->cost || a->latency < b->latency || a->quality > b->quality);
}

void pareto_front(const struct tradeoff *points, size_t n, bool *front)
{
    for (size_t i = 0; i < n; i++) {
        front[i] = true;
        for (size_t j = 0; j < n && front[i]; j++)
            front[i] = !dominates(&points[j], &points[i]);
    }
}

/* P(X > 0), X ~ N(difference, se_a² + se_b²) */
static double p_positive(double difference, double se_a, double se_b)
{
    double se = hypot(se_a, se_b);
    if (se > 0)
        return norm_cdf(difference / se);
    return difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
}

struct prob_dominates prob_dominates(const struct tradeoff *a, const struct tradeoff *a_se,
                                     const struct tradeoff *b, const struct tradeoff *b_se)
{
    struct prob_dominates p = {
        .p_cheaper = p_positive(b->cost - a->cost, a_se->cost, b_se->cost),
        .p_faster = p_positive(b->latency - a->latency, a_se->latency, b_se->latency),
        .p_better = p_positive(a->quality - b->quality, a_se->quality, b_se->quality),
    };
    p.p_dominates = p.p_cheaper * p.p_faster * p.p_better;
    return p;
}

struct cascade cascade_eval(const double *conf, const double *cheap_correct,
                            const double *expensive_correct, size_t n, double cost_cheap,
                            double cost_expensive, const double *thresholds, size_t n_thresholds,
                            double target_accuracy, struct cascade_point *points)
{
    struct cascade r = {SIZE_MAX, cost_expensive, stat_mean(expensive_correct, n)};
    for (size_t t = 0; t < n_thresholds; t++) {
        double escalated = 0, right = 0;
        for (size_t i = 0; i < n; i++) {
            bool up = conf[i] < thresholds[t];
            escalated += up;
            right += up ? expensive_correct[i] : cheap_correct[i];
        }
        double share = escalated / (double)n;
        points[t] = (struct cascade_point){share, cost_cheap + cost_expensive * share,
                                           right / (double)n};
        if (points[t].accuracy >= target_accuracy &&
            (r.chosen_index == SIZE_MAX || points[t].cost < points[r.chosen_index].cost))
            r.chosen_index = t;
    }
    return r;
}
