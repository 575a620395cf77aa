/* `plimsoll models FEATURE`: the variants of a run as rows of a model set. */
#include "cmd/models_feature.h"

#include "cmd/side.h"
#include "run/results.h"
#include "spec/project.h"
#include "store/runs.h"
#include "store/store.h"

static bool add_variant(struct cmd *c, const struct result_set *rs, struct model_set *s)
{
    for (size_t i = 0; i < rs->rows.n; i++) {
        const struct result_row *from = &rs->rows.v[i];
        struct model_row row = {
            .pass = from->outcome == OUTCOME_ERROR ? -1 : from->outcome == OUTCOME_PASS,
            .cost_usd = from->cost_usd,
            .latency_ms = from->latency_ms,
            .confidence = from->confidence,
        };
        if (!model_set_add(s, str_c(rs->name), rs->items.v[from->item].id, from->epoch, &row,
                           &c->err))
            return false;
    }
    return true;
}

bool models_feature_read(struct cmd *c, struct model_set *s)
{
    CLEANUP(store_closep) struct store *store = NULL;
    const char *text = opt_str(c, "run");
    struct project *p;
    const struct feature *f;
    struct run_variant_row *v;
    struct result_set *rs;
    int64_t run;
    size_t n;
    if (!side_feature(c, c->argv[0], &p, &f, &c->err) || !side_open_store(c, p, &store, &c->err) ||
        !run_resolve(store, text ? text : "last", f->name, &run, &c->err) ||
        !run_variants(store, c->a, run, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *name = arena_strndup(c->a, v[i].name.p, v[i].name.n);
        if (!result_set_load(c->a, store, run, name, &rs, &c->err) || !add_variant(c, rs, s))
            return false;
    }
    return s->variants.n > 0 ||
           err_set(&c->err, ERR_INPUT, "run r%lld has no results yet", (long long)run);
}
