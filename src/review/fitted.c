/* Stored thresholds and whether they still hold; see fitted.h. */
#include "review/fitted.h"

#include <math.h>

bool fitted_put(struct store *s, struct fitted *f, struct err *e)
{
    static const char sql[] =
        "INSERT INTO review_threshold (feature, variant, model, fingerprint, prompt_hash, "
        "golden_version, source, threshold, max_error, confidence, n, answer, who, at) VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    f->at = env_now(store_env(s));
    db_bind_text(st, 1, f->feature);
    db_bind_text(st, 2, f->variant);
    db_bind_text(st, 3, f->model);
    db_bind_text(st, 4, f->fingerprint);
    db_bind_text(st, 5, f->prompt_hash);
    db_bind_text(st, 6, f->golden_version);
    db_bind_text(st, 7, f->source);
    db_bind_num(st, 8, f->threshold);
    db_bind_num(st, 9, f->max_error);
    db_bind_num(st, 10, f->confidence);
    db_bind_int(st, 11, f->n);
    db_bind_text(st, 12, f->answer);
    db_bind_text(st, 13, f->who);
    db_bind_num(st, 14, f->at);
    if (!db_step(st, &row, e))
        return false;
    f->id = db_int(st, 0);
    db_reset(st);
    return true;
}

bool fitted_newest(struct store *s, struct arena *a, struct str feature, struct str variant,
                   struct fitted *ret, bool *ret_found, struct err *e)
{
    static const char sql[] =
        "SELECT id, model, fingerprint, prompt_hash, golden_version, source, threshold, max_error, "
        "confidence, n, answer, who, at FROM review_threshold WHERE feature = $1 AND variant = $2 "
        "ORDER BY id DESC LIMIT 1";
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_text(st, 1, feature);
    db_bind_text(st, 2, variant);
    if (!db_step(st, ret_found, e))
        return false;
    if (!*ret_found)
        return true;
    *ret = (struct fitted){
        .id = db_int(st, 0),
        .feature = feature,
        .variant = variant,
        .model = db_text_copy(st, 1, a),
        .fingerprint = db_text_copy(st, 2, a),
        .prompt_hash = db_text_copy(st, 3, a),
        .golden_version = db_text_copy(st, 4, a),
        .source = db_text_copy(st, 5, a),
        .threshold = db_num(st, 6),
        .max_error = db_num(st, 7),
        .confidence = db_num(st, 8),
        .n = db_int(st, 9),
        .answer = db_text_copy(st, 10, a),
        .who = db_text_copy(st, 11, a),
        .at = db_num(st, 12),
    };
    db_reset(st);
    return true;
}

bool fitted_check(const struct fitted *f, const struct run_variant_row *v,
                  struct str golden_version, const char *source, struct err *e)
{
    const char *changed = NULL;
    if (!str_eq(f->model, v->model))
        changed = "model";
    else if (!str_eq(f->prompt_hash, v->prompt_hash))
        changed = "prompt";
    else if (!str_eq(f->fingerprint, v->fingerprint))
        changed = "model, parameters or context";
    else if (!str_eq(f->golden_version, golden_version))
        changed = "golden set";
    else if (!str_eq_c(f->source, source))
        changed = "source of the confidence";
    if (!changed)
        return true;
    err_set(e, ERR_CONFLICT, "the threshold of %.*s is stale: its %s is not what it was fitted on",
            STR_ARG(f->variant), changed);
    return err_hint(e,
                    "Fit it anew: plimsoll threshold %.*s -v %.*s. Until then send everything "
                    "to review (threshold: null).",
                    STR_ARG(f->feature), STR_ARG(f->variant));
}

bool fitted_apply(struct store *s, struct arena *a, const char *feature,
                  const struct run_variant_row *v, struct str golden_version,
                  struct routing_options *o, struct err *e)
{
    struct fitted f;
    bool found;
    if (!o->fitted)
        return true;
    if (!fitted_newest(s, a, str_c(feature), v->name, &f, &found, e))
        return false;
    if (!found) {
        err_set(e, ERR_NOT_FOUND, "no threshold was fitted for %s, variant %.*s", feature,
                STR_ARG(v->name));
        return err_hint(e, "plimsoll threshold %s -v %.*s --max-error 0.05 fits one.", feature,
                        STR_ARG(v->name));
    }
    if (!fitted_check(&f, v, golden_version, o->confidence, e))
        return false;
    o->threshold = f.threshold;
    return true;
}
