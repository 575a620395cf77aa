#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "stats/estimate.h"

/*
 * Does the quality score track what users say, and which weights make it track better? Criteria
 * are standardised; weights are non-negative least squares; every number about the fitted score
 * is out of fold, with whole groups (users, conversations) held out together.
 */
struct fit_data {
    size_t n, p;
    const char **name; /* p criteria */
    double *x;         /* n × p, row by row */
    double *y;         /* satisfaction */
    size_t *group;     /* rows that are not independent share a number */
    size_t n_groups;
    size_t n_left; /* rows without target or with a criterion missing: left out */
    bool binary;   /* the target is 0 or 1 */
};

/* Reads rows; `criteria` names the columns (NULL-terminated). With NULL they are the numbers in an
 * object `criteria` or `scores` of the first row, or, without such, its columns that are numbers,
 * but for `id`, the target and the group. */
MUST_CHECK bool fit_read(struct arena *a, const char *path, const char *target,
                         const char *const *criteria, const char *group, struct fit_data *ret,
                         struct err *e);

struct fit_criterion {
    struct estimate spearman, tau_b, auc; /* auc: binary target */
    double weight;                        /* of the fit on all rows; weights add to 1 */
    double min, max;                      /* of its weight over the folds */
};

struct fit {
    struct fit_criterion *criterion;
    struct estimate equal, fitted, gain;   /* Spearman; gain = fitted - equal, bootstrap */
    struct estimate equal_auc, fitted_auc; /* binary target */
    double in_sample;                      /* Spearman of the fit on its own rows */
    size_t folds;
    const char *advice;
};

/* At least 10 rows for every weight, and 4 groups, else ERR_STAT with how many are needed. */
MUST_CHECK bool fit_weights(struct arena *a, const struct fit_data *d, double conf, uint64_t seed,
                            struct fit *ret, struct err *e);
