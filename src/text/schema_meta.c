/* The built-in meta-schemas, from share/schema/. */
#include "text/schema_meta.h"

#include "base/asset.h"
#include "text/json.h"

static const struct {
    const char *uri, *asset;
} metas[SCHEMA_N_META] = {
    {"http://json-schema.org/draft-07/schema", "share/schema/draft7.json"},
    {"https://json-schema.org/draft/2020-12/schema", "share/schema/2020-12.json"},
};

const char *schema_meta_uri(size_t number) { return metas[number].uri; }

bool schema_meta(struct arena *a, size_t number, yyjson_val **ret, struct err *e)
{
    struct str text;
    if (!asset_get(metas[number].asset, &text))
        BUG("%s is not built in", metas[number].asset);
    return json_parse(a, text, metas[number].asset, 1, ret, e);
}
