/* Markdown writer; see mdw.h. */
#include "text/mdw.h"

#include <string.h>

#include "base/utf8.h"

void md_text(struct buf *b, struct str s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t cp = 0;
        char out[4];
        utf8_next(s, &at, &cp);
        if (cp < 0x80 && cp && strchr("\\`*_{}[]<>()#+!|~&$", (int)cp))
            buf_add_char(b, '\\');
        if (cp < ' ' || cp == 0x7f)
            cp = ' ';
        if (cp == '@') {
            buf_add_c(b, "@\xe2\x80\x8b"); /* a zero-width space behind it ends the mention */
            continue;
        }
        buf_add(b, out, utf8_encode(cp, out));
    }
}

void md_c(struct buf *b, const char *s) { md_text(b, str_c(s)); }

void md_row(struct buf *b, const char *const *cell, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_add_c(b, i ? " | " : "| ");
        md_c(b, cell[i]);
    }
    buf_add_c(b, " |\n");
}

void md_head(struct buf *b, const char *const *cell, size_t n)
{
    md_row(b, cell, n);
    for (size_t i = 0; i < n; i++)
        buf_add_c(b, i ? " --- |" : "| --- |");
    buf_add_char(b, '\n');
}
