/* `plimsoll golden add`: appends examples to a golden set. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "golden/golden.h"
#include "golden/grow.h"
#include "golden/rows.h"
#include "review/corrections.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {'i', "input", OPT_STRING, "TEXT", "one example by hand: its input"},
    {'e', "expected", OPT_STRING, "TEXT", "its expected answer"},
    {0, "id", OPT_STRING, "ID", "its id (default: PREFIX-0001 and on)"},
    {'t', "tag", OPT_LIST, "KEY=VALUE", "a tag of it; repeatable"},
    {0, "split", OPT_STRING, "SPLIT", "train, test or anchor (default: test)"},
    {0, "source", OPT_STRING, "TEXT", "where it comes from"},
    {0, "notes", OPT_STRING, "TEXT", "why it is there"},
    {0, "id-prefix", OPT_STRING, "PREFIX", "for examples without an id (default: g)"},
    {0, "from-review", OPT_FLAG, NULL, "the corrections of the review queue"},
    {0, "feature", OPT_STRING, "NAME", "… of this feature (default: all)"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

typedef VEC(struct item) item_vec;

/* The line with a stand-in where it has no id; golden_append makes the real one. */
static yyjson_val *with_id(struct arena *a, yyjson_val *obj)
{
    yyjson_alc alc = json_alc(a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, obj);
    yyjson_mut_obj_remove_key(copy, "id");
    yyjson_mut_obj_add_str(doc, copy, "id", "?");
    return yyjson_doc_get_root(yyjson_mut_val_imut_copy(copy, &alc));
}

static bool add_row(struct cmd *c, struct row *row, item_vec *items)
{
    struct item it;
    bool has_id = row_get(row, "id");
    if (!has_id)
        row->v = with_id(c->a, row->v);
    if (!item_from_row(c->a, row, &it, &c->err))
        return false;
    if (!has_id)
        it.id = STR("");
    vec_push(items, it);
    return true;
}

static bool read_file(struct cmd *c, const char *path, item_vec *items)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more;
    if (!rows_open(&rows, path, &c->err))
        return false;
    if (rows.is_csv)
        return err_set(&c->err, ERR_USAGE, "%s is a table, expected golden lines (JSONL)", path) ||
               err_hint(&c->err, "`plimsoll golden import %s | plimsoll golden add SET` adds it.",
                        path);
    for (;;) {
        if (!rows_next(&rows, c->a, &row, &more, &c->err))
            return false;
        if (!more)
            return true;
        if (!add_row(c, &row, items))
            return false;
    }
}

/* The example that the options describe, as the line somebody would have written. */
static bool by_hand(struct cmd *c, item_vec *items)
{
    yyjson_alc alc = json_alc(c->a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *obj = yyjson_mut_obj(doc), *tags = yyjson_mut_obj(doc);
    static const char *const plain[] = {"id",     "input", "expected", "split",
                                        "source", "notes", NULL};
    for (const char *const *key = plain; *key; key++)
        if (opt_str(c, *key))
            yyjson_mut_obj_add_str(doc, obj, *key, opt_str(c, *key));
    for (size_t i = 0; opt_list(c, "tag", i); i++) {
        const char *text = opt_list(c, "tag", i), *eq = strchr(text, '=');
        if (!eq || eq == text)
            return err_set(&c->err, ERR_USAGE, "--tag wants KEY=VALUE, found \"%s\"", text);
        yyjson_mut_obj_add(tags, yyjson_mut_strn(doc, text, (size_t)(eq - text)),
                           yyjson_mut_str(doc, eq + 1));
    }
    if (yyjson_mut_obj_size(tags))
        yyjson_mut_obj_add_val(doc, obj, "tags", tags);
    struct row row = {.v = yyjson_doc_get_root(yyjson_mut_val_imut_copy(obj, &alc)),
                      .path = "the options"};
    return add_row(c, &row, items);
}

/* Corrections become examples, but for those of examples the set has: whether its answer or the
 * correction is right is for a person to say. */
static bool from_review(struct cmd *c, item_vec *items)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct review_ctx x;
    struct golden *g = NULL;
    struct reviewed *v;
    struct item *found;
    size_t n, kept = 0, n_found, in_set = 0;
    bool ok = review_open(c, opt_str(c, "feature"), &x);
    s = x.s;
    if (!ok || !reviewed_list(s, c->a, x.f ? x.f->name : NULL, &v, &n, &c->err) ||
        (file_exists(c->argv[0]) && !golden_load(c->a, c->argv[0], &g, &c->err)))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool there = g && golden_find(g, v[i].item.name) >= 0;
        in_set += there && !str_null(v[i].verdict.corrected);
        if (!there)
            v[kept++] = v[i];
    }
    if (!reviewed_examples(c->a, v, kept, &found, &n_found, &c->err))
        return false;
    for (size_t i = 0; i < n_found; i++)
        vec_push(items, found[i]);
    if (in_set)
        fprintf(stderr, "%zu correction%s of examples the set has already: change those by hand\n",
                in_set, in_set == 1 ? " is" : "s are");
    return true;
}

static void print_result(struct cmd *c, const char *path, const struct grow_result *r)
{
    if (!c->json) {
        printf("%s: %zu added", path, r->added);
        if (r->known)
            printf(", %zu there already", r->known);
        putchar('\n');
        for (size_t i = 0; i < r->added && i < 10; i++)
            printf("  %.*s\n", STR_ARG(utf8_printable(c->a, str_c(r->ids[i]))));
        return;
    }
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "path", path);
    jw_kint(&w, "added", (int64_t)r->added);
    jw_kint(&w, "known", (int64_t)r->known);
    jw_key(&w, "ids");
    jw_arr(&w);
    for (size_t i = 0; i < r->added; i++)
        jw_c(&w, r->ids[i]);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static int cmd_golden_add(struct cmd *c)
{
    item_vec items = {0};
    struct grow_result r;
    bool hand = opt_given(c, "input");
    if (hand && c->argc > 1)
        return cmd_usage(c, "either a FILE or --input, not both");
    bool review = opt_flag(c, "from-review");
    if (review && (hand || c->argc > 1))
        return cmd_usage(c, "either --from-review, a FILE or --input");
    bool ok = review ? from_review(c, &items)
              : hand ? by_hand(c, &items)
                     : read_file(c, c->argc > 1 ? c->argv[1] : "-", &items);
    const char *prefix = opt_str(c, "id-prefix") ? opt_str(c, "id-prefix")
                         : review                ? "review"
                                                 : "g";
    ok = ok && golden_append(c->a, c->argv[0], items.v, items.n, prefix, &r, &c->err);
    vec_free(&items);
    if (!ok)
        return cmd_fail(c);
    print_result(c, c->argv[0], &r);
    return 0;
}

extern const struct cmd_def def_golden_add;
const struct cmd_def def_golden_add = {
    .name = "golden add",
    .synopsis = "SET [FILE]",
    .summary = "append examples to a golden set, each of them once",
    .help =
        "Reads golden lines from FILE or standard input, or takes one example from the options. "
        "An example that is there already (same input and expected answer) is left out. One "
        "that contradicts the set is an error, and then nothing is added.",
    .examples =
        "plimsoll golden add golden/triage.jsonl --input 'my card is gone' --expected lost\n"
        "plimsoll golden add golden/triage.jsonl corrections.jsonl\n"
        "plimsoll golden add golden/triage.jsonl --from-review\n"
        "plimsoll golden import new.csv | plimsoll golden add golden/triage.jsonl",
    .opts = opts,
    .min_args = 1,
    .max_args = 2,
    .run = cmd_golden_add,
};
