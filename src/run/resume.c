/* Finding the run to go on with, and how it was started; see run.h. */
#include "run/run.h"

#include <math.h>

#include "store/runs.h"
#include "text/json.h"

static bool read_options(struct arena *a, const struct run_row *r, struct run_options *o,
                         struct err *e)
{
    yyjson_val *v;
    if (!json_parse(a, r->options, NULL, 1, &v, e))
        return err_wrap(e, "stored options of run r%lld", (long long)r->id);
    struct str split = json_get_str(v, "split");
    o->split = arena_strndup(a, split.p, split.n);
    o->limit = (long long)json_get_num(v, "limit", 0);
    o->epochs = (int)json_get_num(v, "epochs", 0);
    o->fresh = yyjson_is_true(json_get(v, "fresh"));
    o->until_decided = yyjson_is_true(json_get(v, "until_decided"));
    return true;
}

bool run_find_resumable(struct arena *a, struct store *s, const char *feature,
                        struct run_options *o, int64_t *ret, struct err *e)
{
    struct run_row r;
    struct run_variant_row *v;
    size_t n;
    if (!run_newest(s, feature, ret, e))
        return false;
    if (*ret == 0) {
        err_set(e, ERR_NOT_FOUND, "there is no run of \"%s\" to go on with", feature);
        return err_hint(e, "Leave --resume away to start one.");
    }
    if (!run_get(s, a, *ret, &r, e) || !read_options(a, &r, o, e) ||
        !run_variants(s, a, *ret, &v, &n, e))
        return false;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        names[i] = v[i].name.p;
    o->variants = names;
    o->n_variants = n;
    return true;
}
