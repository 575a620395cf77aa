#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * A full screen on the terminal: raw keys, the alternate screen, its size. The terminal is put
 * back by screen_close, and by the program's end on a signal or abort; after SIGINT, SIGTERM or
 * SIGHUP screen_key answers SCREEN_QUIT. Plain ANSI sequences: works over ssh and in tmux. One
 * screen at a time.
 */
enum {
    SCREEN_QUIT = -1,
    SCREEN_RESIZED = -2,
    SCREEN_UP = 1000,
    SCREEN_DOWN,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_OTHER
};

/* ERR_USAGE when standard input or output is no terminal. */
MUST_CHECK bool screen_open(struct err *e);
void screen_close(void); /* fine when it is not open */
void screen_size(int *ret_columns, int *ret_rows);

/* Shows what `b` holds (lines end in "\r\n") from the top left on. */
void screen_draw(const struct buf *b);

/* A byte, or one of the names above. Waits. */
int screen_key(void);

/* One line typed at the bottom, with backspace; Esc gives it up (false). In the arena. */
bool screen_ask(struct arena *a, const char *prompt, struct str *ret);

/* Leaves the screen, lets $VISUAL or $EDITOR (else vi) change `text`, and comes back. No shell:
 * the variable is split at spaces. *ret_changed false: it was left as it was. */
MUST_CHECK bool screen_edit(struct arena *a, const char *editor, struct str text, struct str *ret,
                            bool *ret_changed, struct err *e);
