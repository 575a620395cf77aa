#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/buf.h"

/*
 * Streaming JSON writer into a buf: correct by construction. Commas, quotes and escapes are its
 * business; a key outside an object or an end too many is a BUG. Invalid UTF-8 is written as
 * U+FFFD. Numbers have the shortest form that reads back the same; NaN and infinities are
 * written as null.
 *
 *     jw_init(&w, &b, true); jw_obj(&w); jw_key(&w, "n"); jw_int(&w, 3); jw_end(&w);
 */
enum { JW_MAX_DEPTH = 520 };

struct jw {
    struct buf *b;
    bool pretty, need_comma, after_key;
    int depth;
    char open[JW_MAX_DEPTH]; /* the closing bracket of each open container */
};

void jw_init(struct jw *w, struct buf *b, bool pretty);
void jw_obj(struct jw *w);
void jw_arr(struct jw *w);
void jw_end(struct jw *w); /* closes the innermost object or array */
void jw_key(struct jw *w, const char *key);
void jw_key_str(struct jw *w, struct str key);

void jw_str(struct jw *w, struct str s); /* the null string is written as null */
void jw_c(struct jw *w, const char *s);  /* NULL is written as null */
void jw_int(struct jw *w, int64_t v);
void jw_uint(struct jw *w, uint64_t v);
void jw_num(struct jw *w, double v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_value(struct jw *w, yyjson_val *v);      /* a parsed value as it is */
void jw_sorted(struct jw *w, yyjson_val *v);     /* … with object keys sorted bytewise */
void jw_raw(struct jw *w, struct str json_text); /* text that is known to be one JSON value */

/* Key and value in one call. */
void jw_kstr(struct jw *w, const char *key, struct str s);
void jw_kc(struct jw *w, const char *key, const char *s);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_knum(struct jw *w, const char *key, double v);
void jw_kbool(struct jw *w, const char *key, bool v);

/* Shortest decimal that reads back as v, into out (at least 32 bytes); "null" if not finite. */
size_t json_number(double v, char *out);
