/* Finding the JSON in a model's answer. */
#include "text/json_loose.h"

#include <stdbool.h>

#include "text/json.h"

/* How many brackets that open something unparsable are tried before giving up: keeps a hostile
 * "{{{{…" linear. */
enum { MAX_TRIES = 16 };

/* The text between the first ``` line and the next ```. */
static bool fenced(struct str s, struct str *ret)
{
    ptrdiff_t open = str_find(s, STR("```"));
    if (open < 0)
        return false;
    struct str rest = str_sub(s, (size_t)open + 3, s.n);
    ptrdiff_t line = str_find_char(rest, '\n');
    if (line < 0)
        return false;
    rest = str_sub(rest, (size_t)line + 1, rest.n);
    ptrdiff_t close = str_find(rest, STR("```"));
    *ret = str_sub(rest, 0, close < 0 ? rest.n : (size_t)close);
    return true;
}

size_t json_balanced(struct str s)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

bool json_parse_loose(struct arena *a, struct str text, yyjson_val **ret, struct err *e)
{
    struct str inner = {0};
    text = str_trim(text);
    if (str_starts_c(text, "\xef\xbb\xbf"))
        text = str_sub(text, 3, text.n);
    if (json_parse_lax(a, text, NULL, 1, ret, e))
        return true;
    if (fenced(text, &inner) && json_parse_lax(a, str_trim(inner), NULL, 1, ret, NULL))
        return true;
    int tries = 0;
    for (size_t i = 0; i < text.n && tries < MAX_TRIES; i++) {
        if (text.p[i] != '{' && text.p[i] != '[')
            continue;
        struct str rest = str_sub(text, i, text.n);
        size_t n = json_balanced(rest);
        tries++;
        if (n && json_parse_lax(a, str_sub(rest, 0, n), NULL, 1, ret, NULL))
            return true;
    }
    return false;
}
