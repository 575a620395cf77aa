/* Ridge, logistic and non-negative regression on the normal equations; see regression.h. */
#include "stats/regression.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/association.h"
#include "stats/estimate.h"
#include "stats/linalg.h"
#include "stats/moments.h"

static bool check_size(size_t n, size_t p, struct err *e)
{
    if (p > REGRESSION_MAX_COLUMNS)
        return err_set(e, ERR_STAT, "%zu columns, the limit is %d", p, REGRESSION_MAX_COLUMNS);
    return n > 0 || err_set(e, ERR_STAT, "no rows to fit");
}

double linear_predict(double intercept, const double *coef, const double *row, size_t p)
{
    for (size_t j = 0; j < p; j++)
        intercept += coef[j] * row[j];
    return intercept;
}

bool ridge_fit(const double *x, const double *y, size_t n, size_t p, double lambda,
               double *intercept, double *coef, struct err *e)
{
    if (!check_size(n, p, e))
        return false;
    CLEANUP(mem_freep) double *gram = mem_calloc(p * p + 1, sizeof *gram);
    CLEANUP(mem_freep) double *mean = mem_calloc(p + 1, sizeof *mean);
    CLEANUP(mem_freep) double *row = mem_calloc(p + 1, sizeof *row);
    double mean_y = stat_mean(y, n);
    for (size_t j = 0; j < p; j++) {
        struct sum s = {0};
        for (size_t i = 0; i < n; i++)
            sum_add(&s, x[i * p + j]);
        mean[j] = sum_get(&s) / (double)n;
        coef[j] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < p; j++) {
            row[j] = x[i * p + j] - mean[j];
            coef[j] += row[j] * (y[i] - mean_y);
            for (size_t k = 0; k <= j; k++)
                gram[j * p + k] += row[j] * row[k];
        }
    }
    for (size_t j = 0; j < p; j++)
        gram[j * p + j] += lambda;
    if (!cholesky_factor(gram, p)) {
        err_set(e, ERR_STAT, "the columns of X are constant or linearly dependent");
        return err_hint(e, "A lambda over 0 makes the weights unique.");
    }
    cholesky_solve(gram, p, coef);
    *intercept = mean_y - linear_predict(0, coef, mean, p);
    return true;
}

/* --- logistic --- */

struct logistic {
    const double *x, *y;
    size_t n, p;
    double lambda;
    double *beta; /* p + 1 numbers, the intercept last */
};

static double logistic_eta(const struct logistic *m, const double *beta, size_t i)
{
    return linear_predict(beta[m->p], beta, m->x + i * m->p, m->p);
}

static double logistic_loss(const struct logistic *m, const double *beta)
{
    struct sum loss = {0};
    for (size_t i = 0; i < m->n; i++) {
        double eta = logistic_eta(m, beta, i), s = m->y[i] > 0.5 ? eta : -eta;
        sum_add(&loss, s > 0 ? log1p(exp(-s)) : log1p(exp(s)) - s);
    }
    for (size_t j = 0; j < m->p; j++)
        sum_add(&loss, 0.5 * m->lambda * beta[j] * beta[j]);
    return sum_get(&loss);
}

/* Gradient and (lower triangle of the) Hessian at beta; returns the gradient's largest element. */
static double logistic_slope(const struct logistic *m, double *gradient, double *hessian)
{
    size_t q = m->p + 1;
    double most = 0;
    memset(gradient, 0, q * sizeof *gradient);
    memset(hessian, 0, q * q * sizeof *hessian);
    for (size_t i = 0; i < m->n; i++) {
        double pi = 1 / (1 + exp(-logistic_eta(m, m->beta, i))), w = pi * (1 - pi);
        for (size_t j = 0; j < q; j++) {
            double xj = j < m->p ? m->x[i * m->p + j] : 1;
            gradient[j] += (pi - m->y[i]) * xj;
            for (size_t k = 0; k <= j; k++)
                hessian[j * q + k] += w * xj * (k < m->p ? m->x[i * m->p + k] : 1);
        }
    }
    for (size_t j = 0; j < m->p; j++) {
        gradient[j] += m->lambda * m->beta[j];
        hessian[j * q + j] += m->lambda;
    }
    for (size_t j = 0; j < q; j++)
        most = fmax(most, fabs(gradient[j]));
    return most;
}

/* Moves beta along -step, halving until the loss falls enough; false when it never does. */
static bool logistic_move(const struct logistic *m, const double *gradient, const double *step,
                          double *trial, double *loss)
{
    size_t q = m->p + 1;
    double descent = 0;
    for (size_t j = 0; j < q; j++)
        descent += gradient[j] * step[j];
    for (double size = 1; size > 1e-10; size *= 0.5) {
        for (size_t j = 0; j < q; j++)
            trial[j] = m->beta[j] - size * step[j];
        double next = logistic_loss(m, trial);
        if (next <= *loss - 1e-4 * size * descent + 1e-14 * fabs(*loss)) {
            memcpy(m->beta, trial, q * sizeof *trial);
            *loss = next;
            return true;
        }
    }
    return false;
}

static bool no_solution(struct err *e)
{
    err_set(e, ERR_STAT, "the weights do not settle: a column is constant, or the classes can be "
                         "separated without error");
    return err_hint(e, "A lambda over 0 gives a finite solution.");
}

bool logistic_ridge_fit(const double *x, const double *y, size_t n, size_t p, double lambda,
                        double *intercept, double *coef, double *penalised_nll, struct err *e)
{
    double positives = stat_sum(y, n);
    if (!check_size(n, p, e))
        return false;
    if (!(positives > 0 && positives < (double)n))
        return err_set(e, ERR_STAT, "all outcomes are the same, expected both 0 and 1");
    size_t q = p + 1;
    CLEANUP(mem_freep) double *beta = mem_calloc(q, sizeof *beta);
    CLEANUP(mem_freep) double *gradient = mem_calloc(q, sizeof *gradient);
    CLEANUP(mem_freep) double *step = mem_calloc(q, sizeof *step);
    CLEANUP(mem_freep) double *hessian = mem_calloc(q * q, sizeof *hessian);
    struct logistic m = {x, y, n, p, lambda, beta};
    double loss = logistic_loss(&m, beta), tolerance = 1e-9 * fmax(1, (double)n);
    for (int i = 0; i < 100; i++) {
        if (logistic_slope(&m, gradient, hessian) < tolerance) {
            *intercept = beta[p];
            memcpy(coef, beta, p * sizeof *coef);
            *penalised_nll = loss;
            /* without a penalty, a loss of nearly 0 is a separation running to infinity */
            return lambda > 0 || loss > 1e-6 * (double)n || no_solution(e);
        }
        memcpy(step, gradient, q * sizeof *step);
        if (!cholesky_factor(hessian, q))
            return no_solution(e);
        cholesky_solve(hessian, q, step);
        /* hessian is used up and serves as room for the trial point */
        if (!logistic_move(&m, gradient, step, hessian, &loss))
            return no_solution(e);
    }
    return no_solution(e);
}

/* --- non-negative least squares --- */

struct nnls {
    size_t p;
    const double *gram, *xy;   /* XᵀX and Xᵀy */
    bool *passive;             /* may be over 0 */
    double *coef, *solution;   /* current point, least squares on the passive set */
    double *matrix, *right;    /* room for the reduced system */
};

/* Least squares on the passive columns; false when they are dependent. */
static bool nnls_solve(struct nnls *s)
{
    size_t m = 0, at = 0;
    for (size_t j = 0; j < s->p; j++)
        m += s->passive[j];
    for (size_t j = 0, r = 0; j < s->p; j++) {
        if (!s->passive[j])
            continue;
        s->right[r++] = s->xy[j];
        for (size_t k = 0; k < s->p; k++)
            if (s->passive[k])
                s->matrix[at++] = s->gram[j * s->p + k];
    }
    if (!cholesky_factor(s->matrix, m))
        return false;
    cholesky_solve(s->matrix, m, s->right);
    for (size_t j = 0, r = 0; j < s->p; j++)
        s->solution[j] = s->passive[j] ? s->right[r++] : 0;
    return true;
}

/* Steps from coef towards solution as far as nothing turns negative; drops what reached 0. True
 * when the solution itself was reached. */
static bool nnls_step(struct nnls *s)
{
    double part = 1;
    for (size_t j = 0; j < s->p; j++)
        if (s->passive[j] && s->solution[j] <= 0)
            part = fmin(part, s->coef[j] / (s->coef[j] - s->solution[j]));
    for (size_t j = 0; j < s->p; j++) {
        bool blocking = s->passive[j] && s->solution[j] <= 0;
        s->coef[j] += part * (s->solution[j] - s->coef[j]);
        if (blocking && s->coef[j] <= 1e-14 * fabs(s->solution[j])) {
            s->coef[j] = 0;
            s->passive[j] = false;
        }
    }
    return part >= 1;
}

/* The column outside the passive set with the steepest descent; p when none descends. */
static size_t nnls_enter(const struct nnls *s, double tolerance)
{
    size_t best = s->p;
    double most = tolerance;
    for (size_t j = 0; j < s->p; j++) {
        if (s->passive[j])
            continue;
        double w = s->xy[j] - linear_predict(0, s->coef, s->gram + j * s->p, s->p);
        if (w > most) {
            most = w;
            best = j;
        }
    }
    return best;
}

static bool nnls_run(struct nnls *s, struct err *e)
{
    double scale = 0;
    for (size_t j = 0; j < s->p; j++)
        scale = fmax(scale, fabs(s->xy[j]));
    for (size_t round = 0; round < 30 * (s->p + 1); round++) {
        size_t enter = nnls_enter(s, 1e-12 * scale);
        if (enter == s->p)
            return true;
        s->passive[enter] = true;
        do {
            if (!nnls_solve(s))
                return err_set(e, ERR_STAT, "the columns of X are zero or linearly dependent");
        } while (!nnls_step(s));
    }
    return err_set(e, ERR_STAT, "non-negative least squares did not settle");
}

bool nnls_fit(const double *x, const double *y, size_t n, size_t p, double *coef,
              double *residual_ss, struct err *e)
{
    if (!check_size(n, p, e))
        return false;
    CLEANUP(mem_freep) double *gram = mem_calloc(p * p + 1, sizeof *gram);
    CLEANUP(mem_freep) double *matrix = mem_calloc(p * p + 1, sizeof *matrix);
    CLEANUP(mem_freep) double *lists = mem_calloc(3 * p + 1, sizeof *lists);
    CLEANUP(mem_freep) bool *passive = mem_calloc(p + 1, sizeof *passive);
    double *xy = lists, *solution = lists + p, *right = lists + 2 * p;
    for (size_t i = 0; i < n; i++) {
        const double *row = x + i * p;
        for (size_t j = 0; j < p; j++) {
            xy[j] += row[j] * y[i];
            for (size_t k = 0; k < p; k++)
                gram[j * p + k] += row[j] * row[k];
        }
    }
    memset(coef, 0, p * sizeof *coef);
    struct nnls s = {.p = p, .gram = gram, .xy = xy, .passive = passive, .coef = coef,
                     .solution = solution, .matrix = matrix, .right = right};
    if (!nnls_run(&s, e))
        return false;
    struct sum squares = {0};
    for (size_t i = 0; i < n; i++) {
        double r = y[i] - linear_predict(0, coef, x + i * p, p);
        sum_add(&squares, r * r);
    }
    *residual_ss = sum_get(&squares);
    return true;
}

/* --- cross-validation --- */

/* Fits on all rows outside `fold` and predicts those inside. */
static bool predict_fold(const double *x, const double *y, const size_t *fold, size_t n, size_t p,
                         size_t held_out, double lambda, double *oof_pred, struct err *e)
{
    CLEANUP(mem_freep) double *train_x = mem_calloc(n * p + 1, sizeof *train_x);
    CLEANUP(mem_freep) double *train_y = mem_calloc(n + 1, sizeof *train_y);
    CLEANUP(mem_freep) double *coef = mem_calloc(p + 1, sizeof *coef);
    double intercept;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (fold[i] == held_out)
            continue;
        memcpy(train_x + m * p, x + i * p, p * sizeof *x);
        train_y[m++] = y[i];
    }
    if (!ridge_fit(train_x, train_y, m, p, lambda, &intercept, coef, e))
        return err_wrap(e, "without fold %zu", held_out);
    for (size_t i = 0; i < n; i++)
        if (fold[i] == held_out)
            oof_pred[i] = linear_predict(intercept, coef, x + i * p, p);
    return true;
}

bool cv_ridge_correlation(const double *x, const double *y, const size_t *fold, size_t n, size_t p,
                          double lambda, double *oof_pred, struct cv_correlation *ret,
                          struct err *e)
{
    CLEANUP(mem_freep) double *fitted = mem_calloc(n + 1, sizeof *fitted);
    CLEANUP(mem_freep) double *coef = mem_calloc(p + 1, sizeof *coef);
    double intercept;
    for (size_t i = 0; i < n; i++)
        oof_pred[i] = STAT_NAN;
    for (size_t i = 0; i < n; i++)
        if (isnan(oof_pred[i]) &&
            !predict_fold(x, y, fold, n, p, fold[i], lambda, oof_pred, e))
            return false;
    if (!ridge_fit(x, y, n, p, lambda, &intercept, coef, e))
        return false;
    for (size_t i = 0; i < n; i++)
        fitted[i] = linear_predict(intercept, coef, x + i * p, p);
    ret->pearson = pearson_r(oof_pred, y, n);
    ret->spearman = spearman(oof_pred, y, n, 0.95).r;
    ret->in_sample_pearson = pearson_r(fitted, y, n);
    return true;
}
