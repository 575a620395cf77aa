/* -f FILE: which project a verb works on. */
#include "cmd/project_opt.h"

const char *project_opt_path(const struct cmd *c)
{
    const char *path = opt_str(c, "file");
    return path ? path : "plimsoll.yaml";
}

bool project_opt_load(struct cmd *c, struct project **ret)
{
    return project_load(c->a, c->env, project_opt_path(c), ret, &c->err);
}

bool project_opt_store(struct cmd *c, const char **ret)
{
    struct project *p;
    const char *from_env = env_get(c->env, "PLIMSOLL_STORE");
    if (from_env && *from_env) {
        *ret = from_env;
        return true;
    }
    if (!project_opt_load(c, &p))
        return false;
    *ret = p->store;
    return true;
}
