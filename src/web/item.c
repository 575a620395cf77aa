/* One item of a run: what was asked, what came back, what the graders said. */
#include <math.h>

#include "store/items.h"
#include "store/texts.h"
#include "store/units.h"
#include "text/json.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/view.h"

struct seen {
    const struct run_variant_row *variant;
    struct unit_read unit;
    struct output_row output;
    struct str request; /* JSON list of messages, or null */
    struct grade_row *grades;
};

struct shown {
    struct run_row run;
    struct run_variant_row *variants;
    size_t n_variants;
    struct item_row item;
    struct run_grader_row *graders;
    size_t n_graders;
    struct seen *seen;
    size_t n;
};

enum { ITEM_MAX_UNITS = 200 };

static bool load_unit(struct web_call *c, struct shown *sh, const struct run_variant_row *v,
                      int epoch)
{
    struct seen s = {.variant = v};
    bool found;
    if (!unit_get(c->s, v->id, sh->item.id, epoch, &s.unit, &found, &c->err))
        return false;
    if (!found)
        return true;
    s.grades = ARENA_ARRAY(c->a, sh->n_graders, struct grade_row);
    if (!grades_unpack(c->s, c->a, s.unit.grades, s.grades, sh->n_graders, &c->err) ||
        !output_get(c->s, c->a, s.unit.output, &s.output, &c->err) ||
        (s.output.request && !store_payload_get(c->s, c->a, s.output.request, &s.request, &c->err)))
        return false;
    sh->seen[sh->n++] = s;
    return true;
}

static bool load(struct web_call *c, struct shown *sh)
{
    int64_t item = 0;
    *sh = (struct shown){.seen = ARENA_ARRAY(c->a, ITEM_MAX_UNITS, struct seen)};
    if (!view_run(c, c->params[0], &sh->run, &sh->variants, &sh->n_variants))
        return false;
    for (size_t i = 0; i < sh->n_variants && !item; i++)
        if (!item_find(c->s, sh->variants[i].id, c->params[1], &item, &c->err))
            return false;
    if (!item)
        return err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no item \"%.200s\"",
                       (long long)sh->run.id, c->params[1].p);
    if (!item_get(c->s, c->a, item, &sh->item, &c->err) ||
        !run_graders(c->s, c->a, sh->run.id, &sh->graders, &sh->n_graders, &c->err))
        return false;
    for (size_t i = 0; i < sh->n_variants; i++)
        for (int epoch = 1; epoch <= sh->variants[i].epochs && sh->n < ITEM_MAX_UNITS; epoch++)
            if (!load_unit(c, sh, &sh->variants[i], epoch))
                return false;
    return true;
}

/* --- page --- */

static void block(struct page *p, const char *cls, struct str text)
{
    hw_open(&p->w, "pre");
    hw_attr(&p->w, "class", cls);
    if (text.n)
        hw_text(&p->w, text);
    else
        hw_elem(&p->w, "span", "muted", "(empty)");
    hw_close(&p->w);
}

static void example(struct page *p, const struct shown *sh)
{
    yyjson_val *body, *key, *val;
    size_t i, n;
    page_card(p, "Example", NULL);
    hw_open_class(&p->w, "dl", "evidence");
    if (json_parse_lax(p->a, sh->item.body, NULL, 1, &body, NULL)) {
        yyjson_obj_foreach(body, i, n, key, val)
        {
            if (str_eq_c(json_str(key), "id"))
                continue;
            hw_elem(&p->w, "dt", NULL, json_str(key).p);
            hw_open_class(&p->w, "dd", "text");
            hw_text(&p->w, json_display(p->a, val));
            hw_close(&p->w);
        }
    }
    hw_close(&p->w);
    hw_close(&p->w);
}

static void messages(struct page *p, struct str request)
{
    yyjson_val *list, *m;
    size_t i, n;
    if (str_null(request) || !json_parse_lax(p->a, request, NULL, 1, &list, NULL))
        return;
    hw_open(&p->w, "details");
    hw_elemf(&p->w, "summary", NULL, "Prompt as sent (%zu message%s)", yyjson_arr_size(list),
             yyjson_arr_size(list) == 1 ? "" : "s");
    yyjson_arr_foreach(list, i, n, m)
    {
        yyjson_val *content = json_get(m, "content");
        hw_open_class(&p->w, "p", "role");
        hw_text(&p->w, json_get_str(m, "role"));
        hw_close(&p->w);
        block(p, "text prompt", content ? json_display(p->a, content) : STR(""));
    }
    hw_close(&p->w);
}

static void grades(struct page *p, const struct shown *sh, const struct seen *s)
{
    static const char *const columns[] = {"Grader", "Verdict", "#Score", "Reason", NULL};
    page_table(p, "Grades", columns);
    for (size_t g = 0; g < sh->n_graders; g++) {
        const struct grade_row *r = &s->grades[g];
        hw_open(&p->w, "tr");
        hw_elem(&p->w, "td", NULL, sh->graders[g].name.p);
        hw_open(&p->w, "td");
        page_outcome(p, r->outcome);
        hw_close(&p->w);
        page_num(p, page_value(p->a, r->score, PAGE_NUMBER));
        hw_open_class(&p->w, "td", "text");
        hw_text(&p->w, r->reason);
        hw_close(&p->w);
        hw_close(&p->w);
    }
    page_table_end(p);
}

static void unit(struct page *p, const struct shown *sh, const struct seen *s)
{
    const struct output_row *o = &s->output;
    hw_open_class(&p->w, "section", "card");
    hw_open(&p->w, "h2");
    hw_textf(&p->w, "%s ", s->variant->name.p);
    if (s->variant->epochs > 1)
        hw_textf(&p->w, "#%d ", s->unit.epoch);
    page_outcome(p, s->unit.outcome);
    hw_close(&p->w);
    hw_open_class(&p->w, "p", "muted");
    hw_textf(&p->w, "score %s, %s, %s", page_value(p->a, s->unit.score, PAGE_NUMBER),
             page_value(p->a, o->latency_ms, PAGE_MS), page_value(p->a, o->cost_usd, PAGE_USD));
    if (!isnan(o->confidence))
        hw_textf(&p->w, ", confidence %s", page_value(p->a, o->confidence, PAGE_NUMBER));
    if (!str_null(o->model)) {
        hw_c(&p->w, ", answered by ");
        hw_text(&p->w, o->model);
    }
    hw_close(&p->w);
    if (o->status == OUTPUT_ERROR) {
        hw_open_class(&p->w, "p", "problem");
        hw_c(&p->w, "No output: ");
        hw_text(&p->w, o->error);
        hw_close(&p->w);
    } else {
        block(p, "text output", o->text);
    }
    messages(p, s->request);
    grades(p, sh, s);
    hw_close(&p->w);
}

bool item_page(struct web_call *c)
{
    struct shown sh;
    struct page p;
    if (!load(c, &sh))
        return false;
    const char *run = arena_printf(c->a, "r%lld", (long long)sh.run.id);
    const char *crumbs[] = {"Runs",         "/runs", run, arena_printf(c->a, "/runs/%s", run),
                            sh.item.name.p, NULL,    NULL};
    page_begin(&p, c, sh.item.name.p, "/runs", NULL);
    page_crumbs(&p, crumbs);
    hw_open(&p.w, "h1");
    hw_text(&p.w, sh.item.name);
    hw_close(&p.w);
    example(&p, &sh);
    for (size_t i = 0; i < sh.n; i++)
        unit(&p, &sh, &sh.seen[i]);
    return page_end(&p);
}

/* --- API --- */

static void write_unit(struct jw *w, const struct shown *sh, const struct seen *s)
{
    const struct output_row *o = &s->output;
    jw_obj(w);
    jw_kstr(w, "variant", s->variant->name);
    jw_kint(w, "epoch", s->unit.epoch);
    jw_kc(w, "outcome",
          s->unit.outcome == STORE_UNGRADED ? "ungraded"
                                            : outcome_name((enum outcome)s->unit.outcome));
    jw_knum(w, "score", s->unit.score);
    jw_kstr(w, "output", o->text);
    jw_kstr(w, "error", o->error);
    jw_kstr(w, "model", o->model);
    jw_knum(w, "latency_ms", o->latency_ms);
    jw_knum(w, "cost_usd", o->cost_usd);
    jw_knum(w, "confidence", o->confidence);
    jw_key(w, "messages");
    if (str_null(s->request))
        jw_null(w);
    else
        jw_raw(w, s->request);
    jw_key(w, "graders");
    jw_obj(w);
    for (size_t g = 0; g < sh->n_graders; g++) {
        jw_key_str(w, sh->graders[g].name);
        jw_obj(w);
        jw_kc(w, "outcome",
              s->grades[g].outcome == STORE_UNGRADED
                  ? "ungraded"
                  : outcome_name((enum outcome)s->grades[g].outcome));
        jw_knum(w, "score", s->grades[g].score);
        jw_kstr(w, "reason", s->grades[g].reason);
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

bool item_api(struct web_call *c)
{
    struct shown sh;
    struct jw w;
    if (!load(c, &sh))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)sh.run.id));
    jw_key(&w, "item");
    jw_raw(&w, sh.item.body);
    jw_key(&w, "units");
    jw_arr(&w);
    for (size_t i = 0; i < sh.n; i++)
        write_unit(&w, &sh, &sh.seen[i]);
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
