/* What people name when they compare or gate; see side.h. */
#include "cmd/side.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/project_opt.h"
#include "run/results.h"
#include "spec/project.h"
#include "store/calibrations.h"
#include "store/runs.h"
#include "store/store.h"

static bool ends_like_file(struct str s)
{
    return str_ends_c(s, ".jsonl") || str_ends_c(s, ".ndjson") || str_ends_c(s, ".json") ||
           str_ends_c(s, ".csv") || str_ends_c(s, ".tsv");
}

/* "out.jsonl:small": the variant, if there is a file of the name before the colon. */
static const char *file_variant(struct arena *a, const char *text, const char **ret_path)
{
    const char *colon = strrchr(text, ':');
    *ret_path = text;
    if (!colon || file_exists(text))
        return NULL;
    const char *path = arena_strndup(a, text, (size_t)(colon - text));
    if (!ends_like_file(str_c(path)))
        return NULL;
    *ret_path = path;
    return colon + 1;
}

bool side_is_file(const char *text)
{
    const char *colon = strrchr(text, ':');
    struct str before = {text, colon ? (size_t)(colon - text) : 0};
    return (colon && ends_like_file(before)) || strcmp(text, "-") == 0 || strchr(text, '/') ||
           ends_like_file(str_c(text)) || (file_exists(text) && !file_is_dir(text));
}

/* "before" of "results/before.jsonl". */
static const char *short_name(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_c(slash ? slash + 1 : path);
    if (strcmp(path, "-") == 0)
        return "stdin";
    if (ends_like_file(name))
        while (name.p[--name.n] != '.')
            ;
    return arena_strndup(a, name.p, name.n);
}

static bool load_file(struct cmd *c, const char *path, const struct side_opts *o,
                      struct evidence **ret, struct err *e)
{
    struct evidence_opts opts = o->evidence;
    const char *file;
    opts.variant = file_variant(c->a, path, &file);
    if (!evidence_read(c->a, file, &opts, ret, e))
        return false;
    (*ret)->name = opts.variant ? opts.variant : short_name(c->a, path);
    return true;
}

/* "r7", "7" or "r7:small". */
static bool looks_like_run(struct str s)
{
    size_t i = s.n && s.p[0] == 'r';
    size_t digits = i;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return (i > digits && (i == s.n || s.p[i] == ':')) || str_eq_c(s, "last") ||
           str_starts_c(s, "last:");
}

/* The only variant of a run. */
static bool only_variant(struct cmd *c, struct store *s, int64_t run, const char **ret,
                         struct err *e)
{
    struct run_variant_row *v;
    size_t n;
    if (!run_variants(s, c->a, run, &v, &n, e))
        return false;
    if (n == 1) {
        *ret = arena_strndup(c->a, v[0].name.p, v[0].name.n);
        return true;
    }
    err_set(e, ERR_INPUT, "run r%lld has %zu variants", (long long)run, n);
    return n ? err_hint(e, "Say which one: r%lld:%.*s", (long long)run, STR_ARG(v[0].name)) : false;
}

/* Which run and which of its variants `text` means. */
static bool resolve(struct cmd *c, struct store *s, const char *text, const struct feature *f,
                    int64_t *ret_run, const char **ret_variant, struct err *e)
{
    struct str rest = str_c(text), run;
    if (looks_like_run(rest)) {
        str_split(&rest, ':', &run);
        if (!run_resolve(s, arena_strndup(c->a, run.p, run.n), f ? f->name : NULL, ret_run, e))
            return false;
        *ret_variant = rest.n ? arena_strndup(c->a, rest.p, rest.n) : NULL;
        return *ret_variant || only_variant(c, s, *ret_run, ret_variant, e);
    }
    const struct variant_spec *v;
    if (!feature_variant(f, text, &v, e))
        return false;
    *ret_variant = v->name;
    if (!run_newest_with(s, f->name, v->name, ret_run, e))
        return false;
    if (*ret_run)
        return true;
    err_set(e, ERR_NOT_FOUND, "%s of %s has not run yet", v->name, f->name);
    return err_hint(e, "`plimsoll run %s -v %s` runs it.", f->name, v->name);
}

bool side_open_store(struct cmd *c, const struct project *p, struct store **ret, struct err *e)
{
    if (store_open(p->store, 0, c->env, ret, e))
        return true;
    if (e->code == ERR_NOT_FOUND)
        err_hint(e, "Nothing has run yet: `plimsoll run` does.");
    return false;
}

/* Judges that people measured, as the run had them. */
static bool calibrate_graders(struct cmd *c, struct store *s, const struct feature *f, int64_t run,
                              struct evidence *ev, struct err *e)
{
    struct run_grader_row *g;
    size_t n;
    if (!run_graders(s, c->a, run, &g, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct calibration_row row;
        bool found;
        if (!calibration_newest(s, c->a, str_c(f->name), g[i].name, g[i].hash, &row, &found, e))
            return false;
        struct judge_counts measured = {.n11 = (size_t)row.pass_pass,
                                        .n10 = (size_t)row.pass_fail,
                                        .n01 = (size_t)row.fail_pass,
                                        .n00 = (size_t)row.fail_fail};
        if (found)
            evidence_calibrate(ev, arena_strndup(c->a, g[i].name.p, g[i].name.n), measured);
    }
    return true;
}

bool side_from_store(struct cmd *c, struct store *s, const struct feature *f, const char *text,
                     const struct side_opts *o, struct evidence **ret, struct err *e)
{
    int64_t run;
    const char *variant;
    struct result_set *rs;
    struct run_row row;
    struct evidence_opts opts = o->evidence;
    opts.feature = f;
    if (!resolve(c, s, text, f, &run, &variant, e) || !run_get(s, c->a, run, &row, e) ||
        !result_set_load(c->a, s, run, variant, &rs, e))
        return false;
    if (!opts.slices || !opts.slices[0])
        opts.slices = f->slices;
    *ret = evidence_of_results(c->a, rs, &opts);
    (*ret)->stopped_early = evidence_stops_early(c->a, &row);
    if (!calibrate_graders(c, s, f, run, *ret, e))
        return false;
    if ((*ret)->n_rows == 0)
        return err_set(e, ERR_INPUT, "run r%lld has no result of %s yet", (long long)run, variant);
    return true;
}

static bool load_stored(struct cmd *c, const char *text, const struct side_opts *o,
                        struct evidence **ret, struct err *e)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct project *p;
    const struct feature *f;
    if (!file_exists(project_opt_path(c))) {
        err_set(e, ERR_NOT_FOUND,
                "there is no file \"%s\", and no project here to have a variant "
                "or run of that name",
                text);
        return err_hint(e, "Give a .jsonl or .csv file, or work in a project folder (-C DIR).");
    }
    return project_load(c->a, c->env, project_opt_path(c), &p, e) &&
           project_feature(p, o->feature, &f, e) && side_open_store(c, p, &s, e) &&
           side_from_store(c, s, f, text, o, ret, e);
}

bool side_load(struct cmd *c, const char *text, const struct side_opts *o, struct evidence **ret,
               struct err *e)
{
    return side_is_file(text) ? load_file(c, text, o, ret, e) : load_stored(c, text, o, ret, e);
}

bool sides_load(struct cmd *c, const char *a, const char *b, const struct side_opts *o,
                struct evidence **ret_a, struct evidence **ret_b, struct err *e)
{
    if (!side_load(c, a, o, ret_a, e) || !side_load(c, b, o, ret_b, e))
        return false;
    if (strcmp((*ret_a)->name, (*ret_b)->name) != 0)
        return true;
    /* The same name twice tells nobody anything: say which run, or which file. */
    struct evidence *side[] = {*ret_a, *ret_b};
    const char *text[] = {a, b};
    for (int i = 0; i < 2; i++)
        side[i]->name = side_is_file(text[i]) || !side[i]->run
                            ? text[i]
                            : arena_printf(c->a, "%s:%s", side[i]->run, side[i]->name);
    return true;
}

bool side_feature(struct cmd *c, const char *text, struct project **ret_p,
                  const struct feature **ret, struct err *e)
{
    if (!file_exists(project_opt_path(c))) {
        err_set(e, ERR_NOT_FOUND,
                "there is no file \"%s\", and no project here to have a feature of that name",
                text);
        return err_hint(e, "Give a .jsonl or .csv file, or work in a project folder (-C DIR).");
    }
    if (!project_opt_load(c, ret_p))
        return false;
    return project_feature(*ret_p, text, ret, e) || err_wrap(e, "there is no file \"%s\"", text);
}
