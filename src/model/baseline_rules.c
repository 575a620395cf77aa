/* builtin:rules: ordered patterns; the first one that matches decides. What a team had before it
 * had a model. The confidence of a rule is how often it was right on the training examples. */
#include <math.h>

#include "base/buf.h"
#include "base/file.h"
#include "model/baseline.h"
#include "text/regex.h"

enum { MAX_RULES_FILE = 4 << 20, MAX_GROUPS = 10 };

struct rule {
    const struct regex *re; /* NULL: matches anything (`otherwise`) */
    struct str answer;
    size_t hits, right;     /* on the training examples */
};

struct rules {
    struct rule *v;
    size_t n;
};

static bool read_rule(struct arena *a, const struct node *n, unsigned flags, struct rule *ret,
                      struct err *e)
{
    const char *match = NULL, *answer = NULL;
    if (!node_want(n, NODE_MAP, "a rule: {match: PATTERN, answer: TEXT}", e) ||
        !node_check_keys(n, (const char *const[]){"match", "answer", NULL}, e) ||
        !node_get_str(n, "match", &match, e) || !node_get_str(n, "answer", &answer, e))
        return false;
    if (!match || !answer)
        return node_err(e, n, "a rule needs `match` and `answer`");
    ret->answer = arena_str(a, str_c(answer));
    const struct node *m = node_get(n, "match");
    return regex_compile(a, str_c(match), flags, &ret->re, e) ||
           err_at(e, m->file, m->line, m->col);
}

/* The mapping with `rules:`: the options themselves, or the file that `path` names. */
static bool rules_node(struct arena *a, const struct node *options, const struct node **ret,
                       struct err *e)
{
    const char *path = NULL;
    if (!node_get_str(options, "path", &path, e))
        return false;
    *ret = options;
    if (!path)
        return true;
    if (node_get(options, "rules"))
        return node_err(e, options, "has both `path` and `rules`: which of them counts?");
    struct str text;
    struct node *file;
    path = file_beside(a, options->file ? options->file : "", path);
    if (!file_read(a, path, MAX_RULES_FILE, &text, e) || !node_parse(a, text, path, &file, e) ||
        !node_want(file, NODE_MAP, "a mapping with `rules`", e) ||
        !node_check_keys(file, (const char *const[]){"rules", "otherwise", "ignore_case", NULL}, e))
        return false;
    *ret = file;
    return true;
}

static bool read_rules(struct arena *a, const struct node *options, struct rules *s, struct err *e)
{
    const struct node *spec;
    if (!rules_node(a, options, &spec, e))
        return false;
    bool ignore_case = true;
    const char *otherwise = NULL;
    const struct node *list = node_get(spec, "rules");
    if (!list) {
        (void)(spec ? node_err(e, spec, "no rules given") : err_set(e, ERR_SPEC, "no rules given"));
        return err_hint(e, "Give `rules: [{match: 'lost|stolen', answer: card}]` or `path: FILE`.");
    }
    if (!node_want(list, NODE_SEQ, "a list of rules", e) ||
        !node_get_bool(spec, "ignore_case", &ignore_case, e) ||
        !node_get_str(spec, "otherwise", &otherwise, e))
        return false;
    s->v = ARENA_ARRAY(a, list->n + 1, struct rule);
    for (s->n = 0; s->n < list->n; s->n++)
        if (!read_rule(a, list->item[s->n], ignore_case ? REGEX_ICASE : 0, &s->v[s->n], e))
            return false;
    if (otherwise)
        s->v[s->n++].answer = arena_str(a, str_c(otherwise));
    return true;
}

/* "$0" … "$9" in an answer stand for what a group matched, "$$" for "$". */
static struct str expand(struct arena *a, struct str answer, const struct str *groups)
{
    if (str_find_char(answer, '$') < 0)
        return answer;
    struct buf b;
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i < answer.n; i++) {
        char next = i + 1 < answer.n ? answer.p[i + 1] : 0;
        if (answer.p[i] == '$' && next >= '0' && next <= '9')
            buf_add_str(&b, groups[next - '0']);
        else if (answer.p[i] == '$' && next == '$')
            buf_add_char(&b, '$');
        else {
            buf_add_char(&b, answer.p[i]);
            continue;
        }
        i++;
    }
    struct str r = arena_str(a, buf_str(&b));
    buf_release(&b);
    return r;
}

/* The first rule that matches and its answer; *ret_rule NULL when none does. */
static bool apply(const struct rules *s, struct str text, struct arena *a, struct rule **ret_rule,
                  struct str *ret_answer, struct err *e)
{
    *ret_rule = NULL;
    for (size_t i = 0; i < s->n; i++) {
        struct str groups[MAX_GROUPS] = {0};
        bool hit = true;
        if (s->v[i].re && !regex_match(s->v[i].re, text, 0, groups, MAX_GROUPS, &hit, e))
            return err_wrap(e, "rule %zu", i + 1);
        if (!hit)
            continue;
        *ret_rule = &s->v[i];
        *ret_answer = s->v[i].re ? expand(a, s->v[i].answer, groups) : s->v[i].answer;
        return true;
    }
    return true;
}

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    struct rules *s = ARENA_NEW(m->arena, struct rules);
    if (!read_rules(m->arena, options, s, e))
        return false;
    m->state = s;
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    for (size_t i = 0; i < n; i++) {
        struct rule *rule;
        struct str answer;
        if (str_null(examples[i].label))
            continue;
        if (!apply(s, examples[i].text, scratch, &rule, &answer, e))
            return false;
        if (rule) {
            rule->hits++;
            rule->right += str_eq(answer, examples[i].label);
        }
        arena_reset(scratch);
    }
    return true;
}

static bool predict(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e)
{
    struct rule *rule;
    if (!apply(m->state, text, a, &rule, &ret->output, e))
        return false;
    if (!rule)
        *ret = (struct baseline_answer){STR(""), 0};
    else if (rule->hits > 0)
        ret->confidence = ((double)rule->right + 1) / ((double)rule->hits + 2);
    return true;
}

const struct baseline_ops baseline_rules = {
    .name = "rules",
    .summary = "the first of a list of patterns that matches decides",
    .keys = (const char *const[]){"path", "rules", "otherwise", "ignore_case", NULL},
    .train = train,
    .predict = predict,
};
