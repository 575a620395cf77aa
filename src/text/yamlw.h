#pragma once

#include "base/buf.h"

/*
 * Writing YAML that people go on to edit: block style, two spaces a level, a scalar in quotes
 * only where it would read as something else. A mapping that should stay on one line is begun
 * with yw_flow.
 *
 *     struct yw w; yw_init(&w, &b);
 *     yw_map(&w); yw_key(&w, "version"); yw_num(&w, 1); … yw_end(&w);
 */
enum { YW_MAX_DEPTH = 32 };

struct yw {
    struct buf *b;
    int depth;
    char kind[YW_MAX_DEPTH]; /* 'm' block mapping, 's' block sequence, 'f' flow mapping,
                                'l' flow list */
    bool empty[YW_MAX_DEPTH];
    bool after_key;
};

void yw_init(struct yw *w, struct buf *b);
void yw_map(struct yw *w);
void yw_seq(struct yw *w);
void yw_flow(struct yw *w);      /* a mapping on one line */
void yw_flow_list(struct yw *w); /* a list on one line */
void yw_end(struct yw *w);       /* closes the innermost of those */
void yw_key(struct yw *w, const char *key);
void yw_key_str(struct yw *w, struct str key);
void yw_str(struct yw *w, struct str s);
void yw_c(struct yw *w, const char *s);
void yw_num(struct yw *w, double v);
void yw_bool(struct yw *w, bool v);
void yw_json(struct yw *w, struct str json_text); /* JSON on one line is YAML */
/* A comment line at the present depth; only where a key or an item may stand. */
void yw_comment(struct yw *w, const char *text);
