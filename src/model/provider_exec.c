/*
 * exec: a program of the user's as a model. It is started once a worker, reads one JSON object a
 * line and answers each with one:
 *
 *     {"id", "input", "epoch", "messages": [{"role", "content"}], "params": {…}}
 *     {"output": "…"} and whatever else a recorded output may hold (record.h), or {"error": "…"}
 *
 * A program that ends, or does not answer in time, is started anew for the next call. Options:
 * command (a list, instead of the words of `exec:…`), env (names of variables it may see), dir.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/vec.h"
#include "model/pipe.h"
#include "model/provider.h"
#include "model/record.h"
#include "model/wire.h"
#include "spec/project.h"
#include "text/json.h"

typedef VEC(const char *) words_vec;

/* Words at white space; quotes keep it together. No shell: nothing else is special. */
static bool split_words(struct arena *a, struct str s, words_vec *out, struct err *e)
{
    struct buf word;
    bool in_word = false;
    char quote = 0;
    buf_init(&word, 65536);
    for (size_t i = 0; i <= s.n; i++) {
        char c = i < s.n ? s.p[i] : ' ';
        if (quote ? c == quote && i < s.n : c == '"' || c == '\'') {
            quote = quote ? 0 : c;
            in_word = true;
        } else if (!quote && strchr(" \t\r\n", c)) {
            if (in_word)
                vec_push(out, arena_strndup(a, word.p, word.n));
            buf_clear(&word);
            in_word = false;
        } else if (i < s.n) {
            buf_add_char(&word, c);
            in_word = true;
        }
    }
    buf_release(&word);
    return !quote || err_set(e, ERR_SPEC, "the command has a quote without its end");
}

static bool read_names(struct arena *a, const struct node *n, words_vec *out, struct err *e)
{
    if (node_is_null(n))
        return true;
    if (n->kind == NODE_SCALAR)
        return split_words(a, n->text, out, e);
    if (!node_want(n, NODE_SEQ, "command or env", e))
        return false;
    for (size_t i = 0; i < n->n; i++) {
        const char *s;
        if (!node_str(n->item[i], &s, e))
            return false;
        vec_push(out, s);
    }
    return true;
}

static const char **finish_words(struct arena *a, words_vec *v)
{
    const char **out = ARENA_ARRAY(a, v->n + 1, const char *);
    for (size_t i = 0; i < v->n; i++)
        out[i] = v->v[i];
    vec_free(v);
    return out;
}

/* A program named by a path is the one beside the spec, wherever we were started. */
static const char *beside_spec(struct model *m, const char *program)
{
    char full[PATH_MAX];
    if (!strchr(program, '/') || !m->spec->node || !m->spec->node->file)
        return program;
    const char *path = file_beside(m->arena, m->spec->node->file, program);
    return realpath(path, full) ? arena_strdup(m->arena, full) : path;
}

static bool exec_open(struct model *m, const struct model_options *o, struct err *e)
{
    static const char *const keys[] = {"command", "env", "dir", NULL};
    const struct node *options = m->spec->options, *command = node_get(options, "command");
    struct pipe_pool *pool = ARENA_NEW(m->arena, struct pipe_pool);
    words_vec words = {0}, env = {0};
    (void)o;
    m->state = pool;
    bool ok = (node_is_null(options) || node_check_keys(options, keys, e)) &&
              (command ? read_names(m->arena, command, &words, e)
                       : split_words(m->arena, str_c(m->spec->name), &words, e)) &&
              read_names(m->arena, node_get(options, "env"), &env, e) &&
              node_get_str(options, "dir", &pool->options.dir, e);
    const char **argv = finish_words(m->arena, &words);
    pool->options.argv = argv;
    pool->options.env = finish_words(m->arena, &env);
    pool->options.max_line = BUF_MAX_LINE;
    if (!ok)
        return false;
    if (!argv[0])
        return err_set(e, ERR_SPEC, "exec has no command");
    argv[0] = beside_spec(m, argv[0]);
    return true;
}

static void exec_close(struct model *m) { pipe_pool_release(m->state); }

static void write_params(struct jw *w, const struct call_params *p)
{
    jw_key(w, "params");
    jw_obj(w);
    wire_sampling(w, p, "max_tokens");
    if (p->seed >= 0)
        jw_kint(w, "seed", p->seed);
    wire_stop(w, p, "stop");
    if (!str_null(p->json_schema)) {
        jw_key(w, "json_schema");
        jw_raw(w, p->json_schema);
    }
    if (!str_null(p->tools)) {
        jw_key(w, "tools");
        jw_raw(w, p->tools);
    }
    if (!str_null(p->extra)) {
        jw_key(w, "extra");
        jw_raw(w, p->extra);
    }
    jw_end(w);
}

static bool exec_line(const struct model *m, const struct call *c, struct buf *out, struct err *e)
{
    struct jw w;
    (void)m;
    if (c->embed)
        return err_set(e, ERR_SPEC, "exec has no embeddings");
    jw_init(&w, out, false);
    jw_obj(&w);
    jw_kstr(&w, "id", c->item_id);
    jw_key(&w, "input");
    if (c->input)
        jw_value(&w, c->input);
    else
        jw_null(&w);
    jw_kint(&w, "epoch", c->epoch);
    jw_key(&w, "messages");
    jw_arr(&w);
    for (size_t i = 0; i < c->n_messages; i++) {
        jw_obj(&w);
        jw_kstr(&w, "role", c->messages[i].role);
        jw_kstr(&w, "content", c->messages[i].content);
        if (!str_null(c->messages[i].tool_calls)) {
            jw_key(&w, "tool_calls");
            jw_raw(&w, c->messages[i].tool_calls);
        }
        if (!str_null(c->messages[i].tool_call_id))
            jw_kstr(&w, "tool_call_id", c->messages[i].tool_call_id);
        jw_end(&w);
    }
    jw_end(&w);
    if (c->params)
        write_params(&w, c->params);
    jw_end(&w);
    return true;
}

static void exec_read(const struct call *c, int status, struct str body, struct arena *a,
                      struct reply *r)
{
    yyjson_val *v;
    struct err e = {0};
    (void)c;
    (void)status;
    if (!json_parse_lax(a, body, "the program's answer", 1, &v, &e) || !yyjson_is_obj(v))
        reply_fail(r, a, ERR_PROVIDER, "the program answered \"%.*s\", expected a JSON object",
                   (int)(body.n < 100 ? body.n : 100), body.p);
    else
        record_read(v, a, r);
}

const struct provider_ops provider_exec = {
    .name = "exec",
    .summary = "a program of yours that answers JSON lines",
    .kind = PROVIDER_PIPE,
    .open = exec_open,
    .close = exec_close,
    .line = exec_line,
    .read = exec_read,
};
