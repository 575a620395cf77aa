/* Stratified, grouped splits; see splits.h. */
#include "golden/splits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "golden/sameness.h"

/* Rows that go together. */
struct group {
    uint64_t key; /* smallest hash of a member's content: does not depend on line order */
    uint64_t stratum;
    uint64_t shuffle; /* position within the stratum */
    size_t size;
    bool anchored; /* has an anchor: all of it stays anchor */
    uint8_t split;
};

struct splitter {
    struct arena *a;
    const struct golden *g;
    const struct split_options *o;
    uint32_t *parent; /* union-find over rows */
    struct group *group;
    size_t *of_row; /* row -> group */
    size_t n;
};

static uint32_t root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Joins this row with the first one that had the same key. */
static void join(struct splitter *s, struct map *seen, struct str key, uint32_t row)
{
    bool is_new;
    struct map_entry *entry = map_entry(seen, key, &is_new);
    uint32_t *first = entry->value;
    if (is_new) {
        first = ARENA_NEW(s->a, uint32_t);
        *first = row;
        entry->value = first;
    }
    uint32_t x = root(s->parent, *first), y = root(s->parent, row);
    if (x < y)
        s->parent[y] = x;
    else
        s->parent[x] = y;
}

static uint64_t stratum_of(const struct splitter *s, struct arena *scratch, const struct item *it)
{
    uint64_t h = 0;
    if (!s->o->by || !s->o->by[0])
        return it->expected && !yyjson_is_ctn(it->expected) ? same_value_hash(scratch, it->expected)
                                                            : 0;
    for (const char *const *tag = s->o->by; *tag; tag++) {
        struct str v = item_tag(scratch, it, *tag);
        uint64_t pair[2] = {h, hash64(v.p ? v.p : "", v.n, str_null(v))};
        h = hash64(pair, sizeof pair, 0);
    }
    return h;
}

struct row_facts {
    uint64_t content, stratum;
};

static bool read_rows(struct splitter *s, struct row_facts *facts, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct map inputs = {0}, clusters = {0};
    struct item it;
    bool ok = true;
    for (size_t i = 0; i < s->g->n && ok; i++) {
        arena_reset(scratch);
        ok = golden_item(s->g, i, scratch, &it, e);
        if (!ok)
            break;
        uint64_t *input = ARENA_NEW(s->a, uint64_t);
        *input = same_input_hash(scratch, &it);
        join(s, &inputs, (struct str){(const char *)input, sizeof *input}, (uint32_t)i);
        if (it.cluster.n)
            join(s, &clusters, arena_str(s->a, it.cluster), (uint32_t)i);
        facts[i] = (struct row_facts){s->g->row[i].id_hash, stratum_of(s, scratch, &it)};
    }
    map_release(&inputs);
    map_release(&clusters);
    return ok;
}

static void make_groups(struct splitter *s, const struct row_facts *facts)
{
    s->of_row = ARENA_ARRAY(s->a, s->g->n, size_t);
    s->group = ARENA_ARRAY(s->a, s->g->n, struct group);
    for (size_t i = 0; i < s->g->n; i++) {
        uint32_t r = root(s->parent, (uint32_t)i);
        if (r == i) {
            s->of_row[i] = s->n;
            s->group[s->n++] = (struct group){.key = UINT64_MAX};
        }
        s->of_row[i] = s->of_row[r]; /* the root is the first row of its group */
        struct group *g = &s->group[s->of_row[i]];
        if (facts[i].content < g->key) {
            g->key = facts[i].content;
            g->stratum = facts[i].stratum;
        }
        g->size++;
        g->anchored = g->anchored || s->g->row[i].split == SPLIT_ANCHOR;
    }
    for (size_t i = 0; i < s->n; i++) {
        struct rng rng;
        rng_init(&rng, s->o->seed, s->group[i].key);
        s->group[i].shuffle = rng_next(&rng);
    }
}

static int by_stratum(const void *a, const void *b)
{
    const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->shuffle != y->shuffle)
        return x->shuffle < y->shuffle ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Systematic sampling: a share f of everything up to here, rounded with a random start. */
static void assign(struct splitter *s)
{
    struct group **order = ARENA_ARRAY(s->a, s->n, struct group *);
    double seen = 0, seen_rest = 0, anchors = 0, trained = 0;
    struct rng rng;
    rng_init(&rng, s->o->seed, 0);
    double start_anchor = rng_uniform(&rng), start_train = rng_uniform(&rng);
    double train_of_rest = s->o->anchor < 1 ? s->o->train / (1 - s->o->anchor) : 0;
    for (size_t i = 0; i < s->n; i++)
        order[i] = &s->group[i];
    qsort(order, s->n, sizeof(struct group *), by_stratum);
    for (size_t i = 0; i < s->n; i++) {
        struct group *g = order[i];
        double size = (double)g->size;
        seen += size;
        bool anchor = g->anchored || anchors + size / 2 < floor(seen * s->o->anchor + start_anchor);
        if (anchor) {
            anchors += size;
            g->split = SPLIT_ANCHOR;
            continue;
        }
        seen_rest += size;
        bool train = trained + size / 2 < floor(seen_rest * train_of_rest + start_train);
        g->split = train ? SPLIT_TRAIN : SPLIT_TEST;
        if (train)
            trained += size;
    }
}

bool splits_assign(struct arena *a, const struct golden *g, const struct split_options *o,
                   uint8_t **ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct splitter s = {.a = scratch, .g = g, .o = o};
    if (!(o->train >= 0 && o->anchor >= 0 && o->train + o->anchor <= 1))
        return err_set(e, ERR_USAGE, "the shares %g (train) and %g (anchor) do not fit into 1",
                       o->train, o->anchor);
    struct row_facts *facts = ARENA_ARRAY(scratch, g->n, struct row_facts);
    s.parent = ARENA_ARRAY(scratch, g->n, uint32_t);
    for (size_t i = 0; i < g->n; i++)
        s.parent[i] = (uint32_t)i;
    if (!read_rows(&s, facts, e))
        return false;
    make_groups(&s, facts);
    assign(&s);
    *ret = ARENA_ARRAY(a, g->n, uint8_t);
    for (size_t i = 0; i < g->n; i++)
        (*ret)[i] = s.group[s.of_row[i]].split;
    return true;
}
