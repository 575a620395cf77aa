/* Writing runs and graded units into the store; see recorder.h. */
#include "run/recorder.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/price.h"
#include "run/asking.h"
#include "run/evidence.h"
#include "store/items.h"
#include "store/runs.h"
#include "store/texts.h"
#include "text/json.h"
#include "text/jsonw.h"

static struct recorder *make(struct arena *a, const struct plan *p, struct store *s)
{
    struct recorder *r = ARENA_NEW(a, struct recorder);
    *r = (struct recorder){.plan = p, .store = s, .fresh = p->options->fresh};
    r->variants = ARENA_ARRAY(a, p->n_variants, int64_t);
    r->request_base = ARENA_ARRAY(a, p->n_variants, int64_t);
    r->grader_base = ARENA_ARRAY(a, p->n_graders, int64_t);
    return r;
}

static struct str options_json(struct arena *a, const struct plan *p)
{
    const struct run_options *o = p->options;
    struct buf b;
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kc(&w, "split", o->split);
    jw_kint(&w, "items", (int64_t)p->n_items);
    if (o->limit)
        jw_kint(&w, "limit", o->limit);
    jw_kint(&w, "epochs", p->epochs);
    if (o->fresh)
        jw_kbool(&w, "fresh", true);
    if (o->until_decided)
        jw_kbool(&w, "until_decided", true);
    jw_end(&w);
    struct str s = arena_str(a, buf_str(&b));
    buf_release(&b);
    return s;
}

static bool put_run(struct arena *a, struct recorder *r, struct err *e)
{
    const struct plan *p = r->plan;
    struct price_book *book = price_book_load(a);
    struct run_row row = {
        .feature = str_c(p->feature->name),
        .started_at = env_now(p->env),
        .ended_at = NAN,
        .golden_version = str_c(p->golden->version.hex),
        .golden_path = str_c(p->golden->path),
        .success = expr_text(a, p->feature->success),
        .seed = p->env->seed,
        .price_date = str_c(price_book_date(book)),
        .program = STR(PLIMSOLL_VERSION),
        .libraries = evidence_libraries(a),
        .unicode = str_c(utf8_unicode_version()),
        .options = options_json(a, p),
    };
    if (!run_put(r->store, &row, e))
        return false;
    r->run = row.id;
    return true;
}

static bool put_variants(struct recorder *r, struct err *e)
{
    const struct plan *p = r->plan;
    for (size_t i = 0; i < p->n_variants; i++) {
        const struct plan_variant *v = &p->variants[i];
        struct run_variant_row row = {
            .run = r->run,
            .name = str_c(v->spec->name),
            .model = str_c(v->spec->model->alias),
            .fingerprint = str_c(v->fingerprint.hex),
            .prompt = str_c(v->spec->prompt),
            .prompt_hash = str_c(v->prompt ? v->prompt->hash.hex : NULL),
            .params = v->params_json,
            .planned = (int64_t)(p->n_items * (size_t)p->epochs),
            .epochs = p->epochs,
        };
        if (!run_variant_put(r->store, &row, e))
            return false;
        r->variants[i] = row.id;
    }
    return true;
}

static struct run_grader_row *grader_rows(struct arena *a, const struct plan *p)
{
    struct run_grader_row *g = ARENA_ARRAY(a, p->n_graders, struct run_grader_row);
    for (size_t i = 0; i < p->n_graders; i++)
        g[i] = (struct run_grader_row){
            .name = str_c(p->graders[i].spec->name),
            .type = str_c(p->graders[i].spec->type),
            .hash = str_c(p->graders[i].spec->key.hex),
            .weight = p->graders[i].grader->weight,
            .threshold = p->graders[i].grader->threshold,
        };
    return g;
}

bool recorder_begin(struct arena *a, const struct plan *p, struct store *s, struct recorder **ret,
                    struct err *e)
{
    struct recorder *r = make(a, p, s);
    if (!store_begin(s, e))
        return false;
    if (!put_run(a, r, e) || !put_variants(r, e) ||
        !run_graders_put(s, r->run, grader_rows(a, p), p->n_graders, e) || !store_commit(s, e)) {
        store_rollback(s);
        return false;
    }
    *ret = r;
    return true;
}

static bool changed(struct recorder *r, struct err *e, const char *what)
{
    err_set(e, ERR_CONFLICT, "run r%lld cannot go on: %s changed since", (long long)r->run, what);
    return err_hint(e, "Start a new run without --resume: answers that are still valid are taken "
                       "from the store.");
}

static bool same_graders(struct arena *a, struct recorder *r, struct err *e)
{
    const struct plan *p = r->plan;
    struct run_grader_row *was, *is = grader_rows(a, p);
    size_t n;
    if (!run_graders(r->store, a, r->run, &was, &n, e))
        return false;
    if (n != p->n_graders)
        return changed(r, e, "the list of graders");
    for (size_t i = 0; i < n; i++)
        if (!str_eq(was[i].name, is[i].name) || !str_eq(was[i].hash, is[i].hash))
            return changed(r, e, arena_printf(a, "grader \"%s\"", p->graders[i].spec->name));
    return true;
}

static bool same_variants(struct arena *a, struct recorder *r, struct err *e)
{
    const struct plan *p = r->plan;
    struct run_variant_row *was;
    size_t n;
    if (!run_variants(r->store, a, r->run, &was, &n, e))
        return false;
    for (size_t i = 0; i < p->n_variants; i++) {
        const struct plan_variant *v = &p->variants[i];
        for (size_t j = 0; j < n; j++)
            if (str_eq_c(was[j].name, v->spec->name) &&
                str_eq_c(was[j].fingerprint, v->fingerprint.hex))
                r->variants[i] = was[j].id;
        if (r->variants[i] == 0)
            return changed(r, e, arena_printf(a, "variant \"%s\"", v->spec->name));
    }
    return n == p->n_variants || changed(r, e, "the list of variants");
}

bool recorder_resume(struct arena *a, const struct plan *p, struct store *s, int64_t run,
                     struct recorder **ret, struct err *e)
{
    struct recorder *r = make(a, p, s);
    struct run_row row;
    struct str options = options_json(a, p), success = expr_text(a, p->feature->success);
    r->run = run;
    if (!run_get(s, a, run, &row, e))
        return false;
    if (!str_eq_c(row.golden_version, p->golden->version.hex))
        return changed(r, e, "the golden set");
    if (!str_eq(row.success, success))
        return changed(r, e, "the success expression");
    if (!str_eq(row.options, options) || row.seed != p->env->seed) {
        err_set(e, ERR_CONFLICT, "run r%lld was started with other options: %.*s",
                (long long)run, STR_ARG(row.options));
        return err_hint(e, "Give the same options to --resume, or start a new run without it.");
    }
    if (!same_variants(a, r, e) || !same_graders(a, r, e))
        return false;
    if (!store_begin(s, e))
        return false;
    if (!run_reopen(s, run, e) || !store_commit(s, e)) {
        store_rollback(s);
        return false;
    }
    *ret = r;
    return true;
}

static bool put_item(struct recorder *r, struct unit_item *ui, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = NULL;
    const struct item *it = &ui->item;
    if (ui->id)
        return true;
    if (!item_by_hash(r->store, &ui->hash, &ui->id, e) || ui->id)
        return ui->id != 0;
    struct item_row row = {.hash = ui->hash, .name = it->id, .split = (int)it->split,
                           .cluster = it->cluster, .weight = it->weight, .body = ui->line};
    if (yyjson_obj_size(it->tags)) {
        a = arena_new();
        row.tags = json_text(a, it->tags);
    }
    if (!item_put(r->store, &row, e))
        return false;
    ui->id = row.id;
    return true;
}

/* Writes an answer with its request, unless the store has it. */
static bool put_answer(struct recorder *r, struct output_row *out, struct str request,
                       int64_t *base, bool *stored, struct err *e)
{
    if (*stored)
        return true;
    if (!str_null(request)) {
        if (!store_payload_put(r->store, request, *base, &out->request, e))
            return false;
        if (*base == 0)
            *base = out->request;
    }
    if (r->fresh && out->has_key && !output_forget_key(r->store, &out->key, e))
        return false;
    if (!output_put(r->store, out, e))
        return false;
    *stored = true;
    return true;
}

static void grade_rows(const struct plan *p, const struct unit *u, struct grade_row *g)
{
    for (size_t i = 0; i < p->n_graders; i++) {
        const struct grade_out *o = &u->grades[i];
        g[i] = (struct grade_row){u->looked[i] ? (int)o->outcome : STORE_UNGRADED, o->score,
                                  o->reason, o->details};
    }
}

/* What graders asked about the unit. */
static bool put_calls(struct recorder *r, struct unit *u, const struct unit_write *row,
                      struct err *e)
{
    struct asked_call *c;
    for (size_t i = 0; u->asking && (c = asking_call(u->asking, i)); i++) {
        int64_t *base = &r->grader_base[c->grader];
        if (!put_answer(r, &c->out, c->request, base, &c->stored, e) ||
            !unit_call_put(r->store, row, (int)c->grader, c->seq, c->out.id, e))
            return false;
    }
    return true;
}

/* Local models answer from the item. Their keys are in order of item, not hashes: a run of
 * millions then writes its index from front to back. */
static void local_key(const struct plan *p, struct unit *u)
{
    uint64_t item = (uint64_t)u->item->id;
    unsigned char *b = u->out.key.b;
    digest_bytes(&p->variants[u->variant].fingerprint, b);
    b[6] = (unsigned char)(u->epoch >> 8);
    b[7] = (unsigned char)u->epoch;
    for (int i = 0; i < 8; i++)
        b[8 + i] = (unsigned char)(item >> (56 - 8 * i));
}

static bool put_unit(struct recorder *r, struct unit *u, struct grade_row *g, struct err *e)
{
    const struct plan *p = r->plan;
    if (!put_item(r, u->item, e))
        return false;
    if (str_null(u->request) && u->out.has_key)
        local_key(p, u);
    if (!put_answer(r, &u->out, u->request, &r->request_base[u->variant], &u->stored, e))
        return false;
    if (u->grades)
        grade_rows(p, u, g);
    struct unit_write row = {
        .variant = r->variants[u->variant],
        .item = u->item->id,
        .output = u->out.id,
        .epoch = u->epoch,
        .outcome = (int)u->outcome,
        .score = u->score,
        .grading_cost_usd = u->grading_cost_usd,
        .grades = g,
        .n_grades = u->grades ? p->n_graders : 0,
    };
    return unit_put(r->store, &row, e) && put_calls(r, u, &row, e);
}

bool recorder_write(struct recorder *r, struct unit *const *units, size_t n, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_row *g = ARENA_ARRAY(a, r->plan->n_graders, struct grade_row);
    if (n == 0)
        return true;
    if (!store_begin(r->store, e))
        return false;
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++)
        ok = put_unit(r, units[i], g, e);
    if (ok && store_commit(r->store, e))
        return true;
    store_rollback(r->store);
    return err_wrap(e, "cannot record results");
}

bool recorder_end(struct recorder *r, const char *why, const double *wall_s, struct err *e)
{
    struct store *s = r->store;
    if (!store_begin(s, e))
        return false;
    bool ok = run_end(s, r->run, env_now(r->plan->env), why, e);
    for (size_t i = 0; i < r->plan->n_variants && ok; i++)
        ok = run_variant_add_wall(s, r->variants[i], wall_s[i], e);
    if (ok && store_commit(s, e))
        return true;
    store_rollback(s);
    return err_wrap(e, "cannot record the end of the run");
}
