/* The project file: every part of the format, includes, substitution, keys, all the problems. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "near.h"
#include "spec/project.h"

/* A folder that goes away with the fixture. */
struct folder {
    struct arena *a;
    char path[64];
    struct env env;
};

static int make_folder(void **state)
{
    struct folder *f = calloc(1, sizeof *f);
    f->a = arena_new();
    snprintf(f->path, sizeof f->path, "/tmp/plimsoll-project-XXXXXX");
    env_init(&f->env);
    unsetenv("PLIMSOLL_STORE");
    *state = f;
    return mkdtemp(f->path) ? 0 : -1;
}

static int remove_folder(void **state)
{
    struct folder *f = *state;
    char command[128];
    static const char *const names[] = {"plimsoll.yaml", "a.yaml",  "b.yaml",   "sub/f.yaml",
                                        "sub/p.md",      "p.md",    "rubric.yaml", "sub",
                                        "models.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(command, sizeof command, "%s/%s", f->path, names[i]);
        remove(command);
    }
    rmdir(f->path);
    arena_free(f->a);
    free(f);
    return 0;
}

static const char *put(struct folder *f, const char *name, const char *text)
{
    struct err e = {0};
    char *path = arena_printf(f->a, "%s/%s", f->path, name);
    char *dir = arena_strdup(f->a, path);
    *strrchr(dir, '/') = '\0';
    assert_true(file_mkdirs(dir, &e));
    assert_true(file_write(path, str_c(text), &e));
    return path;
}

static struct project *load(struct folder *f, const char *text)
{
    struct err e = {0};
    struct project *p;
    if (!project_load(f->a, &f->env, put(f, "plimsoll.yaml", text), &p, &e))
        fail_msg("%s:%d:%d: %s (%s)", e.file, e.line, e.col, e.msg, e.hint);
    return p;
}

/* The problems of a text without files, one a line: "line:col message". */
static const char *problems(struct folder *f, const char *text)
{
    struct err e = {0};
    struct project *p;
    struct spec_report r;
    struct buf b;
    buf_init(&b, 100000);
    if (!project_parse(f->a, &f->env, str_c(text), "p.yaml", &p, &r, &e))
        buf_printf(&b, "%d:%d %s\n", e.line, e.col, e.msg);
    for (size_t i = 0; i < r.n; i++)
        buf_printf(&b, "%d:%d %s%s%s\n", r.v[i].line, r.v[i].col, r.v[i].msg,
                   r.v[i].hint[0] ? " | " : "", r.v[i].hint);
    const char *out = arena_strdup(f->a, buf_cstr(&b));
    buf_release(&b);
    return out;
}

#define HEAD "version: 1\nproject: p\n"
#define FEATURE HEAD "features:\n  f:\n    task: qa\n"

static void test_whole(void **state)
{
    struct folder *f = *state;
    put(f, "p.md", "Classify {{input}}");
    struct project *p = load(
        f, HEAD
        "store: data/x.db\n"
        "models:\n"
        "  small: {provider: openai, name: gpt-s, base_url: http://127.0.0.1:1/v1, key_env: K,\n"
        "          price: {input: 0.15, output: 0.60, cached: 0.075}, timeout: 30s,\n"
        "          limits: {concurrency: 64, rpm: 5000, tpm: 2000000}, options: {seed: 3}}\n"
        "  free: {provider: exec, command: ./answer --fast}\n"
        "features:\n"
        "  triage:\n"
        "    task: classification\n"
        "    golden: {path: golden/t.jsonl, slices: [lang, channel], labels: [a, b]}\n"
        "    epochs: 3\n"
        "    variants:\n"
        "      boring: {model: 'builtin:linear'}\n"
        "      v3: {model: small, prompt: p.md, params: {temperature: 0}}\n"
        "      old: {model: 'replay:outputs/o.jsonl'}\n"
        "      own: {model: {provider: anthropic, name: big}}\n"
        "    graders:\n"
        "      correct: {type: label}\n"
        "      polite: {type: judge, model: small, weight: 0.3, threshold: 0.7}\n"
        "    success: correct and polite >= 0.5\n"
        "    gate:\n"
        "      baseline: boring\n"
        "      confidence: 0.9\n"
        "      require:\n"
        "        - success_rate >= 0.90\n"
        "        - each lang: success_rate >= 0.80\n"
        "        - success_rate not_worse_than baseline by 0.02\n"
        "    review: {queue: daily}\n");
    assert_string_equal(p->name, "p");
    assert_string_equal(p->store, arena_printf(f->a, "%s/data/x.db", f->path));
    assert_int_equal(p->n_models, 2);
    const struct model_spec *m = &p->models[0];
    assert_string_equal(m->provider, "openai");
    assert_string_equal(m->name, "gpt-s");
    assert_string_equal(m->key_env, "K");
    assert_true(m->price.known);
    assert_near(m->price.cached, 0.075, 0);
    assert_near(m->timeout_s, 30, 0);
    assert_int_equal(m->limits.concurrency, 64);
    assert_near(m->limits.tpm, 2e6, 0);
    assert_non_null(node_get(m->options, "seed"));
    assert_string_equal(p->models[1].name, "./answer --fast");

    const struct feature *t;
    struct err e = {0};
    assert_true(project_feature(p, NULL, &t, &e));
    assert_int_equal(t->task, TASK_CLASSIFICATION);
    assert_string_equal(t->golden, arena_printf(f->a, "%s/golden/t.jsonl", f->path));
    assert_int_equal(t->n_slices, 2);
    assert_string_equal(t->slices[1], "channel");
    assert_null(t->slices[2]);
    assert_int_equal(t->n_labels, 2);
    assert_int_equal(t->epochs, 3);
    assert_int_equal(t->n_variants, 4);
    assert_string_equal(t->variants[0].model->provider, "builtin");
    assert_string_equal(t->variants[0].model->name, "linear");
    assert_true(t->variants[0].model->price.known); /* nothing to pay */
    assert_ptr_equal(t->variants[1].model, m);
    assert_non_null(t->variants[1].params);
    assert_string_equal(t->variants[2].model->name,
                        arena_printf(f->a, "%s/outputs/o.jsonl", f->path));
    assert_string_equal(t->variants[3].model->name, "big");
    assert_int_equal(t->n_graders, 2);
    assert_true(isnan(t->graders[0].threshold));
    assert_near(t->graders[0].weight, 1, 0);
    assert_near(t->graders[1].threshold, 0.7, 0);
    assert_ptr_equal(t->graders[1].model, m);
    assert_int_equal(feature_grader(t, "polite"), 1);
    assert_int_equal(feature_grader(t, "rude"), -1);
    assert_true(expr_uses(t->success, 0) && expr_uses(t->success, 1));
    assert_string_equal(t->gate.baseline, "boring");
    assert_near(t->gate.confidence, 0.9, 0);
    assert_int_equal(t->gate.n_require, 3);
    assert_string_equal(t->gate.require[1].slice, "lang");
    assert_string_equal(t->gate.require[1].text, "each lang: success_rate >= 0.80");
    assert_non_null(t->review);
}

static void test_includes(void **state)
{
    struct folder *f = *state;
    put(f, "sub/p.md", "x");
    put(f, "sub/f.yaml", "task: qa\nvariants:\n  v: {model: m, prompt: p.md}\n");
    put(f, "models.json", "{\"m\": {\"provider\": \"openai\", \"name\": \"x\"}}");
    struct project *p = load(f, HEAD "models: models.json\nfeatures:\n  f: sub/f.yaml\n");
    assert_int_equal(p->n_models, 1);
    /* beside the file that names it */
    assert_string_equal(p->features[0].variants[0].prompt,
                        arena_printf(f->a, "%s/sub/p.md", f->path));
}

static void test_include_errors(void **state)
{
    struct folder *f = *state;
    struct project *p;
    struct err e = {0};
    put(f, "a.yaml", "b.yaml\n");
    put(f, "b.yaml", "a.yaml\n");
    assert_false(project_load(f->a, &f->env,
                              put(f, "plimsoll.yaml", HEAD "features:\n  f: a.yaml\n"), &p, &e));
    assert_non_null(strstr(e.msg, "a.yaml includes itself"));
    assert_non_null(strstr(e.file, "/b.yaml"));
    assert_int_equal(e.line, 1);
    put(f, "a.yaml", "plimsoll.yaml\n");
    assert_false(project_load(f->a, &f->env, arena_printf(f->a, "%s/plimsoll.yaml", f->path), &p, &e));
    assert_non_null(strstr(e.msg, "includes itself"));
    put(f, "a.yaml", "task: qa\nvariants: {\n");
    assert_false(project_load(f->a, &f->env, arena_printf(f->a, "%s/plimsoll.yaml", f->path), &p, &e));
    assert_non_null(strstr(e.file, "/a.yaml"));
    assert_false(project_load(f->a, &f->env,
                              put(f, "plimsoll.yaml", HEAD "features:\n  f: none.yaml\n"), &p, &e));
    assert_non_null(strstr(e.msg, "cannot open"));
    assert_non_null(strstr(e.file, "/plimsoll.yaml"));
    assert_int_equal(e.line, 4);
    assert_int_equal(e.col, 6);
}

static void test_substitution(void **state)
{
    struct folder *f = *state;
    setenv("PT_HOST", "http://h:1/${PT_INNER}", 1);
    setenv("PT_API_KEY", "sk-very-secret", 1);
    setenv("PT_PASSWORD", "pw", 1);
    setenv("PT_NAME", "gpt", 1);
    struct project *p = load(
        f, HEAD "store: postgresql://u:${PT_PASSWORD}@h/db\n"
                "models:\n  m: &m {provider: openai, name: '${PT_NAME}-4$${x}', base_url: '${PT_HOST}'}\n"
                "  n: *m\nfeatures: {}\n");
    assert_string_equal(p->store, "postgresql://u:pw@h/db");
    assert_string_equal(project_store_label(f->a, p->store), "postgresql://h/db");
    assert_string_equal(p->models[0].name, "gpt-4${x}");
    /* what came out of the environment is not looked at again, through an alias either */
    assert_string_equal(p->models[1].base_url, "http://h:1/${PT_INNER}");

    const char *got = problems(
        f, HEAD "models:\n"
                "  a: {provider: openai, name: '${PT_MISSING}'}\n"
                "  b: {provider: openai, name: x, options: {k: '${PT_API_KEY}'}}\n"
                "  c: {provider: openai, name: x, key_env: '${PT_NAME} y'}\n"
                "  d: {provider: openai, name: '${a-b}', base_url: 'http://${'}\n"
                "  ${PT_NAME}: {provider: openai, name: x}\n"
                "features: {}\n");
    assert_non_null(strstr(got, "4:32 the environment variable PT_MISSING is not set"));
    assert_non_null(strstr(got, "5:48 ${PT_API_KEY} would put a secret into the spec"));
    assert_non_null(strstr(got, "6:43 key_env: no name of an environment variable"));
    assert_non_null(strstr(got, "7:32 ${a-b} is no name of a variable"));
    assert_non_null(strstr(got, "\"${\" without its \"}\""));
    assert_null(strstr(got, "very-secret"));
    assert_null(strstr(got, "gpt y"));
}

static void test_store(void **state)
{
    struct folder *f = *state;
    struct project *p = load(f, HEAD "features: {}\n");
    assert_string_equal(p->store, arena_printf(f->a, "%s/.plimsoll/plimsoll.db", f->path));
    setenv("PLIMSOLL_STORE", "/elsewhere.db", 1);
    assert_string_equal(load(f, HEAD "features: {}\n")->store, "/elsewhere.db");
    unsetenv("PLIMSOLL_STORE");
    assert_string_equal(project_store_label(f->a, "postgresql://u:a@b@h:5/db?password=x"),
                        "postgresql://h:5/db");
    assert_string_equal(project_store_label(f->a, "x.db"), "x.db");
}

/* Each text has exactly these problems, with exactly these positions. */
static void test_problems(void **state)
{
    struct folder *f = *state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "1:1 nothing where a mapping was expected (a project)\n"},
        {"version: 2\nfeatures: {}\n",
         "1:10 version: 2 where 1 was expected | This program reads version 1 of "
         "the format.\n"},
        {HEAD "feature: {}\n",
         "1:1 `features:` is missing | `plimsoll init` makes a project to start from.\n"
         "3:1 unknown key \"feature\" | Did you mean \"features\"?\n"},
        {HEAD "features:\n  f: {}\n",
         "4:6 feature f needs `task:` | One of classification, extraction, summarization, qa, "
         "generation, agent.\n"},
        {FEATURE "    golden: 3\n", "6:13 a value where a mapping was expected (golden)\n"},
        {FEATURE "    golden: {slices: [a]}\n", "6:13 golden: `path:` is missing\n"},
        {FEATURE "    variants: {shipped: {model: 'builtin:x'}}\n",
         "6:16 a variant cannot be called \"shipped\": that word stands for the last variant a gate "
         "let through\n"},
        {FEATURE "    graders: {score: {type: label}, 2x: {type: label}}\n",
         "6:15 \"score\" cannot be a grader's name: it means something else in `success:` or "
         "`require:`\n"
         "6:37 \"2x\" cannot be a grader's name | Letters, digits, \"_\" and \"-\", beginning with a "
         "letter.\n"},
        {FEATURE "    graders: {a: {weight: -1}}\n",
         "6:18 grader a needs `type:` | For instance `type: label`; docs/graders.md lists the "
         "types.\n"
         "6:27 weight: -1 where a number from 0 to 1e+09 was expected\n"},
        {FEATURE "    graders: {a: {type: label}}\n    success: b\n",
         "7:14 there is no grader \"b\"\n"},
        {FEATURE "    graders: {a: {type: label}}\n    success: 'a and'\n",
         "7:20 the expression ends where the name of a grader was expected\n"},
        {FEATURE "    gate: {baseline: x}\n",
         "6:11 a gate without requirements lets everything through | Add `require:` with lines such "
         "as `success_rate >= 0.90`.\n"
         "6:22 baseline: there is no variant \"x\"\n"},
        {FEATURE "    gate:\n      require:\n        - success_rate not_worse_than baseline by 1%\n"
                 "        - 'each lang: score >= 0.5'\n        - [1]\n",
         "8:11 \"success_rate not_worse_than baseline by 1%\" compares with a baseline, and the gate "
         "names none | Add `baseline: shipped` or the name of a variant to the gate.\n"
         "9:11 \"lang\" is not among the slices of the golden set | Slices are tags that "
         "golden.slices lists.\n"
         "10:11 require: a list where text was expected\n"},
        {FEATURE "    variants:\n      a: {prompt: x}\n      b: {model: nope}\n      c: 4\n",
         "7:10 variant a needs `model:` | For instance `model: builtin:majority`, the simplest "
         "baseline.\n"
         "8:18 there is no model \"nope\" | Name a model under models:, or write provider:name, as "
         "in builtin:linear, replay:outputs/v2.jsonl or openai:gpt-4o-mini.\n"
         "9:10 a value where a mapping was expected (a variant)\n"},
        {HEAD "models:\n  a: {name: x}\n  b: {provider: opnai, name: x}\n"
              "  c: {provider: exec, path: x, limits: {rpm: 0}}\n"
              "  d: {provider: openai, name: x, price: {input: 1}, timeout: soon}\nfeatures: {}\n",
         "4:6 a model needs `provider:`: openai, openai-responses, anthropic, ollama, exec, replay and builtin are known\n"
         "5:17 unknown provider \"opnai\": openai, openai-responses, anthropic, ollama, exec, replay and builtin are known | "
         "Did you mean \"openai\"?\n"
         "6:6 a model of provider exec needs `command:`\n"
         "6:29 path: not for provider exec\n"
         "6:46 rpm: 0 where a number from 0.001 to 1e+12 was expected\n"
         "7:41 price: both input and output are needed | Prices are USD per million tokens, as in "
         "{input: 0.15, output: 0.60}.\n"
         "7:62 timeout: \"soon\" where a duration such as 2s or 250ms was expected\n"},
        {HEAD "features: other.yaml\n", "3:11 the file other.yaml cannot be read from here\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = problems(f, rows[i].text);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("for\n%s---- got\n%s---- expected\n%s", rows[i].text, got, rows[i].want);
    }
}

static void test_keys(void **state)
{
    struct folder *f = *state;
    put(f, "p.md", "one");
    put(f, "rubric.yaml", "scale: 5\n");
#define VARIANT(extra, order)                                                                      \
    FEATURE "    variants: {v: {model: {provider: openai, name: x" extra "}, prompt: p.md, "       \
            "params: {" order "}}}\n    graders: {g: {type: judge, rubric: rubric.yaml}}\n"
    struct project *p = load(f, VARIANT("", "a: 1, b: 2"));
    struct digest base = p->features[0].variants[0].key, grader = p->features[0].graders[0].key;
    /* order, money and limits do not matter */
    p = load(f, VARIANT(", price: {input: 1, output: 2}, limits: {rpm: 9}, key_env: K, timeout: 9",
                        "b: 2, a: 1.0"));
    assert_string_equal(p->features[0].variants[0].key.hex, base.hex);
    /* parameters, endpoint, prompt and rubric do */
    p = load(f, VARIANT("", "a: 1, b: 3"));
    assert_string_not_equal(p->features[0].variants[0].key.hex, base.hex);
    p = load(f, VARIANT(", base_url: 'http://x'", "a: 1, b: 2"));
    assert_string_not_equal(p->features[0].variants[0].key.hex, base.hex);
    put(f, "p.md", "two");
    put(f, "rubric.yaml", "scale: 7\n");
    p = load(f, VARIANT("", "a: 1, b: 2"));
    assert_string_not_equal(p->features[0].variants[0].key.hex, base.hex);
    assert_string_not_equal(p->features[0].graders[0].key.hex, grader.hex);
}

static void test_lookups(void **state)
{
    struct folder *f = *state;
    struct err e = {0};
    const struct feature *found;
    const struct variant_spec *v;
    const struct model_spec *m;
    struct project *p = load(f, HEAD "features:\n  triage: {task: qa, variants: {v1: {model: "
                                     "'builtin:echo'}}}\n  summary: {task: qa}\n");
    assert_true(project_feature(p, "summary", &found, &e));
    assert_false(project_feature(p, "triag", &found, &e));
    assert_string_equal(e.hint, "Did you mean \"triage\"?");
    assert_false(project_feature(p, NULL, &found, &e));
    assert_string_equal(e.hint, "Name one of triage, summary.");
    assert_false(feature_variant(&p->features[0], "other", &v, &e));
    assert_string_equal(e.hint, "There are: v1.");
    assert_true(model_resolve_text(f->a, p, "openai:gpt-x", &m, &e));
    assert_string_equal(m->name, "gpt-x");
    assert_false(m->price.known);
    assert_false(model_resolve_text(f->a, NULL, "gpt-x", &m, &e));
    assert_false(model_resolve_text(f->a, p, "replay:", &m, &e));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        T(test_whole),        T(test_includes), T(test_include_errors), T(test_substitution),
        T(test_store),        T(test_problems), T(test_keys),           T(test_lookups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
