#pragma once

#include "base/arena.h"
#include "base/str.h"

/* What a run's results depend on besides the spec: kept with every run, because scores may differ
 * between versions. */

/* "SQLite 3.40.1, PCRE2 10.42, utf8proc 2.8.0, yyjson 0.10.0, libcurl 7.88.1", in the arena. */
struct str evidence_libraries(struct arena *a);
