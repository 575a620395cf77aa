/*
 * Graders on one core, on texts of about 1,000 characters:
 *     build/bench/graders_bench [SECONDS]
 * prints outputs graded a second for each, then ROUGE-L pairs a second at 100 words, and the regex
 * grader's throughput beside a bare PCRE2-JIT loop over the same bytes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"
#include "grade/grader.h"
#include "text/json.h"
#include "text/jsonw.h"
#include "text/rouge.h"

enum { TEXTS = 64, CHARACTERS = 1000, WORDS = 100 };

static const char *const vocabulary[] = {
    "the",     "order", "refund",  "of",       "customer", "was",   "sent",    "and",  "payment",
    "arrived", "late",  "because", "delivery", "card",     "we",    "account", "in",   "Monday",
    "Paris",   "1,250", "please",  "shipping", "address",  "their", "balance", "from", "statement",
};

static void make_text(struct rng *r, struct buf *b, size_t characters)
{
    buf_init(b, 1 << 20);
    for (size_t n = 0; b->n < characters; n++) {
        buf_add_c(b, vocabulary[rng_below(r, sizeof vocabulary / sizeof *vocabulary)]);
        buf_add_c(b, n % 12 == 11 ? ".\n" : " ");
    }
}

struct texts {
    struct buf output[TEXTS], reference[TEXTS];
    yyjson_val *expected[TEXTS], *context[TEXTS];
};

static yyjson_val *as_json(struct arena *a, struct str s, bool list)
{
    struct buf b;
    struct jw w;
    struct err e;
    yyjson_val *v = NULL;
    buf_init(&b, 1 << 20);
    jw_init(&w, &b, false);
    if (list)
        jw_arr(&w);
    jw_str(&w, s);
    if (list)
        jw_end(&w);
    if (!json_parse_lax(a, buf_str(&b), NULL, 1, &v, &e))
        BUG("%s", e.msg);
    buf_release(&b);
    return v;
}

static void make_texts(struct texts *t, struct arena *a)
{
    struct rng r;
    rng_init(&r, 1, 0);
    for (size_t i = 0; i < TEXTS; i++) {
        make_text(&r, &t->output[i], CHARACTERS);
        make_text(&r, &t->reference[i], CHARACTERS);
        t->expected[i] = as_json(a, buf_str(&t->reference[i]), false);
        t->context[i] = as_json(a, buf_str(&t->reference[i]), true);
    }
}

static double rate(const char *spec, const struct texts *t, double seconds)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(), *scratch = arena_new();
    struct grader *g;
    struct err e = {0};
    size_t n = 0, errors = 0;
    if (!grader_open_text(a, spec, &g, &e)) {
        err_print(stderr, &e);
        return NAN;
    }
    double from = clock_mono(), now = from;
    while (now - from < seconds) {
        for (size_t i = 0; i < TEXTS; i++, n++) {
            struct grade_in in = {.output = buf_str(&t->output[i]),
                                  .expected = t->expected[i],
                                  .context = t->context[i],
                                  .latency_ms = 100,
                                  .cost_usd = 0.01};
            struct grade_out out;
            grader_grade(g, &in, scratch, &out);
            errors += out.outcome == OUTCOME_ERROR;
            arena_reset(scratch);
        }
        now = clock_mono();
    }
    if (errors)
        fprintf(stderr, "%s: %zu of %zu were errors\n", spec, errors, n);
    return (double)n / (now - from);
}

static void rouge_pairs(double seconds)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct rouge_options o = {.kind = ROUGE_L};
    struct buf x[TEXTS];
    struct rng r;
    struct prf p;
    struct err e;
    size_t n = 0;
    rng_init(&r, 2, 0);
    for (size_t i = 0; i < TEXTS; i++) {
        buf_init(&x[i], 1 << 20);
        for (size_t k = 0; k < WORDS; k++)
            buf_printf(&x[i], "%s ", vocabulary[rng_below(&r, 19)]);
    }
    double from = clock_mono(), now = from;
    while (now - from < seconds) {
        for (size_t i = 0; i < TEXTS; i++, n++) {
            if (!rouge(&o, buf_str(&x[i]), buf_str(&x[(i + 1) % TEXTS]), a, &p, &e))
                BUG("%s", e.msg);
            arena_reset(a);
        }
        now = clock_mono();
    }
    printf("\nROUGE-L at %d words: %.0f pairs a second\n", WORDS, (double)n / (now - from));
    for (size_t i = 0; i < TEXTS; i++)
        buf_release(&x[i]);
}

/* The same pattern over the same bytes, nothing else around it. */
static double bare_regex(const char *pattern, const struct texts *t, double seconds)
{
    int code;
    PCRE2_SIZE at;
    size_t bytes = 0;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                   PCRE2_UTF | PCRE2_UCP, &code, &at, NULL);
    pcre2_match_data *md = pcre2_match_data_create(4, NULL);
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    double from = clock_mono(), now = from;
    while (now - from < seconds) {
        for (size_t i = 0; i < TEXTS; i++) {
            struct str s = buf_str(&t->output[i]);
            (void)pcre2_jit_match(re, (PCRE2_SPTR)s.p, s.n, 0, PCRE2_NO_UTF_CHECK, md, NULL);
            bytes += s.n;
        }
        now = clock_mono();
    }
    pcre2_match_data_free(md);
    pcre2_code_free(re);
    return (double)bytes / (now - from) / 1e6;
}

static void regex_ratio(const struct texts *t, double seconds)
{
    static const char pattern[] = "order \\d{6,} was (lost|returned)"; /* reads all, finds none */
    double bare = bare_regex(pattern, t, seconds);
    double ours = rate("regex:{pattern: 'order \\d{6,} was (lost|returned)'}", t, seconds);
    double megabytes = ours * (double)t->output[0].n / 1e6;
    printf("regex: %.0f MB/s, bare PCRE2-JIT loop %.0f MB/s: ratio %.2f\n", megabytes, bare,
           megabytes / bare);
}

int main(int argc, char **argv)
{
    static const char *const specs[] = {
        "equals",
        "iequals",
        "contains",
        "regex:{pattern: '\\d{5,}'}",
        "label",
        "exact",
        "token_f1",
        "numeric:{value: 7}",
        "rouge:{variant: rouge1}",
        "rouge:{variant: rouge2}",
        "rouge",
        "rouge:{stem: true}",
        "rouge:{variant: rougeLsum}",
        "bleu",
        "gleu",
        "chrf",
        "meteor",
        "levenshtein",
        "jaro_winkler",
        "length:{max: 2000}",
        "word_count:{max: 2000}",
        "latency:{max: 2s}",
        "json",
        "markdown",
        "html",
        "readability:{max: 12}",
        "language:{value: en}",
        "contains_pii",
        "coverage",
        "redundancy",
        "number_match",
        "name_match",
        "groundedness",
        "refusal",
        "list",
        "lua:{code: 'function grade(i) return #i.output > 3 end'}",
        "exec:{command: [sh, -c, 'while read -r x; do echo \"{\\\"pass\\\":true}\"; done']}",
    };
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct texts t;
    double seconds = argc > 1 ? atof(argv[1]) : 0.3;
    make_texts(&t, a);
    printf("%-42s %12s\n", "grader, on 1,000 characters, one core", "outputs/s");
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        double r = rate(specs[i], &t, seconds);
        printf("%-42.42s %12.0f\n", specs[i], r);
    }
    rouge_pairs(seconds);
    regex_ratio(&t, seconds);
    for (size_t i = 0; i < TEXTS; i++) {
        buf_release(&t.output[i]);
        buf_release(&t.reference[i]);
    }
    return 0;
}
