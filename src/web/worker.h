#pragma once

#include <stdlib.h>

#include "base/mem.h"
#include "web/web.h"

/* The inside of a thread's `struct web`, for the files of web/ only. */
struct loaded;
struct web {
    const struct web_site *site;
    struct store *s;
    struct arena *request; /* emptied before each request */
    struct loaded *loaded; /* results of runs, kept between requests */
};
