/* What a run would ask for and cost; see estimate.h. */
#include "run/estimate.h"

#include "model/price.h"
#include "run/request.h"
#include "run/unit.h"

enum { BYTES_PER_TOKEN = 4 };

/* Adds one unit, whose item is read. */
static bool add_unit(const struct plan *p, struct store *s, struct unit *u,
                     const struct price *price, struct arena *scratch, struct variant_estimate *v,
                     struct err *e)
{
    int64_t id = 0;
    u->out = (struct output_row){0};
    u->extras = (struct unit_extras){0};
    u->blocked = false;
    if (!request_make(p, u, scratch, e))
        return false;
    v->units++;
    if (u->blocked)
        return true;
    if (model_is_local(u->call.model)) {
        v->calls++;
        return true;
    }
    if (s && !p->options->fresh && !output_find(s, &u->out.key, &id, e))
        return false;
    if (id) {
        v->stored++;
        return true;
    }
    v->calls++;
    v->input_tokens += (double)(u->request.n / BYTES_PER_TOKEN);
    v->cost_at_most += price_upper(price, u->request.n, p->variants[u->variant].params.max_tokens);
    return true;
}

bool run_estimate(struct arena *a, const struct plan *p, struct store *s,
                  struct variant_estimate **ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct price_book *book = price_book_load(a);
    struct price *prices = ARENA_ARRAY(a, p->n_variants, struct price);
    *ret = ARENA_ARRAY(a, p->n_variants, struct variant_estimate);
    for (size_t v = 0; v < p->n_variants; v++)
        prices[v] = price_find(book, p->variants[v].spec->model);
    for (size_t i = 0; i < p->n_items; i++) {
        struct unit_item ui = {0};
        arena_reset(scratch);
        if (!golden_item(p->golden, p->items[i], scratch, &ui.item, e))
            return false;
        for (size_t v = 0; v < p->n_variants; v++)
            for (int epoch = 1; epoch <= p->epochs; epoch++) {
                struct unit u = {.item = &ui, .variant = v, .pos = i, .epoch = epoch};
                if (!add_unit(p, s, &u, &prices[v], scratch, &(*ret)[v], e))
                    return false;
            }
    }
    return true;
}
