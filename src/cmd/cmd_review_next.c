/* `plimsoll review next`: reviewing on the terminal with single keys. The reason why an item is
 * here, and what others said, is not shown: it would lead the verdict. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "cmd/screen.h"
#include "review/estimate.h"
#include "text/json.h"
#include "text/jsonw.h"

struct line {
    struct str text;
    bool heading;
};

struct session {
    struct cmd *c;
    struct review_ctx *x;
    struct arena *a; /* of the item on the screen */
    struct review_deal deal;
    struct review_item it;
    struct review_text text;
    VEC(struct line) lines;
    size_t top;      /* first line shown */
    double shown_at; /* clock_mono */
    int64_t done;    /* verdicts in this session */
    char note[1100]; /* shown at the bottom */
};

static void note(struct session *s, const char *text)
{
    snprintf(s->note, sizeof s->note, "%s", text);
}

/* ---- what is on the screen ---- */

/* Text of a paragraph, wrapped at spaces; made fit for a terminal, line by line. */
static void add_wrapped(struct session *s, struct str text, int columns)
{
    struct str rest = text, row;
    while (str_split(&rest, '\n', &row)) {
        struct str left = utf8_printable(s->a, row);
        do {
            struct str part = utf8_cut(left, columns - 2);
            if (!part.n && left.n)
                part = str_sub(left, 0, 1);
            if (part.n < left.n) {
                size_t at = part.n;
                while (at > 0 && part.p[at - 1] != ' ')
                    at--;
                if (at > part.n / 2)
                    part.n = at;
            }
            vec_push(&s->lines, (struct line){.text = part});
            left = str_sub(left, part.n, left.n - part.n);
        } while (left.n);
    }
}

static void add_section(struct session *s, const char *heading, struct str text, int columns)
{
    if (str_null(text))
        return;
    vec_push(&s->lines, (struct line){.text = str_c(heading), .heading = true});
    add_wrapped(s, text, columns);
    vec_push(&s->lines, (struct line){0});
}

/* A JSON text as people would write it: members and elements a line each. */
static struct str readable(struct session *s, struct str json)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct err ignored = {0};
    yyjson_val *v, *key, *x;
    size_t i, max;
    if (str_null(json) || !json_parse_lax(s->a, json, "item", 1, &v, &ignored))
        return json;
    buf_init(&b, BUF_MAX_BODY);
    if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, max, key, x)
        {
            if (max > 1)
                buf_printf(&b, "%s%s: ", i ? "\n" : "", yyjson_get_str(key));
            buf_add_str(&b, json_display(s->a, x));
        }
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, max, x)
        {
            buf_printf(&b, "%s[%zu] ", i ? "\n" : "", i + 1);
            buf_add_str(&b, json_display(s->a, x));
        }
    } else {
        buf_add_str(&b, json_display(s->a, v));
    }
    return arena_str(s->a, buf_str(&b));
}

static void layout(struct session *s)
{
    int columns, rows;
    screen_size(&columns, &rows);
    s->lines.n = 0;
    add_section(s, "INPUT", readable(s, s->text.input), columns);
    add_section(s, "CONTEXT", readable(s, s->text.context), columns);
    add_section(s, "EXPECTED", readable(s, s->text.expected), columns);
    add_section(s, "OUTPUT", s->text.output, columns);
    if (s->lines.n && !s->lines.v[s->lines.n - 1].text.n)
        s->lines.n--;
}

static void put_bar(struct buf *b, const char *style, struct str text, int columns)
{
    struct str cut = utf8_cut(text, columns);
    buf_printf(b, "%s%.*s%*s\x1b[0m", style, STR_ARG(cut), columns - utf8_width(cut), "");
}

static struct str keys_line(struct session *s)
{
    if (s->note[0])
        return str_c(s->note);
    return arena_strf(s->a, "%d-%d score  a accept  e edit  f flag  s skip  u undo  ? help  q quit",
                      s->x->o.scale.from, s->x->o.scale.to);
}

static void draw(struct session *s)
{
    CLEANUP(buf_release) struct buf b = {0};
    int columns, rows;
    screen_size(&columns, &rows);
    size_t body = rows > 4 ? (size_t)rows - 2 : 1, last = s->top + body;
    buf_init(&b, BUF_MAX_BODY);
    struct str title = arena_strf(s->a, " R%lld  %.*s%s%.*s  %.*s   %lld done", (long long)s->it.id,
                                  STR_ARG(s->it.feature), s->it.variant.n ? "/" : "",
                                  STR_ARG(s->it.variant), STR_ARG(s->it.name), (long long)s->done);
    if (s->lines.n > body)
        title = arena_strf(s->a, "%.*s   lines %zu-%zu of %zu, j k scroll", STR_ARG(title),
                           s->top + 1, last < s->lines.n ? last : s->lines.n, s->lines.n);
    put_bar(&b, "\x1b[7m", utf8_printable(s->a, title), columns);
    for (size_t i = s->top; i < last; i++) {
        buf_add_c(&b, "\r\n");
        if (i >= s->lines.n)
            continue;
        const struct line *l = &s->lines.v[i];
        buf_printf(&b, "%s%.*s%s", l->heading ? "\x1b[1m" : "  ", STR_ARG(l->text),
                   l->heading ? "\x1b[0m" : "");
    }
    buf_add_c(&b, "\r\n");
    put_bar(&b, "\x1b[7m", keys_line(s), columns);
    screen_draw(&b);
    s->note[0] = 0;
}

static void help(struct session *s)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    buf_printf(&b,
               "\x1b[1mReviewing\x1b[0m\r\n\r\n"
               "  %d-%d     score; %d and more passes\r\n"
               "  a       accept: right as it is\r\n"
               "  e       edit: write what it should have been (EDITOR); the output fails\r\n"
               "  f       flag: it fails, with a code that says how\r\n"
               "  s       skip, with a reason\r\n"
               "  u       undo your last verdict and see the item again\r\n"
               "  j k     scroll a line, space and b a page; arrows work too\r\n"
               "  q       quit: what you judged is stored, the open item goes back\r\n\r\n"
               "Why an item is here and what others said is shown after the verdict only\r\n"
               "(plimsoll review stats).\r\n\r\nAny key goes back.",
               s->x->o.scale.from, s->x->o.scale.to, s->x->o.scale.pass_from);
    screen_draw(&b);
    if (screen_key() == SCREEN_QUIT)
        return;
}

/* ---- getting and judging items ---- */

static bool fetch(struct session *s, int64_t only, bool *ret_found)
{
    struct err *e = &s->c->err;
    s->deal.only = only;
    arena_reset(s->a);
    if (!review_next(s->x->s, s->a, &s->deal, &s->it, ret_found, e))
        return false;
    if (!*ret_found)
        return true;
    s->top = 0;
    s->shown_at = clock_mono();
    if (!review_text(s->x->s, s->a, &s->it, &s->text, e))
        return false;
    layout(s);
    return true;
}

static bool submit(struct session *s, struct review_verdict *v, bool *ret_found)
{
    bool is_new;
    v->item = s->it.id;
    v->reviewer = str_c(s->x->who);
    v->seen = s->text.seen;
    v->seconds = clock_mono() - s->shown_at;
    v->adjudicates = s->deal.disputed;
    if (!review_label(s->x->s, s->a, v, &is_new, &s->c->err))
        return false;
    s->done++;
    return fetch(s, 0, ret_found);
}

static bool flag(struct session *s, struct review_verdict *v)
{
    CLEANUP(buf_release) struct buf prompt = {0}, list = {0};
    struct review_code_count *codes;
    struct jw w;
    struct str code;
    size_t n, known = 0;
    long long number;
    const char *names[9];
    if (!review_codes(s->x->s, s->a, s->x->f ? s->x->f->name : NULL, NULL, (double)NAN, &codes, &n,
                      &s->c->err))
        n = 0; /* the codes so far are a convenience */
    for (size_t i = 0; i < s->x->o.n_codes && known < 9; i++)
        names[known++] = s->x->o.codes[i];
    for (size_t i = 0; i < n && known < 9; i++) {
        bool there = false;
        for (size_t j = 0; j < known; j++)
            there = there || str_eq_c(codes[i].code, names[j]);
        if (!there)
            names[known++] = arena_strndup(s->a, codes[i].code.p, codes[i].code.n);
    }
    buf_init(&prompt, 400);
    buf_add_c(&prompt, "code");
    for (size_t i = 0; i < known; i++)
        buf_printf(&prompt, "%s%zu %s", i ? "  " : " (", i + 1, names[i]);
    buf_add_c(&prompt, known ? "): " : " (a word of yours): ");
    struct str shown = utf8_printable(s->a, buf_str(&prompt));
    if (!screen_ask(s->a, arena_strndup(s->a, shown.p, shown.n), &code) || !code.n)
        return false;
    if (str_long(code, &number) && number >= 1 && number <= (long long)known)
        code = str_c(names[number - 1]);
    buf_init(&list, BUF_MAX_LINE);
    jw_init(&w, &list, false);
    jw_arr(&w);
    jw_str(&w, code);
    jw_end(&w);
    v->pass = 0;
    v->codes = arena_str(s->a, buf_str(&list));
    return true;
}

static bool edit(struct session *s, struct review_verdict *v)
{
    bool changed;
    const char *editor = env_get(s->c->env, "VISUAL");
    if (!editor)
        editor = env_get(s->c->env, "EDITOR");
    if (!screen_edit(s->a, editor, s->text.output, &v->corrected, &changed, &s->c->err)) {
        note(s, s->c->err.msg);
        err_clear(&s->c->err);
        return false;
    }
    if (!changed) {
        note(s, "nothing was changed: no verdict");
        return false;
    }
    v->pass = 0;
    return true;
}

static bool undo(struct session *s, bool *ret_found)
{
    int64_t item;
    if (!review_undo(s->x->s, s->a, s->x->who, 0, s->deal.lock_s, &item, &s->c->err))
        return false;
    if (!item) {
        note(s, "there is no verdict of yours to undo");
        return true;
    }
    if (item != s->it.id && !review_release(s->x->s, s->it.id, s->x->who, &s->c->err))
        return false;
    s->done -= s->done > 0;
    note(s, "taken back");
    return fetch(s, item, ret_found);
}

static void scroll(struct session *s, int key)
{
    int columns, rows;
    screen_size(&columns, &rows);
    size_t body = rows > 4 ? (size_t)rows - 2 : 1, most = s->lines.n > body ? s->lines.n - body : 0,
           top = s->top;
    if (key == 'j' || key == SCREEN_DOWN)
        top++;
    else if (key == 'k' || key == SCREEN_UP)
        top -= top > 0;
    else if (key == ' ' || key == SCREEN_PAGE_DOWN)
        top += body;
    else if (key == 'b' || key == SCREEN_PAGE_UP)
        top = top > body ? top - body : 0;
    else if (key == SCREEN_HOME)
        top = 0;
    else if (key == SCREEN_END)
        top = most;
    s->top = top < most ? top : most;
}

/* One key; *ret_found false: nothing is left or the reviewer quits. */
static bool press(struct session *s, int key, bool *ret_found)
{
    struct review_verdict v;
    const struct review_scale *scale = &s->x->o.scale;
    bool judged = false;
    review_verdict_init(&v);
    if (key >= '0' + scale->from && key <= '0' + scale->to) {
        v.score = key - '0';
        v.pass = key - '0' >= scale->pass_from;
        judged = true;
    } else if (key == 'a') {
        v.pass = 1;
        judged = true;
    } else if (key == 'e') {
        judged = edit(s, &v);
    } else if (key == 'f') {
        judged = flag(s, &v);
    } else if (key == 's') {
        v.kind = REVIEW_SKIP;
        judged = screen_ask(s->a, "why skip? ", &v.comment) && v.comment.n;
    } else if (key == 'u') {
        return undo(s, ret_found);
    } else if (key == '?') {
        help(s);
    } else if (key == SCREEN_RESIZED) {
        layout(s);
    } else if (key == 'q' || key == SCREEN_QUIT) {
        *ret_found = false;
    } else {
        scroll(s, key);
    }
    return !judged || submit(s, &v, ret_found);
}

static int cmd_next(struct cmd *c)
{
    CLEANUP(store_closep) struct store *store = NULL;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct review_ctx x;
    bool found = false, ok = review_open(c, c->argc ? c->argv[0] : NULL, &x);
    store = x.s;
    struct session s = {.c = c, .x = &x, .a = a};
    s.deal = (struct review_deal){.reviewer = x.who,
                                  .feature = x.f ? x.f->name : NULL,
                                  .lock_s = x.o.lock_s,
                                  .known_share = x.o.known_share,
                                  .disputed = opt_flag(c, "disputed"),
                                  .skipped = opt_flag(c, "skipped"),
                                  .resume = true,
                                  .seed = c->env->seed};
    if (!ok)
        return cmd_fail(c);
    if (!screen_open(&c->err)) {
        err_hint(&c->err, "In scripts: plimsoll review label ITEM --verdict pass|fail.");
        return cmd_fail(c);
    }
    ok = fetch(&s, 0, &found);
    bool any = found, quit = false;
    while (ok && found) {
        draw(&s);
        int key = screen_key();
        quit = key == 'q' || key == SCREEN_QUIT;
        ok = press(&s, key, &found);
    }
    screen_close();
    vec_free(&s.lines);
    if (!ok || !review_release(store, 0, x.who, &c->err))
        return cmd_fail(c);
    printf("%lld verdict%s stored%s\n", (long long)s.done, s.done == 1 ? "" : "s",
           quit   ? ""
           : !any ? "; nothing waits for you"
                  : "; that was the last item for you");
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {0, "disputed", OPT_FLAG, NULL, "settle what other reviewers disagree on"},
    {0, "skipped", OPT_FLAG, NULL, "look at what was skipped"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_next;
const struct cmd_def def_review_next = {
    .name = "review next",
    .synopsis = "[FEATURE]",
    .summary = "review outputs on the terminal with single keys",
    .help = "Shows one output after the other, those that need a person most first: 1-9 score,\n"
            "a accept, e edit in $EDITOR, f flag with a code, s skip, u undo, ? help, q quit.\n"
            "Each verdict is stored at once. Nobody else gets the item you look at.",
    .examples = "plimsoll review next\nplimsoll review next triage --by ann\n"
                "plimsoll review next --disputed",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_next,
};
