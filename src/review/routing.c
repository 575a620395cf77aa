/* Routing of outputs into the review queue; see routing.h. */
#include "review/routing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grade/grounding.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/json.h"

/* ---- the spec ---- */

static const char *const keys[] = {"confidence", "threshold", "rules", "audit", "max_queue", NULL};

static bool read_threshold(const struct node *n, struct routing_options *o, struct err *e)
{
    if (node_is_null(n))
        return true;
    if (n->kind == NODE_SCALAR && str_eq_c(n->text, "fitted")) {
        o->fitted = true;
        return true;
    }
    o->fitted = false;
    if (!node_num(n, &o->threshold, e))
        return err_hint(e, "A number from 0 to 1, or `fitted`: what `plimsoll threshold` stored.");
    return true;
}

static bool read_rules(struct arena *a, const struct node *n, const struct feature *f,
                       struct routing_options *o, struct err *e)
{
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_SEQ, "rules", e))
        return false;
    o->rules = ARENA_ARRAY(a, n->n, const char *);
    o->n_rules = n->n;
    for (size_t i = 0; i < n->n; i++) {
        if (!node_str(n->item[i], &o->rules[i], e))
            return false;
        if (f && feature_grader(f, o->rules[i]) < 0)
            return node_err(e, n->item[i], "rules: feature %s has no grader \"%s\"", f->name,
                            o->rules[i]);
    }
    return true;
}

static bool read_node(struct arena *a, const struct node *n, const struct feature *f,
                      struct routing_options *o, struct err *e)
{
    if (node_is_null(n))
        return true;
    long long max = o->max_queue;
    if (!node_want(n, NODE_MAP, "routing", e) || !node_check_keys(n, keys, e) ||
        !node_get_str(n, "confidence", &o->confidence, e) ||
        !read_threshold(node_get(n, "threshold"), o, e) ||
        !read_rules(a, node_get(n, "rules"), f, o, e) || !node_get_num(n, "audit", &o->audit, e) ||
        !node_get_int(n, "max_queue", 1, 10000000, &max, e))
        return false;
    if (!(o->audit >= 0) || o->audit > 1)
        return node_err(e, node_get(n, "audit"), "audit: %g where a share from 0 to 1 was expected",
                        o->audit);
    o->max_queue = max;
    o->node = n;
    return true;
}

bool routing_options_read(struct arena *a, const struct project *p, const struct feature *f,
                          struct routing_options *ret, struct err *e)
{
    *ret = (struct routing_options){
        .confidence = "output", .threshold = (double)NAN, .audit = 0.05, .max_queue = 1000};
    return read_node(a, p ? p->routing : NULL, f, ret, e) &&
           read_node(a, f ? f->routing : NULL, f, ret, e);
}

/* ---- confidence ---- */

struct source {
    enum { FROM_OUTPUT, FROM_CONSISTENCY, FROM_SCORE, FROM_DETAILS } kind;
    size_t grader;
};

static ptrdiff_t grader_of(const struct result_set *rs, const char *name, size_t n)
{
    for (size_t i = 0; i < rs->n_graders; i++)
        if (strlen(rs->graders[i]) == n && memcmp(rs->graders[i], name, n) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static bool source_of(const struct result_set *rs, const struct routing_options *o,
                      struct source *ret, struct err *e)
{
    struct str name = str_c(o->confidence), suffix = STR(".confidence");
    *ret = (struct source){.kind = FROM_OUTPUT};
    if (str_eq_c(name, "output"))
        return true;
    if (str_eq_c(name, "consistency")) {
        ret->kind = FROM_CONSISTENCY;
        return true;
    }
    ret->kind = str_ends(name, suffix) ? FROM_DETAILS : FROM_SCORE;
    ptrdiff_t at = grader_of(rs, name.p, name.n - (ret->kind == FROM_DETAILS ? suffix.n : 0));
    if (at < 0) {
        err_set(e, ERR_SPEC, "routing: confidence: %s: the run has no such grader", o->confidence);
        return err_hint(e, "output, consistency, a grader's name, or NAME.confidence.");
    }
    ret->grader = (size_t)at;
    return true;
}

/* Agreement of the first epoch with the other ones. */
static bool consistency(struct arena *a, struct store *s, const struct result_set *rs, size_t row,
                        struct str output, double *ret, struct err *e)
{
    size_t n = 0, to = row + 1;
    while (to < rs->rows.n && rs->rows.v[to].item == rs->rows.v[row].item)
        to++;
    struct str *others = ARENA_ARRAY(a, to - row, struct str);
    for (size_t i = row + 1; i < to; i++) {
        struct output_row out;
        if (rs->rows.v[i].failed_call || !rs->rows.v[i].output)
            continue;
        if (!output_get(s, a, rs->rows.v[i].output, &out, e))
            return false;
        others[n++] = out.text;
    }
    *ret = self_consistency(a, output, others, n);
    return true;
}

static bool from_details(struct arena *a, struct store *s, const struct result_set *rs, size_t row,
                         size_t grader, double *ret, struct err *e)
{
    const struct result_row *r = &rs->rows.v[row];
    struct grade_row *g = ARENA_ARRAY(a, rs->n_graders, struct grade_row);
    struct unit_read u;
    int64_t item;
    bool found;
    yyjson_val *v;
    if (!item_find(s, rs->variant, rs->items.v[r->item].id, &item, e) ||
        !unit_get(s, rs->variant, item, r->epoch, &u, &found, e))
        return false;
    if (!found)
        return true;
    if (!grades_unpack(s, a, u.grades, g, rs->n_graders, e))
        return false;
    if (str_null(g[grader].details))
        return true;
    if (!json_parse_lax(a, g[grader].details, "details", 1, &v, e))
        return false;
    *ret = json_get_num(v, "confidence", (double)NAN);
    return true;
}

static bool confidence_of(struct arena *a, struct store *s, const struct result_set *rs,
                          const struct source *src, struct routed_output *r, struct err *e)
{
    const struct result_row *row = &rs->rows.v[r->row];
    const struct result_grade *g = result_set_grades(rs, r->row);
    r->confidence = (double)NAN;
    switch (src->kind) {
    case FROM_OUTPUT: r->confidence = row->confidence; break;
    case FROM_SCORE:
        if (g[src->grader].outcome != OUTCOME_ERROR && g[src->grader].outcome != RESULT_UNGRADED)
            r->confidence = g[src->grader].score;
        break;
    case FROM_CONSISTENCY:
        if (!consistency(a, s, rs, r->row, r->output, &r->confidence, e))
            return false;
        break;
    case FROM_DETAILS:
        if (!from_details(a, s, rs, r->row, src->grader, &r->confidence, e))
            return false;
        break;
    }
    if (!(r->confidence >= 0 && r->confidence <= 1))
        r->confidence = (double)NAN; /* not a confidence: it must not pass for one */
    return true;
}

static const char *rule_of(const struct result_set *rs, const struct routing_options *o, size_t row)
{
    const struct result_grade *g = result_set_grades(rs, row);
    for (size_t i = 0; i < o->n_rules; i++) {
        ptrdiff_t at = grader_of(rs, o->rules[i], strlen(o->rules[i]));
        if (at < 0 || g[at].outcome != OUTCOME_PASS)
            return o->rules[i];
    }
    return NULL;
}

/* A guardrail marked the output for a person (run/guard.h). */
static bool guard_asks(struct arena *a, struct str record)
{
    yyjson_val *v;
    struct err ignored = {0};
    if (str_null(record) || str_find(record, STR("\"review\"")) < 0 ||
        !json_parse_lax(a, record, "record", 1, &v, &ignored))
        return false;
    return yyjson_is_true(json_get(v, "review"));
}

static double draw_of(const struct store_key *key, uint64_t seed)
{
    return (double)(hash64(key->b, sizeof key->b, seed) >> 11) * 0x1p-53;
}

bool routing_look(struct arena *a, struct store *s, const struct result_set *rs,
                  struct str fingerprint, const struct routing_options *o, uint64_t seed,
                  struct routed_output **ret, size_t *ret_n, struct err *e)
{
    struct source src;
    if (!source_of(rs, o, &src, e))
        return false;
    *ret = ARENA_ARRAY(a, rs->rows.n, struct routed_output);
    *ret_n = 0;
    for (size_t i = 0; i < rs->rows.n; i++) {
        const struct result_row *row = &rs->rows.v[i];
        struct routed_output *r = &(*ret)[*ret_n];
        struct output_row out;
        if (row->failed_call || !row->output || (i && rs->rows.v[i - 1].item == row->item))
            continue;
        if (!output_get(s, a, row->output, &out, e))
            return false;
        *r = (struct routed_output){.row = (uint32_t)i, .output = out.text};
        r->key =
            review_dedupe(str_c(rs->feature), fingerprint, rs->items.v[row->item].id, out.text);
        r->draw = draw_of(&r->key, seed);
        r->rule = guard_asks(a, out.record) ? "guardrail" : rule_of(rs, o, i);
        if (!confidence_of(a, s, rs, &src, r, e))
            return false;
        (*ret_n)++;
    }
    return true;
}

/* ---- choosing ---- */

static bool is_routed(const struct routed_output *r, double threshold)
{
    return r->rule || isnan(r->confidence) || isnan(threshold) || r->confidence < threshold;
}

/* The least sure first: no confidence, then rules, then by confidence; ties by draw. */
static int by_need(const void *pa, const void *pb)
{
    const struct routed_output *a = *(const struct routed_output *const *)pa,
                               *b = *(const struct routed_output *const *)pb;
    double ca = isnan(a->confidence) ? -1 : a->confidence,
           cb = isnan(b->confidence) ? -1 : b->confidence;
    if (ca < cb || ca > cb)
        return ca < cb ? -1 : 1;
    return (a->draw > b->draw) - (a->draw < b->draw);
}

static int by_draw(const void *pa, const void *pb)
{
    const struct routed_output *a = *(const struct routed_output *const *)pa,
                               *b = *(const struct routed_output *const *)pb;
    return (a->draw > b->draw) - (a->draw < b->draw);
}

static struct str cluster_of(const struct result_set *rs, const struct routed_output *r)
{
    const struct result_item *it = &rs->items.v[rs->rows.v[r->row].item];
    return str_null(it->cluster) ? it->id : it->cluster;
}

/* Moves the first output of each cluster to the front, keeping the order otherwise. */
static void diversify(struct arena *a, const struct result_set *rs, struct routed_output **v,
                      size_t n)
{
    struct routed_output **first = ARENA_ARRAY(a, n, struct routed_output *),
                         **later = ARENA_ARRAY(a, n, struct routed_output *);
    struct map seen = {0};
    size_t n_first = 0, n_later = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_new;
        map_entry(&seen, cluster_of(rs, v[i]), &is_new);
        if (is_new)
            first[n_first++] = v[i];
        else
            later[n_later++] = v[i];
    }
    for (size_t i = 0; i < n; i++)
        v[i] = i < n_first ? first[i] : later[i - n_first];
    map_release(&seen);
}

/* ---- writing ---- */

struct pass {
    struct arena *a;
    struct store *s;
    const struct result_set *rs;
    const struct review_options *r;
    const struct routing_options *o;
    struct routing_batch *b;
};

static struct str reason_of(struct pass *p, const struct routed_output *r, bool routed)
{
    if (!routed)
        return STR("drawn at random from what passes unseen");
    if (r->rule)
        return arena_strf(p->a, "%s does not pass", r->rule);
    if (isnan(r->confidence))
        return STR("no confidence");
    if (isnan(p->b->threshold))
        return STR("there is no threshold: everything is reviewed");
    return arena_strf(p->a, "confidence %.3g is below %.3g", r->confidence, p->b->threshold);
}

static bool enqueue(struct pass *p, const struct routed_output *r, bool routed, double inclusion,
                    struct err *e)
{
    const struct result_row *row = &p->rs->rows.v[r->row];
    enum review_added how;
    int64_t id;
    struct review_new n = {
        .feature = p->b->feature,
        .variant = p->b->variant,
        .name = p->rs->items.v[row->item].id,
        .reason = reason_of(p, r, routed),
        .rule = routed ? str_c(r->rule) : (struct str){0},
        .source = STR("route"),
        .run = p->b->run,
        .batch = p->b->id,
        .unit_variant = p->b->run_variant,
        .output = row->output,
        .epoch = row->epoch,
        .dedupe = r->key,
        .stream = routed ? REVIEW_ROUTED : REVIEW_AUDIT,
        .confidence = r->confidence,
        .inclusion = inclusion,
        /* Audits are spread among the routed: an audit nobody gets to tells nothing. */
        .priority = routed ? 1 - (isnan(r->confidence) ? 0 : r->confidence) : r->draw,
        .wanted = p->r->reviewers + (draw_of(&r->key, ~p->b->seed) < p->r->double_share),
    };
    if (!item_find(p->s, p->b->run_variant, n.name, &n.item, e) ||
        !review_add(p->s, &n, p->o->max_queue, &how, &id, e))
        return false;
    p->b->n_new += how == REVIEW_ADD_NEW;
    p->b->n_there += how == REVIEW_ADD_THERE;
    p->b->n_full += how == REVIEW_ADD_FULL;
    return true;
}

static bool insert_batch(struct store *s, struct routing_batch *b, struct err *e)
{
    static const char sql[] =
        "INSERT INTO review_batch (feature, variant, run, run_variant, fingerprint, "
        "golden_version, source, threshold, audit, seed, n, n_absent, n_routed, n_queued, n_rest, "
        "n_audit, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
        "$16, $17) RETURNING id";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    b->at = env_now(store_env(s));
    db_bind_text(st, 1, b->feature);
    db_bind_text(st, 2, b->variant);
    db_bind_int(st, 3, b->run);
    db_bind_int(st, 4, b->run_variant);
    db_bind_text(st, 5, b->fingerprint);
    db_bind_text(st, 6, b->golden_version);
    db_bind_text(st, 7, b->source);
    db_bind_num(st, 8, b->threshold);
    db_bind_num(st, 9, b->audit);
    db_bind_int(st, 10, (int64_t)b->seed);
    db_bind_int(st, 11, b->n);
    db_bind_int(st, 12, b->n_absent);
    db_bind_int(st, 13, b->n_routed);
    db_bind_int(st, 14, b->n_queued);
    db_bind_int(st, 15, b->n_rest);
    db_bind_int(st, 16, b->n_audit);
    db_bind_num(st, 17, b->at);
    if (!db_step(st, &row, e))
        return false;
    b->id = db_int(st, 0);
    db_reset(st);
    return true;
}

/* The room for routed items: what the cap leaves after the audit has its share. */
static size_t room_for(int64_t max_queue, int64_t open, size_t n_audit)
{
    int64_t room = max_queue - open - (int64_t)n_audit;
    return room > 0 ? (size_t)room : 0;
}

/* Queues all of the routed, or with too little room the neediest and a random draw. */
static bool queue_routed(struct pass *p, struct routed_output **v, size_t n, size_t room,
                         struct err *e)
{
    size_t top = n <= room ? n : room / 2;
    if (n)
        qsort(v, n, sizeof *v, by_need);
    if (top < n) {
        diversify(p->a, p->rs, v, n);
        qsort(v + top, n - top, sizeof *v, by_draw);
    }
    size_t drawn = n <= room ? 0 : room - top;
    p->b->n_queued = (int64_t)(top + drawn);
    for (size_t i = 0; i < top + drawn; i++)
        if (!enqueue(p, v[i], true, i < top ? 1 : (double)drawn / (double)(n - top), e))
            return false;
    return true;
}

static bool write_batch(struct pass *p, struct routed_output *all, size_t n, struct err *e)
{
    struct routed_output **routed = ARENA_ARRAY(p->a, n, struct routed_output *),
                         **audit = ARENA_ARRAY(p->a, n, struct routed_output *);
    size_t n_routed = 0, n_audit = 0;
    struct review_counts c;
    if (!review_count(p->s, NULL, &c, e))
        return false;
    p->b->n = (int64_t)n;
    for (size_t i = 0; i < n; i++) {
        p->b->n_absent += isnan(all[i].confidence);
        if (is_routed(&all[i], p->b->threshold))
            routed[n_routed++] = &all[i];
        else if (all[i].draw < p->b->audit)
            audit[n_audit++] = &all[i];
    }
    int64_t open = c.state[REVIEW_PENDING] + c.state[REVIEW_LOCKED] + c.state[REVIEW_DISPUTED];
    double inclusion = p->b->audit;
    size_t n_fit = room_for(p->o->max_queue, open, 0);
    if (n_audit > n_fit) { /* the first n_fit of the rest in random order */
        qsort(audit, n_audit, sizeof *audit, by_draw);
        inclusion = (double)n_fit / (double)(n - n_routed);
        n_audit = n_fit;
    }
    size_t room = room_for(p->o->max_queue, open, n_audit);
    p->b->n_routed = (int64_t)n_routed;
    p->b->n_queued = (int64_t)(n_routed < room ? n_routed : room);
    p->b->n_rest = (int64_t)(n - n_routed);
    p->b->n_audit = (int64_t)n_audit;
    if (!insert_batch(p->s, p->b, e))
        return false;
    for (size_t i = 0; i < n_audit; i++)
        if (!enqueue(p, audit[i], false, inclusion, e))
            return false;
    return queue_routed(p, routed, n_routed, room, e);
}

bool routing_run(struct arena *a, struct store *s, const struct result_set *rs,
                 struct str fingerprint, const struct routing_options *o,
                 const struct review_options *r, uint64_t seed, struct routing_batch *ret,
                 struct err *e)
{
    struct routed_output *all;
    size_t n;
    struct pass p = {.a = a, .s = s, .rs = rs, .r = r, .o = o, .b = ret};
    *ret = (struct routing_batch){
        .feature = str_c(rs->feature),
        .variant = str_c(rs->name),
        .fingerprint = fingerprint,
        .golden_version = str_c(rs->golden_version),
        .source = str_c(o->confidence),
        .run = rs->run,
        .run_variant = rs->variant,
        .threshold = o->threshold,
        .audit = o->audit,
        .seed = seed,
    };
    if (!routing_look(a, s, rs, fingerprint, o, seed, &all, &n, e) || !store_begin(s, e))
        return false;
    if (write_batch(&p, all, n, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

bool routing_newest(struct store *s, struct arena *a, const char *feature, const char *variant,
                    struct routing_batch *ret, bool *ret_found, struct err *e)
{
    static const char sql[] =
        "SELECT id, feature, variant, fingerprint, golden_version, source, run, run_variant, "
        "threshold, audit, seed, n, n_absent, n_routed, n_queued, n_rest, n_audit, at FROM "
        "review_batch WHERE ($1 IS NULL OR feature = $1) AND ($2 IS NULL OR variant = $2) "
        "ORDER BY id DESC LIMIT 1";
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_c(st, 1, feature);
    db_bind_c(st, 2, variant);
    if (!db_step(st, ret_found, e))
        return false;
    if (!*ret_found)
        return true;
    *ret = (struct routing_batch){
        .id = db_int(st, 0),
        .feature = db_text_copy(st, 1, a),
        .variant = db_text_copy(st, 2, a),
        .fingerprint = db_text_copy(st, 3, a),
        .golden_version = db_text_copy(st, 4, a),
        .source = db_text_copy(st, 5, a),
        .run = db_int(st, 6),
        .run_variant = db_int(st, 7),
        .threshold = db_num(st, 8),
        .audit = db_num(st, 9),
        .seed = (uint64_t)db_int(st, 10),
        .n = db_int(st, 11),
        .n_absent = db_int(st, 12),
        .n_routed = db_int(st, 13),
        .n_queued = db_int(st, 14),
        .n_rest = db_int(st, 15),
        .n_audit = db_int(st, 16),
        .at = db_num(st, 17),
    };
    db_reset(st);
    return true;
}

/* ---- a longer audit ---- */

static bool set_audit(struct store *s, const struct routing_batch *b, int64_t n_audit,
                      struct err *e)
{
    static const char batch[] = "UPDATE review_batch SET n_audit = $2 WHERE id = $1";
    static const char items[] =
        "UPDATE review_item SET inclusion = $2 WHERE batch = $1 AND stream = 1";
    struct db_stmt *st;
    if (!store_sql(s, batch, &st, e))
        return false;
    db_bind_int(st, 1, b->id);
    db_bind_int(st, 2, n_audit);
    if (!db_run(st, e) || !store_sql(s, items, &st, e))
        return false;
    db_bind_int(st, 1, b->id);
    db_bind_num(st, 2, (double)n_audit / (double)b->n_rest);
    return db_run(st, e);
}

static bool lengthen(struct pass *p, struct routed_output **rest, size_t n, size_t want,
                     struct err *e)
{
    size_t have = (size_t)p->b->n_audit, to = have + want < n ? have + want : n;
    for (size_t i = have; i < to; i++)
        if (!enqueue(p, rest[i], false, (double)to / (double)n, e))
            return false;
    return to == have || set_audit(p->s, p->b, (int64_t)to, e);
}

bool routing_lengthen(struct arena *a, struct store *s, const struct result_set *rs,
                      const struct routing_options *o, const struct review_options *r,
                      const struct routing_batch *b, size_t want, int64_t *ret_added, struct err *e)
{
    struct routing_options as = *o;
    struct routing_batch batch = *b;
    struct pass p = {.a = a, .s = s, .rs = rs, .r = r, .o = &as, .b = &batch};
    struct routed_output *all;
    size_t n, n_rest = 0;
    as.confidence = arena_strndup(a, b->source.p, b->source.n);
    batch.n_new = batch.n_there = 0;
    as.max_queue = 0; /* the day's reading is not growth nobody asked for */
    if (!routing_look(a, s, rs, b->fingerprint, &as, b->seed, &all, &n, e))
        return false;
    struct routed_output **rest = ARENA_ARRAY(a, n, struct routed_output *);
    for (size_t i = 0; i < n; i++)
        if (!is_routed(&all[i], b->threshold))
            rest[n_rest++] = &all[i];
    if (n_rest)
        qsort(rest, n_rest, sizeof *rest, by_draw);
    if (!store_begin(s, e))
        return false;
    if (lengthen(&p, rest, n_rest, want, e) && store_commit(s, e)) {
        *ret_added = batch.n_new + batch.n_there;
        return true;
    }
    store_rollback(s);
    return false;
}
