/* Graders in a program of the user's: answers, misbehaviour, restarts, and the sandboxes. */
#include "grade_case.h"

#include <pthread.h>
#include <unistd.h>

#include "grade/sandbox.h"

static struct grader *open_script(struct arena *a, const char *options)
{
    struct grader *g;
    struct err e = {0};
    char *text = arena_printf(a, "exec:{command: [test/fixture/exec/grader.sh]%s}", options);
    if (!grader_open_text(a, text, &g, &e))
        fail_msg("%s: %s", text, e.msg);
    return g;
}

static struct grade_out ask(const struct grader *g, struct arena *a, const char *output)
{
    struct grade_in in = {.id = STR("1"), .output = str_c(output)};
    struct grade_out out;
    grader_grade(g, &in, a, &out);
    return out;
}

static void check(const struct grader *g, struct arena *a, const char *output, enum outcome want,
                  const char *reason)
{
    struct grade_out out = ask(g, a, output);
    if (out.outcome != want || (reason && !strstr(out.reason.p, reason)))
        fail_msg("%s: %s, \"%s\"", output, outcome_name(out.outcome), out.reason.p);
}

static void answers(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grader *g = open_script(a, ", sandbox: none, timeout: 500ms");
    (void)state;
    struct grade_out out = ask(g, a, "good");
    assert_int_equal(out.outcome, OUTCOME_PASS);
    assert_string_equal(out.details.p, "{\"sandbox\":\"none\",\"seen\":1}");
    check(g, a, "bad", OUTCOME_FAIL, "no reason");
    check(g, a, "garbage", OUTCOME_ERROR, "JSON object");
    check(g, a, "empty", OUTCOME_ERROR, "neither");
    check(g, a, "out of range", OUTCOME_ERROR, "neither");
    check(g, a, "complains", OUTCOME_ERROR, "no model loaded");
    check(g, a, "good", OUTCOME_PASS, "has good");
    check(g, a, "die", OUTCOME_ERROR, "ended with status 3");
    check(g, a, "good", OUTCOME_PASS, NULL);
    check(g, a, "slow", OUTCOME_ERROR, "in time");
    check(g, a, "good", OUTCOME_PASS, NULL);
    check(g, a, "long", OUTCOME_ERROR, "longer than");
    check(g, a, "two", OUTCOME_PASS, NULL);
    /* Whose answer the second line would be nobody knows: it is not taken for this one. */
    usleep(50000);
    for (int i = 0; i < 2; i++)
        out = ask(g, a, "bad");
    assert_int_equal(out.outcome, OUTCOME_FAIL);
}

static void gives_up(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grader *g = open_script(a, ", sandbox: none");
    (void)state;
    for (int i = 0; i < 5; i++)
        check(g, a, "die", OUTCOME_ERROR, "status 3");
    check(g, a, "good", OUTCOME_ERROR, "5 times in a row");
}

static void options(void **state)
{
    (void)state;
    check_refused("exec", "needs \"command\"");
    check_refused("exec:{command: python3 grader.py}", "list of words");
    ERRORS("exec:{command: [no-such-program-here], sandbox: none}", "x", NULL);
}

struct many {
    const struct grader *g;
    size_t passed;
};

static void *ask_many(void *p)
{
    struct many *m = p;
    for (int i = 0; i < 50; i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        m->passed += ask(m->g, a, i % 2 ? "good" : "bad").outcome == OUTCOME_PASS;
    }
    return NULL;
}

static void threads(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct many m[4];
    pthread_t t[4];
    struct grader *g = open_script(a, ", sandbox: none, workers: 2");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        m[i] = (struct many){g, 0};
        assert_int_equal(pthread_create(&t[i], NULL, ask_many, &m[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(m[i].passed, 25);
    }
}

/* Each sandbox that works here keeps the program from writing beside itself; without one it does
 * write, so the check can fail. */
static void sandboxes(void **state)
{
    static const char *const names[] = {"bubblewrap", "landlock"};
    const enum sandbox_kind best = sandbox_best();
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    unlink("written-by-grader");
    check(open_script(a, ", sandbox: none"), a, "write", OUTCOME_PASS, NULL);
    assert_int_equal(unlink("written-by-grader"), 0);
    if (best == SANDBOX_NONE)
        return;
    struct grade_out out = ask(open_script(a, ""), a, "good");
    assert_int_equal(out.outcome, OUTCOME_PASS);
    assert_non_null(strstr(out.details.p, sandbox_name(best)));
    for (size_t i = best == SANDBOX_BUBBLEWRAP ? 0 : 1; i < ARRAY_LEN(names); i++) {
        char *text = arena_printf(a, ", sandbox: %s", names[i]);
        struct grader *g;
        struct err e;
        char *spec = arena_printf(a, "exec:{command: [test/fixture/exec/grader.sh]%s}", text);
        if (!grader_open_text(a, spec, &g, &e)) {
            print_message("# %s does not work here: %s\n", names[i], e.msg);
            continue;
        }
        check(g, a, "write", OUTCOME_FAIL, "cannot write");
        check(g, a, "good", OUTCOME_PASS, NULL);
        assert_int_not_equal(access("written-by-grader", F_OK), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers), cmocka_unit_test(gives_up),  cmocka_unit_test(options),
        cmocka_unit_test(threads), cmocka_unit_test(sandboxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
