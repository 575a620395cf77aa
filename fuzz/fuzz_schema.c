/*
 * JSON Schema: the first line is a schema, the rest an instance. What compiles is also run against
 * itself; validity may not depend on the order of two runs.
 */
#include <stdint.h>

#include "text/json.h"
#include "text/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str rest = {(const char *)data, size}, line;
    struct schema_options o = {.formats = true, .draft7 = size % 2};
    struct schema_result r, again;
    const struct schema *s;
    struct err e = {0};
    yyjson_val *schema, *instance;
    if (size > 10000 || !str_split(&rest, '\n', &line) ||
        !json_parse_lax(a, line, "schema", 1, &schema, NULL))
        return 0;
    if (!schema_compile(a, schema, &o, &s, &e)) {
        if (!e.msg[0])
            BUG("refused without a word");
        return 0;
    }
    if (!json_parse_lax(a, rest, "instance", 1, &instance, NULL))
        instance = schema;
    if (schema_check(s, instance, a, &r, &e)) {
        if (!schema_check(s, instance, a, &again, &e) || again.valid != r.valid)
            BUG("two runs, two answers");
        if (r.valid && r.n_errors)
            BUG("valid with %zu errors", r.n_errors);
    }
    return 0;
}
