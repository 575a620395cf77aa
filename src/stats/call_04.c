/* Section 04, Correcting a judge by human labels: reads inputs, calls the function, writes its
 * fields. */
#include "stats/input.h"
#include "stats/judge_correction.h"
#include "stats/registry.h"

static bool call_eif(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct judge_counts c;
    size_t judge_pass, n;
    double conf, smooth;
    if (!in_count(in, "n11", &c.n11, e) || !in_count(in, "n10", &c.n10, e) ||
        !in_count(in, "n01", &c.n01, e) || !in_count(in, "n00", &c.n00, e) ||
        !in_k_of_n(in, "judge_pass", "n", &judge_pass, &n, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e) ||
        !in_range_or(in, "smooth", 0, 1e6, 0.5, &smooth, e))
        return false;
    struct judge_eif r = judge_eif_binary(c, judge_pass, n, conf, smooth);
    jw_knum(out, "mu0", r.mu0);
    jw_knum(out, "mu1", r.mu1);
    jw_knum(out, "p", r.p);
    jw_knum(out, "theta", r.theta);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_rogan_gladen(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k_pass, n, tn, m0, tp, m1;
    double conf;
    if (!in_k_of_n(in, "k_pass", "n", &k_pass, &n, e) ||
        !in_k_of_n(in, "tn", "m0", &tn, &m0, e) || !in_k_of_n(in, "tp", "m1", &tp, &m1, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct interval r = rogan_gladen_ci(k_pass, n, tn, m0, tp, m1, conf);
    jw_knum(out, "theta", r.est);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_ppi(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums y, f, u;
    double alpha;
    if (!in_nums(in, "y", 1, a, &y, e) || !in_nums(in, "f", 1, a, &f, e) ||
        !in_same_length("y", y.n, "f", f.n, e) || !in_nums(in, "u", 1, a, &u, e) ||
        !in_prob_or(in, "alpha", 0.05, &alpha, e))
        return false;
    struct ppi_mean r = ppi_mean(y.v, f.v, y.n, u.v, u.n, alpha);
    jw_knum(out, "classical_est", r.classical_est);
    jw_knum(out, "classical_se", r.classical_se);
    jw_knum(out, "naive_judge_mean", r.naive_judge_mean);
    jw_knum(out, "ppi_est", r.ppi.est);
    jw_knum(out, "ppi_lo", r.ppi.low);
    jw_knum(out, "ppi_hi", r.ppi.high);
    jw_knum(out, "lam", r.lambda);
    jw_knum(out, "ppi_pp_est", r.ppi_pp.est);
    jw_knum(out, "ppi_pp_se", r.ppi_pp_se);
    jw_knum(out, "ppi_pp_lo", r.ppi_pp.low);
    jw_knum(out, "ppi_pp_hi", r.ppi_pp.high);
    return true;
}

static bool call_effective_n(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    double corr;
    size_t n, more;
    if (!in_range(in, "corr", -1, 1, &corr, e) || !in_count(in, "n", &n, e) ||
        !in_count(in, "N", &more, e))
        return false;
    jw_knum(out, "n_effective", ppi_effective_n(corr, n, more));
    return true;
}

static bool call_allocation(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t m, m_pilot;
    double p, q0, q1;
    if (!in_count(in, "m", &m, e) || !in_range(in, "p", 0, 1, &p, e) ||
        !in_range(in, "q0_pilot", 0, 1, &q0, e) || !in_range(in, "q1_pilot", 0, 1, &q1, e) ||
        !in_count(in, "m_pilot", &m_pilot, e))
        return false;
    if (m < 2 * m_pilot)
        return in_err(e, "\"m\": found %zu, expected at least twice \"m_pilot\" = %zu", m,
                      m_pilot);
    struct calibration_allocation r = calibration_allocation(m, p, q0, q1, m_pilot);
    jw_kint(out, "m0", (int64_t)r.m0);
    jw_kint(out, "m1", (int64_t)r.m1);
    return true;
}

const struct stat_row stats_04[] = {
    {"judge_eif_binary", 4, "n11 n10 n01 n00 judge_pass n [conf] [smooth]",
     "pass rate corrected by human labels on a random sample", call_eif},
    {"rogan_gladen_ci", 4, "k_pass n tn m0 tp m1 [conf]",
     "pass rate corrected by the judge's sensitivity and specificity", call_rogan_gladen},
    {"ppi_mean", 4, "y f u [alpha]", "mean score from few human and many judge scores", call_ppi},
    {"ppi_effective_n", 4, "corr n N", "what a judge is worth in human labels",
     call_effective_n},
    {"calibration_allocation", 4, "m p q0_pilot q1_pilot m_pilot",
     "how to split human labels between passes and failures", call_allocation},
    {NULL, 4, NULL, NULL, NULL},
};
