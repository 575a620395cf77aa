#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "text/jsonw.h"

/*
 * Every statistic by its name, callable with JSON: what `plimsoll stats NAME` runs, and what the
 * reference values in test/fixture/stats are checked through. The numbers come from the plain C
 * functions of this folder; a row only reads inputs, calls one of them and writes its fields.
 *
 * To add a statistic: write the C function in its family's header, a static `call_…` in
 * call_NN.c (NN is its section in docs/statistics.md) and its row in stats_NN[].
 */
struct stat_row {
    const char *name;
    int section;
    const char *inputs;  /* "k n [conf]": the keys it reads, the optional ones in brackets */
    const char *summary; /* one line, lower case, no full stop */
    /* `inputs` is an object whose keys are all known. Writes the members of the result into the
     * object that is open in `out`; null where a value is undefined. On failure the error is
     * ERR_STAT and what was written is thrown away. Scratch memory comes from `a`. */
    bool (*call)(yyjson_val *inputs, struct jw *out, struct arena *a, struct err *e);
};

/* One array a section, each ended by a row whose name is NULL. */
extern const struct stat_row stats_01[], stats_02[], stats_03[], stats_04[], stats_05[],
    stats_06[], stats_07[], stats_08[], stats_09[], stats_10[], stats_11[];

/* The i-th statistic in order of section; NULL past the last. */
const struct stat_row *stat_at(size_t i);
/* By name. Error: ERR_NOT_FOUND, with the nearest name in the hint. */
MUST_CHECK bool stat_find(const char *name, struct arena *a, const struct stat_row **ret,
                          struct err *e);

/* Calls a statistic with `document`: either {"inputs": {…}} or the bare inputs. Writes the result
 * object to `out`. Error: ERR_STAT for the inputs; what was written is then to be thrown away. */
MUST_CHECK bool stat_call(const struct stat_row *row, yyjson_val *document, struct jw *out,
                          struct arena *a, struct err *e);
