/*
 * `checks`: each item brings its own list of checks, {"checks": [{"type": …, options}],
 * "threshold": t} in `expected` (or as options of the grader). Every check is a grader by itself.
 * The score is the mean weighted by `weight` (0: looked at, not counted). Without a threshold
 * every counted check must pass; with one the score must reach it.
 *
 * A check that is an error leaves the result open only where it could have mattered: a list that
 * fails or passes whatever that check says has that outcome, otherwise it is an error.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "grade/option.h"
#include "text/json.h"

/* Graders opened from items, by their JSON text; opening one compiles patterns and schemas. */
struct checks {
    pthread_mutex_t lock;
    struct arena *a;
    struct map open;
    struct str own;   /* the options' own list as JSON text, or null string */
    double threshold; /* of the options, or NaN */
};

struct tally {
    double weight, score; /* counted checks that were judged */
    double open_weight;   /* counted checks that were errors */
    size_t n, passed, failed, errors;
    struct str first_reason; /* of the first check that did not pass */
};

static void release(void *p)
{
    struct checks *s = p;
    pthread_mutex_destroy(&s->lock);
    map_release(&s->open);
    arena_free(s->a);
}

static bool checks_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    struct checks *s = ARENA_NEW(a, struct checks);
    const struct node *list = node_get(options, "checks");
    s->a = arena_new();
    s->threshold = (double)NAN;
    pthread_mutex_init(&s->lock, NULL);
    arena_defer(a, release, s);
    g->state = s;
    if (list && !node_want(list, NODE_SEQ, "checks", e))
        return false;
    if (list)
        s->own = node_to_json(a, list);
    /* the common option `threshold` is what the list's score must reach */
    return node_get_num(options, "threshold", &s->threshold, e);
}

/* Members that say something about the check rather than to its grader. */
static bool is_ours(struct str key) { return str_eq_c(key, "metric"); }

static struct str grader_json(struct arena *a, yyjson_val *check)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    size_t i, n;
    yyjson_val *k, *v;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    yyjson_obj_foreach(check, i, n, k, v)
    {
        if (is_ours(json_str(k)))
            continue;
        jw_key_str(&w, json_str(k));
        jw_value(&w, v);
    }
    jw_end(&w);
    return arena_str(a, buf_str(&b));
}

static bool opened(struct checks *s, yyjson_val *check, struct arena *a, struct grader **ret,
                   struct err *e)
{
    struct str text = grader_json(a, check);
    pthread_mutex_lock(&s->lock);
    struct grader *g = map_get(&s->open, text);
    bool ok = g != NULL;
    if (!g) {
        yyjson_val *copy;
        struct str key = arena_str(s->a, text);
        ok = json_parse(s->a, key, "check", 1, &copy, e) &&
             grader_open(s->a, "check", node_from_json(s->a, copy, "check", 1), &g, e);
        if (ok)
            map_put(&s->open, key, g);
    }
    pthread_mutex_unlock(&s->lock);
    *ret = g;
    return ok;
}

static void one_check(struct checks *s, yyjson_val *check, const struct grade_in *in,
                      struct arena *a, struct tally *t, struct jw *w)
{
    struct grade_out out = {.outcome = OUTCOME_ERROR, .score = (double)NAN};
    struct grader *g = NULL;
    struct err e = {0};
    double weight = json_get_num(check, "weight", 1);
    if (opened(s, check, a, &g, &e))
        grader_grade(g, in, a, &out);
    else
        out.reason = arena_strf(a, "%s", e.msg);
    t->n++;
    t->passed += out.outcome == OUTCOME_PASS;
    t->failed += out.outcome == OUTCOME_FAIL;
    t->errors += out.outcome == OUTCOME_ERROR;
    if (out.outcome == OUTCOME_ERROR) {
        t->open_weight += weight;
    } else {
        t->weight += weight;
        t->score += weight * out.score;
    }
    if (out.outcome != OUTCOME_PASS && weight > 0 && str_null(t->first_reason))
        t->first_reason = out.reason;
    jw_obj(w);
    jw_kstr(w, "type", json_get_str(check, "type"));
    if (json_get_str(check, "metric").p)
        jw_kstr(w, "metric", json_get_str(check, "metric"));
    jw_kc(w, "outcome", outcome_name(out.outcome));
    jw_knum(w, "score", out.score);
    jw_kstr(w, "reason", out.reason);
    jw_end(w);
}

/* Decides from what was judged and what stayed open; see the head of the file. */
static bool decide(const struct tally *t, double threshold, bool any_failed, struct arena *a,
                   struct grade_out *out, struct err *e)
{
    double all = t->weight + t->open_weight;
    double low = all > 0 ? t->score / all : 1,
           high = all > 0 ? (t->score + t->open_weight) / all : 1;
    bool must_all = isnan(threshold);
    bool pass = must_all ? !any_failed && t->open_weight <= 0 : low >= threshold;
    bool fail = must_all ? any_failed : high < threshold;
    if (!pass && !fail)
        return err_set(e, ERR_GRADER, "%zu of %zu checks could not be judged: %.*s", t->errors,
                       t->n, STR_ARG(t->first_reason));
    graded_bool(out, pass, a, "%zu of %zu checks pass%s%.*s", t->passed, t->n,
                t->first_reason.n ? "; " : "", STR_ARG(t->first_reason));
    out->score = t->weight > 0 ? t->score / t->weight : pass ? 1 : 0;
    return true;
}

static bool checks_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    struct checks *s = g->state;
    yyjson_val *list = json_get(in->expected, "checks"), *own = NULL, *check;
    double threshold = json_get_num(in->expected, "threshold", s->threshold);
    if (s->own.p && !json_parse_lax(a, s->own, "checks", 1, &own, e))
        return false;
    if (own)
        list = own;
    if (!yyjson_is_arr(list))
        return err_set(e, ERR_GRADER, "the item has no list `checks` in its expected value");
    struct tally t = {0};
    struct details d;
    size_t i, n;
    bool any_failed = false;
    details_begin(&d);
    jw_key(&d.w, "checks");
    jw_arr(&d.w);
    yyjson_arr_foreach(list, i, n, check)
    {
        size_t failed = t.failed;
        one_check(s, check, in, a, &t, &d.w);
        any_failed = any_failed || (t.failed > failed && json_get_num(check, "weight", 1) > 0);
    }
    jw_end(&d.w);
    details_end(&d, a, out);
    if (t.n == 0)
        return err_set(e, ERR_GRADER, "the list of checks is empty: nothing was measured");
    return decide(&t, threshold, any_failed, a, out, e);
}

static const char *const keys[] = {"checks", NULL};

extern const struct grader_ops grader_checks;
const struct grader_ops grader_checks = {
    .name = "checks",
    .summary = "each item brings its own list of checks, with weights and a threshold",
    .threshold = (double)NAN,
    .keys = keys,
    .open = checks_open,
    .grade = checks_grade,
};
