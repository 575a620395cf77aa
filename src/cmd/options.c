/* Command-line options from typed tables. */
#include "cmd/options.h"

#include <string.h>

#include "base/log.h"
#include "base/vec.h"

const struct opt_def common_opts[] = {
    {0, "json", OPT_FLAG, NULL, "print one JSON document on standard output"},
    {'q', "quiet", OPT_FLAG, NULL, "no progress and no notes"},
    {'C', "dir", OPT_STRING, "DIR", "work in DIR, as if started there"},
    {'h', "help", OPT_FLAG, NULL, "show this help"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

struct opt_value {
    const struct opt_def *def;
    const char *text;
};

struct opt_values {
    VEC(struct opt_value) v;
};

static const struct opt_def *find(const struct opt_def *t, struct str name, char letter)
{
    for (; t && t->name; t++)
        if (letter ? t->letter == letter : str_eq_c(name, t->name))
            return t;
    return NULL;
}

static const struct opt_def *find_any(const struct cmd *c, struct str name, char letter)
{
    const struct opt_def *d = find(c->def->opts, name, letter);
    return d ? d : find(common_opts, name, letter);
}

static bool unknown(struct cmd *c, struct str name)
{
    const char *names[64];
    size_t n = 0;
    for (const struct opt_def *t = c->def->opts; t && t->name && n < 50; t++)
        names[n++] = t->name;
    for (const struct opt_def *t = common_opts; t->name; t++)
        names[n++] = t->name;
    names[n] = NULL;
    const char *near = str_nearest(name, names);
    err_set(&c->err, ERR_USAGE, "%s has no option %s%.*s", c->def->name, name.n > 1 ? "--" : "-",
            STR_ARG(name));
    if (near)
        return err_hint(&c->err, "Did you mean --%s?", near);
    return err_hint(&c->err, "See `plimsoll %s -h`.", c->def->name);
}

static bool store(struct cmd *c, const struct opt_def *d, const char *text)
{
    double num;
    long long whole;
    if (d->kind == OPT_INT && !str_long(str_c(text), &whole))
        return err_set(&c->err, ERR_USAGE, "--%s wants a whole number, found \"%s\"", d->name,
                       text);
    if (d->kind == OPT_NUM && !str_double(str_c(text), &num))
        return err_set(&c->err, ERR_USAGE, "--%s wants a number, found \"%s\"", d->name, text);
    struct opt_value v = {d, text};
    vec_push(&c->values->v, v);
    return true;
}

/* One option at argv[*i]; moves *i past its argument. */
static bool parse_one(struct cmd *c, int argc, char **argv, int *i)
{
    const char *arg = argv[*i], *value = NULL;
    const struct opt_def *d;
    struct str name;
    if (arg[1] == '-') {
        name = str_c(arg + 2);
        const char *eq = strchr(arg, '=');
        if (eq) {
            name.n = (size_t)(eq - arg) - 2;
            value = eq + 1;
        }
        d = find_any(c, name, 0);
    } else {
        name = (struct str){arg + 1, 1};
        d = find_any(c, name, arg[1]);
        value = arg[2] ? arg + 2 : NULL;
    }
    if (!d)
        return unknown(c, name);
    if (d->kind == OPT_FLAG) {
        if (value)
            return err_set(&c->err, ERR_USAGE, "--%s takes no value", d->name);
        return store(c, d, "true");
    }
    if (!value) {
        if (*i + 1 >= argc)
            return err_set(&c->err, ERR_USAGE, "--%s wants %s behind it", d->name, d->arg);
        value = argv[++*i];
    }
    return store(c, d, value);
}

static void free_values(void *p)
{
    struct opt_values *v = p;
    vec_free(&v->v);
}

bool options_parse(struct cmd *c, int argc, char **argv)
{
    c->values = ARENA_NEW(c->a, struct opt_values);
    arena_defer(c->a, free_values, c->values);
    c->argv = ARENA_ARRAY(c->a, (size_t)argc + 1, char *);
    bool only_args = false;
    for (int i = 0; i < argc; i++) {
        if (!only_args && strcmp(argv[i], "--") == 0)
            only_args = true;
        else if (!only_args && argv[i][0] == '-' && argv[i][1])
            if (!parse_one(c, argc, argv, &i))
                return false;
            else
                continue;
        else
            c->argv[c->argc++] = argv[i];
    }
    c->json = opt_flag(c, "json");
    c->env->quiet = opt_flag(c, "quiet");
    if (c->env->quiet)
        log_quiet();
    return true;
}

static const struct opt_value *last(const struct cmd *c, const char *name)
{
    for (size_t i = c->values->v.n; i-- > 0;)
        if (strcmp(c->values->v.v[i].def->name, name) == 0)
            return &c->values->v.v[i];
    return NULL;
}

bool opt_given(const struct cmd *c, const char *name) { return last(c, name); }
bool opt_flag(const struct cmd *c, const char *name) { return last(c, name); }

const char *opt_str(const struct cmd *c, const char *name)
{
    const struct opt_value *v = last(c, name);
    return v ? v->text : NULL;
}

long long opt_int(const struct cmd *c, const char *name, long long otherwise)
{
    const struct opt_value *v = last(c, name);
    long long n;
    return v && str_long(str_c(v->text), &n) ? n : otherwise;
}

double opt_num(const struct cmd *c, const char *name, double otherwise)
{
    const struct opt_value *v = last(c, name);
    double n;
    return v && str_double(str_c(v->text), &n) ? n : otherwise;
}

const char *opt_list(const struct cmd *c, const char *name, size_t i)
{
    for (size_t j = 0; j < c->values->v.n; j++)
        if (strcmp(c->values->v.v[j].def->name, name) == 0 && i-- == 0)
            return c->values->v.v[j].text;
    return NULL;
}
