/* Logistic models from embedded files; see shipped_weights.h. */
#include "grade/shipped_weights.h"

#include <math.h>

#include "base/asset.h"
#include "text/json.h"

bool logistic_shipped(struct arena *a, const char *asset, const char *name,
                      const char *(*feature)(size_t i), size_t n, struct logistic *ret,
                      struct err *e)
{
    struct str text;
    yyjson_val *root;
    if (!asset_get(asset, &text))
        return err_set(e, ERR_NOT_FOUND, "the program has no embedded file %s", asset);
    if (!json_parse(a, text, asset, 1, &root, e))
        return false;
    yyjson_val *model = json_get(json_get(root, "models"), name);
    yyjson_val *weights = json_get(model, "weights");
    if (!yyjson_is_obj(weights))
        return err_set(e, ERR_INPUT, "%s has no weights for \"%s\"", asset, name);
    *ret = (struct logistic){json_get_num(model, "intercept", 0), ARENA_ARRAY(a, n, double), n};
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        ret->weight[i] = json_get_num(weights, feature(i), 0);
        found += json_get(weights, feature(i)) != NULL;
    }
    if (found != yyjson_obj_size(weights))
        return err_set(e, ERR_INPUT, "%s: \"%s\" has weights for unknown features", asset, name);
    return true;
}

double logistic_predict(const struct logistic *m, const double *x)
{
    double z = m->intercept;
    for (size_t i = 0; i < m->n; i++)
        z += m->weight[i] * x[i];
    return 1 / (1 + exp(-z));
}
