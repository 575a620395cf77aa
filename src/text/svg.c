/* SVG shapes and scales; see svg.h. Knows nothing of what is drawn. */
#include "text/svg.h"

#include <math.h>
#include <stdio.h>

void svg_begin(struct hw *w, double width, double height, const char *title, const char *desc)
{
    hw_open(w, "svg");
    hw_attr(w, "xmlns", "http://www.w3.org/2000/svg");
    hw_attrf(w, "viewBox", "0 0 %.0f %.0f", width, height);
    hw_attr_num(w, "width", width);
    hw_attr_num(w, "height", height);
    hw_attr(w, "role", "img");
    hw_attr(w, "class", "chart");
    hw_elem(w, "title", NULL, title);
    if (desc)
        hw_elem(w, "desc", NULL, desc);
}

void svg_end(struct hw *w) { hw_close(w); }

void svg_group(struct hw *w, const char *cls, const char *title)
{
    hw_open_class(w, "g", cls);
    if (title)
        hw_elem(w, "title", NULL, title);
}

void svg_group_end(struct hw *w) { hw_close(w); }

void svg_line(struct hw *w, const char *cls, double x1, double y1, double x2, double y2)
{
    hw_open_class(w, "line", cls);
    hw_attr_num(w, "x1", x1);
    hw_attr_num(w, "y1", y1);
    hw_attr_num(w, "x2", x2);
    hw_attr_num(w, "y2", y2);
    hw_close(w);
}

void svg_rect(struct hw *w, const char *cls, double x, double y, double width, double height)
{
    hw_open_class(w, "rect", cls);
    hw_attr_num(w, "x", x);
    hw_attr_num(w, "y", y);
    hw_attr_num(w, "width", width);
    hw_attr_num(w, "height", height);
    hw_close(w);
}

void svg_circle(struct hw *w, const char *cls, double cx, double cy, double r)
{
    hw_open_class(w, "circle", cls);
    hw_attr_num(w, "cx", cx);
    hw_attr_num(w, "cy", cy);
    hw_attr_num(w, "r", r);
    hw_close(w);
}

void svg_diamond(struct hw *w, const char *cls, double cx, double cy, double r)
{
    hw_open_class(w, "polygon", cls);
    hw_attrf(w, "points", "%.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f", cx - r, cy, cx, cy - r, cx + r,
             cy, cx, cy + r);
    hw_close(w);
}

void svg_polyline(struct hw *w, const char *cls, const double *xy, size_t n)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%.2f,%.2f", i ? " " : "", xy[2 * i], xy[2 * i + 1]);
    hw_open_class(w, "polyline", cls);
    hw_attr_str(w, "points", buf_str(&b));
    hw_close(w);
}

void svg_text(struct hw *w, const char *cls, double x, double y, enum svg_anchor anchor,
              const char *text)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    hw_open_class(w, "text", cls);
    hw_attr_num(w, "x", x);
    hw_attr_num(w, "y", y);
    if (anchor != SVG_START)
        hw_attr(w, "text-anchor", anchors[anchor]);
    hw_c(w, text);
    hw_close(w);
}

double svg_at(const struct svg_scale *s, double v)
{
    double span = s->hi - s->lo;
    double share = span > 0 ? (v - s->lo) / span : 0.5;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return s->from + share * (s->to - s->from);
}

size_t svg_ticks(double lo, double hi, int want, double *out, size_t max)
{
    size_t n = 0;
    if (!(hi > lo) || want < 1 || !isfinite(hi - lo))
        return 0;
    double raw = (hi - lo) / want, unit = pow(10, floor(log10(raw)));
    double step = raw / unit <= 1   ? unit
                  : raw / unit <= 2 ? 2 * unit
                  : raw / unit <= 5 ? 5 * unit
                                    : 10 * unit;
    double first = ceil(lo / step - 1e-9);
    for (double k = first; k * step <= hi + step * 1e-9 && n < max; k++)
        out[n++] = k * step;
    return n;
}
