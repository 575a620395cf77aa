/* `plimsoll judge agree`: agreement among people and judges. */
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "judge/agreement_rows.h"
#include "text/jsonw.h"

static void write_members(struct jw *w, const struct agreement *g)
{
    estimate_write(w, "kappa", g->kappa);
    estimate_write(w, "weighted_kappa", g->weighted);
    jw_key(w, "alpha");
    jw_obj(w);
    estimate_write(w, "nominal", g->nominal);
    estimate_write(w, "ordinal", g->ordinal);
    estimate_write(w, "interval", g->interval);
    jw_end(w);
    estimate_write(w, "ac1", g->ac1);
    estimate_write(w, "raw", g->raw);
    jw_kint(w, "units", (int64_t)g->n_units);
    jw_kint(w, "raters", (int64_t)g->n_raters);
    jw_kint(w, "ratings", (int64_t)g->n_ratings);
}

static void print_json(struct cmd *c, const struct rating_sets *s, const struct agreement *g)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    if (s->sets.n == 1) {
        write_members(&w, &g[0]);
    } else {
        jw_key(&w, "criteria");
        jw_obj(&w);
        for (size_t i = 0; i < s->sets.n; i++) {
            jw_key(&w, s->sets.v[i]->criterion ? s->sets.v[i]->criterion : "");
            jw_obj(&w);
            write_members(&w, &g[i]);
            jw_end(&w);
        }
        jw_end(&w);
    }
    cmd_json_end(c, &b, &w);
}

static void print_text(struct cmd *c, const struct rating_set *s, const struct agreement *g)
{
    if (s->criterion)
        printf("%s\n", s->criterion);
    printf("%zu ratings of %zu units by %zu raters, %zu different values\n\n", g->n_ratings,
           g->n_units, g->n_raters, g->n_categories);
    struct table *t = table_new(c->a, c->env);
    table_column(t, "", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "interval", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "method", TABLE_LEFT);
    show_estimate(t, "pairs that agree (raw)", g->raw, true);
    show_estimate(t, "kappa", g->kappa, false);
    if (g->weighted.n)
        show_estimate(t, "weighted kappa", g->weighted, false);
    show_estimate(t, "Krippendorff's alpha, nominal", g->nominal, false);
    if (s->numeric) {
        show_estimate(t, "Krippendorff's alpha, ordinal", g->ordinal, false);
        show_estimate(t, "Krippendorff's alpha, interval", g->interval, false);
    }
    show_estimate(t, "Gwet's AC1", g->ac1, false);
    table_print(t, stdout);
    printf("\n");
}

static const char *const *split_raters(struct cmd *c, const char *text)
{
    struct str rest = str_c(text), part;
    size_t n = 0;
    const char **names = ARENA_ARRAY(c->a, rest.n + 2, const char *);
    while (str_split(&rest, ',', &part)) {
        part = str_trim(part);
        if (part.n)
            names[n++] = arena_strndup(c->a, part.p, part.n);
    }
    return n >= 2 ? names : NULL;
}

static int cmd_judge_agree(struct cmd *c)
{
    struct rating_sets *sets;
    const char *raters = opt_str(c, "raters");
    const char *const *columns = raters ? split_raters(c, raters) : NULL;
    double conf = opt_num(c, "confidence", 0.95);
    long long resamples = opt_int(c, "resamples", 2000);
    if (raters && !columns)
        return cmd_usage(c, "--raters wants at least two columns, a,b");
    if (conf <= 0 || conf >= 1 || resamples < 100 || resamples > 1000000)
        return cmd_usage(c,
                         "--confidence lies between 0 and 1, --resamples between 100 and 1000000");
    if (!ratings_read(c->a, c->argv[0], columns, &sets, &c->err))
        return cmd_fail(c);
    struct agreement *g = ARENA_ARRAY(c->a, sets->sets.n, struct agreement);
    for (size_t i = 0; i < sets->sets.n; i++)
        agreement_of(c->a, sets->sets.v[i], conf, (size_t)resamples, c->env->seed, &g[i]);
    if (c->json)
        print_json(c, sets, g);
    for (size_t i = 0; !c->json && i < sets->sets.n; i++)
        print_text(c, sets->sets.v[i], &g[i]);
    return 0;
}

static const struct opt_def opts[] = {
    {'r', "raters", OPT_STRING, "A,B,…", "the columns that hold the ratings of an item"},
    {0, "confidence", OPT_NUM, "C", "confidence of the intervals (0.95)"},
    {0, "resamples", OPT_INT, "N", "bootstrap draws for alpha and Fleiss' kappa (2000)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_judge_agree;
const struct cmd_def def_judge_agree = {
    .name = "judge agree",
    .synopsis = "FILE [--raters A,B,…]",
    .summary = "agreement among people and judges",
    .help = "FILE has a row a rating (`id`, `rater`, `value`, optional `criterion`), or a row an "
            "item with\n"
            "the columns named by --raters. Missing ratings are fine. Read a judge's agreement "
            "with people\n"
            "against people's agreement with each other, not against 1.",
    .examples = "plimsoll judge agree ratings.jsonl\n"
                "plimsoll judge agree items.csv --raters ana,ben,judge --json",
    .opts = opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_judge_agree,
};
