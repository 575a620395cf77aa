/* Agreement of a grader with people; see evaluate.h. */
#include "grade/evaluate.h"

#include <math.h>

#include "stats/agreement.h"
#include "stats/association.h"
#include "stats/proportion.h"

/* Two classes that the score separates completely leave DeLong's variance 0. Then the interval is
 * the exact one of a rate of which the smaller class is the sample. */
static struct estimate auc_of(const double *score, const double *y, size_t n, double conf)
{
    struct auc x = auc_delong(score, y, n, conf);
    size_t n_good = 0;
    if (!(x.se <= 0) || (x.auc > 0 && x.auc < 1))
        return (struct estimate){x.auc, x.low, x.high, n, "delong"};
    for (size_t i = 0; i < n; i++)
        n_good += y[i] > 0.5;
    size_t m = n_good < n - n_good ? n_good : n - n_good;
    return estimate_of(ci_clopper_pearson(x.auc > 0.5 ? m : 0, m, conf), n,
                       "clopper-pearson of the smaller class");
}

static struct estimate from_correlation(struct correlation x)
{
    return (struct estimate){x.r, x.low, x.high, x.n, "bonett-wright"};
}

static double ratio(size_t a, size_t b) { return b ? (double)a / (double)b : (double)NAN; }

/* Kappa of a square table of counts. */
static struct estimate kappa_of(const double *table, size_t k, size_t n, double conf)
{
    struct kappa x = {.kappa = NAN, .low = NAN, .high = NAN};
    if (n > 0)
        x = cohen_kappa(table, k, conf);
    return (struct estimate){x.kappa, x.low, x.high, n, "fleiss-cohen-everitt"};
}

static void binary_agreement(const struct judged *row, const double *y, size_t n, double conf,
                             struct evaluation *v)
{
    for (size_t i = 0; i < n; i++) {
        bool good = y[i] > 0.5;
        v->tp += good && row[i].pass;
        v->fn += good && !row[i].pass;
        v->fp += !good && row[i].pass;
        v->tn += !good && !row[i].pass;
    }
    const double table[] = {(double)v->tp, (double)v->fn, (double)v->fp, (double)v->tn};
    v->kappa = kappa_of(table, 2, n, conf);
    v->precision = ratio(v->tp, v->tp + v->fp);
    v->recall = ratio(v->tp, v->tp + v->fn);
    v->f1 = ratio(2 * v->tp, 2 * v->tp + v->fp + v->fn);
    v->accuracy = ratio(v->tp + v->tn, n);
}

/* Classes of people's labels, and one more for predictions that are none of them. */
static bool label_agreement(struct arena *a, const struct judged *row, size_t n, double conf,
                            struct evaluation *v, struct err *e)
{
    struct str *expected = ARENA_ARRAY(a, n, struct str);
    struct str *predicted = ARENA_ARRAY(a, n, struct str);
    for (size_t i = 0; i < n; i++) {
        expected[i] = row[i].human_label;
        predicted[i] = row[i].label;
    }
    if (!confusion_of(a, expected, predicted, n, &v->labels, e))
        return false;
    size_t k = v->labels.n_labels + (v->labels.n_other > 0);
    double *table = ARENA_ARRAY(a, k * k, double);
    for (size_t i = 0; i < v->labels.n_labels; i++)
        for (size_t j = 0; j < k; j++)
            table[i * k + j] = (double)v->labels.count[i * (v->labels.n_labels + 1) + j];
    v->by_label = true;
    v->kappa = kappa_of(table, k, n, conf);
    v->precision = v->labels.macro_precision;
    v->recall = v->labels.macro_recall;
    v->f1 = v->labels.macro_f1;
    v->accuracy = v->labels.accuracy;
    return true;
}

/* Two classes out of people's numbers into y; false when they are not 0 and 1 and no cut helps. */
static bool two_classes(const struct judged *row, size_t n, double cut, double *y)
{
    for (size_t i = 0; i < n; i++) {
        double h = row[i].human;
        if (isnan(cut) && (h < 0 || h > 1 || (h > 0 && h < 1)))
            return false;
        y[i] = isnan(cut) ? h : h >= cut ? 1 : 0;
    }
    return n > 0;
}

bool evaluate_grader(struct arena *a, const struct judged *row, size_t n, double cut, double conf,
                     struct evaluation *ret, struct err *e)
{
    double *score = ARENA_ARRAY(a, n, double), *human = ARENA_ARRAY(a, n, double);
    double *y = ARENA_ARRAY(a, n, double), *length = ARENA_ARRAY(a, n, double);
    *ret = (struct evaluation){.n = n, .errors = ret->errors, .threshold = ret->threshold};
    ret->precision = ret->recall = ret->f1 = ret->accuracy = NAN;
    ret->auc = ret->length_auc = (struct estimate){NAN, NAN, NAN, n, "delong"};
    ret->spearman = (struct estimate){NAN, NAN, NAN, n, "bonett-wright"};
    ret->kappa = (struct estimate){NAN, NAN, NAN, n, "fleiss-cohen-everitt"};
    if (n > 0 && !str_null(row[0].human_label))
        return label_agreement(a, row, n, conf, ret, e);
    for (size_t i = 0; i < n; i++) {
        score[i] = row[i].score;
        human[i] = row[i].human;
        length[i] = row[i].length;
    }
    ret->spearman = from_correlation(spearman(score, human, n, conf));
    if (!two_classes(row, n, cut, y))
        return true;
    ret->auc = auc_of(score, y, n, conf);
    ret->length_auc = auc_of(length, y, n, conf);
    binary_agreement(row, y, n, conf, ret);
    return true;
}

void evaluation_write(struct jw *w, const struct evaluation *v)
{
    jw_kint(w, "n", (int64_t)v->n);
    jw_kint(w, "errors", (int64_t)v->errors);
    estimate_write(w, "auc", v->auc);
    estimate_write(w, "spearman", v->spearman);
    estimate_write(w, "kappa", v->kappa);
    jw_knum(w, "threshold", v->threshold);
    jw_knum(w, "precision", v->precision);
    jw_knum(w, "recall", v->recall);
    jw_knum(w, "f1", v->f1);
    jw_knum(w, "accuracy", v->accuracy);
    estimate_write(w, "length_auc", v->length_auc);
    jw_key(w, "confusion");
    jw_obj(w);
    if (v->by_label) {
        confusion_write(w, &v->labels);
    } else {
        jw_kint(w, "tp", (int64_t)v->tp);
        jw_kint(w, "fp", (int64_t)v->fp);
        jw_kint(w, "fn", (int64_t)v->fn);
        jw_kint(w, "tn", (int64_t)v->tn);
    }
    jw_end(w);
}
