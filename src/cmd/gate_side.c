/* Requirements and evidence of a gate; see gate_side.h. */
#include "cmd/gate_side.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "cmd/project_opt.h"
#include "cmd/side.h"
#include "decide/answer.h"
#include "golden/golden.h"
#include "spec/project.h"
#include "store/decisions.h"
#include "store/runs.h"
#include "store/store.h"

/* --- requirements --- */

static size_t count_options(const struct cmd *c, const char *name)
{
    size_t n = 0;
    while (opt_list(c, name, n))
        n++;
    return n;
}

/* Those of the command line, if there are any. */
static bool required_options(struct cmd *c, const char *const *graders, struct gate_case *gc)
{
    size_t n = count_options(c, "require");
    if (n == 0)
        return true;
    gc->require = ARENA_ARRAY(c->a, n, struct requirement);
    gc->n_require = n;
    for (size_t i = 0; i < n; i++)
        if (!requirement_parse(c->a, str_c(opt_list(c, "require", i)), graders, "--require", 1, 1,
                               &gc->require[i], &c->err))
            return false;
    return true;
}

/* Keys the requirements need from the rows: slices, graders, failure modes. NULL-terminated. */
static const char *const *wanted_slices(struct arena *a, const struct gate_case *gc,
                                        const char *const *also)
{
    size_t n = 0, most = gc->n_require;
    while (also && also[n])
        n++;
    const char **keys = ARENA_ARRAY(a, n + most + 1, const char *);
    for (size_t i = 0; i < n; i++)
        keys[i] = also[i];
    for (size_t i = 0; i < gc->n_require; i++) {
        bool known = !gc->require[i].slice;
        for (size_t k = 0; k < n && !known; k++)
            known = strcmp(keys[k], gc->require[i].slice) == 0;
        if (!known)
            keys[n++] = gc->require[i].slice;
    }
    return keys;
}

static const char *const *wanted_measures(struct arena *a, const struct gate_case *gc)
{
    const char **keys = ARENA_ARRAY(a, 2 * gc->n_require + 1, const char *);
    size_t n = 0;
    for (size_t i = 0; i < gc->n_require; i++) {
        if (!gc->require[i].name)
            continue;
        keys[n++] = gc->require[i].name;
        keys[n++] = arena_printf(a, "%s_rate", gc->require[i].name);
    }
    return keys;
}

static bool confidence_of(struct cmd *c, double otherwise, struct gate_case *gc)
{
    double conf = opt_num(c, "confidence", otherwise);
    gc->gate.opts = (struct gate_opts){.confidence = conf, .seed = c->env->seed};
    if (conf >= 0.5 && conf < 1)
        return true;
    return err_set(&c->err, ERR_USAGE, "--confidence must be at least 0.5 and below 1, found %g",
                   conf);
}

/* --- plain files --- */

static bool load_file(struct cmd *c, const char *path, struct gate_case *gc)
{
    const char *baseline = opt_str(c, "baseline");
    if (!required_options(c, NULL, gc) || !confidence_of(c, 0.95, gc))
        return false;
    if (gc->n_require == 0) {
        err_set(&c->err, ERR_USAGE, "a plain file needs at least one --require");
        return err_hint(&c->err, "For example: --require \"success_rate >= 0.9\"");
    }
    struct side_opts so = {.evidence = {.slices = wanted_slices(c->a, gc, NULL),
                                        .measures = wanted_measures(c->a, gc),
                                        .cluster = opt_str(c, "cluster")}};
    struct evidence *candidate, *base = NULL;
    if (baseline ? !sides_load(c, baseline, path, &so, &base, &candidate, &c->err)
                 : !side_load(c, path, &so, &candidate, &c->err))
        return false;
    gc->gate.candidate = candidate;
    gc->gate.baseline = base;
    gc->gate.variant = candidate->name;
    gc->gate.baseline_name = base ? base->name : NULL;
    gc->gate.no_baseline = "no baseline was given (--baseline)";
    return true;
}

/* --- projects --- */

/* Whether what ran is what would ship now; NULL when it is. */
static const char *stale_why(struct cmd *c, const struct feature *f, const struct run_row *run,
                             const struct run_variant_row *v, const struct evidence *ev)
{
    size_t rows = ev->n_rows;
    const struct variant_spec *spec = NULL;
    struct golden *golden;
    struct str prompt;
    for (size_t i = 0; i < f->n_variants; i++)
        if (str_eq_c(v->name, f->variants[i].name))
            spec = &f->variants[i];
    if (!spec)
        return arena_printf(c->a, "%s has no variant %.*s any more", f->name, STR_ARG(v->name));
    /* A run that may stop early is judged by methods that hold wherever it stopped. */
    if ((int64_t)rows < v->planned && !ev->stopped_early)
        return arena_printf(c->a,
                            "run r%lld is unfinished: %zu of %lld outputs are there "
                            "(`plimsoll run --resume` goes on)",
                            (long long)run->id, rows, (long long)v->planned);
    if (f->golden && golden_load(c->a, f->golden, &golden, NULL) &&
        !str_eq_c(run->golden_version, golden->version.hex))
        return arena_printf(c->a, "the golden set changed since run r%lld: run again",
                            (long long)run->id);
    if (spec->prompt && v->prompt_hash.p &&
        file_read(c->a, spec->prompt, BUF_MAX_BODY, &prompt, NULL) &&
        !str_eq_c(v->prompt_hash, hash_content(prompt).hex))
        return arena_printf(c->a, "the prompt changed since run r%lld: run again",
                            (long long)run->id);
    return NULL;
}

static bool find_stale(struct cmd *c, struct store *s, const struct feature *f,
                       struct gate_case *gc)
{
    struct run_row run;
    struct run_variant_row *v;
    size_t n;
    if (!run_get(s, c->a, gc->run, &run, &c->err) ||
        !run_variants(s, c->a, gc->run, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(v[i].name, gc->gate.variant))
            gc->gate.stale = stale_why(c, f, &run, &v[i], gc->gate.candidate);
    return true;
}

static int64_t run_number(const struct evidence *ev)
{
    long long n = 0;
    return ev->run && str_long(str_c(ev->run + 1), &n) ? n : 0;
}

/* The baseline's evidence: "shipped" is what the last gate recorded, with the run it rested on. */
static bool load_baseline(struct cmd *c, struct store *s, const struct feature *f, const char *name,
                          const struct side_opts *so, struct gate_case *gc)
{
    struct evidence *base = NULL;
    if (!name) {
        gc->gate.no_baseline = "the gate has no baseline";
        return true;
    }
    const char *text = name;
    if (strcmp(name, "shipped") == 0) {
        struct decision_row d;
        bool found;
        if (!decision_shipped(s, c->a, f->name, &d, &found, &c->err))
            return false;
        if (!found) {
            gc->gate.no_baseline = "nothing was shipped yet, so there is no baseline "
                                   "(--baseline NAME names one for the first time)";
            gc->gate.baseline_name = NULL;
            return true;
        }
        text = arena_printf(c->a, "r%lld:%.*s", (long long)d.run, STR_ARG(d.variant));
    }
    if (side_is_file(text) ? !side_load(c, text, so, &base, &c->err)
                           : !side_from_store(c, s, f, text, so, &base, &c->err))
        return err_wrap(&c->err, "baseline %s", name);
    gc->gate.baseline = base;
    gc->gate.baseline_name = base->name;
    gc->baseline_run = run_number(base);
    return true;
}

bool gate_case_project(struct cmd *c, struct store *s, const struct project *p,
                       const struct feature *f, const char *variant, const char *baseline,
                       struct gate_case **ret)
{
    struct gate_case *gc = ARENA_NEW(c->a, struct gate_case);
    struct evidence *candidate;
    gc->gate.feature = f->name;
    gc->gate.decided_at = env_now(c->env);
    gc->project_file = p->path;
    gc->store = p->store;
    if (!required_options(c, f->grader_names, gc) || !confidence_of(c, f->gate.confidence, gc))
        return false;
    if (gc->n_require == 0) {
        gc->require = f->gate.require;
        gc->n_require = f->gate.n_require;
    }
    if (gc->n_require == 0) {
        err_set(&c->err, ERR_USAGE, "%s has no gate: in the project file", f->name);
        return err_hint(&c->err, "Add `gate: {require: [success_rate >= 0.9]}` or give --require.");
    }
    struct side_opts so = {.evidence = {.slices = wanted_slices(c->a, gc, f->slices),
                                        .cluster = opt_str(c, "cluster")}};
    if (!side_from_store(c, s, f, variant, &so, &candidate, &c->err))
        return false;
    gc->gate.candidate = candidate;
    gc->gate.variant = candidate->name;
    gc->run = run_number(candidate);
    if (!find_stale(c, s, f, gc) ||
        !load_baseline(c, s, f, baseline ? baseline : f->gate.baseline, &so, gc))
        return false;
    *ret = gc;
    return true;
}

static bool load_project(struct cmd *c, struct gate_case **ret)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct project *p;
    const struct feature *f;
    const char *variant = opt_str(c, "variant");
    if (!variant) {
        err_set(&c->err, ERR_USAGE, "gate wants -v VARIANT, or a file and --require");
        return err_hint(&c->err, "usage: plimsoll gate %s", c->def->synopsis);
    }
    return project_opt_load(c, &p) &&
           project_feature(p, c->argc ? c->argv[0] : NULL, &f, &c->err) &&
           side_open_store(c, p, &s, &c->err) &&
           gate_case_project(c, s, p, f, variant, opt_str(c, "baseline"), ret);
}

bool gate_case_load(struct cmd *c, struct gate_case **ret)
{
    if (c->argc == 0 || !side_is_file(c->argv[0]))
        return load_project(c, ret);
    struct gate_case *gc = ARENA_NEW(c->a, struct gate_case);
    gc->gate.decided_at = env_now(c->env);
    *ret = gc;
    return load_file(c, c->argv[0], gc);
}

/* --- shipping --- */

static const char *who(struct cmd *c)
{
    const char *by = opt_str(c, "by");
    by = by ? by : env_get(c->env, "PLIMSOLL_USER");
    by = by ? by : env_get(c->env, "USER");
    by = by ? by : env_get(c->env, "LOGNAME");
    return by ? by : "unknown";
}

bool gate_case_ship(struct cmd *c, struct gate_case *gc)
{
    CLEANUP(store_closep) struct store *s = NULL;
    CLEANUP(buf_release) struct buf evidence = {0};
    struct gate *g = &gc->gate;
    struct jw w;
    if (!gc->store)
        return err_set(&c->err, ERR_USAGE,
                       "--ship records in the project's store; a plain file has "
                       "none");
    if (g->verdict != GATE_SHIP)
        return true; /* the verdict says why nothing was recorded */
    buf_init(&evidence, BUF_MAX_BODY);
    g->shipped_by = who(c);
    jw_init(&w, &evidence, false);
    answer_gate_json(g, &w);
    if (!buf_ok(&evidence, "the evidence", &c->err) ||
        !store_open(gc->store, 0, c->env, &s, &c->err))
        return false;
    struct decision_row d = {
        .feature = str_c(g->feature),
        .variant = str_c(g->variant),
        .run = gc->run,
        .baseline = str_c(g->baseline_name),
        .baseline_run = gc->baseline_run,
        .verdict = str_c(gate_verdict_name(g->verdict)),
        .shipped = true,
        .golden_version = str_c(g->candidate->golden_version),
        .evidence = buf_str(&evidence),
        .decided_by = str_c(g->shipped_by),
        .decided_at = g->decided_at,
    };
    return decision_put(s, &d, &c->err);
}
