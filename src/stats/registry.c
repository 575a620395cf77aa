/* The table of statistics: lookup by name and the checks common to all calls. */
#include "stats/registry.h"

#include <string.h>

#include "text/json.h"

static const struct stat_row *const sections[] = {
    stats_01, stats_02, stats_03, stats_04, stats_05, stats_06,
    stats_07, stats_08, stats_09, stats_10, stats_11,
};

const struct stat_row *stat_at(size_t i)
{
    for (size_t s = 0; s < ARRAY_LEN(sections); s++)
        for (const struct stat_row *r = sections[s]; r->name; r++)
            if (i-- == 0)
                return r;
    return NULL;
}

static bool not_found(const char *name, struct arena *a, struct err *e)
{
    size_t n = 0;
    while (stat_at(n))
        n++;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    const struct stat_row *r;
    for (size_t i = 0; i < n && (r = stat_at(i)) != NULL; i++)
        names[i] = r->name;
    err_set(e, ERR_NOT_FOUND, "there is no statistic \"%s\"", name);
    const char *near = str_nearest(str_c(name), names);
    if (near)
        return err_hint(e, "Did you mean %s? `plimsoll stats --list` shows them all.", near);
    return err_hint(e, "`plimsoll stats --list` shows them all.");
}

bool stat_find(const char *name, struct arena *a, const struct stat_row **ret, struct err *e)
{
    const struct stat_row *r;
    for (size_t i = 0; (r = stat_at(i)) != NULL; i++) {
        if (strcmp(r->name, name) == 0) {
            *ret = r;
            return true;
        }
    }
    return not_found(name, a, e);
}

/* The keys of "k n [conf]" as a NULL-terminated list, without the brackets. */
static const char *const *known_keys(const char *inputs, struct arena *a)
{
    struct str rest = str_c(inputs), word;
    const char **keys = ARENA_ARRAY(a, rest.n + 2, const char *);
    size_t n = 0;
    while (str_split(&rest, ' ', &word)) {
        if (str_starts_c(word, "[") && str_ends_c(word, "]"))
            word = str_sub(word, 1, word.n - 2);
        keys[n++] = arena_strndup(a, word.p, word.n);
    }
    return keys;
}

static bool check_keys(const struct stat_row *row, yyjson_val *inputs, struct arena *a,
                       struct err *e)
{
    const char *const *keys = known_keys(row->inputs, a);
    size_t i, n;
    yyjson_val *k, *v;
    yyjson_obj_foreach(inputs, i, n, k, v) {
        const char *const *known = keys;
        struct str key = json_str(k);
        while (*known && !str_eq_c(key, *known))
            known++;
        if (*known)
            continue;
        err_set(e, ERR_STAT, "unknown input \"%.*s\"", STR_ARG(key));
        const char *near = str_nearest(key, keys);
        if (near)
            return err_hint(e, "Did you mean \"%s\"? %s reads: %s.", near, row->name, row->inputs);
        return err_hint(e, "%s reads: %s.", row->name, row->inputs);
    }
    return true;
}

bool stat_call(const struct stat_row *row, yyjson_val *document, struct jw *out, struct arena *a,
               struct err *e)
{
    yyjson_val *inner = json_get(document, "inputs");
    yyjson_val *inputs = inner ? inner : document;
    if (!yyjson_is_obj(inputs)) {
        err_set(e, ERR_STAT, "%s: found %s where an object with the inputs was expected",
                row->name, json_type_name(inputs));
        return err_hint(e, "%s reads: %s.", row->name, row->inputs);
    }
    if (!check_keys(row, inputs, a, e))
        return err_wrap(e, "%s", row->name);
    jw_obj(out);
    if (!row->call(inputs, out, a, e))
        return err_wrap(e, "%s", row->name);
    jw_end(out);
    return true;
}
