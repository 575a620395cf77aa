#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* How the verdicts of a judge compare with people's, by the definition of the grader that was
 * measured: a changed prompt or model has another hash, and no calibration. Rows are only added. */
struct calibration_row {
    struct str feature, grader;
    struct str hash; /* run_grader_row.hash */
    /* Items by what people said (first word) and what the judge said. */
    int64_t pass_pass, pass_fail, fail_pass, fail_fail;
    struct str made_by; /* or null */
    double made_at;
};

/* In a transaction of its own. */
MUST_CHECK bool calibration_put(struct store *s, const struct calibration_row *r, struct err *e);
/* The newest of that definition; *ret_found false when nobody measured it. Texts in the arena. */
MUST_CHECK bool calibration_newest(struct store *s, struct arena *a, struct str feature,
                                   struct str grader, struct str hash, struct calibration_row *ret,
                                   bool *ret_found, struct err *e);
