/* Collecting an import and writing it as a project; see import.h. */
#include "import/import.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "golden/rows.h"
#include "base/file.h"

extern const struct importer_ops importer_promptfoo, importer_promptfoo_results,
    importer_openai_evals, importer_openai_evals_export, importer_lm_eval, importer_inspect,
    importer_deepeval, importer_evalite, importer_rows;

static const struct importer_ops *const importers[] = {
    &importer_promptfoo,    &importer_promptfoo_results,
    &importer_openai_evals, &importer_openai_evals_export,
    &importer_lm_eval,      &importer_inspect,
    &importer_deepeval,     &importer_evalite,
    &importer_rows,         NULL,
};

const struct importer_ops *const *importer_all(void) { return importers; }

const struct importer_ops *importer_find(struct str name)
{
    for (size_t i = 0; importers[i]; i++)
        if (str_eq_c(name, importers[i]->name))
            return importers[i];
    return NULL;
}

static void release(void *p)
{
    struct import *im = p;
    buf_release(&im->golden);
    map_release(&im->ids);
    for (size_t i = 0; i < im->variants.n; i++)
        buf_release(&im->variants.v[i].outputs);
    vec_free(&im->slices);
    vec_free(&im->models);
    vec_free(&im->prompts);
    vec_free(&im->variants);
    vec_free(&im->graders);
    vec_free(&im->lines);
}

char *import_name(struct arena *a, const char *text)
{
    char out[61];
    size_t n = 0;
    for (; *text && n < sizeof out - 1; text++) {
        bool fit = isalnum((unsigned char)*text) || strchr("._-", *text);
        if (!fit && (n == 0 || out[n - 1] == '-'))
            continue;
        out[n++] = fit ? *text : '-';
    }
    while (n && (out[n - 1] == '-' || out[n - 1] == '.'))
        n--;
    return n ? arena_strndup(a, out, n) : arena_strdup(a, "unnamed");
}

struct import *import_new(struct arena *a, const char *path)
{
    struct import *im = ARENA_NEW(a, struct import);
    const char *slash = strrchr(path, '/');
    char *base = import_name(a, slash ? slash + 1 : path);
    char *dot = strrchr(base, '.');
    if (dot && dot != base)
        *dot = '\0';
    *im = (struct import){.a = a,
                          .source = path,
                          .project = base,
                          .feature = "main",
                          .task = "generation",
                          .epochs = 1};
    buf_init(&im->golden, BUF_MAX_FILE);
    arena_defer(a, release, im);
    return im;
}

void import_note(struct import *im, enum import_note note, const char *fmt, ...)
{
    char text[700];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (size_t i = 0; i < im->lines.n; i++) {
        if (im->lines.v[i].note == note && str_eq_c(im->lines.v[i].text, text)) {
            im->lines.v[i].count++;
            return;
        }
    }
    struct import_line line = {note, arena_str(im->a, str_c(text)), 1};
    vec_push(&im->lines, line);
}

void import_golden_begin(struct import *im, struct jw *w, struct str id, struct str *ret_id)
{
    bool is_new = false;
    struct str use = arena_str(im->a, id);
    for (int i = 2; map_entry(&im->ids, use, &is_new), !is_new; i++)
        use = arena_strf(im->a, "%.*s-%d", STR_ARG(id), i);
    jw_init(w, &im->golden, false);
    jw_obj(w);
    jw_kstr(w, "id", use);
    if (ret_id)
        *ret_id = use;
}

void import_golden_end(struct import *im, struct jw *w)
{
    jw_end(w);
    buf_add_char(&im->golden, '\n');
    im->n_golden++;
}

struct import_variant *import_variant(struct import *im, const char *name)
{
    char *fit = import_name(im->a, name);
    for (size_t i = 0; i < im->variants.n; i++)
        if (strcmp(im->variants.v[i].name, fit) == 0)
            return &im->variants.v[i];
    struct import_variant v = {.name = fit};
    buf_init(&v.outputs, BUF_MAX_FILE);
    vec_push(&im->variants, v);
    return &im->variants.v[im->variants.n - 1];
}

struct import_model *import_model(struct import *im, const char *alias)
{
    char *fit = import_name(im->a, alias);
    for (size_t i = 0; i < im->models.n; i++)
        if (strcmp(im->models.v[i].alias, fit) == 0)
            return &im->models.v[i];
    struct import_model m = {.alias = fit};
    vec_push(&im->models, m);
    return &im->models.v[im->models.n - 1];
}

const char *import_prompt(struct import *im, const char *name, struct str text)
{
    char *fit = arena_printf(im->a, "%s.md", import_name(im->a, name));
    for (int i = 2;; i++) {
        bool taken = false;
        for (size_t j = 0; j < im->prompts.n; j++) {
            if (str_eq(im->prompts.v[j].text, text))
                return im->prompts.v[j].name;
            taken = taken || strcmp(im->prompts.v[j].name, fit) == 0;
        }
        if (!taken)
            break;
        fit = arena_printf(im->a, "%s-%d.md", import_name(im->a, name), i);
    }
    struct import_prompt p = {fit, arena_str(im->a, text)};
    vec_push(&im->prompts, p);
    return fit;
}

void import_grader(struct import *im, const char *name, struct str json)
{
    struct import_grader g = {arena_strdup(im->a, name), arena_str(im->a, json)};
    vec_push(&im->graders, g);
}

void import_slice(struct import *im, const char *tag)
{
    for (size_t i = 0; i < im->slices.n; i++)
        if (strcmp(im->slices.v[i], tag) == 0)
            return;
    const char *copy = arena_strdup(im->a, tag);
    vec_push(&im->slices, copy);
}

static void write_models(struct import *im, struct yw *w)
{
    if (im->models.n == 0)
        return;
    yw_key(w, "models");
    yw_map(w);
    for (size_t i = 0; i < im->models.n; i++) {
        const struct import_model *m = &im->models.v[i];
        yw_key(w, m->alias);
        yw_flow(w);
        yw_key(w, "provider");
        yw_c(w, m->provider);
        yw_key(w, "name");
        yw_c(w, m->name);
        if (m->base_url) {
            yw_key(w, "base_url");
            yw_c(w, m->base_url);
        }
        if (m->key_env) {
            yw_key(w, "key_env");
            yw_c(w, m->key_env);
        }
        yw_end(w);
    }
    yw_end(w);
}

static void write_variants(struct import *im, struct yw *w)
{
    yw_key(w, "variants");
    yw_map(w);
    for (size_t i = 0; i < im->variants.n; i++) {
        const struct import_variant *v = &im->variants.v[i];
        yw_key(w, v->name);
        yw_flow(w);
        yw_key(w, "model");
        yw_c(w, v->outputs.n ? arena_printf(im->a, "replay:outputs/%s.jsonl", v->name) : v->model);
        if (v->prompt) {
            yw_key(w, "prompt");
            yw_c(w, arena_printf(im->a, "prompts/%s", v->prompt));
        }
        if (v->params.n) {
            yw_key(w, "params");
            yw_json(w, v->params);
        }
        yw_end(w);
    }
    yw_end(w);
}

static struct str spec_text(struct import *im)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct yw w;
    buf_init(&b, BUF_MAX_BODY);
    yw_init(&w, &b);
    buf_printf(&b, "# imported from %s; import-report.md says what came and what did not\n",
               im->source);
    yw_map(&w);
    yw_key(&w, "version");
    yw_num(&w, 1);
    yw_key(&w, "project");
    yw_c(&w, im->project);
    write_models(im, &w);
    yw_key(&w, "features");
    yw_map(&w);
    yw_key(&w, im->feature);
    yw_map(&w);
    yw_key(&w, "task");
    yw_c(&w, im->task);
    if (im->epochs > 1) {
        yw_key(&w, "epochs");
        yw_num(&w, im->epochs);
    }
    yw_key(&w, "golden");
    yw_flow(&w);
    yw_key(&w, "path");
    yw_c(&w, arena_printf(im->a, "golden/%s.jsonl", im->feature));
    if (im->slices.n) {
        yw_key(&w, "slices");
        yw_flow_list(&w);
        for (size_t i = 0; i < im->slices.n; i++)
            yw_c(&w, im->slices.v[i]);
        yw_end(&w);
    }
    yw_end(&w);
    write_variants(im, &w);
    if (im->graders.n) {
        yw_key(&w, "graders");
        yw_map(&w);
        for (size_t i = 0; i < im->graders.n; i++) {
            yw_key(&w, im->graders.v[i].name);
            yw_json(&w, im->graders.v[i].json);
        }
        yw_end(&w);
    }
    if (im->success) {
        yw_key(&w, "success");
        yw_c(&w, im->success);
    }
    yw_end(&w);
    yw_end(&w);
    yw_end(&w);
    return arena_str(im->a, buf_str(&b));
}

struct str import_report(struct import *im)
{
    static const char *const heads[] = {"Came over", "Approximated", "Left, and why"};
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    buf_printf(&b, "# Import of %s\n", im->source);
    for (int note = 0; note < 3; note++) {
        size_t n = 0;
        for (size_t i = 0; i < im->lines.n; i++) {
            const struct import_line *l = &im->lines.v[i];
            if ((int)l->note != note)
                continue;
            if (n++ == 0)
                buf_printf(&b, "\n## %s\n\n", heads[note]);
            buf_printf(&b, "- %.*s", STR_ARG(l->text));
            if (l->count > 1)
                buf_printf(&b, " (%zu times)", l->count);
            buf_add_char(&b, '\n');
        }
        if (n == 0)
            buf_printf(&b, "\n## %s\n\nNothing.\n", heads[note]);
    }
    return arena_str(im->a, buf_str(&b));
}

static bool write_one(struct arena *a, const char *dir, const char *name, struct str text,
                      struct err *e)
{
    return file_write(arena_printf(a, "%s/%s", dir, name), text, e);
}

bool import_write(struct import *im, const char *dir, struct err *e)
{
    struct arena *a = im->a;
    if (file_exists(arena_printf(a, "%s/plimsoll.yaml", dir))) {
        err_set(e, ERR_CONFLICT, "%s already holds a plimsoll.yaml", dir);
        return err_hint(e, "Name a new folder with -o.");
    }
    if (!buf_ok(&im->golden, "the golden set", e) ||
        !file_mkdirs(arena_printf(a, "%s/golden", dir), e))
        return false;
    if (im->prompts.n && !file_mkdirs(arena_printf(a, "%s/prompts", dir), e))
        return false;
    for (size_t i = 0; i < im->prompts.n; i++)
        if (!write_one(a, dir, arena_printf(a, "prompts/%s", im->prompts.v[i].name),
                       im->prompts.v[i].text, e))
            return false;
    for (size_t i = 0; i < im->variants.n; i++) {
        const struct import_variant *v = &im->variants.v[i];
        if (v->outputs.n == 0)
            continue;
        if (!buf_ok(&v->outputs, "the recorded outputs", e) ||
            !file_mkdirs(arena_printf(a, "%s/outputs", dir), e) ||
            !write_one(a, dir, arena_printf(a, "outputs/%s.jsonl", v->name), buf_str(&v->outputs),
                       e))
            return false;
    }
    return write_one(a, dir, arena_printf(a, "golden/%s.jsonl", im->feature), buf_str(&im->golden),
                     e) &&
           write_one(a, dir, "import-report.md", import_report(im), e) &&
           write_one(a, dir, "plimsoll.yaml", spec_text(im), e);
}

bool import_each_row(struct import *im, const char *path, import_row_fn *take, void *arg,
                     size_t *ret_n, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, im->a, &row, &more, e)) {
        if (!more) {
            if (ret_n)
                *ret_n = rows.n_rows;
            return true;
        }
        if (!take(im, arg, &row, e))
            return false;
    }
    return false;
}
