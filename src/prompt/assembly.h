#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/hash.h"
#include "model/provider.h"
#include "prompt/prompt.h"
#include "text/node.h"

/*
 * What the model gets, in what order, under which token budget: a variant's `context:`.
 *
 *     context:
 *       budget: 4000                       # tokens in all
 *       tokens: {encoding: o200k_base, ranks: o200k_base.tiktoken}   # else an estimate, "~"
 *       parts:
 *         - {system: "You sort messages for {{shop}}."}
 *         - {instructions: prompts/rules.md, budget: 500}
 *         - {examples: {pick: nearest, k: 4, input: "{{text}}", output: "{{expected}}"}, drop: 2}
 *         - {retrieve: {from: handbook, k: 3, chunk: 120, query: "{{text}}"}, drop: 1}
 *         - {history: turns}
 *         - {input: "{{text}}"}
 *
 * `system` and `instructions` make up the system message in their order; examples become turns of
 * user and assistant; retrieved passages and the input the last user message, in their order. A
 * text ending in .md or .txt is a file. Parts over their own `budget`, and, when all together are
 * over, the parts with the lowest `drop` first, lose their entries from the last; a part without
 * `drop` is never cut for the whole. What cannot fit is an error.
 *
 * Examples come from the train split only, and never is the item itself, or one with the same
 * input, among them.
 */
struct assembly;

/* A training example as far as few-shot prompting needs it. */
struct shot {
    struct str id;
    struct str text;  /* of the whole input: for similarity and for the leakage guard */
    yyjson_val *vars; /* the input's members and `expected` */
};

/* The members of an item's input with `expected` beside them, for shot.vars. */
yyjson_val *shot_vars(struct arena *a, yyjson_val *input, yyjson_val *expected);

enum { ASSEMBLY_MAX_PARTS = 32, ASSEMBLY_MAX_ENTRIES = 200 };

/* Everything lives in the arena; `prompt` (may be NULL) is the variant's prompt file, whose turns
 * stand where the `input` part has no text of its own. Errors carry positions. */
MUST_CHECK bool assembly_open(struct arena *a, const struct node *context,
                              const struct prompt *prompt, const struct shot *shots, size_t n_shots,
                              uint64_t seed, struct assembly **ret, struct err *e);

/* Names of the parts in order ("examples", "retrieve", …; with a number behind when one comes
 * twice), for tables and for ablation. */
size_t assembly_parts(const struct assembly *as, const char *const **ret);
struct digest assembly_digest(const struct assembly *as); /* of retrieved sources and shots */

/* What one item's request was made of. */
struct assembled {
    struct message *messages;
    size_t n_messages;
    struct str record; /* JSON: {"tokens", "estimated", "parts": [{"part", "tokens", "entries",
                          "dropped"}]} */
};

/* `id` and `text` are the item's, `vars` its input members. Thread-safe. */
MUST_CHECK bool assembly_render(const struct assembly *as, struct str id, struct str text,
                                yyjson_val *vars, struct arena *a, struct assembled *ret,
                                struct err *e);
