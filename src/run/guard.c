/* Guardrails; see guard.h. */
#include "run/guard.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "text/jsonw.h"
#include "text/pii.h"

static const char *const action_names[] = {"block", "redact", "retry", "fallback", "review", NULL};

const char *guard_action_name(enum guard_action a) { return action_names[a]; }

struct guard {
    struct grader *check;
    bool unless_pass;
    enum guard_action action;
    long long tries;
    const char *text; /* said instead; NULL: nothing */
};

struct guard_list {
    struct guard *v;
    size_t n;
};

struct guards {
    struct guard_list input, output;
};

/* ---- opening
 * ------------------------------------------------------------------------------------- */

static bool open_action(const struct node *n, bool is_input, struct guard *g, struct err *e)
{
    const char *action = NULL, *unless = NULL;
    const struct node *at = node_get(n, "action");
    if (!node_get_str(n, "action", &action, e) || !node_get_str(n, "unless", &unless, e) ||
        !node_get_str(n, "text", &g->text, e) || !node_get_int(n, "tries", 1, 10, &g->tries, e))
        return false;
    if (!action)
        return node_err(e, n,
                        "a guardrail without an action: block, redact, retry, fallback or review");
    for (g->action = GUARD_BLOCK; action_names[g->action]; g->action++)
        if (strcmp(action_names[g->action], action) == 0)
            break;
    if (!action_names[g->action])
        return node_err(e, at,
                        "action: %s where block, redact, retry, fallback or review was expected",
                        action);
    if (is_input && (g->action == GUARD_RETRY || g->action == GUARD_FALLBACK))
        return node_err(e, at, "action: %s makes sense on outputs only", action);
    if (g->action == GUARD_FALLBACK && !g->text)
        return node_err(e, n, "action: fallback without text:");
    if (unless && strcmp(unless, "pass") != 0)
        return node_err(e, node_get(n, "unless"), "unless: %s where pass was expected", unless);
    g->unless_pass = unless != NULL;
    return true;
}

static bool open_list(struct arena *a, const struct node *n, bool is_input, struct guard_list *ret,
                      struct err *e)
{
    static const char *const keys[] = {"check", "unless", "action", "text", "tries", NULL};
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_SEQ, is_input ? "input guardrails" : "output guardrails", e))
        return false;
    if (n->n > GUARDS_MAX)
        return node_err(e, n, "%zu guardrails, the limit is %d", n->n, GUARDS_MAX);
    ret->v = ARENA_ARRAY(a, n->n, struct guard);
    for (; ret->n < n->n; ret->n++) {
        struct guard *g = &ret->v[ret->n];
        const struct node *one = n->item[ret->n], *check;
        g->tries = 2;
        if (!node_want(one, NODE_MAP, "a guardrail", e) || !node_check_keys(one, keys, e) ||
            !open_action(one, is_input, g, e))
            return false;
        check = node_get(one, "check");
        if (!check)
            return node_err(e, one,
                            "a guardrail without a check: a grader such as {type: contains_pii}");
        if (!grader_open(a, NULL, check, &g->check, e))
            return false;
        if (g->check->ops->ask)
            return node_err(e, check, "a check that asks a model cannot be a guardrail");
    }
    return true;
}

bool guards_open(struct arena *a, const struct node *n, struct guards **ret, struct err *e)
{
    static const char *const keys[] = {"input", "output", NULL};
    struct guards *g = ARENA_NEW(a, struct guards);
    *ret = g;
    return (node_want(n, NODE_MAP, "guardrails", e) && node_check_keys(n, keys, e) &&
            open_list(a, node_get(n, "input"), true, &g->input, e) &&
            open_list(a, node_get(n, "output"), false, &g->output, e)) ||
           err_wrap(e, "guardrails");
}

/* ---- looking
 * -------------------------------------------------------------------------------------- */

struct str guards_redact(struct arena *a, struct str text)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct pii_hits hits = pii_find(a, text, (1u << PII_KINDS) - 1);
    size_t from = 0;
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < hits.n; i++) {
        if (hits.v[i].from < from)
            continue;
        buf_add(&b, text.p + from, hits.v[i].from - from);
        buf_printf(&b, "[%s]", pii_name(hits.v[i].kind));
        from = hits.v[i].from + hits.v[i].n;
    }
    buf_add(&b, text.p + from, text.n - from);
    return arena_str(a, buf_str(&b));
}

static bool fires(const struct guard *g, const struct item *it, struct str text, struct arena *a,
                  struct str *ret_why)
{
    struct grade_out out;
    struct grade_in in = {
        .id = it->id,
        .output = text,
        .input = it->input,
        .expected = it->expected,
        .context = it->context,
        .tags = it->tags,
        .latency_ms = (double)NAN,
        .ttft_ms = (double)NAN,
        .cost_usd = (double)NAN,
        .confidence = (double)NAN,
        .tokens_input = (double)NAN,
        .tokens_output = (double)NAN,
        .epoch = 1,
    };
    grader_grade(g->check, &in, a, &out);
    *ret_why = out.reason;
    return out.outcome == OUTCOME_ERROR || (out.outcome == OUTCOME_PASS) != g->unless_pass;
}

static void act(const struct guard *g, int tries, struct arena *a, struct guarded *r)
{
    switch (g->action) {
    case GUARD_REDACT:
        r->text = guards_redact(a, r->text);
        r->changed = true;
        break;
    case GUARD_REVIEW: r->review = true; break;
    case GUARD_FALLBACK:
        r->text = str_c(g->text);
        r->changed = true;
        break;
    case GUARD_RETRY:
        if (tries <= g->tries) {
            r->retry = true;
            break;
        }
        r->blocked = true;
        r->text = str_c(g->text ? g->text : "");
        break;
    case GUARD_BLOCK:
        r->blocked = true;
        r->text = str_c(g->text ? g->text : "");
        break;
    }
}

static void look(const struct guard_list *list, const char *where, const struct item *it, int tries,
                 struct arena *a, struct guarded *r)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    size_t fired = 0;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_arr(&w);
    for (size_t i = 0; i < list->n && !r->blocked && !r->retry; i++) {
        const struct guard *g = &list->v[i];
        struct str why;
        if (!fires(g, it, r->text, a, &why))
            continue;
        act(g, tries, a, r);
        fired++;
        jw_obj(&w);
        jw_kc(&w, "where", where);
        jw_kc(&w, "check", g->check->ops->name);
        jw_kc(&w, "action", action_names[g->action]);
        jw_kstr(&w, "why", why);
        jw_end(&w);
    }
    jw_end(&w);
    if (fired)
        r->record = arena_str(a, buf_str(&b));
}

void guards_input(const struct guards *g, const struct item *it, struct arena *a,
                  struct guarded *ret)
{
    *ret = (struct guarded){.text = item_text(a, it)};
    look(&g->input, "input", it, 0, a, ret);
}

void guards_output(const struct guards *g, const struct item *it, struct str output, int tries,
                   struct arena *a, struct guarded *ret)
{
    *ret = (struct guarded){.text = output.p ? output : STR("")};
    look(&g->output, "output", it, tries, a, ret);
}
