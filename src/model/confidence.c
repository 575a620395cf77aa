/* Temperature scaling of many scores, Platt scaling of one; see confidence.h. */
#include "model/confidence.h"

#include <math.h>

#include "base/mem.h"

static const double LOWEST = 0.05, HIGHEST = 20;

/* First and second derivative of the mean log-likelihood in b = 1/T, where it is concave:
 * z_y - E[z] and -Var[z] under the softmax. As in Platt scaling the label counts 1 - 1/(n + 2) and
 * the rest is spread over all classes, so that a perfect record does not become certainty. */
static void derivatives(const struct temperature_fit *f, double b, double *ret_first,
                        double *ret_second)
{
    double first = 0, second = 0, spread = 1 / ((double)f->n + 2);
    for (size_t i = 0; i < f->n; i++) {
        const float *z = f->scores + f->row[i] * f->stride;
        double top = (double)z[0], sum = 0, mean = 0, m1 = 0, m2 = 0;
        for (size_t k = 1; k < f->n_classes; k++)
            top = fmax(top, (double)z[k]);
        for (size_t k = 0; k < f->n_classes; k++) {
            double d = (double)z[k] - top, p = exp(b * d);
            sum += p;
            mean += d / (double)f->n_classes;
            m1 += p * d;
            m2 += p * d * d;
        }
        m1 /= sum;
        m2 /= sum;
        double label = (double)z[f->target[f->row[i]]] - top;
        first += (1 - spread) * label + spread * mean - m1;
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

struct platt platt_of_score(const double *score, const bool *right, size_t n)
{
    CLEANUP(mem_freep) double *y = mem_calloc(n + 1, sizeof *y);
    double n_right = 0;
    for (size_t i = 0; i < n; i++) {
        y[i] = right[i] ? 1 : 0;
        n_right += y[i];
    }
    struct platt p;
    double share = (n_right + 1) / ((double)n + 2);
    if (n == 0 || !platt_fit(score, y, n, &p, NULL) || p.A >= 0)
        p = (struct platt){.A = 0, .B = log((1 - share) / share)};
    return p;
}
