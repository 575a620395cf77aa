/* `plimsoll ticket …`: failures, their owners, and their way to a proven fix. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/ticket_view.h"
#include "safety/ticket.h"
#include "store/items.h"
#include "store/runs.h"
#include "store/units.h"

static const char *who(const struct cmd *c)
{
    const char *by = opt_str(c, "by");
    return by ? by : env_get(c->env, "USER");
}

static bool open_store(struct cmd *c, struct project **ret_p, struct store **ret)
{
    return project_opt_load(c, ret_p) &&
           store_open((*ret_p)->store, DB_CREATE, c->env, ret, &c->err);
}

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* One of the names, or a usage error that names the nearest. */
static bool choice(struct cmd *c, const char *opt, const char *const *names, const char *otherwise,
                   int *ret)
{
    const char *text = opt_str(c, opt);
    *ret = index_of(names, text ? text : otherwise);
    if (*ret >= 0)
        return true;
    const char *near = str_nearest(str_c(text), names);
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, 500);
    for (size_t i = 0; names[i]; i++)
        buf_printf(&b, "%s%s", i ? ", " : "", names[i]);
    err_set(&c->err, ERR_USAGE, "--%s %s where one of %s was expected", opt, text, buf_cstr(&b));
    return near ? err_hint(&c->err, "Did you mean %s?", near) : false;
}

/* ---- open, list, show
 * ----------------------------------------------------------------------------- */

static int cmd_open(struct cmd *c)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct ticket t = {.source = STR("hand"), .affected = opt_int(c, "affected", 1)};
    int kind, severity;
    bool is_new;
    if (!choice(c, "kind", ticket_kinds, "other", &kind) ||
        !choice(c, "severity", ticket_severities, "medium", &severity) || !open_store(c, &p, &s))
        return cmd_fail(c);
    const char *feature = opt_str(c, "feature");
    if (!feature && p->n_features == 1)
        feature = p->features[0].name;
    t.title = str_c(c->argv[0]);
    t.kind = str_c(ticket_kinds[kind]);
    t.severity = severity + 1;
    t.feature = str_c(feature);
    t.item = str_c(opt_str(c, "item"));
    t.variant = str_c(opt_str(c, "variant"));
    t.evidence = str_c(opt_str(c, "evidence"));
    t.dedupe = str_c(opt_str(c, "dedupe"));
    if (opt_str(c, "run") && !run_resolve(s, opt_str(c, "run"), feature, &t.run, &c->err))
        return cmd_fail(c);
    if (t.affected < 1)
        return cmd_usage(c, "--affected counts from 1");
    if (!ticket_open(s, &t, who(c), &is_new, &c->err))
        return cmd_fail(c);
    struct ticket now;
    const char *id = arena_printf(c->a, "T%lld", (long long)t.id);
    if (opt_str(c, "owner") && (!ticket_get(s, c->a, id, &now, &c->err) ||
                                !ticket_assign(s, &now, opt_str(c, "owner"), who(c), &c->err)))
        return cmd_fail(c);
    if (c->json) {
        if (!ticket_get(s, c->a, id, &now, &c->err))
            return cmd_fail(c);
        ticket_print_one(c, &now, NULL, 0);
    } else {
        printf("%s %s\n", id, is_new ? "opened" : "was open already: counted there");
    }
    return 0;
}

static int cmd_list(struct cmd *c)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct ticket *t;
    size_t n, kept = 0;
    const char *state = opt_str(c, "state"), *kind = opt_str(c, "kind"),
               *owner = opt_str(c, "owner");
    if (!open_store(c, &p, &s) || !ticket_list(s, c->a, &t, &n, &c->err))
        return cmd_fail(c);
    for (size_t i = 0; i < n; i++) {
        bool over = t[i].state == TICKET_MERGED || t[i].state == TICKET_VERIFIED ||
                    t[i].state == TICKET_CLOSED;
        bool show =
            state ? strcmp(ticket_state_name(t[i].state), state) == 0 : opt_flag(c, "all") || !over;
        show =
            show && (!kind || str_eq_c(t[i].kind, kind)) && (!owner || str_eq_c(t[i].owner, owner));
        if (show)
            t[kept++] = t[i];
    }
    ticket_print_list(c, t, kept);
    return 0;
}

static int cmd_show(struct cmd *c)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct ticket t;
    struct ticket_event *ev;
    size_t n;
    if (!open_store(c, &p, &s) || !ticket_get(s, c->a, c->argv[0], &t, &c->err) ||
        !ticket_events(s, c->a, t.id, &ev, &n, &c->err))
        return cmd_fail(c);
    ticket_print_one(c, &t, ev, n);
    return 0;
}

/* ---- steps
 * ------------------------------------------------------------------------------------------ */

typedef bool step_fn(struct cmd *c, struct store *s, struct ticket *t);

static bool do_assign(struct cmd *c, struct store *s, struct ticket *t)
{
    return ticket_assign(s, t, c->argv[1], who(c), &c->err);
}

static bool do_ack(struct cmd *c, struct store *s, struct ticket *t)
{
    return ticket_acknowledge(s, t, who(c), &c->err);
}

static bool do_resolve(struct cmd *c, struct store *s, struct ticket *t)
{
    return ticket_fix(s, t, opt_str(c, "example"), opt_str(c, "reason"), who(c), &c->err);
}

static bool do_reopen(struct cmd *c, struct store *s, struct ticket *t)
{
    return ticket_reopen(s, t, opt_str(c, "reason"), who(c), &c->err);
}

static bool do_merge(struct cmd *c, struct store *s, struct ticket *t)
{
    struct ticket into;
    return ticket_get(s, c->a, c->argv[1], &into, &c->err) &&
           ticket_merge(s, t, &into, who(c), &c->err);
}

static int step(struct cmd *c, step_fn *fn)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct ticket t;
    if (!open_store(c, &p, &s) || !ticket_get(s, c->a, c->argv[0], &t, &c->err) || !fn(c, s, &t) ||
        !ticket_get(s, c->a, c->argv[0], &t, &c->err))
        return cmd_fail(c);
    if (c->json)
        ticket_print_one(c, &t, NULL, 0);
    else
        printf("T%lld is %s%s%s\n", (long long)t.id, ticket_state_name(t.state),
               t.owner.n ? ", owner " : "", t.owner.n ? t.owner.p : "");
    return 0;
}

static int cmd_assign(struct cmd *c) { return step(c, do_assign); }
static int cmd_ack(struct cmd *c) { return step(c, do_ack); }
static int cmd_resolve(struct cmd *c) { return step(c, do_resolve); }
static int cmd_reopen(struct cmd *c) { return step(c, do_reopen); }
static int cmd_merge(struct cmd *c) { return step(c, do_merge); }

/* ---- by rule and by run
 * -------------------------------------------------------------------------------- */

/* The variant of a run that is meant: named, or the only one. */
static bool pick_variant(struct cmd *c, struct store *s, int64_t run, struct run_variant_row *ret)
{
    struct run_variant_row *v;
    size_t n;
    const char *name = opt_str(c, "variant");
    if (!run_variants(s, c->a, run, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (name ? str_eq_c(v[i].name, name) : n == 1) {
            *ret = v[i];
            return true;
        }
    }
    err_set(&c->err, ERR_USAGE,
            name ? "run r%lld has no variant %s" : "run r%lld has several variants%s",
            (long long)run, name ? name : "");
    return err_hint(&c->err, "Name one with -v.");
}

static void count_moved(void *arg, const struct ticket *t)
{
    struct cmd *c = arg;
    if (!c->json)
        printf("T%lld %s: %.*s %s\n", (long long)t->id,
               t->state == TICKET_VERIFIED ? "verified" : "reopened", STR_ARG(t->example),
               t->state == TICKET_VERIFIED ? "passes" : "fails");
}

static int cmd_verify(struct cmd *c)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct run_variant_row v;
    struct run_row run;
    struct ticket *t;
    size_t n, fixed = 0;
    int64_t id;
    if (!open_store(c, &p, &s) ||
        !run_resolve(s, c->argc ? c->argv[0] : "last", NULL, &id, &c->err) ||
        !run_get(s, c->a, id, &run, &c->err) || !pick_variant(c, s, id, &v) ||
        !tickets_verify(s, c->a, &run, v.id, count_moved, c, &c->err) ||
        !ticket_list(s, c->a, &t, &n, &c->err))
        return cmd_fail(c);
    for (size_t i = 0; i < n; i++)
        fixed += t[i].state == TICKET_FIXED;
    if (c->json)
        ticket_print_list(c, t, n);
    else
        printf("%zu ticket%s fixed but not verified by a run yet\n", fixed,
               fixed == 1 ? " is" : "s are");
    return 0;
}

struct rule {
    const char *grader, *kind;
    int severity;
    size_t pos; /* of the grader in the run */
    size_t n_graders;
    long long limit;
};

static bool find_grader(struct cmd *c, struct store *s, int64_t run, struct rule *r)
{
    struct run_grader_row *g;
    if (!run_graders(s, c->a, run, &g, &r->n_graders, &c->err))
        return false;
    for (r->pos = 0; r->pos < r->n_graders; r->pos++)
        if (str_eq_c(g[r->pos].name, r->grader))
            return true;
    return err_set(&c->err, ERR_USAGE, "run r%lld has no grader %s", (long long)run, r->grader);
}

/* A failing unit as a ticket, if its grader says so. */
static bool one_unit(struct cmd *c, struct store *s, const struct run_row *run,
                     const struct run_variant_row *v, const struct rule *r,
                     const struct unit_read *u, struct ticket *ret, bool *ret_hit)
{
    struct grade_row *g = ARENA_ARRAY(c->a, r->n_graders, struct grade_row);
    if (!grades_unpack(s, c->a, u->grades, g, r->n_graders, &c->err))
        return false;
    *ret_hit = g[r->pos].outcome == STORE_FAIL;
    struct str name = arena_str(c->a, u->item_name), reason = arena_str(c->a, g[r->pos].reason);
    *ret = (struct ticket){
        .kind = str_c(r->kind),
        .severity = r->severity,
        .title = arena_strf(c->a, "%s fails on %.*s", r->grader, STR_ARG(name)),
        .feature = run->feature,
        .dedupe = arena_strf(c->a, "%.*s/%s/%.*s", STR_ARG(run->feature), r->grader, STR_ARG(name)),
        .item = name,
        .run = run->id,
        .variant = v->name,
        .evidence = reason,
        .source = arena_strf(c->a, "rule %s", r->grader),
    };
    return true;
}

static int cmd_from(struct cmd *c)
{
    struct project *p;
    CLEANUP(store_closep) struct store *s = NULL;
    CLEANUP(units_close) struct unit_cursor cursor = {0};
    struct rule r = {.grader = opt_str(c, "grader"), .limit = opt_int(c, "limit", 200)};
    struct run_row run;
    struct run_variant_row v;
    int64_t id;
    int kind, severity;
    VEC(struct ticket) hits = {0};
    size_t opened = 0, again = 0;
    if (!r.grader)
        return cmd_usage(
            c, "ticket from wants --grader NAME: the grader whose failures become tickets");
    if (!choice(c, "kind", ticket_kinds, "wrong", &kind) ||
        !choice(c, "severity", ticket_severities, "medium", &severity) || !open_store(c, &p, &s) ||
        !run_resolve(s, c->argv[0], NULL, &id, &c->err) || !run_get(s, c->a, id, &run, &c->err) ||
        !pick_variant(c, s, id, &v) || !find_grader(c, s, id, &r))
        return cmd_fail(c);
    r.kind = ticket_kinds[kind];
    r.severity = severity + 1;
    bool more = true, hit, ok = units_open(s, v.id, &cursor, &c->err);
    while (ok) {
        struct unit_read u;
        struct ticket t;
        ok = units_next(&cursor, &u, &more, &c->err);
        if (!ok || !more)
            break;
        ok = one_unit(c, s, &run, &v, &r, &u, &t, &hit);
        if (ok && hit && (long long)hits.n < r.limit)
            vec_push(&hits, t);
    }
    for (size_t i = 0; ok && i < hits.n; i++) {
        bool is_new;
        ok = ticket_open(s, &hits.v[i], who(c), &is_new, &c->err);
        opened += ok && is_new;
        again += ok && !is_new;
    }
    size_t n_hits = hits.n;
    vec_free(&hits);
    if (!ok)
        return cmd_fail(c);
    printf("%zu tickets opened, %zu seen again\n", opened, again);
    if ((long long)n_hits == r.limit)
        printf("Stopped at %lld (--limit): that many failures of one kind are one ticket; open it "
               "by hand.\n",
               r.limit);
    return 0;
}

/* ---- tables
 * ------------------------------------------------------------------------------------------------
 */

#define BY_OPT                                                                                     \
    {                                                                                              \
        0, "by", OPT_STRING, "NAME", "who does it (default: $USER)"                                \
    }
#define END_OPT                                                                                    \
    {                                                                                              \
        0, NULL, OPT_FLAG, NULL, NULL                                                              \
    }

static const struct opt_def open_opts[] = {
    {'k', "kind", OPT_STRING, "KIND", "hallucination, refusal, injection, leakage, wrong, other"},
    {'s', "severity", OPT_STRING, "S", "critical, high, medium (default) or low"},
    {0, "feature", OPT_STRING, "NAME", "the feature (default: the only one)"},
    {0, "item", OPT_STRING, "ID", "the golden example or output it was seen on"},
    {0, "run", OPT_STRING, "RUN", "the run it was seen in"},
    {'v', "variant", OPT_STRING, "NAME", "the variant it was seen in"},
    {0, "evidence", OPT_STRING, "TEXT", "what was seen"},
    {0, "owner", OPT_STRING, "NAME", "who answers for it"},
    {0, "affected", OPT_INT, "N", "how many users or outputs (1)"},
    {0, "dedupe", OPT_STRING, "KEY", "the same key again counts on the same ticket"},
    BY_OPT,
    PROJECT_OPT,
    END_OPT,
};
static const struct opt_def list_opts[] = {
    {0, "state", OPT_STRING, "STATE", "open, acknowledged, fixed, verified, closed, merged"},
    {0, "kind", OPT_STRING, "KIND", "only this kind"},
    {0, "owner", OPT_STRING, "NAME", "only this owner's"},
    {'a', "all", OPT_FLAG, NULL, "resolved and merged ones too"},
    PROJECT_OPT,
    END_OPT,
};
static const struct opt_def step_opts[] = {BY_OPT, PROJECT_OPT, END_OPT};
static const struct opt_def show_opts[] = {PROJECT_OPT, END_OPT};
static const struct opt_def resolve_opts[] = {
    {'e', "example", OPT_STRING, "ID", "the golden example that proves the fix"},
    {'r', "reason", OPT_STRING, "TEXT", "why there is none; closes the ticket"},
    BY_OPT,
    PROJECT_OPT,
    END_OPT,
};
static const struct opt_def reopen_opts[] = {
    {'r', "reason", OPT_STRING, "TEXT", "why"},
    BY_OPT,
    PROJECT_OPT,
    END_OPT,
};
static const struct opt_def verify_opts[] = {
    {'v', "variant", OPT_STRING, "NAME", "the variant whose results count"},
    PROJECT_OPT,
    END_OPT,
};
static const struct opt_def from_opts[] = {
    {'g', "grader", OPT_STRING, "NAME", "failures of this grader become tickets"},
    {'v', "variant", OPT_STRING, "NAME", "the variant"},
    {'k', "kind", OPT_STRING, "KIND", "kind of the tickets (wrong)"},
    {'s', "severity", OPT_STRING, "S", "severity of the tickets (medium)"},
    {0, "limit", OPT_INT, "N", "at most N tickets (200)"},
    BY_OPT,
    PROJECT_OPT,
    END_OPT,
};

extern const struct cmd_def def_ticket_open, def_ticket_list, def_ticket_show, def_ticket_assign,
    def_ticket_ack, def_ticket_resolve, def_ticket_reopen, def_ticket_merge, def_ticket_verify,
    def_ticket_from;

const struct cmd_def def_ticket_open = {.name = "ticket open",
                                        .synopsis = "TITLE",
                                        .summary = "open a ticket for a failure",
                                        .examples =
                                            "plimsoll ticket open \"invents a refund deadline\" "
                                            "--kind hallucination --severity high --item t-0042",
                                        .opts = open_opts,
                                        .min_args = 1,
                                        .max_args = 1,
                                        .run = cmd_open};
const struct cmd_def def_ticket_list = {
    .name = "ticket list",
    .synopsis = "",
    .summary = "tickets that are not resolved",
    .examples = "plimsoll ticket list\nplimsoll ticket list --all --kind hallucination --json",
    .opts = list_opts,
    .run = cmd_list};
const struct cmd_def def_ticket_show = {.name = "ticket show",
                                        .synopsis = "ID",
                                        .summary = "one ticket and what happened to it",
                                        .examples = "plimsoll ticket show T7",
                                        .opts = show_opts,
                                        .min_args = 1,
                                        .max_args = 1,
                                        .run = cmd_show};
const struct cmd_def def_ticket_assign = {.name = "ticket assign",
                                          .synopsis = "ID OWNER",
                                          .summary = "give a ticket an owner",
                                          .examples = "plimsoll ticket assign T7 dana",
                                          .opts = step_opts,
                                          .min_args = 2,
                                          .max_args = 2,
                                          .run = cmd_assign};
const struct cmd_def def_ticket_ack = {.name = "ticket ack",
                                       .synopsis = "ID",
                                       .summary = "say that somebody has looked at a ticket",
                                       .examples = "plimsoll ticket ack T7",
                                       .opts = step_opts,
                                       .min_args = 1,
                                       .max_args = 1,
                                       .run = cmd_ack};
const struct cmd_def def_ticket_resolve = {
    .name = "ticket resolve",
    .synopsis = "ID --example ID | --reason TEXT",
    .summary = "say what fixed it: a regression example, or why none",
    .help = "With --example the ticket is fixed; a run in which that golden example passes "
            "verifies it, and a\n"
            "later run in which it fails reopens it. Without one it needs a reason and is closed.",
    .examples = "plimsoll ticket resolve T7 --example t-0042\nplimsoll ticket resolve T8 --reason "
                "\"feature withdrawn\"",
    .opts = resolve_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_resolve};
const struct cmd_def def_ticket_reopen = {
    .name = "ticket reopen",
    .synopsis = "ID",
    .summary = "it is back",
    .examples = "plimsoll ticket reopen T7 --reason \"seen again in production\"",
    .opts = reopen_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_reopen};
const struct cmd_def def_ticket_merge = {.name = "ticket merge",
                                         .synopsis = "ID INTO",
                                         .summary = "the same failure as another ticket",
                                         .examples = "plimsoll ticket merge T9 T7",
                                         .opts = step_opts,
                                         .min_args = 2,
                                         .max_args = 2,
                                         .run = cmd_merge};
const struct cmd_def def_ticket_verify = {
    .name = "ticket verify",
    .synopsis = "[RUN]",
    .summary = "fixed tickets: verified where their example passes",
    .examples = "plimsoll ticket verify last -v small-v4",
    .opts = verify_opts,
    .max_args = 1,
    .run = cmd_verify};
const struct cmd_def def_ticket_from = {
    .name = "ticket from",
    .synopsis = "RUN --grader NAME",
    .summary = "open tickets by rule: one for each item a grader fails",
    .examples = "plimsoll ticket from last --grader grounded --kind hallucination --severity high",
    .opts = from_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_from};
