/* builtin:fields: extraction, one JSON object an answer. A field is found by the pattern given for
 * it, or else by what the training examples teach: the words around the value and its shape
 * (extractor.h). The confidence is the probability that every field is right, fitted on examples
 * that were left out of the learning in turn. */
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/pool.h"
#include "base/rng.h"
#include "model/baseline.h"
#include "model/confidence.h"
#include "model/extractor.h"
#include "text/json.h"
#include "text/jsonw.h"
#include "text/regex.h"

enum { MAX_FIELDS = 64, MAX_EXAMPLES = 2000, FOLDS = 3 };

struct field {
    struct str name;
    const struct regex *pattern; /* NULL: learned */
    bool take_last;              /* the last match instead of the first */
    bool is_number;              /* written as a JSON number */
    bool empty_is_text;          /* an absent value is "", not null, as in the examples */
    struct extractor *learned;   /* NULL: never seen, so always absent */
    double precision;            /* of a pattern on the examples; NaN: not known */
};

struct fields {
    struct field *v;
    size_t n;
    bool calibrated;
    struct platt platt;
};

struct found {
    struct str text;   /* null: absent */
    double probability;
};

/* ---- options ---- */

static bool read_pattern(struct arena *a, const char *name, const struct node *n,
                         struct field *ret, struct err *e)
{
    static const char *const takes[] = {"first", "last", NULL};
    const char *pattern = NULL, *take = "first";
    const struct node *at = n;
    if (n->kind == NODE_MAP) {
        at = node_get(n, "match");
        if (!node_check_keys(n, (const char *const[]){"match", "take", NULL}, e) ||
            !node_get_str(n, "take", &take, e))
            return false;
        if (strcmp(take, takes[0]) != 0 && strcmp(take, takes[1]) != 0)
            return node_err(e, n, "`take` is \"%s\", not first or last", take);
        if (!at)
            return node_err(e, n, "field \"%s\" needs `match`: a pattern", name);
    }
    if (!node_str(at, &pattern, e))
        return err_wrap(e, "field \"%s\"", name);
    *ret = (struct field){.name = arena_str(a, str_c(name)), .take_last = take[0] == 'l',
                          .precision = NAN};
    return regex_compile(a, str_c(pattern), REGEX_ICASE | REGEX_MULTILINE, &ret->pattern, e) ||
           err_at(e, at->file, at->line, at->col);
}

static bool read_patterns(struct arena *a, const struct node *options, struct fields *s,
                          struct err *e)
{
    const struct node *patterns = node_get(options, "patterns");
    if (node_is_null(patterns))
        return true;
    if (!node_want(patterns, NODE_MAP, "a mapping from field to pattern", e))
        return false;
    if (patterns->n > MAX_FIELDS)
        return node_err(e, patterns, "has %zu fields; at most %d are allowed", patterns->n,
                        MAX_FIELDS);
    for (size_t i = 0; i < patterns->n; i++) {
        const char *name;
        if (!node_str(patterns->key[i], &name, e) ||
            !read_pattern(a, name, patterns->item[i], &s->v[s->n], e))
            return false;
        s->n++;
    }
    return true;
}

/* ---- examples ---- */

/* The examples whose expected value is an object. */
struct lessons {
    struct arena *a;
    struct page *page;
    yyjson_val **expected;
    struct field_value **value; /* [field][example] */
    size_t n;
};

static struct field_value value_of(struct arena *a, yyjson_val *v)
{
    if (!v || yyjson_is_null(v) || yyjson_is_ctn(v))
        return (struct field_value){{0}, false};
    struct str s = json_display(a, v);
    return (struct field_value){s.n ? s : (struct str){0}, yyjson_is_num(v)};
}

/* Makes a field of every member of the expected objects that has none yet. */
static bool discover(struct arena *a, const struct lessons *l, struct fields *s, struct err *e)
{
    struct map known;
    map_init(&known);
    for (size_t i = 0; i < s->n; i++)
        map_put(&known, s->v[i].name, &s->v[i]);
    bool ok = true;
    for (size_t i = 0; i < l->n && ok; i++) {
        yyjson_val *k, *v;
        size_t at, max;
        yyjson_obj_foreach(l->expected[i], at, max, k, v) {
            struct field *f = map_get(&known, json_str(k));
            if (!f) {
                ok = s->n < MAX_FIELDS;
                if (!ok)
                    break;
                f = &s->v[s->n++];
                *f = (struct field){.name = arena_str(a, json_str(k)), .precision = NAN};
                map_put(&known, f->name, f);
            }
            f->is_number = f->is_number || yyjson_is_num(v);
            f->empty_is_text = f->empty_is_text || (yyjson_is_str(v) && yyjson_get_len(v) == 0);
        }
    }
    map_release(&known);
    return ok || err_set(e, ERR_LIMIT, "more than %d fields in the expected values", MAX_FIELDS);
}

static void collect(struct lessons *l, const struct baseline_example *examples, size_t n)
{
    size_t room = n < MAX_EXAMPLES ? n : MAX_EXAMPLES;
    l->page = ARENA_ARRAY(l->a, room, struct page);
    l->expected = ARENA_ARRAY(l->a, room, yyjson_val *);
    for (size_t i = 0; i < n && l->n < room; i++)
        if (yyjson_is_obj(examples[i].expected)) {
            l->page[l->n] = page_of(l->a, examples[i].text);
            l->expected[l->n++] = examples[i].expected;
        }
}

static void read_values(struct lessons *l, const struct fields *s)
{
    l->value = ARENA_ARRAY(l->a, s->n, struct field_value *);
    for (size_t f = 0; f < s->n; f++) {
        l->value[f] = ARENA_ARRAY(l->a, l->n, struct field_value);
        for (size_t i = 0; i < l->n; i++)
            l->value[f][i] = value_of(
                l->a, yyjson_obj_getn(l->expected[i], s->v[f].name.p, s->v[f].name.n));
    }
}

/* ---- finding ---- */

static bool match_pattern(const struct field *f, struct str text, struct found *ret,
                          struct err *e)
{
    struct str groups[2];
    size_t from = 0;
    bool hit = true;
    *ret = (struct found){{0}, f->precision};
    while (from <= text.n) {
        if (!regex_match(f->pattern, text, from, groups, 2, &hit, e))
            return err_wrap(e, "field \"%.*s\"", STR_ARG(f->name));
        if (!hit)
            break;
        bool group = regex_groups(f->pattern) > 0 && !str_null(groups[1]);
        ret->text = str_trim(group ? groups[1] : groups[0]);
        if (!f->take_last)
            break;
        from = (size_t)(groups[0].p - text.p) + (groups[0].n ? groups[0].n : 1);
    }
    return true;
}

static bool find(const struct field *f, const struct extractor *learned, const struct page *page,
                 struct arena *a, struct found *ret, struct err *e)
{
    if (f->pattern)
        return match_pattern(f, page->text, ret, e);
    *ret = (struct found){{0}, NAN};
    if (learned) {
        struct extraction x = extractor_find(learned, page, a);
        *ret = (struct found){x.text, x.probability};
    }
    return true;
}

/* ---- learning ---- */

struct learning {
    struct fields *s;
    struct lessons *l;
    struct arena *model_arena[MAX_FIELDS]; /* one a field: an arena belongs to one thread */
    size_t *order;
    double *score;  /* [field * n + example]: log-probability when left out; NaN: not tried */
    bool *right;    /* likewise */
};

/* Part (field, 0) learns from all, (field, f + 1) leaves fold f out and finds it there. */
static void learn_part(void *arg, size_t part)
{
    struct learning *t = arg;
    size_t field = part / (FOLDS + 1), fold = part % (FOLDS + 1);
    struct field *f = &t->s->v[field];
    const struct lessons *l = t->l;
    if (f->pattern)
        return;
    struct arena *scratch = arena_new();
    size_t *pick = ARENA_ARRAY(scratch, l->n, size_t), n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (fold == 0 || i % FOLDS != fold - 1)
            pick[n++] = t->order[i];
    struct extractor *x = extractor_train(fold == 0 ? t->model_arena[field] : scratch, l->page,
                                          l->value[field], pick, n);
    if (fold == 0) {
        f->learned = x;
    } else {
        struct arena *a = arena_new();
        for (size_t i = fold - 1; i < l->n; i += FOLDS) {
            size_t k = t->order[i], at = field * l->n + k;
            struct found r;
            if (!find(f, x, &l->page[k], a, &r, NULL))
                continue;
            t->right[at] = field_equal(l->value[field][k], r.text);
            t->score[at] = x ? log(fmax(r.probability, 1e-9)) : 0;
            arena_reset(a);
        }
        arena_free(a);
    }
    arena_free(scratch);
}

/* How a given pattern does on the examples; nothing was learned, so none is left out. */
static bool judge_pattern(struct learning *t, size_t field, struct err *e)
{
    struct field *f = &t->s->v[field];
    size_t right = 0, n = t->l->n;
    for (size_t i = 0; i < n; i++) {
        struct found r;
        if (!match_pattern(f, t->l->page[i].text, &r, e))
            return false;
        t->right[field * n + i] = field_equal(t->l->value[field][i], r.text);
        right += t->right[field * n + i];
    }
    f->precision = ((double)right + 1) / ((double)n + 2);
    for (size_t i = 0; i < n; i++)
        t->score[field * n + i] = log(f->precision);
    return true;
}

static void calibrate(struct learning *t)
{
    size_t n = t->l->n;
    double *score = ARENA_ARRAY(t->l->a, n, double);
    bool *right = ARENA_ARRAY(t->l->a, n, bool);
    for (size_t i = 0; i < n; i++) {
        right[i] = true;
        for (size_t f = 0; f < t->s->n; f++) {
            score[i] += t->score[f * n + i];
            right[i] = right[i] && t->right[f * n + i];
        }
    }
    t->s->calibrated = n >= 2 * FOLDS;
    if (t->s->calibrated)
        t->s->platt = platt_of_score(score, right, n);
}

static void arena_free_later(void *p)
{
    arena_free(p);
}

static bool learn(struct baseline *m, struct fields *s, struct lessons *l, struct err *e)
{
    struct learning t = {.s = s, .l = l};
    t.order = ARENA_ARRAY(l->a, l->n, size_t);
    t.score = ARENA_ARRAY(l->a, s->n * l->n, double);
    t.right = ARENA_ARRAY(l->a, s->n * l->n, bool);
    for (size_t i = 0; i < l->n; i++)
        t.order[i] = i;
    struct rng rng;
    rng_init(&rng, m->seed, 0);
    rng_shuffle(&rng, t.order, l->n);
    for (size_t f = 0; f < s->n; f++) {
        if (s->v[f].pattern) {
            if (!judge_pattern(&t, f, e))
                return false;
            continue;
        }
        t.model_arena[f] = arena_new();
        arena_defer(m->arena, arena_free_later, t.model_arena[f]);
    }
    pool_for(s->n * (FOLDS + 1), learn_part, &t);
    calibrate(&t);
    return true;
}

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    struct fields *s = ARENA_NEW(m->arena, struct fields);
    s->v = ARENA_ARRAY(m->arena, MAX_FIELDS, struct field);
    m->state = s;
    if (!read_patterns(m->arena, options, s, e))
        return false;
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct lessons l = {.a = scratch};
    collect(&l, examples, n);
    if (l.n == 0 && s->n == 0) {
        err_set(e, ERR_INPUT, "no patterns given and no example whose `expected` is an object");
        return err_hint(e, "Give `patterns: {total: 'TOTAL *([0-9.]+)'}`, or golden examples "
                           "with `split: train` and `expected: {\"total\": \"9.00\"}`.");
    }
    if (!discover(m->arena, &l, s, e))
        return false;
    read_values(&l, s);
    return l.n == 0 || learn(m, s, &l, e);
}

/* ---- answering ---- */

static void write_value(struct jw *w, const struct field *f, struct str text)
{
    double v;
    if (str_null(text) && f->empty_is_text)
        jw_c(w, "");
    else if (!str_null(text) && f->is_number && span_number(text, &v))
        jw_num(w, v);
    else
        jw_str(w, text);
}

static bool predict(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e)
{
    const struct fields *s = m->state;
    struct page page = page_of(a, text);
    struct buf b;
    struct jw w;
    double score = 0;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    for (size_t f = 0; f < s->n; f++) {
        struct found r;
        if (!find(&s->v[f], s->v[f].learned, &page, a, &r, e)) {
            buf_release(&b);
            return false;
        }
        jw_key_str(&w, s->v[f].name);
        write_value(&w, &s->v[f], r.text);
        if (s->v[f].learned)
            score += log(fmax(r.probability, 1e-9));
        else if (s->v[f].pattern)
            score += log(s->v[f].precision);
    }
    jw_end(&w);
    ret->output = arena_str(a, buf_str(&b));
    ret->confidence = s->calibrated ? platt_predict(&s->platt, score) : (double)NAN;
    bool ok = buf_ok(&b, "the extracted object", e);
    buf_release(&b);
    return ok;
}

const struct baseline_ops baseline_fields = {
    .name = "fields",
    .summary = "extraction by given or learned patterns, one a field",
    .keys = (const char *const[]){"patterns", NULL},
    .train = train,
    .predict = predict,
};
