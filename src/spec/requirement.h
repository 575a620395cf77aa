#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * One line of a gate:
 *
 *     [each SLICE:] METRIC OP VALUE [calibrated]
 *     [each SLICE:] METRIC not_worse_than baseline by MARGIN [calibrated]
 *     [each SLICE:] METRIC better_than baseline [by MARGIN] [calibrated]
 *
 * OP is >=, >, <= or <. METRIC is one of
 *     success_rate, score, error_rate
 *     GRADER (mean score), GRADER_rate (share that passed)
 *     p50_latency … p99_latency, p50_ttft … p99_ttft   (any pNN; pNN.N works as well)
 *     cost_per_success, cost_per_1000 (also cost_per_thousand)
 *     hallucination_rate, refusal_rate, injection_rate, … any other NAME_rate: the share of
 *     outputs that show that failure
 * VALUE carries its unit: latencies need s or ms, costs may have $ in front, shares may be
 * written as a percentage. `calibrated` demands that the judge behind the metric was calibrated
 * against people.
 */
enum metric_kind {
    METRIC_SUCCESS_RATE,
    METRIC_SCORE,            /* weighted mean of the graders' scores */
    METRIC_ERROR_RATE,
    METRIC_GRADER_MEAN,      /* .name is the grader */
    METRIC_GRADER_RATE,      /* .name is the grader, without "_rate" */
    METRIC_FAILURE_RATE,     /* .name is the failure mode, without "_rate": "hallucination" */
    METRIC_LATENCY,          /* .quantile, seconds */
    METRIC_TTFT,             /* .quantile, seconds */
    METRIC_COST_PER_SUCCESS, /* USD */
    METRIC_COST_PER_1000,    /* USD for 1000 calls */
};

enum requirement_op {
    REQUIRE_GE, REQUIRE_GT, REQUIRE_LE, REQUIRE_LT,
    REQUIRE_NOT_WORSE, /* than the baseline, by at most .margin */
    REQUIRE_BETTER,    /* than the baseline, by at least .margin (default 0) */
};

enum metric_unit { UNIT_SHARE, UNIT_SCORE, UNIT_SECONDS, UNIT_USD };

struct requirement {
    const char *text;      /* as written, white space trimmed: for messages and answers */
    const char *slice;     /* the tag after "each", or NULL */
    const char *metric;    /* as written: "p95_latency" */
    enum metric_kind kind;
    const char *name;      /* grader or failure mode; NULL for the others */
    double quantile;       /* 0.95 for p95; NaN for the others */
    enum metric_unit unit;
    bool lower_is_better;  /* latency, cost, error_rate and failure rates */
    enum requirement_op op;
    double value;          /* the limit of an absolute requirement, in the base unit: a share in
                              [0,1], seconds, USD; NaN for baseline requirements */
    double margin;         /* of a baseline requirement, base unit, >= 0 */
    bool margin_relative;  /* the margin is a share of the baseline's value ("by 10%" of a
                              latency or cost; for shares a percentage means points) */
    bool calibrated;
    const char *file;      /* position of the text; file may be NULL */
    int line, col;
};

/*
 * Parses one requirement. `graders` (NULL-terminated) are the graders there are; a name that is
 * none of them and no known metric is an error that names the nearest. With graders NULL (files
 * without a project) any name is taken for a grader and any NAME_rate that is no known failure
 * mode for a grader's pass rate. Errors point at the word: line:col plus its offset.
 * What *ret points to lives in `a`.
 */
MUST_CHECK bool requirement_parse(struct arena *a, struct str text, const char *const *graders,
                                  const char *file, int line, int col, struct requirement *ret,
                                  struct err *e);

/* Whether it needs a baseline. */
bool requirement_is_relative(const struct requirement *r);

/* "0.9", "2 s", "$0.002": a value of the requirement's metric for people. */
const char *requirement_value_text(struct arena *a, const struct requirement *r, double value);

/* The failure modes whose NAME_rate is never read as a grader's pass rate; NULL-terminated. */
extern const char *const failure_modes[];
