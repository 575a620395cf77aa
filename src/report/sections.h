#pragma once

#include "report/gather.h"
#include "text/html.h"

/* The sections of the report page, top to bottom; each writes its card or nothing at all. */
struct section {
    struct arena *a;
    struct hw *w;
    const struct report *r;
};

void section_verdict(const struct section *s);
void section_success(const struct section *s);
void section_comparison(const struct section *s);
void section_slices(const struct section *s);
void section_flips(const struct section *s);
void section_confusion(const struct section *s);
void section_money_and_time(const struct section *s);
void section_methods(const struct section *s);

/* Shared by the sections. */
void section_card(const struct section *s, const char *title, const char *lead);
const char *section_usd(struct arena *a, double usd); /* "$0.0012", "–" */
const char *section_ms(struct arena *a, double ms);   /* "412 ms", "<1 ms", "1.20 s", "–" */
/* "$0.0012 (0.0010 to 0.0015)" and the same for milliseconds. */
const char *section_usd_range(struct arena *a, struct estimate e);
const char *section_ms_range(struct arena *a, struct estimate e);
const struct report_variant *section_candidate(const struct section *s);
