/* What makes a rubric hard to apply: vague words, levels that overlap or have no anchor, more
 * than one idea in a criterion. */
#include <string.h>

#include "base/vec.h"
#include "judge/rubric.h"
#include "text/tokens.h"

/* Words that two readers fill with different content. */
static const char *const vague[] = {"good",    "bad",        "nice",      "appropriate", "adequate",
                                    "proper",  "reasonable", "quality",   "well",        "somewhat",
                                    "fairly",  "very",       "quite",     "generally",   "mostly",
                                    "helpful", "useful",     "excellent", "poor",        "etc",
                                    "clear",   "high",       "low",       "better",      "great"};

struct lint {
    struct arena *a;
    VEC(struct rubric_finding) found;
};

static void add(struct lint *l, const struct criterion *c, const char *text, const char *hint)
{
    struct rubric_finding f = {c->node, c->name, text, hint};
    vec_push(&l->found, f);
}

static bool next_word(struct str *rest, struct str *ret)
{
    while (rest->n && !((rest->p[0] | 32) >= 'a' && (rest->p[0] | 32) <= 'z'))
        *rest = str_sub(*rest, 1, rest->n);
    size_t n = 0;
    while (n < rest->n &&
           (((rest->p[n] | 32) >= 'a' && (rest->p[n] | 32) <= 'z') || rest->p[n] == '\''))
        n++;
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return n > 0;
}

static void vague_words(struct lint *l, const struct criterion *c, const char *where,
                        const char *text)
{
    struct str rest = str_c(text), word;
    while (next_word(&rest, &word)) {
        for (size_t i = 0; i < ARRAY_LEN(vague); i++) {
            if (!str_ieq(word, str_c(vague[i])))
                continue;
            add(l, c,
                arena_printf(l->a, "%s says \"%s\", which readers fill differently", where,
                             vague[i]),
                "Say what can be seen in the output: what must be there, what must not.");
            return;
        }
    }
}

/* "and", "or", ";" between clauses: two ideas get one score. */
static void several_ideas(struct lint *l, const struct criterion *c)
{
    struct str rest = str_c(c->description), word, before = {0};
    int joins = 0;
    while (next_word(&rest, &word)) {
        if ((str_ieq(word, STR("and")) || str_ieq(word, STR("as"))) && before.n > 2)
            joins++;
        before = word;
    }
    bool parts = strchr(c->description, ';') != NULL;
    if (parts || joins >= 2)
        add(l, c, "more than one idea in one criterion: an output may have one and not the other",
            "Make a criterion of each.");
}

/* Share of the smaller text's words that stand in the other as well. */
static double overlap(const char *x, const char *y)
{
    struct str rest = str_c(x), word, other;
    size_t n = 0, both = 0, m = 0;
    for (struct str r = str_c(y); next_word(&r, &word);)
        m++;
    while (next_word(&rest, &word)) {
        bool hit = false;
        for (struct str r = str_c(y); !hit && next_word(&r, &other);)
            hit = str_ieq(word, other);
        n++;
        both += hit;
    }
    size_t least = n < m ? n : m;
    return least ? (double)both / (double)least : 0;
}

static void levels(struct lint *l, const struct criterion *c)
{
    if (c->scale == SCALE_BINARY)
        return;
    for (size_t i = 0; i < c->n_levels; i++) {
        const struct level *lv = &c->levels[i];
        if (!lv->anchor) {
            add(l, c, arena_printf(l->a, "level %s has no anchor", lv->value),
                "Say what an output at that level is like.");
            continue;
        }
        vague_words(l, c, arena_printf(l->a, "the anchor of level %s", lv->value), lv->anchor);
        for (size_t j = 0; j < i; j++)
            if (c->levels[j].anchor && overlap(lv->anchor, c->levels[j].anchor) > 0.8)
                add(l, c,
                    arena_printf(l->a, "levels %s and %s are described alike", c->levels[j].value,
                                 lv->value),
                    "Name what the one has and the other lacks.");
    }
    if (c->scale == SCALE_ORDINAL && c->n_levels > 7)
        add(l, c,
            arena_printf(l->a, "%zu levels: people and judges tell at most five to seven apart",
                         c->n_levels),
            "Merge neighbours, or use a binary criterion for what decides.");
}

size_t rubric_lint(struct arena *a, const struct rubric *r, struct rubric_finding **ret)
{
    struct lint l = {.a = a};
    for (size_t i = 0; i < r->n; i++) {
        const struct criterion *c = &r->criteria[i];
        vague_words(&l, c, "the description", c->description);
        several_ideas(&l, c);
        levels(&l, c);
        if (strlen(c->description) < 15)
            add(&l, c, "a description of a few letters",
                "Write a sentence that a new colleague could apply.");
    }
    *ret = ARENA_ARRAY(a, l.found.n, struct rubric_finding);
    if (l.found.n)
        memcpy(*ret, l.found.v, l.found.n * sizeof **ret);
    size_t n = l.found.n;
    vec_free(&l.found);
    return n;
}
