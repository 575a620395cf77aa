/* web/: every rule of web_handle, without sockets: headers, hosts, logins, roles, CSRF, limits,
 * hostile paths and outputs, and the OpenAPI document against the route table. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "safety/ticket.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/json.h"
#include "web/auth.h"
#include "web/worddiff.h"

struct fixture {
    char dir[64];
    struct env env;
    struct arena *a;
    struct web_site site;
    struct web *web;
    struct store *s; /* a second handle, as another thread has one */
    struct web_response res;
    const char *cookie, *token; /* of the next request */
};

static const char project[] = "version: 1\nproject: t\nfeatures:\n  f:\n    task: qa\n"
                              "    golden: golden.jsonl\n    variants:\n"
                              "      v: {model: replay:out.jsonl}\n"
                              "    graders:\n      correct: {type: equals}\n";

/* Outputs that would run if one of them reached a page as markup. */
static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</pre></td><svg/onload=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "'-alert(1)-'",
    "</title><script src=//evil.example/x.js></script>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "\xff\xfe<script\x01>alert(1)</script>",
};

static void put_run(struct fixture *f)
{
    struct err e = {0};
    struct run_row run = {.feature = STR("f"),
                          .started_at = 1,
                          .ended_at = NAN,
                          .golden_version = STR("0123456789abcdef"),
                          .success = STR("correct"),
                          .program = STR("t"),
                          .libraries = STR("t"),
                          .unicode = STR("t"),
                          .options = STR("{}")};
    struct run_variant_row v = {.name = STR("<b>v</b>"),
                                .model = STR("m"),
                                .fingerprint = STR("p"),
                                .planned = (int64_t)ARRAY_LEN(hostile),
                                .epochs = 1,
                                .wall_s = NAN};
    struct run_grader_row g = {.name = STR("correct"),
                               .type = STR("equals"),
                               .hash = STR("h"),
                               .weight = 1,
                               .threshold = NAN};
    assert_true(store_begin(f->s, &e));
    assert_true(run_put(f->s, &run, &e));
    v.run = run.id;
    assert_true(run_variant_put(f->s, &v, &e) && run_graders_put(f->s, run.id, &g, 1, &e));
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        struct digest d = hash_content(str_c(hostile[i]));
        struct item_row item = {.hash = store_key(&d),
                                .name = arena_strf(f->a, "i%zu", i),
                                .split = 1,
                                .weight = 1,
                                .body = STR("{\"id\":\"x\",\"input\":\"</dd><script>alert(1)\"}")};
        struct output_row out;
        struct grade_row grade = {
            .outcome = STORE_FAIL, .score = 0, .reason = str_c(hostile[i]), .details = {0}};
        output_init(&out);
        out.text = str_c(hostile[i]);
        out.created_at = 1;
        assert_true(item_put(f->s, &item, &e) && output_put(f->s, &out, &e));
        struct unit_write u = {.variant = v.id,
                               .item = item.id,
                               .output = out.id,
                               .epoch = 1,
                               .outcome = STORE_FAIL,
                               .grades = &grade,
                               .n_grades = 1};
        assert_true(unit_put(f->s, &u, &e));
    }
    assert_true(store_commit(f->s, &e));
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e = {0};
    strcpy(f->dir, "/tmp/plimsoll-web-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    f->a = arena_new();
    env_init(&f->env);
    f->env.fixed_now = 1764000000;
    const char *file = arena_printf(f->a, "%s/plimsoll.yaml", f->dir);
    if (!file_write(file, str_c(project), &e) ||
        !file_write(arena_printf(f->a, "%s/golden.jsonl", f->dir),
                    STR("{\"id\":\"i0\",\"input\":\"<script>alert(1)</script>\"}\n"), &e) ||
        !file_write(arena_printf(f->a, "%s/out.jsonl", f->dir), STR("{}\n"), &e))
        return -1;
    f->site = (struct web_site){.env = &f->env,
                                .project_file = file,
                                .store = arena_printf(f->a, "%s/store.db", f->dir),
                                .login = true};
    if (!web_site_init(&f->site, f->a, &e) || !web_new(&f->site, &f->web, &e) ||
        !store_open(f->site.store, 0, &f->env, &f->s, &e))
        return -1;
    web_response_init(&f->res);
    put_run(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char cmd[128];
    web_response_release(&f->res);
    web_free(f->web);
    store_close(f->s);
    arena_free(f->a);
    snprintf(cmd, sizeof cmd, "rm -r %s", f->dir);
    int rc = system(cmd);
    free(f);
    return rc;
}

static int ask_raw(struct fixture *f, const struct web_request *req)
{
    web_response_release(&f->res);
    web_response_init(&f->res);
    web_handle(f->web, req, &f->res);
    return f->res.status;
}

static struct web_request request(const struct fixture *f, const char *method, const char *target)
{
    struct web_request r = {.method = str_c(method),
                            .target = str_c(target),
                            .host = STR("127.0.0.1:7410"),
                            .peer = STR("127.0.0.1")};
    if (f->cookie)
        r.cookie = str_c(f->cookie);
    if (f->token)
        r.authorization = arena_strf(f->a, "Bearer %s", f->token);
    return r;
}

static int get(struct fixture *f, const char *target)
{
    struct web_request r = request(f, "GET", target);
    return ask_raw(f, &r);
}

static int post(struct fixture *f, const char *target, const char *body)
{
    struct web_request r = request(f, "POST", target);
    r.content_type = STR("application/x-www-form-urlencoded");
    r.body = str_c(body);
    return ask_raw(f, &r);
}

static const char *token(struct fixture *f, enum web_role role, double end, long long *ret_id)
{
    struct err e = {0};
    const char *t;
    assert_true(auth_token_add(f->s, f->a, "t", role, end, &t, ret_id, &e));
    return t;
}

static const char *body(const struct fixture *f) { return buf_cstr(&f->res.body); }

/* The value of the page's hidden CSRF field. */
static const char *csrf_of_page(struct fixture *f)
{
    static const char mark[] = "name=\"csrf\" value=\"";
    const char *at = strstr(body(f), mark);
    assert_non_null(at);
    return arena_strndup(f->a, at + sizeof mark - 1, 64);
}

/* Logs ada in: f->cookie is set. */
static void login(struct fixture *f, enum web_role role)
{
    struct err e = {0};
    assert_true(auth_user_put(f->s, "ada", role, STR("a longer password"), &e));
    f->cookie = f->token = NULL;
    assert_int_equal(get(f, "/login"), 200);
    assert_int_equal(
        post(f, "/login",
             arena_printf(f->a, "name=ada&password=a+longer+password&csrf=%s", csrf_of_page(f))),
        303);
    const char *set = web_response_get(&f->res, "Set-Cookie");
    assert_non_null(set);
    assert_non_null(strstr(set, "HttpOnly"));
    assert_non_null(strstr(set, "SameSite=Strict"));
    assert_non_null(strstr(set, "Max-Age="));
    f->cookie = arena_strndup(f->a, set, strcspn(set, ";"));
}

/* --- tests --- */

static void test_headers(void **state)
{
    struct fixture *f = *state;
    static const char *const targets[] = {"/login", "/", "/nope", "/api/v1/runs",
                                          "/assets/app.css"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        get(f, targets[i]);
        const char *csp = web_response_get(&f->res, "Content-Security-Policy");
        assert_non_null(csp);
        assert_null(strstr(csp, "unsafe"));
        assert_non_null(strstr(csp, "frame-ancestors 'none'"));
        assert_string_equal(web_response_get(&f->res, "X-Content-Type-Options"), "nosniff");
        assert_non_null(web_response_get(&f->res, "Referrer-Policy"));
    }
}

static void test_rebinding(void **state)
{
    struct fixture *f = *state;
    static const char *const hosts[] = {
        "evil.example", "evil.example:7410", "127.0.0.1.evil.example", "",
        "[::2]",        "localhost.evil"};
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        struct web_request r = request(f, "GET", "/login");
        r.host = str_c(hosts[i]);
        assert_int_equal(ask_raw(f, &r), 421);
    }
    struct web_request none = request(f, "GET", "/login");
    none.host = (struct str){0};
    assert_int_equal(ask_raw(f, &none), 421);
    struct web_request six = request(f, "GET", "/login");
    six.host = STR("[::1]:7410");
    assert_int_equal(ask_raw(f, &six), 200);
}

static void test_login_is_needed(void **state)
{
    struct fixture *f = *state;
    for (const struct web_route *r = web_routes; r->method; r++) {
        if (r->flags & WEB_PUBLIC)
            continue;
        struct web_request q = request(f, r->method, r->pattern);
        int status = ask_raw(f, &q);
        assert_int_equal(status, r->flags & WEB_API ? 401 : 303);
        if (status == 303)
            assert_memory_equal(web_response_get(&f->res, "Location"), "/login", 6);
    }
}

static void test_role_matrix(void **state)
{
    struct fixture *f = *state;
    for (int role = ROLE_VIEWER; role <= ROLE_ADMIN; role++) {
        long long id;
        f->token = token(f, (enum web_role)role, NAN, &id);
        for (const struct web_route *r = web_routes; r->method; r++) {
            if (r->flags & WEB_PUBLIC)
                continue;
            struct web_request q = request(f, r->method, r->pattern);
            q.content_type = STR("application/x-www-form-urlencoded");
            int status = ask_raw(f, &q);
            if (r->role > (enum web_role)role)
                assert_int_equal(status, 403);
            else if (status == 403 || status == 401 || status >= 500)
                fail_msg("%s %s as %s: %d %s", r->method, r->pattern,
                         web_role_name((enum web_role)role), status, body(f));
        }
    }
}

static void test_tokens_end(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    long long id;
    f->token = token(f, ROLE_VIEWER, f->env.fixed_now + 10, &id);
    assert_int_equal(get(f, "/api/v1/runs"), 200);
    f->env.fixed_now += 11;
    assert_int_equal(get(f, "/api/v1/runs"), 401);
    f->env.fixed_now -= 11;
    assert_true(auth_token_revoke(f->s, id, &e));
    assert_int_equal(get(f, "/api/v1/runs"), 401);
    assert_false(auth_token_revoke(f->s, 999, &e));
    f->token = "plim_0000";
    assert_int_equal(get(f, "/api/v1/runs"), 401);
}

static void test_sessions(void **state)
{
    struct fixture *f = *state;
    login(f, ROLE_VIEWER);
    assert_int_equal(get(f, "/runs"), 200);
    const char *csrf = csrf_of_page(f);
    f->env.fixed_now += AUTH_SESSION_S + 1;
    assert_int_equal(get(f, "/runs"), 303);
    f->env.fixed_now -= AUTH_SESSION_S + 1;
    assert_int_equal(post(f, "/logout", arena_printf(f->a, "csrf=%s", csrf)), 303);
    assert_int_equal(get(f, "/runs"), 303);
}

static void test_throttle(void **state)
{
    struct fixture *f = *state;
    login(f, ROLE_VIEWER);
    f->cookie = NULL;
    get(f, "/login");
    const char *csrf = csrf_of_page(f);
    const char *wrong = arena_printf(f->a, "name=ada&password=wrong&csrf=%s", csrf);
    const char *right = arena_printf(f->a, "name=ada&password=a+longer+password&csrf=%s", csrf);
    for (int i = 0; i < AUTH_MAX_NAME_FAILURES; i++)
        assert_int_equal(post(f, "/login", wrong), 403);
    assert_int_equal(post(f, "/login", right), 429);
    assert_non_null(web_response_get(&f->res, "Retry-After"));
    f->env.fixed_now += AUTH_WINDOW_S + 1;
    assert_int_equal(post(f, "/login", right), 303);
}

static void test_csrf(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    struct ticket t = {
        .kind = STR("wrong"), .title = STR("x"), .source = STR("hand"), .severity = 2};
    bool fresh;
    assert_true(ticket_open(f->s, &t, "ada", &fresh, &e));
    login(f, ROLE_REVIEWER);
    assert_int_equal(get(f, "/tickets/T1"), 200);
    const char *good = arena_printf(f->a, "owner=bo&csrf=%s", csrf_of_page(f));
    assert_int_equal(post(f, "/tickets/T1/assign", "owner=bo"), 403);
    assert_int_equal(post(f, "/tickets/T1/assign", "owner=bo&csrf=0000"), 403);
    struct web_request r = request(f, "POST", "/tickets/T1/assign");
    r.content_type = STR("application/x-www-form-urlencoded");
    r.body = str_c(good);
    r.origin = STR("http://evil.example");
    assert_int_equal(ask_raw(f, &r), 403);
    r.origin = STR("null");
    assert_int_equal(ask_raw(f, &r), 403);
    r.origin = STR("http://127.0.0.1:7410");
    r.fetch_site = STR("cross-site");
    assert_int_equal(ask_raw(f, &r), 403);
    r.fetch_site = STR("same-origin");
    assert_int_equal(ask_raw(f, &r), 303);
    assert_true(ticket_get(f->s, f->a, "T1", &t, &e));
    assert_true(str_eq_c(t.owner, "bo"));
    struct auth_event *v;
    size_t n;
    assert_true(auth_audit_list(f->s, f->a, 100, &v, &n, &e));
    assert_int_equal(v[0].status, 303);
    assert_true(str_eq_c(v[0].who, "ada"));
    assert_true(str_eq_c(v[0].action, "POST /tickets/T1/assign"));
    assert_int_equal(v[1].status, 403);
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    long long id;
    f->token = token(f, ROLE_ADMIN, NAN, &id);
    char *big = arena_alloc(f->a, WEB_MAX_BODY + 2);
    memset(big, 'a', WEB_MAX_BODY + 1);
    assert_int_equal(post(f, "/logout", big), 413);
    big[WEB_MAX_TARGET + 1] = '\0';
    big[0] = '/';
    assert_int_equal(get(f, big), 414);
    struct web_request r = request(f, "POST", "/logout");
    r.content_type = STR("text/plain");
    assert_int_equal(ask_raw(f, &r), 415);
    assert_int_equal(get(f, "/runs?page=x&%"), 400);
    assert_int_equal(get(f, "/runs/r1?page=0"), 400);
    struct web_request del = request(f, "DELETE", "/runs");
    assert_int_equal(ask_raw(f, &del), 405);
    assert_string_equal(web_response_get(&f->res, "Allow"), "GET");
}

static void test_traversal(void **state)
{
    struct fixture *f = *state;
    static const char *const targets[] = {"/assets/../plimsoll.yaml",
                                          "/assets/..%2fplimsoll.yaml",
                                          "/assets/%2e%2e%2fstore.db",
                                          "/assets/%00",
                                          "/assets/app.css%00.png",
                                          "//etc/passwd",
                                          "/assets/",
                                          "/../../etc/passwd",
                                          "/assets/sql/sqlite/0001_store.sql"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        int status = get(f, targets[i]);
        assert_true(status == 404 || status == 400);
        assert_null(strstr(body(f), "CREATE TABLE"));
    }
}

static void test_hostile_outputs(void **state)
{
    struct fixture *f = *state;
    long long id;
    f->token = token(f, ROLE_VIEWER, NAN, &id);
    static const char *const pages[] = {"/",
                                        "/runs",
                                        "/runs/r1",
                                        "/golden",
                                        "/compare",
                                        "/threshold",
                                        "/compare?a=r1%3A%3Cb%3Ev%3C/b%3E&b=r1%3A%3Cb%3Ev%3C/b%3E",
                                        "/runs/r1?q=%3Cscript%3Ealert(1)%3C/script%3E"};
    for (size_t i = 0; i < ARRAY_LEN(hostile) + ARRAY_LEN(pages); i++) {
        const char *target = i < ARRAY_LEN(hostile) ? arena_printf(f->a, "/runs/r1/items/i%zu", i)
                                                    : pages[i - ARRAY_LEN(hostile)];
        assert_int_equal(get(f, target), 200);
        assert_null(strstr(body(f), "<script>"));
        assert_null(strstr(body(f), "<img"));
        assert_null(strstr(body(f), "<iframe"));
        assert_null(strstr(body(f), "<svg/"));
        assert_null(strstr(body(f), "<b>v"));
        assert_null(strstr(body(f), "javascript:alert(1)\""));
        assert_null(strstr(body(f), "<script src=//evil"));
    }
    assert_int_equal(get(f, "/runs/r1/items/%3Cscript%3E"), 404);
    assert_null(strstr(body(f), "<script>"));
}

static void test_next_stays_here(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"//evil.example", "https://evil.example", "/%5Cevil.example",
                                      "/%0d%0aX: y"};
    login(f, ROLE_VIEWER);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(get(f, arena_printf(f->a, "/login?next=%s", bad[i])), 303);
        assert_string_equal(web_response_get(&f->res, "Location"), "/");
    }
}

static void test_assets(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(get(f, "/assets/app.css"), 200);
    const char *etag = arena_strdup(f->a, web_response_get(&f->res, "ETag"));
    assert_true(f->res.body.n > 1000);
    struct web_request r = request(f, "GET", "/assets/app.css");
    r.if_none_match = str_c(etag);
    assert_int_equal(ask_raw(f, &r), 304);
    assert_int_equal(f->res.body.n, 0);
}

/* Each API route is in the document with its path parameters, and nothing else is. */
static void test_openapi(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    yyjson_val *doc;
    long long id;
    size_t routes = 0, described = 0;
    f->token = token(f, ROLE_VIEWER, NAN, &id);
    assert_int_equal(get(f, "/api/openapi.json"), 200);
    assert_true(json_parse(f->a, buf_str(&f->res.body), "openapi", 1, &doc, &e));
    yyjson_val *paths = json_get(doc, "paths"), *key, *val;
    for (const struct web_route *r = web_routes; r->method; r++) {
        if (!(r->flags & WEB_API))
            continue;
        yyjson_val *op =
            json_get(json_get(paths, r->pattern), strcmp(r->method, "POST") == 0 ? "post" : "get");
        assert_true(str_eq_c(json_get_str(op, "operationId"), r->name));
        size_t braces = 0, i, n;
        yyjson_val *p;
        for (const char *at = r->pattern; (at = strchr(at, '{')); at++)
            braces++;
        yyjson_arr_foreach(json_get(op, "parameters"), i, n, p) braces -=
            str_eq_c(json_get_str(p, "in"), "path");
        assert_int_equal(braces, 0);
        routes++;
    }
    size_t i, n;
    yyjson_obj_foreach(paths, i, n, key, val) described += yyjson_obj_size(val);
    assert_int_equal(described, routes);
}

static void test_rows(void **state)
{
    struct fixture *f = *state;
    struct err e = {0};
    yyjson_val *doc;
    long long id;
    f->token = token(f, ROLE_VIEWER, NAN, &id);
    assert_int_equal(get(f, "/api/v1/runs/r1/rows?limit=3&page=3"), 200);
    assert_true(json_parse(f->a, buf_str(&f->res.body), "rows", 1, &doc, &e));
    assert_int_equal(json_get_num(doc, "total", 0), ARRAY_LEN(hostile));
    assert_int_equal(yyjson_arr_size(json_get(doc, "rows")), ARRAY_LEN(hostile) - 6);
    assert_int_equal(get(f, "/api/v1/runs/r1/rows?outcome=pass"), 200);
    assert_non_null(strstr(body(f), "\"total\":0"));
    assert_int_equal(get(f, "/api/v1/runs/r1/rows?outcome=fail&q=i3"), 200);
    assert_non_null(strstr(body(f), "\"total\":1"));
}

static void test_worddiff(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    struct hw w;
    buf_init(&b, 10000);
    hw_init(&w, &b, HW_HTML);
    struct worddiff *d = worddiff_new(f->a, STR("the old <cat> sat"), STR("the cat sat down"));
    worddiff_write_before(d, &w);
    assert_string_equal(buf_cstr(&b), "the <del>old &lt;cat&gt;</del> sat");
    buf_clear(&b);
    worddiff_write_after(d, &w);
    assert_string_equal(buf_cstr(&b), "the <ins>cat</ins> sat<ins> down</ins>");
    buf_release(&b);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_headers),
        T(test_rebinding),
        T(test_login_is_needed),
        T(test_role_matrix),
        T(test_tokens_end),
        T(test_sessions),
        T(test_throttle),
        T(test_csrf),
        T(test_limits),
        T(test_traversal),
        T(test_hostile_outputs),
        T(test_next_stays_here),
        T(test_assets),
        T(test_openapi),
        T(test_rows),
        T(test_worddiff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
