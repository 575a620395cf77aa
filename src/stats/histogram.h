#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"

/*
 * Two histograms that keep quantiles of a stream in little memory and can be merged: each worker
 * has its own, the report adds them up. Neither is thread-safe.
 */

/*
 * DDSketch (Masson, Rim & Lee, VLDB 12, 2019) for values of unknown range: any quantile within
 * `accuracy` of the true value, relatively. gamma = (1+a)/(1-a); a value x > 0 falls into bucket
 * ⌈log_gamma x⌉, which stands for 2 gamma^key / (1 + gamma); zeros are counted apart.
 */
struct ddsketch {
    double accuracy, gamma, multiplier; /* key = ⌈log2(x) multiplier⌉ */
    VEC(uint64_t) counts; /* of buckets first_key, first_key + 1, … */
    int first_key;
    uint64_t zeros, count;
    double sum, min, max; /* of the values as they were; min = INFINITY when empty */
};
enum { DDSKETCH_ZERO = INT32_MIN }; /* the "key" of 0 */

/* `accuracy` from 0.0001 to 0.5; 0.01 is usual (about 2 KB for latencies from 1 ms to 1 h). */
void ddsketch_init(struct ddsketch *d, double accuracy);
void ddsketch_release(struct ddsketch *d); /* also for CLEANUP */
int ddsketch_key(const struct ddsketch *d, double x);
/* False, and nothing counted, for a value that is negative or not finite. */
bool ddsketch_add(struct ddsketch *d, double x);
/* Rank q (count - 1), the first bucket whose cumulated count exceeds it; NaN when empty. */
double ddsketch_quantile(const struct ddsketch *d, double q);
/* Adds `other` to `d`; ERR_STAT when their accuracies differ. */
MUST_CHECK bool ddsketch_merge(struct ddsketch *d, const struct ddsketch *other, struct err *e);

/*
 * HdrHistogram (Tene; buckets as in HdrHistogram_c) for whole numbers from `lowest` to `highest`,
 * exact to `sigfigs` decimal digits: memory is fixed when it is made.
 */
struct hdr_histogram {
    int64_t lowest, highest;
    int sigfigs, unit_magnitude, half_count_magnitude, bucket_count;
    int64_t sub_bucket_count, sub_bucket_mask;
    size_t counts_len;
    int64_t *counts, total;
};

/* ERR_STAT unless lowest >= 1, highest >= 2 lowest and sigfigs is 1 to 5. */
MUST_CHECK bool hdr_histogram_init(struct hdr_histogram *h, int64_t lowest, int64_t highest,
                                   int sigfigs, struct err *e);
void hdr_histogram_release(struct hdr_histogram *h); /* also for CLEANUP */
/* Index of the counter for a value >= 0; it may lie past counts_len. */
int64_t hdr_histogram_index(const struct hdr_histogram *h, int64_t value);
/* False, and nothing counted, for a value that is negative or over the range. */
bool hdr_histogram_record(struct hdr_histogram *h, int64_t value);
/* The range of values that share a counter with `value`: its middle and its end. */
int64_t hdr_histogram_median_equivalent(const struct hdr_histogram *h, int64_t value);
int64_t hdr_histogram_highest_equivalent(const struct hdr_histogram *h, int64_t value);
/* Highest equivalent value at a percentile, 0 … 100; lowest equivalent for 0; 0 when empty. */
int64_t hdr_histogram_percentile(const struct hdr_histogram *h, double percentile);
/* Mean of the median equivalents; NaN when empty. */
double hdr_histogram_mean(const struct hdr_histogram *h);
/* Adds `other` to `h`; ERR_STAT when they were made with different ranges. */
MUST_CHECK bool hdr_histogram_merge(struct hdr_histogram *h, const struct hdr_histogram *other,
                                    struct err *e);
