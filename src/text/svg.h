#pragma once

#include "text/html.h"

/*
 * Shapes for charts, written through the HTML writer: `svg_begin(&w, 320, 80, "Success rate",
 * "…"); svg_line(…); svg_end(&w);`. Colours come from CSS classes, so that a chart follows the
 * page into dark mode and print. Coordinates are in user units of the viewBox, y down. Each
 * picture has a title and a description for people who do not see it.
 */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

void svg_begin(struct hw *w, double width, double height, const char *title, const char *desc);
void svg_end(struct hw *w);

void svg_group(struct hw *w, const char *cls, const char *title); /* title: tooltip, may be NULL */
void svg_group_end(struct hw *w);

void svg_line(struct hw *w, const char *cls, double x1, double y1, double x2, double y2);
void svg_rect(struct hw *w, const char *cls, double x, double y, double width, double height);
void svg_circle(struct hw *w, const char *cls, double cx, double cy, double r);
/* A diamond centred on (cx, cy) that reaches r in each direction. */
void svg_diamond(struct hw *w, const char *cls, double cx, double cy, double r);
/* An open line through n points, x and y interleaved in xy[2n]. */
void svg_polyline(struct hw *w, const char *cls, const double *xy, size_t n);
void svg_text(struct hw *w, const char *cls, double x, double y, enum svg_anchor anchor,
              const char *text);

/* A linear scale with round ticks: maps [lo, hi] to [from, to]. */
struct svg_scale {
    double lo, hi, from, to;
};
double svg_at(const struct svg_scale *s, double v);
/* Ticks at multiples of 1, 2 or 5 times a power of ten inside [lo, hi], about `want` of them;
 * returns how many went into out[max]. */
size_t svg_ticks(double lo, double hi, int want, double *out, size_t max);
