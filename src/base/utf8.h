#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Offset of the first byte that is not valid UTF-8, or -1 when all is valid. */
ptrdiff_t utf8_check(struct str s);

/* Decodes the character at s.p[*at] and moves *at behind it; invalid bytes give U+FFFD one byte
 * at a time. False at the end. */
bool utf8_next(struct str s, size_t *at, uint32_t *ret_cp);

/* Appends a code point as UTF-8 to out (at least 4 bytes); returns the bytes written. */
size_t utf8_encode(uint32_t cp, char *out);

/* Columns on a terminal. */
int utf8_width(struct str s);
/* The longest prefix that fits into `columns`. */
struct str utf8_cut(struct str s, int columns);
/* The longest prefix of at most `max` bytes that does not cut a character. */
struct str utf8_prefix(struct str s, size_t max);

size_t utf8_length(struct str s); /* code points */

/* A copy fit for a terminal: control characters, escape sequences, bidi overrides and invalid
 * bytes become "?", line breaks and tabs a space. */
struct str utf8_printable(struct arena *a, struct str s);

/* No byte above 0x7f. */
bool utf8_is_ascii(struct str s);

/* NFC, case folding (full), NFKC + case folding with ignorables stripped. Invalid UTF-8 comes
 * back unchanged. */
struct str utf8_nfc(struct arena *a, struct str s);
struct str utf8_fold(struct arena *a, struct str s);
struct str utf8_nfkc_fold(struct arena *a, struct str s);

/* Unicode general categories, for tokenisers. */
bool utf8_is_letter(uint32_t cp);
bool utf8_is_mark(uint32_t cp);   /* M*: combining accents, vowel signs */
bool utf8_is_digit(uint32_t cp);  /* Nd */
bool utf8_is_space(uint32_t cp);  /* Z*, and ASCII white space */
bool utf8_is_punct(uint32_t cp);  /* P* */
uint32_t utf8_lower(uint32_t cp);
/* A copy with every character in lower case (simple mapping). */
struct str utf8_lower_str(struct arena *a, struct str s);

const char *utf8_unicode_version(void);
