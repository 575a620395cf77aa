/* `plimsoll review today`: the daily reading, the streak, and what it proves. */
#include <math.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "review/daily.h"
#include "stats/proportion.h"
#include "text/jsonw.h"

/* The newest batch of the feature, routed now when its newest run has none. */
static bool batch_of(struct cmd *c, struct review_ctx *x, const struct routing_options *o,
                     struct routing_batch *ret, struct result_set **ret_rs)
{
    struct routing_options as = *o;
    struct run_row run;
    struct run_variant_row v;
    bool found;
    if (!review_pick(c, x, opt_str(c, "run"), opt_str(c, "variant"), &run, &v) ||
        !result_set_load(c->a, x->s, run.id, arena_strndup(c->a, v.name.p, v.name.n), ret_rs,
                         &c->err) ||
        !routing_newest(x->s, c->a, x->f->name, arena_strndup(c->a, v.name.p, v.name.n), ret,
                        &found, &c->err))
        return false;
    if (found && ret->run == run.id)
        return true;
    return fitted_apply(x->s, c->a, x->f->name, &v, run.golden_version, &as, &c->err) &&
           routing_run(c->a, x->s, *ret_rs, v.fingerprint, &as, &x->o, c->env->seed, ret, &c->err);
}

static void write_count(struct jw *w, const char *key, const struct daily_count *n)
{
    jw_key(w, key);
    jw_obj(w);
    jw_kint(w, "read", n->read);
    jw_kint(w, "audit", n->audit);
    jw_kint(w, "audit_wrong", n->audit_wrong);
    jw_knum(w, "upper", n->upper);
    jw_end(w);
}

static void print_json(struct cmd *c, const struct daily_deal *d, const struct daily_state *st,
                       int want)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kint(&w, "want", want);
    jw_kint(&w, "audit", d->audit);
    jw_kint(&w, "uncertain", d->uncertain);
    jw_kint(&w, "failed", d->failed);
    jw_kint(&w, "new_in_cluster", d->fresh);
    write_count(&w, "today", &st->day);
    write_count(&w, "week", &st->week);
    jw_kint(&w, "streak", st->streak);
    cmd_json_end(c, &b, &w);
}

static void print_bound(const char *when, const struct daily_count *n)
{
    if (!n->audit)
        return;
    printf("  %s: %lld wrong of %lld drawn at random: at most %.1f%% of what passes unseen is "
           "wrong\n",
           when, (long long)n->audit_wrong, (long long)n->audit, 100 * n->upper);
}

static void print_text(const struct daily_deal *d, const struct daily_state *st, int want)
{
    long long all = (long long)(d->audit + d->uncertain + d->failed + d->fresh);
    printf("%lld outputs to read today: %lld drawn at random, %lld uncertain, %lld failed, %lld "
           "new in their cluster\n",
           all, (long long)d->audit, (long long)d->uncertain, (long long)d->failed,
           (long long)d->fresh);
    printf("  read today %lld of %d, streak %d day%s\n", (long long)st->day.read, want, st->streak,
           st->streak == 1 ? "" : "s");
    print_bound("today", &st->day);
    print_bound("this week", &st->week);
    printf("  without one failure a day of %d audits proves at most %.1f%%, a week %.1f%% (95%%)\n",
           (want + 1) / 2, 100 * clopper_pearson_upper(0, (size_t)(want + 1) / 2, 0.95),
           100 * clopper_pearson_upper(0, 7 * ((size_t)(want + 1) / 2), 0.95));
    if (all)
        puts("plimsoll review next shows them.");
}

static int cmd_today(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct routing_options o;
    struct routing_batch b;
    struct result_set *rs;
    struct daily_deal d = {0};
    struct daily_state st;
    bool ok = review_open(c, c->argc ? c->argv[0] : NULL, &x);
    s = x.s;
    if (!ok || !routing_options_read(c->a, x.p, x.f, &o, &c->err) ||
        !batch_of(c, &x, &o, &b, &rs) ||
        !daily_state_of(s, x.f->name, NULL, x.o.daily, &st, &c->err))
        return cmd_fail(c);
    int64_t left = x.o.daily - st.day.read;
    if (left > 0 && !daily_choose(c->a, s, rs, &o, &x.o, &b, (size_t)left, &d, &c->err))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &d, &st, x.o.daily);
    else
        print_text(&d, &st, x.o.daily);
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "the variant (default: the only one)"},
    {'r', "run", OPT_STRING, "RUN", "the run (default: the newest)"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_today;
const struct cmd_def def_review_today = {
    .name = "review today",
    .synopsis = "[FEATURE]",
    .summary = "deal the outputs to read today",
    .help = "Half of them are drawn at random from what passes unseen, the others are the least\n"
            "certain, the failed and the first of their cluster. `review: {daily: 20}` says how\n"
            "many. A day finds failures; only a longer time estimates how many there are.",
    .examples = "plimsoll review today && plimsoll review next",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_today,
};
