/* The glossary is whole: names are unique, references resolve, every statistic is explained, and
 * near misses find their term. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"
#include "report/glossary.h"
#include "stats/registry.h"

struct fixture {
    struct arena *a;
    struct glossary g;
};

static int setup(void **state)
{
    static struct fixture f;
    struct err e = {0};
    f.a = arena_new();
    if (!glossary_read(f.a, &f.g, &e)) {
        err_print(stderr, &e);
        return -1;
    }
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    return 0;
}

static void add_name(struct map *names, const char *name)
{
    bool is_new;
    map_entry(names, str_c(name), &is_new);
    if (!is_new)
        print_error("\"%s\" stands twice\n", name);
    assert_true(is_new);
}

static void names_are_unique_and_references_resolve(void **state)
{
    struct fixture *f = *state;
    struct map names = {0};
    assert_true(f->g.n > 100);
    for (size_t i = 0; i < f->g.n; i++) {
        const struct term *t = &f->g.v[i];
        add_name(&names, t->name);
        for (const char *const *also = t->also; *also; also++)
            add_name(&names, *also);
    }
    for (size_t i = 0; i < f->g.n; i++) {
        const struct term *t = &f->g.v[i];
        assert_ptr_equal(glossary_find(&f->g, t->name), t);
        for (const char *const *see = t->see; *see; see++) {
            if (!glossary_find(&f->g, *see) || glossary_find(&f->g, *see) == t)
                print_error("%s: see \"%s\" leads nowhere\n", t->name, *see);
            assert_non_null(glossary_find(&f->g, *see));
            assert_ptr_not_equal(glossary_find(&f->g, *see), t);
        }
    }
    map_release(&names);
}

static void texts_are_short_and_whole(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->g.n; i++) {
        const struct term *t = &f->g.v[i];
        size_t n = strlen(t->text);
        if (n < 60 || n > 330 || t->text[n - 1] != '.' || !t->not_for)
            print_error("%s: %zu bytes\n", t->name, n);
        assert_true(n >= 60 && n <= 330 && t->text[n - 1] == '.');
        assert_non_null(t->not_for);
    }
}

static void every_statistic_is_explained(void **state)
{
    struct fixture *f = *state;
    const struct stat_row *row;
    for (size_t i = 0; (row = stat_at(i)) != NULL; i++) {
        if (!glossary_find(&f->g, row->name))
            print_error("%s is not explained\n", row->name);
        assert_non_null(glossary_find(&f->g, row->name));
    }
}

static void spelling_does_not_matter_much(void **state)
{
    struct fixture *f = *state;
    const struct term *near[3];
    assert_string_equal(glossary_find(&f->g, "Golden-Set")->name, "golden set");
    assert_string_equal(glossary_find(&f->g, " golden_set ")->name, "golden set");
    assert_string_equal(glossary_find(&f->g, "p99.9_latency")->name, "p95 latency");
    assert_string_equal(glossary_find(&f->g, "p50-ttft")->name, "ttft");
    assert_null(glossary_find(&f->g, "pony"));
    assert_null(glossary_find(&f->g, ""));
    assert_true(glossary_suggest(&f->g, "calibraton", near, 3) >= 1);
    assert_string_equal(near[0]->name, "calibration");
    assert_int_equal(glossary_suggest(&f->g, "kappa statistic", near, 3), 1);
    assert_string_equal(near[0]->name, "cohen kappa");
    assert_int_equal(glossary_suggest(&f->g, "zzzzzzzzzzzz", near, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_references_resolve),
        cmocka_unit_test(texts_are_short_and_whole),
        cmocka_unit_test(every_statistic_is_explained),
        cmocka_unit_test(spelling_does_not_matter_much),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
