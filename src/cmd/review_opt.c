/* What the review verbs share: project, store, reviewer, the run that is meant. */
#include "cmd/review_opt.h"

#include "cmd/project_opt.h"

bool review_open(struct cmd *c, const char *feature, struct review_ctx *ret)
{
    *ret = (struct review_ctx){0};
    if (!project_opt_load(c, &ret->p))
        return false;
    if ((feature || ret->p->n_features == 1) && !project_feature(ret->p, feature, &ret->f, &c->err))
        return false;
    ret->who = opt_str(c, "by") ? opt_str(c, "by") : env_get(c->env, "USER");
    if (!ret->who || !ret->who[0])
        ret->who = "unknown";
    return review_options_read(c->a, ret->p, ret->f, &ret->o, &c->err) &&
           store_open(ret->p->store, DB_CREATE, c->env, &ret->s, &c->err);
}

bool review_pick(struct cmd *c, struct review_ctx *x, const char *run, const char *variant,
                 struct run_row *ret_run, struct run_variant_row *ret)
{
    struct run_variant_row *v;
    size_t n;
    int64_t id = 0;
    if (!x->f)
        return err_set(&c->err, ERR_USAGE, "the project has several features: name one");
    bool ok = run       ? run_resolve(x->s, run, x->f->name, &id, &c->err)
              : variant ? run_newest_with(x->s, x->f->name, variant, &id, &c->err)
                        : run_newest(x->s, x->f->name, &id, &c->err);
    if (!ok)
        return false;
    if (!id) {
        err_set(&c->err, ERR_NOT_FOUND, "%s has no run%s%s", x->f->name,
                variant ? " of variant " : "", variant ? variant : "");
        return err_hint(&c->err, "plimsoll run %s makes one.", x->f->name);
    }
    if (!run_get(x->s, c->a, id, ret_run, &c->err) ||
        !run_variants(x->s, c->a, id, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (variant ? str_eq_c(v[i].name, variant) : n == 1) {
            *ret = v[i];
            return true;
        }
    }
    err_set(&c->err, ERR_USAGE,
            variant ? "run r%lld has no variant %s" : "run r%lld has several variants%s",
            (long long)id, variant ? variant : "");
    return err_hint(&c->err, "Name one with -v.");
}
