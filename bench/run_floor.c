/*
 * run_floor DIR: what a straight C program needs for the work that bench/run gives `plimsoll run`
 * (see run_cases.c): reads both files, grades contains, regex (PCRE2 with JIT) and JSON
 * (yyjson), stores one row an output and three a grade in SQLite (WAL, synchronous=NORMAL, 1,000
 * outputs a transaction). One thread; no spec, no keys, no evidence, no statistics.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

#include "base/clock.h"

static sqlite3 *db;

static void sql(const char *text)
{
    char *why = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", text, why);
        exit(1);
    }
}

static sqlite3_stmt *statement(const char *text)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
        exit(1);
    return st;
}

static void open_store(const char *dir)
{
    char path[4096];
    static const char *const suffix[] = {"-wal", "-shm", ""};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/floor.db%s", dir, suffix[i]);
        unlink(path);
    }
    if (sqlite3_open(path, &db) != SQLITE_OK)
        exit(1);
    sql("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    sql("CREATE TABLE result (id INTEGER PRIMARY KEY, name TEXT, pass INTEGER, input TEXT, "
        "output TEXT); CREATE UNIQUE INDEX result_name ON result (name);"
        "CREATE TABLE grade (result INTEGER, pos INTEGER, pass INTEGER, reason TEXT, "
        "PRIMARY KEY (result, pos)) WITHOUT ROWID");
}

struct floor {
    pcre2_code *re;
    pcre2_match_data *match;
    sqlite3_stmt *result, *grade;
    long n, passed;
};

static void store(struct floor *f, yyjson_val *id, struct yyjson_val *input, const char *out,
                  const int *ok)
{
    size_t len;
    char *text = yyjson_val_write(input, 0, &len);
    sqlite3_bind_int64(f->result, 1, f->n);
    sqlite3_bind_text(f->result, 2, yyjson_get_str(id), -1, SQLITE_STATIC);
    sqlite3_bind_int(f->result, 3, ok[0] && ok[1] && ok[2]);
    sqlite3_bind_text(f->result, 4, text, (int)len, SQLITE_STATIC);
    sqlite3_bind_text(f->result, 5, out, -1, SQLITE_STATIC);
    if (sqlite3_step(f->result) != SQLITE_DONE)
        exit(1);
    sqlite3_reset(f->result);
    for (int i = 0; i < 3; i++) {
        sqlite3_bind_int64(f->grade, 1, f->n);
        sqlite3_bind_int(f->grade, 2, i);
        sqlite3_bind_int(f->grade, 3, ok[i]);
        sqlite3_bind_text(f->grade, 4, ok[i] ? "as it should be" : "not what was expected", -1,
                          SQLITE_STATIC);
        if (sqlite3_step(f->grade) != SQLITE_DONE)
            exit(1);
        sqlite3_reset(f->grade);
    }
    free(text);
}

static void one(struct floor *f, char *golden, size_t ng, char *recorded, size_t nr)
{
    yyjson_doc *g = yyjson_read(golden, ng, 0), *r = yyjson_read(recorded, nr, 0);
    const char *out = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(r), "output"));
    if (!g || !out)
        exit(1);
    size_t n = strlen(out);
    yyjson_doc *json = yyjson_read(out, n, 0);
    int ok[3] = {strstr(out, "order-") != NULL,
                 pcre2_match(f->re, (PCRE2_SPTR)out, n, 0, 0, f->match, NULL) >= 0, json != NULL};
    yyjson_val *root = yyjson_doc_get_root(g);
    f->n++;
    f->passed += ok[0] && ok[1] && ok[2];
    store(f, yyjson_obj_get(root, "id"), yyjson_obj_get(root, "input"), out, ok);
    yyjson_doc_free(json);
    yyjson_doc_free(g);
    yyjson_doc_free(r);
    if (f->n % 1000 == 0)
        sql("COMMIT; BEGIN");
}

int main(int argc, char **argv)
{
    char path[4096], *a = NULL, *b = NULL;
    size_t cap_a = 0, cap_b = 0;
    ssize_t na, nb;
    int code;
    size_t at;
    struct floor f = {0};
    if (argc != 2)
        return 2;
    double start = clock_mono();
    snprintf(path, sizeof path, "%s/golden.jsonl", argv[1]);
    FILE *golden = fopen(path, "r");
    snprintf(path, sizeof path, "%s/outputs.jsonl", argv[1]);
    FILE *recorded = fopen(path, "r");
    if (!golden || !recorded)
        return 1;
    open_store(argv[1]);
    f.result = statement("INSERT INTO result VALUES (?1, ?2, ?3, ?4, ?5)");
    f.grade = statement("INSERT INTO grade VALUES (?1, ?2, ?3, ?4)");
    f.re = pcre2_compile((PCRE2_SPTR) "\"total\":\"[0-9]+\\.[0-9]{2}\"", PCRE2_ZERO_TERMINATED, 0,
                         &code, &at, NULL);
    pcre2_jit_compile(f.re, PCRE2_JIT_COMPLETE);
    f.match = pcre2_match_data_create(4, NULL);
    sql("BEGIN");
    while ((na = getline(&a, &cap_a, golden)) > 0 && (nb = getline(&b, &cap_b, recorded)) > 0)
        one(&f, a, (size_t)na, b, (size_t)nb);
    sql("COMMIT");
    sqlite3_finalize(f.result);
    sqlite3_finalize(f.grade);
    sqlite3_close(db);
    printf("floor: %ld cases, %ld passed, %.3f s\n", f.n, f.passed, clock_mono() - start);
    return 0;
}
