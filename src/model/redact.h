#pragma once

#include "base/arena.h"
#include "base/str.h"

/* A copy of a provider's message that is fit to store and to show: the API key `secret` (may be
 * NULL) and anything that looks like one ("sk-…", "Bearer …") become "[redacted]", line breaks
 * and control characters blanks; at most 500 bytes. */
struct str redact(struct arena *a, struct str text, const char *secret);
