/* The list of findings while it grows. */
#include "golden/lint_out.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum lint_severity severity;
    const char *summary;
} checks[] = {
#define X(check, name, severity, summary) {name, severity, summary},
    LINT_CHECKS(X)
#undef X
};

const char *lint_check_name(enum lint_check c) { return checks[c].name; }
const char *lint_check_summary(enum lint_check c) { return checks[c].summary; }
enum lint_severity lint_check_severity(enum lint_check c) { return checks[c].severity; }

const char *lint_severity_name(enum lint_severity s)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[s];
}

struct lint_finding *lint_add(struct lint_out *out, enum lint_check check)
{
    size_t n = out->n_kept[check];
    out->report->count[check]++;
    if (n == LINT_KEEP)
        return NULL;
    if (n == out->cap[check]) {
        size_t cap = n ? n * 4 : 16;
        struct lint_finding *more = ARENA_ARRAY(out->a, cap, struct lint_finding);
        if (n)
            memcpy(more, out->kept[check], n * sizeof *more);
        out->kept[check] = more;
        out->cap[check] = cap;
    }
    struct lint_finding *f = &out->kept[check][out->n_kept[check]++];
    *f = (struct lint_finding){.check = check, .similarity = (double)NAN, .message = ""};
    return f;
}

void lint_addf(struct lint_out *out, enum lint_check check, size_t line, const char *fmt, ...)
{
    struct lint_finding *f = lint_add(out, check);
    char msg[1024];
    va_list ap;
    if (!f)
        return;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    f->line = line;
    f->message = arena_strdup(out->a, msg);
}

void lint_out_finish(struct lint_out *out)
{
    struct lint_report *r = out->report;
    size_t total = 0;
    for (size_t c = 0; c < LINT_N_CHECKS; c++)
        total += out->n_kept[c];
    r->finding = ARENA_ARRAY(out->a, total, struct lint_finding);
    for (size_t c = 0; c < LINT_N_CHECKS; c++) {
        if (out->n_kept[c])
            memcpy(r->finding + r->n, out->kept[c], out->n_kept[c] * sizeof *r->finding);
        r->n += out->n_kept[c];
        size_t *sum = checks[c].severity == LINT_ERROR     ? &r->errors
                      : checks[c].severity == LINT_WARNING ? &r->warnings
                                                           : &r->notes;
        *sum += r->count[c];
    }
}
