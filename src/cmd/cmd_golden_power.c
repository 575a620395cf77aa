/* `plimsoll golden power`: what a golden set of this size can show, and what size would. */
#include <math.h>
#include <stdio.h>

#include "base/map.h"
#include "base/pool.h"
#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/side.h"
#include "decide/compare.h"
#include "golden/golden.h"
#include "stats/power.h"
#include "stats/proportion.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {'d', "discordant", OPT_NUM, "P", "share of the examples on which two versions differ"},
    {0, "from", OPT_LIST, "SIDE", "measure that share: two sides as for compare; give it twice"},
    {'m', "margin", OPT_LIST, "M", "a loss that would matter (0.02: two points); repeatable"},
    {0, "power", OPT_NUM, "P", "chance to see it (default: 0.8)"},
    {0, "confidence", OPT_NUM, "C", "of the verdict, one-sided (default: 0.95)"},
    {'s', "slice", OPT_LIST, "TAG", "also for each value of this tag; repeatable"},
    {0, "feature", OPT_STRING, "NAME", "the feature, if SET is left out or --from names runs"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

enum { MAX_MARGINS = 8, MAX_GUESSES = 4, EXACT_UP_TO = 5000 };

/* One assumed share of examples that change sides. */
struct scenario {
    double discordant;
    double drop; /* what the present set can rule out */
    double needed[MAX_MARGINS];
};

struct slice_row {
    const char *tag;
    struct str value;
    size_t n;
    double drop;
};

struct power_case {
    struct cmd *c;
    double alpha, power;
    const char *path;
    struct golden *set;
    size_t n;      /* test examples and anchors */
    bool measured; /* the share was measured on n_pairs examples */
    size_t n_pairs;
    struct scenario scenario[MAX_GUESSES];
    size_t n_scenarios;
    double margin[MAX_MARGINS];
    size_t n_margins;
    struct slice_row *slice;
    size_t n_slices;
};

/* --- what is asked --- */

static bool read_margins(struct power_case *k)
{
    static const double usual[] = {0.01, 0.02, 0.05, 0.10};
    const char *text;
    for (size_t i = 0; (text = opt_list(k->c, "margin", i)) && i < MAX_MARGINS; i++) {
        double m;
        if (!str_double(str_c(text), &m) || !(m > 0) || !(m < 1))
            return err_set(&k->c->err, ERR_USAGE,
                           "--margin wants a number between 0 and 1, found \"%s\"", text);
        k->margin[k->n_margins++] = m;
    }
    for (size_t i = 0; k->n_margins == 0 && i < ARRAY_LEN(usual); i++)
        k->margin[i] = usual[i];
    if (k->n_margins == 0)
        k->n_margins = ARRAY_LEN(usual);
    return true;
}

/* The share of examples on which the two sides of --from differ. */
static bool measure(struct power_case *k, double *ret)
{
    struct cmd *c = k->c;
    struct evidence *a, *b;
    struct comparison cmp;
    struct side_opts so = {.feature = opt_str(c, "feature")};
    struct compare_opts co = {.confidence = 0.95, .margin = (double)NAN, .seed = c->env->seed};
    const char *x = opt_list(c, "from", 0), *y = opt_list(c, "from", 1);
    if (!y || opt_list(c, "from", 2))
        return err_set(&c->err, ERR_USAGE, "--from wants two sides: give it twice");
    if (!sides_load(c, x, y, &so, &a, &b, &c->err) || !compare_run(c->a, a, b, &co, &cmp, &c->err))
        return false;
    size_t flips = cmp.n_gained + cmp.n_lost, n = flips + cmp.pass_both + cmp.fail_both;
    if (n == 0)
        return err_set(&c->err, ERR_INPUT, "%s and %s have no passes to compare", x, y);
    k->measured = true;
    k->n_pairs = n;
    *ret = (double)flips / (double)n;
    /* none seen: the share at which "none in n" has an even chance */
    if (flips == 0)
        *ret = clopper_pearson_upper(0, n, 0.5);
    return true;
}

static bool read_discordance(struct power_case *k)
{
    static const double guesses[] = {0.05, 0.10, 0.20, 0.30};
    double share = opt_num(k->c, "discordant", (double)NAN);
    if (opt_given(k->c, "from") && !measure(k, &share))
        return false;
    if (!isnan(share) && (!(share > 0) || share > 1))
        return err_set(&k->c->err, ERR_USAGE, "--discordant wants a share above 0 and up to 1");
    k->n_scenarios = isnan(share) ? ARRAY_LEN(guesses) : 1;
    for (size_t i = 0; i < k->n_scenarios; i++)
        k->scenario[i].discordant = isnan(share) ? guesses[i] : share;
    return true;
}

static bool read_options(struct power_case *k)
{
    double confidence = opt_num(k->c, "confidence", 0.95);
    k->power = opt_num(k->c, "power", 0.8);
    k->alpha = 1 - confidence;
    if (!(confidence >= 0.5 && confidence < 1) || !(k->power > 0 && k->power < 1))
        return err_set(&k->c->err, ERR_USAGE,
                       "--confidence and --power want shares between 0.5 and 1, 0 and 1");
    return read_margins(k) && read_discordance(k);
}

/* SET, or the golden set of the feature, with its slices. */
static bool find_set(struct power_case *k, const char *const **slices)
{
    struct cmd *c = k->c;
    struct project *p;
    const struct feature *f;
    size_t n = 0;
    while (opt_list(c, "slice", n))
        n++;
    const char **tags = ARENA_ARRAY(c->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        tags[i] = opt_list(c, "slice", i);
    *slices = tags;
    if (c->argc > 0) {
        k->path = c->argv[0];
        return true;
    }
    if (!project_opt_load(c, &p) || !project_feature(p, opt_str(c, "feature"), &f, &c->err))
        return false;
    k->path = f->golden;
    if (n == 0 && f->n_slices)
        *slices = f->slices;
    return k->path || err_set(&c->err, ERR_SPEC, "feature %s has no golden set yet", f->name);
}

/* --- the numbers --- */

static double needed(const struct power_case *k, double discordant, double margin)
{
    struct sample_size s =
        sample_size_noninferiority_paired(discordant, 0, margin, k->alpha, k->power);
    if (isnan(s.n_exact) || s.n > EXACT_UP_TO)
        return s.n_exact;
    return (double)ni_items_needed(discordant, 0, margin, k->alpha, k->power).n;
}

static void compute_one(void *arg, size_t i)
{
    struct power_case *k = arg;
    struct scenario *s = &k->scenario[i / (MAX_MARGINS + 1)];
    size_t m = i % (MAX_MARGINS + 1);
    if (m == MAX_MARGINS)
        s->drop = detectable_drop(k->n, s->discordant, k->alpha, k->power);
    else if (m < k->n_margins)
        s->needed[m] = needed(k, s->discordant, k->margin[m]);
}

static bool count_slices(struct power_case *k, const char *const *tags)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct map seen = {0};
    bool ok = true;
    for (size_t i = 0; i < k->set->n && ok && tags[0]; i++) {
        struct item it;
        arena_reset(scratch);
        if (k->set->row[i].split == SPLIT_TRAIN)
            continue;
        ok = golden_item(k->set, i, scratch, &it, &k->c->err);
        for (size_t t = 0; ok && tags[t]; t++) {
            struct str v = item_tag(scratch, &it, tags[t]);
            if (str_null(v))
                continue;
            struct str key = arena_strf(scratch, "%zu:%.*s", t, STR_ARG(v));
            size_t *n = map_get(&seen, key);
            if (!n) {
                n = ARENA_NEW(k->c->a, size_t);
                map_put(&seen, arena_str(k->c->a, key), n);
            }
            ++*n;
        }
    }
    k->slice = ARENA_ARRAY(k->c->a, seen.n, struct slice_row);
    for (size_t t = 0; ok && tags[t]; t++) {
        for (size_t i = 0; i < seen.n; i++) {
            struct str prefix = arena_strf(k->c->a, "%zu:", t), key = seen.entries[i].key;
            if (!str_starts(key, prefix))
                continue;
            size_t n = *(size_t *)seen.entries[i].value;
            k->slice[k->n_slices++] = (struct slice_row){
                tags[t], str_sub(key, prefix.n, key.n), n,
                detectable_drop(n, k->scenario[0].discordant, k->alpha, k->power)};
        }
    }
    map_release(&seen);
    return ok;
}

/* --- showing --- */

static const char *points(struct arena *a, double share)
{
    return isnan(share) ? "none" : arena_printf(a, "%.1f points", share * 100);
}

static const char *examples(struct arena *a, double n)
{
    if (isnan(n))
        return "–";
    return arena_printf(a, "%s%.0f", n > EXACT_UP_TO ? "~" : "", ceil(n));
}

static void print_scenarios(struct power_case *k)
{
    struct arena *a = k->c->a;
    struct table *t = table_new(a, k->c->env);
    table_column(t, "examples that differ", TABLE_RIGHT);
    table_column(t, arena_printf(a, "these %zu rule out a drop of", k->n), TABLE_RIGHT);
    for (size_t m = 0; m < k->n_margins; m++)
        table_column(t, arena_printf(a, "for %g pt need", k->margin[m] * 100), TABLE_RIGHT);
    for (size_t i = 0; i < k->n_scenarios; i++) {
        const struct scenario *s = &k->scenario[i];
        table_cellf(t, "%.1f%%", s->discordant * 100);
        table_cell(t, points(a, s->drop));
        for (size_t m = 0; m < k->n_margins; m++)
            table_cell(t, examples(a, s->needed[m]));
    }
    table_print(t, stdout);
}

static void print_slices(struct power_case *k)
{
    struct table *t = table_new(k->c->a, k->c->env);
    table_column(t, "slice", TABLE_LEFT);
    table_column(t, "examples", TABLE_RIGHT);
    table_column(t, "rules out a drop of", TABLE_RIGHT);
    for (size_t i = 0; i < k->n_slices; i++) {
        table_cellf(t, "%s = %.*s", k->slice[i].tag, STR_ARG(k->slice[i].value));
        table_cellf(t, "%zu", k->slice[i].n);
        table_cell(t, points(k->c->a, k->slice[i].drop));
    }
    putchar('\n');
    table_print(t, stdout);
}

static void print_all(struct power_case *k)
{
    struct interval i = ci_wilson((size_t)llround(0.9 * (double)k->n), k->n, 0.95);
    printf("%.*s: %zu test examples (anchors among them)\n",
           STR_ARG(utf8_printable(k->c->a, str_c(k->path))), k->n);
    printf("One version alone: a success rate near 90%% is known to ±%.1f points (95%%).\n",
           100 * (i.high - i.low) / 2);
    printf("Two versions, example by example, at %g%% confidence (one-sided) and %g%% power, when\n"
           "nothing really changes:\n\n",
           100 * (1 - k->alpha), 100 * k->power);
    print_scenarios(k);
    if (k->n_slices)
        print_slices(k);
    if (k->measured)
        printf("\nThe share of examples that differ was measured on %zu of them.\n", k->n_pairs);
    else
        printf("\nHow many differ depends on the change: measure it with --from A --from B.\n");
}

static void write_scenario(struct jw *w, const struct power_case *k, const struct scenario *s)
{
    jw_obj(w);
    jw_knum(w, "discordant", s->discordant);
    jw_knum(w, "detectable_drop", s->drop);
    jw_key(w, "needed");
    jw_arr(w);
    for (size_t m = 0; m < k->n_margins; m++) {
        jw_obj(w);
        jw_knum(w, "margin", k->margin[m]);
        jw_knum(w, "n", ceil(s->needed[m]));
        jw_kc(w, "method", s->needed[m] > EXACT_UP_TO ? "normal" : "exact");
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

static void print_json(struct cmd *c, const struct power_case *k)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "path", k->path);
    jw_kc(&w, "version", k->set->version.hex);
    jw_kint(&w, "n", (int64_t)k->n);
    jw_knum(&w, "confidence", 1 - k->alpha);
    jw_knum(&w, "power", k->power);
    jw_kc(&w, "discordance", k->measured ? "measured" : "assumed");
    if (k->measured)
        jw_kint(&w, "measured_on", (int64_t)k->n_pairs);
    jw_key(&w, "scenarios");
    jw_arr(&w);
    for (size_t i = 0; i < k->n_scenarios; i++)
        write_scenario(&w, k, &k->scenario[i]);
    jw_end(&w);
    jw_key(&w, "slices");
    jw_arr(&w);
    for (size_t i = 0; i < k->n_slices; i++) {
        jw_obj(&w);
        jw_kc(&w, "tag", k->slice[i].tag);
        jw_kstr(&w, "value", k->slice[i].value);
        jw_kint(&w, "n", (int64_t)k->slice[i].n);
        jw_knum(&w, "detectable_drop", k->slice[i].drop);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static int cmd_golden_power(struct cmd *c)
{
    struct power_case k = {.c = c};
    const char *const *tags;
    if (!read_options(&k) || !find_set(&k, &tags) || !golden_load(c->a, k.path, &k.set, &c->err))
        return cmd_fail(c);
    k.n = k.set->n_split[SPLIT_TEST] + k.set->n_split[SPLIT_ANCHOR];
    if (k.n == 0) {
        err_set(&c->err, ERR_INPUT, "%s has no test examples", k.path);
        return cmd_fail(c);
    }
    pool_for(k.n_scenarios * (MAX_MARGINS + 1), compute_one, &k);
    if (!count_slices(&k, tags))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &k);
    else
        print_all(&k);
    return 0;
}

extern const struct cmd_def def_golden_power;
const struct cmd_def def_golden_power = {
    .name = "golden power",
    .synopsis = "[SET] [--discordant P | --from A --from B] [--margin M]…",
    .summary = "what a golden set of this size can show, and what size would",
    .help = "Two versions are compared example by example, so what counts is how many examples "
            "change sides. The set rules out a drop of that size with the given power if the new "
            "version is really as good as the old one; \"need\" is the number of examples for a "
            "margin. Numbers with ~ are from the normal approximation, the others are exact.",
    .examples = "plimsoll golden power golden/triage.jsonl\n"
                "plimsoll golden power golden/triage.jsonl --from v1 --from v2 --margin 0.03\n"
                "plimsoll golden power set.jsonl --discordant 0.12 --slice lang --json",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_golden_power,
};
