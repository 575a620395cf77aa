#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/str.h"
#include "model/params.h"
#include "text/node.h"

/*
 * What a model is to the rest of the program: something that takes a call and gives a reply.
 * To add a provider: (1) write src/model/provider_<name>.c with its `const struct provider_ops
 * provider_<name>`; (2) declare it below and put it in the array in provider.c; (3) give
 * test/unit/test_provider.c a recorded exchange of it; (4) describe it in docs/providers.md.
 * The engine (engine.h) does the waiting, the limits and the retries: a provider only writes
 * requests and reads replies.
 */
struct model_spec;       /* spec/project.h */
struct baseline_example; /* model/baseline.h */
struct model;
struct http_request;     /* net/http.h */
struct model_options;
struct buf;

/* One turn of a conversation. Absent parts are the null string. */
struct message {
    struct str role;         /* "system", "user", "assistant", "tool" */
    struct str content;      /* text; may be null beside tool_calls */
    struct str tool_calls;   /* assistant: JSON list [{"id", "name", "arguments": {…}}] */
    struct str tool_call_id; /* tool: which call this is the result of */
};

/* One request to a model. Everything is borrowed and must stay until the callback has run. */
struct call {
    struct model *model;
    const struct call_params *params; /* NULL: all unset. Local providers do not look */
    const struct message *messages;   /* remote providers */
    size_t n_messages;
    struct str item_id;               /* local providers: which golden item … */
    yyjson_val *input;                /* … and its input, an object */
    int epoch;                        /* 1, 2, … */
    double timeout_s;                 /* for one attempt; 0: the model's, else the engine's */
    const struct str *embed;          /* not NULL: embed these n_embed texts instead of chatting */
    size_t n_embed;
};

/*
 * ok: there is an output. refused: the provider's content filter blocked the prompt or the
 * output, or the model declined through the API's refusal field (`output` holds its words if
 * any). error: no usable answer after all retries. skipped: never sent, because the run was
 * stopped or the spending limit reached; not a result, the call may be made later.
 */
enum reply_status { REPLY_OK, REPLY_REFUSED, REPLY_ERROR, REPLY_SKIPPED };

const char *reply_status_name(enum reply_status s); /* "ok", "refused", "error", "skipped" */

/* Lives until the callback returns: what is kept is copied. */
struct reply {
    enum reply_status status;
    struct str output;         /* valid UTF-8 */
    struct str finish_reason;  /* "stop", "length", "tool_calls", "content_filter", …: OpenAI's
                                  words whatever the provider; null when not told */
    struct str refusal;        /* the API's refusal text, or null */
    struct str tool_calls;     /* JSON list [{"id", "name", "arguments": {…}}], or null */
    struct str logprobs;       /* JSON list [{"token", "logprob", "top": […]}], or null */
    struct str model;          /* as the provider names what answered, or null */
    /* Tokens; -1 when not told. input counts everything read, cached and cache_write included;
     * output includes reasoning. */
    int64_t tokens_input, tokens_output, tokens_cached, tokens_cache_write, tokens_reasoning;
    double cost_usd;           /* NaN: price or usage unknown */
    double confidence;         /* 0…1, or NaN: the provider's own, or the geometric mean of the
                                  token probabilities when logprobs were asked for */
    /* Times in milliseconds, NaN when not measured. latency is that of the last attempt, on the
     * wire: first byte sent to last byte received. ttft: to the first piece of output. */
    double latency_ms, ttft_ms, queued_ms, retry_wait_ms;
    int attempts;              /* requests made, 0 for local providers that did not call */
    int http_status;           /* of the last attempt; 0: none */
    enum err_code err_code;    /* REPLY_ERROR, REPLY_SKIPPED */
    struct str error;          /* why, secrets redacted; null when ok */
    const float *vectors;      /* embeddings: n_vectors × dims, row by row */
    size_t n_vectors, dims;
};

void reply_init(struct reply *r);

/* Sets an error reply with a formatted reason (in `a`); returns false. */
bool reply_fail(struct reply *r, struct arena *a, enum err_code code, const char *fmt, ...)
    PRINTF(4, 5);

enum provider_kind {
    PROVIDER_HTTP,  /* request and reply over HTTP: the engine transfers */
    PROVIDER_PIPE,  /* a subprocess that answers a line with a line: the engine polls */
    PROVIDER_LOCAL, /* computed here, at once, in parallel */
};

struct stream_reader; /* a provider's own: its state while a streamed reply comes in */

struct provider_ops {
    const char *name;    /* "openai": `provider:` in the spec, or the part before ":" */
    const char *summary; /* one line */
    enum provider_kind kind;
    const char *key_env; /* where the API key is unless the spec names another; NULL: no key */

    /* Makes m->state from m->spec and `o`. NULL: none needed. */
    bool (*open)(struct model *m, const struct model_options *o, struct err *e);
    /* Releases what the arena does not own, also after a failed open that set state. NULL:
     * nothing to do. */
    void (*close)(struct model *m);
    /* Refuses parameters that this API has no word for. NULL: takes all. */
    bool (*check)(const struct model *m, const struct call_params *p, struct err *e);

    /* PROVIDER_HTTP. Writes URL, headers and body; the key is read from the environment here. */
    bool (*request)(const struct model *m, const struct call *c, struct http_request *req,
                    struct err *e);
    /* Reads a whole reply with status 2xx, or a provider's error body for the others (then it
     * fills error and status: refused for content-filter blocks, else error). */
    void (*read)(const struct call *c, int http_status, struct str body, struct arena *a,
                 struct reply *r);
    /* A streamed 2xx reply: begin, one SSE event at a time (event name may be null; returns true
     * when the event held output), end fills r. */
    struct stream_reader *(*stream_begin)(const struct call *c, struct arena *a);
    bool (*stream_event)(struct stream_reader *s, struct str event, struct str data);
    void (*stream_end)(struct stream_reader *s, struct reply *r);

    /* PROVIDER_PIPE: the line to send, without the line break; read() takes the answer (its
     * http_status is 0). */
    bool (*line)(const struct model *m, const struct call *c, struct buf *out, struct err *e);

    /* PROVIDER_LOCAL. Thread-safe for a shared m; fills r (outputs live in `a` or the model). */
    void (*answer)(const struct model *m, const struct call *c, struct arena *a, struct reply *r);
};

/* What opening a model needs besides its spec. */
struct model_options {
    const struct env *env;
    const struct node *params;             /* the variant's `params:`, for local providers */
    const struct baseline_example *train;  /* what baselines learn from */
    size_t n_train;
    const char *variant;                   /* replay: only lines of this variant, if any */
    uint64_t seed;
};

/* An opened model. Limits are the engine's business: two models of one spec share them. */
struct model {
    const struct provider_ops *ops;
    const struct model_spec *spec;
    const struct env *env;
    struct arena *arena;
    void *state; /* the provider's */
};

/* The row called `name`, or NULL; all names, NULL-terminated, for "did you mean". */
const struct provider_ops *provider_find(struct str name);
const char *const *provider_names(void);

/* Opens the model of `spec` for as long as the arena lives (which closes it). Errors: unknown
 * provider, missing or bad settings, unreadable recording (ERR_SPEC, ERR_INPUT, with position
 * where there is one). A missing API key is only noticed when a call needs it. */
MUST_CHECK bool model_open(struct arena *a, const struct model_spec *spec,
                           const struct model_options *o, struct model **ret, struct err *e);

/* Can the model be called with these parameters? Asked once before a run, so that nothing is left
 * out silently. ERR_SPEC with what it does not know. */
MUST_CHECK bool model_check_params(const struct model *m, const struct call_params *p,
                                   struct err *e);

/* The API key, read from the environment now; NULL when there is none. Never kept, never logged. */
const char *model_key(const struct model *m);

/* True when calls cost nothing and go nowhere (replay, builtin). */
bool model_is_local(const struct model *m);

extern const struct provider_ops provider_openai;
extern const struct provider_ops provider_responses;
extern const struct provider_ops provider_anthropic;
extern const struct provider_ops provider_ollama;
extern const struct provider_ops provider_exec;
extern const struct provider_ops provider_replay;
extern const struct provider_ops provider_builtin;
