/* Limits, waits, headers, prices and redaction: rules on numbers, without a clock or a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/attr.h"
#include "model/limiter.h"
#include "model/price.h"
#include "model/provider.h"
#include "model/redact.h"
#include "model/retry.h"
#include "spec/project.h"

/* Takes as fast as the bucket lets us for ten minutes; no minute may hold more than the limit, and
 * over the whole time nearly the limit must have gone through. */
static void bucket_in(void **state)
{
    (void)state;
    static const double limits[] = {1, 7, 60, 500, 5000};
    for (size_t l = 0; l < ARRAY_LEN(limits); l++) {
        enum { MAX = 60000 };
        double *at = calloc(MAX, sizeof *at), now = 0;
        size_t n = 0, from = 0;
        struct bucket b;
        bucket_init(&b, limits[l], 0);
        while (n < MAX) {
            double wait = bucket_wait(&b, 1, now);
            now += wait;
            if (now > 600)
                break;
            bucket_take(&b, 1, now);
            at[n++] = now;
            while (at[from] <= now - 60)
                from++;
            assert_true((double)(n - from) <= limits[l] + 1);
        }
        assert_true((double)n >= 0.85 * 10 * limits[l]);
        free(at);
    }
    struct bucket none;
    bucket_init(&none, 0, 0);
    assert_true(bucket_wait(&none, 1e9, 0) == 0);
}

static void big_amounts(void **state)
{
    (void)state;
    struct bucket b;
    bucket_init(&b, 1000, 0); /* holds 100 */
    assert_true(bucket_wait(&b, 5000, 0) == 0); /* more than it ever holds: a full one will do */
    bucket_take(&b, 5000, 0);
    assert_true(bucket_wait(&b, 1, 1) > 60);
    bucket_return(&b, 4950);
    assert_true(bucket_wait(&b, 1, 1) == 0);
}

static void end_calls(struct limiter *l, enum limiter_outcome o, int n, double *now)
{
    for (int i = 0; i < n; i++) {
        limiter_start(l, 0, *now);
        *now += 0.1;
        limiter_end(l, o, 0, NAN, *now - 0.1, *now);
    }
}

static void window(void **state)
{
    (void)state;
    struct limiter l;
    double now = 100;
    limiter_init(&l, 32, 0, 0, now);
    assert_true(l.window == 32);
    for (int i = 0; i < 32; i++) {
        assert_true(limiter_wait(&l, 0, now) == 0);
        limiter_start(&l, 0, now);
    }
    assert_true(isinf(limiter_wait(&l, 0, now)));
    for (int i = 0; i < 32; i++)
        limiter_end(&l, LIMITER_OK, 0, NAN, now, now);
    /* one in ten throttled: nobody slows down */
    for (int i = 0; i < 50; i++) {
        end_calls(&l, LIMITER_OK, 9, &now);
        end_calls(&l, LIMITER_THROTTLED, 1, &now);
    }
    assert_true(l.window == 32);
    /* all throttled: down to one at a time, and back when it is over */
    end_calls(&l, LIMITER_THROTTLED, 60, &now);
    assert_true(l.window == 1);
    assert_true(l.failures == 61); /* the last of the mixed ones, and these */
    assert_true(now - l.failing_since > 5);
    end_calls(&l, LIMITER_OK, 300, &now);
    assert_true(l.window == 32 && l.failures == 0);
    limiter_pause(&l, 5, now);
    assert_true(fabs(limiter_wait(&l, 0, now) - 5) < 1e-9);
    assert_true(limiter_wait(&l, 0, now + 5) == 0);
}

/* Throttled replies to calls that left before the last cut say nothing new. */
static void one_cut_a_burst(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 100, 0, 0, 0);
    for (int i = 0; i < 100; i++)
        limiter_start(&l, 0, 1);
    for (int i = 0; i < 100; i++)
        limiter_end(&l, LIMITER_THROTTLED, 0, NAN, 1, 2);
    assert_true(l.window < 100 && l.window > 50);
}

static void waits(void **state)
{
    (void)state;
    struct retry_policy p = {.max_attempts = 4, .max_wait_s = 10, .base_s = 0.5, .cap_s = 3};
    struct rng rng;
    rng_init(&rng, 7, 0);
    for (int i = 0; i < 1000; i++) {
        for (int k = 1; k < 4; k++) {
            double w = retry_wait(&p, k, 0, NAN, &rng);
            assert_true(w >= 0 && w <= fmin(3, 0.5 * pow(2, k - 1)));
        }
        double asked = retry_wait(&p, 1, 0, 4, &rng);
        assert_true(asked >= 4 && asked <= 4.5);
    }
    assert_true(retry_wait(&p, 4, 0, NAN, &rng) < 0);
    assert_true(retry_wait(&p, 1, 0, 11, &rng) < 0);
    assert_true(retry_wait(&p, 1, 7, 4, &rng) < 0);
}

static struct limit_headers headers(const char *name, const char *value)
{
    struct limit_headers h;
    limit_headers_init(&h);
    limit_headers_add(&h, str_c(name), str_c(value), 1445412470); /* 2015-10-21T07:27:50Z */
    return h;
}

static void said_in_headers(void **state)
{
    (void)state;
    assert_true(headers("Retry-After", "7").retry_after == 7);
    assert_true(headers("retry-after", "0.5").retry_after == 0.5);
    assert_true(headers("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT").retry_after == 10);
    assert_true(headers("Retry-After", "Wed, 21 Oct 2015 07:27:00 GMT").retry_after == 0);
    assert_true(isnan(headers("Retry-After", "soon").retry_after));
    assert_true(isnan(headers("Retry-After", "-3").retry_after));
    assert_true(headers("retry-after-ms", "250").retry_after == 0.25);
    assert_true(headers("x-ratelimit-remaining-requests", "0").remaining_requests == 0);
    assert_true(fabs(headers("X-RateLimit-Reset-Tokens", "6m1.5s").reset_tokens - 361.5) < 1e-9);
    assert_true(fabs(headers("x-ratelimit-reset-requests", "9ms").reset_requests - 0.009) < 1e-9);
    assert_true(isnan(headers("x-ratelimit-reset-requests", "9 parsecs").reset_requests));
    assert_true(headers("anthropic-ratelimit-tokens-remaining", "12").remaining_tokens == 12);
    assert_true(headers("anthropic-ratelimit-requests-reset", "2015-10-21T07:28:20Z")
                    .reset_requests == 30);
    assert_true(headers("x-should-retry", "false").do_not_retry);
    struct limiter l;
    limiter_init(&l, 4, 0, 0, 0);
    struct limit_headers h = headers("x-ratelimit-remaining-requests", "0");
    limit_headers_add(&h, STR("x-ratelimit-reset-requests"), STR("3s"), 0);
    limiter_heed(&l, &h, 10, 100);
    assert_true(fabs(limiter_wait(&l, 0, 100) - 3) < 1e-9);
}

static struct price price_of(const struct price_book *b, const char *provider, const char *name,
                             const char *url)
{
    struct model_spec spec = {.provider = provider, .name = name, .base_url = url};
    return price_find(b, &spec);
}

static void prices(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct price_book *b = price_book_load(a);
    struct price p = price_of(b, "openai", "gpt-4o", NULL);
    struct reply r;
    assert_true(p.known && p.rates.input > p.rates.cached && p.rates.output > p.rates.input);
    reply_init(&r);
    assert_true(isnan(price_cost(&p, &r)));
    r.tokens_input = 1000;
    assert_true(isnan(price_cost(&p, &r))); /* output not told */
    r.tokens_output = 100;
    r.tokens_cached = 600;
    double want = (400 * p.rates.input + 600 * p.rates.cached + 100 * p.rates.output) / 1e6;
    assert_true(fabs(price_cost(&p, &r) - want) < 1e-15);
    /* a longer name of the same family, the same model elsewhere, an unknown one */
    assert_true(price_of(b, "anthropic", "claude-haiku-4-5-20251001", NULL).known);
    assert_true(price_of(b, "openai", "gpt-4o", "https://api.openai.com/v1").known);
    assert_false(price_of(b, "openai", "gpt-4o", "http://127.0.0.1:8080/v1").known);
    assert_false(price_of(b, "openai", "no-such-model", NULL).known);
    p = price_of(b, "openai", "no-such-model", NULL);
    assert_true(isnan(price_cost(&p, &r)) && isnan(price_upper(&p, 10, 10)));
    p = price_of(b, "builtin", "linear", NULL);
    assert_true(price_cost(&p, &r) == 0);
    /* the spec's own price wins; long inputs cost more where the book says so */
    struct model_spec own = {.provider = "openai", .name = "gpt-4o",
                             .price = {.known = true, .input = 1, .output = 2, .cached = 0.5}};
    p = price_find(b, &own);
    assert_true(fabs(price_cost(&p, &r) - (400 * 1 + 600 * 0.5 + 100 * 2) / 1e6) < 1e-15);
    p = price_of(b, "openai", "gpt-5.4", NULL);
    assert_true(p.above_tokens > 0);
    double short_rate = price_cost(&p, &r);
    r.tokens_input = p.above_tokens + 1;
    r.tokens_cached = 0;
    assert_true(price_cost(&p, &r) > 1.5 * short_rate * (double)p.above_tokens / 1000);
    assert_true(price_upper(&p, 1000, 100) >= (250 * p.rates.input + 100 * p.rates.output) / 1e6);
}

static void redaction(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const struct {
        const char *text, *secret, *out;
    } cases[] = {
        {"Incorrect API key provided: sk-fake-key. You can", NULL,
         "Incorrect API key provided: [redacted]. You can"},
        {"key my.secret!1 is bad", "my.secret!1", "key [redacted] is bad"},
        {"Authorization: Bearer abc.def-1", NULL, "Authorization: [redacted]"},
        {"risk-averse desk-bound", NULL, "risk-averse desk-bound"},
        {"a\x1b[31mred\nline", NULL, "a?[31mred line"},
        {"short", "s", "short"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str out = redact(a, str_c(cases[i].text), cases[i].secret);
        assert_string_equal(arena_strndup(a, out.p, out.n), cases[i].out);
    }
    char *lots = arena_alloc(a, 3000001);
    memset(lots, 'x', 3000000);
    assert_true(redact(a, str_c(lots), NULL).n <= 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_in), cmocka_unit_test(big_amounts), cmocka_unit_test(window),
        cmocka_unit_test(one_cut_a_burst), cmocka_unit_test(waits),
        cmocka_unit_test(said_in_headers), cmocka_unit_test(prices), cmocka_unit_test(redaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
