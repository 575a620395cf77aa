/* Progress bar; see progress.h. */
#include "base/progress.h"

#include <stdio.h>

#include "base/clock.h"

void progress_start(struct progress *p, const struct env *env, const char *label, size_t total)
{
    double now = clock_mono();
    *p = (struct progress){
        .env = env, .label = label, .total = total, .started = now, .drawn = now};
}

static void describe(const struct progress *p, double now, char *out, size_t size)
{
    double spent = now - p->started, rate = spent > 0 ? (double)p->done / spent : 0;
    char left[32] = "";
    size_t n = 0;
    n += (size_t)snprintf(out, size, "%zu/%zu  %.0f/s", p->done, p->total, rate);
    if (rate > 0 && p->total > p->done)
        n += (size_t)snprintf(
            out + n, size - n, "  %s left",
            clock_human((double)(p->total - p->done) / rate, left, sizeof left));
    if (p->cost_usd > 0)
        n += (size_t)snprintf(out + n, size - n, "  $%.4f", p->cost_usd);
    if (p->errors)
        snprintf(out + n, size - n, "  %zu errors", p->errors);
}

static void draw_bar(const struct progress *p, double now)
{
    enum { WIDTH = 24 };
    char bar[WIDTH * 3 + 1] = "", tail[160];
    size_t n = 0;
    double share = p->total ? (double)p->done / (double)p->total : 0;
    int full = (int)(share * WIDTH + 0.5);
    for (int i = 0; i < WIDTH; i++)
        n += (size_t)snprintf(bar + n, sizeof bar - n, "%s", i < full ? "█" : "░");
    describe(p, now, tail, sizeof tail);
    fprintf(stderr, "\r\033[K%s %s %3.0f%%  %s", p->label, bar, share * 100, tail);
    fflush(stderr);
}

void progress_update(struct progress *p, size_t done, size_t errors, double cost_usd)
{
    double now = clock_mono();
    p->done = done;
    p->errors = errors;
    p->cost_usd = cost_usd;
    if (p->env->quiet || now - p->started < 0.5)
        return;
    if (p->env->progress) {
        if (now - p->drawn < 0.1)
            return;
        draw_bar(p, now);
    } else {
        if (now - p->drawn < 5)
            return;
        char tail[160];
        describe(p, now, tail, sizeof tail);
        fprintf(stderr, "%s: %s\n", p->label, tail);
    }
    p->shown = true;
    p->drawn = now;
}

void progress_end(struct progress *p)
{
    if (p->shown && p->env->progress) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    p->shown = false;
}
