#pragma once

#include <zstd.h>

#include "base/map.h"
#include "base/vec.h"
#include "store/store.h"

/* The inside of a store, for the files of store/ only. */
struct store_stmt {
    const char *sql; /* NULL: free slot */
    struct db_stmt *st;
};

enum { STORE_STMT_SLOTS = 256 };

/* The dictionary that payloads of one variant are compressed against. */
struct store_base {
    int64_t id; /* payload; 0: none loaded */
    ZSTD_CDict *cdict;
    ZSTD_DDict *ddict;
};

struct store {
    struct db *db;
    const struct env *env;
    struct store_stmt stmts[STORE_STMT_SLOTS]; /* open addressing by the address of the text */
    size_t n_stmts;
    int64_t next_id[STORE_N_TABLES];  /* 0: to be asked for in this transaction */
    struct arena *arena;              /* texts of phrases */
    struct arena *scratch;            /* emptied by store_begin */
    struct arena *unit_texts;         /* of the row unit_get read last */
    struct map phrase_ids;            /* text -> id, as far as committed or read */
    VEC(struct str) phrases;          /* by id; the null string: not read yet */
    VEC(struct str) new_phrases;      /* of the open transaction: forgotten by a rollback */
    uint64_t *seen_reasons;           /* hashes of reasons met once; see units.c */
    ZSTD_CCtx *cctx;
    ZSTD_DCtx *dctx;
    struct store_base base;
};
