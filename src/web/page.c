/* The shell of pages and their shared parts; see page.h. */
#include "web/page.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "report/sections.h"
#include "text/svg.h"
#include "web/auth.h"

static const struct {
    const char *path, *text, *key;
} nav_entries[] = {
    {"/", "Overview", "o"},           {"/runs", "Runs", "r"},       {"/compare", "Compare", "c"},
    {"/review", "Review", "v"},       {"/tickets", "Tickets", "t"}, {"/golden", "Golden sets", "g"},
    {"/threshold", "Threshold", "h"}, {"/judges", "Judges", "j"},
};

static void head(struct hw *w, const char *title, const char *script)
{
    hw_doctype(w);
    hw_open(w, "html");
    hw_attr(w, "lang", "en");
    hw_open(w, "head");
    hw_raw(w, "<meta charset=\"utf-8\">"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
              "<meta name=\"color-scheme\" content=\"light dark\">"
              "<link rel=\"icon\" href=\"/assets/mark.svg\" type=\"image/svg+xml\">"
              "<link rel=\"stylesheet\" href=\"/assets/app.css\">");
    hw_elemf(w, "title", NULL, "%s · plimsoll", title);
    hw_raw(w, "<script type=\"module\" src=\"/assets/keys.js\"></script>");
    if (script) {
        hw_open(w, "script");
        hw_attr(w, "type", "module");
        hw_attrf(w, "src", "/assets/%s", script);
        hw_close(w);
    }
    hw_close(w);
}

static void who(struct page *p)
{
    const struct web_user *u = &p->c->user;
    if (!p->c->site->login || !u->name)
        return;
    page_form(p, "/logout", "who");
    hw_elemf(&p->w, "span", "muted", "%s, %s", u->name, web_role_name(u->role));
    page_button(p, "Log out", "quiet");
    hw_close(&p->w);
}

static void navigation(struct page *p, const char *current)
{
    struct hw *w = &p->w;
    hw_open_class(w, "header", "side");
    hw_open_class(w, "a", "brand");
    hw_attr(w, "href", "/");
    hw_raw(w,
           "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"12\" r=\"7\"/>"
           "<path d=\"M1 12h22\"/></svg>");
    hw_c(w, "plimsoll");
    hw_close(w);
    hw_open(w, "nav");
    hw_attr(w, "aria-label", "Pages");
    hw_open(w, "ul");
    for (size_t i = 0; i < ARRAY_LEN(nav_entries); i++) {
        hw_open(w, "li");
        hw_open(w, "a");
        hw_attr(w, "href", nav_entries[i].path);
        hw_attr(w, "data-key", nav_entries[i].key);
        if (current && strcmp(current, nav_entries[i].path) == 0)
            hw_attr(w, "aria-current", "page");
        hw_c(w, nav_entries[i].text);
        hw_close(w);
        hw_close(w);
    }
    hw_close(w);
    hw_close(w);
    who(p);
    hw_close(w);
}

void page_begin(struct page *p, struct web_call *c, const char *title, const char *nav,
                const char *script)
{
    *p = (struct page){.c = c, .a = c->a};
    struct hw *w = &p->w;
    buf_clear(&c->res->body);
    hw_init(w, &c->res->body, HW_HTML);
    head(w, title, script);
    hw_open(w, "body");
    hw_raw(w, "<a class=\"skip\" href=\"#main\">Skip to content</a>");
    if (nav || c->user.name)
        navigation(p, nav);
    hw_open(w, "main");
    hw_attr(w, "id", "main");
    hw_attr(w, "tabindex", "-1");
}

bool page_end(struct page *p)
{
    hw_close_to(&p->w, 0);
    return buf_ok(&p->c->res->body, "the page", &p->c->err);
}

void page_error(struct web_call *c, int status, const struct err *e)
{
    struct page p;
    const char *title = web_status_text(status);
    page_begin(&p, c, title, NULL, NULL);
    hw_elem(&p.w, "h1", NULL, title);
    hw_open_class(&p.w, "div", "card");
    hw_elemf(&p.w, "p", NULL, "%s.", e->msg);
    if (e->hint[0])
        hw_elem(&p.w, "p", "muted", e->hint);
    hw_close(&p.w);
    if (!page_end(&p))
        buf_clear(&c->res->body);
}

void page_crumbs(struct page *p, const char *const *pairs)
{
    struct hw *w = &p->w;
    hw_open_class(w, "nav", "crumbs");
    hw_attr(w, "aria-label", "You are here");
    hw_open(w, "ol");
    for (size_t i = 0; pairs[i]; i += 2) {
        hw_open(w, "li");
        if (pairs[i + 1])
            page_link(p, pairs[i + 1], pairs[i]);
        else
            hw_c(w, pairs[i]);
        hw_close(w);
    }
    hw_close(w);
    hw_close(w);
}

void page_card(struct page *p, const char *title, const char *lead)
{
    hw_open_class(&p->w, "section", "card");
    if (title)
        hw_elem(&p->w, "h2", NULL, title);
    if (lead)
        hw_elem(&p->w, "p", "muted", lead);
}

/* --- tables --- */

void page_table(struct page *p, const char *caption, const char *const *columns)
{
    struct hw *w = &p->w;
    hw_open_class(w, "div", "scroll");
    hw_attr(w, "tabindex", "0");
    hw_attr(w, "role", "group");
    hw_attr(w, "aria-label", caption);
    hw_open(w, "table");
    hw_elem(w, "caption", NULL, caption);
    hw_open(w, "thead");
    hw_open(w, "tr");
    for (size_t i = 0; columns[i]; i++) {
        bool num = columns[i][0] == '#';
        hw_open(w, "th");
        hw_attr(w, "scope", "col");
        if (num)
            hw_attr(w, "class", "num");
        hw_c(w, columns[i] + num);
        hw_close(w);
    }
    hw_close(w);
    hw_close(w);
    hw_open(w, "tbody");
}

void page_table_end(struct page *p)
{
    hw_close(&p->w); /* tbody */
    hw_close(&p->w); /* table */
    hw_close(&p->w); /* box */
}

void page_cell(struct page *p, const char *text) { hw_elem(&p->w, "td", NULL, text); }
void page_num(struct page *p, const char *text) { hw_elem(&p->w, "td", "num", text); }

void page_link(struct page *p, const char *href, const char *text)
{
    hw_open(&p->w, "a");
    hw_attr(&p->w, "href", href);
    hw_c(&p->w, text);
    hw_close(&p->w);
}

void page_link_cell(struct page *p, const char *href, const char *text)
{
    hw_open(&p->w, "th");
    hw_attr(&p->w, "scope", "row");
    page_link(p, href, text);
    hw_close(&p->w);
}

void page_empty(struct page *p, const char *title, const char *what_to_do)
{
    hw_open_class(&p->w, "div", "card empty");
    hw_elem(&p->w, "p", "lead", title);
    hw_elem(&p->w, "p", "muted", what_to_do);
    hw_close(&p->w);
}

/* --- verdicts and numbers --- */

void page_tag(struct page *p, const char *tone, const char *text)
{
    hw_open(&p->w, "span");
    hw_attrf(&p->w, "class", "tag%s%s", tone ? " " : "", tone ? tone : "");
    hw_c(&p->w, text);
    hw_close(&p->w);
}

void page_outcome(struct page *p, int outcome)
{
    static const char *const tone[] = {"good", "bad", "open", NULL};
    static const char *const text[] = {"pass", "fail", "error", "not graded"};
    int i = outcome >= 0 && outcome <= 3 ? outcome : 3;
    page_tag(p, tone[i], text[i]);
}

void page_fact_open(struct page *p) { hw_open_class(&p->w, "dl", "facts"); }

void page_fact(struct page *p, const char *name, const char *value, const char *detail)
{
    hw_open_class(&p->w, "div", "fact");
    hw_elem(&p->w, "dt", NULL, name);
    hw_open(&p->w, "dd");
    hw_c(&p->w, value);
    if (detail && detail[0])
        hw_elem(&p->w, "small", NULL, detail);
    hw_close(&p->w);
    hw_close(&p->w);
}

const char *page_value(struct arena *a, double v, enum page_unit unit)
{
    if (isnan(v))
        return "–";
    switch (unit) {
    case PAGE_SHARE: return arena_printf(a, "%.1f%%", 100 * v);
    case PAGE_USD: return section_usd(a, v);
    case PAGE_MS: return section_ms(a, v);
    case PAGE_NUMBER: break;
    }
    return arena_printf(a, "%.3f", v);
}

const char *page_interval(struct arena *a, struct estimate e, enum page_unit unit)
{
    if (isnan(e.value) || (isnan(e.low) && isnan(e.high)))
        return "";
    return arena_printf(a, "%s to %s", page_value(a, e.low, unit), page_value(a, e.high, unit));
}

static double clamp(double v, double lo, double hi) { return v < lo ? lo : v > hi ? hi : v; }

static void whisker(struct page *p, struct estimate e, double lo, double hi)
{
    struct hw *w = &p->w;
    double span = hi > lo ? hi - lo : 1;
    double x = 4 + 112 * clamp((e.value - lo) / span, 0, 1);
    double from = isnan(e.low) ? 4 : 4 + 112 * clamp((e.low - lo) / span, 0, 1);
    double to = isnan(e.high) ? 116 : 4 + 112 * clamp((e.high - lo) / span, 0, 1);
    hw_open_class(w, "svg", "whisker");
    hw_attr(w, "viewBox", "0 0 120 14");
    hw_attr(w, "aria-hidden", "true");
    svg_line(w, "track", 4, 7, 116, 7);
    svg_line(w, "bar", from, 7, to, 7);
    svg_circle(w, "dot", x, 7, 3.5);
    hw_close(w);
}

void page_estimate(struct page *p, struct estimate e, enum page_unit unit, double lo, double hi)
{
    struct hw *w = &p->w;
    hw_open_class(w, "td", "num est");
    hw_elem(w, "span", "v", page_value(p->a, e.value, unit));
    if (!isnan(e.value)) {
        if (hi > lo)
            whisker(p, e, lo, hi);
        hw_elem(w, "small", NULL, page_interval(p->a, e, unit));
    }
    hw_close(w);
}

const char *page_time(struct arena *a, double t)
{
    char text[32];
    if (isnan(t))
        return "–";
    clock_iso(t, text, sizeof text);
    return arena_printf(a, "%.10s %.5s", text, text + 11);
}

const char *page_count(struct arena *a, size_t n)
{
    if (n >= 1000000)
        return arena_printf(a, "%zu,%03zu,%03zu", n / 1000000, n / 1000 % 1000, n % 1000);
    return n >= 1000 ? arena_printf(a, "%zu,%03zu", n / 1000, n % 1000) : arena_printf(a, "%zu", n);
}

/* --- forms --- */

void page_form(struct page *p, const char *action, const char *cls)
{
    hw_open(&p->w, "form");
    hw_attr(&p->w, "class", cls);
    hw_attr(&p->w, "method", "post");
    hw_attr(&p->w, "action", action);
    page_hidden(p, "csrf", auth_csrf(p->c));
}

void page_hidden(struct page *p, const char *name, const char *value)
{
    if (!value)
        return;
    hw_open(&p->w, "input");
    hw_attr(&p->w, "type", "hidden");
    hw_attr(&p->w, "name", name);
    hw_attr(&p->w, "value", value);
    hw_close(&p->w);
}

static void option(struct page *p, const char *value, const char *text, bool chosen)
{
    hw_open(&p->w, "option");
    hw_attr(&p->w, "value", value);
    if (chosen)
        hw_flag(&p->w, "selected");
    hw_c(&p->w, text);
    hw_close(&p->w);
}

void page_select(struct page *p, const char *label, const char *name, const char *const *values,
                 const char *chosen, const char *any)
{
    hw_open(&p->w, "label");
    hw_elem(&p->w, "span", NULL, label);
    hw_open(&p->w, "select");
    hw_attr(&p->w, "name", name);
    if (any)
        option(p, "", any, !chosen);
    for (size_t i = 0; values[i]; i++)
        option(p, values[i], values[i], chosen && strcmp(chosen, values[i]) == 0);
    hw_close(&p->w);
    hw_close(&p->w);
}

void page_field(struct page *p, const char *label, const char *name, const char *value)
{
    hw_open(&p->w, "label");
    hw_elem(&p->w, "span", NULL, label);
    hw_open(&p->w, "input");
    hw_attr(&p->w, "name", name);
    hw_attr(&p->w, "value", value);
    hw_close(&p->w);
    hw_close(&p->w);
}

void page_button(struct page *p, const char *text, const char *cls)
{
    hw_open(&p->w, "button");
    hw_attr(&p->w, "class", cls);
    hw_c(&p->w, text);
    hw_close(&p->w);
}
