/*
 * `packages`: software packages that an output tells its reader to install or import must be known
 * ones: `known` (a file of names, a line each, or a list) or the item's `expected.packages`. A
 * name that nobody has published is an invitation to whoever registers it. Finds pip, npm, cargo,
 * gem and go commands, and Python and JavaScript imports when `imports: true`.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <math.h>
#include <pcre2.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "grade/option.h"

enum { MAX_FILE = 64 << 20 };

struct packages {
    struct map known; /* lower case */
    bool any_known, imports;
    pcre2_code *install, *import;
};

static void packages_close(struct grader *g)
{
    struct packages *s = g->state;
    map_release(&s->known);
    pcre2_code_free(s->install);
    pcre2_code_free(s->import);
}

static struct str lower(struct arena *a, struct str s)
{
    char *out = arena_strndup(a, s.p, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] = (char)(out[i] | 32);
        if (out[i] == '_')
            out[i] = '-';
    }
    return (struct str){out, s.n};
}

static pcre2_code *compile(const char *pattern)
{
    int code;
    PCRE2_SIZE at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                   PCRE2_CASELESS | PCRE2_MULTILINE, &code, &at, NULL);
    if (!re)
        BUG("a pattern of the packages grader does not compile");
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    return re;
}

static bool packages_open(struct grader *g, const struct node *options, struct arena *a,
                          struct err *e)
{
    struct packages *s = ARENA_NEW(a, struct packages);
    const struct node *known = node_get(options, "known");
    struct str_list list = {0};
    struct str text, line;
    g->state = s;
    s->install = compile(
        "\\b(?:pip3?\\s+install|npm\\s+(?:install|i|add)|yarn\\s+add|pnpm\\s+add|cargo\\s+add|"
        "gem\\s+install|go\\s+get|uv\\s+add|poetry\\s+add)((?:[ \\t]+[@\\w./=<>~!\\[\\]-]+)+)");
    s->import = compile("^\\s*(?:from\\s+([\\w]+)[\\w.]*\\s+import\\b|import\\s+([\\w]+)|.*"
                        "\\brequire\\(\\s*['\"]([@\\w/.-]+)"
                        "['\"]|import\\s+.*from\\s+['\"]([@\\w/.-]+)['\"])");
    if (!node_get_bool(options, "imports", &s->imports, e))
        return false;
    s->any_known = known != NULL;
    if (known && known->kind == NODE_SCALAR) {
        if (!file_read(a, file_beside(a, known->file ? known->file : "", known->text.p), MAX_FILE,
                       &text, e))
            return err_wrap(e, "known");
        while (str_split(&text, '\n', &line))
            if (str_trim(line).n)
                map_put(&s->known, lower(a, str_trim(line)), s);
        return true;
    }
    if (!option_texts(options, "known", a, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++)
        map_put(&s->known, lower(a, list.v[i]), s);
    return true;
}

static bool is_known(const struct packages *s, const struct grade_in *in, struct arena *a,
                     struct str name)
{
    size_t i, n;
    yyjson_val *v;
    struct str key = lower(a, name);
    if (map_has(&s->known, key))
        return true;
    yyjson_arr_foreach(yyjson_obj_get(in->expected, "packages"), i, n, v)
    {
        struct str one = {yyjson_get_str(v), yyjson_get_len(v)};
        if (yyjson_is_str(v) && str_eq(lower(a, one), key))
            return true;
    }
    return false;
}

/* "requests>=2", "@types/node@20" without version; options and paths are no packages. */
static struct str bare(struct str s)
{
    size_t n = 0;
    if (s.n == 0 || s.p[0] == '-' || s.p[0] == '.' || s.p[0] == '/')
        return (struct str){NULL, 0};
    while (n < s.n && !strchr("=<>~![", s.p[n]) && !(n > 0 && s.p[n] == '@'))
        n++;
    return str_sub(s, 0, n);
}

struct tally {
    size_t n, unknown;
    struct str first;
};

static void count(const struct packages *s, const struct grade_in *in, struct arena *a,
                  struct str name, struct tally *t)
{
    name = bare(name);
    if (name.n == 0)
        return;
    t->n++;
    if (is_known(s, in, a, name))
        return;
    if (t->unknown++ == 0)
        t->first = name;
}

static bool scan(const pcre2_code *re, struct str text, bool words, const struct packages *s,
                 const struct grade_in *in, struct arena *a, struct tally *t)
{
    pcre2_match_data *md = pcre2_match_data_create(6, NULL);
    size_t at = 0;
    int rc;
    while ((rc = pcre2_match(re, (PCRE2_SPTR)text.p, text.n, at, 0, md, NULL)) > 0) {
        const PCRE2_SIZE *v = pcre2_get_ovector_pointer(md);
        for (int k = 1; k < rc; k++) {
            if (v[2 * k] == PCRE2_UNSET)
                continue;
            struct str rest = str_trim(str_sub(text, v[2 * k], v[2 * k + 1] - v[2 * k])), word;
            if (!words)
                count(s, in, a, rest, t);
            while (words && str_split(&rest, ' ', &word))
                count(s, in, a, str_trim(word), t);
        }
        at = v[1] > at ? v[1] : at + 1;
        if (at > text.n)
            break;
    }
    pcre2_match_data_free(md);
    return rc == PCRE2_ERROR_NOMATCH || rc > 0;
}

static bool packages_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct packages *s = g->state;
    struct tally t = {0};
    struct str text = in->output.p ? in->output : STR("");
    if (!s->any_known && !yyjson_is_arr(yyjson_obj_get(in->expected, "packages")))
        return err_set(e, ERR_GRADER,
                       "no list of known packages: neither known: nor expected.packages");
    if (!scan(s->install, text, true, s, in, a, &t) ||
        (s->imports && !scan(s->import, text, false, s, in, a, &t)))
        return err_set(e, ERR_GRADER, "the search for packages gave up on this output");
    if (t.unknown)
        graded_bool(out, false, a, "%zu of %zu packages are unknown, first: %s", t.unknown, t.n,
                    grade_quote(a, t.first));
    else
        graded_bool(out, true, a, "%zu packages named, all known", t.n);
    return true;
}

static const char *const keys[] = {"known", "imports", NULL};

extern const struct grader_ops grader_packages;
const struct grader_ops grader_packages = {
    .name = "packages",
    .summary = "packages to install are known ones, not invented",
    .keys = keys,
    .open = packages_open,
    .grade = packages_grade,
    .close = packages_close,
    .threshold = (double)NAN,
};
