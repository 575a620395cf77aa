/* When two inputs or two answers count as the same; see sameness.h. */
#include "golden/sameness.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "text/json.h"

/* White space at the ends gone, runs of it one space, NFC. */
static struct str tidy(struct arena *a, struct str s)
{
    s = utf8_nfc(a, str_trim(s));
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool space = s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r');
        if (!space)
            out[n++] = s.p[i];
        else if (out[n - 1] != ' ') /* the first byte is no space */
            out[n++] = ' ';
    }
    return (struct str){out, n};
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    uint64_t pair[2] = {h, v};
    return hash64(pair, sizeof pair, 7);
}

/* Objects whatever the order of their keys: the members' hashes are added. */
static uint64_t hash_value(struct arena *a, yyjson_val *v)
{
    size_t i, n;
    yyjson_val *k, *x;
    uint64_t h = yyjson_get_type(v), sum = 0;
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_STR: {
        struct str s = tidy(a, json_str(v));
        return mix(h, hash64(s.p, s.n, 0));
    }
    case YYJSON_TYPE_ARR: yyjson_arr_foreach(v, i, n, x) h = mix(h, hash_value(a, x)); return h;
    case YYJSON_TYPE_OBJ:
        yyjson_obj_foreach(v, i, n, k, x)
        {
            struct str key = json_str(k);
            sum += mix(hash64(key.p, key.n, 1), hash_value(a, x));
        }
        return mix(h, sum);
    default: {
        struct str s = json_canonical(a, v);
        return mix(h, hash64(s.p, s.n, 0));
    }
    }
}

static uint64_t not_zero(uint64_t h) { return h ? h : 1; }

/* Labels of a multi-label example: their order says nothing. */
static bool is_label_list(yyjson_val *v)
{
    size_t i, n;
    yyjson_val *x;
    if (!yyjson_is_arr(v))
        return false;
    yyjson_arr_foreach(v, i, n, x)
    {
        if (!yyjson_is_str(x))
            return false;
    }
    return true;
}

uint64_t same_value_hash(struct arena *a, yyjson_val *v)
{
    size_t i, n;
    yyjson_val *x;
    uint64_t sum = 0;
    if (!is_label_list(v))
        return not_zero(hash_value(a, v));
    yyjson_arr_foreach(v, i, n, x) sum += mix(3, hash_value(a, x));
    return not_zero(mix(YYJSON_TYPE_ARR, sum));
}

uint64_t same_input_hash(struct arena *a, const struct item *it)
{
    return not_zero(mix(hash_value(a, it->input), it->context ? hash_value(a, it->context) : 0));
}
