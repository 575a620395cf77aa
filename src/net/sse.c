/* Server-sent events, one byte range at a time; see sse.h. Knows nothing of what is inside. */
#include "net/sse.h"

#include <string.h>

void sse_init(struct sse *s, size_t max_event, sse_event *on_event, void *arg)
{
    *s = (struct sse){.on_event = on_event, .arg = arg};
    buf_init(&s->line, max_event);
    buf_init(&s->data, max_event);
    buf_init(&s->event, max_event);
}

void sse_release(struct sse *s)
{
    buf_release(&s->line);
    buf_release(&s->data);
    buf_release(&s->event);
}

void sse_reset(struct sse *s)
{
    buf_clear(&s->line);
    buf_clear(&s->data);
    buf_clear(&s->event);
    s->after_cr = s->started = s->has_data = s->has_event = s->too_large = false;
}

static void dispatch(struct sse *s)
{
    s->too_large |= s->data.overflow || s->event.overflow;
    if (s->has_data && !s->too_large)
        s->on_event(s->arg, s->has_event ? buf_str(&s->event) : (struct str){0}, buf_str(&s->data));
    buf_clear(&s->data);
    buf_clear(&s->event);
    s->has_data = s->has_event = false;
}

static void take_line(struct sse *s, struct str line)
{
    if (!s->started) {
        s->started = true;
        if (str_starts(line, STR("\xEF\xBB\xBF")))
            line = str_sub(line, 3, line.n);
    }
    if (line.n == 0) {
        dispatch(s);
        return;
    }
    struct str field = line, value = {"", 0};
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon == 0)
        return;
    if (colon > 0) {
        field = str_sub(line, 0, (size_t)colon);
        value = str_sub(line, (size_t)colon + 1, line.n);
        if (value.n > 0 && value.p[0] == ' ')
            value = str_sub(value, 1, value.n);
    }
    if (str_eq_c(field, "data")) {
        if (s->has_data)
            buf_add_char(&s->data, '\n');
        buf_add_str(&s->data, value);
        s->has_data = true;
    } else if (str_eq_c(field, "event")) {
        buf_clear(&s->event);
        buf_add_str(&s->event, value);
        s->has_event = true;
    }
}

/* A whole line without its break: straight from the input unless part of it came before. */
static void end_line(struct sse *s, const char *p, size_t n)
{
    if (s->line.n == 0) {
        take_line(s, (struct str){p, n});
        return;
    }
    buf_add(&s->line, p, n);
    s->too_large |= s->line.overflow;
    take_line(s, buf_str(&s->line));
    buf_clear(&s->line);
}

bool sse_feed(struct sse *s, const char *p, size_t n, struct err *e)
{
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->after_cr) {
            s->after_cr = false;
            if (p[i] == '\n') {
                from = i + 1;
                continue;
            }
        }
        if (p[i] != '\n' && p[i] != '\r')
            continue;
        end_line(s, p + from, i - from);
        s->after_cr = p[i] == '\r';
        from = i + 1;
    }
    buf_add(&s->line, p + from, n - from);
    s->too_large |= s->line.overflow || s->data.overflow || s->event.overflow;
    return !s->too_large || err_set(e, ERR_LIMIT, "an event of the stream is larger than %zu bytes",
                                    s->data.max);
}
