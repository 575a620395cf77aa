/*
 * `exec`: a grader of the user's own, in any language. The program is started once and answers
 * one JSON line for each JSON line it is sent:
 *
 *     {"id", "input", "output", "expected", "context", "tags", "options"}
 *     {"score": 0.7} or {"pass": true}, with "reason" and "details" as it likes, or {"error": "…"}
 *
 * It has a time limit an item and a bounded answer, is started anew after a crash, and runs
 * confined (see sandbox.h). An answer that cannot be read is an error, never a pass.
 */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "grade/option.h"
#include "grade/sandbox.h"
#include "text/json.h"

enum { MAX_WORKERS = 16, MAX_FAILURES = 5 };

struct worker {
    pthread_mutex_t lock;
    struct child child;
    int failures; /* in a row */
};

struct exec_grader {
    struct child_options child;
    enum sandbox_kind sandbox;
    double timeout;
    struct str options; /* JSON text for the program, or null string */
    size_t n_workers;
    struct worker worker[MAX_WORKERS];
    pthread_mutex_t next_lock;
    size_t next;
};

/* ---- options ---- */

static const char **argv_of(struct str_list words, struct arena *a)
{
    const char **argv = ARENA_ARRAY(a, words.n + 1, const char *);
    for (size_t i = 0; i < words.n; i++)
        argv[i] = arena_strndup(a, words.v[i].p, words.v[i].n);
    return argv;
}

static bool open_command(struct exec_grader *s, const struct node *options, struct arena *a,
                         struct err *e)
{
    const struct node *n = node_get(options, "command");
    struct str_list words = {0}, env = {0};
    const char *dir = NULL;
    if (!option_texts(options, "command", a, &words, e) ||
        !option_texts(options, "env", a, &env, e) || !node_get_str(options, "dir", &dir, e))
        return false;
    if (words.n == 0)
        return err_set(e, ERR_SPEC, "exec needs \"command\", such as [python3, grader.py]");
    if (n->kind == NODE_SCALAR && str_find_char(words.v[0], ' ') >= 0) {
        node_err(e, n, "command: a text with spaces where a list of words was expected");
        return err_hint(e, "No shell is involved: write [python3, grader.py].");
    }
    s->child.argv = argv_of(words, a);
    s->child.env = env.n ? argv_of(env, a) : NULL;
    s->child.dir = dir;
    return true;
}

static bool open_sandbox(struct exec_grader *s, const struct node *options, struct arena *a,
                         struct err *e)
{
    static const char *const names[] = {"auto", "none", "bubblewrap", "landlock", NULL};
    static const enum sandbox_kind kinds[] = {SANDBOX_NONE, SANDBOX_NONE, SANDBOX_BUBBLEWRAP,
                                              SANDBOX_LANDLOCK};
    int choice = 0;
    bool network = false;
    if (!option_choice(options, "sandbox", names, &choice, e) ||
        !node_get_bool(options, "network", &network, e))
        return false;
    s->sandbox = choice == 0 ? sandbox_best() : kinds[choice];
    if (choice == 0 && s->sandbox == SANDBOX_NONE) {
        err_set(e, ERR_DENIED, "neither bubblewrap nor Landlock works here");
        return err_hint(e, "Install bubblewrap, or say sandbox: none to run the program "
                           "unconfined.");
    }
    return sandbox_apply(a, s->sandbox, network, &s->child, e);
}

static bool exec_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct exec_grader *s = ARENA_NEW(a, struct exec_grader);
    const struct node *timeout = node_get(options, "timeout"), *own = node_get(options, "options");
    long long workers = 1, max_output = 1 << 20;
    s->timeout = 10;
    if ((timeout && !node_seconds(timeout, &s->timeout, e)) ||
        !node_get_int(options, "workers", 1, MAX_WORKERS, &workers, e) ||
        !node_get_int(options, "max_output", 64, 64 << 20, &max_output, e) ||
        !open_command(s, options, a, e) || !open_sandbox(s, options, a, e))
        return false;
    if (own)
        s->options = node_to_json(a, own);
    s->child.max_line = (size_t)max_output;
    s->n_workers = (size_t)workers;
    pthread_mutex_init(&s->next_lock, NULL);
    for (size_t i = 0; i < s->n_workers; i++)
        pthread_mutex_init(&s->worker[i].lock, NULL);
    g->state = s;
    return true;
}

static void exec_close(struct grader *g)
{
    struct exec_grader *s = g->state;
    for (size_t i = 0; i < s->n_workers; i++) {
        child_stop(&s->worker[i].child);
        pthread_mutex_destroy(&s->worker[i].lock);
    }
    pthread_mutex_destroy(&s->next_lock);
}

/* ---- one item ---- */

static void put(struct jw *w, const char *key, yyjson_val *v)
{
    if (!v)
        return;
    jw_key(w, key);
    jw_value(w, v);
}

static struct str question(const struct exec_grader *s, const struct grade_in *in, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, 4 * BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_kstr(&w, "id", in->id);
    put(&w, "input", in->input);
    jw_kstr(&w, "output", in->output);
    put(&w, "expected", in->expected);
    put(&w, "context", in->context);
    put(&w, "tags", in->tags);
    if (!str_null(s->options)) {
        jw_key(&w, "options");
        jw_raw(&w, s->options);
    }
    jw_end(&w);
    return b.overflow ? (struct str){0} : arena_str(a, buf_str(&b));
}

static bool ask(const struct exec_grader *s, struct worker *w, struct str line, struct arena *a,
                struct str *ret, struct err *e)
{
    struct str answer;
    if (w->failures >= MAX_FAILURES)
        return err_set(e, ERR_GRADER, "the program failed %d times in a row", MAX_FAILURES);
    bool ok = (w->child.pid || child_start(&w->child, &s->child, e)) &&
              child_ask(&w->child, line, clock_mono() + s->timeout, &answer, e);
    w->failures = ok ? 0 : w->failures + 1;
    if (ok)
        *ret = arena_str(a, answer);
    return ok;
}

/* A worker that is free, or else the next in turn. */
static bool ask_any(struct exec_grader *s, struct str line, struct arena *a, struct str *ret,
                    struct err *e)
{
    pthread_mutex_lock(&s->next_lock);
    size_t from = s->next++ % s->n_workers;
    pthread_mutex_unlock(&s->next_lock);
    struct worker *w = &s->worker[from];
    for (size_t i = 0; i < s->n_workers; i++) {
        w = &s->worker[(from + i) % s->n_workers];
        if (pthread_mutex_trylock(&w->lock) == 0)
            break;
        if (i + 1 == s->n_workers) {
            w = &s->worker[from];
            pthread_mutex_lock(&w->lock);
        }
    }
    bool ok = ask(s, w, line, a, ret, e);
    pthread_mutex_unlock(&w->lock);
    return ok;
}

static bool read_answer(struct str answer, struct arena *a, struct grade_out *out, yyjson_val **ret,
                        struct err *e)
{
    yyjson_val *v;
    struct err why = {0};
    if (utf8_check(answer) >= 0 || !json_parse_lax(a, str_trim(answer), NULL, 1, &v, &why) ||
        !yyjson_is_obj(v))
        return err_set(e, ERR_GRADER, "the program answered %s where a JSON object was expected",
                       grade_quote(a, answer));
    *ret = v;
    yyjson_val *score = json_get(v, "score"), *pass = json_get(v, "pass");
    struct str failed = json_get_str(v, "error"), reason = json_get_str(v, "reason");
    if (!str_null(failed))
        return err_set(e, ERR_GRADER, "the program says: %.*s", STR_ARG(utf8_prefix(failed, 500)));
    reason = utf8_prefix(reason.n ? reason : STR("the program gave no reason"), 900);
    if (yyjson_is_num(score) && yyjson_get_num(score) >= 0 && yyjson_get_num(score) <= 1)
        graded(out, yyjson_get_num(score), a, "%.*s", STR_ARG(reason));
    else if (!score && yyjson_is_bool(pass))
        graded_bool(out, yyjson_get_bool(pass), a, "%.*s", STR_ARG(reason));
    else
        return err_set(e, ERR_GRADER,
                       "the program gave neither a \"score\" from 0 to 1 nor "
                       "\"pass\"");
    return true;
}

static bool exec_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    struct exec_grader *s = g->state; /* its workers are behind locks */
    struct details d;
    struct str answer, line = question(s, in, a);
    yyjson_val *v = NULL, *k, *x;
    if (str_null(line))
        return err_set(e, ERR_LIMIT, "the item is larger than %zu bytes", 4 * BUF_MAX_LINE);
    if (!ask_any(s, line, a, &answer, e) || !read_answer(answer, a, out, &v, e))
        return false;
    details_begin(&d);
    jw_kc(&d.w, "sandbox", sandbox_name(s->sandbox));
    for (yyjson_obj_iter it = yyjson_obj_iter_with(json_get(v, "details"));
         (k = yyjson_obj_iter_next(&it));) {
        x = yyjson_obj_iter_get_val(k);
        if (str_eq_c(json_str(k), "sandbox"))
            continue;
        jw_key_str(&d.w, json_str(k));
        jw_value(&d.w, x);
    }
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"command", "timeout", "max_output", "workers", "env",
                                   "dir",     "options", "sandbox",    "network", NULL};

extern const struct grader_ops grader_exec;
const struct grader_ops grader_exec = {
    .name = "exec",
    .summary = "a program of yours that answers JSON lines, with a time limit, in a sandbox",
    .keys = keys,
    .open = exec_open,
    .grade = exec_grade,
    .close = exec_close,
};
