/*
 * Golden sets of growing size: seconds and peak memory for loading (every line checked, version
 * computed), reading each item once, and lint with near-duplicates.
 *
 *     build/bench/golden_bench            100,000 and 1,000,000 lines, and the ratio
 *     build/bench/golden_bench gen N      writes N lines to standard output
 *
 * The lines are made: words of two to four syllables, drawn with Zipf's frequencies, 8 to 25 a
 * text, 40 labels, three languages; one in a hundred is an earlier text with two words changed.
 * Each size runs in a process of its own, so that its peak is its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"
#include "golden/lint.h"
#include "text/jsonw.h"

enum { WORDS = 20000, KEPT = 4096, MAX_WORDS = 25, LABELS = 40 };

struct text {
    int word[MAX_WORDS];
    int n;
};

static void make_words(char words[WORDS][16], struct rng *rng)
{
    static const char onset[] = "bcdfghjklmnprstvwz", vowel[] = "aeiou";
    for (int i = 0; i < WORDS; i++) {
        size_t at = 0, syllables = 2 + rng_below(rng, 3);
        for (size_t s = 0; s < syllables; s++) {
            words[i][at++] = onset[rng_below(rng, sizeof onset - 1)];
            words[i][at++] = vowel[rng_below(rng, sizeof vowel - 1)];
        }
        words[i][at] = '\0';
    }
}

/* Rank r with a chance near 1/r: the inverse of a log-uniform distribution. */
static int draw_word(struct rng *rng)
{
    double u = rng_uniform(rng), n = 1;
    for (int k = 0; k < 14 && u >= 0.07; k++, u = rng_uniform(rng))
        n *= 2;
    int i = (int)(n * (1 + rng_uniform(rng)));
    return i % WORDS;
}

static void make_text(struct rng *rng, struct text *kept, size_t i, struct text *ret)
{
    if (i > KEPT && i % 100 == 7) {
        *ret = kept[rng_below(rng, KEPT)];
        for (size_t k = i % 200; k < 207; k += 100) /* one word or two */
            ret->word[rng_below(rng, (uint64_t)ret->n)] = draw_word(rng);
        return;
    }
    ret->n = 8 + (int)rng_below(rng, MAX_WORDS - 7);
    for (int w = 0; w < ret->n; w++)
        ret->word[w] = (int)(rng_below(rng, 3) ? rng_below(rng, WORDS) : (uint64_t)draw_word(rng));
    kept[i % KEPT] = *ret;
}

static void generate(FILE *f, size_t n)
{
    static char words[WORDS][16];
    static struct text kept[KEPT];
    static const char *const languages[] = {"en", "de", "fr"};
    struct rng rng;
    struct buf b;
    struct jw w;
    rng_init(&rng, 11, 0);
    make_words(words, &rng);
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i < n; i++) {
        struct text t;
        char value[512];
        size_t at = 0;
        make_text(&rng, kept, i, &t);
        for (int k = 0; k < t.n; k++)
            at += (size_t)snprintf(value + at, sizeof value - at, "%s%s", k ? " " : "",
                                   words[t.word[k]]);
        buf_clear(&b);
        jw_init(&w, &b, false);
        jw_obj(&w);
        char id[32];
        snprintf(id, sizeof id, "t-%07zu", i);
        jw_kc(&w, "id", id);
        jw_key(&w, "input");
        jw_obj(&w);
        jw_kc(&w, "text", value);
        jw_end(&w);
        jw_kc(&w, "expected", words[rng_below(&rng, LABELS)]);
        jw_key(&w, "tags");
        jw_obj(&w);
        jw_kc(&w, "lang", languages[rng_below(&rng, 3)]);
        jw_end(&w);
        jw_end(&w);
        buf_add_char(&b, '\n');
        fwrite(b.p, 1, b.n, f);
    }
    buf_release(&b);
}

static double peak_mib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1024;
}

struct figures {
    double load_s, items_s, lint_s, load_mib, lint_mib, mb;
    size_t near;
};

static bool measure(const char *path, struct figures *ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    static const char *const slices[] = {"lang", NULL};
    struct golden *g;
    struct item it;
    struct lint_report r;
    struct lint_options o;
    double t = clock_mono();
    if (!golden_load(a, path, &g, e))
        return false;
    ret->load_s = clock_mono() - t;
    t = clock_mono();
    for (size_t i = 0; i < g->n; i++) {
        arena_reset(scratch);
        if (!golden_item(g, i, scratch, &it, e))
            return false;
        ret->mb += (double)g->row[i].len / 1e6;
    }
    ret->items_s = clock_mono() - t;
    ret->load_mib = peak_mib();
    arena_reset(a);
    lint_options_init(&o);
    o.slices = slices;
    t = clock_mono();
    if (!lint_file(a, path, &o, &g, &r, e))
        return false;
    ret->lint_s = clock_mono() - t;
    ret->lint_mib = peak_mib();
    ret->near = r.count[LINT_NEAR_DUPLICATE];
    return true;
}

/* Measures in a child; its figures come through a pipe. */
static bool run(size_t n, struct figures *ret)
{
    char path[] = "/tmp/golden-bench-XXXXXX.jsonl";
    int fd = mkstemps(path, 6), ends[2];
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f || pipe(ends) != 0)
        return false;
    generate(f, n);
    fclose(f);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct figures mine = {0};
        struct err e = {0};
        if (!measure(path, &mine, &e)) {
            err_print(stderr, &e);
            _exit(1);
        }
        _exit(write(ends[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
    }
    int status = 1;
    bool ok = child > 0 && waitpid(child, &status, 0) == child && status == 0 &&
              read(ends[0], ret, sizeof *ret) == sizeof *ret;
    close(ends[0]);
    close(ends[1]);
    unlink(path);
    return ok;
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {100000, 1000000};
    struct figures f[2];
    if (argc == 3 && strcmp(argv[1], "gen") == 0) {
        generate(stdout, strtoull(argv[2], NULL, 10));
        return 0;
    }
    printf("%9s %7s %8s %8s %8s %9s %9s %10s\n", "lines", "MB", "load s", "items s", "lint s",
           "load MiB", "lint MiB", "near pairs");
    for (int i = 0; i < 2; i++) {
        if (!run(sizes[i], &f[i]))
            return 1;
        printf("%9zu %7.0f %8.2f %8.2f %8.2f %9.0f %9.0f %10zu\n", sizes[i], f[i].mb, f[i].load_s,
               f[i].items_s, f[i].lint_s, f[i].load_mib, f[i].lint_mib, f[i].near);
    }
    printf("ratio %3.0fx %15.1f %8.1f %8.1f %9.1f %9.1f\n", 10.0, f[1].load_s / f[0].load_s,
           f[1].items_s / f[0].items_s, f[1].lint_s / f[0].lint_s, f[1].load_mib / f[0].load_mib,
           f[1].lint_mib / f[0].lint_mib);
    return 0;
}
