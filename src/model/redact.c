/* Keeping API keys out of messages; see redact.h. */
#include "model/redact.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { MAX_TEXT = 500, SHORTEST_SECRET = 4 };

static bool is_key_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '-' || c == '_' || c == '*' || c == '.';
}

/* Length of what looks like a key at the beginning of `s`, prefix included; 0: nothing does.
 * Providers themselves shorten keys to "sk-abc***xyz". */
static size_t key_length(struct str s)
{
    static const char *const prefixes[] = {"sk-", "Bearer ", "gsk_", "xai-", "AIza"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t n = strlen(prefixes[i]), from = n;
        if (!str_starts_c(s, prefixes[i]))
            continue;
        while (n < s.n && is_key_char(s.p[n]))
            n++;
        while (n > from && s.p[n - 1] == '.') /* the end of the sentence */
            n--;
        if (n - from >= SHORTEST_SECRET)
            return n;
    }
    return 0;
}

struct str redact(struct arena *a, struct str text, const char *secret)
{
    struct str key = str_c(secret);
    struct buf out;
    buf_init(&out, 1 << 20);
    text = utf8_prefix(text, 1 << 18);
    for (size_t i = 0; i < text.n;) {
        struct str rest = str_sub(text, i, text.n);
        bool inside = i > 0 && is_key_char(text.p[i - 1]);
        size_t n = key.n >= SHORTEST_SECRET && str_starts(rest, key) ? key.n
                   : inside                                          ? 0
                                                                     : key_length(rest);
        if (n)
            buf_add_c(&out, "[redacted]");
        else
            buf_add_char(&out, text.p[i]);
        i += n ? n : 1;
    }
    struct str clean = utf8_printable(a, utf8_prefix(buf_str(&out), MAX_TEXT));
    buf_release(&out);
    return clean;
}
