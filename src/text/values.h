#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Numbers, amounts of money and dates as people and models write them in running text, read into
 * comparable values. Nothing here guesses silently: what does not read as the thing asked for is
 * refused, and the two conventions that texts leave open are options.
 */

/* How "1.234" and "1,234" are meant: the decimal sign is a point, a comma, or settled by the text
 * itself (the later of two different signs is the decimal one; a single sign followed by exactly
 * three digits groups thousands if it is a comma, is decimal if it is a point). */
enum decimal_sign { DECIMAL_AUTO, DECIMAL_POINT, DECIMAL_COMMA };

/* The number that begins at s.p[at] (sign, digits with separators, exponent): its length, with
 * the value in *ret; 0 when none begins there. */
size_t number_at(struct str s, size_t at, enum decimal_sign sign, double *ret);

/* The first or last number in a text. Digits behind a letter ("B2B") do not count, a unit behind
 * the digits ("12kg") is fine. */
bool number_find(struct str s, bool last, enum decimal_sign sign, double *ret);

/* A text that is one number, with white space, a currency sign or code, a percent sign, or
 * accounting parentheses (negative) around it. */
bool number_of(struct str s, enum decimal_sign sign, double *ret);

enum date_order { DATE_DMY, DATE_MDY, DATE_YMD };

struct date {
    int year, month, day;
};

/* The first date in a text: 2018-03-25, 25/3/18, 25.03.2018, 25 Mar 2018, March 25th, 2018,
 * 20180325. `order` decides only where the numbers leave it open. Two-digit years are 1970–2069.
 * Impossible days are refused. */
bool date_find(struct str s, enum date_order order, struct date *ret);

/* A text made comparable: NFKC, case folded, runs of white space one space, trimmed, and with
 * `punctuation` false without any punctuation or symbols (which separate words). */
struct str text_normal(struct arena *a, struct str s, bool punctuation);
