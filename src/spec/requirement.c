/* Gate requirements: the grammar, its units, and how a value is written back. */
#include "spec/requirement.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "spec/expr.h"

const char *const failure_modes[] = {"hallucination",    "refusal",   "over_refusal", "injection",
                                     "prompt_injection", "jailbreak", "leak",         "leakage",
                                     "secret_leak",      "pii_leak",  "unsafe",       NULL};

enum { MAX_TEXT = 1024, MAX_NAMES = 400 };

struct parser {
    struct arena *a;
    struct str text;
    size_t at;
    const char *const *graders;
    struct requirement *r;
    struct err *e;
};

static bool fail_at(const struct parser *p, size_t at)
{
    return err_at(p->e, p->r->file, p->r->line, p->r->col + (int)at);
}

static void skip_space(struct parser *p)
{
    while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]))
        p->at++;
}

static bool is_sign(char c) { return c == '<' || c == '>' || c == '=' || c == '!'; }

/* The next word (or run of comparison signs) without taking it; empty at the end. */
static struct str peek(struct parser *p)
{
    skip_space(p);
    size_t end = p->at;
    while (end < p->text.n && !strchr(" \t\r\n", p->text.p[end]) &&
           is_sign(p->text.p[end]) == is_sign(p->text.p[p->at]))
        end++;
    return str_sub(p->text, p->at, end - p->at);
}

static bool take(struct parser *p, const char *word)
{
    if (!str_eq_c(peek(p), word))
        return false;
    p->at += strlen(word);
    return true;
}

static bool unexpected(struct parser *p, const char *wanted)
{
    struct str word = peek(p);
    if (word.n)
        err_set(p->e, ERR_SPEC, "found \"%.*s\" where %s was expected", STR_ARG(word), wanted);
    else
        err_set(p->e, ERR_SPEC, "the requirement ends where %s was expected", wanted);
    err_hint(p->e, "A requirement reads `success_rate >= 0.90` or "
                   "`success_rate not_worse_than baseline by 0.02`.");
    return fail_at(p, p->at);
}

/* --- the metric --- */

static const struct {
    const char *text;
    enum metric_kind kind;
    enum metric_unit unit;
    bool lower_is_better;
} fixed[] = {
    {"success_rate", METRIC_SUCCESS_RATE, UNIT_SHARE, false},
    {"score", METRIC_SCORE, UNIT_SCORE, false},
    {"error_rate", METRIC_ERROR_RATE, UNIT_SHARE, true},
    {"cost_per_success", METRIC_COST_PER_SUCCESS, UNIT_USD, true},
    {"cost_per_1000", METRIC_COST_PER_1000, UNIT_USD, true},
    {"cost_per_thousand", METRIC_COST_PER_1000, UNIT_USD, true},
};

static void set_metric(struct requirement *r, enum metric_kind kind, enum metric_unit unit,
                       bool lower_is_better)
{
    r->kind = kind;
    r->unit = unit;
    r->lower_is_better = lower_is_better;
}

static bool listed(const char *const *names, struct str s)
{
    for (; *names; names++)
        if (str_eq_c(s, *names))
            return true;
    return false;
}

/* p95_latency, p99.9_ttft */
static bool percentile(struct requirement *r, struct str name)
{
    double p;
    ptrdiff_t underscore = str_find_char(name, '_');
    if (underscore < 2 || name.p[0] != 'p' || name.p[1] < '0' || name.p[1] > '9')
        return false;
    struct str what = str_sub(name, (size_t)underscore + 1, name.n);
    bool latency = str_eq_c(what, "latency");
    if ((!latency && !str_eq_c(what, "ttft")) ||
        !str_double(str_sub(name, 1, (size_t)underscore - 1), &p) || !(p > 0 && p < 100))
        return false;
    set_metric(r, latency ? METRIC_LATENCY : METRIC_TTFT, UNIT_SECONDS, true);
    r->quantile = p / 100;
    return true;
}

/* Everything that may stand as a metric, for "did you mean". */
static const char *nearest_metric(struct parser *p, struct str name)
{
    const char *all[MAX_NAMES + 1];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        all[n++] = fixed[i].text;
    static const char *const others[] = {"p50_latency", "p95_latency", "p99_latency",
                                         "p50_ttft",    "p95_ttft",    "p99_ttft"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        all[n++] = others[i];
    for (size_t i = 0; failure_modes[i]; i++)
        all[n++] = arena_printf(p->a, "%s_rate", failure_modes[i]);
    for (size_t i = 0; p->graders && p->graders[i] && n + 2 <= MAX_NAMES; i++) {
        all[n++] = p->graders[i];
        all[n++] = arena_printf(p->a, "%s_rate", p->graders[i]);
    }
    all[n] = NULL;
    return str_nearest(name, all);
}

/* NAME or NAME_rate that is no fixed metric. */
static bool named_metric(struct parser *p, struct str name)
{
    struct requirement *r = p->r;
    struct str stem = name;
    bool rate = str_ends_c(name, "_rate");
    if (rate)
        stem.n -= strlen("_rate");
    bool failure = rate && listed(failure_modes, stem);
    if (expr_is_name(name) && !failure && (p->graders ? listed(p->graders, name) : !rate)) {
        set_metric(r, METRIC_GRADER_MEAN, UNIT_SCORE, false);
        r->name = arena_strndup(p->a, name.p, name.n);
        return true;
    }
    bool grader = rate && !failure && (p->graders ? listed(p->graders, stem) : true);
    const char *near = grader || failure ? NULL : nearest_metric(p, name);
    if (!rate || stem.n == 0 || !expr_is_name(stem) || near) {
        err_set(p->e, ERR_SPEC, "\"%.*s\" is neither a metric nor a grader", STR_ARG(name));
        if (near)
            err_hint(p->e, "Did you mean \"%s\"?", near);
        else
            err_hint(p->e, "Metrics are success_rate, score, error_rate, p95_latency, p95_ttft, "
                           "cost_per_success, cost_per_1000, a grader's name, or NAME_rate.");
        return fail_at(p, p->at);
    }
    r->name = arena_strndup(p->a, stem.p, stem.n);
    set_metric(r, grader ? METRIC_GRADER_RATE : METRIC_FAILURE_RATE, UNIT_SHARE, !grader);
    return true;
}

static bool parse_metric(struct parser *p)
{
    struct str name = peek(p);
    if (name.n == 0 || is_sign(name.p[0]))
        return unexpected(p, "a metric");
    p->r->metric = arena_strndup(p->a, name.p, name.n);
    bool found = percentile(p->r, name);
    for (size_t i = 0; i < ARRAY_LEN(fixed) && !found; i++) {
        if (!str_eq_c(name, fixed[i].text))
            continue;
        set_metric(p->r, fixed[i].kind, fixed[i].unit, fixed[i].lower_is_better);
        found = true;
    }
    if (!found && !named_metric(p, name))
        return false;
    p->at += name.n;
    return true;
}

/* --- values --- */

static const char *unit_wanted(enum metric_unit unit)
{
    switch (unit) {
    case UNIT_SECONDS: return "a duration such as 2s or 250ms";
    case UNIT_USD: return "an amount in USD such as 0.002 or $0.002";
    case UNIT_SHARE: return "a share such as 0.90 or 90%";
    case UNIT_SCORE: break;
    }
    return "a score from 0 to 1";
}

/* Number with unit -> base unit. *ret_percent: it was written with "%". */
static bool read_value(struct str word, enum metric_unit unit, double *ret, bool *ret_percent)
{
    double factor = 1;
    *ret_percent = str_ends_c(word, "%");
    if (*ret_percent) {
        word.n--;
        factor = 0.01;
    } else if (unit == UNIT_SECONDS) {
        bool ms = str_ends_c(word, "ms");
        if (!ms && !str_ends_c(word, "s"))
            return false;
        word.n -= ms ? 2 : 1;
        factor = ms ? 1e-3 : 1;
    } else if (unit == UNIT_USD && str_starts_c(word, "$")) {
        word = str_sub(word, 1, word.n);
    }
    if (!str_double(word, ret))
        return false;
    /* 90% is the number nearest to 0.9, not 90 times the one nearest to 0.01 */
    *ret = factor < 1 ? *ret / (1 / factor) : *ret;
    return *ret >= 0;
}

static bool parse_value(struct parser *p, bool margin, double *ret, bool *ret_relative)
{
    enum metric_unit unit = p->r->unit;
    bool percent = false;
    struct str word = peek(p);
    if (word.n == 0)
        return unexpected(p, unit_wanted(unit));
    size_t begin = p->at;
    p->at += word.n;
    /* "2 s", "90 %": the unit may stand apart */
    struct str next = peek(p);
    struct str joined = word;
    if (str_eq_c(next, "s") || str_eq_c(next, "ms") || str_eq_c(next, "%")) {
        joined = arena_strf(p->a, "%.*s%.*s", STR_ARG(word), STR_ARG(next));
        p->at += next.n;
    }
    bool ok = read_value(joined, unit, ret, &percent);
    bool amount = unit == UNIT_SECONDS || unit == UNIT_USD;
    if (ok && percent && amount && !margin)
        ok = false;
    if (!ok) {
        err_set(p->e, ERR_SPEC, "\"%.*s\" where %s was expected", STR_ARG(joined),
                unit_wanted(unit));
        return fail_at(p, begin);
    }
    if (!amount && *ret > 1) {
        err_set(p->e, ERR_SPEC, "\"%.*s\" is more than 1, %s was expected", STR_ARG(joined),
                unit_wanted(unit));
        if (unit == UNIT_SHARE && *ret <= 100)
            err_hint(p->e, "Write %.*s%% or %g.", STR_ARG(joined), *ret / 100);
        return fail_at(p, begin);
    }
    *ret_relative = percent && amount;
    return true;
}

/* --- the whole --- */

static bool parse_each(struct parser *p)
{
    skip_space(p);
    ptrdiff_t colon = str_find_char(p->text, ':');
    struct str name = colon < 0 ? (struct str){NULL, 0}
                                : str_trim(str_sub(p->text, p->at, (size_t)colon - p->at));
    if (name.n == 0)
        return unexpected(p, "`each SLICE:` with a colon behind it");
    p->r->slice = arena_strndup(p->a, name.p, name.n);
    p->at = (size_t)colon + 1;
    return true;
}

static bool parse_baseline(struct parser *p)
{
    struct requirement *r = p->r;
    if (!take(p, "baseline"))
        return unexpected(p, "\"baseline\"");
    if (take(p, "by"))
        return parse_value(p, true, &r->margin, &r->margin_relative);
    if (r->op == REQUIRE_NOT_WORSE)
        return unexpected(p, "\"by\" and a margin");
    return true;
}

static bool parse_condition(struct parser *p)
{
    static const struct {
        const char *text;
        enum requirement_op op;
    } ops[] = {{">=", REQUIRE_GE},
               {">", REQUIRE_GT},
               {"<=", REQUIRE_LE},
               {"<", REQUIRE_LT},
               {"not_worse_than", REQUIRE_NOT_WORSE},
               {"better_than", REQUIRE_BETTER}};
    struct requirement *r = p->r;
    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        bool relative;
        if (!take(p, ops[i].text))
            continue;
        r->op = ops[i].op;
        return requirement_is_relative(r) ? parse_baseline(p)
                                          : parse_value(p, false, &r->value, &relative);
    }
    return unexpected(p, ">=, >, <=, <, not_worse_than or better_than");
}

bool requirement_parse(struct arena *a, struct str text, const char *const *graders,
                       const char *file, int line, int col, struct requirement *ret, struct err *e)
{
    *ret = (struct requirement){
        .file = file, .line = line, .col = col, .quantile = (double)NAN, .value = (double)NAN};
    struct parser p = {.a = a, .text = text, .graders = graders, .r = ret, .e = e};
    struct str trimmed = str_trim(text);
    if (text.n > MAX_TEXT) {
        err_set(e, ERR_LIMIT, "a requirement of %zu bytes, the limit is %d", text.n, (int)MAX_TEXT);
        return fail_at(&p, 0);
    }
    ret->text = arena_strndup(a, trimmed.p ? trimmed.p : "", trimmed.n);
    if (take(&p, "each") && !parse_each(&p))
        return false;
    if (!parse_metric(&p) || !parse_condition(&p))
        return false;
    ret->calibrated = take(&p, "calibrated");
    return peek(&p).n == 0 || unexpected(&p, "the end (or \"calibrated\")");
}

bool requirement_is_relative(const struct requirement *r)
{
    return r->op == REQUIRE_NOT_WORSE || r->op == REQUIRE_BETTER;
}

const char *requirement_value_text(struct arena *a, const struct requirement *r, double value)
{
    if (isnan(value))
        return "unmeasured";
    switch (r->unit) {
    case UNIT_SECONDS:
        return value < 1 ? arena_printf(a, "%.3g ms", value * 1000)
                         : arena_printf(a, "%.3g s", value);
    case UNIT_USD: return arena_printf(a, "$%.3g", value);
    case UNIT_SHARE: return arena_printf(a, "%.1f%%", value * 100);
    case UNIT_SCORE: break;
    }
    return arena_printf(a, "%.3f", value);
}
