/* `plimsoll review stats|codes|show`: what reviews say, and what became of one item. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "golden/golden.h"
#include "review/estimate.h"
#include "text/jsonw.h"

struct numbers {
    struct review_counts counts;
    struct routing_batch batch;
    bool routed;
    struct review_rates rates;
    struct review_reviewer *who;
    struct review_agreement *agree;
    size_t n_who, n_agree;
};

static bool gather(struct cmd *c, struct review_ctx *x, struct numbers *n)
{
    const char *feature = x->f ? x->f->name : NULL;
    return review_count(x->s, feature, &n->counts, &c->err) &&
           routing_newest(x->s, c->a, feature, opt_str(c, "variant"), &n->batch, &n->routed,
                          &c->err) &&
           (!n->routed || review_rates_of(x->s, &n->batch, &n->rates, &c->err)) &&
           review_reviewers(x->s, c->a, feature, &n->who, &n->n_who, &c->err) &&
           review_agreements(x->s, c->a, feature, c->env->seed, &n->agree, &n->n_agree, &c->err);
}

static void write_people(struct jw *w, const struct numbers *n)
{
    jw_key(w, "reviewers");
    jw_arr(w);
    for (size_t i = 0; i < n->n_who; i++) {
        const struct review_reviewer *r = &n->who[i];
        jw_obj(w);
        jw_kstr(w, "reviewer", r->name);
        jw_kint(w, "verdicts", r->verdicts);
        jw_kint(w, "pass", r->pass);
        jw_knum(w, "median_seconds", r->seconds);
        jw_kint(w, "pairs", r->pairs);
        jw_kint(w, "pairs_same", r->same);
        jw_kint(w, "known", r->known);
        jw_kint(w, "known_right", r->known_right);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "agreement");
    jw_obj(w);
    for (size_t i = 0; i < n->n_agree; i++) {
        jw_key(w, n->agree[i].criterion);
        jw_obj(w);
        estimate_write(w, "raw", n->agree[i].of.raw);
        estimate_write(w, "kappa", n->agree[i].of.kappa);
        estimate_write(w, "ac1", n->agree[i].of.ac1);
        estimate_write(w, "alpha_nominal", n->agree[i].of.nominal);
        estimate_write(w, "alpha_ordinal", n->agree[i].of.ordinal);
        jw_end(w);
    }
    jw_end(w);
}

static bool print_json(struct cmd *c, const struct numbers *n)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_key(&w, "states");
    jw_obj(&w);
    for (int i = 0; i < REVIEW_N_STATES; i++)
        jw_kint(&w, review_state_name((enum review_state)i), n->counts.state[i]);
    jw_end(&w);
    if (n->routed) {
        jw_kint(&w, "batch", n->batch.id);
        jw_kstr(&w, "variant", n->batch.variant);
        estimate_write(&w, "routed_wrong", n->rates.routed);
        estimate_write(&w, "audit_wrong", n->rates.audit);
        estimate_write(&w, "overall_wrong", n->rates.overall);
        estimate_write(&w, "unseen", n->rates.unseen);
    }
    write_people(&w, n);
    jw_end(&w);
    cmd_json_print(c, &b);
    return true;
}

static void print_rate(const char *what, struct estimate v)
{
    if (isnan(v.value))
        printf("  %-34s –  (%s)\n", what, v.method);
    else
        printf("  %-34s %.1f%% [%.1f, %.1f], n = %zu\n", what, 100 * v.value, 100 * v.low,
               100 * v.high, v.n);
}

static void print_rates(const struct numbers *n)
{
    printf("\n%.*s of r%lld\n", STR_ARG(n->batch.variant), (long long)n->batch.run);
    print_rate("pass unseen", n->rates.unseen);
    print_rate("wrong among the routed", n->rates.routed);
    print_rate("wrong among what passes unseen", n->rates.audit);
    print_rate("wrong among all", n->rates.overall);
    printf("  reviewed: %lld of %lld routed, %lld of %lld audits\n",
           (long long)n->rates.routed_done, (long long)n->rates.routed_items,
           (long long)n->rates.audit_done, (long long)n->rates.audit_items);
}

static void print_people(struct cmd *c, const struct numbers *n)
{
    struct table *t = table_new(c->a, c->env);
    char text[32];
    table_column(t, "reviewer", TABLE_LEFT);
    table_column(t, "verdicts", TABLE_RIGHT);
    table_column(t, "passed", TABLE_RIGHT);
    table_column(t, "median time", TABLE_RIGHT);
    table_column(t, "agrees", TABLE_RIGHT);
    table_column(t, "seeded right", TABLE_RIGHT);
    for (size_t i = 0; i < n->n_who; i++) {
        const struct review_reviewer *r = &n->who[i];
        table_cell(t, arena_strndup(c->a, r->name.p, r->name.n));
        table_cellf(t, "%lld", (long long)r->verdicts);
        table_cellf(t, "%.0f%%", 100.0 * (double)r->pass / (double)r->verdicts);
        table_cell(t, isnan(r->seconds) ? "–" : clock_human(r->seconds, text, sizeof text));
        table_cellf(t, "%lld of %lld", (long long)r->same, (long long)r->pairs);
        table_cellf(t, "%lld of %lld", (long long)r->known_right, (long long)r->known);
    }
    putchar('\n');
    table_print(t, stdout);
    for (size_t i = 0; i < n->n_agree; i++) {
        const struct agreement *g = &n->agree[i].of;
        printf("%s: the same %.0f%%, kappa %.2f, AC1 %.2f, alpha %.2f, %zu items by several\n",
               n->agree[i].criterion, 100 * g->raw.value, g->kappa.value, g->ac1.value,
               g->nominal.value, g->n_units);
    }
}

static int cmd_stats(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct numbers n = {0};
    bool ok = review_open(c, c->argc ? c->argv[0] : NULL, &x);
    s = x.s;
    if (!ok || !gather(c, &x, &n))
        return cmd_fail(c);
    if (c->json)
        return print_json(c, &n) ? 0 : cmd_fail(c);
    printf("queue:");
    for (int i = 0; i < REVIEW_N_STATES; i++)
        printf("%s %lld %s", i ? "," : "", (long long)n.counts.state[i],
               review_state_name((enum review_state)i));
    putchar('\n');
    if (n.routed)
        print_rates(&n);
    if (n.n_who)
        print_people(c, &n);
    return 0;
}

static const struct opt_def stats_opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "rates of this variant (default: routed last)"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_stats;
const struct cmd_def def_review_stats = {
    .name = "review stats",
    .synopsis = "[FEATURE]",
    .summary = "the queue, error rates by stream, agreement, reviewers",
    .help = "Rates of the routed and of the audited outputs are kept apart; the rate among all\n"
            "outputs weighs each stratum by its size and waits until every routed item is done.",
    .examples = "plimsoll review stats\nplimsoll review stats triage --json",
    .opts = stats_opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_stats,
};

/* ---- codes ---- */

static int cmd_codes(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct review_code_count *v;
    struct table *t = table_new(c->a, c->env);
    size_t n;
    int64_t all = 0, sum = 0;
    double weeks = opt_num(c, "weeks", (double)NAN);
    const char *into = opt_str(c, "merge-into"), *title = opt_str(c, "title");
    bool ok = review_open(c, opt_str(c, "feature"), &x);
    s = x.s;
    if (ok && (into || title)) {
        if (!c->argc)
            return cmd_usage(c, "name the code");
        ok = review_code_put(s, c->argv[0], title, into, x.who, &c->err);
    }
    if (!ok || !review_codes(s, c->a, x.f ? x.f->name : NULL, opt_str(c, "variant"),
                             env_now(c->env) - weeks * 7 * 86400, &v, &n, &c->err))
        return cmd_fail(c);
    for (size_t i = 0; i < n; i++)
        all += v[i].n;
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        buf_init(&b, BUF_MAX_BODY);
        jw_init(&w, &b, true);
        jw_arr(&w);
        for (size_t i = 0; i < n; i++) {
            jw_obj(&w);
            jw_kstr(&w, "code", v[i].code);
            jw_kstr(&w, "title", v[i].title);
            jw_kint(&w, "n", v[i].n);
            jw_end(&w);
        }
        cmd_json_end(c, &b, &w);
        return 0;
    }
    table_column(t, "code", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "so far", TABLE_RIGHT);
    table_column(t, "", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        sum += v[i].n;
        table_cell(t, arena_strndup(c->a, v[i].code.p, v[i].code.n));
        table_cellf(t, "%lld", (long long)v[i].n);
        table_cellf(t, "%.0f%%", 100.0 * (double)sum / (double)all);
        table_cell(t, v[i].title.n ? arena_strndup(c->a, v[i].title.p, v[i].title.n) : "");
    }
    if (n)
        table_print(t, stdout);
    else
        puts("No failure codes yet.");
    return 0;
}

static const struct opt_def codes_opts[] = {
    PROJECT_OPT,
    {0, "feature", OPT_STRING, "NAME", "of this feature"},
    {'v', "variant", OPT_STRING, "NAME", "of this variant"},
    {0, "weeks", OPT_NUM, "N", "of the last N weeks"},
    {0, "merge-into", OPT_STRING, "OTHER", "CODE is the same as OTHER: count it there"},
    {0, "title", OPT_STRING, "TEXT", "what CODE means"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_codes;
const struct cmd_def def_review_codes = {
    .name = "review codes",
    .synopsis = "[CODE --merge-into OTHER | CODE --title TEXT]",
    .summary = "failure codes by how often they were given; merge and name them",
    .help = "Codes are words of the reviewers' own; merging them as a pattern shows makes a\n"
            "taxonomy. Verdicts keep the code that was given.",
    .examples = "plimsoll review codes -v small-v3 --weeks 1\n"
                "plimsoll review codes wrong-lable --merge-into wrong_label",
    .opts = codes_opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_codes,
};

/* ---- show ---- */

static void print_verdicts(struct cmd *c, const struct review_verdict *v, size_t n)
{
    static const char *const kinds[] = {"", "skipped", "declined", "took it back"};
    char when[32];
    for (size_t i = 0; i < n; i++) {
        const char *said =
            v[i].kind == REVIEW_LABEL ? v[i].pass ? "pass" : "fail" : kinds[v[i].kind];
        printf("  %s  %.*s: %s%s", clock_iso(v[i].at, when, sizeof when),
               STR_ARG(utf8_printable(c->a, v[i].reviewer)), said,
               v[i].adjudicates ? ", adjudicating" : "");
        if (v[i].codes.n)
            printf(" %.*s", STR_ARG(utf8_printable(c->a, v[i].codes)));
        if (v[i].comment.n)
            printf(" (%.*s)", STR_ARG(utf8_printable(c->a, v[i].comment)));
        putchar('\n');
        if (!str_null(v[i].corrected))
            printf("    corrected: %.*s\n", STR_ARG(utf8_printable(c->a, v[i].corrected)));
    }
}

/* The golden example that the item's correction became, by its source. */
static bool print_golden(struct cmd *c, const struct review_ctx *x, const struct review_item *it)
{
    struct golden *g;
    const struct feature *f;
    struct str mark = arena_strf(c->a, "review R%lld", (long long)it->id);
    if (!project_feature(x->p, arena_strndup(c->a, it->feature.p, it->feature.n), &f, &c->err))
        return false;
    if (!f->golden)
        return true;
    if (!golden_load(c->a, f->golden, &g, &c->err))
        return false;
    for (size_t i = 0; i < g->n; i++) {
        struct item line;
        if (!golden_item(g, i, c->a, &line, &c->err))
            return false;
        if (str_starts(line.source, mark) &&
            (line.source.n == mark.n || line.source.p[mark.n] == ' ')) {
            printf("  golden example %.*s\n", STR_ARG(line.id));
            return true;
        }
    }
    puts("  no golden example (plimsoll golden add SET --from-review)");
    return true;
}

static int cmd_show(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct review_item it;
    struct review_text text;
    struct review_verdict *v;
    size_t n;
    int64_t id;
    bool ok = review_open(c, NULL, &x);
    s = x.s;
    if (!ok || !review_parse_id(c->argv[0], &id, &c->err) ||
        !review_get(s, c->a, id, &it, &c->err) || !review_text(s, c->a, &it, &text, &c->err) ||
        !review_verdicts(s, c->a, id, x.who, &v, &n, &c->err))
        return cmd_fail(c);
    printf("R%lld  %.*s %.*s  %s\n", (long long)id, STR_ARG(it.feature), STR_ARG(it.name),
           review_state_name(it.state));
    if (it.stream != REVIEW_KNOWN)
        printf("  %s: %.*s\n", review_stream_name(it.stream),
               STR_ARG(utf8_printable(c->a, it.reason)));
    printf("  output: %.*s\n", STR_ARG(utf8_printable(c->a, text.output)));
    print_verdicts(c, v, n);
    if (it.state != REVIEW_DONE)
        return 0;
    puts("what it changed");
    printf("  a label for `judge calibrate`%s\n",
           isnan(it.confidence) || isnan(it.inclusion) ? "" : " and `threshold`");
    if (!isnan(it.inclusion))
        printf("  counts for %.4g outputs in the error rates\n", 1 / it.inclusion);
    return print_golden(c, &x, &it) ? 0 : cmd_fail(c);
}

static const struct opt_def show_opts[] = {
    PROJECT_OPT,
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_show;
const struct cmd_def def_review_show = {
    .name = "review show",
    .synopsis = "ITEM",
    .summary = "one item of the queue: its history, and what its verdict changed",
    .examples = "plimsoll review show R7",
    .opts = show_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_show,
};
