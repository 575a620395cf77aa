/* Tickets: the board, the time to resolution, one ticket with its steps. */
#include <math.h>
#include <string.h>

#include "safety/ticket.h"
#include "safety/ticket_stats.h"
#include "web/charts.h"
#include "web/handlers.h"

static const char *ticket_path(struct arena *a, int64_t id)
{
    return arena_printf(a, "/tickets/T%lld", (long long)id);
}

static void stats_of(struct web_call *c, const struct ticket *t, size_t n, struct ticket_stats *ret)
{
    struct ticket_time *times = ARENA_ARRAY(c->a, n, struct ticket_time);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (t[i].state != TICKET_MERGED)
            times[kept++] = (struct ticket_time){t[i].opened_at, t[i].resolved_at, t[i].kind,
                                                 str_c(ticket_severities[t[i].severity - 1])};
    ticket_stats(c->a, times, kept, web_now(c), STAT_NAN, 0.95, ret);
}

/* --- board --- */

static void small_ticket(struct page *p, const struct ticket *t)
{
    static const char *const tone[] = {"bad", "bad", "open", NULL};
    hw_open_class(&p->w, "div", "ticket");
    hw_attr(&p->w, "data-row", "");
    page_link(p, ticket_path(p->a, t->id),
              arena_printf(p->a, "T%lld %s", (long long)t->id, t->title.p));
    hw_open(&p->w, "p");
    page_tag(p, tone[t->severity - 1], ticket_severities[t->severity - 1]);
    hw_textf(&p->w, " %s%s%s", t->kind.p, t->owner.n ? ", " : "", t->owner.n ? t->owner.p : "");
    hw_close(&p->w);
    hw_close(&p->w);
}

static void board(struct page *p, const struct ticket *t, size_t n)
{
    hw_open_class(&p->w, "div", "board");
    for (int state = TICKET_OPEN; state <= TICKET_CLOSED; state++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += t[i].state == (enum ticket_state)state;
        hw_open_class(&p->w, "section", "lane");
        hw_elemf(&p->w, "h2", NULL, "%s %zu", ticket_state_name((enum ticket_state)state), count);
        for (size_t i = 0; i < n; i++)
            if (t[i].state == (enum ticket_state)state)
                small_ticket(p, &t[i]);
        hw_close(&p->w);
    }
    hw_close(&p->w);
}

static void resolution(struct page *p, const struct ticket_stats *s)
{
    const struct ticket_group *g = &s->all;
    double max_h = g->tau_h;
    page_card(p, "Time to resolution", NULL);
    page_fact_open(p);
    page_fact(p, "Median",
              isnan(g->median_h.value) ? "not reached"
                                       : arena_printf(p->a, "%.1f h", g->median_h.value),
              isnan(g->median_h.low) ? "open tickets counted"
              : isnan(g->median_h.high)
                  ? arena_printf(p->a, "at least %.1f h (95%%)", g->median_h.low)
                  : arena_printf(p->a, "%.1f to %.1f h (95%%)", g->median_h.low, g->median_h.high));
    page_fact(p, "Resolved", arena_printf(p->a, "%zu of %zu", g->resolved, g->n), NULL);
    page_fact(p, "Median of closed ones alone",
              isnan(g->closed_only_median_h)
                  ? "–"
                  : arena_printf(p->a, "%.1f h", g->closed_only_median_h),
              "too short: it leaves out what stays open");
    hw_close(&p->w);
    for (size_t i = 0; i < g->km.n_rows; i++)
        max_h = g->km.rows[i].time > max_h ? g->km.rows[i].time : max_h;
    if (g->km.n_rows && max_h > 0)
        chart_survival(p, &g->km, max_h);
    hw_close(&p->w);
}

bool tickets_page(struct web_call *c)
{
    struct ticket *t;
    struct ticket_stats stats;
    struct page p;
    size_t n;
    if (!ticket_list(c->s, c->a, &t, &n, &c->err))
        return false;
    stats_of(c, t, n, &stats);
    page_begin(&p, c, "Tickets", "/tickets", "walk.js");
    hw_elem(&p.w, "h1", NULL, "Tickets");
    if (!n) {
        page_empty(&p, "No tickets.", "plimsoll ticket open, or a rule, opens one.");
    } else {
        board(&p, t, n);
        resolution(&p, &stats);
    }
    return page_end(&p);
}

/* --- one ticket --- */

static void row(struct page *p, const char *name, struct str value)
{
    if (!value.n)
        return;
    hw_elem(&p->w, "dt", NULL, name);
    hw_open(&p->w, "dd");
    hw_text(&p->w, value);
    hw_close(&p->w);
}

static void step(struct page *p, const struct ticket *t, const char *action, const char *button,
                 const char *label, const char *field)
{
    page_form(p, arena_printf(p->a, "%s/%s", ticket_path(p->a, t->id), action), "inline");
    if (label)
        page_field(p, label, field, NULL);
    page_button(p, button, NULL);
    hw_close(&p->w);
}

static void steps(struct page *p, const struct ticket *t)
{
    bool resolved = !isnan(t->resolved_at) || t->state == TICKET_FIXED;
    if (p->c->user.role < ROLE_REVIEWER || t->state == TICKET_MERGED)
        return;
    page_card(p, "Next step", NULL);
    if (resolved) {
        step(p, t, "reopen", "Reopen", "Why", "note");
    } else {
        step(p, t, "assign", "Assign", "Owner", "owner");
        if (t->state == TICKET_OPEN)
            step(p, t, "acknowledge", "Acknowledge", NULL, NULL);
        step(p, t, "fix", "Mark as fixed", "Regression example (its id)", "example");
        step(p, t, "close", "Close without example", "Why", "note");
    }
    hw_close(&p->w);
}

static void history(struct page *p, const struct ticket_event *v, size_t n)
{
    static const char *const columns[] = {"When", "Who", "What", "State", "Note", NULL};
    page_card(p, "History", NULL);
    page_table(p, "History", columns);
    for (size_t i = 0; i < n; i++) {
        hw_open(&p->w, "tr");
        page_cell(p, page_time(p->a, v[i].at));
        page_cell(p, v[i].who.p ? v[i].who.p : "–");
        page_cell(p, v[i].action.p);
        page_cell(p, v[i].state.p);
        hw_open_class(&p->w, "td", "text");
        hw_text(&p->w, v[i].note.n ? v[i].note : v[i].example);
        hw_close(&p->w);
        hw_close(&p->w);
    }
    page_table_end(p);
    hw_close(&p->w);
}

bool ticket_page(struct web_call *c)
{
    struct ticket t;
    struct ticket_event *events;
    struct page p;
    size_t n;
    if (!ticket_get(c->s, c->a, c->params[0].p, &t, &c->err) ||
        !ticket_events(c->s, c->a, t.id, &events, &n, &c->err))
        return false;
    const char *name = arena_printf(c->a, "T%lld", (long long)t.id);
    const char *crumbs[] = {"Tickets", "/tickets", name, NULL, NULL};
    page_begin(&p, c, name, "/tickets", NULL);
    page_crumbs(&p, crumbs);
    hw_open(&p.w, "h1");
    hw_text(&p.w, t.title);
    hw_close(&p.w);
    page_card(&p, NULL, NULL);
    page_tag(&p, isnan(t.resolved_at) ? "open" : "good", ticket_state_name(t.state));
    hw_open_class(&p.w, "dl", "evidence");
    row(&p, "Severity", str_c(ticket_severities[t.severity - 1]));
    row(&p, "Kind", t.kind);
    row(&p, "Feature", t.feature);
    row(&p, "Owner", t.owner);
    row(&p, "Item", t.item);
    row(&p, "Source", t.source);
    row(&p, "Regression example", t.example);
    row(&p, "Opened", str_c(page_time(c->a, t.opened_at)));
    hw_close(&p.w);
    if (t.evidence.n) {
        hw_open_class(&p.w, "pre", "text");
        hw_text(&p.w, t.evidence);
        hw_close(&p.w);
    }
    hw_close(&p.w);
    steps(&p, &t);
    history(&p, events, n);
    return page_end(&p);
}

static const char *filled(const struct web_call *c, const char *name)
{
    const char *v = web_form(c, name);
    return v && *v ? v : NULL;
}

/* One step on a ticket's way, from the page's form or from the API. */
static bool act(struct web_call *c, struct ticket *t)
{
    const char *who = c->user.name, *note = filled(c, "note");
    struct str action = c->params[1];
    if (!ticket_get(c->s, c->a, c->params[0].p, t, &c->err))
        return false;
    if (str_eq_c(action, "assign")) {
        if (!filled(c, "owner"))
            return err_set(&c->err, ERR_USAGE, "owner is missing");
        return ticket_assign(c->s, t, filled(c, "owner"), who, &c->err);
    }
    if (str_eq_c(action, "acknowledge"))
        return ticket_acknowledge(c->s, t, who, &c->err);
    if (str_eq_c(action, "fix")) {
        if (!filled(c, "example"))
            return err_set(&c->err, ERR_USAGE, "example is missing: the id of a golden example");
        return ticket_fix(c->s, t, filled(c, "example"), note, who, &c->err);
    }
    if (str_eq_c(action, "close"))
        return ticket_fix(c->s, t, NULL, note, who, &c->err);
    if (str_eq_c(action, "reopen"))
        return ticket_reopen(c->s, t, note, who, &c->err);
    return err_set(&c->err, ERR_NOT_FOUND, "a ticket has no step \"%.40s\"", action.p);
}

bool ticket_post(struct web_call *c)
{
    struct ticket t;
    if (!act(c, &t))
        return false;
    web_redirect(c, ticket_path(c->a, t.id));
    return true;
}

/* --- API --- */

static void write_ticket(struct jw *w, struct arena *a, const struct ticket *t)
{
    jw_obj(w);
    jw_kc(w, "id", arena_printf(a, "T%lld", (long long)t->id));
    jw_kstr(w, "title", t->title);
    jw_kstr(w, "kind", t->kind);
    jw_kc(w, "severity", ticket_severities[t->severity - 1]);
    jw_kc(w, "state", ticket_state_name(t->state));
    jw_kstr(w, "feature", t->feature);
    jw_kstr(w, "owner", t->owner);
    jw_kstr(w, "item", t->item);
    jw_kstr(w, "example", t->example);
    web_json_time(w, "opened_at", t->opened_at);
    web_json_time(w, "resolved_at", t->resolved_at);
    jw_end(w);
}

bool tickets_api(struct web_call *c)
{
    struct ticket *t;
    struct ticket_stats stats;
    struct jw w;
    size_t n;
    if (!ticket_list(c->s, c->a, &t, &n, &c->err))
        return false;
    stats_of(c, t, n, &stats);
    web_json(c, &w);
    jw_obj(&w);
    estimate_write(&w, "time_to_resolution_h", stats.all.median_h);
    jw_key(&w, "tickets");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++)
        write_ticket(&w, c->a, &t[i]);
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}

bool ticket_api(struct web_call *c)
{
    struct ticket t;
    struct jw w;
    if (!ticket_get(c->s, c->a, c->params[0].p, &t, &c->err))
        return false;
    web_json(c, &w);
    write_ticket(&w, c->a, &t);
    return web_json_end(c, &w);
}

bool ticket_act_api(struct web_call *c)
{
    struct ticket t;
    struct jw w;
    if (!act(c, &t) || !ticket_get(c->s, c->a, c->params[0].p, &t, &c->err))
        return false;
    web_json(c, &w);
    write_ticket(&w, c->a, &t);
    return web_json_end(c, &w);
}
