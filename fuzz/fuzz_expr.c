/* Success expressions and gate requirements: what parses prints as something that parses to the
 * same meaning; errors stay within the text. */
#include <math.h>
#include <stdint.h>

#include "spec/expr.h"
#include "spec/requirement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"a", "bc", "d-e", NULL};

static void check_position(const struct err *e, struct str text)
{
    if (e->code == ERR_NONE || e->line != 1 || e->col < 1 || (size_t)e->col > text.n + 1)
        BUG("position %d:%d of %zu bytes: %s", e->line, e->col, text.n, e->msg);
}

static void check_expression(struct arena *a, struct str text)
{
    struct err e = {0};
    struct expr *x, *y;
    if (!expr_parse(a, text, names, "f", 1, 1, &x, &e)) {
        check_position(&e, text);
        return;
    }
    struct str printed = expr_text(a, x);
    if (printed.n > 4096)
        return;
    if (!expr_parse(a, printed, names, "f", 1, 1, &y, &e))
        BUG("does not read back: %.*s: %s", STR_ARG(printed), e.msg);
    for (int i = 0; i < 27; i++) {
        struct expr_in in[3] = {{(enum truth)(i % 3), 0.5},
                                {(enum truth)(i / 3 % 3), 1},
                                {(enum truth)(i / 9), 0}};
        if (expr_eval(x, in) != expr_eval(y, in))
            BUG("%.*s means something else than it was read from", STR_ARG(printed));
    }
}

static void check_requirement(struct arena *a, struct str text, const char *const *graders)
{
    struct err e = {0};
    struct requirement r;
    if (!requirement_parse(a, text, graders, "f", 1, 1, &r, &e)) {
        check_position(&e, text);
        return;
    }
    if (requirement_is_relative(&r) ? !(r.margin >= 0) || !isnan(r.value)
                                    : !(r.value >= 0) || !isfinite(r.value))
        BUG("a requirement with limit %g and margin %g", r.value, r.margin);
    if (!requirement_value_text(a, &r, requirement_is_relative(&r) ? r.margin : r.value))
        BUG("a value without a text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str text = {(const char *)data, size};
    check_expression(a, text);
    check_requirement(a, text, names);
    check_requirement(a, text, NULL);
    return 0;
}
