/* review/: dealing and locks, double review, append-only verdicts, idempotency, undo, a kill. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "review/label.h"

struct fixture {
    char dir[64], path[96];
    struct env env;
    struct arena *a;
    struct store *s;
    struct err e;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->dir, "/tmp/plimsoll-review-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/store.db", f->dir);
    env_init(&f->env);
    f->env.fixed_now = 1764000000;
    f->a = arena_new();
    *state = f;
    return store_open(f->path, DB_CREATE, &f->env, &f->s, &f->e) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char cmd[128];
    store_close(f->s);
    arena_free(f->a);
    snprintf(cmd, sizeof cmd, "rm -r %s", f->dir);
    int rc = system(cmd);
    free(f);
    return rc;
}

static void reopen(struct fixture *f)
{
    store_close(f->s);
    f->s = NULL;
    assert_true(store_open(f->path, 0, &f->env, &f->s, &f->e));
}

static enum review_added add(struct fixture *f, const char *name, enum review_stream stream,
                             double inclusion, int wanted, int64_t cap, int64_t *ret_id)
{
    enum review_added how;
    struct review_new n = {.feature = STR("triage"),
                           .name = str_c(name),
                           .reason = STR("test"),
                           .source = STR("hand"),
                           .body = STR("{\"id\":\"x\",\"input\":{\"text\":\"card\"}}"),
                           .text = str_c(name),
                           .dedupe = review_dedupe(STR("triage"), STR(""), str_c(name), STR("")),
                           .stream = stream,
                           .confidence = (double)NAN,
                           .inclusion = inclusion,
                           .wanted = wanted};
    assert_true(store_begin(f->s, &f->e));
    assert_true(review_add(f->s, &n, cap, &how, ret_id, &f->e));
    assert_true(store_commit(f->s, &f->e));
    return how;
}

static int64_t deal_as(struct fixture *f, struct review_deal d)
{
    struct review_item it;
    bool found;
    assert_true(review_next(f->s, f->a, &d, &it, &found, &f->e));
    return found ? it.id : 0;
}

static int64_t deal(struct fixture *f, const char *who)
{
    return deal_as(f, (struct review_deal){.reviewer = who, .lock_s = 60});
}

static struct review_verdict verdict(int64_t item, const char *who, int pass)
{
    struct review_verdict v;
    review_verdict_init(&v);
    v.item = item;
    v.reviewer = str_c(who);
    v.pass = pass;
    return v;
}

static int64_t judge(struct fixture *f, int64_t item, const char *who, int pass)
{
    struct review_verdict v = verdict(item, who, pass);
    bool is_new;
    assert_true(review_label(f->s, f->a, &v, &is_new, &f->e));
    assert_true(is_new);
    return v.id;
}

static struct review_item get(struct fixture *f, int64_t id)
{
    struct review_item it;
    assert_true(review_get(f->s, f->a, id, &it, &f->e));
    return it;
}

static void an_item_goes_to_one_reviewer_until_the_lock_expires(void **state)
{
    struct fixture *f = *state;
    int64_t a, b;
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 0, &a);
    add(f, "b", REVIEW_ADDED, (double)NAN, 1, 0, &b);
    assert_int_equal(deal(f, "ann"), a);
    assert_int_equal(deal(f, "ben"), b);
    assert_int_equal(deal(f, "cem"), 0);
    assert_int_equal(get(f, a).state, REVIEW_LOCKED);
    f->env.fixed_now += 59;
    reopen(f);
    assert_int_equal(deal(f, "cem"), 0);
    f->env.fixed_now += 2;
    reopen(f);
    assert_int_equal(get(f, a).state, REVIEW_PENDING);
    assert_int_equal(deal(f, "cem"), a);
    /* Ann's verdict comes late: it is kept, and hers is the first. */
    judge(f, a, "ann", 1);
    assert_int_equal(get(f, a).state, REVIEW_DONE);
    judge(f, a, "cem", 1);
    assert_int_equal(get(f, a).decided, 2);
}

static void a_lock_can_be_resumed_extended_and_given_back(void **state)
{
    struct fixture *f = *state;
    int64_t a;
    bool held;
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 0, &a);
    assert_int_equal(deal(f, "ann"), a);
    assert_int_equal(deal(f, "ann"), 0);
    assert_int_equal(deal_as(f, (struct review_deal){.reviewer = "ann", .resume = true}), a);
    assert_true(review_extend(f->s, a, "ann", 60, &held, &f->e));
    assert_true(held);
    assert_true(review_extend(f->s, a, "ben", 60, &held, &f->e));
    assert_false(held);
    assert_true(review_release(f->s, 0, "ann", &f->e));
    assert_int_equal(deal(f, "ben"), a);
}

static void double_review_is_blind_and_disagreement_needs_a_third(void **state)
{
    struct fixture *f = *state;
    struct review_verdict *v, w;
    int64_t a;
    size_t n;
    bool is_new;
    add(f, "a", REVIEW_ADDED, (double)NAN, 2, 0, &a);
    assert_int_equal(deal(f, "ann"), a);
    assert_int_equal(deal(f, "ben"), a);
    assert_int_equal(deal(f, "cem"), 0);
    judge(f, a, "ann", 1);
    assert_true(review_verdicts(f->s, f->a, a, "ben", &v, &n, &f->e));
    assert_int_equal(n, 0);
    judge(f, a, "ben", 0);
    assert_int_equal(get(f, a).state, REVIEW_DISPUTED);
    assert_true(review_verdicts(f->s, f->a, a, "ben", &v, &n, &f->e));
    assert_int_equal(n, 2);
    assert_int_equal(deal_as(f, (struct review_deal){.reviewer = "ben", .disputed = true}), 0);
    w = verdict(a, "ben", 0);
    w.adjudicates = true;
    assert_false(review_label(f->s, f->a, &w, &is_new, &f->e));
    assert_int_equal(f->e.code, ERR_CONFLICT);
    assert_int_equal(deal_as(f, (struct review_deal){.reviewer = "cem", .disputed = true}), a);
    w = verdict(a, "cem", 0);
    w.adjudicates = true;
    assert_true(review_label(f->s, f->a, &w, &is_new, &f->e));
    assert_int_equal(get(f, a).state, REVIEW_DONE);
    assert_int_equal(get(f, a).final, w.id);
    assert_int_equal(get(f, a).final_pass, 0);
}

static void a_double_submit_counts_once(void **state)
{
    struct fixture *f = *state;
    struct review_verdict v, again;
    struct review_verdict *all;
    int64_t a;
    size_t n;
    bool is_new;
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 0, &a);
    v = verdict(a, "ann", 1);
    v.key = STR("k1");
    assert_true(review_label(f->s, f->a, &v, &is_new, &f->e));
    assert_true(is_new);
    again = verdict(a, "ann", 0);
    again.key = STR("k1");
    assert_true(review_label(f->s, f->a, &again, &is_new, &f->e));
    assert_false(is_new);
    assert_int_equal(again.id, v.id);
    assert_int_equal(again.pass, 1);
    assert_true(review_verdicts(f->s, f->a, a, NULL, &all, &n, &f->e));
    assert_int_equal(n, 1);
    again = verdict(a, "ben", 0);
    again.key = STR("k1");
    assert_false(review_label(f->s, f->a, &again, &is_new, &f->e));
    assert_int_equal(f->e.code, ERR_CONFLICT);
}

static void verdicts_are_only_added(void **state)
{
    struct fixture *f = *state;
    struct review_verdict *v;
    int64_t a, first, undone;
    size_t n;
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 0, &a);
    first = judge(f, a, "ann", 1);
    int64_t second = judge(f, a, "ann", 0);
    assert_int_equal(get(f, a).decided, 1);
    assert_int_equal(get(f, a).final, second);
    assert_false(db_exec(store_db(f->s), "UPDATE review_verdict SET pass = 1", &f->e));
    assert_non_null(strstr(f->e.msg, "only added"));
    assert_false(db_exec(store_db(f->s), "DELETE FROM review_verdict", &f->e));
    assert_true(review_undo(f->s, f->a, "ann", 0, 60, &undone, &f->e));
    assert_int_equal(undone, a);
    assert_int_equal(get(f, a).state, REVIEW_LOCKED);
    assert_int_equal(get(f, a).decided, 0);
    assert_true(review_undo(f->s, f->a, "ann", 0, 60, &undone, &f->e));
    assert_int_equal(undone, 0);
    assert_true(review_verdicts(f->s, f->a, a, NULL, &v, &n, &f->e));
    assert_int_equal(n, 3);
    assert_int_equal(v[1].supersedes, first);
    assert_int_equal(v[2].supersedes, second);
    assert_int_equal(v[2].kind, REVIEW_RETRACT);
}

static void skipping_and_declining_want_a_reason(void **state)
{
    struct fixture *f = *state;
    struct review_verdict v;
    int64_t a;
    bool is_new;
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 0, &a);
    v = verdict(a, "ann", -1);
    v.kind = REVIEW_SKIP;
    v.comment = STR("  ");
    assert_false(review_label(f->s, f->a, &v, &is_new, &f->e));
    v.comment = STR("cannot read Dutch");
    assert_true(review_label(f->s, f->a, &v, &is_new, &f->e));
    assert_int_equal(get(f, a).state, REVIEW_SKIPPED);
    assert_true(str_eq(get(f, a).state_why, v.comment));
    assert_int_equal(deal(f, "ben"), 0);
    assert_int_equal(deal_as(f, (struct review_deal){.reviewer = "ben", .skipped = true}), a);
    judge(f, a, "ben", 1);
    assert_int_equal(get(f, a).state, REVIEW_DONE);
}

static void growth_is_capped_and_the_last_draw_counts(void **state)
{
    struct fixture *f = *state;
    int64_t a, b;
    assert_int_equal(add(f, "a", REVIEW_AUDIT, 0.05, 1, 1, &a), REVIEW_ADD_NEW);
    assert_int_equal(add(f, "b", REVIEW_AUDIT, 0.05, 1, 1, &b), REVIEW_ADD_FULL);
    assert_int_equal(add(f, "a", REVIEW_ROUTED, 1, 1, 1, &b), REVIEW_ADD_THERE);
    assert_int_equal(a, b);
    assert_int_equal(get(f, a).stream, REVIEW_ROUTED);
    assert_true(get(f, a).inclusion >= 1);
    add(f, "a", REVIEW_ADDED, (double)NAN, 1, 1, &b);
    assert_int_equal(get(f, a).stream, REVIEW_ROUTED);
}

static void seeded_items_are_dealt_to_everybody(void **state)
{
    struct fixture *f = *state;
    int64_t a;
    add(f, "a", REVIEW_KNOWN, (double)NAN, 1, 0, &a);
    assert_int_equal(deal(f, "ann"), 0);
    for (int i = 0; i < 2; i++) {
        const char *who = i ? "ben" : "ann";
        struct review_deal d = {.reviewer = who, .known_share = 1};
        assert_int_equal(deal_as(f, d), a);
        judge(f, a, who, i);
        assert_int_equal(deal_as(f, d), 0);
    }
    assert_int_equal(get(f, a).state, REVIEW_PENDING);
}

/* A process that labels until it is killed: what it said it had stored is there. */
static void a_kill_loses_no_verdict(void **state)
{
    struct fixture *f = *state;
    enum { ITEMS = 2000 };
    int pipes[2];
    int64_t id, done = 0, last = 0, in_store;
    for (int i = 0; i < ITEMS; i++) {
        char name[16];
        snprintf(name, sizeof name, "i%d", i);
        add(f, name, REVIEW_ADDED, (double)NAN, 1, 0, &id);
    }
    store_close(f->s);
    f->s = NULL;
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct store *s;
        if (!store_open(f->path, 0, &f->env, &s, &f->e))
            _exit(1);
        f->s = s;
        while ((id = deal(f, "ann"))) {
            judge(f, id, "ann", 1);
            if (write(pipes[1], &id, sizeof id) != (ssize_t)sizeof id)
                _exit(1);
        }
        _exit(0);
    }
    close(pipes[1]);
    while (done < 150 && read(pipes[0], &last, sizeof last) == (ssize_t)sizeof last)
        done++;
    assert_int_equal(kill(pid, SIGKILL), 0);
    while (read(pipes[0], &last, sizeof last) == (ssize_t)sizeof last)
        done++;
    close(pipes[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    f->env.fixed_now += 600;
    assert_true(store_open(f->path, 0, &f->env, &f->s, &f->e));
    struct review_counts c;
    assert_true(review_count(f->s, NULL, &c, &f->e));
    in_store = c.state[REVIEW_DONE];
    assert_true(done >= 150 && in_store >= done && in_store <= done + 1);
    assert_int_equal(c.state[REVIEW_PENDING], ITEMS - in_store);
    assert_int_equal(get(f, last).final_pass, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_item_goes_to_one_reviewer_until_the_lock_expires),
        T(a_lock_can_be_resumed_extended_and_given_back),
        T(double_review_is_blind_and_disagreement_needs_a_third),
        T(a_double_submit_counts_once),
        T(verdicts_are_only_added),
        T(skipping_and_declining_want_a_reason),
        T(growth_is_capped_and_the_last_draw_counts),
        T(seeded_items_are_dealt_to_everybody),
        T(a_kill_loses_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
