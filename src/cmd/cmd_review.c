/* `plimsoll review route|add|label`: what goes into the queue, and verdicts from scripts. */
#include <math.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "store/outputs.h"
#include "store/items.h"
#include "store/units.h"
#include "text/json.h"
#include "text/jsonw.h"

/* ---- route ---- */

static void route_json(struct cmd *c, const struct routing_batch *b)
{
    CLEANUP(buf_release) struct buf out = {0};
    struct jw w;
    cmd_json_begin(&out, &w);
    jw_kint(&w, "batch", b->id);
    jw_kstr(&w, "feature", b->feature);
    jw_kstr(&w, "variant", b->variant);
    jw_kint(&w, "run", b->run);
    jw_kstr(&w, "confidence", b->source);
    jw_knum(&w, "threshold", b->threshold);
    jw_knum(&w, "audit", b->audit);
    jw_kint(&w, "n", b->n);
    jw_kint(&w, "n_absent", b->n_absent);
    jw_kint(&w, "n_routed", b->n_routed);
    jw_kint(&w, "n_queued", b->n_queued);
    jw_kint(&w, "n_rest", b->n_rest);
    jw_kint(&w, "n_audit", b->n_audit);
    jw_kint(&w, "added", b->n_new);
    jw_kint(&w, "there", b->n_there);
    cmd_json_end(c, &out, &w);
}

static void route_text(const struct routing_batch *b)
{
    printf("%.*s of r%lld: %lld outputs\n", STR_ARG(b->variant), (long long)b->run,
           (long long)b->n);
    if (isnan(b->threshold))
        printf("  no threshold: everything is routed\n");
    else
        printf("  threshold  %.4g, confidence from %.*s\n", b->threshold, STR_ARG(b->source));
    printf("  routed     %lld", (long long)b->n_routed);
    if (b->n_absent)
        printf(", %lld of them without a confidence", (long long)b->n_absent);
    if (b->n_queued < b->n_routed)
        printf("; the queue has room for %lld", (long long)b->n_queued);
    printf("\n  audit      %lld of the %lld that pass unseen\n", (long long)b->n_audit,
           (long long)b->n_rest);
    printf("  queue      %lld new, %lld there already\n", (long long)b->n_new,
           (long long)b->n_there);
}

static int cmd_route(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct run_row run;
    struct run_variant_row v;
    struct routing_options o;
    struct routing_batch b;
    struct result_set *rs;
    bool ok = review_open(c, c->argc ? c->argv[0] : NULL, &x);
    s = x.s;
    if (!ok || !review_pick(c, &x, opt_str(c, "run"), opt_str(c, "variant"), &run, &v) ||
        !routing_options_read(c->a, x.p, x.f, &o, &c->err))
        return cmd_fail(c);
    if (opt_given(c, "threshold")) {
        o.fitted = false;
        o.threshold = opt_num(c, "threshold", 0);
    }
    if (opt_given(c, "confidence"))
        o.confidence = opt_str(c, "confidence");
    o.audit = opt_num(c, "audit", o.audit);
    if (!(o.audit >= 0) || o.audit > 1)
        return cmd_usage(c, "--audit is a share from 0 to 1");
    if (!fitted_apply(s, c->a, x.f->name, &v, run.golden_version, &o, &c->err) ||
        !result_set_load(c->a, s, run.id, arena_strndup(c->a, v.name.p, v.name.n), &rs, &c->err) ||
        !routing_run(c->a, s, rs, v.fingerprint, &o, &x.o, c->env->seed, &b, &c->err))
        return cmd_fail(c);
    if (c->json)
        route_json(c, &b);
    else
        route_text(&b);
    return 0;
}

static const struct opt_def route_opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "the variant (default: the only one)"},
    {'r', "run", OPT_STRING, "RUN", "the run (default: the newest)"},
    {0, "threshold", OPT_NUM, "T", "confidence from which outputs pass unseen"},
    {0, "confidence", OPT_STRING, "FROM", "output, consistency, GRADER or GRADER.confidence"},
    {0, "audit", OPT_NUM, "SHARE", "share of the rest that is audited"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_route;
const struct cmd_def def_review_route = {
    .name = "review route",
    .synopsis = "[FEATURE] [-v VARIANT] [-r RUN]",
    .summary = "send the outputs of a run that need a person to the review queue",
    .help =
        "Routed are outputs below the threshold, without a confidence, or caught by a rule; of\n"
        "the rest a random share is audited. `routing:` in the project file holds the\n"
        "settings, the options win. The same output is queued once.",
    .examples = "plimsoll review route triage -v small-v3\n"
                "plimsoll review route --threshold 0.9 --audit 0.02",
    .opts = route_opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_route,
};

/* ---- add ---- */

/* The example as a JSON line from --input and --expected. */
static struct str body_of(struct cmd *c, const char *name)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kc(&w, "id", name);
    jw_key(&w, "input");
    jw_obj(&w);
    jw_kc(&w, "input", opt_str(c, "input"));
    jw_end(&w);
    if (opt_str(c, "expected"))
        jw_kc(&w, "expected", opt_str(c, "expected"));
    jw_end(&w);
    return arena_str(c->a, buf_str(&b));
}

/* An output of a run by the example's id. */
static bool from_run(struct cmd *c, struct review_ctx *x, struct review_new *n)
{
    struct run_row run;
    struct run_variant_row v;
    struct unit_read u;
    struct output_row out;
    bool found = false;
    if (!review_pick(c, x, opt_str(c, "run"), opt_str(c, "variant"), &run, &v) ||
        !item_find(x->s, v.id, str_c(c->argv[0]), &n->item, &c->err) ||
        (n->item && !unit_get(x->s, v.id, n->item, 1, &u, &found, &c->err)))
        return false;
    if (!found) {
        err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no output of %s", (long long)run.id,
                c->argv[0]);
        return err_hint(&c->err, "`plimsoll show r%lld` lists its items.", (long long)run.id);
    }
    n->output = u.output;
    n->confidence = u.confidence;
    if (!output_get(x->s, c->a, u.output, &out, &c->err))
        return false;
    n->name = str_c(c->argv[0]);
    n->variant = v.name;
    n->run = run.id;
    n->unit_variant = v.id;
    n->epoch = 1;
    n->dedupe = review_dedupe(n->feature, v.fingerprint, n->name, out.text);
    return true;
}

static bool by_hand(struct cmd *c, struct review_new *n)
{
    const char *name = opt_str(c, "id");
    if (!opt_str(c, "input") || !opt_str(c, "output"))
        return err_set(&c->err, ERR_USAGE, "neither an ITEM of a run nor --input and --output");
    if (!name)
        name = arena_printf(c->a, "hand-%.8s", hash_content(str_c(opt_str(c, "input"))).hex);
    n->name = str_c(name);
    n->body = body_of(c, name);
    n->text = str_c(opt_str(c, "output"));
    n->dedupe = review_dedupe(n->feature, STR(""), n->body, n->text);
    return true;
}

static int cmd_add(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct routing_options o;
    enum review_added how;
    int64_t id;
    const char *known = opt_str(c, "known");
    struct review_new n = {.reason = str_c(opt_str(c, "reason")),
                           .source = STR("hand"),
                           .stream = known ? REVIEW_KNOWN : REVIEW_ADDED,
                           .confidence = (double)NAN,
                           .inclusion = (double)NAN,
                           .priority = opt_num(c, "priority", 2),
                           .known_pass = known && strcmp(known, "pass") == 0};
    if (known && strcmp(known, "pass") != 0 && strcmp(known, "fail") != 0)
        return cmd_usage(c, "--known is pass or fail, found \"%s\"", known);
    bool ok = review_open(c, opt_str(c, "feature"), &x);
    s = x.s;
    if (!ok || !routing_options_read(c->a, x.p, x.f, &o, &c->err))
        return cmd_fail(c);
    if (!x.f)
        return cmd_usage(c, "the project has several features: name one with --feature");
    n.feature = str_c(x.f->name);
    n.wanted = (int)opt_int(c, "reviewers", x.o.reviewers);
    if (str_null(n.reason))
        n.reason = STR("added by hand");
    if (n.wanted < 1 || n.wanted > 99)
        return cmd_usage(c, "--reviewers is 1 to 99");
    if (!(c->argc ? from_run(c, &x, &n) : by_hand(c, &n)) || !store_begin(s, &c->err))
        return cmd_fail(c);
    if (!review_add(s, &n, o.max_queue, &how, &id, &c->err) || !store_commit(s, &c->err))
        return cmd_fail(c);
    if (how == REVIEW_ADD_FULL) {
        err_set(&c->err, ERR_LIMIT, "the queue is full: %lld items are open",
                (long long)o.max_queue);
        err_hint(&c->err, "Review some, or raise routing: max_queue.");
        return cmd_fail(c);
    }
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kint(&w, "item", id);
        jw_kbool(&w, "new", how == REVIEW_ADD_NEW);
        cmd_json_end(c, &b, &w);
    } else {
        printf("R%lld %s\n", (long long)id,
               how == REVIEW_ADD_NEW ? "added" : "was in the queue already");
    }
    return 0;
}

static const struct opt_def add_opts[] = {
    PROJECT_OPT,
    {0, "feature", OPT_STRING, "NAME", "the feature (default: the only one)"},
    {'v', "variant", OPT_STRING, "NAME", "of ITEM: the variant"},
    {'r', "run", OPT_STRING, "RUN", "of ITEM: the run (default: the newest)"},
    {'i', "input", OPT_STRING, "TEXT", "an output from elsewhere: what was asked"},
    {'o', "output", OPT_STRING, "TEXT", "… and what came back"},
    {0, "expected", OPT_STRING, "TEXT", "… and what should have"},
    {0, "id", OPT_STRING, "ID", "… and the example's id"},
    {0, "known", OPT_STRING, "VERDICT", "seed it: pass or fail is known to be right"},
    {0, "reason", OPT_STRING, "TEXT", "why it is here"},
    {0, "reviewers", OPT_INT, "N", "how many people judge it"},
    {0, "priority", OPT_NUM, "P", "larger comes first (2: before what was routed)"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_add;
const struct cmd_def def_review_add = {
    .name = "review add",
    .synopsis = "[ITEM] [--input TEXT --output TEXT] [--known pass|fail]",
    .summary = "put one output into the review queue",
    .help =
        "ITEM is an example's id, of the newest run or of --run. With --known the right verdict\n"
        "is stored beside it and every reviewer gets it now and then, unannounced\n"
        "(review: {known: 0.05}); `review stats` says who got how many right.",
    .examples = "plimsoll review add t-0007 -v small-v3 --reason 'a customer complained'\n"
                "plimsoll review add --input 'Where is my card?' --output 'On the moon.' "
                "--known fail",
    .opts = add_opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_add,
};

/* ---- label ---- */

static bool code_list(struct cmd *c, struct str *ret)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    if (!opt_list(c, "code", 0))
        return true;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_arr(&w);
    for (size_t i = 0; opt_list(c, "code", i); i++)
        jw_c(&w, opt_list(c, "code", i));
    jw_end(&w);
    *ret = arena_str(c->a, buf_str(&b));
    return true;
}

/* --criterion NAME=NUMBER … as a JSON object. */
static bool criteria(struct cmd *c, struct str *ret)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    if (!opt_list(c, "criterion", 0))
        return true;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    for (size_t i = 0; opt_list(c, "criterion", i); i++) {
        const char *text = opt_list(c, "criterion", i), *eq = strchr(text, '=');
        double v;
        if (!eq || eq == text || !str_double(str_c(eq + 1), &v))
            return err_set(&c->err, ERR_USAGE, "--criterion wants NAME=NUMBER, found \"%s\"", text);
        jw_key_str(&w, (struct str){text, (size_t)(eq - text)});
        jw_num(&w, v);
    }
    jw_end(&w);
    *ret = arena_str(c->a, buf_str(&b));
    return true;
}

static bool read_verdict(struct cmd *c, const struct review_ctx *x, struct review_verdict *v)
{
    const char *verdict = opt_str(c, "verdict");
    v->score = opt_num(c, "score", (double)NAN);
    if (verdict && strcmp(verdict, "pass") == 0)
        v->pass = 1;
    else if (verdict && strcmp(verdict, "fail") == 0)
        v->pass = 0;
    else if (verdict && strcmp(verdict, "skip") == 0)
        v->kind = REVIEW_SKIP;
    else if (verdict && strcmp(verdict, "decline") == 0)
        v->kind = REVIEW_DECLINE;
    else if (verdict)
        return err_set(&c->err, ERR_USAGE,
                       "--verdict %s where pass, fail, skip or decline was expected", verdict);
    else if (!isnan(v->score))
        v->pass = v->score >= x->o.scale.pass_from;
    if (!isnan(v->score) && !(v->score >= x->o.scale.from && v->score <= x->o.scale.to))
        return err_set(&c->err, ERR_USAGE, "--score %g on a scale from %d to %d", v->score,
                       x->o.scale.from, x->o.scale.to);
    v->corrected = str_c(opt_str(c, "corrected"));
    v->comment = str_c(opt_str(c, "comment"));
    v->key = str_c(opt_str(c, "key"));
    v->seconds = opt_num(c, "seconds", (double)NAN);
    v->adjudicates = opt_flag(c, "adjudicate");
    return code_list(c, &v->codes) && criteria(c, &v->criteria);
}

static int cmd_label(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct review_verdict v;
    struct review_item it;
    bool is_new = true;
    int64_t undone = 0;
    review_verdict_init(&v);
    bool ok = review_open(c, NULL, &x);
    s = x.s;
    if (!ok || !review_parse_id(c->argv[0], &v.item, &c->err) ||
        !review_get(s, c->a, v.item, &it, &c->err) || !read_verdict(c, &x, &v))
        return cmd_fail(c);
    v.reviewer = str_c(x.who);
    if (opt_flag(c, "undo") ? !review_undo(s, c->a, x.who, v.item, 1, &undone, &c->err)
                            : !review_label(s, c->a, &v, &is_new, &c->err))
        return cmd_fail(c);
    if (opt_flag(c, "undo") && !undone) {
        err_set(&c->err, ERR_NOT_FOUND, "%s has no verdict on R%lld", x.who, (long long)v.item);
        return cmd_fail(c);
    }
    if (!review_release(s, v.item, x.who, &c->err) || !review_get(s, c->a, v.item, &it, &c->err))
        return cmd_fail(c);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kint(&w, "item", it.id);
        jw_kint(&w, "verdict", v.id);
        jw_kbool(&w, "new", is_new);
        jw_kc(&w, "state", review_state_name(it.state));
        cmd_json_end(c, &b, &w);
    } else {
        printf("R%lld is %s%s\n", (long long)it.id, review_state_name(it.state),
               is_new ? "" : " (this submission was counted before)");
    }
    return 0;
}

static const struct opt_def label_opts[] = {
    PROJECT_OPT,
    {0, "verdict", OPT_STRING, "V", "pass, fail, skip or decline"},
    {0, "score", OPT_NUM, "N", "on the scale of review:; alone it decides pass or fail"},
    {0, "corrected", OPT_STRING, "TEXT", "the output as it should have been"},
    {0, "criterion", OPT_LIST, "NAME=N", "a criterion's score; repeatable"},
    {0, "code", OPT_LIST, "CODE", "a failure code; repeatable"},
    {'m', "comment", OPT_STRING, "TEXT", "a comment; the reason of skip and decline"},
    {0, "seconds", OPT_NUM, "S", "how long it took"},
    {0, "key", OPT_STRING, "KEY", "the same key again is the same verdict, counted once"},
    {0, "adjudicate", OPT_FLAG, NULL, "settle what others disagree on"},
    {0, "undo", OPT_FLAG, NULL, "take the reviewer's verdict back"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_label;
const struct cmd_def def_review_label = {
    .name = "review label",
    .synopsis = "ITEM --verdict pass|fail|skip|decline",
    .summary = "record a verdict on one item of the review queue",
    .help = "Verdicts are only added: another one by the same reviewer supersedes the last.",
    .examples = "plimsoll review label R7 --verdict fail --code wrong_label --corrected "
                "card_lost\n"
                "plimsoll review label R7 --score 4 --by ann",
    .opts = label_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_label,
};
