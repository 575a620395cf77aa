/* Confusion matrix and what follows from it; see confusion.h. */
#include "grade/confusion.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"

enum { MAX_CLASSES = 2000, MAX_MATRIX = 100 };

static int by_label(const void *a, const void *b)
{
    const struct class_score *x = a, *y = b;
    return str_cmp(x->label, y->label);
}

/* Position of a label among the sorted classes, or n_labels. */
static size_t class_at(const struct confusion *c, struct str label)
{
    struct class_score key = {.label = label};
    const struct class_score *hit =
        bsearch(&key, c->score, c->n_labels, sizeof *c->score, by_label);
    return hit ? (size_t)(hit - c->score) : c->n_labels;
}

static bool find_classes(struct arena *a, const struct str *expected, size_t n, struct confusion *c,
                         struct err *e)
{
    CLEANUP(map_release) struct map seen = {0};
    for (size_t i = 0; i < n; i++)
        map_entry(&seen, expected[i], NULL);
    if (seen.n > MAX_CLASSES)
        return err_set(e, ERR_LIMIT, "%zu different labels where at most %d are counted", seen.n,
                       MAX_CLASSES);
    c->n_labels = seen.n;
    c->score = ARENA_ARRAY(a, seen.n, struct class_score);
    for (size_t i = 0; i < seen.n; i++)
        c->score[i].label = seen.entries[i].key;
    if (seen.n)
        qsort(c->score, seen.n, sizeof *c->score, by_label);
    return true;
}

static double ratio(size_t a, size_t b) { return b ? (double)a / (double)b : (double)NAN; }

static void finish(struct confusion *c)
{
    double p = 0, r = 0, f = 0, weighted = 0;
    for (size_t i = 0; i < c->n_labels; i++) {
        struct class_score *s = &c->score[i];
        s->precision = ratio(s->both, s->predicted);
        s->recall = ratio(s->both, s->expected);
        s->f1 = ratio(2 * s->both, s->expected + s->predicted);
        p += s->predicted ? s->precision : 0;
        r += s->recall;
        f += s->f1;
        weighted += s->f1 * (double)s->expected;
        c->n_right += s->both;
    }
    double k = c->n_labels ? (double)c->n_labels : (double)NAN;
    c->accuracy = ratio(c->n_right, c->n);
    c->macro_precision = p / k;
    c->macro_recall = r / k;
    c->macro_f1 = f / k;
    c->weighted_f1 = c->n ? weighted / (double)c->n : (double)NAN;
}

bool confusion_of(struct arena *a, const struct str *expected, const struct str *predicted,
                  size_t n, struct confusion *ret, struct err *e)
{
    *ret = (struct confusion){.n = n};
    if (!find_classes(a, expected, n, ret, e))
        return false;
    size_t width = ret->n_labels + 1;
    ret->count = ARENA_ARRAY(a, ret->n_labels * width, size_t);
    for (size_t i = 0; i < n; i++) {
        size_t want = class_at(ret, expected[i]), got = class_at(ret, predicted[i]);
        ret->count[want * width + got]++;
        ret->score[want].expected++;
        if (got == ret->n_labels)
            ret->n_other++;
        else
            ret->score[got].predicted++;
        ret->score[want].both += want == got;
    }
    finish(ret);
    return true;
}

static void write_matrix(struct jw *w, const struct confusion *c)
{
    jw_key(w, "matrix");
    jw_arr(w);
    for (size_t i = 0; i < c->n_labels; i++) {
        jw_arr(w);
        for (size_t j = 0; j < c->n_labels; j++)
            jw_uint(w, c->count[i * (c->n_labels + 1) + j]);
        jw_end(w);
    }
    jw_end(w);
}

void confusion_write(struct jw *w, const struct confusion *c)
{
    jw_key(w, "labels");
    jw_arr(w);
    for (size_t i = 0; i < c->n_labels; i++)
        jw_str(w, c->score[i].label);
    jw_end(w);
    if (c->n_labels <= MAX_MATRIX)
        write_matrix(w, c);
    jw_kint(w, "other", (int64_t)c->n_other);
    jw_key(w, "per_class");
    jw_obj(w);
    for (size_t i = 0; i < c->n_labels; i++) {
        const struct class_score *s = &c->score[i];
        jw_key_str(w, s->label);
        jw_obj(w);
        jw_kint(w, "n", (int64_t)s->expected);
        jw_knum(w, "precision", s->precision);
        jw_knum(w, "recall", s->recall);
        jw_knum(w, "f1", s->f1);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "macro");
    jw_obj(w);
    jw_knum(w, "precision", c->macro_precision);
    jw_knum(w, "recall", c->macro_recall);
    jw_knum(w, "f1", c->macro_f1);
    jw_end(w);
    jw_knum(w, "weighted_f1", c->weighted_f1);
    jw_knum(w, "accuracy", c->accuracy);
}
