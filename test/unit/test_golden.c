/* Golden sets: reading lines, versions, CSV, what is refused and where. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "golden/golden.h"
#include "near.h"
#include "text/json.h"

static char folder[] = "/tmp/plimsoll-golden-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* Writes the text to a file of that name and loads it; *ret NULL with *e set when refused. */
static struct golden *load(struct arena *a, const char *name, const char *text, struct err *e)
{
    struct golden *g;
    char *path = arena_printf(a, "%s/%s", folder, name);
    assert_true(file_write(path, str_c(text), e));
    bool ok = golden_load(a, path, &g, e);
    assert_int_equal(unlink(path), 0); /* an open set outlives its name */
    return ok ? g : NULL;
}

static struct golden *must_load(struct arena *a, const char *name, const char *text)
{
    struct err e = {0};
    struct golden *g = load(a, name, text, &e);
    if (!g)
        fail_msg("%s:%d:%d: %s", e.file, e.line, e.col, e.msg);
    return g;
}

static struct item get(struct arena *a, const struct golden *g, size_t i)
{
    struct err e = {0};
    struct item it;
    if (!golden_item(g, i, a, &it, &e))
        fail_msg("%s", e.msg);
    return it;
}

static void test_line(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct golden *g = must_load(
        a, "g.jsonl",
        "\xef\xbb\xbf{\"id\": \"t-1\", \"input\": {\"text\": \"hi\", \"n\": 2}, \"expected\": \"x\","
        "\"tags\": {\"lang\": \"en\", \"year\": 2024}, \"split\": \"anchor\", \"context\": [\"c1\", "
        "\"c2\"], \"source\": \"prod\", \"weight\": 2.5, \"notes\": \"n\", \"cluster\": 7, \"more\": 1}\r\n"
        "\n"
        "{\"id\": 17, \"input\": \"plain\", \"context\": \"one\", \"expected\": null, \"split\": "
        "null}\n"
        "{\"id\": \"t-3\", \"input\": \"last\", \"split\": \"train\"}");
    assert_int_equal(g->n, 3);
    assert_int_equal(g->n_split[SPLIT_ANCHOR], 1);
    assert_int_equal(g->n_split[SPLIT_TEST], 1);
    assert_int_equal(g->n_split[SPLIT_TRAIN], 1);
    struct item it = get(a, g, 0);
    assert_true(str_eq_c(it.id, "t-1"));
    assert_true(str_eq_c(json_get_str(it.input, "text"), "hi"));
    assert_true(str_eq_c(item_text(a, &it), "hi"));
    assert_true(str_eq_c(item_label(a, &it), "x"));
    assert_true(str_eq_c(item_tag(a, &it, "year"), "2024"));
    assert_true(str_null(item_tag(a, &it, "no")));
    assert_int_equal(yyjson_arr_size(it.context), 2);
    assert_true(str_eq_c(it.cluster, "7"));
    assert_near(it.weight, 2.5, 0);
    assert_int_equal(it.split, SPLIT_ANCHOR);
    assert_int_equal(it.line, 1);
    it = get(a, g, 1);
    assert_true(str_eq_c(it.id, "17"));
    assert_true(str_eq_c(json_get_str(it.input, "input"), "plain"));
    assert_int_equal(yyjson_arr_size(it.context), 1);
    assert_null(it.expected);
    assert_null(it.tags);
    assert_true(str_null(it.source));
    assert_near(it.weight, 1, 0);
    assert_int_equal(it.line, 3);
    assert_int_equal(golden_find(g, STR("t-3")), 2);
    assert_int_equal(golden_find(g, STR("t-4")), -1);
    arena_free(a);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
        int line, col;
    } rows[] = {
        {"{\"id\": \"a\"}", "a row without \"input\"", 1, 1},
        {"{\"input\": \"a\"}", "a row without \"id\"", 1, 1},
        {"{\"id\": \"\", \"input\": \"a\"}", "an empty \"id\"", 1, 8},
        {"{\"id\": [1], \"input\": \"a\"}", "\"id\" must be text, found a list", 1, 8},
        {"\n{\"id\": \"a\", \"input\": [1]}", "\"input\" must be text or an object, found a list", 2,
         22},
        {"{\"id\": \"a\", \"input\": \"x\", \"tags\": [1]}", "\"tags\" must be an object", 1, 35},
        {"{\"id\": \"a\", \"input\": \"x\", \"tags\": {\"k\": [1]}}", "tag \"k\" must be text", 1, 41},
        {"{\"id\": \"a\", \"input\": \"x\", \"context\": [1]}", "passage 1 of \"context\"", 1, 38},
        {"{\"id\": \"a\", \"input\": \"x\", \"split\": \"dev\"}",
         "the split \"dev\" where train, test or anchor", 1, 36},
        {"{\"id\": \"a\", \"input\": \"x\", \"weight\": 0}", "a weight of 0 where one above 0", 1, 37},
        {"{\"id\": \"a\", \"input\": \"x\", \"id\": \"b\"}", "the key \"id\" stands twice", 1, 1},
        {"{\"id\": \"a\", \"input\": \"x\"}\n{\"id\": \"a\", \"input\": \"y\"}",
         "the id \"a\" stands in line 1 already", 2, 8},
        {"[1]", "expected an object, found a list", 1, 1},
        {"{\"id\": \"a\", \"input\": \"x\"} x", "not valid JSON", 1, 27},
        {"{\"id\": \"a\", \"input\": \"\xff\"}", "not valid UTF-8", 1, 23},
        {"nonsense", "not valid JSON", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        struct err e = {0};
        assert_null(load(a, "g.jsonl", rows[i].text, &e));
        if (!strstr(e.msg, rows[i].part) || e.line != rows[i].line || e.col != rows[i].col)
            fail_msg("%s\n%d:%d: %s", rows[i].text, e.line, e.col, e.msg);
        assert_non_null(strstr(e.file, "g.jsonl"));
        arena_free(a);
    }
}

static const char *version(struct arena *a, const char *name, const char *text)
{
    return must_load(a, name, text)->version.hex;
}

static void test_version(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *base = version(a, "g.jsonl",
                               "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\"}\n"
                               "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"}}\n");
    /* order of lines and keys, white space, spelled-out defaults, notes */
    static const char *const same[] = {
        "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"}}\n"
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\"}",
        "{\"expected\": \"e\", \"input\": {\"y\": \"t\", \"x\": 1.0}, \"id\": \"a\"}\r\n\n"
        "{\"id\":\"b\",\"input\":{\"input\":\"t\"},\"tags\":{\"l\":\"en\"}}\n",
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\",\"split\":\"test\",\"weight\":1,"
        "\"notes\":\"hm\",\"source\":null,\"context\":[]}\n"
        "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"},\"expected\":null}\n",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(version(a, "g.jsonl", same[i]), base);
    static const char *const other[] = {
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\"}\n",
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"E\"}\n"
        "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"}}\n",
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\"}\n"
        "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"},\"split\":\"train\"}\n",
        "{\"id\":\"a\",\"input\":{\"x\":1,\"y\":\"t\"},\"expected\":\"e\",\"extra\":1}\n"
        "{\"id\":\"b\",\"input\":\"t\",\"tags\":{\"l\":\"en\"}}\n",
        "",
    };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_string_not_equal(version(a, "g.jsonl", other[i]), base);
    /* the same examples as a table */
    assert_string_equal(version(a, "g.csv", "id,input,expected,tags.lang\na,\"t, u\",e,en\nb,v,,\n"),
                        version(a, "h.jsonl",
                                "{\"id\":\"a\",\"input\":\"t, u\",\"expected\":\"e\",\"tags\":{\"lang\":"
                                "\"en\"}}\n{\"id\":\"b\",\"input\":\"v\"}\n"));
    arena_free(a);
}

static void test_csv(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct golden *g = must_load(a, "g.csv",
                                 "id,question,tag:lang,split,weight,context,expected\r\n"
                                 "1,\"two\r\nlines\",de,train,2,\"[\"\"p\"\", \"\"q\"\"]\",{\"x\"}\r\n"
                                 "2,plain,,,,only,\"{\"\"a\"\": 1}\"\r\n");
    struct item it = get(a, g, 0);
    assert_true(str_eq_c(json_get_str(it.input, "question"), "two\r\nlines"));
    assert_true(str_eq_c(item_tag(a, &it, "lang"), "de"));
    assert_int_equal(it.split, SPLIT_TRAIN);
    assert_near(it.weight, 2, 0);
    assert_int_equal(yyjson_arr_size(it.context), 2);
    assert_true(str_eq_c(item_label(a, &it), "{\"x\"}")); /* looks like JSON and is none */
    assert_int_equal(it.line, 2);
    it = get(a, g, 1);
    assert_true(yyjson_is_obj(it.expected));
    assert_int_equal(it.line, 4);
    assert_null(load(a, "g.csv", "id,input,split\n1,x,test\n2,y,dev\n", &e));
    assert_int_equal(e.line, 3);
    assert_int_equal(e.col, 5);
    assert_null(load(a, "g.csv", "id,expected\n1,x\n", &e));
    assert_non_null(strstr(e.msg, "without \"input\""));
    assert_null(load(a, "g.csv", "id,input\n1,x\n1,y\n", &e));
    assert_non_null(strstr(e.msg, "the id \"1\" stands in line 2 already"));
    arena_free(a);
}

struct collected {
    size_t n, conflicts;
    int line[10];
};

static void collect(void *arg, const struct err *why)
{
    struct collected *c = arg;
    c->conflicts += why->code == ERR_CONFLICT;
    c->line[c->n++] = why->line;
}

static void test_lenient(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct golden *g;
    struct collected c = {0};
    char *path = arena_printf(a, "%s/l.jsonl", folder);
    assert_true(file_write(path,
                           STR("{\"id\":\"a\",\"input\":\"x\"}\nbroken\n{\"id\":\"b\"}\n"
                               "{\"id\":\"a\",\"input\":\"y\"}\n{\"id\":\"c\",\"input\":\"z\"}\n"),
                           &e));
    assert_true(golden_load_lenient(a, path, collect, &c, &g, &e));
    unlink(path);
    assert_int_equal(g->n, 2);
    assert_int_equal(c.n, 3);
    assert_int_equal(c.conflicts, 1);
    assert_int_equal(c.line[0], 2);
    assert_int_equal(c.line[1], 3);
    assert_int_equal(c.line[2], 4);
    assert_true(str_eq_c(get(a, g, 1).id, "c"));
    arena_free(a);
}

static void test_changed_in_place(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct golden *g;
    struct item it;
    char *path = arena_printf(a, "%s/c.jsonl", folder);
    assert_true(file_write(path, STR("{\"id\":\"a\",\"input\":\"x\"}\n"), &e));
    assert_true(golden_load(a, path, &g, &e));
    /* replaced: the open set keeps the old content */
    assert_true(file_write(path, STR("{\"id\":\"a\",\"input\":\"y\"}\n"), &e));
    assert_true(golden_item(g, 0, a, &it, &e));
    assert_true(golden_load(a, path, &g, &e));
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    fputs("{\"id\":\"a\",\"input\":\"z\"}\n", f);
    fclose(f);
    assert_false(golden_item(g, 0, a, &it, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_int_equal(truncate(path, 5), 0);
    assert_false(golden_item(g, 0, a, &it, &e));
    unlink(path);
    arena_free(a);
}

/* More lines than a batch and a chunk, so that borders are crossed; ids found again. */
static void test_many(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    enum { N = 40000 };
    buf_init(&b, BUF_MAX_FILE);
    for (int i = 0; i < N; i++)
        buf_printf(&b, "{\"id\":\"t-%d\",\"input\":\"text %d\",\"expected\":%d}\n", i, i, i % 7);
    struct golden *g = must_load(a, "m.jsonl", buf_cstr(&b));
    buf_release(&b);
    assert_int_equal(g->n, N);
    for (size_t i = 0; i < N; i += 997) {
        struct item it = get(a, g, i);
        assert_true(str_eq(it.id, arena_strf(a, "t-%zu", i)));
        assert_int_equal(golden_find(g, it.id), i);
        assert_int_equal(it.line, i + 1);
    }
    arena_free(a);
}

static void test_write(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct item it;
    struct buf b;
    static const char line[] =
        "{\"zz\":1,\"weight\":1.0,\"aa\":{\"y\":2,\"x\":1},\"split\":\"train\",\"tags\":{\"b\":\"1\","
        "\"a\":\"2\"},\"expected\":[2,1],\"input\":{\"input\":\"t\"},\"id\":\"q\"}";
    assert_true(item_parse(a, str_c(line), "f", 1, &it, &e));
    buf_init(&b, 10000);
    item_write(&b, &it);
    assert_string_equal(buf_cstr(&b),
                        "{\"id\":\"q\",\"input\":\"t\",\"expected\":[2,1],\"tags\":{\"a\":\"2\",\"b\":"
                        "\"1\"},\"split\":\"train\",\"aa\":{\"x\":1,\"y\":2},\"zz\":1}");
    buf_release(&b);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_version), cmocka_unit_test(test_csv),
        cmocka_unit_test(test_lenient), cmocka_unit_test(test_changed_in_place),
        cmocka_unit_test(test_many),    cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
