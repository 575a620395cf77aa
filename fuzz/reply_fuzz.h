#pragma once

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "model/provider.h"
#include "net/sse.h"
#include "text/json.h"

/* A provider's reader on any bytes: as a whole reply with several statuses and as a stream. What
 * comes out keeps the promises of struct reply. Shared by fuzz_openai_reply and
 * fuzz_anthropic_reply. */

static inline void check_json(struct arena *a, struct str text, const char *what)
{
    yyjson_val *v;
    if (!str_null(text) && (!json_parse_lax(a, text, what, 1, &v, NULL) || !yyjson_is_arr(v)))
        BUG("%s is no JSON list", what);
}

static inline void check_reply(struct arena *a, const struct reply *r)
{
    if (r->status == REPLY_OK && str_null(r->output) && str_null(r->tool_calls) && !r->vectors)
        BUG("ok without an output");
    if (r->status == REPLY_ERROR && (r->error.n == 0 || r->err_code == ERR_NONE))
        BUG("an error without a reason");
    if (utf8_check(r->output) >= 0)
        BUG("the output is not UTF-8");
    if (r->tokens_input < -1 || r->tokens_output < -1 || r->tokens_cached < -1)
        BUG("a negative count");
    if (r->confidence < 0 || r->confidence > 1)
        BUG("a confidence outside 0 to 1");
    check_json(a, r->tool_calls, "tool_calls");
    check_json(a, r->logprobs, "logprobs");
}

static inline void fuzz_whole(const struct provider_ops *ops, struct str body)
{
    static const int statuses[] = {200, 400, 429, 529};
    static const struct str texts[] = {{"a", 1}, {"b", 1}};
    const struct call chat = {.epoch = 1}, embed = {.embed = texts, .n_embed = 2};
    for (size_t i = 0; i < 5; i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        struct reply r;
        reply_init(&r);
        ops->read(i < 4 ? &chat : &embed, i < 4 ? statuses[i] : 200, body, a, &r);
        check_reply(a, &r);
    }
}

struct fuzz_stream {
    const struct provider_ops *ops;
    struct stream_reader *reader;
};

static inline void fuzz_event(void *arg, struct str event, struct str data)
{
    struct fuzz_stream *s = arg;
    s->ops->stream_event(s->reader, event, data);
}

static inline void fuzz_streamed(const struct provider_ops *ops, struct str body)
{
    static const struct call chat;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct fuzz_stream s = {ops, ops->stream_begin(&chat, a)};
    struct sse sse;
    struct reply r;
    sse_init(&sse, 1 << 20, fuzz_event, &s);
    (void)!sse_feed(&sse, body.p, body.n, NULL);
    ops->stream_end(s.reader, &r);
    sse_release(&sse);
    check_reply(a, &r);
}
