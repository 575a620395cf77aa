/*
 * The review queue in the browser: one output at a time, a verdict by key or button. Why an item
 * is here and what the graders said stays hidden until the verdict is in, so that it is blind.
 */
#include <math.h>
#include <string.h>

#include "review/label.h"
#include "review/queue.h"
#include "text/json.h"
#include "web/auth.h"
#include "web/handlers.h"
#include "web/page.h"

static bool deal(struct web_call *c, struct review_item *ret, bool *ret_found)
{
    const struct review_deal d = {.reviewer = c->user.name,
                                  .feature = web_query(c, "feature"),
                                  .resume = true,
                                  .disputed = web_query(c, "disputed") != NULL,
                                  .seed = c->site->env->seed};
    return review_next(c->s, c->a, &d, ret, ret_found, &c->err);
}

/* --- page --- */

static void counts(struct page *p, const struct review_counts *n)
{
    page_fact_open(p);
    for (int state = 0; state < REVIEW_N_STATES; state++)
        page_fact(p, review_state_name((enum review_state)state),
                  page_count(p->a, (size_t)n->state[state]), NULL);
    hw_close(&p->w);
}

static void json_block(struct page *p, const char *title, struct str text)
{
    yyjson_val *v, *key, *val;
    size_t i, n;
    if (str_null(text) || !json_parse_lax(p->a, text, NULL, 1, &v, NULL))
        return;
    if (!yyjson_is_obj(v)) {
        hw_elem(&p->w, "dt", NULL, title);
        hw_open_class(&p->w, "dd", "text");
        hw_text(&p->w, json_display(p->a, v));
        hw_close(&p->w);
        return;
    }
    yyjson_obj_foreach(v, i, n, key, val)
    {
        hw_elem(&p->w, "dt", NULL, json_str(key).p);
        hw_open_class(&p->w, "dd", "text");
        hw_text(&p->w, json_display(p->a, val));
        hw_close(&p->w);
    }
}

static void key_button(struct page *p, const char *key, const char *text, const char *name,
                       const char *value, const char *cls)
{
    hw_open(&p->w, "button");
    hw_attr(&p->w, "class", cls);
    hw_attr(&p->w, "name", name);
    hw_attr(&p->w, "value", value);
    hw_attr(&p->w, "data-press", key);
    hw_attrf(&p->w, "data-help", "%s|%s", key, text);
    hw_c(&p->w, text);
    hw_c(&p->w, " ");
    hw_elem(&p->w, "kbd", NULL, key);
    hw_close(&p->w);
}

static void score_choice(struct page *p)
{
    hw_open_class(&p->w, "fieldset", "scores");
    hw_elem(&p->w, "legend", NULL, "Score (optional, keys 1 to 9)");
    for (int i = 1; i <= 9; i++) {
        hw_open(&p->w, "label");
        hw_open(&p->w, "input");
        hw_attr(&p->w, "type", "radio");
        hw_attr(&p->w, "name", "score");
        hw_attrf(&p->w, "value", "%d", i);
        hw_close(&p->w);
        hw_textf(&p->w, "%d", i);
        hw_close(&p->w);
    }
    hw_close(&p->w);
}

static void text_area(struct page *p, const char *label, const char *name, const char *id)
{
    hw_open(&p->w, "label");
    hw_elem(&p->w, "span", NULL, label);
    hw_open(&p->w, "textarea");
    hw_attr(&p->w, "name", name);
    hw_attr(&p->w, "id", id);
    hw_attr(&p->w, "maxlength", "100000");
    hw_close(&p->w);
    hw_close(&p->w);
}

static void verdict_form(struct page *p, const struct review_item *it, const struct review_text *t)
{
    page_form(p, "/review/label", "stacked verdict-form");
    page_hidden(p, "item", arena_printf(p->a, "R%lld", (long long)it->id));
    page_hidden(p, "seen", t->seen.p);
    page_hidden(p, "key", auth_random(p->a));
    page_hidden(p, "shown", arena_printf(p->a, "%.3f", web_now(p->c)));
    if (it->state == REVIEW_DISPUTED)
        page_hidden(p, "adjudicates", "1");
    score_choice(p);
    hw_open_class(&p->w, "div", "inline buttons");
    key_button(p, "a", "Accept", "pass", "1", "primary");
    key_button(p, "f", "Flag as wrong", "pass", "0", "danger");
    key_button(p, "s", "Skip", "skip", "1", "plain");
    hw_close(&p->w);
    hw_open(&p->w, "details");
    hw_attr(&p->w, "id", "more");
    hw_elem(&p->w, "summary", NULL, "Correct it, or say why (e)");
    text_area(p, "The output as it should have been", "corrected", "corrected");
    text_area(p, "Comment", "comment", "comment");
    hw_close(&p->w);
    hw_close(&p->w);
}

static bool item_card(struct page *p, const struct review_item *it)
{
    struct review_text t;
    if (!review_text(p->c->s, p->a, it, &t, &p->c->err))
        return false;
    hw_open_class(&p->w, "section", "card");
    hw_open(&p->w, "h2");
    hw_textf(&p->w, "R%lld ", (long long)it->id);
    hw_text(&p->w, it->name);
    hw_close(&p->w);
    hw_open_class(&p->w, "dl", "evidence");
    json_block(p, "input", t.input);
    json_block(p, "context", t.context);
    json_block(p, "expected", t.expected);
    hw_close(&p->w);
    hw_open_class(&p->w, "pre", "text output");
    hw_text(&p->w, t.output);
    hw_close(&p->w);
    verdict_form(p, it, &t);
    hw_close(&p->w);
    return true;
}

static void undo_form(struct page *p)
{
    page_form(p, "/review/undo", "inline");
    key_button(p, "u", "Undo my last verdict", "undo", "1", "quiet");
    hw_close(&p->w);
}

bool review_page(struct web_call *c)
{
    struct review_counts n;
    struct review_item it;
    struct page p;
    bool found = false, may = c->user.role >= ROLE_REVIEWER;
    if ((may && !deal(c, &it, &found)) || !review_count(c->s, web_query(c, "feature"), &n, &c->err))
        return false;
    page_begin(&p, c, "Review", "/review", "review.js");
    hw_elem(&p.w, "h1", NULL, "Review");
    if (found && !item_card(&p, &it))
        return false;
    if (!found)
        page_empty(&p, may ? "Nothing waits for you." : "You may look, but not review.",
                   may ? "plimsoll review today deals the daily twenty."
                       : "An admin can give you the role reviewer.");
    if (may)
        undo_form(&p);
    page_card(&p, "Queue", NULL);
    counts(&p, &n);
    hw_close(&p.w);
    return page_end(&p);
}

/* --- verdicts --- */

static struct str form_text(const struct web_call *c, const char *name)
{
    const char *v = web_form(c, name);
    return v && *v ? str_c(v) : (struct str){0};
}

static bool read_verdict(struct web_call *c, struct review_verdict *v)
{
    struct str pass = form_text(c, "pass"), score = form_text(c, "score");
    double shown;
    review_verdict_init(v);
    if (!web_form(c, "item"))
        return err_set(&c->err, ERR_USAGE, "item is missing");
    if (!review_parse_id(web_form(c, "item"), &v->item, &c->err))
        return false;
    v->reviewer = str_c(c->user.name);
    v->seen = form_text(c, "seen");
    v->key = form_text(c, "key");
    v->comment = form_text(c, "comment");
    v->corrected = form_text(c, "corrected");
    v->criteria = form_text(c, "criteria");
    v->codes = form_text(c, "codes");
    v->adjudicates = form_text(c, "adjudicates").n > 0;
    if (form_text(c, "skip").n || str_eq_c(c->params[0], "skip"))
        v->kind = REVIEW_SKIP;
    else if (str_eq_c(pass, "1") || str_eq_c(pass, "0"))
        v->pass = pass.p[0] - '0';
    else
        return err_set(&c->err, ERR_USAGE, "pass is 1 or 0");
    if (v->kind == REVIEW_SKIP && str_null(v->comment))
        v->comment = STR("could not decide");
    if (score.n && !(str_double(score, &v->score) && v->score >= 1 && v->score <= 9))
        return err_set(&c->err, ERR_USAGE, "score is a number from 1 to 9");
    if (str_double(form_text(c, "shown"), &shown) && shown <= web_now(c))
        v->seconds = web_now(c) - shown;
    return true;
}

static bool act(struct web_call *c, int64_t *ret_item, bool *ret_new)
{
    struct review_verdict v;
    *ret_new = true;
    if (str_eq_c(c->params[0], "undo"))
        return review_undo(c->s, c->a, c->user.name, 0, 0, ret_item, &c->err);
    if (!str_eq_c(c->params[0], "label") && !str_eq_c(c->params[0], "skip"))
        return err_set(&c->err, ERR_NOT_FOUND, "review has no step \"%.40s\"", c->params[0].p);
    if (!read_verdict(c, &v) || !review_label(c->s, c->a, &v, ret_new, &c->err))
        return false;
    *ret_item = v.item;
    return true;
}

bool review_post(struct web_call *c)
{
    int64_t item;
    bool fresh;
    if (!act(c, &item, &fresh))
        return false;
    web_redirect(c, "/review");
    return true;
}

bool review_label_api(struct web_call *c)
{
    struct jw w;
    int64_t item;
    bool fresh;
    if (!act(c, &item, &fresh))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "item");
    if (item)
        jw_c(&w, arena_printf(c->a, "R%lld", (long long)item));
    else
        jw_null(&w);
    jw_kbool(&w, "new", fresh);
    jw_end(&w);
    return web_json_end(c, &w);
}

bool review_api(struct web_call *c)
{
    struct review_counts n;
    struct jw w;
    if (!review_count(c->s, NULL, &n, &c->err))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    for (int state = 0; state < REVIEW_N_STATES; state++)
        jw_kint(&w, review_state_name((enum review_state)state), n.state[state]);
    web_json_time(&w, "oldest_open", n.oldest);
    jw_end(&w);
    return web_json_end(c, &w);
}
