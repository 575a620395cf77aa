/* The way back of verdicts; see corrections.h. */
#include "review/corrections.h"

#include "base/vec.h"
#include "text/json.h"
#include "text/jsonw.h"

#include <string.h>

bool reviewed_list(struct store *s, struct arena *a, const char *feature, struct reviewed **ret,
                   size_t *ret_n, struct err *e)
{
    struct review_filter f = {
        .feature = feature, .state = REVIEW_DONE, .stream = -1, .limit = 1000};
    VEC(struct reviewed) v = {0};
    struct review_item *page;
    size_t n;
    bool ok;
    while ((ok = review_list(s, a, &f, &page, &n, e)) && n) {
        for (size_t i = 0; ok && i < n; i++) {
            struct reviewed r = {.item = page[i]};
            ok = review_text(s, a, &r.item, &r.text, e) &&
                 review_verdict_get(s, a, r.item.final, &r.verdict, e);
            vec_push(&v, r);
        }
        if (!ok)
            break;
        f.after = page[n - 1].id;
    }
    *ret = ARENA_ARRAY(a, v.n, struct reviewed);
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    *ret_n = v.n;
    vec_free(&v);
    return ok;
}

static void raw_member(struct jw *w, const char *key, struct str json)
{
    if (str_null(json))
        return;
    jw_key(w, key);
    jw_raw(w, json);
}

static bool example(struct arena *a, const struct reviewed *r, struct item *ret, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    yyjson_val *tags = NULL, *key, *value;
    size_t i, max;
    const char *stream = review_stream_name(r->item.stream);
    if (!str_null(r->text.tags) && !json_parse_lax(a, r->text.tags, "tags", 1, &tags, e))
        return false;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kc(&w, "id", "?");
    raw_member(&w, "input", r->text.input);
    jw_kstr(&w, "expected", r->verdict.corrected);
    raw_member(&w, "context", r->text.context);
    jw_key(&w, "tags");
    jw_obj(&w);
    jw_kc(&w, "stream", stream);
    yyjson_obj_foreach(tags, i, max, key, value)
    {
        if (!yyjson_equals_str(key, "stream")) {
            jw_key_str(&w, json_str(key));
            jw_value(&w, value);
        }
    }
    jw_end(&w);
    jw_kstr(&w, "source", arena_strf(a, "review R%lld %s", (long long)r->item.id, stream));
    jw_end(&w);
    struct str line = arena_str(a, buf_str(&b));
    if (!buf_ok(&b, "a corrected example", e) || !item_parse(a, line, "review", 1, ret, e))
        return err_wrap(e, "R%lld", (long long)r->item.id);
    ret->id = STR("");
    return true;
}

bool reviewed_examples(struct arena *a, const struct reviewed *v, size_t n, struct item **ret,
                       size_t *ret_n, struct err *e)
{
    *ret = ARENA_ARRAY(a, n, struct item);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (str_null(v[i].verdict.corrected) || str_null(v[i].text.input))
            continue;
        if (!example(a, &v[i], &(*ret)[*ret_n], e))
            return false;
        (*ret_n)++;
    }
    return true;
}
