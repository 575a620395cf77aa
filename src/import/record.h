#pragma once

#include "import/import.h"

/* Begins and ends a recorded output line of a variant: {"id": …, "epoch": …, "output": …} with
 * the writer left inside for more members. */
void record_begin(struct import_variant *v, struct jw *w, struct str id, long long epoch,
                  struct str output);
void record_end(struct import_variant *v, struct jw *w);
/* The known numbers of a recorded output; NaN is left out. Latency in milliseconds. */
void record_numbers(struct jw *w, double latency_ms, double cost_usd, double tokens_in,
                    double tokens_out, double tokens_cached);
