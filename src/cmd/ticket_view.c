/* Showing tickets. */
#include "cmd/ticket_view.h"

#include <math.h>

#include "base/clock.h"
#include "base/table.h"
#include "base/utf8.h"
#include "text/jsonw.h"

static const char *when(struct arena *a, double t)
{
    char text[32];
    return isnan(t) ? NULL : arena_strdup(a, clock_iso(t, text, sizeof text));
}

static void write_ticket(struct cmd *c, struct jw *w, const struct ticket *t)
{
    jw_kc(w, "id", arena_printf(c->a, "T%lld", (long long)t->id));
    jw_kc(w, "state", ticket_state_name(t->state));
    jw_kstr(w, "kind", t->kind);
    jw_kc(w, "severity", ticket_severities[t->severity - 1]);
    jw_kstr(w, "title", t->title);
    jw_kstr(w, "feature", t->feature);
    jw_kstr(w, "owner", t->owner);
    jw_kint(w, "affected", t->affected);
    jw_kstr(w, "source", t->source);
    jw_kstr(w, "item", t->item);
    jw_kc(w, "run", t->run ? arena_printf(c->a, "r%lld", (long long)t->run) : NULL);
    jw_kstr(w, "variant", t->variant);
    jw_kstr(w, "example", t->example);
    jw_kstr(w, "evidence", t->evidence);
    jw_kc(w, "opened_at", when(c->a, t->opened_at));
    jw_kc(w, "acknowledged_at", when(c->a, t->acknowledged_at));
    jw_kc(w, "fixed_at", when(c->a, t->fixed_at));
    jw_kc(w, "resolved_at", when(c->a, t->resolved_at));
    jw_kint(w, "reopened", t->reopened);
    if (t->state == TICKET_MERGED)
        jw_kc(w, "merged_into", arena_printf(c->a, "T%lld", (long long)t->merged_into));
}

static void list_json(struct cmd *c, const struct ticket *t, size_t n)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_key(&w, "tickets");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        write_ticket(c, &w, &t[i]);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static enum table_style state_style(enum ticket_state s)
{
    return s == TICKET_OPEN ? TABLE_BAD : s == TICKET_VERIFIED ? TABLE_GOOD : TABLE_PLAIN;
}

void ticket_print_list(struct cmd *c, const struct ticket *t, size_t n)
{
    double now = env_now(c->env);
    if (c->json) {
        list_json(c, t, n);
        return;
    }
    if (n == 0) {
        printf("No tickets.\n");
        return;
    }
    struct table *table = table_new(c->a, c->env);
    table_column(table, "id", TABLE_LEFT);
    table_column(table, "state", TABLE_LEFT);
    table_column(table, "severity", TABLE_LEFT);
    table_column(table, "kind", TABLE_LEFT);
    table_column(table, "title", TABLE_LEFT);
    table_column(table, "owner", TABLE_LEFT);
    table_column(table, "affected", TABLE_RIGHT);
    table_column(table, "age", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        char age[40];
        double end = isnan(t[i].resolved_at) ? now : t[i].resolved_at;
        table_cellf(table, "T%lld", (long long)t[i].id);
        table_cell_style(table, state_style(t[i].state), ticket_state_name(t[i].state));
        table_cell(table, ticket_severities[t[i].severity - 1]);
        table_cell(table, t[i].kind.p);
        table_cell(table, t[i].title.p);
        table_cell(table, t[i].owner.p);
        table_cellf(table, "%lld", (long long)t[i].affected);
        table_cell(table, clock_human(end - t[i].opened_at, age, sizeof age));
    }
    table_print(table, stdout);
}

static void line(struct cmd *c, const char *label, struct str value)
{
    if (value.n)
        printf("%-12s %.*s\n", label, STR_ARG(utf8_printable(c->a, value)));
}

static void print_events(struct cmd *c, const struct ticket_event *ev, size_t n)
{
    printf("\n");
    for (size_t i = 0; i < n; i++) {
        const struct ticket_event *k = &ev[i];
        struct str note = utf8_printable(c->a, k->note), who = utf8_printable(c->a, k->who);
        printf("%s  %-12.*s %-12.*s", when(c->a, k->at), STR_ARG(k->action), STR_ARG(k->state));
        if (str_eq_c(k->action, "assign"))
            printf(" to %.*s", STR_ARG(utf8_printable(c->a, k->owner)));
        if (str_eq_c(k->action, "fix"))
            printf(" proof: %.*s", STR_ARG(utf8_printable(c->a, k->example)));
        if (k->other)
            printf(" T%lld", (long long)k->other);
        if (note.n)
            printf(" %.*s", STR_ARG(note));
        if (who.n)
            printf(" (%.*s)", STR_ARG(who));
        printf("\n");
    }
}

void ticket_print_one(struct cmd *c, const struct ticket *t, const struct ticket_event *ev,
                      size_t n_ev)
{
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        write_ticket(c, &w, t);
        jw_key(&w, "events");
        jw_arr(&w);
        for (size_t i = 0; i < n_ev; i++) {
            jw_obj(&w);
            jw_kc(&w, "at", when(c->a, ev[i].at));
            jw_kstr(&w, "action", ev[i].action);
            jw_kstr(&w, "state", ev[i].state);
            jw_kstr(&w, "who", ev[i].who);
            jw_kstr(&w, "note", ev[i].note);
            jw_end(&w);
        }
        jw_end(&w);
        cmd_json_end(c, &b, &w);
        return;
    }
    printf("T%lld %.*s\n\n", (long long)t->id, STR_ARG(utf8_printable(c->a, t->title)));
    line(c, "state", str_c(ticket_state_name(t->state)));
    line(c, "kind", t->kind);
    line(c, "severity", str_c(ticket_severities[t->severity - 1]));
    line(c, "feature", t->feature);
    line(c, "owner", t->owner);
    line(c, "seen on", t->item);
    line(c, "variant", t->variant);
    line(c, "source", t->source);
    line(c, "proof", t->example);
    line(c, "evidence", t->evidence);
    printf("%-12s %lld\n", "affected", (long long)t->affected);
    print_events(c, ev, n_ev);
}
