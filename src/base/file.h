#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"

/* Opens a file for reading; "-" is standard input. A folder is refused. Not found is
 * ERR_NOT_FOUND. Whoever opened it closes it (never stdin). */
MUST_CHECK bool file_open(const char *path, FILE **ret, struct err *e);

/* Whole file into the arena, NUL-terminated behind; more than `max` bytes is ERR_LIMIT. "-" is
 * standard input. */
MUST_CHECK bool file_read(struct arena *a, const char *path, size_t max, struct str *ret,
                          struct err *e);

/* Writes through a temporary file in the same folder and renames it: the file is whole or
 * untouched, whenever we are killed. "-" writes to standard output. */
MUST_CHECK bool file_write(const char *path, struct str content, struct err *e);

/*
 * The same for content that is too large to hold: opened, added to, and put in place by
 * file_writer_commit. Closing without it leaves the old file as it was. "-" writes to standard
 * output as it comes.
 */
struct file_writer {
    FILE *f;
    char path[4096], tmp[4096];
};
MUST_CHECK bool file_writer_open(struct file_writer *w, const char *path, struct err *e);
/* Errors of writing are reported by file_writer_commit. */
void file_writer_add(struct file_writer *w, struct str bytes);
MUST_CHECK bool file_writer_commit(struct file_writer *w, struct err *e);
void file_writer_close(struct file_writer *w); /* also for CLEANUP */

/* Makes a folder and the ones above it; one that exists is fine. */
MUST_CHECK bool file_mkdirs(const char *path, struct err *e);
bool file_exists(const char *path);
bool file_is_dir(const char *path);

/* "dir/name" from the folder that `base_file` lies in; absolute names and "-" stay. */
char *file_beside(struct arena *a, const char *base_file, const char *name);

/*
 * Line reader: streams a file of any size, one line at a time, without the line break (LF or
 * CRLF). A line over `max_line` bytes is ERR_LIMIT with its number; no more than that is ever
 * held, and the next call goes on behind it. From a pipe or terminal a line is given out as soon
 * as it is complete. Set f, path and max_line (all else zero) to read a file that is open.
 */
struct line_reader {
    FILE *f;
    const char *path;
    size_t line;     /* number of the line last returned, 1-based */
    size_t max_line;
    uint64_t offset; /* where that line begins, in bytes from where reading began */
    char *p;
    size_t cap;
    size_t from, to; /* what is read and not given out: p[from … to-1] */
    uint64_t read;   /* bytes read so far */
    bool opened, regular, skip; /* skip: the rest of a line that was too long */
};
MUST_CHECK bool line_reader_open(struct line_reader *r, const char *path, size_t max_line,
                                 struct err *e);
void line_reader_close(struct line_reader *r); /* also for CLEANUP */
/* Next line into *ret (valid until the next call); *ret_more false at the end. */
MUST_CHECK bool line_reader_next(struct line_reader *r, struct str *ret, bool *ret_more,
                                 struct err *e);
