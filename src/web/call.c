/* What handlers use to read a request and write an answer; see call.h. */
#include "web/call.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"

static int hex_digit(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    return ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

bool web_decode(struct arena *a, struct str text, bool plus, struct str *ret)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        if (ch == '%') {
            int hi = i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
            int lo = hi < 0 ? -1 : hex_digit(text.p[i + 2]);
            if (lo < 0 || hi * 16 + lo == 0)
                return false;
            ch = (char)(unsigned char)(hi * 16 + lo);
            i += 2;
        } else if (ch == '\0') {
            return false;
        } else if (plus && ch == '+') {
            ch = ' ';
        }
        out[n++] = ch;
    }
    *ret = (struct str){out, n};
    return true;
}

bool web_fields_parse(struct arena *a, struct str text, struct web_fields *ret)
{
    struct str rest = text, part;
    *ret = (struct web_fields){.v = ARENA_ARRAY(a, WEB_MAX_FIELDS, struct web_field)};
    while (str_split(&rest, '&', &part)) {
        ptrdiff_t eq = str_find_char(part, '=');
        struct web_field *f = &ret->v[ret->n];
        if (!part.n)
            continue;
        if (ret->n == WEB_MAX_FIELDS)
            return false;
        if (!web_decode(a, eq < 0 ? part : str_sub(part, 0, (size_t)eq), true, &f->name) ||
            !web_decode(a, eq < 0 ? STR("") : str_sub(part, (size_t)eq + 1, SIZE_MAX), true,
                        &f->value))
            return false;
        ret->n++;
    }
    return true;
}

static const char *field(const struct web_fields *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq_c(f->v[i].name, name))
            return f->v[i].value.p;
    return NULL;
}

const char *web_query(const struct web_call *c, const char *name)
{
    const char *v = field(&c->query, name);
    return v && *v ? v : NULL; /* a form sends its empty fields too */
}

const char *web_form(const struct web_call *c, const char *name) { return field(&c->form, name); }

bool web_query_int(struct web_call *c, const char *name, long long lo, long long hi,
                   long long otherwise, long long *ret)
{
    const char *v = web_query(c, name);
    *ret = otherwise;
    if (!v)
        return true;
    if (str_long(str_c(v), ret) && *ret >= lo && *ret <= hi)
        return true;
    return err_set(&c->err, ERR_USAGE, "%s is a whole number from %lld to %lld, found \"%.40s\"",
                   name, lo, hi, v);
}

bool web_query_num(struct web_call *c, const char *name, double lo, double hi, double otherwise,
                   double *ret)
{
    const char *v = web_query(c, name);
    *ret = otherwise;
    if (!v)
        return true;
    if (str_double(str_c(v), ret) && *ret >= lo && *ret <= hi)
        return true;
    return err_set(&c->err, ERR_USAGE, "%s is a number from %g to %g, found \"%.40s\"", name, lo,
                   hi, v);
}

static void encode(struct buf *b, struct str text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char ch = (unsigned char)text.p[i];
        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
            strchr("-_.~", ch)) {
            buf_add_char(b, (char)ch);
        } else {
            buf_add_char(b, '%');
            buf_add_char(b, digits[ch >> 4]);
            buf_add_char(b, digits[ch & 15]);
        }
    }
}

const char *web_segment(struct arena *a, struct str text)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    encode(&b, text);
    return arena_strdup(a, buf_cstr(&b));
}

const char *web_url(struct arena *a, const char *path, const char *const *pairs)
{
    CLEANUP(buf_release) struct buf b = {0};
    char sep = '?';
    buf_init(&b, BUF_MAX_LINE);
    buf_add_c(&b, path);
    for (size_t i = 0; pairs[i]; i += 2) {
        if (!pairs[i + 1])
            continue;
        buf_add_char(&b, sep);
        encode(&b, str_c(pairs[i]));
        buf_add_char(&b, '=');
        encode(&b, str_c(pairs[i + 1]));
        sep = '&';
    }
    return arena_strdup(a, buf_cstr(&b));
}

bool web_route_match(struct arena *a, const char *pattern, struct str path,
                     struct str params[WEB_MAX_PARAMS])
{
    struct str want = str_c(pattern), w, p;
    size_t n = 0;
    for (;;) {
        bool more = str_split(&want, '/', &w), more_path = str_split(&path, '/', &p);
        if (more != more_path)
            return false;
        if (!more)
            return true;
        if (!w.n || w.p[0] != '{') {
            if (!str_eq(w, p))
                return false;
        } else if (!p.n || n == WEB_MAX_PARAMS || !web_decode(a, p, false, &params[n++])) {
            return false;
        }
    }
}

bool web_project(struct web_call *c, struct project **ret)
{
    return project_load(c->a, c->site->env, c->site->project_file, ret, &c->err);
}

double web_now(const struct web_call *c) { return env_now(c->site->env); }

void web_redirect(struct web_call *c, const char *path)
{
    c->res->status = 303;
    web_response_header(c->res, "Location", path);
}

void web_json(struct web_call *c, struct jw *w)
{
    buf_clear(&c->res->body);
    web_response_header(c->res, "Content-Type", "application/json");
    jw_init(w, &c->res->body, false);
}

bool web_json_end(struct web_call *c, struct jw *w)
{
    if (w->depth)
        BUG("%d open containers at the end of an answer", w->depth);
    buf_add_char(&c->res->body, '\n');
    return buf_ok(&c->res->body, "the answer", &c->err);
}

void web_json_time(struct jw *w, const char *key, double t)
{
    char text[32];
    jw_key(w, key);
    jw_c(w, isnan(t) ? NULL : clock_iso(t, text, sizeof text));
}
