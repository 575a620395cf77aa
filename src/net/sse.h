#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Incremental reader of a text/event-stream (HTML Standard, section 9.2.6): bytes go in as they
 * come, whole events come out. Lines end in LF, CR or CRLF; comments and unknown fields are
 * skipped; several data lines are joined by LF; an event that the stream breaks off inside is
 * dropped, as the standard says.
 */
typedef void sse_event(void *arg, struct str event, struct str data);

struct sse {
    sse_event *on_event; /* `event` is the null string when the stream did not name it */
    void *arg;
    struct buf line, data, event;
    bool after_cr, started, has_data, has_event, too_large;
};

/* An event of more than `max_event` bytes is an error. */
void sse_init(struct sse *s, size_t max_event, sse_event *on_event, void *arg);
void sse_release(struct sse *s);
void sse_reset(struct sse *s); /* for the next stream; keeps the memory */

/* Takes the next bytes; calls on_event for each event they complete. Error ERR_LIMIT for an
 * event that is too large; the reader is of no more use then. */
MUST_CHECK bool sse_feed(struct sse *s, const char *p, size_t n, struct err *e);
