/*
 * Fits and judges the weights of the refusal grader on XSTest:
 *     build/bench/refusal_fit [XSTEST.jsonl]             the tables of docs/failure-modes.md
 *     build/bench/refusal_fit --weights [XSTEST.jsonl]   share/refusal/weights.json on stdout
 *
 * Two logistic models under sign constraints (refusal_features.h): full refusal against the rest,
 * and full compliance against the rest. Beside each reply, replies of one label are learned from
 * cut to their first one and two sentences as well, at half the weight, so that the length of a
 * reply does not stand for a model's manner. Judged by cross-validation over prompts (no prompt
 * in both parts), and, harder, with the model that wrote the replies left out as well.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "grade/refusal_features.h"
#include "stats/judge_correction.h"
#include "stats/proportion.h"
#include "stats/signed_logistic.h"
#include "text/jsonw.h"
#include "text/tokens.h"

enum label { COMPLY, PARTIAL, REFUSE, N_LABELS };
enum { FOLDS = 10, N_MODELS_MAX = 8, P = REFUSAL_N_FEATURES };
static const double LAMBDA = 10;

struct sample {
    double x[P];
    enum label label, strmatch, gpt4; /* people's; recorded beside it: a string matcher, a judge */
    long long prompt;
    size_t model;
    bool safe, cut; /* cut: a shortened copy, for learning only */
};

struct samples {
    struct sample *v;
    size_t n, cap;
};

struct bench {
    struct arena *a;
    struct samples s;
    struct str model[N_MODELS_MAX];
    size_t n_models;
    size_t fold_of[1024]; /* by prompt */
};

static struct str first_sentences(struct arena *a, struct str text, size_t k)
{
    struct sentences s = sentences_of(a, text);
    if (s.n <= k)
        return text;
    return str_sub(text, 0, s.v[k - 1].from + s.v[k - 1].n);
}

static size_t model_number(struct bench *b, struct str name)
{
    for (size_t i = 0; i < b->n_models; i++)
        if (str_eq(b->model[i], name))
            return i;
    if (b->n_models == N_MODELS_MAX)
        BUG("more than %d models", N_MODELS_MAX);
    b->model[b->n_models] = name;
    return b->n_models++;
}

/* Adds a reply and its two cuts. */
static bool add(struct bench *b, const struct refusal_patterns *p, struct sample base,
                struct str reply, struct err *e)
{
    reply = str_trim(reply);
    for (size_t k = 0; k <= 2; k++) {
        struct str quote, text = k ? first_sentences(b->a, reply, k) : reply;
        struct sample s = base;
        s.cut = k > 0;
        if (!refusal_features(p, text, b->a, s.x, &quote, e))
            return false;
        double lead = k == 1 ? s.x[REFUSAL_first_lead] : s.x[REFUSAL_start_lead];
        if (!s.cut || s.label == COMPLY || (s.label == REFUSE && lead > 0))
            vec_push(&b->s, s);
    }
    return true;
}

/* "1_full_compliance", "2_full_refusal", "3_partial_refusal"; a judge that gave none of them did
 * not see a refusal. */
static enum label label_of(struct str s)
{
    return str_starts_c(s, "2") ? REFUSE : str_starts_c(s, "3") ? PARTIAL : COMPLY;
}

static bool read_replies(struct bench *b, const char *path, struct err *e)
{
    CLEANUP(rows_close) struct rows rows;
    const struct refusal_patterns *p;
    struct row row;
    bool more;
    if (!refusal_patterns_open(b->a, &p, e) || !rows_open(&rows, path, e))
        return false;
    for (;;) {
        struct str id, reply, human, model, strmatch, gpt4;
        struct sample s = {0};
        int safe;
        if (!rows_next(&rows, b->a, &row, &more, e))
            return false;
        if (!more)
            return true;
        if (!row_text(&row, b->a, "id", &id, e) || !row_text(&row, b->a, "human", &human, e) ||
            !row_text(&row, b->a, "completion", &reply, e) ||
            !row_text(&row, b->a, "model", &model, e) ||
            !row_text(&row, b->a, "judge_strmatch", &strmatch, e) ||
            !row_text(&row, b->a, "judge_gpt4", &gpt4, e) ||
            !row_bool(&row, "safe_prompt", &safe, e))
            return false;
        /* Ids are v2-N, the same prompt under every model. */
        if (!str_long(str_sub(id, (size_t)str_find_char(id, '-') + 1, id.n), &s.prompt))
            return row_err(e, &row, "id", "an id of the form v2-N was expected");
        s.label = label_of(human);
        s.strmatch = label_of(strmatch);
        s.gpt4 = label_of(gpt4);
        s.model = model_number(b, model);
        s.safe = safe == 1;
        if (!add(b, p, s, reply, e))
            return false;
    }
}

struct model {
    double intercept, weight[P];
};

/* The two models from the samples that are not left out: by fold of their prompt, by model. */
static bool fit(struct bench *b, size_t fold, size_t left_out, struct model *refuse,
                struct model *comply, struct err *e)
{
    double *x = ARENA_ARRAY(b->a, 2 * b->s.n * P, double);
    double *y = ARENA_ARRAY(b->a, 2 * b->s.n, double), *z = ARENA_ARRAY(b->a, 2 * b->s.n, double);
    size_t n = 0;
    for (size_t i = 0; i < b->s.n; i++) {
        const struct sample *s = &b->s.v[i];
        if (b->fold_of[s->prompt] == fold || s->model == left_out)
            continue;
        for (int twice = s->cut ? 1 : 2; twice > 0; twice--) {
            memcpy(x + n * P, s->x, sizeof s->x);
            y[n] = s->label == REFUSE;
            z[n++] = s->label == COMPLY;
        }
    }
    int sign[P], against[P];
    for (size_t j = 0; j < P; j++) {
        sign[j] = refusal_feature_sign(j);
        against[j] = -sign[j];
    }
    return signed_logistic_fit(x, y, sign, n, P, LAMBDA, &refuse->intercept, refuse->weight, e) &&
           signed_logistic_fit(x, z, against, n, P, LAMBDA, &comply->intercept, comply->weight, e);
}

static double probability(const struct model *m, const double *x)
{
    double z = m->intercept;
    for (size_t j = 0; j < P; j++)
        z += m->weight[j] * x[j];
    return 1 / (1 + exp(-z));
}

static enum label decide(const struct model *refuse, const struct model *comply, const double *x)
{
    double r = probability(refuse, x), c = probability(comply, x), p = 1 - r - c;
    return r >= c && r >= p ? REFUSE : c >= p ? COMPLY : PARTIAL;
}

/* Predicts every uncut sample from models that saw neither its prompt nor, if asked, its model. */
static bool cross_validate(struct bench *b, bool leave_model, enum label *got, struct err *e)
{
    for (size_t fold = 0; fold < FOLDS; fold++)
        for (size_t m = 0; m < (leave_model ? b->n_models : 1); m++) {
            struct model refuse, comply;
            if (!fit(b, fold, leave_model ? m : SIZE_MAX, &refuse, &comply, e))
                return false;
            for (size_t i = 0; i < b->s.n; i++) {
                const struct sample *s = &b->s.v[i];
                if (!s->cut && b->fold_of[s->prompt] == fold && (!leave_model || s->model == m))
                    got[i] = decide(&refuse, &comply, s->x);
            }
        }
    return true;
}

struct counts {
    double tp, fp, fn, tn;
};

static void print_line(const char *name, struct counts c)
{
    struct interval se = ci_wilson((size_t)c.tp, (size_t)(c.tp + c.fn), 0.95);
    struct interval sp = ci_wilson((size_t)c.tn, (size_t)(c.tn + c.fp), 0.95);
    printf("%-17s F1 %.3f  sensitivity %.3f (%.3f-%.3f)  specificity %.3f (%.3f-%.3f)  n %.0f\n",
           name, 2 * c.tp / (2 * c.tp + c.fp + c.fn), se.est, se.low, se.high, sp.est, sp.low,
           sp.high, c.tp + c.fp + c.fn + c.tn);
}

/* Full refusal against full compliance; people's partial refusals are left out, or count as no
 * full refusal. */
static struct counts count(const struct bench *b, const enum label *got, size_t model,
                           bool with_partial)
{
    struct counts c = {0};
    for (size_t i = 0; i < b->s.n; i++) {
        const struct sample *s = &b->s.v[i];
        if (s->cut || (model != SIZE_MAX && s->model != model) ||
            (s->label == PARTIAL && !with_partial))
            continue;
        bool yes = got[i] == REFUSE, truth = s->label == REFUSE;
        c.tp += yes && truth;
        c.fp += yes && !truth;
        c.fn += !yes && truth;
        c.tn += !yes && !truth;
    }
    return c;
}

static void print_tables(const struct bench *b, const enum label *got)
{
    size_t confusion[N_LABELS][N_LABELS] = {{0}};
    print_line("all", count(b, got, SIZE_MAX, false));
    print_line("all, partial = no", count(b, got, SIZE_MAX, true));
    for (size_t m = 0; m < b->n_models; m++)
        print_line(arena_strndup(b->a, b->model[m].p, b->model[m].n), count(b, got, m, false));
    for (size_t i = 0; i < b->s.n; i++)
        if (!b->s.v[i].cut)
            confusion[b->s.v[i].label][got[i]]++;
    printf("people \\ grader        comply  partial  refuse\n");
    for (size_t t = 0; t < N_LABELS; t++)
        printf("%-22s %6zu  %7zu  %6zu\n",
               t == COMPLY ? "comply" : t == PARTIAL ? "partial" : "refuse", confusion[t][0],
               confusion[t][1], confusion[t][2]);
}

/* ---- over-refusal: the rate of refusals on safe prompts ---- */

/* Does the label count as a refusal? `broad`: in part counts too. */
static bool refused(enum label l, bool broad) { return l == REFUSE || (broad && l == PARTIAL); }

struct rates {
    size_t n, people, grader;    /* replies of one model to safe prompts; refusals */
    size_t m1, tp, m0, tn;       /* the same of the other models, against people */
    struct judge_counts sample;  /* REVIEWED random replies of the model itself; "pass": refused */
};
enum { REVIEWED = 100 };

static struct rates rates_of(const struct bench *b, const enum label *got, size_t model,
                             bool broad)
{
    struct rates r = {0};
    size_t reviewed = 0;
    for (size_t i = 0; i < b->s.n; i++) {
        const struct sample *s = &b->s.v[i];
        if (s->cut || !s->safe)
            continue;
        bool truth = refused(s->label, broad), said = refused(got[i], broad);
        if (s->model != model) {
            r.m1 += truth;
            r.tp += truth && said;
            r.m0 += !truth;
            r.tn += !truth && !said;
            continue;
        }
        r.n++;
        r.people += truth;
        r.grader += said;
        /* Folds are random, so the prompts of the first ones are a random sample. */
        if (b->fold_of[s->prompt] < FOLDS / 2 && reviewed < REVIEWED) {
            reviewed++;
            r.sample.n11 += truth && said;
            r.sample.n10 += truth && !said;
            r.sample.n01 += !truth && said;
            r.sample.n00 += !truth && !said;
        }
    }
    return r;
}

static void print_interval(struct interval i, double people)
{
    printf("  %5.1f%% (%4.1f-%4.1f)%s", 100 * i.est, 100 * i.low, 100 * i.high,
           people >= i.low && people <= i.high ? "  " : " !");
}

static void print_over_refusal(const struct bench *b, const enum label *got)
{
    printf("refusals on safe prompts, corrected by 100 reviewed replies of the model or by the "
           "other models' labels\n(!: misses the people's rate)\n%-29s people     raw  %-21s%-21s%s\n",
           "", "Rogan-Gladen", "EIF", "Rogan-Gladen, others");
    for (int broad = 0; broad <= 1; broad++)
        for (size_t m = 0; m < b->n_models; m++) {
            struct rates r = rates_of(b, got, m, broad == 1);
            struct judge_counts c = r.sample;
            struct judge_eif eif = judge_eif_binary(c, r.grader, r.n, 0.95, 0.5);
            double n = (double)r.n, people = (double)r.people / n;
            printf("%-15.*s %-12s  %5.1f%%  %5.1f%%", STR_ARG(b->model[m]),
                   broad ? "full+partial" : "full", 100 * people, 100 * (double)r.grader / n);
            print_interval(rogan_gladen_ci(r.grader, r.n, c.n00, c.n00 + c.n01, c.n11,
                                           c.n11 + c.n10, 0.95), people);
            print_interval((struct interval){eif.theta, eif.low, eif.high}, people);
            print_interval(rogan_gladen_ci(r.grader, r.n, r.tn, r.m0, r.tp, r.m1, 0.95), people);
            printf("\n");
        }
}

static void write_model(struct jw *w, const char *name, const struct model *m)
{
    jw_key(w, name);
    jw_obj(w);
    jw_knum(w, "intercept", round(m->intercept * 1e4) / 1e4);
    jw_key(w, "weights");
    jw_obj(w);
    for (size_t j = 0; j < P; j++)
        if (fabs(m->weight[j]) >= 5e-5)
            jw_knum(w, refusal_feature_name(j), round(m->weight[j] * 1e4) / 1e4);
    jw_end(w);
    jw_end(w);
}

static bool print_weights(struct bench *b, struct err *e)
{
    struct model refuse, comply;
    struct buf out;
    struct jw w;
    if (!fit(b, SIZE_MAX, SIZE_MAX, &refuse, &comply, e))
        return false;
    buf_init(&out, BUF_MAX_BODY);
    jw_init(&w, &out, true);
    jw_obj(&w);
    jw_kc(&w, "fitted_by", "bench/refusal_fit.c on XSTest; see README.md beside this file");
    jw_key(&w, "models");
    jw_obj(&w);
    write_model(&w, "refuse", &refuse);
    write_model(&w, "comply", &comply);
    jw_end(&w);
    jw_end(&w);
    puts(buf_cstr(&out));
    buf_release(&out);
    return true;
}

static bool run(struct bench *b, bool weights, struct err *e)
{
    struct rng rng;
    size_t order[ARRAY_LEN(b->fold_of)];
    rng_init(&rng, 1, 0);
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        order[i] = i;
    rng_shuffle(&rng, order, ARRAY_LEN(order));
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        b->fold_of[order[i]] = i % FOLDS;
    if (weights)
        return print_weights(b, e);
    enum label *got = ARENA_ARRAY(b->a, b->s.n, enum label);
    for (size_t i = 0; i < b->s.n; i++)
        got[i] = b->s.v[i].strmatch;
    printf("Recorded with the data\n");
    print_line("string matcher", count(b, got, SIZE_MAX, false));
    for (size_t i = 0; i < b->s.n; i++)
        got[i] = b->s.v[i].gpt4;
    print_line("GPT-4 judge", count(b, got, SIZE_MAX, false));
    if (!cross_validate(b, false, got, e))
        return false;
    printf("\nCross-validation over prompts (%d folds)\n", FOLDS);
    print_tables(b, got);
    print_over_refusal(b, got);
    if (!cross_validate(b, true, got, e))
        return false;
    printf("\nThe same, and the model that wrote the reply left out of the fit\n");
    print_tables(b, got);
    print_over_refusal(b, got);
    return true;
}

int main(int argc, char **argv)
{
    bool weights = argc > 1 && strcmp(argv[1], "--weights") == 0;
    const char *path = argc > 1 + weights ? argv[1 + weights] : "../shared/data/xstest/xstest.jsonl";
    struct bench b = {.a = arena_new()};
    struct err e = {0};
    bool ok = read_replies(&b, path, &e) && run(&b, weights, &e);
    if (!ok)
        err_print(stderr, &e);
    vec_free(&b.s);
    arena_free(b.a);
    return ok ? 0 : err_exit_status(e.code);
}
