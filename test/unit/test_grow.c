/* How golden sets change: appending, splitting, comparing versions, importing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "golden/diff.h"
#include "golden/grow.h"
#include "golden/import.h"
#include "golden/splits.h"

struct place {
    struct arena *a;
    char path[64];
    char *set;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    p->a = arena_new();
    memcpy(p->path, "/tmp/plimsoll-grow-XXXXXX", 26);
    *state = p;
    if (!mkdtemp(p->path))
        return -1;
    p->set = arena_printf(p->a, "%s/set.jsonl", p->path);
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;
    unlink(p->set);
    rmdir(p->path);
    arena_free(p->a);
    free(p);
    return 0;
}

static struct golden *load(struct place *p, const char *text)
{
    struct err e = {0};
    struct golden *g;
    assert_true(file_write(p->set, str_c(text), &e));
    if (!golden_load(p->a, p->set, &g, &e))
        fail_msg("%d: %s", e.line, e.msg);
    return g;
}

static struct item item(struct place *p, const char *text)
{
    struct err e = {0};
    struct item it;
    assert_true(item_parse(p->a, str_c(text), "new", 1, &it, &e));
    return it;
}

static const char *content(struct place *p)
{
    struct err e = {0};
    struct str s;
    assert_true(file_read(p->a, p->set, 1 << 20, &s, &e));
    return s.p;
}

static void test_append(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    struct grow_result r;
    struct item items[3] = {item(p, "{\"id\":\"a\",\"input\":\"x\",\"expected\":\"1\"}"),
                            item(p, "{\"id\":\"b\",\"input\":\"y\",\"expected\":\"2\"}"),
                            item(p, "{\"id\":\"c\",\"input\":\" x \",\"expected\":\"1\"}")};
    items[1].id = STR("");
    assert_true(golden_append(p->a, p->set, items, 3, "t", &r, &e)); /* makes the file */
    assert_int_equal(r.added, 2);
    assert_int_equal(r.known, 1); /* the third asks what the first asks */
    assert_string_equal(r.ids[1], "t-0001");
    const char *before = content(p);
    assert_string_equal(before, "{\"id\":\"a\",\"input\":\"x\",\"expected\":\"1\"}\n"
                                "{\"id\":\"t-0001\",\"input\":\"y\",\"expected\":\"2\"}\n");
    /* again: nothing to do, nothing written */
    struct item again = item(p, "{\"id\":\"t-0001\",\"input\":\"y\",\"expected\":\"2\",\"notes\":\"n\"}");
    assert_true(golden_append(p->a, p->set, &again, 1, "t", &r, &e));
    assert_int_equal(r.added, 0);
    assert_string_equal(content(p), before);
    /* contradictions: all or nothing */
    struct item bad[2] = {item(p, "{\"id\":\"n\",\"input\":\"new\",\"expected\":\"3\"}"),
                          item(p, "{\"id\":\"m\",\"input\":\"y\",\"expected\":\"3\"}")};
    assert_false(golden_append(p->a, p->set, bad, 2, "t", &r, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_int_equal(e.line, 2);
    assert_string_equal(content(p), before);
    bad[1] = item(p, "{\"id\":\"a\",\"input\":\"z\",\"expected\":\"3\"}");
    assert_false(golden_append(p->a, p->set, bad, 2, "t", &r, &e));
    assert_string_equal(content(p), before);
}

static void test_append_without_line_break(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    struct grow_result r;
    assert_true(file_write(p->set, STR("{\"id\":\"a\",\"input\":\"x\"}"), &e));
    struct item it = item(p, "{\"id\":\"b\",\"input\":\"y\"}");
    assert_true(golden_append(p->a, p->set, &it, 1, "t", &r, &e));
    assert_string_equal(content(p),
                        "{\"id\":\"a\",\"input\":\"x\"}\n{\"id\":\"b\",\"input\":\"y\"}\n");
    assert_true(file_write(p->set, STR("broken\n"), &e));
    assert_false(golden_append(p->a, p->set, &it, 1, "t", &r, &e));
    assert_string_equal(content(p), "broken\n");
    assert_false(golden_append(p->a, "x.csv", &it, 1, "t", &r, &e));
}

/* 300 examples: three labels in 6:3:1, some inputs twice, clusters of four. */
static struct golden *for_splits(struct place *p, bool backwards)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int k = 0; k < 300; k++) {
        int i = backwards ? 299 - k : k;
        const char *label = i % 10 < 6 ? "a" : i % 10 < 9 ? "b" : "c";
        buf_printf(&b, "{\"id\":\"%d\",\"input\":\"q%d\",\"expected\":\"%s\"", i,
                   i % 50 == 1 ? i - 1 : i, i % 50 == 1 ? "a" : label);
        if (i < 40)
            buf_printf(&b, ",\"cluster\":\"c%d\"", i / 4);
        if (i == 100)
            buf_add_c(&b, ",\"split\":\"anchor\"");
        buf_add_c(&b, "}\n");
    }
    struct golden *g = load(p, buf_cstr(&b));
    buf_release(&b);
    return g;
}

static void test_splits(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    struct golden *g = for_splits(p, false);
    struct split_options o = {.train = 0.5, .anchor = 0.1, .seed = 3};
    uint8_t *split, *again;
    assert_true(splits_assign(p->a, g, &o, &split, &e));
    size_t n[3] = {0}, by_label[3][3] = {{0}};
    for (size_t i = 0; i < g->n; i++) {
        struct item it;
        assert_true(golden_item(g, i, p->a, &it, &e));
        size_t label = (size_t)(item_label(p->a, &it).p[0] - 'a');
        n[split[i]]++;
        by_label[label][split[i]]++;
        /* what belongs together stays together */
        if (i % 50 == 1)
            assert_int_equal(split[i], split[i - 1]);
        if (i < 40)
            assert_int_equal(split[i], split[i / 4 * 4]);
    }
    assert_int_equal(split[100], SPLIT_ANCHOR);
    assert_in_range(n[SPLIT_TRAIN], 144, 156);
    assert_in_range(n[SPLIT_ANCHOR], 26, 34);
    for (size_t l = 0; l < 3; l++) { /* each label has its share, to within a cluster or two */
        size_t all = by_label[l][0] + by_label[l][1] + by_label[l][2];
        assert_in_range(by_label[l][SPLIT_TRAIN], all / 2 - 6, all / 2 + 6);
    }
    /* another seed, another split; the same seed, the same, whatever the order of lines */
    o.seed = 4;
    assert_true(splits_assign(p->a, g, &o, &again, &e));
    assert_memory_not_equal(split, again, g->n);
    o.seed = 3;
    g = for_splits(p, true);
    assert_true(splits_assign(p->a, g, &o, &again, &e));
    for (size_t i = 0; i < g->n; i++)
        assert_int_equal(again[g->n - 1 - i], split[i]);
    o.train = 0.95;
    assert_false(splits_assign(p->a, g, &o, &again, &e));
}

static void test_diff(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    struct golden_diff d;
    struct golden *x = load(p, "{\"id\":\"a\",\"input\":\"x\",\"expected\":\"1\"}\n"
                               "{\"id\":\"b\",\"input\":\"y\"}\n"
                               "{\"id\":\"c\",\"input\":\"z\"}\n"
                               "{\"id\":\"d\",\"input\":\"w\"}\n");
    struct golden *y = load(p, "{\"id\":\"d\",\"input\":{\"input\":\"w\"},\"weight\":1}\n"
                               "{\"id\":\"a\",\"input\":\"x\",\"expected\":\"2\",\"split\":\"train\"}\n"
                               "{\"id\":\"n\",\"input\":\"new\"}\n"
                               "{\"id\":\"bb\",\"input\":\"y\"}\n");
    assert_true(golden_compare(p->a, x, y, &d, &e));
    assert_int_equal(d.unchanged, 1);
    assert_int_equal(d.n, 4);
    assert_int_equal(d.change[0].kind, DIFF_CHANGED);
    assert_string_equal(d.change[0].fields[0], "expected");
    assert_string_equal(d.change[0].fields[1], "split");
    assert_null(d.change[0].fields[2]);
    assert_string_equal(d.change[0].before, "1");
    assert_string_equal(d.change[0].after, "2");
    assert_int_equal(d.change[1].kind, DIFF_ADDED);
    assert_int_equal(d.change[2].kind, DIFF_RENAMED);
    assert_string_equal(d.change[2].old_id, "b");
    assert_int_equal(d.change[3].kind, DIFF_REMOVED);
    assert_string_equal(d.change[3].id, "c");
    assert_true(golden_compare(p->a, x, x, &d, &e));
    assert_int_equal(d.n, 0);
}

static bool collect(void *arg, struct str text, struct err *e)
{
    (void)e;
    buf_add_str(arg, text);
    buf_add_char(arg, '\n');
    return true;
}

/* Imports the text as a file of that kind; the golden lines, or the error's message. */
static const char *import(struct place *p, const char *ending, const char *text, const char *map,
                          struct import_report *r)
{
    struct err e = {0};
    struct buf b;
    struct column columns[8];
    struct import_options o = {.columns = map[0] ? columns : NULL};
    struct str part, rest = str_c(map);
    char *path = arena_printf(p->a, "%s/in%s", p->path, ending);
    while (map[0] && str_split(&rest, ',', &part))
        assert_true(column_parse(part, &columns[o.n_columns++], &e));
    buf_init(&b, 1 << 20);
    assert_true(file_write(path, str_c(text), &e));
    bool ok = import_rows(p->a, path, &o, collect, &b, r, &e);
    unlink(path);
    const char *out = ok ? arena_strdup(p->a, buf_cstr(&b)) : arena_printf(p->a, "%d: %s", e.line, e.msg);
    buf_release(&b);
    return out;
}

static void test_import(void **state)
{
    struct place *p = *state;
    struct import_report r;
    assert_string_equal(import(p, ".csv", "text,category,lang\nhi,greet,en\n\"a, b\",other,de\n", "", &r),
                        "{\"id\":\"g-0001\",\"input\":\"hi\",\"expected\":\"greet\"}\n"
                        "{\"id\":\"g-0002\",\"input\":\"a, b\",\"expected\":\"other\"}\n");
    assert_int_equal(r.made_ids, 2);
    assert_string_equal(r.unused[0], "lang");
    assert_null(r.unused[1]);
    assert_string_equal(import(p, ".csv", "q,a,lang,n\nhi,greet,en,7\n", "input.q=q,expected=a,tags.l=lang,id=n", &r),
                        "{\"id\":\"7\",\"input\":{\"q\":\"hi\"},\"expected\":\"greet\",\"tags\":{\"l\":\"en\"}}\n");
    assert_string_equal(import(p, ".jsonl", "{\"r\": {\"q\": \"x\"}, \"ideal\": [\"1\", 2]}\n",
                               "input=r.q,expected=ideal", &r),
                        "{\"id\":\"g-0001\",\"input\":\"x\",\"expected\":[\"1\",2]}\n");
    assert_string_equal(import(p, ".csv", "a,b\n1,2\n", "", &r), "2: a row without \"input\"");
    assert_string_equal(import(p, ".csv", "id,text\n1,2\n1,3\n", "", &r),
                        "3: the id \"1\" comes up a second time");
    assert_string_equal(import(p, ".csv", "id,text\n1,2\n3,\n", "", &r), "3: a row without \"input\"");
    assert_non_null(strstr(import(p, ".csv", "", "", &r), "has no rows"));
}

static void test_columns(void **state)
{
    (void)state;
    static const char *const bad[] = {"input", "=x", "input=", "outcome=x", "tags.=x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = {0};
        struct column c;
        if (column_parse(str_c(bad[i]), &c, &e))
            fail_msg("%s was accepted", bad[i]);
        assert_int_equal(e.code, ERR_USAGE);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        T(test_append), T(test_append_without_line_break),
        T(test_splits), T(test_diff),
        T(test_import), T(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
