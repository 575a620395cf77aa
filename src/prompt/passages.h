#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

/*
 * What `retrieve` looks in: text and Markdown files of a folder (and the folders in it), or the
 * lines of a JSONL file with `text` (and optional `id`, `title`), cut into passages of about so
 * many words at blank lines, and searched by BM25. The order of files is that of their names.
 */
struct passages;

enum { PASSAGES_MAX = 1000000, PASSAGES_MAX_FILES = 100000 };

struct passage {
    struct str source; /* file name and, for JSONL, the row's id */
    struct str text;
};

/* Reads and indexes; lives as long as the arena. `words` 0: files and rows stay whole. */
MUST_CHECK bool passages_open(struct arena *a, const char *path, size_t words,
                              struct passages **ret, struct err *e);
size_t passages_count(const struct passages *p);
struct digest passages_digest(const struct passages *p); /* of the whole content */

/* The k best for `query`, best first, into hits (room for k); returns how many. Thread-safe. */
size_t passages_find(const struct passages *p, struct arena *a, struct str query, size_t k,
                     struct passage *hits);
