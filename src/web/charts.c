/* Pictures of the web pages; see charts.h. */
#include "web/charts.h"

#include <math.h>

#include "text/svg.h"

enum { WIDTH = 640, LEFT = 46, RIGHT = 26, TOP = 12 };

static void figure(struct page *p, const char *title, double height, const char *desc)
{
    hw_open_class(&p->w, "figure", "plot");
    hw_elem(&p->w, "figcaption", NULL, title);
    svg_begin(&p->w, WIDTH, height, title, desc);
}

static void figure_end(struct page *p)
{
    svg_end(&p->w);
    hw_close(&p->w);
}

/* A tick's position can come out as -0. */
static double plain(double v) { return v < 0 || v > 0 ? v : 0; }

static void y_axis(struct page *p, const struct svg_scale *y, enum page_unit unit)
{
    double tick[12];
    size_t n = svg_ticks(y->lo, y->hi, 4, tick, 12);
    for (size_t i = 0; i < n; i++) {
        double at = svg_at(y, tick[i]);
        const char *text = unit == PAGE_SHARE ? arena_printf(p->a, "%.0f%%", 100 * plain(tick[i]))
                                              : page_value(p->a, plain(tick[i]), unit);
        svg_line(&p->w, "grid", LEFT, at, WIDTH - RIGHT, at);
        svg_text(&p->w, "tick", LEFT - 6, at + 4, SVG_END, text);
    }
}

static double inside(double v, double lo, double hi) { return v < lo ? lo : v > hi ? hi : v; }

void chart_trend(struct page *p, const char *title, const struct trend_point *v, size_t n,
                 double lo, double hi, enum page_unit unit)
{
    const double height = 190, bottom = 162;
    struct svg_scale y = {.lo = lo, .hi = hi, .from = bottom, .to = TOP};
    double step = (WIDTH - LEFT - RIGHT) / (double)(n ? n : 1);
    double *xy = ARENA_ARRAY(p->a, 2 * n, double);
    size_t drawn = 0, every = n / 12 + 1;
    figure(p, title, height, "One point a run in order of time, with its 95% interval.");
    y_axis(p, &y, unit);
    for (size_t i = 0; i < n; i++) {
        if (isnan(v[i].e.value))
            continue;
        xy[2 * drawn] = LEFT + step * ((double)i + 0.5);
        xy[2 * drawn + 1] = svg_at(&y, inside(v[i].e.value, lo, hi));
        drawn++;
    }
    svg_polyline(&p->w, "path", xy, drawn);
    for (size_t i = 0; i < n; i++) {
        double x = LEFT + step * ((double)i + 0.5);
        struct estimate e = v[i].e;
        if (i % every == 0)
            svg_text(&p->w, "tick", x, bottom + 18, SVG_MIDDLE, v[i].label);
        if (isnan(e.value))
            continue;
        svg_group(&p->w, "point",
                  arena_printf(p->a, "%s: %s (%s), n %zu", v[i].label,
                               page_value(p->a, e.value, unit), page_interval(p->a, e, unit), e.n));
        svg_line(&p->w, "bar", x, svg_at(&y, isnan(e.low) ? lo : inside(e.low, lo, hi)), x,
                 svg_at(&y, isnan(e.high) ? hi : inside(e.high, lo, hi)));
        svg_circle(&p->w, "dot", x, svg_at(&y, inside(e.value, lo, hi)), 4);
        svg_group_end(&p->w);
    }
    figure_end(p);
}

/* --- time to resolution --- */

static void steps(struct page *p, const char *cls, const struct kaplan_meier *km, double max_h,
                  const struct svg_scale *x, const struct svg_scale *y,
                  double (*at)(const struct survival_row *))
{
    double *xy = ARENA_ARRAY(p->a, 4 * km->n_rows + 4, double);
    size_t n = 0;
    double level = 1;
    xy[n++] = svg_at(x, 0);
    xy[n++] = svg_at(y, 1);
    for (size_t i = 0; i < km->n_rows; i++) {
        double v = at(&km->rows[i]);
        if (isnan(v))
            break;
        xy[n++] = svg_at(x, km->rows[i].time);
        xy[n++] = svg_at(y, level);
        xy[n++] = svg_at(x, km->rows[i].time);
        xy[n++] = svg_at(y, v);
        level = v;
    }
    xy[n++] = svg_at(x, max_h);
    xy[n++] = svg_at(y, level);
    svg_polyline(&p->w, cls, xy, n / 2);
}

static double mid(const struct survival_row *r) { return r->survival; }
static double low(const struct survival_row *r) { return r->low; }
static double high(const struct survival_row *r) { return r->high; }

void chart_survival(struct page *p, const struct kaplan_meier *km, double max_h)
{
    const double bottom = 170;
    struct svg_scale x = {.lo = 0, .hi = max_h, .from = LEFT, .to = WIDTH - RIGHT};
    struct svg_scale y = {.lo = 0, .hi = 1, .from = bottom, .to = TOP};
    double tick[12];
    size_t n = svg_ticks(0, max_h, 6, tick, 12);
    figure(p, "Share of tickets still open, by age (Kaplan–Meier, 95% band)", 206,
           "A falling step curve; open tickets are counted for as long as they have been open.");
    y_axis(p, &y, PAGE_SHARE);
    for (size_t i = 0; i < n; i++)
        svg_text(&p->w, "tick", svg_at(&x, tick[i]), bottom + 18, SVG_MIDDLE,
                 arena_printf(p->a, "%g h", plain(tick[i])));
    steps(p, "band", km, max_h, &x, &y, low);
    steps(p, "band", km, max_h, &x, &y, high);
    steps(p, "path strong", km, max_h, &x, &y, mid);
    figure_end(p);
}

/* --- risk against coverage --- */

void chart_risk(struct page *p, const struct threshold_answer *r, double target)
{
    const double bottom = 208;
    double top = 2.5 * target, tick[12];
    for (size_t i = 0; i < r->n_points; i++)
        top = r->points[i].error > top ? r->points[i].error : top;
    top = inside(top * 1.1, 0.02, 1);
    struct svg_scale x = {.lo = 0, .hi = 1, .from = LEFT, .to = WIDTH - RIGHT};
    struct svg_scale y = {.lo = 0, .hi = top, .from = bottom, .to = TOP};
    double *xy = ARENA_ARRAY(p->a, 2 * r->n_points, double);
    double *upper = ARENA_ARRAY(p->a, 2 * r->n_points, double);
    size_t n = svg_ticks(0, 1, 5, tick, 12);
    figure(p, "Error among accepted outputs (dashed: upper limit) by share accepted", 250,
           "Accepting more outputs without review, to the right, lets more errors through.");
    y_axis(p, &y, PAGE_SHARE);
    for (size_t i = 0; i < n; i++)
        svg_text(&p->w, "tick", svg_at(&x, tick[i]), bottom + 18, SVG_MIDDLE,
                 arena_printf(p->a, "%.0f%%", 100 * plain(tick[i])));
    svg_line(&p->w, "target", LEFT, svg_at(&y, target), WIDTH - RIGHT, svg_at(&y, target));
    for (size_t i = 0; i < r->n_points; i++) {
        const struct threshold_point *q = &r->points[i];
        xy[2 * i] = upper[2 * i] = svg_at(&x, q->coverage);
        xy[2 * i + 1] = svg_at(&y, inside(q->error, 0, top));
        upper[2 * i + 1] = svg_at(&y, inside(q->error_upper, 0, top));
    }
    svg_polyline(&p->w, "band", upper, r->n_points);
    svg_polyline(&p->w, "path strong", xy, r->n_points);
    if (!isnan(r->threshold))
        svg_circle(&p->w, "dot", svg_at(&x, r->accepted.value),
                   svg_at(&y, inside(r->error.value, 0, top)), 5.5);
    figure_end(p);
}
