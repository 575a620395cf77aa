/*
 * JSON Schema against the official test suite for draft 7 (Debian's json-schema-test-suite; skipped
 * with a word when it is not installed), and against cases of ours for what draft 2020-12 added.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/json.h"
#include "text/schema.h"

#define SUITE "/usr/share/json-schema-test-suite"

/* What is not run, and why. A NULL description skips the whole file. */
static const struct {
    const char *file, *description, *why;
} skipped[] = {
    {"optional/content.json", NULL, "contentEncoding and contentMediaType are annotations"},
    {"optional/format/idn-email.json", NULL, "format idn-email is an annotation"},
    {"optional/format/idn-hostname.json", NULL, "format idn-hostname is an annotation"},
    {"optional/format/iri.json", NULL, "format iri is an annotation"},
    {"optional/format/iri-reference.json", NULL, "format iri-reference is an annotation"},
    {"optional/format/uri-template.json", NULL, "format uri-template is an annotation"},
};

struct suite {
    struct arena *a;
    struct schema_document remotes[16];
    size_t n_remotes, n_tests, n_skipped, n_failed;
};

static yyjson_val *read_json(struct arena *a, const char *path)
{
    struct str text;
    struct err e;
    yyjson_val *v;
    if (!file_read(a, path, 1 << 22, &text, &e) || !json_parse_lax(a, text, path, 1, &v, &e))
        fail_msg("%s", e.msg);
    return v;
}

static const char *skip_reason(const char *file, const char *description)
{
    for (size_t i = 0; i < ARRAY_LEN(skipped); i++)
        if (strcmp(skipped[i].file, file) == 0 &&
            (!skipped[i].description || strcmp(skipped[i].description, description) == 0))
            return skipped[i].why;
    return NULL;
}

static void run_case(struct suite *s, const char *file, yyjson_val *group, yyjson_val *test)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct schema *schema;
    struct schema_result r;
    struct err e = {0};
    struct schema_options o = {.draft7 = true, .formats = true, .documents = s->remotes,
                               .n_documents = s->n_remotes};
    const char *about = json_get_str(group, "description").p;
    const char *what = json_get_str(test, "description").p;
    const char *why = skip_reason(file, about);
    bool want = yyjson_is_true(json_get(test, "valid"));
    s->n_tests++;
    if (why) {
        s->n_skipped++;
        print_message("# skip %s: %s: %s: %s\n", file, about, what, why);
        return;
    }
    if (!schema_compile(a, json_get(group, "schema"), &o, &schema, &e) ||
        !schema_check(schema, json_get(test, "data"), a, &r, &e)) {
        print_error("%s: %s: %s: %s\n", file, about, what, e.msg);
        s->n_failed++;
    } else if (r.valid != want) {
        print_error("%s: %s: %s: %svalid expected\n", file, about, what, want ? "" : "not ");
        s->n_failed++;
    }
}

static void run_file(struct suite *s, const char *file)
{
    size_t i, k, n, m;
    yyjson_val *group, *test;
    yyjson_val *v = read_json(s->a, arena_printf(s->a, SUITE "/tests/draft7/%s", file));
    yyjson_arr_foreach(v, i, n, group)
    {
        yyjson_val *tests = json_get(group, "tests");
        yyjson_arr_foreach(tests, k, m, test)
        {
            run_case(s, file, group, test);
        }
    }
}

static void run_folder(struct suite *s, const char *folder)
{
    struct dirent **names;
    char *dir = arena_printf(s->a, SUITE "/tests/draft7/%s", folder);
    int n = scandir(dir, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        size_t len = strlen(name);
        char *path = arena_printf(s->a, "%s%s%s", folder, *folder ? "/" : "", name);
        if (len > 5 && strcmp(name + len - 5, ".json") == 0)
            run_file(s, path);
        else if (name[0] != '.')
            run_folder(s, path);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

/* The suite's remote documents are given along under their addresses: nothing is fetched. */
static void add_remote(struct suite *s, const char *name)
{
    struct schema_document *d = &s->remotes[s->n_remotes++];
    d->uri = arena_printf(s->a, "http://localhost:1234/%s", name);
    d->v = read_json(s->a, arena_printf(s->a, SUITE "/remotes/%s", name));
}

static void official_suite(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct suite s = {.a = a};
    (void)state;
    if (!file_is_dir(SUITE)) {
        print_message("# skipped: json-schema-test-suite is not installed\n");
        skip();
    }
    add_remote(&s, "integer.json");
    add_remote(&s, "name.json");
    add_remote(&s, "subSchemas.json");
    add_remote(&s, "folder/folderInteger.json");
    run_folder(&s, "");
    print_message("# draft 7: %zu tests, %zu skipped, %zu failed\n", s.n_tests, s.n_skipped,
                  s.n_failed);
    assert_true(s.n_tests > 500);
    assert_int_equal(s.n_failed, 0);
}

static bool valid(const char *schema, const char *instance)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct schema *s;
    struct schema_options o = {.formats = true};
    struct schema_result r;
    struct err e = {0};
    yyjson_val *sv, *iv;
    if (!json_parse(a, str_c(schema), "schema", 1, &sv, &e) ||
        !json_parse(a, str_c(instance), "instance", 1, &iv, &e) ||
        !schema_compile(a, sv, &o, &s, &e) || !schema_check(s, iv, a, &r, &e))
        fail_msg("%s on %s: %s", schema, instance, e.msg);
    return r.valid;
}

#define VALID(schema, instance) assert_true(valid((schema), (instance)))
#define INVALID(schema, instance) assert_false(valid((schema), (instance)))

static void newer_keywords(void **state)
{
    (void)state;
    static const char tuple[] = "{\"prefixItems\": [{\"type\": \"integer\"}], \"items\": false}";
    VALID(tuple, "[1]");
    VALID(tuple, "[]");
    INVALID(tuple, "[1, 2]");
    INVALID(tuple, "[\"x\"]");
    static const char some[] = "{\"contains\": {\"const\": 1}, \"minContains\": 2, \"maxContains\": 3}";
    INVALID(some, "[1, 2]");
    VALID(some, "[1, 2, 1]");
    INVALID(some, "[1, 1, 1, 1]");
    VALID("{\"contains\": {\"const\": 1}, \"minContains\": 0}", "[]");
    static const char needs[] = "{\"dependentRequired\": {\"a\": [\"b\"]}, "
                                "\"dependentSchemas\": {\"c\": {\"required\": [\"d\"]}}}";
    VALID(needs, "{\"b\": 1}");
    INVALID(needs, "{\"a\": 1}");
    INVALID(needs, "{\"c\": 1}");
    /* siblings of $ref count */
    INVALID("{\"$defs\": {\"i\": {\"type\": \"integer\"}}, \"$ref\": \"#/$defs/i\", \"maximum\": 3}",
            "4");
    VALID("{\"$defs\": {\"i\": {\"$anchor\": \"whole\", \"type\": \"integer\"}}, \"$ref\": \"#whole\"}",
          "4");
}

static void unevaluated(void **state)
{
    (void)state;
    static const char s[] =
        "{\"properties\": {\"a\": true}, \"anyOf\": [{\"properties\": {\"b\": {\"const\": 1}}, "
        "\"required\": [\"b\"]}, {\"properties\": {\"c\": true}, \"required\": [\"c\"]}], "
        "\"unevaluatedProperties\": false}";
    VALID(s, "{\"a\": 0, \"b\": 1}");
    VALID(s, "{\"a\": 0, \"b\": 1, \"c\": 2}");
    INVALID(s, "{\"a\": 0, \"b\": 1, \"d\": 2}");
    INVALID(s, "{\"b\": 2, \"c\": 2}"); /* the first alternative failed: b is not evaluated */
    static const char items[] = "{\"prefixItems\": [true], \"contains\": {\"type\": \"string\"}, "
                                "\"unevaluatedItems\": {\"type\": \"null\"}}";
    VALID(items, "[1, \"x\", null]");
    INVALID(items, "[1, \"x\", 2]");
    VALID("{\"if\": {\"required\": [\"k\"]}, \"then\": {\"properties\": {\"k\": true}}, "
          "\"unevaluatedProperties\": false}", "{\"k\": 1}");
    INVALID("{\"not\": {\"properties\": {\"k\": false}}, \"unevaluatedProperties\": false}",
            "{\"k\": 1}");
}

static void dynamic(void **state)
{
    (void)state;
    /* The example of the specification's section 8.2.3.2: a strict tree extends a tree. */
    static const char s[] =
        "{\"$id\": \"http://x.example/strict-tree\", \"$dynamicAnchor\": \"node\", "
        "\"$ref\": \"tree\", \"unevaluatedProperties\": false, \"$defs\": {\"t\": "
        "{\"$id\": \"http://x.example/tree\", \"$dynamicAnchor\": \"node\", \"type\": \"object\", "
        "\"properties\": {\"data\": true, \"children\": {\"type\": \"array\", "
        "\"items\": {\"$dynamicRef\": \"#node\"}}}}}}";
    VALID(s, "{\"children\": [{\"data\": 1}]}");
    INVALID(s, "{\"children\": [{\"daat\": 1}]}");
}

static void check_refused(const char *schema, const char *why)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct schema *s;
    struct schema_options o = {0};
    struct err e = {0};
    yyjson_val *v;
    assert_true(json_parse(a, str_c(schema), "schema", 1, &v, &e));
    if (schema_compile(a, v, &o, &s, &e))
        fail_msg("%s was accepted", schema);
    if (!strstr(e.msg, why))
        fail_msg("%s: \"%s\" does not say \"%s\"", schema, e.msg, why);
}

static void refused(void **state)
{
    (void)state;
    check_refused("{\"type\": \"strin\"}", "no type");
    check_refused("{\"minLength\": -1}", "at least 0");
    check_refused("{\"multipleOf\": 0}", "over 0");
    check_refused("{\"pattern\": \"(\"}", "regular expression");
    check_refused("{\"$ref\": \"http://example.com/other.json\"}", "refers to nothing");
    check_refused("{\"$ref\": \"#/nowhere\"}", "points at nothing");
    check_refused("{\"properties\": {\"a\": 1}}", "a schema was expected");
    check_refused("{\"required\": \"a\"}", "a list of names");
    check_refused("[1]", "a schema was expected");
}

static void endless(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct schema *s;
    struct schema_options o = {0};
    struct schema_result r;
    struct err e = {0};
    yyjson_val *v;
    (void)state;
    assert_true(json_parse(a, STR("{\"allOf\": [{\"$ref\": \"#\"}]}"), "s", 1, &v, &e));
    assert_true(schema_compile(a, v, &o, &s, &e));
    assert_false(schema_check(s, v, a, &r, &e));
    assert_non_null(strstr(e.msg, "without end"));
    /* two ways at every step */
    assert_true(json_parse(a, STR("{\"$defs\": {\"x\": {\"anyOf\": [{\"$ref\": \"#/$defs/y\"}, "
                                  "{\"$ref\": \"#/$defs/y\"}]}, \"y\": {\"oneOf\": "
                                  "[{\"$ref\": \"#/$defs/x\"}, {\"$ref\": \"#/$defs/x\"}]}}, "
                                  "\"$ref\": \"#/$defs/x\"}"), "s", 1, &v, &e));
    assert_true(schema_compile(a, v, &o, &s, &e));
    assert_false(schema_check(s, v, a, &r, &e));
}

static void messages(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct schema *s;
    struct schema_options o = {0};
    struct schema_result r;
    struct err e = {0};
    yyjson_val *sv, *iv;
    (void)state;
    assert_true(json_parse(a, STR("{\"properties\": {\"a/b\": {\"items\": {\"type\": \"integer\"}}},"
                                  " \"required\": [\"c\"]}"), "s", 1, &sv, &e));
    assert_true(json_parse(a, STR("{\"a/b\": [1, \"x\"]}"), "i", 1, &iv, &e));
    assert_true(schema_compile(a, sv, &o, &s, &e) && schema_check(s, iv, a, &r, &e));
    assert_false(r.valid);
    assert_int_equal(r.n_errors, 2);
    assert_string_equal(r.error[0].keyword, "required");
    assert_string_equal(r.error[1].at.p, "/a~1b/1");
    assert_string_equal(r.error[1].message.p, "is a string, expected \"integer\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_suite), cmocka_unit_test(newer_keywords),
        cmocka_unit_test(unevaluated),    cmocka_unit_test(dynamic),
        cmocka_unit_test(refused),        cmocka_unit_test(endless),
        cmocka_unit_test(messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
