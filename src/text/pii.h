#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Personal data and secrets in running text, by form and, where there is one, by checksum: e-mail
 * addresses, telephone numbers, IBANs (mod 97), payment cards (Luhn), keys and tokens of known
 * providers, and words too random to be anything else. Linear in the text. What is found is a
 * candidate: a form says nothing about whose it is.
 */
enum pii_kind { PII_EMAIL, PII_PHONE, PII_IBAN, PII_CARD, PII_KEY, PII_KINDS };
const char *pii_name(enum pii_kind k); /* "email", "phone", "iban", "card", "api_key" */

struct pii_hit {
    enum pii_kind kind;
    size_t from, n; /* bytes in the text */
};

struct pii_hits {
    struct pii_hit *v;
    size_t n;
};

/* Hits in the order of the text, none overlapping; at most 1,000. `kinds` is a bit mask. */
struct pii_hits pii_find(struct arena *a, struct str text, unsigned kinds);

/* Checks by themselves, for spaced or bare numbers. */
int iban_ok(struct str s);
int luhn_ok(struct str digits);

/* Bits of Shannon entropy a character, of the characters' frequencies in s. */
double char_entropy(struct str s);
