/* The price book and the cost of a reply; see price.h. */
#include "model/price.h"

#include <math.h>
#include <string.h>

#include "base/asset.h"
#include "base/attr.h"
#include "model/provider.h"
#include "spec/project.h"
#include "text/json.h"

struct price_book {
    const char *date;
    yyjson_val *vendors;
};

struct price_book *price_book_load(struct arena *a)
{
    struct price_book *b = ARENA_NEW(a, struct price_book);
    struct str text;
    yyjson_val *root;
    struct err e = {0};
    if (!asset_get("share/prices.json", &text) ||
        !json_parse(a, text, "share/prices.json", 1, &root, &e))
        BUG("the price book is not readable: %s", e.msg);
    b->date = yyjson_get_str(json_get(root, "date"));
    b->vendors = json_get(root, "vendors");
    return b;
}

const char *price_book_date(const struct price_book *b) { return b->date; }

/* "api.openai.com" of "https://api.openai.com:443/v1" */
static struct str url_host(struct str url)
{
    ptrdiff_t scheme = str_find(url, STR("://"));
    if (scheme >= 0)
        url = str_sub(url, (size_t)scheme + 3, url.n);
    for (size_t i = 0; i < url.n; i++)
        if (strchr("/:?", url.p[i]))
            return str_sub(url, 0, i);
    return url;
}

/* "openai" for the providers "openai" and "openai-responses" */
static bool is_vendor(struct str vendor, struct str provider)
{
    return str_starts(provider, vendor) &&
           (provider.n == vendor.n || provider.p[vendor.n] == '-');
}

static yyjson_val *vendor_models(const struct price_book *b, const struct model_spec *spec)
{
    struct str host = spec->base_url ? url_host(str_c(spec->base_url)) : (struct str){0};
    yyjson_val *name, *vendor;
    yyjson_obj_iter it = yyjson_obj_iter_with(b->vendors);
    while ((name = yyjson_obj_iter_next(&it))) {
        vendor = yyjson_obj_iter_get_val(name);
        struct str theirs = json_get_str(vendor, "host");
        bool fits = !spec->base_url ? is_vendor(json_str(name), str_c(spec->provider))
                    : theirs.p[0] == '.' ? str_ends(host, theirs)
                                         : str_eq(host, theirs);
        if (fits)
            return json_get(vendor, "models");
    }
    return NULL;
}

/* The entry of that very name, else the longest "prefix*" that fits. */
static yyjson_val *find_model(yyjson_val *models, struct str name)
{
    yyjson_val *best = yyjson_obj_getn(models, name.p, name.n), *key;
    size_t longest = 0;
    if (best)
        return best;
    yyjson_obj_iter it = yyjson_obj_iter_with(models);
    while ((key = yyjson_obj_iter_next(&it))) {
        struct str k = json_str(key);
        if (!str_ends_c(k, "*") || k.n <= longest || !str_starts(name, str_sub(k, 0, k.n - 1)))
            continue;
        longest = k.n;
        best = yyjson_obj_iter_get_val(key);
    }
    return best;
}

/* Absent rates: caching costs what input costs, an embedding has no output. */
static struct price_rates read_rates(yyjson_val *v, struct price_rates otherwise)
{
    struct price_rates r;
    r.input = json_get_num(v, "input", otherwise.input);
    r.output = json_get_num(v, "output", otherwise.output);
    r.cached = json_get_num(v, "cached", isnan(otherwise.cached) ? r.input : otherwise.cached);
    double written = isnan(otherwise.cache_write) ? r.input : otherwise.cache_write;
    r.cache_write = json_get_num(v, "cache_write", written);
    return r;
}

struct price price_find(const struct price_book *b, const struct model_spec *spec)
{
    struct price p = {0};
    if (spec->price.known) {
        const struct model_price *s = &spec->price;
        p.known = true;
        p.rates = (struct price_rates){s->input, s->output, s->cached, s->input};
        return p;
    }
    if (strcmp(spec->provider, "builtin") == 0)
        return (struct price){.known = true};
    yyjson_val *models = vendor_models(b, spec);
    yyjson_val *m = models ? find_model(models, str_c(spec->name)) : NULL;
    if (!m)
        return p;
    p.known = true;
    p.rates = read_rates(m, (struct price_rates){NAN, 0, NAN, NAN});
    yyjson_val *above = json_get(m, "above");
    p.above_tokens = (int64_t)json_get_num(above, "tokens", 0);
    p.above = read_rates(above, p.rates);
    return p;
}

double price_cost(const struct price *p, const struct reply *r)
{
    if (!p->known || r->tokens_input < 0)
        return NAN;
    bool long_input = p->above_tokens > 0 && r->tokens_input > p->above_tokens;
    const struct price_rates *rate = long_input ? &p->above : &p->rates;
    if (r->tokens_output < 0 && rate->output > 0)
        return NAN;
    double cached = r->tokens_cached > 0 ? (double)r->tokens_cached : 0;
    double written = r->tokens_cache_write > 0 ? (double)r->tokens_cache_write : 0;
    double fresh = (double)r->tokens_input - cached - written;
    double output = r->tokens_output > 0 ? (double)r->tokens_output : 0;
    return ((fresh > 0 ? fresh : 0) * rate->input + cached * rate->cached +
            written * rate->cache_write + output * rate->output) / 1e6;
}

double price_upper(const struct price *p, size_t request_bytes, long long max_tokens)
{
    if (!p->known)
        return NAN;
    double input = (double)request_bytes / 2 + 16;
    bool long_input = p->above_tokens > 0 && input > (double)p->above_tokens;
    const struct price_rates *rate = long_input ? &p->above : &p->rates;
    return (input * fmax(rate->input, rate->cache_write) + (double)max_tokens * rate->output) / 1e6;
}
