#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "text/jsonw.h"
#include "text/node.h"
#include "text/yamlw.h"

/*
 * Reading other tools' files into a plimsoll project. An importer collects golden lines, recorded
 * outputs, prompts, models, variants and graders; import_write puts them into a folder that runs.
 * Whatever it meets ends up in the report: what came over, what was approximated, what was left
 * and why. Nothing is dropped silently.
 *
 * To add a format: write src/import/<format>.c with its `const struct importer_ops`, put it in
 * the table in import.c, add its rows to docs/import.md and a transcript.
 */

enum import_note { IMPORT_CAME, IMPORT_APPROXIMATED, IMPORT_LEFT };

struct import_line {
    enum import_note note;
    struct str text;
    size_t count; /* the same text met several times is one line */
};

struct import_model {
    const char *alias, *provider, *name, *base_url, *key_env;
};

struct import_prompt {
    const char *name; /* file name without folder, e.g. "prompt-1.md" */
    struct str text;  /* the whole prompt file */
};

struct import_variant {
    const char *name;
    const char *model;  /* alias or inline model */
    const char *prompt; /* name of an import_prompt, or NULL */
    struct str params;  /* JSON object text, or null string */
    struct buf outputs; /* recorded outputs, one JSON line each */
};

struct import_grader {
    const char *name;
    struct str json; /* its mapping as JSON text */
};

struct import {
    struct arena *a;
    const char *source;  /* the file as the user named it */
    const char *samples; /* --samples: the data file of a registry, or NULL */
    const char *project; /* name of the project */
    const char *feature;
    const char *task;
    const char *success; /* expression, or NULL for all graders */
    int epochs;
    struct buf golden; /* golden lines */
    size_t n_golden;
    struct map ids; /* of the golden lines, to keep them unique */
    VEC(const char *) slices;
    VEC(struct import_model) models;
    VEC(struct import_prompt) prompts;
    VEC(struct import_variant) variants;
    VEC(struct import_grader) graders;
    VEC(struct import_line) lines;
};

struct importer_ops {
    const char *name; /* "promptfoo" */
    const char *summary;
    bool (*run)(struct import *im, const char *path, struct err *e);
};

const struct importer_ops *importer_find(struct str name);
const struct importer_ops *const *importer_all(void); /* NULL-terminated */

/* An empty import of `path`; lives as long as the arena. */
struct import *import_new(struct arena *a, const char *path);

/* Report lines; the same text again only raises its count. */
void import_note(struct import *im, enum import_note note, const char *fmt, ...) PRINTF(3, 4);

/* Gives each row of a JSONL or CSV file to `take`, until it says no. *ret_n counts the rows; NULL:
 * nobody asks. Rows last as long as the import. */
struct row;
typedef bool import_row_fn(struct import *im, void *arg, const struct row *row, struct err *e);
MUST_CHECK bool import_each_row(struct import *im, const char *path, import_row_fn *take, void *arg,
                            size_t *ret_n, struct err *e);

/* A golden line: begin writes {"id": …} (made unique by "-2", "-3" when it is taken; *ret_id is
 * the id used) and leaves the writer inside the object; end closes the line. */
void import_golden_begin(struct import *im, struct jw *w, struct str id, struct str *ret_id);
void import_golden_end(struct import *im, struct jw *w);

/* The variant called `name`, made if new; names are made fit for YAML keys and file names. */
struct import_variant *import_variant(struct import *im, const char *name);
/* The model called `alias`, made if new. */
struct import_model *import_model(struct import *im, const char *alias);
/* Adds a prompt file; returns its name. The same text twice is one file. */
const char *import_prompt(struct import *im, const char *name, struct str text);
void import_grader(struct import *im, const char *name, struct str json);
void import_slice(struct import *im, const char *tag);

/* Letters, digits, '.', '_', '-'; anything else becomes '-'. At most 60 characters. */
char *import_name(struct arena *a, const char *text);

/* Writes the project into `dir` (made; files that exist are refused) and the report beside it. */
MUST_CHECK bool import_write(struct import *im, const char *dir, struct err *e);
/* The report as Markdown. */
struct str import_report(struct import *im);
