/* Temperature and Platt scaling by Newton's method; see confidence.h. */
#include "model/confidence.h"

#include <math.h>

static const double LOWEST = 0.05, HIGHEST = 20;

/* First and second derivative of the mean log-likelihood in b = 1/T, where it is concave:
 * z_y - E[z] and -Var[z] under the softmax. */
static void derivatives(const struct temperature_fit *f, double b, double *ret_first,
                        double *ret_second)
{
    double first = 0, second = 0;
    for (size_t i = 0; i < f->n; i++) {
        const float *z = f->scores + f->row[i] * f->stride;
        double top = (double)z[0], sum = 0, m1 = 0, m2 = 0;
        for (size_t k = 1; k < f->n_classes; k++)
            top = fmax(top, (double)z[k]);
        for (size_t k = 0; k < f->n_classes; k++) {
            double d = (double)z[k] - top, p = exp(b * d);
            sum += p;
            m1 += p * d;
            m2 += p * d * d;
        }
        m1 /= sum;
        m2 /= sum;
        first += (double)z[f->target[f->row[i]]] - top - m1;
        second -= m2 - m1 * m1;
    }
    *ret_first = first / (double)f->n;
    *ret_second = second / (double)f->n;
}

double temperature_of(const struct temperature_fit *f)
{
    if (f->n == 0 || f->n_classes < 2)
        return 1;
    double lo = 1 / HIGHEST, hi = 1 / LOWEST, b = 1;
    for (int step = 0; step < 60 && hi - lo > 1e-9; step++) {
        double first, second;
        derivatives(f, b, &first, &second);
        if (first > 0)
            lo = b;
        else
            hi = b;
        double next = second < 0 ? b - first / second : b;
        if (!(next > lo && next < hi)) /* Newton left the bracket: halve it */
            next = (lo + hi) / 2;
        if (fabs(next - b) < 1e-9)
            break;
        b = next;
    }
    return 1 / b;
}

double platt_apply(struct platt p, double score)
{
    return 1 / (1 + exp(-(p.intercept + p.slope * score)));
}

/* One Newton step on the log-likelihood with a little ridge; returns the size of the step. */
static double platt_step(struct platt *p, const double *score, const bool *right, size_t n,
                         double yes, double no)
{
    double g0 = -1e-6 * p->intercept, g1 = -1e-6 * p->slope, h00 = 1e-6, h01 = 0, h11 = 1e-6;
    for (size_t i = 0; i < n; i++) {
        double q = platt_apply(*p, score[i]), w = q * (1 - q), d = (right[i] ? yes : no) - q;
        g0 += d;
        g1 += d * score[i];
        h00 += w;
        h01 += w * score[i];
        h11 += w * score[i] * score[i];
    }
    double det = h00 * h11 - h01 * h01;
    if (!(det > 0))
        return 0;
    double d0 = (g0 * h11 - g1 * h01) / det, d1 = (g1 * h00 - g0 * h01) / det;
    double size = fmax(fabs(d0), fabs(d1)), f = size > 5 ? 5 / size : 1;
    p->intercept += f * d0;
    p->slope += f * d1;
    return size;
}

struct platt platt_fit(const double *score, const bool *right, size_t n)
{
    size_t n_right = 0;
    for (size_t i = 0; i < n; i++)
        n_right += right[i];
    double yes = ((double)n_right + 1) / ((double)n_right + 2);
    double no = 1 / ((double)(n - n_right) + 2);
    double share = ((double)n_right + 1) / ((double)n + 2);
    struct platt constant = {log(share / (1 - share)), 0}, p = constant;
    for (int step = 0; step < 100; step++)
        if (platt_step(&p, score, right, n, yes, no) < 1e-9)
            break;
    return p.slope > 0 ? p : constant;
}
