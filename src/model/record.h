#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "model/provider.h"

/*
 * A recorded output object as a reply: what `replay:` files hold line by line and what a
 * subprocess answers. Known members: output (a string, or any JSON value, which is then kept as
 * its text), tokens {input, output, cached, cache_write, reasoning}, latency_ms, ttft_ms,
 * cost_usd, confidence, finish_reason, refusal, tool_calls, logprobs, model, error. Others are
 * ignored. Numbers may be strings (CSV), and tokens.input etc. may be members of that name.
 *
 * A non-null `error` (text, or {"message": …}) makes an error reply, a non-null `refusal` or
 * finish_reason "content_filter" a refused one; without `output` and any of these the reply is
 * an error that says so. Texts are borrowed from `v` or in `a`.
 */
void record_read(yyjson_val *v, struct arena *a, struct reply *r);
