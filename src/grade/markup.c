/*
 * Markup: `xml` and `html` (well-formed; `html` wants at least one tag), `markdown` (code fences
 * closed; `require` and `forbid` name parts: heading, list, table, code, link, image, quote,
 * bold, html).
 */
#include "text/markup.h"

#include "grade/option.h"

static const char *const part_names[] = {"heading", "list",  "table", "code", "link",
                                         "image",   "quote", "bold",  "html", NULL};
enum { PARTS = 9 };

struct markup_grader {
    unsigned require, forbid;
};

static bool xml_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                      struct grade_out *out, struct err *e)
{
    struct err why = {0};
    (void)g;
    (void)e;
    if (xml_check(in->output, &why))
        graded_bool(out, true, a, "the output is well-formed XML");
    else
        graded_bool(out, false, a, "%s (line %d, column %d)", why.msg, why.line, why.col);
    return true;
}

static bool html_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    struct err why = {0};
    size_t tags;
    (void)g;
    (void)e;
    if (!html_check(in->output, &tags, &why))
        graded_bool(out, false, a, "%s (line %d, column %d)", why.msg, why.line, why.col);
    else if (tags == 0)
        graded_bool(out, false, a, "there is no tag in the output");
    else
        graded_bool(out, true, a, "%zu HTML tags, all balanced", tags);
    return true;
}

static bool read_parts(const struct node *options, const char *key, struct arena *a, unsigned *ret,
                       struct err *e)
{
    struct str_list l = {0};
    if (!option_texts(options, key, a, &l, e))
        return false;
    for (size_t i = 0; i < l.n; i++) {
        unsigned bit = 0;
        for (unsigned k = 0; k < PARTS; k++)
            bit |= str_eq_c(l.v[i], part_names[k]) ? 1u << k : 0;
        if (!bit)
            return node_err(e, node_get(options, key),
                            "%s: \"%.*s\" where heading, list, table, code, link, image, quote, "
                            "bold or html was expected",
                            key, STR_ARG(l.v[i]));
        *ret |= bit;
    }
    return true;
}

static bool markdown_open(struct grader *g, const struct node *options, struct arena *a,
                          struct err *e)
{
    struct markup_grader *s = ARENA_NEW(a, struct markup_grader);
    g->state = s;
    return read_parts(options, "require", a, &s->require, e) &&
           read_parts(options, "forbid", a, &s->forbid, e);
}

static bool markdown_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct markup_grader *s = g->state;
    struct markdown m = markdown_scan(in->output);
    const size_t count[PARTS] = {m.headings, m.lists,  m.tables, m.code_blocks, m.links,
                                 m.images,   m.quotes, m.bold,   m.html};
    struct details d;
    const char *lacks = NULL, *has = NULL;
    (void)e;
    details_begin(&d);
    for (unsigned k = 0; k < PARTS; k++) {
        jw_kint(&d.w, part_names[k], (int64_t)count[k]);
        if (!lacks && (s->require & 1u << k) && count[k] == 0)
            lacks = part_names[k];
        if (!has && (s->forbid & 1u << k) && count[k] > 0)
            has = part_names[k];
    }
    if (m.open_fence)
        graded_bool(out, false, a, "a code fence is never closed");
    else if (lacks)
        graded_bool(out, false, a, "the Markdown has no %s", lacks);
    else if (has)
        graded_bool(out, false, a, "the Markdown has the forbidden %s", has);
    else
        graded_bool(out, true, a, "the Markdown is as asked for");
    details_end(&d, a, out);
    return true;
}

static const char *const none[] = {NULL};
static const char *const markdown_keys[] = {"require", "forbid", NULL};

extern const struct grader_ops grader_xml, grader_html, grader_markdown;
const struct grader_ops grader_xml = {
    .name = "xml",
    .summary = "the output is well-formed XML",
    .keys = none,
    .grade = xml_grade,
};
const struct grader_ops grader_html = {
    .name = "html",
    .summary = "the output is HTML with balanced tags",
    .keys = none,
    .grade = html_grade,
};
const struct grader_ops grader_markdown = {
    .name = "markdown",
    .summary = "Markdown with closed code fences, and with or without given parts",
    .keys = markdown_keys,
    .open = markdown_open,
    .grade = markdown_grade,
};
