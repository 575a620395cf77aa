#pragma once

#include "cmd/cmd.h"
#include "safety/ticket.h"

/* Tickets on standard output: a table, or one with its events; JSON with c->json. */
void ticket_print_list(struct cmd *c, const struct ticket *t, size_t n);
void ticket_print_one(struct cmd *c, const struct ticket *t, const struct ticket_event *ev,
                      size_t n_ev);
