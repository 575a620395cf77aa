/* Checking the statistics against a folder of reference values; see stats_check.h. */
#include "cmd/stats_check.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "stats/registry.h"
#include "text/csv.h"
#include "text/json.h"
#include "text/jsonw.h"

static const double default_tolerance = 1e-6;
static const size_t max_case = (size_t)256 << 20;

/* Where two results differ: the path grows towards the field, the sentence says how. */
struct difference {
    char path[512];
    char what[256];
};

static bool differ(struct difference *d, const char *path, struct arena *a, yyjson_val *got,
                   yyjson_val *want)
{
    struct str g = got ? json_text(a, got) : STR("nothing"), w = json_text(a, want);
    snprintf(d->path, sizeof d->path, "%s", path);
    snprintf(d->what, sizeof d->what, "got %.100s, expected %.100s", g.p, w.p);
    return false;
}

static bool numbers_agree(yyjson_val *got, yyjson_val *want, double tolerance)
{
    if (yyjson_is_int(got) && yyjson_is_int(want))
        return json_equal(got, want);
    double g = yyjson_get_num(got), w = yyjson_get_num(want);
    return fabs(g - w) <= tolerance * fmax(fabs(w), 1e-3) + 1e-12;
}

static bool agree(struct arena *a, yyjson_val *got, yyjson_val *want, double tolerance,
                  const char *path, struct difference *d)
{
    size_t i, n;
    yyjson_val *k, *v;
    char below[512];
    if (yyjson_is_num(want) && yyjson_is_num(got))
        return numbers_agree(got, want, tolerance) || differ(d, path, a, got, want);
    if (!got || yyjson_get_type(got) != yyjson_get_type(want))
        return differ(d, path, a, got, want);
    if (yyjson_is_obj(want)) {
        yyjson_obj_foreach(want, i, n, k, v)
        {
            struct str key = json_str(k);
            snprintf(below, sizeof below, "%s%s%.*s", path, *path ? "." : "", STR_ARG(key));
            if (!agree(a, yyjson_obj_getn(got, key.p, key.n), v, tolerance, below, d))
                return false;
        }
        return true;
    }
    if (yyjson_is_arr(want)) {
        if (yyjson_arr_size(got) != yyjson_arr_size(want))
            return differ(d, path, a, got, want);
        yyjson_val *g = yyjson_arr_get_first(got);
        yyjson_arr_foreach(want, i, n, v)
        {
            snprintf(below, sizeof below, "%s[%zu]", path, i);
            if (!agree(a, g, v, tolerance, below, d))
                return false;
            g = unsafe_yyjson_get_next(g);
        }
        return true;
    }
    return json_equal(got, want) || differ(d, path, a, got, want);
}

/* Tolerance by file name, as text. */
static bool read_index(struct cmd *c, const char *dir, struct map *tolerance)
{
    const struct csv_field *f;
    size_t n, file_col = SIZE_MAX, tol_col = SIZE_MAX;
    bool more;
    const char *path = arena_printf(c->a, "%s/INDEX.csv", dir);
    FILE *in = file_exists(path) ? fopen(path, "r") : NULL;
    if (!in)
        return true;
    CLEANUP(csv_release) struct csv_reader r = {0};
    csv_init(&r, in, path, ',', BUF_MAX_LINE);
    bool ok = csv_next(&r, &f, &n, &more, &c->err);
    for (size_t i = 0; ok && more && i < n; i++) {
        if (str_eq_c(f[i].text, "file"))
            file_col = i;
        if (str_eq_c(f[i].text, "rel_tol"))
            tol_col = i;
    }
    if (ok && (file_col == SIZE_MAX || tol_col == SIZE_MAX))
        ok = err_set(&c->err, ERR_INPUT, "%s: expected columns \"file\" and \"rel_tol\"", path);
    while (ok && (ok = csv_next(&r, &f, &n, &more, &c->err)) && more) {
        double *value = ARENA_NEW(c->a, double);
        if (file_col >= n || tol_col >= n || !str_double(f[tol_col].text, value)) {
            err_set(&c->err, ERR_INPUT, "expected a file name and a tolerance");
            ok = err_at(&c->err, path, f[0].line, f[0].col);
        } else {
            map_put(tolerance, arena_str(c->a, f[file_col].text), value);
        }
    }
    fclose(in);
    return ok;
}

static int is_case(const struct dirent *d)
{
    return d->d_name[0] != '.' && str_ends_c(str_c(d->d_name), ".json");
}

/* Runs one case in an arena of its own. *ret_pass false: *d says what differs. Only a file that
 * cannot be read as a case is an error. */
static bool run_case(const char *path, double tolerance, bool *ret_pass, struct difference *d,
                     struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(buf_release) struct buf b = {0};
    struct str text;
    struct jw w;
    struct err why = {0};
    yyjson_val *doc, *got;
    buf_init(&b, BUF_MAX_FILE);
    jw_init(&w, &b, false);
    if (!file_read(a, path, max_case, &text, e) || !json_parse(a, text, path, 1, &doc, e))
        return false;
    const char *function = yyjson_get_str(json_get(doc, "function"));
    if (!function || !yyjson_is_obj(json_get(doc, "expected")))
        return err_set(e, ERR_INPUT, "%s: expected \"function\", \"inputs\" and \"expected\"",
                       path);
    *ret_pass = false;
    const struct stat_row *row;
    if (!stat_find(function, a, &row, &why) ||
        !stat_call(row, json_get(doc, "inputs"), &w, a, &why)) {
        snprintf(d->path, sizeof d->path, "inputs");
        snprintf(d->what, sizeof d->what, "%.250s", why.msg);
        return true;
    }
    if (!buf_ok(&b, "the result", e) || !json_parse(a, buf_str(&b), function, 1, &got, e))
        return false;
    *ret_pass = agree(a, got, json_get(doc, "expected"), tolerance, "", d);
    return true;
}

static void free_names(struct dirent **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static void report(struct cmd *c, struct jw *w, const char *file, const struct difference *d)
{
    if (c->json) {
        jw_obj(w);
        jw_kc(w, "file", file);
        jw_kc(w, "field", d->path);
        jw_kc(w, "why", d->what);
        jw_end(w);
    } else {
        printf("%s: %s: %s\n", file, d->path, d->what);
    }
}

static bool run_all(struct cmd *c, const char *dir, struct dirent **names, int n,
                    const struct map *tolerances, size_t *ret_failed)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    size_t failed = 0;
    cmd_json_begin(&b, &w);
    jw_key(&w, "failures");
    jw_arr(&w);
    for (int i = 0; i < n; i++) {
        const char *file = names[i]->d_name;
        const double *given = map_get(tolerances, str_c(file));
        struct difference d = {"", ""};
        bool pass = false;
        if (!run_case(arena_printf(c->a, "%s/%s", dir, file), given ? *given : default_tolerance,
                      &pass, &d, &c->err))
            return false;
        if (!pass) {
            failed++;
            report(c, &w, file, &d);
        }
    }
    jw_end(&w);
    jw_kint(&w, "passed", n - (int64_t)failed);
    jw_kint(&w, "failed", (int64_t)failed);
    jw_end(&w);
    if (c->json)
        cmd_json_print(c, &b);
    else
        printf("%zu passed, %zu failed\n", (size_t)n - failed, failed);
    *ret_failed = failed;
    return true;
}

bool stats_check(struct cmd *c, const char *dir, size_t *ret_failed)
{
    CLEANUP(map_release) struct map tolerances = {0};
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_case, alphasort);
    if (n < 0)
        return err_errno(&c->err, ERR_INPUT, "cannot read the folder %s", dir);
    bool ok = read_index(c, dir, &tolerances);
    if (ok && n == 0)
        ok = err_set(&c->err, ERR_INPUT, "%s holds no .json file", dir);
    ok = ok && run_all(c, dir, names, n, &tolerances, ret_failed);
    free_names(names, n);
    return ok;
}
