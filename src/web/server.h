#pragma once

#include "web/web.h"

/*
 * The sockets of the web interface: libmicrohttpd with epoll, a few threads, each with a `struct
 * web` of its own. Every connection has a time limit, every body a size limit.
 */
struct web_server;

enum { WEB_IDLE_S = 20, WEB_MAX_CONNECTIONS = 4096, WEB_MAX_PER_PEER = 256 };

/* Is this an address that only programs on the same machine can reach? */
bool web_is_loopback(const char *address);

/* Listens on `address`:`port` (port 0: a free one; *ret_port says which). */
MUST_CHECK bool web_server_start(const struct web_site *site, const char *address, int port,
                                 struct web_server **ret, int *ret_port, struct err *e);
/* Finishes the requests under way and frees everything; NULL is fine. */
void web_server_stop(struct web_server *s);
