/* plimsoll.yaml from any bytes, touching no files: it ends, every problem has a position, and a
 * project without problems is whole. */
#include <stdint.h>
#include <stdlib.h>

#include "spec/project.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_feature(const struct feature *f)
{
    if (!f->success || !f->grader_names || f->grader_names[f->n_graders])
        BUG("feature %s is not whole", f->name);
    for (size_t i = 0; i < f->n_variants; i++)
        if (!f->variants[i].model || !f->variants[i].key.hex[0])
            BUG("variant %s is not whole", f->variants[i].name);
    for (size_t i = 0; i < f->n_graders; i++)
        if (!f->graders[i].type || feature_grader(f, f->graders[i].name) != (ptrdiff_t)i)
            BUG("grader %s is not whole", f->graders[i].name);
    for (size_t i = 0; i < f->gate.n_require; i++)
        if (requirement_is_relative(&f->gate.require[i]) && !f->gate.baseline)
            BUG("a relative requirement without a baseline");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct env env;
    struct err e = {0};
    struct project *p;
    struct spec_report report;
    env_init(&env);
    if (!project_parse(a, &env, (struct str){(const char *)data, size}, "fuzz.yaml", &p, &report,
                       &e)) {
        if (e.code == ERR_NONE || e.line < 1)
            BUG("an error without a position: %s", e.msg);
        return 0;
    }
    for (size_t i = 0; i < report.n; i++)
        if (report.v[i].line < 1 || report.v[i].col < 1)
            BUG("a problem without a position: %s", report.v[i].msg);
    for (size_t i = 0; i < p->n_features && report.n == 0; i++)
        check_feature(&p->features[i]);
    return 0;
}
