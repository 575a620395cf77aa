/*
 * Fits and judges the weights of the groundedness grader on data with people's labels:
 *     build/bench/grounding_fit [DATA_DIR]             the tables of docs/failure-modes.md
 *     build/bench/grounding_fit --weights [DATA_DIR]   share/groundedness/weights.json on stdout
 *
 * Sets with a source: BEGIN (dialogue replies), SummEdits sales e-mails, QAGS CNN/DM (summaries).
 * Every set weighs the same. Judged by cross-validation over sources, and with the whole set left
 * out of the fit; always beside the length of the output alone. ClapNQ (people's grounded answers)
 * is never fitted on. RefChecker has no sources: there the other models' answers to the same
 * question stand in (self-consistency).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "grade/grounding.h"
#include "stats/association.h"
#include "stats/signed_logistic.h"
#include "text/jsonw.h"

enum { P = GROUNDING_N_FEATURES, FOLDS = 10, N_SETS = 3, SET_WEIGHT = 3000 };
static const double LAMBDA = 10;
static const char *const set_names[N_SETS] = {"begin", "summedits", "qags"};

struct sample {
    double x[P], length;
    size_t set, fold;
    int grounded; /* 1, 0; -1: neither (two generic replies of BEGIN), left out */
};

struct samples {
    struct sample *v;
    size_t n, cap;
};

struct bench {
    struct arena *a;
    const char *dir;
    struct samples s;
};

/* ---- reading ---- */

static void add(struct bench *b, size_t set, struct str source, struct str output, int grounded)
{
    struct passage p = {.text = source};
    struct grounding g;
    struct sample s = {.set = set, .grounded = grounded, .length = (double)output.n,
                       .fold = hash64(source.p, source.n, 1) % FOLDS};
    if (!grounding_of(b->a, output, &p, 1, &g))
        return;
    memcpy(s.x, g.x, sizeof s.x);
    vec_push(&b->s, s);
}

typedef bool row_fn(struct bench *b, const struct row *row, void *arg, struct err *e);

static bool each_row(struct bench *b, const char *name, row_fn *fn, void *arg, struct err *e)
{
    CLEANUP(rows_close) struct rows rows;
    struct row row;
    bool more = true;
    if (!rows_open(&rows, arena_printf(b->a, "%s/%s", b->dir, name), e))
        return false;
    while (more)
        if (!rows_next(&rows, b->a, &row, &more, e) || (more && !fn(b, &row, arg, e)))
            return false;
    return true;
}

static bool begin_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct str source, output, label;
    (void)arg;
    if (!row_text(row, b->a, "knowledge", &source, e) ||
        !row_text(row, b->a, "response", &output, e) || !row_text(row, b->a, "label", &label, e))
        return false;
    add(b, 0, source, output,
        str_eq_c(label, "Fully attributable") ? 1 : str_eq_c(label, "Generic") ? -1 : 0);
    return true;
}

static bool doc_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct str id, doc;
    if (!row_text(row, b->a, "doc_id", &id, e) || !row_text(row, b->a, "doc", &doc, e))
        return false;
    struct str *kept = ARENA_NEW(b->a, struct str);
    *kept = doc;
    map_put(arg, id, kept);
    return true;
}

static bool summedits_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct str id, summary;
    int consistent;
    if (!row_text(row, b->a, "doc_id", &id, e) || !row_text(row, b->a, "summary", &summary, e) ||
        !row_bool(row, "consistent", &consistent, e))
        return false;
    const struct str *doc = map_get(arg, id);
    if (!doc)
        return row_err(e, row, "doc_id", "no such document");
    add(b, 1, *doc, summary, consistent);
    return true;
}

static bool qags_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct str source, output;
    double human;
    (void)arg;
    if (!row_text(row, b->a, "source", &source, e) ||
        !row_text(row, b->a, "system_output", &output, e) ||
        !row_num(row, "human.consistency", &human, e))
        return false;
    add(b, 2, source, output, human >= 1);
    return true;
}

static bool read_sets(struct bench *b, struct err *e)
{
    struct map docs;
    map_init(&docs);
    bool ok = each_row(b, "begin/begin.jsonl", begin_row, NULL, e) &&
              each_row(b, "summedits_sales_email/docs.jsonl", doc_row, &docs, e) &&
              each_row(b, "summedits_sales_email/items.jsonl", summedits_row, &docs, e) &&
              each_row(b, "qags_cnndm/qags_cnndm.jsonl", qags_row, NULL, e);
    map_release(&docs);
    return ok;
}

/* ---- fitting ---- */

struct model {
    double intercept, weight[P]; /* of being ungrounded */
};

/* Fits on all samples but one fold and one set. A set smaller than SET_WEIGHT is repeated. */
static bool fit(struct bench *b, size_t fold, size_t set, struct model *ret, struct err *e)
{
    struct arena *a = arena_new();
    size_t count[N_SETS] = {0}, room = 0, n = 0;
    for (size_t i = 0; i < b->s.n; i++)
        count[b->s.v[i].set] += b->s.v[i].grounded >= 0;
    for (size_t k = 0; k < N_SETS; k++)
        room += SET_WEIGHT + count[k];
    double *x = ARENA_ARRAY(a, room * P, double), *y = ARENA_ARRAY(a, room, double);
    for (size_t i = 0; i < b->s.n; i++) {
        const struct sample *s = &b->s.v[i];
        if (s->grounded < 0 || s->fold == fold || s->set == set)
            continue;
        for (size_t times = (SET_WEIGHT + count[s->set] / 2) / count[s->set]; times > 0; times--) {
            memcpy(x + n * P, s->x, sizeof s->x);
            y[n++] = s->grounded == 0;
        }
    }
    int sign[P];
    for (size_t j = 0; j < P; j++)
        sign[j] = 1;
    bool ok = signed_logistic_fit(x, y, sign, n, P, LAMBDA, &ret->intercept, ret->weight, e);
    arena_free(a);
    return ok;
}

static double ungrounded(const struct model *m, const double *x)
{
    double z = m->intercept;
    for (size_t j = 0; j < P; j++)
        z += m->weight[j] * x[j];
    return 1 / (1 + exp(-z));
}

/* The score of every sample from models that saw neither its source nor, if asked, its set. */
static bool cross_validate(struct bench *b, bool leave_set, double *score, struct err *e)
{
    for (size_t fold = 0; fold < FOLDS; fold++)
        for (size_t set = 0; set < (leave_set ? N_SETS : 1); set++) {
            struct model m;
            if (!fit(b, fold, leave_set ? set : SIZE_MAX, &m, e))
                return false;
            for (size_t i = 0; i < b->s.n; i++)
                if (b->s.v[i].fold == fold && (!leave_set || b->s.v[i].set == set))
                    score[i] = 1 - ungrounded(&m, b->s.v[i].x);
        }
    return true;
}

/* ---- tables ---- */

/* AUC of score[i] for being grounded. */
static struct auc auc_of(struct bench *b, size_t set, const double *score)
{
    double *x = ARENA_ARRAY(b->a, b->s.n, double), *y = ARENA_ARRAY(b->a, b->s.n, double);
    size_t n = 0;
    for (size_t i = 0; i < b->s.n; i++) {
        const struct sample *s = &b->s.v[i];
        if (s->set != set || s->grounded < 0)
            continue;
        x[n] = score[i];
        y[n++] = s->grounded == 1;
    }
    return auc_delong(x, y, n, 0.95);
}

static void print_row(struct bench *b, const char *name, const double *score)
{
    printf("%-34s", name);
    for (size_t set = 0; set < N_SETS; set++) {
        struct auc r = auc_of(b, set, score);
        printf("  %.3f (%.3f-%.3f)", r.auc, r.low, r.high);
    }
    printf("\n");
}

static void print_features(struct bench *b)
{
    double *score = ARENA_ARRAY(b->a, b->s.n, double);
    for (size_t j = 0; j < P; j++) {
        for (size_t i = 0; i < b->s.n; i++)
            score[i] = -b->s.v[i].x[j];
        print_row(b, grounding_feature_name(j), score);
    }
    for (size_t i = 0; i < b->s.n; i++)
        score[i] = -b->s.v[i].length;
    print_row(b, "length alone (shorter = grounded)", score);
}

/* The flags that open tickets: how often they fire, and how often rightly. */
static void print_flags(struct bench *b)
{
    static const enum grounding_feature flags[] = {GROUNDING_number_any, GROUNDING_unit_any,
                                                   GROUNDING_name_any, GROUNDING_quote_any};
    for (size_t f = 0; f < ARRAY_LEN(flags); f++)
        for (size_t set = 0; set < N_SETS; set++) {
            size_t fires = 0, right = 0, wrong = 0;
            for (size_t i = 0; i < b->s.n; i++) {
                const struct sample *s = &b->s.v[i];
                if (s->set != set || s->grounded < 0)
                    continue;
                bool on = s->x[flags[f]] > 0;
                fires += on;
                right += on && s->grounded == 0;
                wrong += s->grounded == 0;
            }
            printf("%-11s %-10s fires %4zu  precision %.3f  recall %.3f\n",
                   grounding_feature_name(flags[f]), set_names[set], fires,
                   fires ? (double)right / (double)fires : 0,
                   wrong ? (double)right / (double)wrong : 0);
        }
}

/* ---- sets that are never fitted on ---- */

struct clapnq {
    struct model m;
    size_t n, pass, wrong_pass, wrong_n;
    struct str last_source;
};

static struct str source_of_passages(struct arena *a, yyjson_val *passages)
{
    struct buf out;
    size_t i, n, k, m;
    yyjson_val *p, *s;
    buf_init(&out, BUF_MAX_LINE);
    yyjson_arr_foreach(passages, i, n, p) {
        buf_add_str(&out, json_get_str(p, "title"));
        buf_add_char(&out, '\n');
        yyjson_val *sentences = json_get(p, "sentences");
        yyjson_arr_foreach(sentences, k, m, s) {
            buf_add_char(&out, '\n');
            buf_add_str(&out, json_str(s));
        }
    }
    struct str r = arena_str(a, buf_str(&out));
    buf_release(&out);
    return r;
}

static bool clapnq_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct clapnq *c = arg;
    struct str source = source_of_passages(b->a, row_get(row, "passages"));
    struct str answer = json_get_str(yyjson_arr_get(row_get(row, "answers"), 0), "answer");
    struct passage own = {.text = source}, other = {.text = c->last_source};
    struct grounding g;
    (void)e;
    if (answer.n && grounding_of(b->a, answer, &own, 1, &g)) {
        c->n++;
        c->pass += ungrounded(&c->m, g.x) <= 0.5;
    }
    if (answer.n && c->last_source.n && grounding_of(b->a, answer, &other, 1, &g)) {
        c->wrong_n++;
        c->wrong_pass += ungrounded(&c->m, g.x) <= 0.5;
    }
    c->last_source = source;
    return true;
}

struct answer {
    struct str item, text;
    bool grounded;
};

struct answers {
    struct answer *v;
    size_t n, cap;
};

static bool refchecker_row(struct bench *b, const struct row *row, void *arg, struct err *e)
{
    struct answers *all = arg;
    struct answer x = {.grounded = true};
    size_t i, n;
    yyjson_val *claim, *claims = row_get(row, "claims");
    if (!row_text(row, b->a, "item_id", &x.item, e) ||
        !row_text(row, b->a, "response", &x.text, e))
        return false;
    yyjson_arr_foreach(claims, i, n, claim)
        x.grounded = x.grounded && str_eq_c(json_get_str(claim, "human"), "Entailment");
    if (yyjson_arr_size(claims) > 0)
        vec_push(all, x);
    return true;
}

static bool print_refchecker(struct bench *b, struct err *e)
{
    struct answers all = {0};
    if (!each_row(b, "refchecker_claims/refchecker.jsonl", refchecker_row, &all, e))
        return false;
    double *score = ARENA_ARRAY(b->a, all.n, double), *y = ARENA_ARRAY(b->a, all.n, double);
    double *length = ARENA_ARRAY(b->a, all.n, double);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++) {
        struct str others[16];
        size_t k = 0;
        for (size_t j = 0; j < all.n && k < ARRAY_LEN(others); j++)
            if (j != i && str_eq(all.v[j].item, all.v[i].item))
                others[k++] = all.v[j].text;
        score[n] = self_consistency(b->a, all.v[i].text, others, k);
        length[n] = -(double)all.v[i].text.n;
        y[n] = all.v[i].grounded;
        n += isnan(score[n]) ? 0 : 1;
    }
    struct auc r = auc_delong(score, y, n, 0.95), l = auc_delong(length, y, n, 0.95);
    printf("refchecker, agreement with the other models' answers to the question: AUC %.3f "
           "(%.3f-%.3f), length alone %.3f, n %zu\n", r.auc, r.low, r.high, l.auc, n);
    vec_free(&all);
    return true;
}

static bool print_tables(struct bench *b, struct err *e)
{
    struct clapnq c = {0};
    double *score = ARENA_ARRAY(b->a, b->s.n, double);
    printf("AUC for \"grounded\"                  begin                summedits            qags\n");
    print_features(b);
    if (!cross_validate(b, false, score, e))
        return false;
    print_row(b, "all features, sources held out", score);
    if (!cross_validate(b, true, score, e))
        return false;
    print_row(b, "all features, whole set held out", score);
    printf("\n");
    print_flags(b);
    if (!fit(b, SIZE_MAX, SIZE_MAX, &c.m, e) ||
        !each_row(b, "clapnq/clapnq.jsonl", clapnq_row, &c, e))
        return false;
    printf("\nclapnq: people's answers pass on their own passages %zu of %zu, on those of the "
           "question before %zu of %zu\n", c.pass, c.n, c.wrong_pass, c.wrong_n);
    return print_refchecker(b, e);
}

static bool print_weights(struct bench *b, struct err *e)
{
    struct model m;
    struct buf out;
    struct jw w;
    if (!fit(b, SIZE_MAX, SIZE_MAX, &m, e))
        return false;
    buf_init(&out, BUF_MAX_BODY);
    jw_init(&w, &out, true);
    jw_obj(&w);
    jw_kc(&w, "fitted_by", "bench/grounding_fit.c; see README.md beside this file");
    jw_key(&w, "models");
    jw_obj(&w);
    jw_key(&w, "ungrounded");
    jw_obj(&w);
    jw_knum(&w, "intercept", round(m.intercept * 1e4) / 1e4);
    jw_key(&w, "weights");
    jw_obj(&w);
    for (size_t j = 0; j < P; j++)
        if (m.weight[j] >= 5e-5)
            jw_knum(&w, grounding_feature_name(j), round(m.weight[j] * 1e4) / 1e4);
    for (int open = 0; open < 4; open++)
        jw_end(&w);
    puts(buf_cstr(&out));
    buf_release(&out);
    return true;
}

int main(int argc, char **argv)
{
    bool weights = argc > 1 && strcmp(argv[1], "--weights") == 0;
    struct bench b = {.a = arena_new(),
                      .dir = argc > 1 + weights ? argv[1 + weights] : "../shared/data"};
    struct err e = {0};
    bool ok = read_sets(&b, &e) && (weights ? print_weights(&b, &e) : print_tables(&b, &e));
    if (!ok)
        err_print(stderr, &e);
    vec_free(&b.s);
    arena_free(b.a);
    return ok ? 0 : err_exit_status(e.code);
}
