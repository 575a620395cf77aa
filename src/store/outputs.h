#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/*
 * What models answered. An answer is found again by its key: the hash of the whole request, the
 * model's identity and the epoch. Errors are kept (what happened is evidence) but have no key,
 * so that they are never taken for an answer and the next run tries again.
 */
enum output_status { OUTPUT_OK, OUTPUT_REFUSED, OUTPUT_ERROR };

struct output_row {
    int64_t id;
    struct store_key key;
    bool has_key;
    enum output_status status;
    struct str text;           /* what the model said */
    int64_t request;           /* payload id of the messages as sent; 0: none were */
    struct str record;         /* JSON object: tool_calls, logprobs, refusal, …; or null */
    struct str model;          /* as the provider named what answered; or null */
    struct str finish_reason;  /* or null */
    struct str error_kind, error; /* null unless OUTPUT_ERROR */
    double latency_ms, ttft_ms, queued_ms, retry_wait_ms; /* NaN: not measured */
    double cost_usd;           /* NaN: unknown */
    double confidence;         /* NaN: none */
    int64_t tokens_input, tokens_output, tokens_cached; /* -1: not told */
    int attempts;
    double created_at;
};

/* All absent. */
void output_init(struct output_row *o);

/* Writes an answer; inside a transaction. Fills in the id. When another process has written the
 * same key meanwhile, that answer's id is given and nothing is written. */
MUST_CHECK bool output_put(struct store *s, struct output_row *o, struct err *e);

/* The id of the answer with this key; *ret 0 when there is none. */
MUST_CHECK bool output_find(struct store *s, const struct store_key *key, int64_t *ret,
                            struct err *e);
/* Takes the key away from an answer, so that a new one may have it (--fresh); inside a
 * transaction. */
MUST_CHECK bool output_forget_key(struct store *s, const struct store_key *key, struct err *e);

/* Texts live in the arena. ERR_NOT_FOUND when there is no such id. */
MUST_CHECK bool output_get(struct store *s, struct arena *a, int64_t id, struct output_row *ret,
                           struct err *e);
