/* Rates of a calibrated judge; see corrected.h. */
#include "decide/corrected.h"

#include <math.h>

#include "stats/cost.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/proportion.h"

/* Below this, sensitivity + specificity - 1 divides by next to nothing. */
#define LEAST_SKILL 0.2

static bool has_skill(struct judge_counts c, size_t people_pass, size_t people_fail)
{
    return (double)c.n11 / (double)people_pass + (double)c.n00 / (double)people_fail - 1 >=
           LEAST_SKILL;
}

struct bound bound_corrected(const struct sample *s, struct judge_counts measured, double alpha)
{
    size_t pass = measured.n11 + measured.n10, fail = measured.n01 + measured.n00;
    double share = stat_mean(s->x, s->n), rows = (double)s->n;
    if (s->early)
        return bound_none(s, "the run stopped early, and a corrected rate has no bound that "
                             "allows for it: run without --until-decided");
    if (pass == 0 || fail == 0)
        return bound_none(s, "the calibration has no items that people fail, or none that they "
                             "pass, so the judge's errors are unknown");
    if (!has_skill(measured, pass, fail))
        return bound_none(s, "the judge is too close to chance for its rate to be corrected");
    if (s->cluster) {
        struct clustered_rate r = ci_proportion_clustered(s->x, s->cluster, s->n, 1 - 2 * alpha);
        if (!(r.n_eff_adj >= 1))
            return bound_none(s, "too few clusters give no interval");
        rows = fmin(rows, floor(r.n_eff_adj));
    }
    struct bound b = {.errors = s->errors,
                      .missing = s->missing,
                      .deff = (double)s->n / rows,
                      .share_within = STAT_NAN,
                      .corrected = true};
    b.e = estimate_of(rogan_gladen_ci((size_t)lround(share * rows), (size_t)rows, measured.n00,
                                      fail, measured.n11, pass, 1 - 2 * alpha),
                      s->n, "rogan_gladen");
    return b;
}

struct bound bound_with_missing(struct bound b, size_t judged, size_t others, double against)
{
    double part = (double)others / (double)(judged + others);
    b.e.value += part * (against - b.e.value);
    b.e.low += part * (against - b.e.low);
    b.e.high += part * (against - b.e.high);
    return b;
}
