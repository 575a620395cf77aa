#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "model/provider.h"
#include "prompt/template.h"
#include "text/node.h"

/*
 * A prompt file: Markdown with optional front matter, in turns.
 *
 *     ---
 *     description: one label for a ticket
 *     vars: {tone: friendly}
 *     ---
 *     role: system
 *     You sort customer messages. Be {{tone}}.
 *
 *     role: user
 *     {{text}}
 *
 * A line that is just `role: system`, `role: user` or `role: assistant` begins a turn; a file
 * without such lines is one user turn. Blank lines around a turn are dropped. `vars:` gives values
 * for variables that the item does not have. Role lines count only in the file itself: text that
 * comes in through a variable can never begin a turn.
 */
struct prompt_turn {
    struct str role;
    struct template *body;
};

struct prompt {
    const char *path;
    const char *description; /* or NULL */
    yyjson_val *vars;        /* an object, or NULL */
    struct prompt_turn *turns;
    size_t n_turns;
    struct digest hash;      /* of the file's text (not of its partials) */
};

/* Reads and parses the file at `path`; everything lives in the arena. Errors carry positions. */
MUST_CHECK bool prompt_load(struct arena *a, const char *path, struct prompt **ret, struct err *e);
/* From text that lives as long as the arena; `path` is for messages and partials. */
MUST_CHECK bool prompt_parse(struct arena *a, struct str text, const char *path,
                             struct prompt **ret, struct err *e);

/* All variables of all turns, each name once. */
void prompt_variables(const struct prompt *p, struct arena *a,
                      const struct template_variable **ret, size_t *ret_n);

/* Renders for `sample` (a typical item's variables) and throws the result away: false with the
 * position when a variable is not there. */
MUST_CHECK bool prompt_check(const struct prompt *p, yyjson_val *sample, struct err *e);

/* The turns filled from the object `vars`; a turn that is empty afterwards is left out. */
MUST_CHECK bool prompt_render(const struct prompt *p, yyjson_val *vars, struct arena *a,
                              struct message **ret, size_t *ret_n, struct err *e);
