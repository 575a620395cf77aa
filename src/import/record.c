/* Recorded output lines; see record.h. */
#include "import/record.h"

#include <math.h>

void record_begin(struct import_variant *v, struct jw *w, struct str id, long long epoch,
                  struct str output)
{
    jw_init(w, &v->outputs, false);
    jw_obj(w);
    jw_kstr(w, "id", id);
    if (epoch > 1)
        jw_kint(w, "epoch", epoch);
    jw_kstr(w, "output", output.p ? output : STR(""));
}

void record_end(struct import_variant *v, struct jw *w)
{
    jw_end(w);
    buf_add_char(&v->outputs, '\n');
}

void record_numbers(struct jw *w, double latency_ms, double cost_usd, double tokens_in,
                    double tokens_out, double tokens_cached)
{
    if (!isnan(latency_ms))
        jw_knum(w, "latency_ms", latency_ms);
    if (!isnan(cost_usd))
        jw_knum(w, "cost_usd", cost_usd);
    if (isnan(tokens_in) && isnan(tokens_out))
        return;
    jw_key(w, "tokens");
    jw_obj(w);
    if (!isnan(tokens_in))
        jw_knum(w, "input", tokens_in);
    if (!isnan(tokens_out))
        jw_knum(w, "output", tokens_out);
    if (!isnan(tokens_cached))
        jw_knum(w, "cached", tokens_cached);
    jw_end(w);
}
