/* `plimsoll show`: one run, or one item of it. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/run_table.h"
#include "cmd/show_item.h"
#include "run/summary.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/jsonw.h"

struct shown {
    struct run_row run;
    struct run_variant_row *variants;
    size_t n;
    struct summary **summary; /* one a variant */
    struct str **models;      /* what answered, n_models a variant */
    size_t *n_models;
};

/* The variants to show: all, or those named by -v. */
static bool choose(struct cmd *c, struct shown *sh)
{
    size_t kept = 0;
    if (!opt_given(c, "variant"))
        return true;
    for (size_t i = 0; i < sh->n; i++)
        for (size_t j = 0; opt_list(c, "variant", j); j++)
            if (str_eq_c(sh->variants[i].name, opt_list(c, "variant", j))) {
                sh->variants[kept++] = sh->variants[i];
                break;
            }
    sh->n = kept;
    return kept || err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no variant \"%s\"",
                           (long long)sh->run.id, opt_list(c, "variant", 0));
}

static bool load_summaries(struct cmd *c, struct store *s, struct shown *sh)
{
    sh->summary = ARENA_ARRAY(c->a, sh->n, struct summary *);
    sh->models = ARENA_ARRAY(c->a, sh->n, struct str *);
    sh->n_models = ARENA_ARRAY(c->a, sh->n, size_t);
    for (size_t i = 0; i < sh->n; i++) {
        struct result_set *rs;
        if (!result_set_load(c->a, s, sh->run.id, sh->variants[i].name.p, &rs, &c->err) ||
            !units_models(s, c->a, sh->variants[i].id, &sh->models[i], &sh->n_models[i], &c->err))
            return false;
        sh->summary[i] = summary_make(c->a, rs, NULL);
    }
    return true;
}

static const char *iso(struct cmd *c, double t)
{
    char text[32];
    return isnan(t) ? NULL : arena_strdup(c->a, clock_iso(t, text, sizeof text));
}

static void write_evidence(struct jw *w, const struct run_row *r)
{
    jw_key(w, "evidence");
    jw_obj(w);
    jw_kstr(w, "golden_path", r->golden_path);
    jw_kstr(w, "success", r->success);
    jw_kint(w, "seed", (int64_t)r->seed);
    jw_kstr(w, "price_date", r->price_date);
    jw_kstr(w, "program", r->program);
    jw_kstr(w, "libraries", r->libraries);
    jw_kstr(w, "unicode", r->unicode);
    jw_key(w, "options");
    jw_raw(w, r->options);
    jw_end(w);
}

static void write_variant(struct jw *w, const struct shown *sh, size_t i)
{
    const struct run_variant_row *v = &sh->variants[i];
    jw_obj(w);
    summary_write_members(w, sh->summary[i]);
    jw_kint(w, "planned", v->planned);
    jw_kstr(w, "model", v->model);
    jw_key(w, "answered_by");
    jw_arr(w);
    for (size_t m = 0; m < sh->n_models[i]; m++)
        jw_str(w, sh->models[i][m]);
    jw_end(w);
    jw_kstr(w, "prompt", v->prompt);
    jw_kstr(w, "prompt_hash", v->prompt_hash);
    jw_kstr(w, "fingerprint", v->fingerprint);
    if (!str_null(v->params)) {
        jw_key(w, "params");
        jw_raw(w, v->params);
    }
    jw_end(w);
}

static void print_json(struct cmd *c, const struct shown *sh)
{
    const struct run_row *r = &sh->run;
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)r->id));
    jw_kstr(&w, "feature", r->feature);
    jw_kstr(&w, "golden_version", r->golden_version);
    jw_kc(&w, "started_at", iso(c, r->started_at));
    jw_kc(&w, "ended_at", iso(c, r->ended_at));
    jw_kstr(&w, "ended_why", r->ended_why);
    write_evidence(&w, r);
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < sh->n; i++)
        write_variant(&w, sh, i);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void print_text(struct cmd *c, const struct shown *sh)
{
    const struct run_row *r = &sh->run;
    const char *end = "not finished";
    if (!isnan(r->ended_at))
        end = arena_printf(c->a, "ended %s%s%s", iso(c, r->ended_at), r->ended_why.p ? ": " : "",
                           r->ended_why.p ? r->ended_why.p : "");
    printf("run r%lld of %s, started %s, %s\n", (long long)r->id, r->feature.p,
           iso(c, r->started_at), end);
    printf("golden set %.8s (%s), success: %s\n", r->golden_version.p,
           r->golden_path.p ? r->golden_path.p : "-", r->success.p);
    printf("plimsoll %s, prices of %s, Unicode %s, %s\n\n", r->program.p,
           r->price_date.p ? r->price_date.p : "-", r->unicode.p, r->libraries.p);
    run_table_print(c, sh->summary, sh->n);
    for (size_t i = 0; i < sh->n; i++) {
        const struct run_variant_row *v = &sh->variants[i];
        printf("\n%s: %s", v->name.p, v->model.p);
        for (size_t m = 0; m < sh->n_models[i]; m++)
            printf("%s%s", m ? ", " : ", answered by ", sh->models[i][m].p);
        if (v->prompt.p)
            printf(", prompt %s (%.8s)", v->prompt.p, v->prompt_hash.p ? v->prompt_hash.p : "");
        putchar('\n');
        run_table_graders(c, sh->summary[i]);
        run_table_slices(c, sh->summary[i]);
    }
}

static int cmd_show(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    const char *where;
    struct shown sh = {0};
    int64_t run = 0;
    if (!project_opt_store(c, &where) || !store_open(where, 0, c->env, &s, &c->err) ||
        !run_resolve(s, c->argv[0], NULL, &run, &c->err) ||
        !run_get(s, c->a, run, &sh.run, &c->err) ||
        !run_variants(s, c->a, run, &sh.variants, &sh.n, &c->err) || !choose(c, &sh))
        return cmd_fail(c);
    if (c->argc == 2)
        return show_item(c, s, run, sh.variants, sh.n, c->argv[1]);
    if (!load_summaries(c, s, &sh))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &sh);
    else
        print_text(c, &sh);
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_LIST, "NAME", "only this variant (may be given several times)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_show;
const struct cmd_def def_show = {
    .name = "show",
    .synopsis = "RUN [ITEM] [-v VARIANT]…",
    .summary = "one run with its evidence; one item with prompt, output and grades",
    .help = "RUN is written like r7; \"last\" is the newest. ITEM is the example's id.",
    .examples = "plimsoll show last\nplimsoll show r7 t-0001 -v small-v3",
    .opts = opts,
    .min_args = 1,
    .max_args = 2,
    .run = cmd_show,
};
