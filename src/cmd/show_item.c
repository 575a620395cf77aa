/* One item of a run on the terminal or as JSON; see show_item.h. Outputs are never trusted. */
#include "cmd/show_item.h"

#include <math.h>

#include "base/utf8.h"
#include "cmd/run_table.h"
#include "grade/grader.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/texts.h"
#include "store/units.h"
#include "text/json.h"
#include "text/jsonw.h"

/* A call that a grader made about a unit. */
struct asked {
    int grader; /* position */
    struct output_row output;
    struct str request;
};

/* One unit of work with everything that belongs to it. */
struct seen {
    const struct run_variant_row *variant;
    struct unit_read unit;
    struct output_row output;
    struct str request; /* the messages as sent, JSON; or null */
    struct grade_row *grades;
    struct asked *calls; /* of graders that ask models */
    size_t n_calls;
};

struct view {
    struct cmd *c;
    struct store *store;
    struct item_row item;
    struct run_grader_row *graders;
    size_t n_graders;
    struct seen *seen;
    size_t n;
};

static bool load_output(struct view *v, int64_t id, struct output_row *ret, struct str *ret_request)
{
    struct cmd *c = v->c;
    *ret_request = (struct str){0};
    return output_get(v->store, c->a, id, ret, &c->err) &&
           (!ret->request || store_payload_get(v->store, c->a, ret->request, ret_request, &c->err));
}

static bool load_calls(struct view *v, struct seen *s)
{
    struct cmd *c = v->c;
    struct unit_call *calls;
    if (!unit_calls(v->store, c->a, s->variant->id, s->unit.item, s->unit.epoch, &calls,
                    &s->n_calls, &c->err))
        return false;
    s->calls = ARENA_ARRAY(c->a, s->n_calls, struct asked);
    for (size_t i = 0; i < s->n_calls; i++) {
        s->calls[i].grader = calls[i].grader;
        if (!load_output(v, calls[i].output, &s->calls[i].output, &s->calls[i].request))
            return false;
    }
    return true;
}

static bool load_unit(struct view *v, const struct run_variant_row *variant, int64_t item,
                      int epoch)
{
    struct cmd *c = v->c;
    struct seen s = {.variant = variant};
    bool found;
    if (!unit_get(v->store, variant->id, item, epoch, &s.unit, &found, &c->err))
        return false;
    if (!found)
        return true;
    s.grades = ARENA_ARRAY(c->a, v->n_graders, struct grade_row);
    if (!grades_unpack(v->store, c->a, s.unit.grades, s.grades, v->n_graders, &c->err) ||
        !load_output(v, s.unit.output, &s.output, &s.request) || !load_calls(v, &s))
        return false;
    v->seen[v->n++] = s;
    return true;
}

static bool load(struct view *v, int64_t run, const struct run_variant_row *variants, size_t n,
                 const char *name)
{
    struct cmd *c = v->c;
    int64_t item = 0;
    size_t room = 0;
    for (size_t i = 0; i < n; i++) {
        room += (size_t)variants[i].epochs;
        if (!item && !item_find(v->store, variants[i].id, str_c(name), &item, &c->err))
            return false;
    }
    if (!item) {
        err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no item \"%s\"", (long long)run, name);
        return err_hint(&c->err, "`plimsoll export results r%lld` lists its items.",
                        (long long)run);
    }
    if (!item_get(v->store, c->a, item, &v->item, &c->err) ||
        !run_graders(v->store, c->a, run, &v->graders, &v->n_graders, &c->err))
        return false;
    v->seen = ARENA_ARRAY(c->a, room, struct seen);
    for (size_t i = 0; i < n; i++)
        for (int epoch = 1; epoch <= variants[i].epochs; epoch++)
            if (!load_unit(v, &variants[i], item, epoch))
                return false;
    return true;
}

static const char *outcome_text(int outcome)
{
    return outcome == STORE_UNGRADED ? "not graded" : outcome_name((enum outcome)outcome);
}

/* --- JSON --- */

static void write_messages(struct jw *w, struct str request)
{
    jw_key(w, "messages");
    if (str_null(request))
        jw_null(w);
    else
        jw_raw(w, request);
}

static void write_calls(struct jw *w, const struct view *v, const struct seen *s)
{
    jw_key(w, "grader_calls");
    jw_arr(w);
    for (size_t i = 0; i < s->n_calls; i++) {
        const struct asked *k = &s->calls[i];
        jw_obj(w);
        if (k->grader >= 0 && (size_t)k->grader < v->n_graders)
            jw_kstr(w, "grader", v->graders[k->grader].name);
        write_messages(w, k->request);
        jw_kstr(w, "output", k->output.text);
        jw_kstr(w, "error", k->output.error);
        jw_knum(w, "cost_usd", k->output.cost_usd);
        jw_end(w);
    }
    jw_end(w);
}

static void write_unit(struct jw *w, const struct view *v, const struct seen *s)
{
    const struct output_row *o = &s->output;
    jw_obj(w);
    jw_kstr(w, "variant", s->variant->name);
    jw_kint(w, "epoch", s->unit.epoch);
    jw_kc(w, "outcome", outcome_text(s->unit.outcome));
    jw_knum(w, "score", s->unit.score);
    write_messages(w, s->request);
    jw_kstr(w, "output", o->text);
    jw_kstr(w, "error", o->error);
    jw_kstr(w, "model", o->model);
    jw_kstr(w, "finish_reason", o->finish_reason);
    jw_knum(w, "latency_ms", o->latency_ms);
    jw_knum(w, "ttft_ms", o->ttft_ms);
    jw_knum(w, "queued_ms", o->queued_ms);
    jw_knum(w, "retry_wait_ms", o->retry_wait_ms);
    jw_knum(w, "cost_usd", o->cost_usd);
    jw_knum(w, "confidence", o->confidence);
    jw_kint(w, "attempts", o->attempts);
    jw_key(w, "graders");
    jw_obj(w);
    for (size_t g = 0; g < v->n_graders; g++) {
        jw_key_str(w, v->graders[g].name);
        jw_obj(w);
        jw_kc(w, "outcome", outcome_text(s->grades[g].outcome));
        jw_knum(w, "score", s->grades[g].score);
        jw_kstr(w, "reason", s->grades[g].reason);
        if (!str_null(s->grades[g].details)) {
            jw_key(w, "details");
            jw_raw(w, s->grades[g].details);
        }
        jw_end(w);
    }
    jw_end(w);
    if (s->n_calls)
        write_calls(w, v, s);
    jw_end(w);
}

static void print_json(struct cmd *c, const struct view *v, int64_t run)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "run", arena_printf(v->c->a, "r%lld", (long long)run));
    jw_key(&w, "item");
    jw_raw(&w, v->item.body);
    jw_key(&w, "units");
    jw_arr(&w);
    for (size_t i = 0; i < v->n; i++)
        write_unit(&w, v, &v->seen[i]);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

/* --- text --- */

/* Every line indented; control characters replaced. */
static void put_block(struct arena *a, struct str text)
{
    struct str rest = text, line;
    while (str_split(&rest, '\n', &line)) {
        struct str safe = utf8_printable(a, line);
        printf("    %.*s\n", STR_ARG(safe));
    }
    if (text.n == 0)
        puts("    (empty)");
}

static void put_messages(struct arena *a, struct str request)
{
    yyjson_val *list, *m;
    size_t i, n;
    if (str_null(request) || !json_parse_lax(a, request, NULL, 1, &list, NULL))
        return;
    yyjson_arr_foreach(list, i, n, m)
    {
        struct str role = json_get_str(m, "role");
        printf("  %.*s\n", STR_ARG(role));
        put_block(a, json_get_str(m, "content"));
    }
}

static void put_grades(const struct view *v, const struct seen *s)
{
    struct arena *a = v->c->a;
    for (size_t g = 0; g < v->n_graders; g++) {
        const struct grade_row *r = &s->grades[g];
        struct str why = utf8_printable(a, r->reason);
        const char *score = isnan(r->score) ? "" : arena_printf(a, " %.3f", r->score);
        printf("  %s: %s%s%s%.*s\n", v->graders[g].name.p, outcome_text(r->outcome), score,
               why.n ? ", " : "", STR_ARG(why));
    }
}

static void put_unit(const struct view *v, const struct seen *s)
{
    struct arena *a = v->c->a;
    const struct output_row *o = &s->output;
    printf("\n%s, epoch %d: %s", s->variant->name.p, s->unit.epoch, outcome_text(s->unit.outcome));
    if (!isnan(s->unit.score))
        printf(", score %.3f", s->unit.score);
    if (!isnan(o->latency_ms))
        printf(", %s", run_table_ms(a, o->latency_ms));
    if (!isnan(o->cost_usd))
        printf(", %s", run_table_usd(a, o->cost_usd));
    if (!str_null(o->model))
        printf(", %s", utf8_printable(a, o->model).p);
    putchar('\n');
    put_messages(a, s->request);
    if (o->status == OUTPUT_ERROR) {
        struct str why = utf8_printable(a, o->error);
        printf("  no output: %.*s\n", STR_ARG(why));
        return;
    }
    puts(o->status == OUTPUT_REFUSED ? "  output (refused)" : "  output");
    put_block(a, o->text);
    put_grades(v, s);
}

static void print_text(const struct view *v)
{
    struct arena *a = v->c->a;
    struct str name = utf8_printable(a, v->item.name);
    printf("item %.*s\n", STR_ARG(name));
    yyjson_val *body, *key, *val;
    size_t i, n;
    if (json_parse_lax(a, v->item.body, NULL, 1, &body, NULL)) {
        yyjson_obj_foreach(body, i, n, key, val)
        {
            struct str text = utf8_printable(a, json_display(a, val));
            if (!str_eq(json_str(key), STR("id")))
                printf("  %s: %.*s\n", utf8_printable(a, json_str(key)).p, STR_ARG(text));
        }
    }
    for (i = 0; i < v->n; i++)
        put_unit(v, &v->seen[i]);
}

int show_item(struct cmd *c, struct store *s, int64_t run, const struct run_variant_row *variants,
              size_t n, const char *item)
{
    struct view v = {.c = c, .store = s};
    if (!load(&v, run, variants, n, item))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &v, run);
    else
        print_text(&v);
    return 0;
}
