#pragma once

#include "base/attr.h"

/*
 * Notes for the person at the terminal, on standard error, one line each. Only cmd/, run/ and
 * web/ call these; everything below returns errors. Control characters are replaced.
 */
void log_note(const char *fmt, ...) PRINTF(1, 2); /* "note: …"; silent after log_quiet */
void log_warn(const char *fmt, ...) PRINTF(1, 2); /* "warning: …" */
void log_quiet(void);
