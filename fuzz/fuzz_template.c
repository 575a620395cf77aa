/* Prompt files: any bytes parse or are refused with a position; what parses renders within its
 * limits. A first line of JSON, if there is one, is the variables. */
#include <stdint.h>
#include <string.h>

#include "prompt/prompt.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool no_partials(void *arg, struct arena *a, const char *from, struct str name,
                        struct str *ret_text, const char **ret_path, struct err *e)
{
    (void)arg;
    (void)a;
    (void)name;
    if (strcmp(from, "p.md") != 0)
        return err_set(e, ERR_NOT_FOUND, "only one level");
    *ret_text = STR("[{{x}}{{#l}}{{>q}}{{/l}}]");
    *ret_path = "p.md";
    return true;
}

static void check_error(const struct err *e)
{
    if (e->code == ERR_NONE || e->msg[0] == '\0' || e->line < 1)
        BUG("an error without a reason or position: %s", e->msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str text = {(const char *)data, size}, first;
    struct template_options o = {.path = "p.md", .load = no_partials};
    struct template *t;
    struct prompt *p;
    struct message *m;
    struct str out;
    struct err e = {0};
    yyjson_val *vars = NULL;
    size_t n;
    if (size > 0 && data[0] == '{' && str_split(&text, '\n', &first) &&
        (!json_parse_lax(a, first, "vars", 1, &vars, NULL) || !yyjson_is_obj(vars)))
        vars = NULL;
    if (!vars && !json_parse_lax(a, STR("{\"x\":\"<v>\",\"l\":[1,{\"y\":null}],\"o\":{\"k\":2}}"), "v",
                                 1, &vars, NULL))
        return 0;
    if (!template_parse(a, text, &o, &t, &e))
        check_error(&e);
    else if (!template_render(t, vars, a, 1 << 16, &out, &e))
        check_error(&e);
    err_clear(&e);
    if (str_find(text, STR("{{>")) >= 0) /* no files from here */
        return 0;
    if (!prompt_parse(a, text, "p.md", &p, &e))
        check_error(&e);
    else if (!prompt_render(p, vars, a, &m, &n, &e))
        check_error(&e);
    return 0;
}
