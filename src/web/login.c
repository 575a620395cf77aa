/* Logging in and out, and what was done through the web. */
#include <string.h>

#include "web/auth.h"
#include "web/handlers.h"
#include "web/page.h"

/* A path of ours to go on to after the login; anything else would send people elsewhere. */
static const char *next_path(const char *next)
{
    if (!next || next[0] != '/' || next[1] == '/' || next[1] == '\\' || strpbrk(next, "\r\n\t\\"))
        return "/";
    return next;
}

static bool login_form(struct web_call *c, const char *next, const char *problem)
{
    struct page p;
    page_begin(&p, c, "Log in", NULL, NULL);
    hw_open_class(&p.w, "section", "card login");
    hw_elem(&p.w, "h1", NULL, "Log in");
    if (problem) {
        hw_open_class(&p.w, "p", "problem");
        hw_attr(&p.w, "role", "alert");
        hw_c(&p.w, problem);
        hw_close(&p.w);
    }
    page_form(&p, "/login", "stacked");
    page_hidden(&p, "next", next_path(next));
    hw_raw(&p.w, "<label><span>Name</span><input name=\"name\" autocomplete=\"username\" required "
                 "autofocus></label><label><span>Password</span><input name=\"password\" "
                 "type=\"password\" autocomplete=\"current-password\" required></label>");
    page_button(&p, "Log in", "primary");
    hw_close(&p.w);
    return page_end(&p);
}

bool login_page(struct web_call *c)
{
    const char *next = next_path(web_query(c, "next"));
    if (!c->site->login || c->user.role != ROLE_NONE) {
        web_redirect(c, next);
        return true;
    }
    return login_form(c, next, NULL);
}

bool login_post(struct web_call *c)
{
    const char *name = web_form(c, "name"), *password = web_form(c, "password");
    int wait = 0;
    if (!c->site->login) {
        web_redirect(c, "/");
        return true;
    }
    if (auth_login(c, name ? name : "", str_c(password ? password : ""), &wait)) {
        web_redirect(c, next_path(web_form(c, "next")));
        return true;
    }
    if (c->err.code != ERR_DENIED)
        return false;
    c->res->status = wait ? 429 : 403;
    if (!wait)
        return login_form(c, web_form(c, "next"), "Name or password is wrong.");
    web_response_header(c->res, "Retry-After", arena_printf(c->a, "%d", wait));
    return login_form(
        c, web_form(c, "next"),
        arena_printf(c->a, "Too many failed logins: wait %d minutes.", wait / 60 + 1));
}

bool logout_post(struct web_call *c)
{
    if (!auth_logout(c))
        return false;
    web_redirect(c, "/login");
    return true;
}

bool activity_page(struct web_call *c)
{
    static const char *const columns[] = {"When", "Who", "From", "What", "#Answer", NULL};
    struct auth_event *v;
    struct page p;
    size_t n;
    if (!auth_audit_list(c->s, c->a, 200, &v, &n, &c->err))
        return false;
    page_begin(&p, c, "Activity", NULL, NULL);
    hw_elem(&p.w, "h1", NULL, "Activity");
    hw_elem(&p.w, "p", "muted",
            "Every change made through the web interface and every refusal, newest first.");
    page_card(&p, NULL, NULL);
    page_table(&p, "Activity", columns);
    for (size_t i = 0; i < n; i++) {
        hw_open(&p.w, "tr");
        page_cell(&p, page_time(c->a, v[i].at));
        page_cell(&p, v[i].who.p ? v[i].who.p : "–");
        page_cell(&p, v[i].peer.p ? v[i].peer.p : "–");
        page_cell(&p, v[i].action.p);
        page_num(&p, arena_printf(c->a, "%lld", v[i].status));
        hw_close(&p.w);
    }
    page_table_end(&p);
    hw_close(&p.w);
    return page_end(&p);
}
