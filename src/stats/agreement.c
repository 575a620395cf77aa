/* Kappa for two raters and for many; see agreement.h. Ratings with gaps are in
 * agreement_alpha.c. */
#include "stats/agreement.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/special.h"

static double weight(size_t i, size_t j, size_t k, enum kappa_weights weights)
{
    double d = ((double)i - (double)j) / (double)(k > 1 ? k - 1 : 1);
    switch (weights) {
    case KAPPA_IDENTITY: return i == j ? 1 : 0;
    case KAPPA_LINEAR: return 1 - fabs(d);
    case KAPPA_QUADRATIC: return 1 - d * d;
    }
    return STAT_NAN;
}

/* Shares of a table: rows and columns add up to 1; mean weights of each row and column. */
struct shares {
    double *row, *col, *row_weight, *col_weight;
};

static void fill_shares(const double *table, size_t k, enum kappa_weights weights, double n,
                        struct shares *s)
{
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            s->row[i] += table[i * k + j] / n;
            s->col[j] += table[i * k + j] / n;
        }
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            s->row_weight[i] += weight(i, j, k, weights) * s->col[j];
            s->col_weight[j] += weight(i, j, k, weights) * s->row[i];
        }
    }
}

static void kappa_errors(const double *table, size_t k, enum kappa_weights weights,
                         const struct shares *s, double conf, struct kappa *r)
{
    struct sum se = {0}, se0 = {0};
    double miss = 1 - r->pe, lost = 1 - r->kappa;
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            double w = weight(i, j, k, weights), means = s->row_weight[i] + s->col_weight[j];
            double a = w - means * lost, b = w - means;
            sum_add(&se, table[i * k + j] / r->n * a * a);
            sum_add(&se0, s->row[i] * s->col[j] * b * b);
        }
    }
    double shift = r->kappa - r->pe * lost;
    r->se = sqrt(fmax(0, sum_get(&se) - shift * shift) / r->n) / miss;
    r->se0 = sqrt(fmax(0, sum_get(&se0) - r->pe * r->pe) / r->n) / miss;
    double half = norm_quantile(0.5 + conf / 2) * r->se;
    r->low = fmax(-1, r->kappa - half);
    r->high = fmin(1, r->kappa + half);
}

struct kappa weighted_kappa(const double *table, size_t k, enum kappa_weights weights, double conf)
{
    struct kappa r = {stat_sum(table, k * k), STAT_NAN, STAT_NAN, STAT_NAN,
                      STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    if (!(r.n > 0))
        return r;
    double *room = mem_calloc(4 * k, sizeof *room);
    struct shares s = {room, room + k, room + 2 * k, room + 3 * k};
    fill_shares(table, k, weights, r.n, &s);
    struct sum po = {0}, pe = {0};
    for (size_t i = 0; i < k; i++) {
        sum_add(&pe, s.row[i] * s.row_weight[i]);
        for (size_t j = 0; j < k; j++)
            sum_add(&po, weight(i, j, k, weights) * table[i * k + j] / r.n);
    }
    r.po = sum_get(&po);
    r.pe = sum_get(&pe);
    if (1 - r.pe > 1e-15) {
        r.kappa = (r.po - r.pe) / (1 - r.pe);
        kappa_errors(table, k, weights, &s, conf, &r);
    }
    free(room);
    return r;
}

struct kappa cohen_kappa(const double *table, size_t k, double conf)
{
    return weighted_kappa(table, k, KAPPA_IDENTITY, conf);
}

struct fleiss_kappa fleiss_kappa(const double *counts, size_t units, size_t k)
{
    struct fleiss_kappa r = {STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    double raters = units ? stat_sum(counts, k) : 0, n = (double)units;
    if (!(raters >= 2))
        return r;
    double *share = mem_calloc(k, sizeof *share);
    struct sum agree = {0};
    for (size_t u = 0; u < units; u++) {
        for (size_t c = 0; c < k; c++) {
            double x = counts[u * k + c];
            sum_add(&agree, x * (x - 1) / (raters * (raters - 1)));
            share[c] += x / (n * raters);
        }
    }
    double pe = 0, pq = 0, pq_skew = 0;
    for (size_t c = 0; c < k; c++) {
        double p = share[c], q = 1 - p;
        pe += p * p;
        pq += p * q;
        pq_skew += p * q * (q - p);
    }
    free(share);
    r.p_bar = sum_get(&agree) / n;
    r.pe = pe;
    if (1 - pe > 1e-15) {
        r.kappa = (r.p_bar - pe) / (1 - pe);
        r.se0 = sqrt(2 / (n * raters * (raters - 1))) * sqrt(fmax(0, pq * pq - pq_skew)) / pq;
        r.z = r.se0 > 0 ? r.kappa / r.se0 : STAT_NAN;
    }
    return r;
}
