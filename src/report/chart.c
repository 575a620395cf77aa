/* Charts of the report; see chart.h. Layout only: every number comes ready. */
#include "report/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "text/svg.h"

const char *chart_tone_class(enum chart_tone tone)
{
    static const char *const classes[] = {"plain", "good", "bad", "open"};
    return classes[tone];
}

/* --- dots and intervals --- */

static double at_most(double v, double limit) { return v > limit ? limit : v; }
static double at_least(double v, double limit) { return v < limit ? limit : v; }

static void widen(double *lo, double *hi, double v)
{
    if (isnan(v))
        return;
    *lo = isnan(*lo) ? v : at_most(*lo, v);
    *hi = isnan(*hi) ? v : at_least(*hi, v);
}

/* A range with round ends that holds everything, and its tick distance. */
static double round_range(double *lo, double *hi, enum chart_axis axis)
{
    double tick[2];
    if (isnan(*lo))
        *lo = 0, *hi = 1;
    if (*hi - *lo < 1e-9)
        *lo -= 0.01, *hi += 0.01;
    double step = *hi - *lo;
    if (svg_ticks(0, step * 2, 8, tick, 2) == 2)
        step = tick[1] - tick[0];
    *lo = floor(*lo / step + 1e-9) * step;
    *hi = ceil(*hi / step - 1e-9) * step;
    if (axis == CHART_PERCENT) {
        *lo = at_least(*lo, 0);
        *hi = at_most(*hi, 1);
    }
    return step;
}

static void tick_text(char *out, size_t size, double v, double step, enum chart_axis axis)
{
    double scale = axis == CHART_NUMBER ? 1 : 100, shown = scale * v, unit = scale * step;
    int decimals = unit >= 1 - 1e-9 ? 0 : (int)ceil(-log10(unit) - 1e-9);
    if (fabs(shown) < unit / 1e6)
        shown = 0;
    snprintf(out, size, axis == CHART_POINTS && shown > 0 ? "+%.*f%s" : "%.*f%s", decimals, shown,
             axis == CHART_PERCENT ? "%" : "");
}

enum { PLOT_WIDTH = 1000, PLOT_HEIGHT = 26 };

static void vertical(struct hw *w, const char *cls, double x)
{
    svg_line(w, cls, x, -9, x, PLOT_HEIGHT + 9);
}

static void plot_row(struct hw *w, const struct chart_row *row, const struct svg_scale *s,
                     double step, double reference)
{
    double mid = PLOT_HEIGHT / 2.0;
    hw_open(w, "svg");
    hw_attrf(w, "viewBox", "0 0 %d %d", PLOT_WIDTH, PLOT_HEIGHT);
    hw_attr(w, "preserveAspectRatio", "none");
    hw_attr(w, "aria-hidden", "true");
    hw_attr(w, "class", chart_tone_class(row->tone));
    for (double v = s->lo; v <= s->hi + step / 2; v += step)
        vertical(w, "grid", svg_at(s, v));
    if (!isnan(reference))
        vertical(w, "ref", svg_at(s, reference));
    if (!isnan(row->e.value)) {
        double low = isnan(row->e.low) ? s->lo : row->e.low;
        double high = isnan(row->e.high) ? s->hi : row->e.high;
        svg_line(w, "bar", svg_at(s, low), mid, svg_at(s, high), mid);
        svg_line(w, "dot", svg_at(s, row->e.value), mid, svg_at(s, row->e.value), mid);
    }
    hw_close(w);
}

static void axis_row(struct hw *w, const struct svg_scale *s, double step, enum chart_axis axis)
{
    char text[40];
    hw_open_class(w, "tr", "axis");
    hw_attr(w, "aria-hidden", "true");
    hw_elem(w, "th", NULL, "");
    hw_open_class(w, "td", "plot");
    hw_open_class(w, "div", "ticks");
    for (double v = s->lo; v <= s->hi + step / 2; v += step) {
        tick_text(text, sizeof text, v, step, axis);
        hw_elem(w, "span", NULL, text);
    }
    hw_close(w);
    hw_close(w);
    hw_elem(w, "td", "says", axis == CHART_POINTS ? "percentage points" : "");
    hw_close(w);
}

void chart_intervals(struct hw *w, const char *title, const struct chart_row *rows, size_t n,
                     enum chart_axis axis, double reference, const char *reference_label)
{
    double lo = reference, hi = reference;
    for (size_t i = 0; i < n; i++) {
        widen(&lo, &hi, rows[i].e.value);
        widen(&lo, &hi, rows[i].e.low);
        widen(&lo, &hi, rows[i].e.high);
    }
    double step = round_range(&lo, &hi, axis);
    struct svg_scale s = {lo, hi, 0, PLOT_WIDTH};
    hw_open(w, "figure");
    hw_open(w, "figcaption");
    hw_c(w, title);
    if (reference_label)
        hw_textf(w, " Dashed line: %s.", reference_label);
    hw_close(w);
    hw_open_class(w, "table", "iv");
    hw_open(w, "tbody");
    for (size_t i = 0; i < n; i++) {
        hw_open(w, "tr");
        hw_open(w, "th");
        hw_attr(w, "scope", "row");
        hw_c(w, rows[i].label);
        if (rows[i].detail)
            hw_elem(w, "small", NULL, rows[i].detail);
        hw_close(w);
        hw_open_class(w, "td", "plot");
        plot_row(w, &rows[i], &s, step, reference);
        hw_close(w);
        hw_elem(w, "td", "says", rows[i].text);
        hw_close(w);
    }
    axis_row(w, &s, step, axis);
    hw_close(w);
    hw_close(w);
    hw_close(w);
}

/* --- parts of a whole --- */

static void swatch(struct hw *w, const char *cls)
{
    hw_open(w, "svg");
    hw_attr(w, "viewBox", "0 0 10 10");
    hw_attr(w, "aria-hidden", "true");
    svg_rect(w, cls, 0, 0, 10, 10);
    hw_close(w);
}

void chart_parts(struct hw *w, const char *title, const struct chart_part *parts, size_t n)
{
    size_t total = 0;
    double x = 0;
    for (size_t i = 0; i < n; i++)
        total += parts[i].n;
    if (total == 0)
        return;
    hw_open(w, "figure");
    hw_elem(w, "figcaption", NULL, title);
    hw_open_class(w, "div", "parts");
    hw_open(w, "svg");
    hw_attrf(w, "viewBox", "0 0 %d 26", PLOT_WIDTH);
    hw_attr(w, "preserveAspectRatio", "none");
    hw_attr(w, "aria-hidden", "true");
    for (size_t i = 0; i < n; i++) {
        double width = PLOT_WIDTH * (double)parts[i].n / (double)total;
        svg_rect(w, parts[i].cls, x, 0, width, 26);
        x += width;
    }
    hw_close(w);
    hw_close(w);
    hw_open_class(w, "ul", "legend");
    for (size_t i = 0; i < n; i++) {
        hw_open(w, "li");
        swatch(w, parts[i].cls);
        hw_textf(w, "%s %zu", parts[i].label, parts[i].n);
        hw_close(w);
    }
    hw_close(w);
    hw_close(w);
}

/* --- two axes --- */

enum { SC_W = 520, SC_H = 350, SC_LEFT = 58, SC_RIGHT = 16, SC_TOP = 34, SC_BOTTOM = 48 };

static struct svg_scale axis_scale(const struct chart_point *p, size_t n, bool is_x, double *step)
{
    double lo = (double)NAN, hi = (double)NAN;
    for (size_t i = 0; i < n; i++) {
        const struct estimate *e = is_x ? &p[i].x : &p[i].y;
        widen(&lo, &hi, e->value);
        widen(&lo, &hi, e->low);
        widen(&lo, &hi, e->high);
    }
    if (is_x && lo >= 0)
        lo = 0;
    *step = round_range(&lo, &hi, is_x ? CHART_NUMBER : CHART_PERCENT);
    if (is_x)
        return (struct svg_scale){lo, hi, SC_LEFT, SC_W - SC_RIGHT};
    return (struct svg_scale){lo, hi, SC_H - SC_BOTTOM, SC_TOP};
}

static void scatter_grid(struct hw *w, const struct svg_scale *sx, double step_x,
                         const struct svg_scale *sy, double step_y)
{
    char text[40];
    for (double v = sy->lo; v <= sy->hi + step_y / 2; v += step_y) {
        svg_line(w, "grid", SC_LEFT, svg_at(sy, v), SC_W - SC_RIGHT, svg_at(sy, v));
        tick_text(text, sizeof text, v, step_y, CHART_PERCENT);
        svg_text(w, NULL, SC_LEFT - 8, svg_at(sy, v) + 4, SVG_END, text);
    }
    for (double v = sx->lo; v <= sx->hi + step_x / 2; v += step_x) {
        tick_text(text, sizeof text, v, step_x, CHART_NUMBER);
        svg_text(w, NULL, svg_at(sx, v), SC_H - SC_BOTTOM + 18, SVG_MIDDLE, text);
    }
    svg_line(w, "frame", SC_LEFT, SC_H - SC_BOTTOM, SC_W - SC_RIGHT, SC_H - SC_BOTTOM);
}

static int by_x(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void scatter_front(struct hw *w, const struct chart_point *p, size_t n,
                          const struct svg_scale *sx, const struct svg_scale *sy)
{
    double *xy = mem_calloc(n * 2 + 2, sizeof *xy);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!p[i].on_front)
            continue;
        xy[2 * m] = svg_at(sx, p[i].x.value);
        xy[2 * m++ + 1] = svg_at(sy, p[i].y.value);
    }
    qsort(xy, m, 2 * sizeof *xy, by_x);
    if (m > 1)
        svg_polyline(w, "front", xy, m);
    free(xy);
}

/* Moves label heights apart until none overlap; order of y is kept. */
static void spread(double *y, size_t n, double gap)
{
    for (int round = 0; round < 50; round++) {
        bool moved = false;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i + 1; j < n; j++) {
                double d = y[j] - y[i], push = (gap - fabs(d)) / 2;
                if (push <= 0.01)
                    continue;
                y[i] -= d >= 0 ? push : -push;
                y[j] += d >= 0 ? push : -push;
                moved = true;
            }
        }
        if (!moved)
            return;
    }
}

static void scatter_point(struct hw *w, const struct chart_point *p, const struct svg_scale *sx,
                          const struct svg_scale *sy, double label_y)
{
    double x = svg_at(sx, p->x.value), y = svg_at(sy, p->y.value);
    bool right = x > SC_W * 0.68;
    svg_group(w, p->on_front ? "on" : NULL, p->label);
    if (!isnan(p->y.low) && !isnan(p->y.high))
        svg_line(w, "err", x, svg_at(sy, p->y.low), x, svg_at(sy, p->y.high));
    if (!isnan(p->x.low) && !isnan(p->x.high))
        svg_line(w, "err", svg_at(sx, p->x.low), y, svg_at(sx, p->x.high), y);
    svg_circle(w, "dot", x, y, 5.5);
    svg_text(w, "name", right ? x - 8 : x + 8, label_y - 9, right ? SVG_END : SVG_START, p->label);
    svg_group_end(w);
}

/* The picture alone. */
static void scatter_svg(struct hw *w, const char *title, const char *x_label, const char *y_label,
                        const struct chart_point *points, size_t n, bool own_style)
{
    double step_x, step_y, *label = mem_calloc(n + 1, sizeof *label);
    struct svg_scale sx = axis_scale(points, n, true, &step_x);
    struct svg_scale sy = axis_scale(points, n, false, &step_y);
    for (size_t i = 0; i < n; i++)
        label[i] = svg_at(&sy, points[i].y.value);
    spread(label, n, 15);
    svg_begin(w, SC_W, SC_H, title, NULL);
    if (own_style)
        hw_elem(w, "style", NULL,
                "svg{background:#fff}text{font:13px sans-serif;fill:#444}"
                ".name{font-weight:600}.grid{stroke:#e5e5e5}.frame,.err{stroke:#999}"
                ".dot{fill:#999}.on .dot{fill:#0b6e4f}.on .err{stroke:#0b6e4f}"
                ".front{fill:none;stroke:#0b6e4f;stroke-dasharray:4 3}");
    scatter_grid(w, &sx, step_x, &sy, step_y);
    scatter_front(w, points, n, &sx, &sy);
    for (size_t i = 0; i < n; i++)
        scatter_point(w, &points[i], &sx, &sy, label[i]);
    svg_text(w, NULL, (SC_LEFT + SC_W - SC_RIGHT) / 2.0, SC_H - 8, SVG_MIDDLE, x_label);
    svg_text(w, NULL, 0, 12, SVG_START, y_label);
    svg_end(w);
    free(label);
}

void chart_scatter(struct hw *w, const char *title, const char *x_label, const char *y_label,
                   const struct chart_point *points, size_t n)
{
    hw_open_class(w, "figure", "scatter");
    hw_elem(w, "figcaption", NULL, title);
    scatter_svg(w, title, x_label, y_label, points, n, false);
    hw_close(w);
}

void chart_scatter_file(struct buf *b, const char *title, const char *x_label, const char *y_label,
                        const struct chart_point *points, size_t n)
{
    struct hw w;
    hw_init(&w, b, HW_XML);
    scatter_svg(&w, title, x_label, y_label, points, n, true);
}

/* --- confusion --- */

/* "h0" … "h4" off the diagonal, "d1" … "d4" on it, by the share of the row. */
static const char *heat_class(uint32_t count, uint32_t row_total, bool diagonal)
{
    static const char *const off[] = {"h0", "h1", "h2", "h3", "h4"};
    static const char *const on[] = {"h0", "d1", "d2", "d3", "d4"};
    double share = row_total ? (double)count / row_total : 0;
    size_t level = count == 0 ? 0 : share < 0.05 ? 1 : share < 0.2 ? 2 : share < 0.5 ? 3 : 4;
    if (diagonal && count)
        level = share < 0.4 ? 1 : share < 0.7 ? 2 : share < 0.9 ? 3 : 4;
    return diagonal ? on[level] : off[level];
}

static uint32_t row_sum(const uint32_t *count, size_t k, size_t row)
{
    uint32_t n = 0;
    for (size_t j = 0; j < k; j++)
        n += count[row * k + j];
    return n;
}

static void confusion_table(struct hw *w, const char *const *labels, size_t k,
                            const uint32_t *count)
{
    hw_open_class(w, "div", "scroll");
    hw_open_class(w, "table", "heat");
    hw_open(w, "thead");
    hw_open(w, "tr");
    hw_elem(w, "th", NULL, "expected \\ answered");
    for (size_t j = 0; j < k; j++)
        hw_elem(w, "th", NULL, labels[j]);
    hw_close(w);
    hw_close(w);
    hw_open(w, "tbody");
    for (size_t i = 0; i < k; i++) {
        uint32_t total = row_sum(count, k, i);
        hw_open(w, "tr");
        hw_elem(w, "th", NULL, labels[i]);
        for (size_t j = 0; j < k; j++)
            hw_elemf(w, "td", heat_class(count[i * k + j], total, i == j), "%u", count[i * k + j]);
        hw_close(w);
    }
    hw_close(w);
    hw_close(w);
    hw_close(w);
}

static void confusion_pixels(struct hw *w, const char *title, const char *const *labels, size_t k,
                             const uint32_t *count)
{
    hw_open_class(w, "div", "pixels");
    svg_begin(w, (double)k, (double)k, title, NULL);
    for (size_t i = 0; i < k; i++) {
        uint32_t total = row_sum(count, k, i);
        for (size_t j = 0; j < k; j++) {
            uint32_t c = count[i * k + j];
            if (!c)
                continue;
            hw_open_class(w, "rect", heat_class(c, total, i == j));
            hw_attr_num(w, "x", (double)j);
            hw_attr_num(w, "y", (double)i);
            hw_attr_num(w, "width", 1);
            hw_attr_num(w, "height", 1);
            hw_elemf(w, "title", NULL, "%s answered as %s: %u of %u", labels[i], labels[j], c,
                     total);
            hw_close(w);
        }
    }
    svg_end(w);
    hw_close(w);
}

enum { MAX_LABELLED = 12 };

void chart_confusion(struct hw *w, const char *title, const char *const *labels, size_t k,
                     const uint32_t *count)
{
    hw_open(w, "figure");
    hw_elem(w, "figcaption", NULL, title);
    if (k <= MAX_LABELLED)
        confusion_table(w, labels, k, count);
    else
        confusion_pixels(w, title, labels, k, count);
    hw_close(w);
}
