/* DDSketch and HdrHistogram; see histogram.h. */
#include "stats/histogram.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/estimate.h"

/* --- DDSketch --- */

void ddsketch_init(struct ddsketch *d, double accuracy)
{
    double mantissa = 2 * accuracy / (1 - accuracy);
    *d = (struct ddsketch){.accuracy = accuracy, .gamma = 1 + mantissa,
                           .multiplier = log(2) / log1p(mantissa),
                           .min = INFINITY, .max = -INFINITY};
}

void ddsketch_release(struct ddsketch *d) { vec_free(&d->counts); }

int ddsketch_key(const struct ddsketch *d, double x)
{
    return x > 0 ? (int)ceil(log2(x) * d->multiplier) : DDSKETCH_ZERO;
}

/* The counter of `key`, the range widened to hold it. */
static uint64_t *counter(struct ddsketch *d, int key)
{
    if (d->counts.n == 0)
        d->first_key = key;
    if (key < d->first_key) {
        size_t before = (size_t)(d->first_key - key);
        vec_reserve(&d->counts, d->counts.n + before);
        memmove(d->counts.v + before, d->counts.v, d->counts.n * sizeof *d->counts.v);
        memset(d->counts.v, 0, before * sizeof *d->counts.v);
        d->counts.n += before;
        d->first_key = key;
    }
    size_t at = (size_t)(key - d->first_key);
    if (at >= d->counts.n) {
        vec_reserve(&d->counts, at + 1);
        memset(d->counts.v + d->counts.n, 0, (at + 1 - d->counts.n) * sizeof *d->counts.v);
        d->counts.n = at + 1;
    }
    return &d->counts.v[at];
}

bool ddsketch_add(struct ddsketch *d, double x)
{
    if (!(x >= 0) || !isfinite(x))
        return false;
    if (x > 0)
        ++*counter(d, ddsketch_key(d, x));
    else
        d->zeros++;
    d->count++;
    d->sum += x;
    d->min = fmin(d->min, x);
    d->max = fmax(d->max, x);
    return true;
}

double ddsketch_quantile(const struct ddsketch *d, double q)
{
    if (d->count == 0 || !(q >= 0 && q <= 1))
        return STAT_NAN;
    double rank = q * (double)(d->count - 1);
    uint64_t seen = d->zeros;
    if ((double)seen > rank)
        return 0;
    size_t at = 0;
    for (; at + 1 < d->counts.n; at++) {
        seen += d->counts.v[at];
        if ((double)seen > rank)
            break;
    }
    double key = (double)d->first_key + (double)at;
    return 2 * exp2(key / d->multiplier) / (1 + d->gamma);
}

bool ddsketch_merge(struct ddsketch *d, const struct ddsketch *other, struct err *e)
{
    if (d->accuracy < other->accuracy || d->accuracy > other->accuracy)
        return err_set(e, ERR_STAT, "sketches of accuracy %g and %g cannot be merged",
                       d->accuracy, other->accuracy);
    for (size_t i = 0; i < other->counts.n; i++)
        if (other->counts.v[i])
            *counter(d, other->first_key + (int)i) += other->counts.v[i];
    d->zeros += other->zeros;
    d->count += other->count;
    d->sum += other->sum;
    d->min = fmin(d->min, other->min);
    d->max = fmax(d->max, other->max);
    return true;
}

/* --- HdrHistogram --- */

/* Position of the highest bit; v > 0. */
static int top_bit(uint64_t v)
{
    int bit = 0;
    for (int half = 32; half; half /= 2) {
        if (v >> half) {
            v >>= half;
            bit += half;
        }
    }
    return bit;
}

bool hdr_histogram_init(struct hdr_histogram *h, int64_t lowest, int64_t highest, int sigfigs,
                        struct err *e)
{
    *h = (struct hdr_histogram){.lowest = lowest, .highest = highest, .sigfigs = sigfigs};
    if (lowest < 1 || highest / 2 < lowest)
        return err_set(e, ERR_STAT, "a histogram from %lld to %lld, expected 1 or more, to at "
                                    "least twice that",
                       (long long)lowest, (long long)highest);
    if (sigfigs < 1 || sigfigs > 5)
        return err_set(e, ERR_STAT, "%d significant digits, expected 1 to 5", sigfigs);
    int64_t single_unit = 2; /* up to here every value has a counter of its own */
    for (int i = 0; i < sigfigs; i++)
        single_unit *= 10;
    h->half_count_magnitude = top_bit((uint64_t)single_unit - 1);
    h->unit_magnitude = top_bit((uint64_t)lowest);
    h->sub_bucket_count = (int64_t)1 << (h->half_count_magnitude + 1);
    if (h->unit_magnitude + h->half_count_magnitude > 61)
        return err_set(e, ERR_STAT, "a lowest value of %lld is too large for %d digits",
                       (long long)lowest, sigfigs);
    h->sub_bucket_mask = (h->sub_bucket_count - 1) << h->unit_magnitude;
    int64_t untrackable = h->sub_bucket_count << h->unit_magnitude;
    h->bucket_count = 1;
    while (untrackable <= highest) {
        h->bucket_count++;
        if (untrackable > INT64_MAX / 2)
            break;
        untrackable *= 2;
    }
    h->counts_len = (size_t)(h->bucket_count + 1) * (size_t)(h->sub_bucket_count / 2);
    h->counts = mem_calloc(h->counts_len, sizeof *h->counts);
    return true;
}

void hdr_histogram_release(struct hdr_histogram *h) { mem_freep(&h->counts); }

static int bucket_of(const struct hdr_histogram *h, int64_t value)
{
    return top_bit((uint64_t)(value | h->sub_bucket_mask)) - h->unit_magnitude -
           h->half_count_magnitude;
}

static int64_t sub_bucket_of(const struct hdr_histogram *h, int64_t value, int bucket)
{
    return value >> (bucket + h->unit_magnitude);
}

int64_t hdr_histogram_index(const struct hdr_histogram *h, int64_t value)
{
    int bucket = bucket_of(h, value);
    int64_t base = (int64_t)(bucket + 1) << h->half_count_magnitude;
    return base + sub_bucket_of(h, value, bucket) - h->sub_bucket_count / 2;
}

bool hdr_histogram_record(struct hdr_histogram *h, int64_t value)
{
    if (value < 0 || hdr_histogram_index(h, value) >= (int64_t)h->counts_len)
        return false;
    h->counts[hdr_histogram_index(h, value)]++;
    h->total++;
    return true;
}

static int64_t lowest_equivalent(const struct hdr_histogram *h, int64_t value)
{
    int bucket = bucket_of(h, value);
    return sub_bucket_of(h, value, bucket) << (bucket + h->unit_magnitude);
}

static int64_t equivalent_range(const struct hdr_histogram *h, int64_t value)
{
    int bucket = bucket_of(h, value);
    if (sub_bucket_of(h, value, bucket) >= h->sub_bucket_count)
        bucket++;
    return (int64_t)1 << (h->unit_magnitude + bucket);
}

int64_t hdr_histogram_median_equivalent(const struct hdr_histogram *h, int64_t value)
{
    return lowest_equivalent(h, value) + equivalent_range(h, value) / 2;
}

int64_t hdr_histogram_highest_equivalent(const struct hdr_histogram *h, int64_t value)
{
    return lowest_equivalent(h, value) + (equivalent_range(h, value) - 1);
}

/* The lowest value of counter `index`. */
static int64_t value_at(const struct hdr_histogram *h, size_t index)
{
    int64_t half = h->sub_bucket_count / 2, i = (int64_t)index;
    int bucket = (int)(i >> h->half_count_magnitude) - 1;
    int64_t sub = (i & (half - 1)) + half;
    if (bucket < 0) {
        sub -= half;
        bucket = 0;
    }
    return sub << (bucket + h->unit_magnitude);
}

int64_t hdr_histogram_percentile(const struct hdr_histogram *h, double percentile)
{
    if (h->total == 0)
        return 0;
    double share = fmin(fmax(percentile, 0), 100) / 100;
    int64_t wanted = (int64_t)(share * (double)h->total + 0.5), seen = 0;
    wanted = wanted > 1 ? wanted : 1;
    for (size_t i = 0; i < h->counts_len; i++) {
        seen += h->counts[i];
        if (seen >= wanted) {
            int64_t value = value_at(h, i);
            return percentile > 0 ? hdr_histogram_highest_equivalent(h, value)
                                  : lowest_equivalent(h, value);
        }
    }
    BUG("a histogram whose counters sum to less than its total");
}

double hdr_histogram_mean(const struct hdr_histogram *h)
{
    double sum = 0;
    for (size_t i = 0; i < h->counts_len; i++)
        if (h->counts[i])
            sum += (double)h->counts[i] *
                   (double)hdr_histogram_median_equivalent(h, value_at(h, i));
    return h->total ? sum / (double)h->total : STAT_NAN;
}

bool hdr_histogram_merge(struct hdr_histogram *h, const struct hdr_histogram *other,
                         struct err *e)
{
    if (h->lowest != other->lowest || h->highest != other->highest || h->sigfigs != other->sigfigs)
        return err_set(e, ERR_STAT, "histograms of different ranges cannot be merged");
    for (size_t i = 0; i < h->counts_len; i++)
        h->counts[i] += other->counts[i];
    h->total += other->total;
    return true;
}
