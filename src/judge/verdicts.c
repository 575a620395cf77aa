/* Reading a judge's verdicts and people's; see verdicts.h. */
#include "judge/verdicts.h"

#include <math.h>

#include "base/utf8.h"
#include "golden/rows.h"

static const char *const kind_names[] = {"binary", "scores", "labels"};
const char *verdict_kind_name(enum verdict_kind k) { return kind_names[k]; }

static void release(void *p)
{
    struct judged *j = p;
    vec_free(&j->rows);
    map_release(&j->labels);
}

static bool add(struct arena *a, const struct row *row, const char *judge_key,
                const char *human_key, struct judged *j, struct err *e)
{
    struct judged_row r = {.length = (double)NAN};
    struct str output;
    if (!row_text(row, a, "id", &r.id, e) || !row_text(row, a, judge_key, &r.judge_text, e) ||
        !row_text(row, a, "output", &output, e) ||
        (human_key && !row_text(row, a, human_key, &r.human_text, e)))
        return false;
    if (str_null(r.id))
        r.id = arena_strf(a, "%zu", row->number);
    r.judge_text = str_trim(r.judge_text);
    r.human_text = str_trim(r.human_text);
    if (output.p)
        r.length = (double)utf8_length(output);
    if (r.judge_text.n == 0) {
        j->n_no_judge++;
        return true;
    }
    if (human_key && r.human_text.n == 0) {
        j->n_no_human++;
        return true;
    }
    vec_push(&j->rows, r);
    return true;
}

bool judged_read(struct arena *a, const char *path, const char *judge_key, const char *human_key,
                 struct judged **ret, struct err *e)
{
    struct judged *j = ARENA_NEW(a, struct judged);
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more, judge_seen = false, human_seen = false;
    arena_defer(a, release, j);
    *ret = j;
    if (!rows_open(&rows, path, e))
        return false;
    for (;;) {
        if (!rows_next(&rows, a, &row, &more, e))
            return false;
        if (!more)
            break;
        judge_seen = judge_seen || row_get(&row, judge_key);
        human_seen = human_seen || (human_key && row_get(&row, human_key));
        if (!add(a, &row, judge_key, human_key, j, e))
            return false;
    }
    if (rows.n_rows == 0)
        return rows_none(path, "`judge` and `human`", e);
    if (!judge_seen || (human_key && !human_seen)) {
        err_set(e, ERR_INPUT, "no row of %s has `%s`", path, judge_seen ? human_key : judge_key);
        return err_hint(e, "Name the columns with --judge KEY and --human KEY.");
    }
    return true;
}

/* 0/1 and the usual words; NaN for anything else. */
static double as_binary(struct str s)
{
    static const char *const yes[] = {"1", "true", "yes", "pass", "1.0"}, *const no[] = {
                                                                              "0", "false", "no",
                                                                              "fail", "0.0"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (str_ieq(s, str_c(yes[i])))
            return 1;
        if (str_ieq(s, str_c(no[i])))
            return 0;
    }
    return (double)NAN;
}

static double as_number(struct str s)
{
    double d;
    return str_double(s, &d) ? d : (double)NAN;
}

static bool all(struct judged *const *sets, size_t n, double (*read)(struct str s))
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; sets[i] && k < sets[i]->rows.n; k++) {
            const struct judged_row *r = &sets[i]->rows.v[k];
            if (isnan(read(r->judge_text)) || (r->human_text.p && isnan(read(r->human_text))))
                return false;
        }
    }
    return true;
}

static double label_index(struct judged *first, struct str s)
{
    map_entry(&first->labels, s, NULL);
    return (double)map_index(&first->labels, s);
}

bool judged_settle(struct judged *const *sets, size_t n, struct err *e)
{
    enum verdict_kind kind = all(sets, n, as_binary)   ? VERDICTS_BINARY
                             : all(sets, n, as_number) ? VERDICTS_SCORES
                                                       : VERDICTS_LABELS;
    for (size_t i = 0; i < n; i++) {
        if (!sets[i])
            continue;
        if (sets[i]->rows.n == 0)
            return err_set(e, ERR_INPUT, "no row has both a judge's and a human verdict");
        sets[i]->kind = kind;
        for (size_t k = 0; k < sets[i]->rows.n; k++) {
            struct judged_row *r = &sets[i]->rows.v[k];
            struct str t[2] = {r->judge_text, r->human_text};
            double *to[2] = {&r->judge, &r->human};
            for (int p = 0; p < 2; p++)
                *to[p] = !t[p].p                   ? (double)NAN
                         : kind == VERDICTS_BINARY ? as_binary(t[p])
                         : kind == VERDICTS_SCORES ? as_number(t[p])
                                                   : label_index(sets[0], t[p]);
        }
    }
    return true;
}

bool judged_binary(struct judged *const *sets, size_t n, struct str positive, struct err *e)
{
    size_t hits = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; sets[i] && k < sets[i]->rows.n; k++) {
            struct judged_row *r = &sets[i]->rows.v[k];
            r->judge = str_eq(r->judge_text, positive);
            if (r->human_text.p)
                r->human = str_eq(r->human_text, positive);
            hits += r->judge > 0 || r->human > 0;
        }
        if (sets[i])
            sets[i]->kind = VERDICTS_BINARY;
    }
    if (hits)
        return true;
    err_set(e, ERR_INPUT, "no verdict is \"%.*s\"", STR_ARG(positive));
    return err_hint(e,
                    "--positive names the label that counts as a pass, exactly as it is written.");
}
