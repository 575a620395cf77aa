/* PCRE2 behind a few calls; see regex.h. */
#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>

/* A backtracking pattern such as (a+)+$ stops in milliseconds; honest patterns on long texts need
 * far less. The heap limit is in KiB and counts for the interpreter, which takes over when the
 * JIT's stack is too small. */
enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 100000, HEAP_LIMIT_KIB = 32768 };
enum { MAX_PATTERN = 65536 };

struct regex {
    pcre2_code *code;
    pcre2_match_context *context;
    bool jit;
};

static void free_regex(void *p)
{
    struct regex *re = p;
    pcre2_code_free(re->code);
    pcre2_match_context_free(re->context);
}

bool regex_compile(struct arena *a, struct str pattern, unsigned flags, const struct regex **ret,
                   struct err *e)
{
    int code;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    struct regex *re = ARENA_NEW(a, struct regex);
    if (pattern.n > MAX_PATTERN)
        return err_set(e, ERR_LIMIT, "a pattern of %zu bytes where at most %d are allowed",
                       pattern.n, MAX_PATTERN);
    options |= flags & REGEX_ECMA ? PCRE2_DOLLAR_ENDONLY : PCRE2_UCP;
    options |= flags & REGEX_ICASE ? PCRE2_CASELESS : 0;
    options |= flags & REGEX_MULTILINE ? PCRE2_MULTILINE : 0;
    options |= flags & REGEX_DOTALL ? PCRE2_DOTALL : 0;
    options |= flags & REGEX_ANCHORED ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0;
    re->code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, options, &code,
                             &at, NULL);
    if (!re->code) {
        char why[128] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
        return err_set(e, ERR_SPEC, "not a regular expression: %s at character %zu of \"%.*s\"",
                       why, (size_t)at + 1, STR_ARG(str_sub(pattern, 0, 80)));
    }
    re->context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(re->context, MATCH_LIMIT);
    pcre2_set_depth_limit(re->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(re->context, HEAP_LIMIT_KIB);
    re->jit = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;
    arena_defer(a, free_regex, re);
    *ret = re;
    return true;
}

size_t regex_groups(const struct regex *re)
{
    uint32_t n = 0;
    pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &n);
    return n;
}

size_t regex_group_named(const struct regex *re, const char *name)
{
    int n = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);
    return n > 0 ? (size_t)n : 0;
}

static pthread_key_t data_key;
static pthread_once_t data_once = PTHREAD_ONCE_INIT;

static void free_data(void *p) { pcre2_match_data_free(p); }
static void make_key(void) { (void)pthread_key_create(&data_key, free_data); }

/* One match block a thread, big enough for the groups anybody reads. */
enum { MAX_GROUPS = 64 };

static pcre2_match_data *thread_data(void)
{
    pthread_once(&data_once, make_key);
    pcre2_match_data *md = pthread_getspecific(data_key);
    if (!md) {
        md = pcre2_match_data_create(MAX_GROUPS, NULL);
        pthread_setspecific(data_key, md);
    }
    return md;
}

static bool limit_hit(int rc, struct err *e)
{
    char why[128] = "";
    pcre2_get_error_message(rc, (PCRE2_UCHAR *)why, sizeof why);
    return err_set(e, ERR_LIMIT, "the regular expression gave up on this text: %s", why);
}

bool regex_match(const struct regex *re, struct str text, size_t from, struct str *groups,
                 size_t n_groups, bool *ret_hit, struct err *e)
{
    pcre2_match_data *md = thread_data();
    PCRE2_SPTR p = (PCRE2_SPTR)(text.p ? text.p : "");
    uint32_t options = PCRE2_NO_UTF_CHECK;
    int rc = re->jit ? pcre2_jit_match(re->code, p, text.n, from, options, md, re->context)
                     : PCRE2_ERROR_JIT_STACKLIMIT;
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = pcre2_match(re->code, p, text.n, from, options | PCRE2_NO_JIT, md, re->context);
    *ret_hit = rc >= 0;
    if (rc < 0)
        return rc == PCRE2_ERROR_NOMATCH || limit_hit(rc, e);
    size_t set = rc == 0 ? MAX_GROUPS : (size_t)rc;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(md);
    for (size_t i = 0; groups && i < n_groups; i++) {
        bool have = i < set && at[2 * i] != PCRE2_UNSET;
        groups[i] = have ? (struct str){(const char *)p + at[2 * i], at[2 * i + 1] - at[2 * i]}
                         : (struct str){0};
    }
    return true;
}
