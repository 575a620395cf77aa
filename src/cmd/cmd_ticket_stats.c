/* `plimsoll ticket stats`: time to resolution with the open tickets counted. */
#include <math.h>

#include "base/clock.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/show.h"
#include "golden/rows.h"
#include "safety/ticket.h"
#include "safety/ticket_stats.h"
#include "text/jsonw.h"

typedef VEC(struct ticket_time) times;

static bool time_of(const struct row *row, struct arena *a, const char *key, double *ret,
                    struct err *e)
{
    struct str s;
    *ret = STAT_NAN;
    if (!row_text(row, a, key, &s, e))
        return false;
    return s.n == 0 || clock_parse(s, ret) ||
           row_err(e, row, key, "%s: \"%.*s\" where a date and time was expected", key, STR_ARG(s));
}

static bool read_file(struct cmd *c, times *out)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more;
    if (!rows_open(&rows, c->argv[0], &c->err))
        return false;
    for (;;) {
        struct ticket_time t;
        if (!rows_next(&rows, c->a, &row, &more, &c->err))
            return false;
        if (!more)
            break;
        if (!time_of(&row, c->a, "opened_at", &t.opened, &c->err) ||
            !time_of(&row, c->a, "resolved_at", &t.resolved, &c->err) ||
            !row_text(&row, c->a, "kind", &t.kind, &c->err) ||
            !row_text(&row, c->a, "severity", &t.severity, &c->err))
            return false;
        if (isnan(t.opened))
            return row_missing(&row, "opened_at", &c->err);
        if (t.resolved < t.opened)
            return row_err(&c->err, &row, "resolved_at", "resolved before it was opened");
        t.kind = t.kind.p ? t.kind : STR("other");
        t.severity = t.severity.p ? t.severity : STR("unknown");
        vec_push(out, t);
    }
    return out->n || err_set(&c->err, ERR_INPUT, "%s holds no tickets", c->argv[0]);
}

static bool read_store(struct cmd *c, times *out)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct ticket *t;
    size_t n;
    if (!project_opt_load(c, &p) || !store_open(p->store, DB_CREATE, c->env, &s, &c->err) ||
        !ticket_list(s, c->a, &t, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct ticket_time one = {t[i].opened_at, t[i].resolved_at, t[i].kind,
                                  str_c(ticket_severities[t[i].severity - 1])};
        if (t[i].state != TICKET_MERGED)
            vec_push(out, one);
    }
    return true;
}

static void write_group(struct jw *w, const struct ticket_group *g)
{
    jw_kint(w, "n", (int64_t)g->n);
    jw_kint(w, "resolved", (int64_t)g->resolved);
    jw_kint(w, "open", (int64_t)(g->n - g->resolved));
    estimate_write(w, "median_hours", g->median_h);
    estimate_write(w, "rmst_hours", g->rmst_h);
    jw_knum(w, "tau_hours", g->tau_h);
    jw_knum(w, "closed_only_median_hours", g->closed_only_median_h);
}

static void write_groups(struct jw *w, const char *key, const struct ticket_group *g, size_t n)
{
    jw_key(w, key);
    jw_obj(w);
    for (size_t i = 0; i < n; i++) {
        jw_key_str(w, g[i].name);
        jw_obj(w);
        write_group(w, &g[i]);
        jw_end(w);
    }
    jw_end(w);
}

static void print_json(struct cmd *c, const struct ticket_stats *s)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    char day[32];
    cmd_json_begin(&b, &w);
    write_group(&w, &s->all);
    write_groups(&w, "by_kind", s->kinds, s->n_kinds);
    write_groups(&w, "by_severity", s->severities, s->n_severities);
    jw_key(&w, "weeks");
    jw_arr(&w);
    for (size_t i = 0; i < s->n_weeks; i++) {
        jw_obj(&w);
        jw_kstr(&w, "week", str_sub(str_c(clock_iso(s->weeks[i].start, day, sizeof day)), 0, 10));
        jw_kint(&w, "opened", (int64_t)s->weeks[i].opened);
        jw_kint(&w, "resolved", (int64_t)s->weeks[i].resolved);
        jw_kint(&w, "open", (int64_t)s->weeks[i].open_at_end);
        estimate_write(&w, "median_hours", s->weeks[i].median_h);
        jw_end(&w);
    }
    jw_end(&w);
    jw_key(&w, "survival");
    jw_arr(&w);
    for (size_t i = 0; i < s->all.km.n_rows; i++) {
        const struct survival_row *r = &s->all.km.rows[i];
        jw_obj(&w);
        jw_knum(&w, "hours", r->time);
        jw_knum(&w, "still_open", r->survival);
        jw_knum(&w, "low", r->low);
        jw_knum(&w, "high", r->high);
        jw_kint(&w, "at_risk", (int64_t)r->n_risk);
        jw_end(&w);
    }
    jw_end(&w);
    if (s->compared) {
        jw_key(&w, "since");
        jw_obj(&w);
        jw_key(&w, "before");
        jw_obj(&w);
        write_group(&w, &s->before);
        jw_end(&w);
        jw_key(&w, "after");
        jw_obj(&w);
        write_group(&w, &s->after);
        jw_end(&w);
        jw_knum(&w, "logrank_chi2", s->logrank.chi2);
        jw_knum(&w, "p_value", s->logrank.p_value);
        jw_end(&w);
    }
    cmd_json_end(c, &b, &w);
}

static const char *span(struct arena *a, double h)
{
    char text[40];
    return isnan(h) ? "not reached" : arena_strdup(a, clock_human(h * 3600, text, sizeof text));
}

static void group_row(struct table *t, struct arena *a, const char *name,
                      const struct ticket_group *g)
{
    table_cell(t, name);
    table_cellf(t, "%zu", g->n);
    table_cellf(t, "%zu", g->n - g->resolved);
    table_cell(t, span(a, g->median_h.value));
    table_cell(
        t, isnan(g->median_h.low) && isnan(g->median_h.high)
               ? ""
               : arena_printf(a, "%s – %s", span(a, g->median_h.low), span(a, g->median_h.high)));
    table_cell(t, span(a, g->rmst_h.value));
}

static struct table *group_table(struct cmd *c, const char *head)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, head, TABLE_LEFT);
    table_column(t, "tickets", TABLE_RIGHT);
    table_column(t, "open", TABLE_RIGHT);
    table_column(t, "median", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "restricted mean", TABLE_RIGHT);
    return t;
}

static void print_text(struct cmd *c, const struct ticket_stats *s)
{
    struct table *t = group_table(c, "time to resolution");
    group_row(t, c->a, "all", &s->all);
    for (size_t i = 0; i < s->n_kinds; i++)
        group_row(t, c->a, arena_strf(c->a, "kind %.*s", STR_ARG(s->kinds[i].name)).p,
                  &s->kinds[i]);
    for (size_t i = 0; i < s->n_severities; i++)
        group_row(t, c->a, arena_strf(c->a, "severity %.*s", STR_ARG(s->severities[i].name)).p,
                  &s->severities[i]);
    if (s->compared) {
        group_row(t, c->a, "opened before", &s->before);
        group_row(t, c->a, "opened since", &s->after);
    }
    table_print(t, stdout);
    printf("\nKaplan–Meier, open tickets counted as not yet resolved; the restricted mean is over "
           "%s.\n",
           span(c->a, s->all.tau_h));
    if (s->all.n > s->all.resolved && !isnan(s->all.closed_only_median_h))
        printf("The median of the closed ones alone, %s, would leave the open ones out.\n",
               span(c->a, s->all.closed_only_median_h));
    if (s->compared)
        printf("Before against since: log-rank p = %.3g.\n", s->logrank.p_value);
    printf("\n");
    t = table_new(c->a, c->env);
    table_column(t, "week of", TABLE_LEFT);
    table_column(t, "opened", TABLE_RIGHT);
    table_column(t, "resolved", TABLE_RIGHT);
    table_column(t, "open at its end", TABLE_RIGHT);
    table_column(t, "median of those opened", TABLE_RIGHT);
    for (size_t i = s->n_weeks > 12 ? s->n_weeks - 12 : 0; i < s->n_weeks; i++) {
        char day[32];
        table_cellf(t, "%.10s", clock_iso(s->weeks[i].start, day, sizeof day));
        table_cellf(t, "%zu", s->weeks[i].opened);
        table_cellf(t, "%zu", s->weeks[i].resolved);
        table_cellf(t, "%zu", s->weeks[i].open_at_end);
        table_cell(t, s->weeks[i].opened ? span(c->a, s->weeks[i].median_h.value) : "");
    }
    table_print(t, stdout);
}

static int cmd_ticket_stats(struct cmd *c)
{
    times t = {0};
    struct ticket_stats s;
    double since = STAT_NAN, now = env_now(c->env);
    const char *since_text = opt_str(c, "since"), *now_text = opt_str(c, "now");
    if ((since_text && !clock_parse(str_c(since_text), &since)) ||
        (now_text && !clock_parse(str_c(now_text), &now)))
        return cmd_usage(c,
                         "--since and --now want a date such as 2026-03-01 or 2026-03-01T12:00Z");
    bool ok = c->argc ? read_file(c, &t) : read_store(c, &t);
    if (ok) {
        ticket_stats(c->a, t.v, t.n, now, since, 0.95, &s);
        if (c->json)
            print_json(c, &s);
        else if (t.n)
            print_text(c, &s);
        else
            printf("No tickets. Good, or nobody looks: `plimsoll ticket from RUN` opens them by "
                   "rule.\n");
    }
    vec_free(&t);
    return ok ? 0 : cmd_fail(c);
}

static const struct opt_def opts[] = {
    {0, "since", OPT_STRING, "DATE", "compare tickets opened before and from DATE on (log-rank)"},
    {0, "now", OPT_STRING, "DATE", "the moment that ends the time of open tickets (default: now)"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_ticket_stats;
const struct cmd_def def_ticket_stats = {
    .name = "ticket stats",
    .synopsis = "[FILE]",
    .summary = "time to resolution by kind, severity and week",
    .help = "Without FILE: the project's tickets; resolved means verified by a run, or closed with "
            "a reason.\n"
            "FILE has a row a ticket: opened_at, resolved_at (empty while open), kind, severity.",
    .examples =
        "plimsoll ticket stats\nplimsoll ticket stats tickets.csv --since 2026-03-01 --json",
    .opts = opts,
    .max_args = 1,
    .run = cmd_ticket_stats,
};
