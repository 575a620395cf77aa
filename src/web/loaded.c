/* Results kept between requests; see loaded.h. */
#include "web/loaded.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

enum { LOADED_SETS = 4, LOADED_HEADLINES = 4096 };

/* What must be the same for results to be the same: a resumed run has more wall time. */
struct stamp {
    int64_t variant;
    double ended_at, wall_s;
};

struct entry {
    struct stamp stamp;
    struct arena *a;
    struct result_set *rs;
    struct summary *summary;
    uint64_t used;
};

struct kept_headline {
    struct stamp stamp;
    struct headline h;
};

struct loaded {
    struct entry set[LOADED_SETS];
    VEC(struct kept_headline) headlines;
    uint64_t clock;
};

struct loaded *loaded_new(void) { return mem_calloc(1, sizeof(struct loaded)); }

void loaded_free(struct loaded *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < LOADED_SETS; i++)
        arena_free(l->set[i].a);
    vec_free(&l->headlines);
    free(l);
}

static struct stamp stamp_of(const struct run_row *run, const struct run_variant_row *v)
{
    return (struct stamp){.variant = v->id, .ended_at = run->ended_at, .wall_s = v->wall_s};
}

static bool same(double a, double b) { return a <= b && a >= b; }

/* NaN, a run that is not finished, is never the same. */
static bool stamp_same(const struct stamp *a, const struct stamp *b)
{
    return a->variant == b->variant && same(a->ended_at, b->ended_at) &&
           (same(a->wall_s, b->wall_s) || (isnan(a->wall_s) && isnan(b->wall_s)));
}

/* The slot that holds these results, else the one used longest ago. */
static struct entry *find_slot(struct loaded *l, const struct stamp *stamp, bool *ret_hit)
{
    struct entry *oldest = &l->set[0];
    *ret_hit = true;
    for (size_t i = 0; i < LOADED_SETS; i++) {
        if (l->set[i].a && stamp_same(&l->set[i].stamp, stamp))
            return &l->set[i];
        if (l->set[i].used < oldest->used)
            oldest = &l->set[i];
    }
    *ret_hit = false;
    return oldest;
}

bool loaded_results(struct loaded *l, struct store *s, const struct run_row *run,
                    const struct run_variant_row *v, struct result_set **ret,
                    const struct summary **ret_summary, struct err *e)
{
    struct stamp stamp = stamp_of(run, v);
    bool hit;
    struct entry *slot = find_slot(l, &stamp, &hit);
    if (!hit) {
        arena_free(slot->a);
        *slot = (struct entry){.stamp = stamp, .a = arena_new()};
        if (!result_set_load(slot->a, s, run->id, v->name.p, &slot->rs, e)) {
            arena_free(slot->a);
            *slot = (struct entry){0};
            return false;
        }
        slot->summary = summary_make(slot->a, slot->rs, NULL);
    }
    slot->used = ++l->clock;
    *ret = slot->rs;
    *ret_summary = slot->summary;
    return true;
}

bool loaded_headline(struct loaded *l, struct store *s, const struct run_row *run,
                     const struct run_variant_row *v, struct headline *ret, struct err *e)
{
    struct stamp stamp = stamp_of(run, v);
    struct result_set *rs;
    const struct summary *sum;
    for (size_t i = 0; i < l->headlines.n; i++) {
        if (stamp_same(&l->headlines.v[i].stamp, &stamp)) {
            *ret = l->headlines.v[i].h;
            return true;
        }
    }
    if (!loaded_results(l, s, run, v, &rs, &sum, e))
        return false;
    *ret = (struct headline){.n = sum->n,
                             .rows = sum->rows,
                             .errors = sum->errors,
                             .success = sum->success,
                             .score = sum->score,
                             .cost_per_success = sum->cost_per_success,
                             .p95_ms = sum->latency_ms.p95,
                             .cost_usd = sum->cost_usd};
    if (isnan(run->ended_at))
        return true;
    if (l->headlines.n == LOADED_HEADLINES)
        l->headlines.n = 0;
    vec_push(&l->headlines, (struct kept_headline){stamp, *ret});
    return true;
}
