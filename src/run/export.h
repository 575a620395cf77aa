#pragma once

#include <stdio.h>

#include "store/store.h"

/*
 * What a run holds, as lines that other verbs and other tools read: one JSON object a line, or
 * CSV with a header. Streamed: a run of any size takes the memory of one line.
 */
enum export_what {
    EXPORT_OUTPUTS, /* recorded output lines, as `replay:` reads them */
    EXPORT_RESULTS, /* outcome, score and graders of each unit, as `compare` and `gate` read them */
    EXPORT_GOLDEN,  /* the examples as they were when they ran; JSONL only */
};

/* Writes run `run`, all variants or the one called `variant` (NULL: all), to `f`. */
MUST_CHECK bool export_run(struct store *s, int64_t run, const char *variant,
                           enum export_what what, bool csv, FILE *f, struct err *e);
