/*
 * run_cases N DIR: writes the project that bench/run measures `plimsoll run` with: N golden lines,
 * N recorded outputs, three graders. One output in ten fails its first grader, so that the result
 * can be checked and not only timed. Deterministic.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/rng.h"

static const char *const words[] = {"refund",   "parcel",    "invoice", "delayed",
                                    "customer", "address",   "courier", "signature",
                                    "policy",   "window",    "receipt", "damaged",
                                    "exchange", "warehouse", "label",   "carrier"};

static void put_note(FILE *f, struct rng *r)
{
    for (int i = 0; i < 24; i++)
        fprintf(f, "%s%s", i ? " " : "", words[rng_next(r) % 16]);
}

/* The object both the input and the output hold; `quote` as JSON inside a JSON string needs. */
static void put_fields(FILE *f, long i, const char *order, const char *quote)
{
    struct rng r;
    rng_init(&r, 1, (uint64_t)i);
    fprintf(f, "{%sorder%s:%s%s-%06ld%s,", quote, quote, quote, order, i, quote);
    fprintf(f, "%stotal%s:%s%ld.%02ld%s,", quote, quote, quote, i % 900, i * 37 % 100, quote);
    fprintf(f, "%snote%s:%s", quote, quote, quote);
    put_note(f, &r);
    fprintf(f, "%s}", quote);
}

static const char spec[] = "version: 1\n"
                           "project: bench\n"
                           "features:\n"
                           "  orders:\n"
                           "    task: extraction\n"
                           "    golden: golden.jsonl\n"
                           "    variants:\n"
                           "      recorded: {model: replay:outputs.jsonl}\n"
                           "    graders:\n"
                           "      order: {type: contains, value: order-}\n"
                           "      total: {type: regex, pattern: '\"total\":\"[0-9]+\\.[0-9]{2}\"'}\n"
                           "      shape: {type: json}\n";

int main(int argc, char **argv)
{
    char path[4096];
    struct err e = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: run_cases N DIR\n");
        return 2;
    }
    long n = strtol(argv[1], NULL, 10);
    snprintf(path, sizeof path, "%s/plimsoll.yaml", argv[2]);
    if (!file_mkdirs(argv[2], &e) || !file_write(path, (struct str){spec, sizeof spec - 1}, &e)) {
        err_print(stderr, &e);
        return 1;
    }
    snprintf(path, sizeof path, "%s/golden.jsonl", argv[2]);
    FILE *golden = fopen(path, "w");
    snprintf(path, sizeof path, "%s/outputs.jsonl", argv[2]);
    FILE *outputs = fopen(path, "w");
    if (!golden || !outputs)
        return 1;
    for (long i = 0; i < n; i++) {
        fprintf(golden, "{\"id\":\"c-%07ld\",\"input\":", i);
        put_fields(golden, i, "order", "\"");
        fprintf(golden, ",\"tags\":{\"lang\":\"%s\"}}\n", i % 3 ? "en" : "de");
        fprintf(outputs, "{\"id\":\"c-%07ld\",\"output\":\"", i);
        put_fields(outputs, i, i % 10 ? "order" : "missing", "\\\"");
        fprintf(outputs, "\",\"latency_ms\":%ld,\"cost_usd\":0.0001}\n", 100 + i % 800);
    }
    return fclose(golden) | fclose(outputs) ? 1 : 0;
}
