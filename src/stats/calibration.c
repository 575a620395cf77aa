/* Calibration: measuring it and mending it; see calibration.h. */
#include "stats/calibration.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/estimate.h"
#include "stats/moments.h"
#include "stats/rank.h"
#include "stats/special.h"

static void score_forecasts(const double *p, const double *y, size_t n,
                            struct calibration_metrics *m)
{
    struct sum brier = {0}, loss = {0}, above = {0}, below = {0};
    for (size_t i = 0; i < n; i++) {
        double q = 1 - 2 * p[i];
        sum_add(&brier, (p[i] - y[i]) * (p[i] - y[i]));
        sum_add(&loss, -log(fmax(y[i] > 0.5 ? p[i] : 1 - p[i], 1e-15)));
        sum_add(&above, (y[i] - p[i]) * q);
        sum_add(&below, q * q * p[i] * (1 - p[i]));
    }
    m->brier = sum_get(&brier) / (double)n;
    m->log_loss = sum_get(&loss) / (double)n;
    double var = sum_get(&below);
    m->spiegelhalter_z = var > 0 ? sum_get(&above) / sqrt(var) : STAT_NAN;
    m->spiegelhalter_p = var > 0 ? 2 * norm_cdf(-fabs(m->spiegelhalter_z)) : STAT_NAN;
}

static void fill_bins(const double *p, const double *y, size_t n, size_t n_bins, struct arena *a,
                      struct calibration_metrics *m)
{
    struct calibration_bin *bins = ARENA_ARRAY(a, n_bins, struct calibration_bin);
    for (size_t i = 0; i < n; i++) {
        size_t b = (size_t)(p[i] * (double)n_bins);
        b = b < n_bins ? b : n_bins - 1;
        bins[b].n++;
        bins[b].mean_p += p[i];
        bins[b].mean_y += y[i];
    }
    m->bins = bins;
    for (size_t b = 0; b < n_bins; b++) {
        if (bins[b].n == 0)
            continue;
        struct calibration_bin bin = {b, bins[b].n, bins[b].mean_p / (double)bins[b].n,
                                      bins[b].mean_y / (double)bins[b].n};
        double gap = fabs(bin.mean_p - bin.mean_y);
        m->ece_equal_width += (double)bin.n / (double)n * gap;
        m->mce = fmax(m->mce, gap);
        bins[m->n_bins++] = bin; /* never overtakes b */
    }
}

/* Groups of (nearly) equal size in order of p; the first n % n_bins have one more. */
static double equal_mass(const double *p, const double *y, const size_t *order, size_t n,
                         size_t n_bins)
{
    double ece = 0;
    size_t at = 0;
    for (size_t b = 0; b < n_bins && at < n; b++) {
        size_t size = n / n_bins + (b < n % n_bins);
        struct sum gap = {0};
        for (size_t i = at; i < at + size; i++)
            sum_add(&gap, p[order[i]] - y[order[i]]);
        ece += fabs(sum_get(&gap)) / (double)n;
        at += size;
    }
    return ece;
}

static void murphy(const double *p, const double *y, const size_t *order, size_t n,
                   struct calibration_metrics *m)
{
    double base = stat_mean(y, n);
    struct sum reliability = {0}, resolution = {0};
    for (size_t i = 0, j; i < n; i = j) {
        double hits = 0, forecast = p[order[i]];
        for (j = i; j < n && p[order[j]] <= forecast; j++)
            hits += y[order[j]];
        double size = (double)(j - i), rate = hits / size;
        sum_add(&reliability, size * (forecast - rate) * (forecast - rate));
        sum_add(&resolution, size * (rate - base) * (rate - base));
    }
    m->reliability = sum_get(&reliability) / (double)n;
    m->resolution = sum_get(&resolution) / (double)n;
    m->uncertainty = base * (1 - base);
}

struct calibration_metrics calibration_metrics(const double *p, const double *y, size_t n,
                                               size_t n_bins, struct arena *a)
{
    struct calibration_metrics m = {0};
    CLEANUP(mem_freep) size_t *order = mem_calloc(n, sizeof *order);
    stat_order(p, n, order);
    score_forecasts(p, y, n, &m);
    fill_bins(p, y, n, n_bins, a, &m);
    m.ece_equal_mass = equal_mass(p, y, order, n, n_bins);
    murphy(p, y, order, n, &m);
    return m;
}

struct isotonic isotonic_pava(const double *x, const double *y, const double *w, size_t n,
                              struct arena *a)
{
    struct isotonic r = {ARENA_ARRAY(a, n, double), ARENA_ARRAY(a, n, double), 0};
    CLEANUP(mem_freep) size_t *order = mem_calloc(n + 1, sizeof *order);
    CLEANUP(mem_freep) double *mean = mem_calloc(n + 1, sizeof *mean);
    CLEANUP(mem_freep) double *weight = mem_calloc(n + 1, sizeof *weight);
    CLEANUP(mem_freep) size_t *size = mem_calloc(n + 1, sizeof *size); /* points in the block */
    size_t blocks = 0, at = 0;
    stat_order(x, n, order);
    for (size_t i = 0, j; i < n; i = j) {
        double sum = 0, total = 0;
        for (j = i; j < n && x[order[j]] <= x[order[i]]; j++) {
            sum += w[order[j]] * y[order[j]];
            total += w[order[j]];
        }
        r.x[r.n++] = x[order[i]];
        mean[blocks] = sum / total;
        weight[blocks] = total;
        size[blocks++] = 1;
        while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
            size_t b = blocks-- - 2;
            double both = weight[b] + weight[b + 1];
            mean[b] = (mean[b] * weight[b] + mean[b + 1] * weight[b + 1]) / both;
            weight[b] = both;
            size[b] += size[b + 1];
        }
    }
    for (size_t b = 0; b < blocks; b++)
        for (size_t k = 0; k < size[b]; k++)
            r.fitted[at++] = mean[b];
    return r;
}

double isotonic_predict(const struct isotonic *m, double x)
{
    if (m->n == 0 || isnan(x))
        return STAT_NAN;
    if (x <= m->x[0])
        return m->fitted[0];
    if (x >= m->x[m->n - 1])
        return m->fitted[m->n - 1];
    size_t lo = 0, hi = m->n - 1; /* x[lo] <= x < x[hi] */
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (m->x[mid] <= x)
            lo = mid;
        else
            hi = mid;
    }
    return m->fitted[lo] +
           (m->fitted[hi] - m->fitted[lo]) * (x - m->x[lo]) / (m->x[hi] - m->x[lo]);
}

/* --- Platt scaling --- */

struct platt_data {
    const double *score, *y;
    size_t n;
    double hit, miss; /* the targets for y = 1 and y = 0 */
};

/* Cross entropy at (A, B) in the form that neither overflows nor cancels. */
static double platt_nll(const struct platt_data *d, double A, double B)
{
    struct sum nll = {0};
    for (size_t i = 0; i < d->n; i++) {
        double f = A * d->score[i] + B, t = d->y[i] > 0.5 ? d->hit : d->miss;
        sum_add(&nll, f >= 0 ? t * f + log1p(exp(-f)) : (t - 1) * f + log1p(exp(f)));
    }
    return sum_get(&nll);
}

/* Gradient (gA, gB) and Hessian (hAA, hAB, hBB). */
static void platt_slope(const struct platt_data *d, const struct platt *m, double g[2],
                        double h[3])
{
    struct sum s[5] = {{0}};
    for (size_t i = 0; i < d->n; i++) {
        double x = d->score[i], p = platt_predict(m, x);
        double residual = (d->y[i] > 0.5 ? d->hit : d->miss) - p, weight = p * (1 - p);
        sum_add(&s[0], x * residual);
        sum_add(&s[1], residual);
        sum_add(&s[2], x * x * weight);
        sum_add(&s[3], x * weight);
        sum_add(&s[4], weight);
    }
    g[0] = sum_get(&s[0]);
    g[1] = sum_get(&s[1]);
    h[0] = sum_get(&s[2]) + 1e-12;
    h[1] = sum_get(&s[3]);
    h[2] = sum_get(&s[4]) + 1e-12;
}

double platt_predict(const struct platt *m, double score)
{
    double f = m->A * score + m->B;
    return f >= 0 ? exp(-f) / (1 + exp(-f)) : 1 / (1 + exp(f));
}

bool platt_fit(const double *score, const double *y, size_t n, struct platt *ret, struct err *e)
{
    double positive = stat_sum(y, n), negative = (double)n - positive, g[2], h[3];
    struct platt_data d = {score, y, n, (positive + 1) / (positive + 2), 1 / (negative + 2)};
    struct platt m = {.A = 0, .B = log((negative + 1) / (positive + 1))};
    m.nll = platt_nll(&d, m.A, m.B);
    for (int i = 0; i < 200; i++) {
        platt_slope(&d, &m, g, h);
        if (hypot(g[0], g[1]) < 1e-9 * fmax(1, (double)n)) {
            *ret = m;
            return true;
        }
        double det = h[0] * h[2] - h[1] * h[1];
        double step_A = -(h[2] * g[0] - h[1] * g[1]) / det;
        double step_B = -(h[0] * g[1] - h[1] * g[0]) / det;
        double slope = g[0] * step_A + g[1] * step_B, size = 1, nll;
        do {
            nll = platt_nll(&d, m.A + size * step_A, m.B + size * step_B);
            size *= 0.5;
        } while (!(nll <= m.nll + 1e-4 * 2 * size * slope + 1e-12 * fabs(m.nll)) && size > 1e-12);
        m.A += 2 * size * step_A;
        m.B += 2 * size * step_B;
        m.nll = nll;
    }
    return err_set(e, ERR_STAT, "Platt scaling did not converge; are the scores far out of scale?");
}

/* --- temperature --- */

struct softmax {
    double nll, slope; /* mean cross entropy and its derivative in b = 1/T */
};

static struct softmax softmax_at(const double *logits, const size_t *label, size_t n, size_t k,
                                 double b)
{
    struct sum nll = {0}, slope = {0};
    for (size_t i = 0; i < n; i++) {
        const double *z = logits + i * k;
        double top = z[0], total = 0, mean = 0;
        for (size_t c = 1; c < k; c++)
            top = fmax(top, z[c]);
        for (size_t c = 0; c < k; c++) {
            double w = exp(b * (z[c] - top));
            total += w;
            mean += w * (z[c] - top);
        }
        double own = z[label[i]] - top;
        sum_add(&nll, log(total) - b * own);
        sum_add(&slope, mean / total - own);
    }
    return (struct softmax){sum_get(&nll) / (double)n, sum_get(&slope) / (double)n};
}

/* Every label has its row's largest logit: the sharper the better, without end. */
static bool all_on_top(const double *logits, const size_t *label, size_t n, size_t k)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < k; c++)
            if (logits[i * k + c] > logits[i * k + label[i]])
                return false;
    return true;
}

bool temperature_fit(const double *logits, const size_t *label, size_t n, size_t n_classes,
                     struct temperature *ret, struct err *e)
{
    double lo = 1e-6, hi = 1; /* 1/T between which the slope, rising in b, changes sign */
    if (softmax_at(logits, label, n, n_classes, lo).slope >= 0)
        return err_set(e, ERR_STAT, "the logits say no more than chance about the labels, so no "
                                    "temperature is best");
    if (all_on_top(logits, label, n, n_classes))
        return err_set(e, ERR_STAT, "every label has the largest logit of its row already, so no "
                                    "temperature is best");
    while (softmax_at(logits, label, n, n_classes, hi).slope < 0) {
        lo = hi;
        hi *= 2;
        if (hi > 1e12)
            return err_set(e, ERR_STAT, "the logits differ too little to find a temperature");
    }
    for (int i = 0; i < 200 && hi - lo > 1e-15 * hi; i++) {
        double mid = 0.5 * (lo + hi);
        if (softmax_at(logits, label, n, n_classes, mid).slope < 0)
            lo = mid;
        else
            hi = mid;
    }
    double b = 0.5 * (lo + hi);
    *ret = (struct temperature){1 / b, softmax_at(logits, label, n, n_classes, 1).nll,
                                softmax_at(logits, label, n, n_classes, b).nll};
    return true;
}

struct aurc aurc(const double *conf, const double *correct, size_t n, double *risk_at_coverage)
{
    if (n == 0)
        return (struct aurc){STAT_NAN, STAT_NAN, STAT_NAN};
    CLEANUP(mem_freep) size_t *order = mem_calloc(n, sizeof *order);
    struct sum risk = {0}, oracle = {0}, joint = {0};
    double errors = 0, right = stat_sum(correct, n);
    stat_order(conf, n, order);
    for (size_t i = 0, j; i < n; i = j) { /* groups of equal confidence, from the top */
        double wrong = 0;
        for (j = i; j < n && conf[order[n - 1 - j]] >= conf[order[n - 1 - i]]; j++)
            wrong += 1 - correct[order[n - 1 - j]];
        for (size_t k = i; k < j; k++) {
            double so_far = errors + wrong * (double)(k + 1 - i) / (double)(j - i);
            double at = so_far / (double)(k + 1);
            if (risk_at_coverage)
                risk_at_coverage[k] = at;
            sum_add(&risk, at);
            sum_add(&joint, so_far / (double)n);
            sum_add(&oracle, fmax(0, (double)(k + 1) - right) / (double)(k + 1));
        }
        errors += wrong;
    }
    double mean = sum_get(&risk) / (double)n;
    return (struct aurc){mean, mean - sum_get(&oracle) / (double)n, sum_get(&joint) / (double)n};
}
