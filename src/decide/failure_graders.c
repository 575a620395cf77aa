/* Graders and the failure modes they look for; see failure_graders.h. */
#include "decide/failure_graders.h"

#include <string.h>

#include "run/results.h"
#include "spec/project.h"
#include "spec/requirement.h"

/* Types that look for one mode, and are detectors of it. */
static const struct {
    const char *type, *mode;
} looks_for[] = {
    {"groundedness", "hallucination"}, {"faithfulness", "hallucination"},
    {"citations", "hallucination"},    {"novelty", "hallucination"},
    {"name_match", "hallucination"},   {"number_match", "hallucination"},
    {"quotes", "hallucination"},       {"refusal", "refusal"},
    {"not-contains_pii", "pii_leak"},
};

static const char *type_of(const struct feature *f, const char *grader)
{
    ptrdiff_t i = f ? feature_grader(f, grader) : -1;
    return i < 0 ? NULL : f->graders[i].type;
}

static bool type_looks_for(const char *type, const char *mode)
{
    for (size_t i = 0; type && i < ARRAY_LEN(looks_for); i++)
        if (strcmp(looks_for[i].type, type) == 0 && strcmp(looks_for[i].mode, mode) == 0)
            return true;
    return false;
}

/* A string check is a fact; what estimates, and what asks a model, is not. */
static bool only_estimates(const char *type)
{
    if (!type || strcmp(type, "judge") == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(looks_for); i++)
        if (strcmp(looks_for[i].type, type) == 0)
            return true;
    return false;
}

struct failure_graders failure_graders_find(struct arena *a, const struct result_set *rs,
                                            const struct feature *feature)
{
    size_t modes = 0;
    while (failure_modes[modes])
        modes++;
    struct failure_graders out = {.mode = ARENA_ARRAY(a, modes, struct failure_mode)};
    for (size_t m = 0; m < modes; m++) {
        struct failure_mode mode = {.name = failure_modes[m],
                                    .grader = ARENA_ARRAY(a, rs->n_graders, bool)};
        bool any = false;
        for (size_t g = 0; g < rs->n_graders; g++) {
            const char *type = type_of(feature, rs->graders[g]);
            mode.grader[g] =
                strcmp(rs->graders[g], mode.name) == 0 || type_looks_for(type, mode.name);
            mode.detector = mode.detector || (mode.grader[g] && only_estimates(type));
            any = any || mode.grader[g];
        }
        if (any)
            out.mode[out.n++] = mode;
    }
    return out;
}
