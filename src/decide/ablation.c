/* Variants without a part of their context; see ablation.h. */
#include "decide/ablation.h"

#include <string.h>

#include "base/hash.h"
#include "text/node.h"

static const char *const kinds[] = {"system",  "instructions", "examples", "retrieve",
                                    "history", "input",        NULL};

static const char *kind_of(const struct node *part)
{
    for (size_t i = 0; kinds[i]; i++)
        if (node_get(part, kinds[i]))
            return kinds[i];
    return "part";
}

/* "examples", or "examples-2" for the second one. */
static const char *name_of(struct arena *a, const struct node *parts, size_t i)
{
    size_t same = 1;
    const char *kind = kind_of(parts->item[i]);
    for (size_t k = 0; k < i; k++)
        same += strcmp(kind_of(parts->item[k]), kind) == 0;
    return same == 1 ? kind : arena_printf(a, "%s-%zu", kind, same);
}

/* The context with another list of parts. */
static struct node *with_parts(struct arena *a, const struct node *context,
                               const struct node *parts, struct node **items, size_t n)
{
    struct node *list = ARENA_NEW(a, struct node), *out = ARENA_NEW(a, struct node);
    *list = *parts;
    list->item = items;
    list->n = n;
    *out = *context;
    out->item = ARENA_ARRAY(a, context->n, struct node *);
    for (size_t i = 0; i < context->n; i++)
        out->item[i] = str_eq_c(context->key[i]->text, "parts") ? list : context->item[i];
    return out;
}

static void add(struct arena *a, struct ablation *ab, const struct variant_spec *v,
                const struct node *context, const char *suffix, const char *label)
{
    struct hasher h;
    struct variant_spec *out = &ab->feature.variants[ab->feature.n_variants];
    *out = *v;
    out->name = arena_printf(a, "%s%s", v->name, suffix);
    out->context = context;
    hasher_init(&h);
    hasher_add_c(&h, v->key.hex);
    hasher_add(&h, node_to_json(a, context));
    out->key = hasher_end(&h);
    ab->label[ab->feature.n_variants++] = label;
}

static void leave_out(struct arena *a, struct ablation *ab, const struct variant_spec *v,
                      const struct node *parts)
{
    for (size_t i = 0; i < parts->n; i++) {
        const char *name = name_of(a, parts, i);
        struct node **items = ARENA_ARRAY(a, parts->n, struct node *);
        size_t n = 0;
        if (node_get(parts->item[i], "input"))
            continue;
        for (size_t k = 0; k < parts->n; k++)
            if (k != i)
                items[n++] = parts->item[k];
        add(a, ab, v, with_parts(a, v->context, parts, items, n), arena_printf(a, "~%s", name),
            arena_printf(a, "without %s", name));
    }
}

static void reorder(struct arena *a, struct ablation *ab, const struct variant_spec *v,
                    const struct node *parts, size_t orders)
{
    for (size_t i = 0; i + 1 < parts->n && i < orders; i++) {
        struct node **items = ARENA_ARRAY(a, parts->n, struct node *);
        memcpy(items, parts->item, parts->n * sizeof *items);
        items[i] = parts->item[i + 1];
        items[i + 1] = parts->item[i];
        add(a, ab, v, with_parts(a, v->context, parts, items, parts->n),
            arena_printf(a, "~order%zu", i + 1),
            arena_printf(a, "%s before %s", name_of(a, parts, i + 1), name_of(a, parts, i)));
    }
}

bool ablation_make(struct arena *a, const struct feature *f, const struct variant_spec *v,
                   size_t orders, struct ablation *ret, struct err *e)
{
    const struct node *parts = node_get(v->context, "parts");
    if (!parts || parts->kind != NODE_SEQ || parts->n < 2) {
        node_err(e, v->node,
                 "variant %s has no context with two parts or more: there is nothing to leave out",
                 v->name);
        return err_hint(e, "Declare its parts under context: (docs/context.md).");
    }
    if (orders > ABLATION_MAX_ORDERS)
        orders = ABLATION_MAX_ORDERS;
    *ret = (struct ablation){.feature = *f};
    ret->feature.variants = ARENA_ARRAY(a, 1 + parts->n + orders, struct variant_spec);
    ret->feature.n_variants = 0;
    ret->label = ARENA_ARRAY(a, 1 + parts->n + orders, const char *);
    ret->feature.variants[0] = *v;
    ret->label[0] = "all parts";
    ret->feature.n_variants = 1;
    leave_out(a, ret, v, parts);
    reorder(a, ret, v, parts, orders);
    return true;
}
