/* Notes on standard error. */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static bool quiet;

void log_quiet(void) { quiet = true; }

static void put(const char *head, const char *fmt, va_list ap) PRINTF(2, 0);

static void put(const char *head, const char *fmt, va_list ap)
{
    char line[2048];
    vsnprintf(line, sizeof line, fmt, ap);
    for (char *p = line; *p; p++)
        if (((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
            *p = '?';
    fprintf(stderr, "%s: %s\n", head, line);
}

void log_note(const char *fmt, ...)
{
    va_list ap;
    if (quiet)
        return;
    va_start(ap, fmt);
    put("note", fmt, ap);
    va_end(ap);
}

void log_warn(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put("warning", fmt, ap);
    va_end(ap);
}
