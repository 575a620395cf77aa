/* plimsoll serve: the web interface and its API. */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "web/auth.h"
#include "web/server.h"

enum { DEFAULT_PORT = 7410 };

/* "127.0.0.1:7410", "7410", "[::1]:7410", "::1", "0.0.0.0" -> address and port. */
static bool parse_listen(struct cmd *c, const char *text, const char **ret_address, int *ret_port)
{
    long long n = DEFAULT_PORT;
    const char *colon = strrchr(text, ':'), *close = strrchr(text, ']');
    bool with_port = colon && (close ? colon > close : strchr(text, ':') == colon);
    *ret_address = text;
    if (str_long(str_c(text), &n))
        *ret_address = "127.0.0.1";
    else if (with_port)
        *ret_address = arena_strndup(c->a, text, (size_t)(colon - text));
    if (with_port && !str_long(str_c(colon + 1), &n))
        n = -1;
    if (close) /* the address stands in brackets */
        *ret_address = arena_strndup(c->a, text + 1, (size_t)(close - text) - 1);
    *ret_port = (int)n;
    return n >= 0 && n <= 65535;
}

/* The first line of standard input. */
static struct str read_password(struct cmd *c)
{
    char line[AUTH_MAX_PASSWORD + 2];
    if (!fgets(line, sizeof line, stdin))
        return STR("");
    size_t n = strcspn(line, "\r\n");
    return str_c(arena_strndup(c->a, line, n));
}

static int manage(struct cmd *c, struct store *s)
{
    const char *user = opt_str(c, "add-user"), *token = opt_str(c, "add-token");
    const char *role_name = opt_str(c, "role"), *secret;
    enum web_role role = ROLE_VIEWER;
    long long id = 0;
    double days = opt_num(c, "days", (double)NAN);
    if (role_name && !web_role_parse(str_c(role_name), &role))
        return cmd_usage(c, "--role is viewer, reviewer or admin, found \"%s\"", role_name);
    if (user) {
        if (!auth_user_put(s, user, role, read_password(c), &c->err))
            return cmd_fail(c);
        printf("user %s may log in as %s\n", user, web_role_name(role));
    } else if (token) {
        double end = isnan(days) ? days : env_now(c->env) + days * 86400;
        if (!auth_token_add(s, c->a, token, role, end, &secret, &id, &c->err))
            return cmd_fail(c);
        printf("token %lld for %s, role %s; it is shown only now:\n%s\n", id, token,
               web_role_name(role), secret);
    } else {
        id = opt_int(c, "revoke-token", 0);
        if (!auth_token_revoke(s, id, &c->err))
            return cmd_fail(c);
        printf("token %lld is revoked\n", id);
    }
    return 0;
}

static const char *const *host_names(struct cmd *c, const char *address)
{
    size_t n = 0;
    while (opt_list(c, "host", n))
        n++;
    const char **hosts = ARENA_ARRAY(c->a, n + 2, const char *);
    for (size_t i = 0; i < n; i++)
        hosts[i] = opt_list(c, "host", i);
    hosts[n] = strchr(address, ':') ? arena_printf(c->a, "[%s]", address) : address;
    return hosts;
}

/* Until SIGINT or SIGTERM; the signals are blocked in all threads. */
static void wait_for_end(const sigset_t *set)
{
    int sig;
    while (sigwait(set, &sig) != 0)
        ;
}

static int serve(struct cmd *c, struct web_site *site, const char *address, int port)
{
    struct web_server *server;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (!web_site_init(site, c->a, &c->err) ||
        !web_server_start(site, address, port, &server, &port, &c->err))
        return cmd_fail(c);
    printf(strchr(address, ':') ? "http://[%s]:%d/\n" : "http://%s:%d/\n", address, port);
    fflush(stdout);
    wait_for_end(&set);
    web_server_stop(server);
    return 0;
}

static int cmd_serve(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct project *p;
    const char *address, *listen = opt_str(c, "listen");
    long long users = 0;
    int port;
    if (!parse_listen(c, listen ? listen : "127.0.0.1", &address, &port))
        return cmd_usage(c, "--listen is ADDRESS, PORT or ADDRESS:PORT, found \"%s\"", listen);
    if (!project_opt_load(c, &p) || !store_open(p->store, DB_CREATE, c->env, &s, &c->err))
        return cmd_fail(c);
    if (opt_given(c, "add-user") || opt_given(c, "add-token") || opt_given(c, "revoke-token"))
        return manage(c, s);
    if (!auth_user_count(s, &users, &c->err))
        return cmd_fail(c);
    bool local = web_is_loopback(address);
    if (!local && !users) {
        err_set(&c->err, ERR_DENIED, "%s can be reached from elsewhere, and there are no users",
                address);
        err_hint(&c->err, "Add one first: `plimsoll serve --add-user NAME --role admin`, with the "
                          "password on standard input.");
        return cmd_fail(c);
    }
    struct web_site site = {.env = c->env,
                            .project_file = project_opt_path(c),
                            .store = p->store,
                            .hosts = host_names(c, address),
                            .login = !local || opt_flag(c, "login"),
                            .secure_cookie = opt_flag(c, "behind-tls")};
    if (site.login && !users)
        return cmd_usage(c, "--login needs a user: plimsoll serve --add-user NAME --role admin");
    return serve(c, &site, address, port);
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'l', "listen", OPT_STRING, "ADDR",
     "ADDRESS:PORT (default 127.0.0.1:7410; port 0: a free one)"},
    {0, "host", OPT_LIST, "NAME", "answer to this host name too; may be repeated"},
    {0, "login", OPT_FLAG, NULL, "ask for a login on this machine as well"},
    {0, "behind-tls", OPT_FLAG, NULL, "a proxy in front speaks TLS: cookies only over it"},
    {0, "add-user", OPT_STRING, "NAME", "add a user, or change one; password on standard input"},
    {0, "add-token", OPT_STRING, "NAME", "make an API token and print it once"},
    {0, "revoke-token", OPT_INT, "ID", "end an API token"},
    {0, "role", OPT_STRING, "ROLE", "of the user or token: viewer (default), reviewer, admin"},
    {0, "days", OPT_NUM, "N", "the token ends after N days"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_serve;
const struct cmd_def def_serve = {
    .name = "serve",
    .synopsis = "[--listen ADDR]",
    .summary = "the web interface and its JSON API",
    .help = "On a loopback address whoever can connect is admin. On any other address people log\n"
            "in and programs send a token; plain HTTP, so put a proxy that speaks TLS in front.",
    .examples = "plimsoll serve\n"
                "plimsoll serve --add-user ada --role admin <password.txt\n"
                "plimsoll serve --listen 0.0.0.0:7410 --host eval.example.com --behind-tls\n"
                "plimsoll serve --add-token ci --role viewer --days 90",
    .opts = opts,
    .run = cmd_serve,
};
