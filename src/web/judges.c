/* Judges: graders that ask a model, and how far people agree with them. */
#include <math.h>

#include "review/queue.h"
#include "stats/proportion.h"
#include "store/units.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/page.h"
#include "web/worker.h"

/* One judge of one feature, on the newest run and against finished reviews. */
struct judge_row {
    const char *feature;
    const struct grader_spec *spec;
    struct estimate score; /* on the newest run; n 0: has not judged yet */
    size_t errors;
    size_t n[2][2]; /* people's verdict, the judge's verdict */
    struct estimate agreement;
};

/* Counts finished reviews of run outputs by what people and the judge said. */
static bool against_people(struct web_call *c, struct judge_row *j)
{
    const struct review_filter f = {
        .feature = j->feature, .state = REVIEW_DONE, .stream = -1, .limit = 10000};
    struct review_item *it;
    size_t n, n_graders;
    if (!review_list(c->s, c->a, &f, &it, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct run_grader_row *g;
        struct unit_read unit;
        bool found;
        if (!it[i].run || !it[i].unit_variant || it[i].final_pass < 0 ||
            it[i].stream == REVIEW_KNOWN)
            continue;
        if (!run_graders(c->s, c->a, it[i].run, &g, &n_graders, &c->err) ||
            !unit_get(c->s, it[i].unit_variant, it[i].item, it[i].epoch, &unit, &found, &c->err))
            return false;
        struct grade_row *grades = ARENA_ARRAY(c->a, n_graders, struct grade_row);
        if (!found)
            continue;
        if (!grades_unpack(c->s, NULL, unit.grades, grades, n_graders, &c->err))
            return false;
        for (size_t k = 0; k < n_graders; k++)
            if (str_eq_c(g[k].name, j->spec->name) && grades[k].outcome <= STORE_FAIL)
                j->n[it[i].final_pass][grades[k].outcome == STORE_PASS]++;
    }
    size_t all = j->n[0][0] + j->n[0][1] + j->n[1][0] + j->n[1][1];
    j->agreement = estimate_none("wilson");
    if (all)
        j->agreement = estimate_of(ci_wilson(j->n[0][0] + j->n[1][1], all, 0.95), all, "wilson");
    return true;
}

static bool on_newest_run(struct web_call *c, struct judge_row *j)
{
    struct run_row run;
    struct run_variant_row *v;
    int64_t id;
    size_t n;
    j->score = estimate_none("t");
    if (!run_newest(c->s, j->feature, &id, &c->err))
        return false;
    if (!id)
        return true;
    if (!run_get(c->s, c->a, id, &run, &c->err) || !run_variants(c->s, c->a, id, &v, &n, &c->err))
        return false;
    struct result_set *rs;
    const struct summary *sum;
    if (!n)
        return true;
    if (!loaded_results(c->web->loaded, c->s, &run, &v[n - 1], &rs, &sum, &c->err))
        return false;
    for (size_t g = 0; g < sum->n_graders; g++) {
        if (!str_eq_c(str_c(sum->grader_names[g]), j->spec->name))
            continue;
        j->score = sum->graders[g];
        j->errors = sum->grader_errors[g];
    }
    return true;
}

static bool gather(struct web_call *c, struct judge_row **ret, size_t *ret_n)
{
    struct project *p;
    size_t room = 0, n = 0;
    if (!web_project(c, &p))
        return false;
    for (size_t i = 0; i < p->n_features; i++)
        room += p->features[i].n_graders;
    *ret = ARENA_ARRAY(c->a, room, struct judge_row);
    for (size_t i = 0; i < p->n_features; i++) {
        const struct feature *f = &p->features[i];
        for (size_t g = 0; g < f->n_graders; g++) {
            if (!f->graders[g].model)
                continue;
            struct judge_row *j = &(*ret)[n++];
            *j = (struct judge_row){.feature = f->name, .spec = &f->graders[g]};
            if (!on_newest_run(c, j) || !against_people(c, j))
                return false;
        }
    }
    *ret_n = n;
    return true;
}

bool judges_page(struct web_call *c)
{
    static const char *const columns[] = {
        "Judge",     "Feature",     "Model", "#Score, newest run", "#Errors", "#Agrees with people",
        "#Too kind", "#Too strict", NULL};
    struct judge_row *j;
    struct page p;
    size_t n;
    if (!gather(c, &j, &n))
        return false;
    page_begin(&p, c, "Judges", "/judges", NULL);
    hw_elem(&p.w, "h1", NULL, "Judges");
    hw_elem(&p.w, "p", "muted",
            "Graders that ask a model. What people decided in review says how far to trust them; "
            "plimsoll judge calibrate corrects a rate for their errors.");
    if (!n) {
        page_empty(&p, "No grader of this project asks a model.",
                   "A grader of type judge, with a rubric and a model, does.");
        return page_end(&p);
    }
    page_card(&p, NULL, NULL);
    page_table(&p, "Judges", columns);
    for (size_t i = 0; i < n; i++) {
        hw_open(&p.w, "tr");
        page_cell(&p, j[i].spec->name);
        page_cell(&p, j[i].feature);
        page_cell(&p, j[i].spec->model->alias);
        page_estimate(&p, j[i].score, PAGE_NUMBER, 0, 1);
        page_num(&p, page_count(c->a, j[i].errors));
        page_estimate(&p, j[i].agreement, PAGE_SHARE, 0, 1);
        page_num(&p, page_count(c->a, j[i].n[0][1]));
        page_num(&p, page_count(c->a, j[i].n[1][0]));
        hw_close(&p.w);
    }
    page_table_end(&p);
    hw_close(&p.w);
    return page_end(&p);
}

bool judges_api(struct web_call *c)
{
    struct judge_row *j;
    struct jw w;
    size_t n;
    if (!gather(c, &j, &n))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "judges");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kc(&w, "judge", j[i].spec->name);
        jw_kc(&w, "feature", j[i].feature);
        jw_kc(&w, "model", j[i].spec->model->alias);
        estimate_write(&w, "score", j[i].score);
        estimate_write(&w, "agreement", j[i].agreement);
        jw_kint(&w, "too_kind", (int64_t)j[i].n[0][1]);
        jw_kint(&w, "too_strict", (int64_t)j[i].n[1][0]);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
