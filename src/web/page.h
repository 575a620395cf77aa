#pragma once

#include "grade/grader.h"
#include "run/summary.h"
#include "web/call.h"

/*
 * The shell of a page and the parts that pages share: navigation, cards, verdict badges, numbers
 * with their interval drawn as a whisker. All texts go through the escaping writer.
 */
struct page {
    struct web_call *c;
    struct arena *a;
    struct hw w;
};

/* Starts the page up to <main>; `nav` is the path of the navigation's current entry ("/runs",
 * NULL: none), `script` a file of /assets/ that the page loads, or NULL. */
void page_begin(struct page *p, struct web_call *c, const char *title, const char *nav,
                const char *script);
/* Ends it; always true unless the page is too large. */
MUST_CHECK bool page_end(struct page *p);

/* A whole page that says what went wrong. */
void page_error(struct web_call *c, int status, const struct err *e);

/* "Runs / r7 / t-0001": pairs of text and address (NULL: here), ended by a NULL text. */
void page_crumbs(struct page *p, const char *const *pairs);

void page_card(struct page *p, const char *title, const char *lead); /* close with hw_close */
/* A table inside a scrolling box, with its header row; close with page_table_end. Columns are
 * NULL-terminated; a name that begins with "#" is a column of numbers. */
void page_table(struct page *p, const char *caption, const char *const *columns);
void page_table_end(struct page *p);
void page_cell(struct page *p, const char *text);
void page_num(struct page *p, const char *text);
void page_link_cell(struct page *p, const char *href, const char *text); /* th of its row */
void page_link(struct page *p, const char *href, const char *text);
void page_empty(struct page *p, const char *title, const char *what_to_do);

/* Badges: "pass", "fail", "error" and other verdicts. tone: "good", "bad", "open" or NULL. */
void page_tag(struct page *p, const char *tone, const char *text);
void page_outcome(struct page *p, int outcome);

/* One headline number with its interval and n below. */
void page_fact(struct page *p, const char *name, const char *value, const char *detail);
void page_fact_open(struct page *p);

/* A table cell with value, whisker on [lo, hi] and the interval in words. */
enum page_unit { PAGE_SHARE, PAGE_NUMBER, PAGE_USD, PAGE_MS };
void page_estimate(struct page *p, struct estimate e, enum page_unit unit, double lo, double hi);
const char *page_value(struct arena *a, double v, enum page_unit unit); /* "–" for NaN */
const char *page_interval(struct arena *a, struct estimate e, enum page_unit unit); /* or "" */

const char *page_time(struct arena *a, double t); /* "2026-11-24 23:10"; "–" */
const char *page_count(struct arena *a, size_t n);

/* Starts a POST form with its CSRF token; close with hw_close. */
void page_form(struct page *p, const char *action, const char *cls);
/* A labelled <select> over NULL-terminated values; `chosen` may be NULL, `any` a first entry with
 * an empty value, or NULL. */
void page_select(struct page *p, const char *label, const char *name, const char *const *values,
                 const char *chosen, const char *any);
void page_field(struct page *p, const char *label, const char *name, const char *value);
void page_hidden(struct page *p, const char *name, const char *value);
void page_button(struct page *p, const char *text, const char *cls);
