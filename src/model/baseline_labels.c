/* Distinct labels of a training set; see baseline_labels.h. */
#include "model/baseline_labels.h"

#include <stdlib.h>

#include "base/map.h"

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static uint32_t label_number(const struct label_set *s, struct str label)
{
    const struct str *found = bsearch(&label, s->label, s->n, sizeof *s->label, by_text);
    return (uint32_t)(found - s->label);
}

bool label_set_build(struct arena *a, const struct baseline_example *examples, size_t n,
                     struct label_set *ret, struct err *e)
{
    struct map seen;
    map_init(&seen);
    *ret = (struct label_set){0};
    for (size_t i = 0; i < n; i++)
        if (!str_null(examples[i].label)) {
            (void)map_entry(&seen, examples[i].label, NULL);
            ret->n_labelled++;
        }
    ret->n = seen.n;
    ret->label = ARENA_ARRAY(a, seen.n, struct str);
    for (size_t k = 0; k < seen.n; k++)
        ret->label[k] = arena_str(a, seen.entries[k].key);
    map_release(&seen);
    if (ret->n == 0)
        return err_set(e, ERR_INPUT,
                       "no example has a label: `expected` must be a string or a number");
    qsort(ret->label, ret->n, sizeof *ret->label, by_text);
    ret->count = ARENA_ARRAY(a, ret->n, size_t);
    ret->of = ARENA_ARRAY(a, n, uint32_t);
    for (size_t i = 0; i < n; i++) {
        ret->of[i] = str_null(examples[i].label) ? LABEL_NONE
                                                 : label_number(ret, examples[i].label);
        if (ret->of[i] != LABEL_NONE)
            ret->count[ret->of[i]]++;
    }
    return true;
}
