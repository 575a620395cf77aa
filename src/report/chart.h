#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/estimate.h"
#include "text/html.h"

/*
 * Charts for pages and reports: HTML rows and SVG through the escaping writer, coloured by the
 * classes of share/report/report.css, readable from 375 px to a wall screen and in print. A chart
 * never shows a number without its interval and n.
 */
enum chart_tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_OPEN };
const char *chart_tone_class(enum chart_tone tone);

/* One row of a dot-and-interval chart. */
struct chart_row {
    const char *label, *detail; /* detail: smaller, below the label; may be NULL */
    struct estimate e;          /* NaN ends are drawn as open to the edge */
    const char *text;           /* the numbers in words, right of the plot */
    enum chart_tone tone;
};

/* Rows on one scale from lo to hi with an optional reference line (NaN: none), the same for all
 * rows. `axis` formats a tick: CHART_PERCENT, CHART_POINTS (signed), CHART_NUMBER. */
enum chart_axis { CHART_PERCENT, CHART_POINTS, CHART_NUMBER };
void chart_intervals(struct hw *w, const char *title, const struct chart_row *rows, size_t n,
                     enum chart_axis axis, double reference, const char *reference_label);

/* One horizontal bar of parts that make up a whole: "both pass 412, gained 31, …". */
struct chart_part {
    const char *label, *cls; /* a class of report.css: "part-both", "part-gained", … */
    size_t n;
};
void chart_parts(struct hw *w, const char *title, const struct chart_part *parts, size_t n);

/* Points with intervals on two axes; the ones on the front are joined. */
struct chart_point {
    const char *label;
    struct estimate x, y;
    bool on_front;
};
void chart_scatter(struct hw *w, const char *title, const char *x_label, const char *y_label,
                   const struct chart_point *points, size_t n);

/* The same as an SVG file of its own, colours included; "<svg …>" with its XML declaration. */
void chart_scatter_file(struct buf *b, const char *title, const char *x_label, const char *y_label,
                        const struct chart_point *points, size_t n);

/* k × k counts, row by row: rows are what was expected, columns what was answered. Labelled cells
 * up to 12 classes; a picture without labels above that. */
void chart_confusion(struct hw *w, const char *title, const char *const *labels, size_t k,
                     const uint32_t *count);
