/* Judge against people; see calibration.h. Methods as in methods of stats/judge_correction.h. */
#include "judge/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "stats/association.h"
#include "stats/mean.h"
#include "stats/proportion.h"
#include "stats/special.h"

static const struct judged *population(const struct judged *labelled, const struct judged *rest)
{
    return rest ? rest : labelled;
}

static struct judge_counts count(const struct judged *j)
{
    struct judge_counts c = {0};
    for (size_t i = 0; i < j->rows.n; i++) {
        bool judge = j->rows.v[i].judge > 0.5, human = j->rows.v[i].human > 0.5;
        size_t *cell = human ? (judge ? &c.n11 : &c.n10) : (judge ? &c.n01 : &c.n00);
        ++*cell;
    }
    return c;
}

/* judge_eif_binary's interval is about the traffic that the items were drawn from. What people
 * would have said of these very items also varies around μ_j within each verdict, by
 * Σ w_j² μ_j(1-μ_j)/N_j; with that term the interval is right for both, and hardly wider once
 * there are many items. Student's t, since the variances come from few labels. */
static void widen(struct judge_eif *t, size_t labels, size_t pass, size_t n, double conf)
{
    double fail = (double)(n - pass), extra = 0;
    double z = labels > 2 ? t_quantile(0.5 + conf / 2, (double)labels - 2) : STAT_NAN;
    if (isnan(t->theta) || !(t->theta > 0 && t->theta < 1))
        return;
    extra += pass ? t->p * t->p * t->mu1 * (1 - t->mu1) / (double)pass : 0;
    extra += fail > 0 ? (1 - t->p) * (1 - t->p) * t->mu0 * (1 - t->mu0) / fail : 0;
    double half = z * sqrt(t->se * t->se + extra) / (t->theta * (1 - t->theta));
    double at = log(t->theta / (1 - t->theta));
    t->low = 1 / (1 + exp(half - at));
    t->high = 1 / (1 + exp(-half - at));
}

static void correct_binary(const struct judged *labelled, const struct judged *all,
                           enum drawn drawn, double conf, struct calibration *r)
{
    struct judge_counts c = r->counts = count(labelled);
    size_t pass = 0, m1 = c.n11 + c.n10, m0 = c.n01 + c.n00;
    for (size_t i = 0; i < all->rows.n; i++)
        pass += all->rows.v[i].judge > 0.5;
    r->raw = estimate_rate(pass, all->rows.n, conf);
    r->humans = estimate_rate(m1, labelled->rows.n, conf);
    r->sensitivity = estimate_rate(c.n11, m1, conf);
    r->specificity = estimate_rate(c.n00, m0, conf);
    r->accuracy = estimate_rate(c.n11 + c.n00, labelled->rows.n, conf);
    if (drawn == DRAWN_BY_HUMAN) {
        double youden = m1 && m0 ? (double)c.n11 / (double)m1 + (double)c.n00 / (double)m0 - 1 : 0;
        r->method = "rogan_gladen";
        r->corrected = estimate_none(r->method);
        if (youden < 0.2)
            r->why =
                "sensitivity + specificity - 1 is below 0.2: the judge says too little about what "
                "people say";
        else
            r->corrected =
                estimate_of(rogan_gladen_ci(pass, all->rows.n, c.n00, m0, c.n11, m1, conf),
                            all->rows.n, r->method);
        return;
    }
    struct judge_eif t = judge_eif_binary(c, pass, all->rows.n, conf, 0.5);
    r->method = "judge_eif";
    if (all != labelled)
        widen(&t, labelled->rows.n, pass, all->rows.n, conf);
    r->corrected = estimate_of((struct interval){t.theta, t.low, t.high}, all->rows.n, r->method);
}

static double *column(struct arena *a, const struct judged *j, bool human)
{
    double *x = ARENA_ARRAY(a, j->rows.n, double);
    for (size_t i = 0; i < j->rows.n; i++)
        x[i] = human ? j->rows.v[i].human : j->rows.v[i].judge;
    return x;
}

/* Variance of Y - λF around its mean. */
static double residual_variance(const double *y, const double *f, size_t n, double lambda)
{
    double mean = 0, sq = 0;
    for (size_t i = 0; i < n; i++)
        mean += (y[i] - lambda * f[i]) / (double)n;
    for (size_t i = 0; i < n; i++)
        sq += pow(y[i] - lambda * f[i] - mean, 2);
    return n > 1 ? sq / (double)(n - 1) : 0;
}

/* PPI++ for scores, with Student's t, since the normal interval is too short for few labels, and
 * widened as above by people's own variation on the items that only the judge saw. */
static void correct_scores(const struct judged *labelled, const struct judged *rest, double conf,
                           struct arena *a, struct calibration *r)
{
    const struct judged *all = population(labelled, rest);
    double *y = column(a, labelled, true), *f = column(a, labelled, false);
    size_t n = labelled->rows.n;
    r->raw = estimate_scores(column(a, all, false), NULL, all->rows.n, conf);
    r->humans = estimate_scores(y, NULL, n, conf);
    if (!rest) {
        r->method = "humans";
        r->corrected = r->humans;
        r->corrected.method = "humans";
        return;
    }
    struct ppi_mean p = ppi_mean(y, f, n, column(a, rest, false), rest->rows.n, 1 - conf);
    double t = n > 1 ? t_quantile(0.5 + conf / 2, (double)n - 1) : STAT_NAN;
    double extra = residual_variance(y, f, n, p.lambda) / (double)rest->rows.n;
    double ddof = (double)n / (double)(n > 1 ? n - 1 : 1);
    double half = t * sqrt(p.ppi_pp_se * p.ppi_pp_se * ddof + extra);
    r->method = "ppi_pp_t";
    r->corrected =
        estimate_of((struct interval){p.ppi_pp.est, p.ppi_pp.est - half, p.ppi_pp.est + half},
                    rest->rows.n, r->method);
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static size_t distinct(struct arena *a, const struct judged *j, double **ret)
{
    size_t n = 0, m = j->rows.n;
    double *v = ARENA_ARRAY(a, 2 * m, double);
    for (size_t i = 0; i < m; i++) {
        v[2 * i] = j->rows.v[i].judge;
        v[2 * i + 1] = j->rows.v[i].human;
    }
    qsort(v, 2 * m, sizeof *v, by_value);
    for (size_t i = 0; i < 2 * m; i++)
        if (n == 0 || v[i] > v[n - 1])
            v[n++] = v[i];
    *ret = v;
    return n;
}

static size_t index_of(const double *v, size_t n, double x)
{
    const double *hit = bsearch(&x, v, n, sizeof *v, by_value);
    return hit ? (size_t)(hit - v) : 0;
}

void calibrate_agreement(const struct judged *j, double conf, struct arena *a,
                         struct calibration *r)
{
    enum { MAX_CATEGORIES = 200 };
    double *v;
    size_t k = distinct(a, j, &v), n = j->rows.n;
    r->kappa = estimate_none("cohen_kappa");
    r->weighted_kappa = estimate_none("weighted_kappa");
    r->ac1 = estimate_none("gwet_ac1");
    if (k > MAX_CATEGORIES)
        return;
    double *table = ARENA_ARRAY(a, k * k, double), *flat = ARENA_ARRAY(a, 2 * n, double);
    for (size_t i = 0; i < n; i++) {
        const struct judged_row *row = &j->rows.v[i];
        table[index_of(v, k, row->human) * k + index_of(v, k, row->judge)]++;
        flat[i] = row->human;
        flat[n + i] = row->judge;
    }
    struct kappa ck = cohen_kappa(table, k, conf);
    r->kappa = estimate_of((struct interval){ck.kappa, ck.low, ck.high}, n, "cohen_kappa");
    if (j->kind == VERDICTS_SCORES) {
        struct kappa wk = weighted_kappa(table, k, KAPPA_QUADRATIC, conf);
        r->weighted_kappa = estimate_of((struct interval){wk.kappa, wk.low, wk.high}, n,
                                        "weighted_kappa_quadratic");
    }
    struct gwet_ac1 g = gwet_ac1((struct ratings){flat, 2, n}, 0, conf);
    r->ac1 = estimate_of((struct interval){g.ac1, g.low, g.high}, n, "gwet_ac1");
}

/* Does the judge get kinder with length than people do? */
static void length_bias(const struct judged *j, double conf, struct arena *a,
                        struct calibration_bias *b)
{
    size_t n = 0, over = 0, under = 0;
    double *len = ARENA_ARRAY(a, j->rows.n, double), *err = ARENA_ARRAY(a, j->rows.n, double);
    *b = (struct calibration_bias){0};
    for (size_t i = 0; i < j->rows.n; i++) {
        const struct judged_row *r = &j->rows.v[i];
        if (isnan(r->length))
            continue;
        len[n] = r->length;
        err[n++] = r->judge - r->human;
        over += r->judge > r->human;
        under += r->judge < r->human;
        b->mean_over += r->judge > r->human ? r->length : 0;
        b->mean_under += r->judge < r->human ? r->length : 0;
    }
    b->n = n;
    b->mean_over = over ? b->mean_over / (double)over : STAT_NAN;
    b->mean_under = under ? b->mean_under / (double)under : STAT_NAN;
    struct correlation c = spearman(len, err, n, conf);
    b->slope = c.r;
    b->p_value = c.p_value;
}

/* People said yes or no while the judge gives a score. */
static bool all_binary(const struct judged *j)
{
    for (size_t i = 0; i < j->rows.n; i++)
        if (fabs(j->rows.v[i].human - 0.5) < 0.5 || fabs(j->rows.v[i].human - 0.5) > 0.5)
            return false;
    return true;
}

void calibrate(const struct judged *labelled, const struct judged *rest, enum drawn drawn,
               double conf, struct arena *a, struct calibration *r)
{
    size_t n = labelled->rows.n;
    *r = (struct calibration){.n_labelled = n, .n = population(labelled, rest)->rows.n};
    r->sensitivity = r->specificity = r->accuracy = estimate_none("wilson");
    r->auc = estimate_none("delong");
    r->spearman = estimate_none("spearman");
    if (labelled->kind == VERDICTS_BINARY) {
        correct_binary(labelled, population(labelled, rest), drawn, conf, r);
    } else {
        correct_scores(labelled, rest, conf, a, r);
        struct correlation s =
            spearman(column(a, labelled, false), column(a, labelled, true), n, conf);
        r->spearman = estimate_of((struct interval){s.r, s.low, s.high}, n, "spearman");
        if (all_binary(labelled)) {
            struct auc u =
                auc_delong(column(a, labelled, false), column(a, labelled, true), n, conf);
            r->auc = estimate_of((struct interval){u.auc, u.low, u.high}, n, "delong");
        }
    }
    calibrate_agreement(labelled, conf, a, r);
    length_bias(labelled, conf, a, &r->length);
}

struct calibration_plan calibration_plan(double mu0, double mu1, double p, size_t n, double width,
                                         double conf)
{
    double z = norm_quantile(0.5 + conf / 2), want = pow(width / (2 * z), 2);
    double base = pow(mu1 - mu0, 2) * p * (1 - p) / (double)n;
    double s0 = (1 - p) * sqrt(mu0 * (1 - mu0)), s1 = p * sqrt(mu1 * (1 - mu1));
    struct calibration_plan plan = {0};
    double room = want - base;
    if (room <= 0)
        return plan;
    double split = pow(s0 + s1, 2) / room;
    double random = ((1 - p) * mu0 * (1 - mu0) + p * mu1 * (1 - mu1)) / room;
    plan.random = (size_t)ceil(random);
    plan.pass = (size_t)ceil(s0 + s1 > 0 ? split * s1 / (s0 + s1) : 0);
    plan.fail = (size_t)ceil(s0 + s1 > 0 ? split * s0 / (s0 + s1) : 0);
    plan.reachable = plan.pass + plan.fail <= n;
    return plan;
}
