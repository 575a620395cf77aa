/* The outside world as a value; see env.h. */
#include "base/env.h"

#include <math.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

void env_init(struct env *env)
{
    *env = (struct env){.seed = 1, .fixed_now = NAN, .width = 100};
    const char *v = getenv("PLIMSOLL_SEED");
    long long seed;
    double now;
    if (v && str_long(str_c(v), &seed))
        env->seed = (uint64_t)seed;
    v = getenv("PLIMSOLL_NOW");
    if (v && str_double(str_c(v), &now))
        env->fixed_now = now;
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool dumb = term && str_eq_c(str_c(term), "dumb");
    env->colour = isatty(STDOUT_FILENO) && !dumb && !(no_color && no_color[0]);
    env->progress = isatty(STDERR_FILENO) && !dumb;
    struct winsize ws;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col >= 40)
        env->width = ws.ws_col;
}

const char *env_get(const struct env *env, const char *name)
{
    (void)env;
    return getenv(name);
}

double env_now(const struct env *env)
{
    return isnan(env->fixed_now) ? clock_wall() : env->fixed_now;
}
