/* review/routing, review/estimate: estimates from both streams are unbiased and covered, whatever
 * the seed draws; absent confidence is routed; audits are sticky and lengthen as a prefix. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "near.h"
#include "review/estimate.h"
#include "store/outputs.h"

enum { OUTPUTS = 300 };

struct fixture {
    char dir[64], path[96];
    struct env env;
    struct arena *a;
    struct store *s;
    struct err e;
    struct result_set *rs;
    struct routing_options o;
    struct review_options r;
    bool wrong[OUTPUTS];
};

/* Outputs whose confidence tells something about being wrong. */
static bool fill(struct fixture *f)
{
    struct rng rng;
    rng_init(&rng, 7, 0);
    f->rs = result_set_new(f->a, "v1", NULL, 0);
    f->rs->feature = "triage";
    f->rs->golden_version = "g";
    if (!store_begin(f->s, &f->e))
        return false;
    for (int i = 0; i < OUTPUTS; i++) {
        struct output_row out;
        struct str id = arena_strf(f->a, "i%03d", i);
        struct result_row *row = result_set_add(f->rs, result_set_item(f->rs, id, NULL), 1);
        output_init(&out);
        out.text = arena_strf(f->a, "answer %d", i);
        if (!output_put(f->s, &out, &f->e))
            return false;
        row->output = out.id;
        row->confidence = i < 5 ? (double)NAN : rng_uniform(&rng);
        f->wrong[i] = rng_uniform(&rng) < (i < 5 ? 0.5 : 0.6 * (1 - row->confidence));
    }
    return store_commit(f->s, &f->e) && result_set_finish(f->rs, &f->e);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->dir, "/tmp/plimsoll-routing-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/store.db", f->dir);
    env_init(&f->env);
    f->env.fixed_now = 1764000000;
    f->a = arena_new();
    *state = f;
    if (!store_open(f->path, DB_CREATE, &f->env, &f->s, &f->e) ||
        !routing_options_read(f->a, NULL, NULL, &f->o, &f->e) ||
        !review_options_read(f->a, NULL, NULL, &f->r, &f->e))
        return -1;
    f->o.threshold = 0.6;
    f->o.audit = 0.25;
    return fill(f) ? 0 : -1;
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

static struct routing_batch route(struct fixture *f, uint64_t seed)
{
    struct routing_batch b;
    assert_true(routing_run(f->a, f->s, f->rs, STR("fp"), &f->o, &f->r, seed, &b, &f->e));
    return b;
}

/* Every queued item gets the verdict that is right. */
static void judge_all(struct fixture *f)
{
    struct review_item *v;
    struct review_filter all = {.state = REVIEW_PENDING, .stream = -1};
    size_t n;
    assert_true(review_list(f->s, f->a, &all, &v, &n, &f->e));
    for (size_t i = 0; i < n; i++) {
        struct review_verdict w;
        bool is_new;
        review_verdict_init(&w);
        w.item = v[i].id;
        w.reviewer = STR("ann");
        w.pass = !f->wrong[atoi(v[i].name.p + 1)];
        assert_true(review_label(f->s, f->a, &w, &is_new, &f->e));
    }
}

static double truth(const struct fixture *f)
{
    int n = 0;
    for (int i = 0; i < OUTPUTS; i++)
        n += f->wrong[i];
    return (double)n / OUTPUTS;
}

static void forget(struct fixture *f)
{
    assert_true(db_exec(store_db(f->s),
                        "DROP TRIGGER IF EXISTS review_verdict_stays; DELETE FROM review_verdict; "
                        "DELETE FROM review_standing; DELETE FROM review_item",
                        &f->e));
}

/* The mean of the estimate over seeds is the truth, within four standard errors of the mean; the
 * interval covers it as often as it says or more. */
static void check_unbiased(struct fixture *f)
{
    enum { SEEDS = 40 };
    double sum = 0, squares = 0, want = truth(f);
    int covered = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct routing_batch b = route(f, seed);
        struct review_rates r;
        judge_all(f);
        assert_true(review_rates_of(f->s, &b, &r, &f->e));
        assert_true(r.overall.value >= 0);
        sum += r.overall.value;
        squares += r.overall.value * r.overall.value;
        covered += r.overall.low <= want && want <= r.overall.high;
        forget(f);
    }
    double mean = sum / SEEDS, var = squares / SEEDS - mean * mean;
    assert_true(var > 0);
    assert_near(mean, want, 4 * sqrt(var / SEEDS));
    assert_true(covered >= SEEDS * 0.95);
}

static void estimates_from_both_streams_are_unbiased(void **state) { check_unbiased(*state); }

static void a_full_queue_keeps_them_unbiased(void **state)
{
    struct fixture *f = *state;
    f->o.max_queue = 120;
    struct routing_batch b = route(f, 1);
    assert_true(b.n_queued < b.n_routed && b.n_queued + b.n_audit <= 120);
    forget(f);
    check_unbiased(f);
}

static void an_absent_confidence_is_routed(void **state)
{
    struct fixture *f = *state;
    f->o.threshold = 0;
    struct routing_batch b = route(f, 1);
    assert_int_equal(b.n_absent, 5);
    assert_int_equal(b.n_routed, 5);
    f->o.threshold = (double)NAN;
    b = route(f, 1);
    assert_int_equal(b.n_routed, OUTPUTS);
}

static void the_audit_is_sticky_and_lengthens_as_a_prefix(void **state)
{
    struct fixture *f = *state;
    struct review_item *v;
    struct review_filter audits = {.state = -1, .stream = REVIEW_AUDIT};
    size_t n;
    int64_t added;
    struct routing_batch b = route(f, 3), again = route(f, 3);
    assert_int_equal(again.n_new, 0);
    assert_int_equal(again.n_there, b.n_new);
    assert_true(routing_lengthen(f->a, f->s, f->rs, &f->o, &f->r, &again, 10, &added, &f->e));
    assert_int_equal(added, 10);
    assert_true(review_list(f->s, f->a, &audits, &v, &n, &f->e));
    assert_int_equal(n, again.n_audit + 10);
    for (size_t i = 0; i < n; i++)
        assert_near(v[i].inclusion, (double)n / (double)again.n_rest, 1e-12);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(estimates_from_both_streams_are_unbiased),
        T(a_full_queue_keeps_them_unbiased),
        T(an_absent_confidence_is_routed),
        T(the_audit_is_sticky_and_lengthens_as_a_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
