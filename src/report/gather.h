#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "decide/compare.h"
#include "decide/gate.h"
#include "run/results.h"
#include "run/summary.h"
#include "spec/project.h"
#include "store/runs.h"
#include "store/store.h"

/*
 * Everything the report page shows, read from the store: the newest run of each variant, the
 * comparison of the candidate with the baseline, what flipped, which classes are confused. The
 * page itself (page.h) only lays it out.
 */
struct report_variant {
    const char *name;
    const struct variant_spec *spec; /* NULL: not in the project any more */
    struct run_row run;
    struct run_variant_row row;
    struct result_set *results;
    struct evidence *evidence;
    struct summary *summary;
};

/* One item that flipped, with texts cut to what fits a page. */
struct report_flip {
    struct str id, input, expected, was, now;
};

/* What was expected against what was answered, for classification. */
struct report_confusion {
    size_t k, n; /* classes; outputs counted */
    const char **labels;
    uint32_t *count; /* k × k, expected by answered */
};

struct report {
    const struct project *project;
    const struct feature *feature;
    struct report_variant *variants;
    size_t n_variants;
    size_t candidate;   /* index */
    ptrdiff_t baseline; /* index, or -1 */
    bool has_comparison, has_gate;
    struct comparison comparison; /* baseline (a) against candidate (b) */
    struct gate gate;
    struct report_flip *gained, *lost; /* the first of each */
    size_t n_gained, n_lost;
    struct report_confusion confusion; /* k = 0: none */
    struct run_grader_row *graders;    /* of the candidate's run */
    size_t n_graders;
    bool public_page; /* item texts and ids are left out */
    double made_at;
};

enum { REPORT_FLIPS = 12, REPORT_TEXT = 220 };

struct report_opts {
    const char *candidate, *baseline; /* variants of the feature; NULL: candidate = the best,
                                         baseline = the gate's, else the best of the others */
    bool public_page;
    double confidence; /* two-sided, of the comparison */
    uint64_t seed;
    double now;
};

/* Everything lives in `a`. ERR_NOT_FOUND when no variant has run. has_gate stays false: the caller
 * decides the gate and puts it in. */
MUST_CHECK bool report_gather(struct arena *a, struct store *s, const struct project *p,
                              const struct feature *f, const struct report_opts *o,
                              struct report *ret, struct err *e);
