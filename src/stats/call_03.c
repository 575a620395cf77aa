/* Section 03, Repeated looks and early stopping: reads inputs, calls the function, writes its
 * fields. */
#include "stats/input.h"
#include "stats/output.h"
#include "stats/registry.h"
#include "stats/sequential.h"

/* The full path of the hedged sequence costs time that grows with the square of the length. */
enum { MAX_HEDGED = 5000 };

static void write_stop(struct jw *out, size_t stop_index)
{
    jw_key(out, "stop_index");
    if (stop_index)
        jw_uint(out, stop_index);
    else
        jw_null(out);
}

/* The values in [0, 1] with alpha and trunc that the betting methods share. */
struct bets_input {
    struct nums x;
    double alpha, trunc;
};

static bool read_bets(yyjson_val *in, struct arena *a, struct bets_input *ret, struct err *e)
{
    return in_nums_range(in, "x", 0, 0, 1, a, &ret->x, e) &&
           in_prob_or(in, "alpha", 0.05, &ret->alpha, e) &&
           in_prob_or(in, "trunc", 0.5, &ret->trunc, e);
}

static bool call_bernoulli_mixture(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k, n;
    double alpha, prior_a, prior_b, m0;
    if (!in_k_of_n(in, "k", "n", &k, &n, e) || !in_prob_or(in, "alpha", 0.05, &alpha, e) ||
        !in_positive_or(in, "prior_a", 1, &prior_a, e) ||
        !in_positive_or(in, "prior_b", 1, &prior_b, e) || !in_prob(in, "m0", &m0, e))
        return false;
    struct interval r = cs_bernoulli_mixture(k, n, alpha, prior_a, prior_b);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "log_e_at_m0", bernoulli_mixture_log_e(k, n, prior_a, prior_b, m0));
    return true;
}

static bool call_predmix(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct bets_input b;
    if (!read_bets(in, a, &b, e))
        return false;
    double *lo = ARENA_ARRAY(a, b.x.n, double), *hi = ARENA_ARRAY(a, b.x.n, double);
    struct running r = cs_predmix_eb(b.x.v, b.x.n, b.alpha, b.trunc, lo, hi);
    out_nums(out, "lo", lo, b.x.n);
    out_nums(out, "hi", hi, b.x.n);
    jw_knum(out, "lo_run_final", r.low);
    jw_knum(out, "hi_run_final", r.high);
    return true;
}

static bool call_predmix_default(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct bets_input b;
    if (!read_bets(in, a, &b, e))
        return false;
    double *lo = ARENA_ARRAY(a, b.x.n, double), *hi = ARENA_ARRAY(a, b.x.n, double);
    cs_predmix_eb_confseq_default(b.x.v, b.x.n, b.alpha, b.trunc, lo, hi);
    out_nums(out, "lo", lo, b.x.n);
    out_nums(out, "hi", hi, b.x.n);
    return true;
}

static bool call_hedged(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct bets_input b;
    if (!read_bets(in, a, &b, e))
        return false;
    if (b.x.n > MAX_HEDGED)
        return in_err(e, "\"x\": found a list of %zu, the limit is %d; cs_predmix_eb has none",
                      b.x.n, MAX_HEDGED);
    double *lo = ARENA_ARRAY(a, b.x.n, double), *hi = ARENA_ARRAY(a, b.x.n, double);
    struct running r = cs_betting_hedged(b.x.v, b.x.n, b.alpha, b.trunc, lo, hi);
    out_nums(out, "lo", lo, b.x.n);
    out_nums(out, "hi", hi, b.x.n);
    jw_knum(out, "lo_run_final", r.low);
    jw_knum(out, "hi_run_final", r.high);
    return true;
}

static bool call_capital(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct bets_input b;
    double m;
    if (!read_bets(in, a, &b, e) || !in_prob(in, "m", &m, e))
        return false;
    double *plus = ARENA_ARRAY(a, b.x.n, double), *minus = ARENA_ARRAY(a, b.x.n, double);
    double *hedged = ARENA_ARRAY(a, b.x.n, double);
    betting_capital(b.x.v, b.x.n, m, b.alpha, b.trunc, plus, minus, hedged);
    out_nums(out, "k_plus", plus, b.x.n);
    out_nums(out, "k_minus", minus, b.x.n);
    out_nums(out, "hedged", hedged, b.x.n);
    return true;
}

static bool call_eprocess_mcnemar(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums s;
    double prior_a, prior_b, alpha;
    struct mcnemar_process p;
    if (!in_bits(in, "s", 0, a, &s, e) || !in_positive_or(in, "prior_a", 1, &prior_a, e) ||
        !in_positive_or(in, "prior_b", 1, &prior_b, e) ||
        !in_prob_or(in, "alpha", 0.05, &alpha, e))
        return false;
    mcnemar_process_init(&p, prior_a, prior_b, alpha);
    double *log_e = ARENA_ARRAY(a, s.n, double);
    for (size_t i = 0; i < s.n; i++) {
        mcnemar_process_add(&p, s.v[i] > 0);
        log_e[i] = p.log_e;
    }
    out_nums(out, "log_e", log_e, s.n);
    jw_knum(out, "p_anytime", mcnemar_process_p(&p));
    write_stop(out, p.stop_index);
    return true;
}

static bool call_eprocess_ni(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums d;
    double margin, alpha, trunc, first[10];
    struct ni_process p;
    if (!in_nums_range(in, "d", 0, -1, 1, a, &d, e) || !in_prob(in, "margin", &margin, e) ||
        !in_prob_or(in, "alpha", 0.05, &alpha, e) || !in_prob_or(in, "trunc", 0.5, &trunc, e))
        return false;
    ni_process_init(&p, margin, alpha, trunc);
    for (size_t i = 0; i < d.n; i++) {
        ni_process_add(&p, d.v[i]);
        if (i < ARRAY_LEN(first))
            first[i] = exp(p.log_k);
    }
    jw_knum(out, "final", exp(p.log_k));
    jw_knum(out, "maximum", exp(p.max_log_k));
    out_nums(out, "k_first10", first, d.n < ARRAY_LEN(first) ? d.n : ARRAY_LEN(first));
    write_stop(out, p.stop_index);
    return true;
}

static bool call_asymptotic(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t n;
    double mean, sd, alpha, n_opt;
    if (!in_count(in, "n", &n, e) || !in_num(in, "mean", &mean, e) ||
        !in_range(in, "sd", 0, 1e300, &sd, e) || !in_prob_or(in, "alpha", 0.05, &alpha, e) ||
        !in_positive(in, "n_opt", &n_opt, e))
        return false;
    struct asymptotic_cs r = cs_asymptotic_mean(n, mean, sd, alpha, n_opt);
    jw_knum(out, "rho", r.rho);
    jw_knum(out, "radius", r.radius);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_e_bh(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums values;
    double alpha;
    if (!in_nums_range(in, "e", 0, 0, 1e300, a, &values, e) ||
        !in_prob_or(in, "alpha", 0.05, &alpha, e))
        return false;
    size_t *index = ARENA_ARRAY(a, values.n, size_t);
    size_t n = e_bh(values.v, values.n, alpha, index);
    jw_key(out, "rejected");
    jw_arr(out);
    for (size_t i = 0; i < n; i++)
        jw_uint(out, index[i]);
    jw_end(out);
    return true;
}

const struct stat_row stats_03[] = {
    {"cs_bernoulli_mixture", 3, "k n [alpha] [prior_a] [prior_b] m0",
     "pass rate, valid however often it is looked at", call_bernoulli_mixture},
    {"cs_betting_hedged", 3, "x [alpha] [trunc]",
     "bounded score at every look: the tightest confidence sequence", call_hedged},
    {"betting_capital", 3, "x m [alpha] [trunc]",
     "capital of the bets against one value of the mean", call_capital},
    {"cs_predmix_eb", 3, "x [alpha] [trunc]",
     "bounded score at every look, in closed form (empirical Bernstein)", call_predmix},
    {"cs_predmix_eb_confseq_default", 3, "x [alpha] [trunc]",
     "the same with the centre that the authors' library uses", call_predmix_default},
    {"eprocess_mcnemar", 3, "s [prior_a] [prior_b] [alpha]",
     "which of two is better, item by item, stopping when it is clear", call_eprocess_mcnemar},
    {"eprocess_noninferiority", 3, "d margin [alpha] [trunc]",
     "not worse by the margin, item by item, stopping when it is clear", call_eprocess_ni},
    {"cs_asymptotic_mean", 3, "n mean sd [alpha] n_opt",
     "unbounded mean at every look, for large n", call_asymptotic},
    {"e_bh", 3, "e [alpha]", "which of many streams to reject, by e-values", call_e_bh},
    {NULL, 3, NULL, NULL, NULL},
};
