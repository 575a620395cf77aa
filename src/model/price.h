#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct model_spec;
struct reply;

/*
 * What models cost. The price book is share/prices.json, embedded and dated; a model's own
 * `price:` wins. A price that is not known stays unknown: a cost computed from it is NaN, which
 * is written as null, never 0.
 */

/* USD per million tokens. */
struct price_rates {
    double input, output, cached, cache_write;
};

struct price {
    bool known;
    struct price_rates rates;
    int64_t above_tokens;      /* inputs longer than this cost … ; 0: no such tier */
    struct price_rates above;
};

struct price_book;

/* The book that is part of the program. */
struct price_book *price_book_load(struct arena *a);
const char *price_book_date(const struct price_book *b); /* "2026-08-21" */

/* The price of `spec`: its own, or the book's for this model at this host (an OpenAI-compatible
 * server that the book does not know has no price, whatever its models are called). Local models
 * that compute here cost nothing. */
struct price price_find(const struct price_book *b, const struct model_spec *spec);

/* USD for the tokens of a reply; NaN when the price or a count it needs is not known. */
double price_cost(const struct price *p, const struct reply *r);

/* USD that a call costs at most: every two bytes of the request a token, max_tokens of output.
 * NaN when the price is unknown. */
double price_upper(const struct price *p, size_t request_bytes, long long max_tokens);
