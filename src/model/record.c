/* Reading recorded outputs; see record.h. */
#include "model/record.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "text/json.h"

static yyjson_val *member(yyjson_val *v, const char *key)
{
    yyjson_val *m = json_get(v, key);
    const char *dot = strchr(key, '.');
    if (!m && dot)
        m = json_get(yyjson_obj_getn(v, key, (size_t)(dot - key)), dot + 1);
    if (yyjson_is_null(m) || (yyjson_is_str(m) && yyjson_get_len(m) == 0))
        return NULL;
    return m;
}

static double number(yyjson_val *v, const char *key)
{
    yyjson_val *m = member(v, key);
    double x;
    if (yyjson_is_num(m))
        return yyjson_get_num(m);
    return yyjson_is_str(m) && str_double(str_trim(json_str(m)), &x) ? x : (double)NAN;
}

static int64_t count(yyjson_val *v, const char *key)
{
    double x = number(v, key);
    return x >= 0 && x < 9e15 ? (int64_t)x : -1;
}

static struct str text(yyjson_val *v, const char *key, struct arena *a)
{
    yyjson_val *m = member(v, key);
    if (!m)
        return (struct str){0};
    return yyjson_is_str(m) ? json_str(m) : json_text(a, m);
}

static void read_figures(yyjson_val *v, struct reply *r)
{
    r->tokens_input = count(v, "tokens.input");
    r->tokens_output = count(v, "tokens.output");
    r->tokens_cached = count(v, "tokens.cached");
    r->tokens_cache_write = count(v, "tokens.cache_write");
    r->tokens_reasoning = count(v, "tokens.reasoning");
    r->latency_ms = number(v, "latency_ms");
    r->ttft_ms = number(v, "ttft_ms");
    r->cost_usd = number(v, "cost_usd");
    r->confidence = number(v, "confidence");
    if (!(r->confidence >= 0 && r->confidence <= 1))
        r->confidence = NAN;
}

void record_read(yyjson_val *v, struct arena *a, struct reply *r)
{
    yyjson_val *output = json_get(v, "output"), *error = member(v, "error");
    read_figures(v, r);
    r->finish_reason = text(v, "finish_reason", a);
    r->refusal = text(v, "refusal", a);
    r->tool_calls = text(v, "tool_calls", a);
    r->logprobs = text(v, "logprobs", a);
    r->model = text(v, "model", a);
    if (yyjson_is_str(output))
        r->output = json_str(output);
    else if (output && !yyjson_is_null(output))
        r->output = json_text(a, output);
    if (error) {
        struct str why = json_get_str(error, "message");
        if (str_null(why))
            why = text(v, "error", a);
        reply_fail(r, a, ERR_PROVIDER, "%.*s", STR_ARG(utf8_prefix(why, 1000)));
    } else if (!str_null(r->refusal) || str_eq_c(r->finish_reason, "content_filter")) {
        r->status = REPLY_REFUSED;
    } else if (str_null(r->output) && str_null(r->tool_calls)) {
        reply_fail(r, a, ERR_PROVIDER, "found no \"output\"");
    }
}
