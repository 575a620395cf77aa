/*
 * `lua`: a grader in a few lines of Lua 5.4, inside the program:
 *
 *     function grade(item) return item.output:lower() == item.expected end
 *
 * `item` has id, input, output, expected, context, tags, latency_ms, cost_usd and confidence; the
 * answer is true or false, a score, or {score = …} or {pass = …} with reason and details. Each item
 * gets a fresh state, so that nothing carries over and results do not depend on threads. There is
 * no io, os, load, require, print or random; instructions and memory are limited. A limit hit or
 * an error in the script is a grader error.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "grade/option.h"
#include "text/json.h"

enum { HOOK_EVERY = 1000, MAX_DEPTH = 64 };

struct lua_grader {
    struct str code;
    const char *name;  /* chunk name for messages */
    size_t max_memory; /* bytes */
    long long max_steps;
};

/* One call: what the allocator, the hook and the protected function share. */
struct lua_call {
    const struct lua_grader *s;
    const struct grade_in *in;
    struct arena *a;
    size_t memory;
    long long steps;
    struct buf details; /* JSON, when the answer has some */
    double score;       /* NaN: pass decides */
    int pass;           /* -1: not said */
    struct str reason;
    bool bad_answer;
};

/* ---- limits ---- */

static void *limited_alloc(void *ud, void *p, size_t old, size_t n)
{
    struct lua_call *c = ud;
    if (!p)
        old = 0; /* then it is a kind of object, not a size */
    if (n == 0) {
        c->memory -= old;
        free(p);
        return NULL;
    }
    if (n > old && n - old > c->s->max_memory - c->memory)
        return NULL;
    p = mem_realloc(p, n);
    c->memory = c->memory - old + n;
    return p;
}

static struct lua_call *call_of(lua_State *L)
{
    void *ud;
    (void)lua_getallocf(L, &ud);
    return ud;
}

static void count_steps(lua_State *L, lua_Debug *d)
{
    struct lua_call *c = call_of(L);
    (void)d;
    c->steps += HOOK_EVERY;
    if (c->steps <= c->s->max_steps)
        return;
    lua_sethook(L, count_steps, LUA_MASKCOUNT, 1); /* no pcall survives the next instruction */
    luaL_error(L, "more than %d million instructions", (int)(c->s->max_steps / 1000000));
}

static void open_libraries(lua_State *L)
{
    static const luaL_Reg libs[] = {{LUA_GNAME, luaopen_base},
                                    {LUA_STRLIBNAME, luaopen_string},
                                    {LUA_TABLIBNAME, luaopen_table},
                                    {LUA_MATHLIBNAME, luaopen_math},
                                    {LUA_UTF8LIBNAME, luaopen_utf8}};
    static const char *const removed[] = {"dofile",  "loadfile", "load",          "print",
                                          "require", "warn",     "collectgarbage"};
    for (size_t i = 0; i < ARRAY_LEN(libs); i++) {
        luaL_requiref(L, libs[i].name, libs[i].func, 1);
        lua_pop(L, 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(removed); i++) {
        lua_pushnil(L);
        lua_setglobal(L, removed[i]);
    }
    lua_getglobal(L, LUA_MATHLIBNAME); /* numbers from chance would not repeat */
    lua_pushnil(L);
    lua_setfield(L, -2, "random");
    lua_pushnil(L);
    lua_setfield(L, -2, "randomseed");
    lua_pop(L, 1);
}

/* ---- the item, in ---- */

static void push_json(lua_State *L, yyjson_val *v, int depth)
{
    yyjson_val *x;
    lua_Integer i = 0;
    luaL_checkstack(L, 4, "the item is nested too deep");
    if (depth > MAX_DEPTH)
        luaL_error(L, "the item is nested deeper than %d levels", MAX_DEPTH);
    if (yyjson_is_bool(v)) {
        lua_pushboolean(L, yyjson_get_bool(v));
    } else if (yyjson_is_sint(v) || (yyjson_is_uint(v) && yyjson_get_uint(v) <= INT64_MAX)) {
        lua_pushinteger(L, yyjson_get_sint(v));
    } else if (yyjson_is_num(v)) {
        lua_pushnumber(L, yyjson_get_num(v));
    } else if (yyjson_is_str(v)) {
        lua_pushlstring(L, yyjson_get_str(v), yyjson_get_len(v));
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_iter it = yyjson_arr_iter_with(v);
        lua_newtable(L);
        while ((x = yyjson_arr_iter_next(&it))) {
            push_json(L, x, depth + 1);
            lua_rawseti(L, -2, ++i);
        }
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_iter it = yyjson_obj_iter_with(v);
        lua_newtable(L);
        while ((x = yyjson_obj_iter_next(&it))) {
            lua_pushlstring(L, yyjson_get_str(x), yyjson_get_len(x));
            push_json(L, yyjson_obj_iter_get_val(x), depth + 1);
            lua_rawset(L, -3);
        }
    } else {
        lua_pushnil(L);
    }
}

static void set_number(lua_State *L, const char *key, double v)
{
    if (isnan(v))
        return;
    lua_pushnumber(L, v);
    lua_setfield(L, -2, key);
}

static void push_item(lua_State *L, const struct grade_in *in)
{
    const struct {
        const char *key;
        yyjson_val *v;
    } values[] = {{"input", in->input},
                  {"expected", in->expected},
                  {"context", in->context},
                  {"tags", in->tags}};
    lua_newtable(L);
    lua_pushlstring(L, in->output.p ? in->output.p : "", in->output.n);
    lua_setfield(L, -2, "output");
    lua_pushlstring(L, in->id.p ? in->id.p : "", in->id.n);
    lua_setfield(L, -2, "id");
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        push_json(L, values[i].v, 0);
        lua_setfield(L, -2, values[i].key);
    }
    set_number(L, "latency_ms", in->latency_ms);
    set_number(L, "cost_usd", in->cost_usd);
    set_number(L, "confidence", in->confidence);
}

/* ---- the answer, out ---- */

static void write_text(struct jw *w, lua_State *L, int at)
{
    size_t n;
    const char *p = lua_tolstring(L, at, &n);
    jw_str(w, (struct str){p, n});
}

static void write_lua(struct jw *w, lua_State *L, int at, int depth);

static void write_table(struct jw *w, lua_State *L, int at, int depth)
{
    lua_Unsigned n = lua_rawlen(L, at);
    luaL_checkstack(L, 4, "details are nested too deep");
    if (n > 0) {
        jw_arr(w);
        for (lua_Unsigned i = 1; i <= n; i++) {
            lua_rawgeti(L, at, (lua_Integer)i);
            write_lua(w, L, lua_gettop(L), depth + 1);
            lua_pop(L, 1);
        }
        jw_end(w);
        return;
    }
    jw_obj(w);
    lua_pushnil(L);
    while (lua_next(L, at)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            size_t len;
            const char *key = lua_tolstring(L, -2, &len);
            jw_key_str(w, (struct str){key, len});
            write_lua(w, L, lua_gettop(L), depth + 1);
        }
        lua_pop(L, 1);
    }
    jw_end(w);
}

static void write_lua(struct jw *w, lua_State *L, int at, int depth)
{
    switch (depth > MAX_DEPTH ? LUA_TNIL : lua_type(L, at)) {
    case LUA_TBOOLEAN: jw_bool(w, lua_toboolean(L, at)); break;
    case LUA_TNUMBER: jw_num(w, lua_tonumber(L, at)); break;
    case LUA_TSTRING: write_text(w, L, at); break;
    case LUA_TTABLE: write_table(w, L, at, depth); break;
    default: jw_null(w); break;
    }
}

/* Keys come in an order of Lua's own; details are sorted so that they repeat. */
static void read_details(lua_State *L, struct lua_call *c)
{
    struct jw w;
    if (lua_getfield(L, -1, "details") == LUA_TTABLE && lua_rawlen(L, -1) == 0) {
        jw_init(&w, &c->details, false);
        write_lua(&w, L, lua_gettop(L), 0);
    }
    lua_pop(L, 1);
}

static void read_answer(lua_State *L, struct lua_call *c)
{
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN: c->pass = lua_toboolean(L, -1); return;
    case LUA_TNUMBER: c->score = lua_tonumber(L, -1); return;
    case LUA_TTABLE: break;
    default: c->bad_answer = true; return;
    }
    if (lua_getfield(L, -1, "score") == LUA_TNUMBER)
        c->score = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "pass") == LUA_TBOOLEAN)
        c->pass = lua_toboolean(L, -1);
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "reason") == LUA_TSTRING) {
        size_t n;
        const char *p = lua_tolstring(L, -1, &n);
        c->reason = arena_str(c->a, utf8_prefix((struct str){p, n}, 900));
    }
    lua_pop(L, 1);
    read_details(L, c);
}

/* Runs protected: an error anywhere, out of memory too, comes back from lua_pcall. */
static int run_script(lua_State *L)
{
    struct lua_call *c = call_of(L);
    open_libraries(L);
    lua_sethook(L, count_steps, LUA_MASKCOUNT, HOOK_EVERY);
    if (luaL_loadbufferx(L, c->s->code.p, c->s->code.n, c->s->name, "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 0);
    if (lua_getglobal(L, "grade") != LUA_TFUNCTION)
        return luaL_error(L, "the script defines no function grade(item)");
    push_item(L, c->in);
    lua_call(L, 1, 1);
    read_answer(L, c);
    return 0;
}

static bool run(struct lua_call *c, struct err *e)
{
    lua_State *L = lua_newstate(limited_alloc, c);
    if (!L)
        return err_set(e, ERR_LIMIT, "the script may use too little memory to start");
    lua_pushcfunction(L, run_script);
    int rc = lua_pcall(L, 0, 0, 0);
    if (rc != LUA_OK) {
        struct str why = str_c(lua_tostring(L, -1));
        bool valid = why.p && utf8_check(why) < 0;
        err_set(e, ERR_GRADER, "the script failed: %.*s",
                STR_ARG(rc == LUA_ERRMEM ? STR("out of its memory")
                        : valid          ? utf8_prefix(why, 500)
                                         : STR("an error without a message")));
    }
    lua_close(L);
    return rc == LUA_OK;
}

/* ---- the grader ---- */

static bool lua_grader_open(struct grader *g, const struct node *options, struct arena *a,
                            struct err *e)
{
    struct lua_grader *s = ARENA_NEW(a, struct lua_grader);
    const struct node *file = node_get(options, "file");
    const char *code = NULL, *path = NULL;
    long long megabytes = 16, millions = 50;
    g->state = s;
    if (!node_get_str(options, "code", &code, e) || !node_get_str(options, "file", &path, e) ||
        !node_get_int(options, "memory", 1, 1024, &megabytes, e) ||
        !node_get_int(options, "instructions", 1, 100000, &millions, e))
        return false;
    if (!code == !path)
        return err_set(e, ERR_SPEC, "lua needs either \"code\" or \"file\"");
    s->max_memory = (size_t)megabytes << 20;
    s->max_steps = millions * 1000000;
    s->code = str_c(code);
    s->name = path ? arena_printf(a, "@%s", path) : "=code";
    if (path &&
        !file_read(a, file_beside(a, file->file ? file->file : "", path), 1 << 20, &s->code, e))
        return false;
    /* A syntax error should not wait for the first item. */
    struct lua_call c = {.s = s, .a = a};
    lua_State *L = lua_newstate(limited_alloc, &c);
    bool ok = L && luaL_loadbufferx(L, s->code.p, s->code.n, s->name, "t") == LUA_OK;
    if (!ok)
        err_set(e, ERR_SPEC, "not a Lua script: %.400s", L ? lua_tostring(L, -1) : "no memory");
    if (L)
        lua_close(L);
    return ok;
}

static void finish(struct lua_call *c, struct arena *a, struct grade_out *out)
{
    struct str reason = c->reason.n ? c->reason : STR("the script gave no reason");
    yyjson_val *v;
    if (!isnan(c->score))
        graded(out, c->score, a, "%.*s", STR_ARG(reason));
    else
        graded_bool(out, c->pass > 0, a, "%.*s", STR_ARG(reason));
    if (c->details.n && !c->details.overflow &&
        json_parse_lax(a, buf_str(&c->details), NULL, 1, &v, NULL))
        out->details = json_canonical(a, v);
}

static bool lua_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                      struct grade_out *out, struct err *e)
{
    struct lua_call c = {.s = g->state, .in = in, .a = a, .score = NAN, .pass = -1};
    buf_init(&c.details, 1 << 20);
    bool ok = run(&c, e);
    bool judged = !isnan(c.score) ? c.score >= 0 && c.score <= 1 : c.pass >= 0;
    if (ok && (c.bad_answer || !judged))
        ok =
            err_set(e, ERR_GRADER, "the script gave neither true or false nor a score from 0 to 1");
    if (ok)
        finish(&c, a, out);
    buf_release(&c.details);
    return ok;
}

static const char *const keys[] = {"code", "file", "memory", "instructions", NULL};

extern const struct grader_ops grader_lua;
const struct grader_ops grader_lua = {
    .name = "lua",
    .summary = "a Lua function of yours, inside the program, with limits",
    .keys = keys,
    .open = lua_grader_open,
    .grade = lua_grade,
};
