#pragma once

#include "prompt/assembly.h"
#include "prompt/passages.h"
#include "text/bm25.h"
#include "text/bpe.h"

/* The parts of an assembly, and filling one for an item: between assembly.c and assembly_part.c. */

enum part_kind {
    PART_SYSTEM,
    PART_INSTRUCTIONS,
    PART_EXAMPLES,
    PART_RETRIEVE,
    PART_HISTORY,
    PART_INPUT,
};
enum pick { PICK_NEAREST, PICK_RANDOM, PICK_FIXED };

struct part {
    enum part_kind kind;
    const char *name;
    const struct node *node;
    size_t budget;               /* tokens; 0: none of its own */
    int drop;                    /* 0: never cut for the whole */
    struct template *text;       /* system, instructions, input, an example's input, the query */
    struct template *output;     /* an example's answer */
    const struct prompt *prompt; /* input: the turns of the prompt file */
    const char *field, *heading;
    size_t k;
    enum pick pick;
    uint64_t seed;
    const struct node *ids;
    const struct shot **fixed;
    struct passages *passages;
};

struct assembly {
    struct part *part;
    const char **names;
    size_t n, budget;
    struct bpe *bpe; /* NULL: estimate */
    const struct shot *shots;
    size_t n_shots;
    struct bm25 *shot_index;
    uint64_t seed;
    struct digest digest;
};

struct entry {
    struct str role, text;
    struct str reply; /* an example's answer, or null */
    size_t tokens;
};

struct filled {
    struct entry *entry;
    size_t n, dropped;
};

MUST_CHECK bool part_fill(const struct assembly *as, const struct part *p, struct str id,
                          struct str text, yyjson_val *vars, struct arena *a, struct filled *ret,
                          struct err *e);
void assembly_free_index(void *index);
