/* compare --matrix: how often pairing changes the answer; see matrix.h. */
#include "cmd/matrix.h"

#include <math.h>

#include "base/table.h"
#include "decide/answer.h"
#include "golden/rows.h"
#include "stats/special.h"

/* A column is a system when its name is no id and its cells are numbers or empty. */
struct system {
    const char *name;
    VEC(double) value; /* one for each row; NaN: not run */
    bool numeric;
};

struct matrix {
    VEC(struct str) id;
    VEC(struct system) systems;
};

static void free_matrix(void *p)
{
    struct matrix *m = p;
    for (size_t i = 0; i < m->systems.n; i++)
        vec_free(&m->systems.v[i].value);
    vec_free(&m->systems);
    vec_free(&m->id);
}

static bool read_matrix(struct cmd *c, const char *path, struct matrix *m, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    if (!rows.is_csv)
        return err_set(e, ERR_INPUT, "%s is no CSV: a matrix has a column for each system", path);
    for (size_t j = 1; j < rows.n_columns; j++)
        vec_push(&m->systems,
                 (struct system){.name = arena_strndup(c->a, rows.header[j].p, rows.header[j].n),
                                 .numeric = true});
    for (;;) {
        arena_reset(scratch);
        if (!rows_next(&rows, scratch, &row, &more, e))
            return false;
        if (!more)
            return true;
        vec_push(&m->id, arena_str(c->a, row.fields[0].text));
        for (size_t j = 1; j < rows.n_columns; j++) {
            struct system *s = &m->systems.v[j - 1];
            struct str cell = str_trim(row.fields[j].text);
            double v = (double)NAN;
            if (cell.n && !str_double(cell, &v))
                s->numeric = false;
            vec_push(&s->value, v);
        }
    }
}

static struct evidence *evidence_of(struct cmd *c, const struct matrix *m, const struct system *s,
                                    bool binary)
{
    struct evidence_builder b;
    struct evidence *ev;
    bool is_new;
    evidence_start(&b, c->a, s->name, NULL, false);
    for (size_t i = 0; i < m->id.n; i++) {
        struct evidence_row row = {.epoch = 1,
                                   .line = (uint32_t)(i + 2),
                                   .error = isnan(s->value.v[i]),
                                   .value = s->value.v[i],
                                   .score = (double)NAN,
                                   .latency_s = (double)NAN,
                                   .ttft_s = (double)NAN,
                                   .cost_usd = (double)NAN};
        row.item = evidence_item(&b, m->id.v[i], &is_new);
        evidence_add(&b, row);
    }
    if (!evidence_finish(&b, s->name, &ev, &c->err))
        return NULL;
    ev->scores_only = !binary;
    return ev;
}

/* What most people do instead: two rates or means as if they came from different items, z with the
 * pooled variance for rates (the "two-proportion z-test") and Welch's for scores. */
static double unpaired_p(const struct comparison *cmp)
{
    size_t n = cmp->success.n;
    double a = 0, b = 0, va = 0, vb = 0;
    for (size_t i = 0; i < n; i++) {
        a += cmp->mean_a[i] / (double)n;
        b += cmp->mean_b[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        va += (cmp->mean_a[i] - a) * (cmp->mean_a[i] - a) / (double)(n - 1);
        vb += (cmp->mean_b[i] - b) * (cmp->mean_b[i] - b) / (double)(n - 1);
    }
    double pooled = (a + b) / 2 * (1 - (a + b) / 2);
    double variance = cmp->a->scores_only ? va + vb : 2 * pooled;
    return 2 * norm_cdf(-fabs(b - a) / sqrt(variance / (double)n));
}

struct tally {
    size_t pairs, skipped, paired, unpaired, only_paired, only_unpaired;
    const char *widest_a, *widest_b; /* the pair with the largest ratio of the p-values */
    double widest, widest_p, widest_unpaired_p, widest_diff;
};

static void count_pair(struct tally *t, const struct comparison *cmp)
{
    double alpha = 1 - cmp->opts.confidence, p = unpaired_p(cmp);
    bool paired = cmp->success.verdict == VERDICT_BETTER || cmp->success.verdict == VERDICT_WORSE;
    bool unpaired = p < alpha;
    t->pairs++;
    t->paired += paired;
    t->unpaired += unpaired;
    t->only_paired += paired && !unpaired;
    t->only_unpaired += unpaired && !paired;
    if (paired && !unpaired && p / cmp->success.p_value > t->widest) {
        t->widest = p / cmp->success.p_value;
        t->widest_p = cmp->success.p_value;
        t->widest_unpaired_p = p;
        t->widest_diff = cmp->success.diff.value;
        t->widest_a = cmp->a->name;
        t->widest_b = cmp->b->name;
    }
}

static void print_tally(struct cmd *c, const struct tally *t, size_t systems,
                        const struct compare_opts *o)
{
    printf("%zu systems, %zu pairs, two-sided alpha %g\n\n", systems, t->pairs, 1 - o->confidence);
    struct table *table = table_new(c->a, c->env);
    table_column(table, "told apart by", TABLE_LEFT);
    table_column(table, "pairs", TABLE_RIGHT);
    table_column(table, "share", TABLE_RIGHT);
    const char *what[] = {"the paired comparison", "the unpaired z-test", "the paired one only",
                          "the unpaired one only"};
    size_t n[] = {t->paired, t->unpaired, t->only_paired, t->only_unpaired};
    for (int i = 0; i < 4; i++) {
        table_cell(table, what[i]);
        table_cellf(table, "%zu", n[i]);
        table_cellf(table, "%.1f%%", 100 * (double)n[i] / (double)t->pairs);
    }
    table_print(table, stdout);
    printf("\nThe unpaired test calls %zu of %zu pairs differently.\n",
           t->only_paired + t->only_unpaired, t->pairs);
    if (t->widest_a)
        printf("Farthest apart: %s and %s differ by %+.3f; paired p = %.2g, unpaired p = %.2g.\n",
               t->widest_a, t->widest_b, t->widest_diff, t->widest_p, t->widest_unpaired_p);
    if (t->skipped)
        printf("note: %zu pairs have fewer than two items in common and were left out\n",
               t->skipped);
}

static void write_pair(struct jw *w, const struct comparison *cmp)
{
    jw_obj(w);
    jw_kc(w, "a", cmp->a->name);
    jw_kc(w, "b", cmp->b->name);
    jw_kint(w, "n", (int64_t)cmp->success.n);
    estimate_write(w, "diff", cmp->success.diff);
    jw_knum(w, "p_value", cmp->success.p_value);
    jw_knum(w, "unpaired_p_value", unpaired_p(cmp));
    jw_kc(w, "verdict", verdict_name(cmp->success.verdict));
    jw_end(w);
}

static void write_tally(struct jw *w, const struct tally *t)
{
    jw_kint(w, "n_pairs", (int64_t)t->pairs);
    jw_kint(w, "paired", (int64_t)t->paired);
    jw_kint(w, "unpaired", (int64_t)t->unpaired);
    jw_kint(w, "only_paired", (int64_t)t->only_paired);
    jw_kint(w, "only_unpaired", (int64_t)t->only_unpaired);
}

static bool all_binary(const struct matrix *m)
{
    for (size_t i = 0; i < m->systems.n; i++)
        for (size_t j = 0; m->systems.v[i].numeric && j < m->id.n; j++) {
            double v = m->systems.v[i].value.v[j];
            if ((v < 0 || v > 0) && (v < 1 || v > 1))
                return false;
        }
    return true;
}

/* The systems as evidence; NULL with c->err when an id stands twice. */
static struct evidence **systems_of(struct cmd *c, const struct matrix *m, size_t *ret_n)
{
    struct evidence **ev = ARENA_ARRAY(c->a, m->systems.n + 1, struct evidence *);
    bool binary = all_binary(m);
    *ret_n = 0;
    for (size_t i = 0; i < m->systems.n; i++) {
        if (!m->systems.v[i].numeric)
            continue;
        ev[*ret_n] = evidence_of(c, m, &m->systems.v[i], binary);
        if (!ev[(*ret_n)++])
            return NULL;
    }
    return ev;
}

int cmd_matrix(struct cmd *c, const char *path, const struct compare_opts *o)
{
    CLEANUP(buf_release) struct buf out = {0};
    struct matrix *m = ARENA_NEW(c->a, struct matrix);
    struct tally t = {0};
    struct jw w;
    size_t n;
    arena_defer(c->a, free_matrix, m);
    buf_init(&out, BUF_MAX_FILE);
    jw_init(&w, &out, true);
    if (!read_matrix(c, path, m, &c->err))
        return cmd_fail(c);
    struct evidence **ev = systems_of(c, m, &n);
    if (!ev)
        return cmd_fail(c);
    if (n < 2) {
        err_set(&c->err, ERR_INPUT, "%s has %zu columns of numbers, a matrix needs two systems",
                path, n);
        return cmd_fail(c);
    }
    jw_obj(&w);
    jw_key(&w, "pairs");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            CLEANUP(arena_freep) struct arena *scratch = arena_new();
            struct comparison cmp;
            if (!compare_run(scratch, ev[i], ev[j], o, &cmp, NULL) || cmp.success.n < 2) {
                t.skipped++;
                continue;
            }
            count_pair(&t, &cmp);
            write_pair(&w, &cmp);
        }
    }
    jw_end(&w);
    write_tally(&w, &t);
    jw_end(&w);
    if (!buf_ok(&out, "the answer", &c->err))
        return cmd_fail(c);
    if (c->json)
        cmd_json_print(c, &out);
    else
        print_tally(c, &t, n, o);
    return 0;
}
