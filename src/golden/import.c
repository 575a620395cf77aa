/* Import: finding out which column is what, and writing golden lines. */
#include "golden/import.h"

#include <string.h>

#include "base/map.h"
#include "text/json.h"

/* Names people give to the parts of an example, best first. */
static const char *const guesses[][20] = {
    {"id", "id", "_id", "uid", "uuid", "item_id", "example_id", "question_id", NULL},
    {"input", "input", "text", "question", "query", "prompt", "utterance", "sentence", "message",
     "instruction", "document", "article", "content", "user_input", NULL},
    {"expected", "expected", "label", "answer", "best answer", "best_answer", "correct_answer",
     "expected_output", "ground_truth", "reference", "ideal", "gold", "target", "output", "intent",
     "category", "class", NULL},
    {"context", "context", "contexts", "passages", "passage", "documents", NULL},
    {"split", "split", NULL},
    {"source", "source", NULL},
    {"weight", "weight", NULL},
    {"notes", "notes", "note", "comment", NULL},
    {"cluster", "cluster", "group", "conversation_id", NULL},
};

/* The keys of the file: its header, or those of the first JSON line. */
static size_t file_keys(struct arena *a, const struct row *row, struct str **ret)
{
    size_t i, n, count = 0;
    yyjson_val *k, *v;
    *ret = ARENA_ARRAY(a, yyjson_obj_size(row->v), struct str);
    yyjson_obj_foreach(row->v, i, n, k, v) { (*ret)[count++] = arena_str(a, json_str(k)); }
    return count;
}

static bool has_prefix_target(struct str key)
{
    return str_starts_c(key, "input.") || str_starts_c(key, "tags.") || str_starts_c(key, "tag:") ||
           str_starts_c(key, "expected.");
}

static size_t guess_columns(struct arena *a, const struct str *key, size_t n, struct column **ret)
{
    size_t used = 0;
    *ret = ARENA_ARRAY(a, n + ARRAY_LEN(guesses), struct column);
    for (size_t g = 0; g < ARRAY_LEN(guesses); g++) {
        bool found = false;
        for (size_t c = 1; guesses[g][c] && !found; c++) {
            for (size_t i = 0; i < n && !found; i++) {
                found = str_ieq(key[i], str_c(guesses[g][c]));
                if (found)
                    (*ret)[used++] = (struct column){str_c(guesses[g][0]), key[i]};
            }
        }
    }
    for (size_t i = 0; i < n; i++)
        if (has_prefix_target(key[i]))
            (*ret)[used++] = (struct column){key[i], key[i]};
        else if (str_eq_c(key[i], "tags"))
            (*ret)[used++] = (struct column){key[i], key[i]};
    return used;
}

static bool maps_to(const struct column *c, size_t n, const char *target)
{
    size_t len = strlen(target);
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(c[i].target, target) ||
            (str_starts_c(c[i].target, target) && c[i].target.n > len && c[i].target.p[len] == '.'))
            return true;
    return false;
}

static bool is_used(const struct column *c, size_t n, struct str key)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].source, key) ||
            (str_starts(c[i].source, key) && c[i].source.p[key.n] == '.'))
            return true;
    return false;
}

struct importer {
    struct arena *a, *scratch;
    const struct import_options *o;
    struct import_report *report;
    struct map ids;
    bool (*line)(void *arg, struct str text, struct err *e);
    void *arg;
};

static bool begin(struct importer *m, const struct row *row, struct err *e)
{
    struct import_report *r = m->report;
    struct str *key;
    size_t n = file_keys(m->a, row, &key), unused = 0;
    r->n_columns = m->o->n_columns;
    if (m->o->columns) {
        r->columns = ARENA_ARRAY(m->a, r->n_columns, struct column);
        memcpy(r->columns, m->o->columns, r->n_columns * sizeof *r->columns);
    } else {
        r->n_columns = guess_columns(m->a, key, n, &r->columns);
    }
    r->unused = ARENA_ARRAY(m->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        if (!is_used(r->columns, r->n_columns, key[i]))
            r->unused[unused++] = arena_strndup(m->a, key[i].p, key[i].n);
    if (maps_to(r->columns, r->n_columns, "input"))
        return true;
    row_missing(row, "input", e);
    struct str found = arena_strf(m->scratch, "%s", e->hint);
    return err_hint(e, "Say which column is the input, as in --map input=COLUMN. %.300s", found.p);
}

/* A copy of obj with what the options add. */
static yyjson_val *completed(struct importer *m, yyjson_val *obj)
{
    yyjson_alc alc = json_alc(m->scratch);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, obj);
    if (!json_get(obj, "id")) {
        const char *id = arena_printf(m->scratch, "%s-%04zu",
                                      m->o->id_prefix ? m->o->id_prefix : "g", m->report->n + 1);
        yyjson_mut_obj_add_strcpy(doc, copy, "id", id);
        m->report->made_ids++;
    }
    if (m->o->set_split) {
        yyjson_mut_obj_remove_key(copy, "split");
        yyjson_mut_obj_add_str(doc, copy, "split", split_name(m->o->split));
    }
    if (m->o->source && !json_get(obj, "source"))
        yyjson_mut_obj_add_str(doc, copy, "source", m->o->source);
    return yyjson_doc_get_root(yyjson_mut_val_imut_copy(copy, &alc));
}

static bool check_id(struct importer *m, const struct row *row, struct str id, struct err *e)
{
    bool is_new;
    uint64_t *hash = ARENA_NEW(m->a, uint64_t);
    *hash = hash64(id.p, id.n, 0);
    map_entry(&m->ids, (struct str){(const char *)hash, sizeof *hash}, &is_new);
    if (is_new)
        return true;
    row_err(e, row, NULL, "the id \"%.*s\" comes up a second time", STR_ARG(id));
    return err_hint(e, "Leave the id out of --map and ids are made from the row numbers.");
}

static bool import_row(struct importer *m, struct row *row, struct err *e)
{
    yyjson_val *obj;
    struct item it;
    struct row golden = *row;
    if (!m->report->columns && !begin(m, row, e))
        return false;
    if (!columns_apply(m->scratch, m->report->columns, m->report->n_columns, row, &obj, e))
        return false;
    golden.v = completed(m, obj);
    if (!item_from_row(m->scratch, &golden, &it, e) || !check_id(m, row, it.id, e))
        return false;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    item_write(&b, &it);
    if (!buf_ok(&b, "a golden line", e))
        return row_err(e, row, NULL, "%s", e->msg);
    m->report->n++;
    return m->line(m->arg, buf_str(&b), e);
}

bool import_rows(struct arena *a, const char *path, const struct import_options *o,
                 bool (*line)(void *arg, struct str text, struct err *e), void *arg,
                 struct import_report *ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct importer m = {
        .a = a, .scratch = scratch, .o = o, .report = ret, .line = line, .arg = arg};
    struct row row;
    bool more = true, ok = rows_open(&rows, path, e);
    *ret = (struct import_report){0};
    while (ok && more && (o->limit == 0 || ret->n < o->limit)) {
        arena_reset(scratch);
        ok = rows_next(&rows, scratch, &row, &more, e) && (!more || import_row(&m, &row, e));
    }
    map_release(&m.ids);
    if (ok && ret->n == 0)
        return rows_none(path, "`input` and `expected`, or what --map calls so", e);
    return ok;
}
