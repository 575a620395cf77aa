/* db/ and store/: statements, migrations, phrases, payloads, packed grades, claims. */
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

#include "base/asset.h"
#include "base/buf.h"
#include "db/migrate.h"
#include "store/decisions.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/runs.h"
#include "store/texts.h"
#include "store/units.h"

struct fixture {
    char dir[64], path[96];
    struct env env;
    struct arena *a;
    struct store *s;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e = {0};
    strcpy(f->dir, "/tmp/plimsoll-store-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/deep/er/store.db", f->dir);
    env_init(&f->env);
    f->env.fixed_now = 1764000000;
    f->a = arena_new();
    *state = f;
    if (store_open(f->path, DB_CREATE, &f->env, &f->s, &e))
        return 0;
    print_error("%s\n", e.msg);
    return -1;
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
    struct err e = {0};
    store_close(f->s);
    f->s = NULL;
    assert_true(store_open(f->path, 0, &f->env, &f->s, &e));
}

static void parameters_go_by_number(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct db_stmt *st;
    bool row;
    assert_true(db_prepare(store_db(f->s), "SELECT $2, $1, $2, $3, $4", &st, &e));
    db_bind_text(st, 1, STR("one"));
    db_bind_int(st, 2, 2);
    db_bind_num(st, 3, NAN);
    db_bind_blob(st, 4, STR(""));
    assert_true(db_step(st, &row, &e) && row);
    assert_int_equal(db_int(st, 0), 2);
    assert_true(str_eq(db_text(st, 1), STR("one")));
    assert_int_equal(db_int(st, 2), 2);
    assert_true(db_is_null(st, 3) && isnan(db_num(st, 3)) && db_count(st, 3) == -1);
    assert_true(!db_is_null(st, 4) && !str_null(db_text(st, 4)));
    db_finalize(st);
}

static void a_missing_store_is_not_made(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct store *s;
    assert_false(store_open("/tmp/plimsoll-no-such-store.db", 0, &f->env, &s, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void changed_and_unknown_migrations_are_refused(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct store *s;
    assert_true(db_exec(store_db(f->s), "UPDATE migration SET hash = 'x' WHERE number = 1", &e));
    assert_false(store_open(f->path, 0, &f->env, &s, &e));
    assert_non_null(strstr(e.msg, "0001_store"));
    assert_true(db_exec(store_db(f->s),
                        "DELETE FROM migration WHERE number > 1;"
                        "UPDATE migration SET number = 9999, name = '9999_future'",
                        &e));
    assert_false(store_open(f->path, 0, &f->env, &s, &e));
    assert_int_equal(e.code, ERR_STORE);
}

/* A migration that only one database gets would be found by the first team that uses the other. */
static void every_database_has_every_migration(void **state)
{
    const char *a, *b;
    struct str sql;
    size_t i = 0;
    (void)state;
    while (asset_list("sql/sqlite/", i, &a, &sql)) {
        assert_true(asset_list("sql/postgres/", i, &b, &sql));
        assert_string_equal(strrchr(a, '/'), strrchr(b, '/'));
        i++;
    }
    assert_true(i > 0 && !asset_list("sql/postgres/", i, &b, &sql));
}

static void a_file_that_is_no_store_says_so(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct store *s;
    char path[160];
    snprintf(path, sizeof path, "%s/text.db", f->dir);
    FILE *t = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database\n", t);
    fclose(t);
    assert_false(store_open(path, DB_CREATE, &f->env, &s, &e));
    assert_non_null(strstr(e.msg, "not a readable store"));
}

static void phrases_survive_and_a_rollback_forgets(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    int64_t a, b, again;
    struct str text;
    assert_true(store_begin(f->s, &e) && store_phrase_id(f->s, STR("kept"), &a, &e) &&
                store_commit(f->s, &e));
    assert_true(store_begin(f->s, &e) && store_phrase_id(f->s, STR("lost"), &b, &e));
    store_rollback(f->s);
    assert_true(store_begin(f->s, &e) && store_phrase_id(f->s, STR("other"), &again, &e) &&
                store_commit(f->s, &e));
    assert_int_equal(again, b); /* the id was free again */
    assert_true(store_phrase(f->s, b, &text, &e) && str_eq(text, STR("other")));
    reopen(f);
    assert_true(store_phrase(f->s, a, &text, &e) && str_eq(text, STR("kept")));
    assert_true(store_phrase(f->s, 0, &text, &e) && str_null(text));
    assert_false(store_phrase(f->s, 99, &text, &e));
}

static struct str long_text(struct fixture *f, int n)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 200; i++)
        buf_printf(&b, "sentence %d of the instructions. ", i);
    buf_printf(&b, "And the question number %d.", n);
    struct str s = arena_str(f->a, buf_str(&b));
    buf_release(&b);
    return s;
}

static void payloads_are_shared_and_compressed(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct str texts[50], back;
    int64_t ids[50], again, bytes;
    struct db_stmt *st;
    bool row;
    assert_true(store_begin(f->s, &e));
    for (int i = 0; i < 50; i++) {
        texts[i] = long_text(f, i);
        assert_true(store_payload_put(f->s, texts[i], i ? ids[0] : 0, &ids[i], &e));
    }
    assert_true(store_payload_put(f->s, texts[7], ids[0], &again, &e));
    assert_int_equal(again, ids[7]);
    assert_true(store_commit(f->s, &e));
    assert_true(store_sql(f->s, "SELECT sum(length(data)) FROM payload WHERE id > $1", &st, &e));
    db_bind_int(st, 1, ids[0]);
    assert_true(db_step(st, &row, &e) && row);
    bytes = db_int(st, 0);
    assert_true(bytes < 49 * 100); /* only what differs from the first */
    reopen(f);
    for (int i = 49; i >= 0; i--) {
        assert_true(store_payload_get(f->s, f->a, ids[i], &back, &e));
        assert_true(str_eq(back, texts[i]));
    }
}

static void damaged_payloads_are_refused(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct str back;
    int64_t id;
    assert_true(store_begin(f->s, &e) && store_payload_put(f->s, long_text(f, 1), 0, &id, &e) &&
                store_commit(f->s, &e));
    assert_true(db_exec(store_db(f->s), "UPDATE payload SET data = x'28b52ffd00'", &e));
    assert_false(store_payload_get(f->s, f->a, id, &back, &e));
    assert_true(db_exec(store_db(f->s), "UPDATE payload SET base = id", &e));
    assert_false(store_payload_get(f->s, f->a, id, &back, &e));
    assert_non_null(strstr(e.msg, "damaged"));
}

static void grades_come_back(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    static const struct grade_row in[] = {
        {STORE_PASS, 1, {0}, {0}},
        {STORE_FAIL, 0.25, {"the same reason", 15}, {0}},
        {STORE_ERROR, NAN, {"broken", 6}, {"{\"a\":1}", 7}},
        {STORE_UNGRADED, NAN, {0}, {0}},
        {STORE_PASS, 0.5, {"", 0}, {0}},
    };
    struct output_row o;
    struct item_row item = {.name = STR("i"), .split = 1, .weight = 1, .body = STR("{}")};
    output_init(&o);
    o.text = STR("out");
    assert_true(store_begin(f->s, &e) && item_put(f->s, &item, &e) && output_put(f->s, &o, &e));
    for (int epoch = 1; epoch <= 3; epoch++) { /* the reason becomes a phrase the second time */
        struct unit_write u = {.variant = 5, .item = item.id, .output = o.id, .epoch = epoch,
                               .outcome = STORE_FAIL, .score = NAN, .grading_cost_usd = 0.5,
                               .grades = in, .n_grades = 5};
        assert_true(unit_put(f->s, &u, &e));
    }
    assert_true(store_commit(f->s, &e));
    reopen(f);
    for (int epoch = 1; epoch <= 3; epoch++) {
        struct unit_read u;
        struct grade_row out[6];
        bool found;
        assert_true(unit_get(f->s, 5, item.id, epoch, &u, &found, &e) && found);
        assert_true(isnan(u.score) && u.outcome == STORE_FAIL && u.grading_cost_usd == 0.5);
        assert_true(grades_unpack(f->s, f->a, u.grades, out, 6, &e));
        for (int i = 0; i < 5; i++) {
            assert_int_equal(out[i].outcome, in[i].outcome);
            assert_true(out[i].score == in[i].score || (isnan(out[i].score) && isnan(in[i].score)));
            assert_true(str_eq(out[i].reason, in[i].reason));
            assert_int_equal(str_null(out[i].reason), str_null(in[i].reason));
            assert_true(str_eq(out[i].details, in[i].details));
        }
        assert_int_equal(out[5].outcome, STORE_UNGRADED); /* a grader added later */
    }
}

/* Reading leaves no snapshot behind: a write after another connection has written goes through. */
static void reading_does_not_stand_in_the_way_of_writing(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct store *other = NULL;
    struct output_row o, back;
    struct item_row item = {.name = STR("i"), .split = 1, .weight = 1, .body = STR("{}")}, item2;
    struct unit_write w = {.variant = 5, .epoch = 1};
    struct unit_read u;
    struct run_row r = {.feature = STR("f"), .started_at = 1, .ended_at = NAN,
                        .golden_version = STR("g"), .success = STR("x"), .program = STR("p"),
                        .libraries = STR("l"), .unicode = STR("u"), .options = STR("{}")};
    bool found;
    int64_t id;
    output_init(&o);
    assert_true(store_begin(f->s, &e) && item_put(f->s, &item, &e) && output_put(f->s, &o, &e));
    w.item = item.id;
    w.output = o.id;
    assert_true(unit_put(f->s, &w, &e) && store_commit(f->s, &e));
    assert_true(store_open(f->path, 0, &f->env, &other, &e));
    assert_true(unit_get(f->s, 5, item.id, 1, &u, &found, &e) && found);
    assert_true(item_get(f->s, f->a, item.id, &item2, &e));
    assert_true(output_get(f->s, f->a, o.id, &back, &e));
    assert_true(run_newest(f->s, NULL, &id, &e));
    assert_true(store_begin(other, &e) && run_put(other, &r, &e) && store_commit(other, &e));
    assert_true(store_begin(f->s, &e) && run_put(f->s, &r, &e) && store_commit(f->s, &e));
    assert_true(str_eq(u.item_name, STR("i")));
    store_close(other);
}

static void answers_are_found_by_key_and_errors_never(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct output_row o, back;
    int64_t id, first;
    output_init(&o);
    o.has_key = true;
    memset(o.key.b, 7, sizeof o.key.b);
    o.status = OUTPUT_ERROR;
    o.error = STR("timed out");
    assert_true(store_begin(f->s, &e) && output_put(f->s, &o, &e));
    assert_true(output_find(f->s, &o.key, &id, &e) && id == 0);
    o.status = OUTPUT_OK;
    o.has_key = true;
    o.error = (struct str){0};
    o.text = long_text(f, 3);
    o.record = STR("{\"refusal\":null}");
    o.model = STR("m-2026");
    o.latency_ms = 12.5;
    o.tokens_input = 0;
    assert_true(output_put(f->s, &o, &e));
    first = o.id;
    assert_true(output_put(f->s, &o, &e) && o.id == first); /* the same answer, not a second row */
    assert_true(output_forget_key(f->s, &o.key, &e) && output_put(f->s, &o, &e));
    assert_true(o.id != first);
    assert_true(store_commit(f->s, &e));
    assert_true(output_get(f->s, f->a, first, &back, &e));
    assert_true(!back.has_key && str_eq(back.text, o.text) && str_eq(back.model, o.model));
    assert_true(str_eq(back.record, o.record) && back.latency_ms == 12.5);
    assert_true(back.tokens_input == 0 && back.tokens_output == -1 && isnan(back.cost_usd));
}

static void runs_are_resolved(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct run_row r = {.feature = STR("triage"), .started_at = 1, .ended_at = NAN,
                        .golden_version = STR("g"), .success = STR("x"), .program = STR("p"),
                        .libraries = STR("l"), .unicode = STR("u"), .options = STR("{}")};
    int64_t id;
    assert_false(run_resolve(f->s, "last", NULL, &id, &e));
    assert_true(store_begin(f->s, &e) && run_put(f->s, &r, &e) && run_put(f->s, &r, &e) &&
                run_end(f->s, 2, 5, "interrupted", &e) && store_commit(f->s, &e));
    assert_true(run_resolve(f->s, "r1", NULL, &id, &e) && id == 1);
    assert_true(run_resolve(f->s, "2", NULL, &id, &e) && id == 2);
    assert_true(run_resolve(f->s, "last", "triage", &id, &e) && id == 2);
    assert_true(run_newest(f->s, "triage", &id, &e) && id == 2);
    assert_true(run_newest(f->s, "other", &id, &e) && id == 0);
    assert_false(run_resolve(f->s, "r9", NULL, &id, &e));
    assert_false(run_resolve(f->s, "x", NULL, &id, &e));
    assert_false(run_resolve(f->s, "last", "other", &id, &e));
}

static void the_newest_shipped_decision_counts(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct decision_row d = {.feature = STR("triage"), .variant = STR("a"), .verdict = STR("ship"),
                             .evidence = STR("{}"), .decided_at = 1, .shipped = true}, back;
    bool found;
    assert_true(decision_shipped(f->s, f->a, "triage", &back, &found, &e) && !found);
    assert_true(decision_put(f->s, &d, &e));
    d.variant = STR("b");
    d.shipped = false;
    assert_true(decision_put(f->s, &d, &e));
    assert_true(decision_shipped(f->s, f->a, "triage", &back, &found, &e) && found);
    assert_true(str_eq(back.variant, STR("a")) && back.run == 0);
}

/* A child process holds the claim; when it dies the claim is free. */
static void claims_end_with_the_process(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    bool taken;
    int pid, ready[2];
    char c;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *mine;
        if (!store_open(f->path, 0, &f->env, &mine, &e) ||
            !store_claim(mine, "triage", false, &taken, &pid, &e) || !taken ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_true(store_claim(f->s, "triage", false, &taken, &pid, &e));
    assert_false(taken);
    assert_int_equal(pid, child);
    assert_true(store_claim(f->s, "other", false, &taken, &pid, &e) && taken);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(store_claim(f->s, "triage", true, &taken, &pid, &e) && taken);
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(parameters_go_by_number),
        T(a_missing_store_is_not_made),
        T(changed_and_unknown_migrations_are_refused),
        T(every_database_has_every_migration),
        T(a_file_that_is_no_store_says_so),
        T(phrases_survive_and_a_rollback_forgets),
        T(payloads_are_shared_and_compressed),
        T(damaged_payloads_are_refused),
        T(grades_come_back),
        T(reading_does_not_stand_in_the_way_of_writing),
        T(answers_are_found_by_key_and_errors_never),
        T(runs_are_resolved),
        T(the_newest_shipped_decision_counts),
        T(claims_end_with_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
