/*
 * Inspect logs: `.json` (one object) and `.eval` (ZIP; deflate or zstd). Samples become golden
 * lines, their answers recorded outputs of a variant named after the model; scores are kept
 * beside each output. Strings "tc://…" and "attachment://…" resolve through attachments. A log
 * without header.json (a crashed run) gives what samples it has.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "import/import.h"
#include "import/record.h"
#include "import/zip.h"
#include "text/json.h"

struct log {
    struct import *im;
    struct str model;
    size_t n_samples, n_errors, n_unscored;
    struct map ids; /* sample id -> struct str golden id */
};

static struct str resolve(yyjson_val *sample, struct str s)
{
    static const char *const schemes[] = {"tc://", "attachment://"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (!str_starts_c(s, schemes[i]))
            continue;
        struct str key = str_sub(s, strlen(schemes[i]), s.n);
        yyjson_val *v = yyjson_obj_getn(json_get(sample, "attachments"), key.p, key.n);
        if (v)
            return json_str(v);
    }
    return s;
}

/* Message content is text or a list of parts; only text parts come over. */
static struct str content_text(struct log *l, yyjson_val *sample, yyjson_val *content)
{
    if (yyjson_is_str(content))
        return resolve(sample, json_str(content));
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    size_t i, n;
    yyjson_val *part;
    yyjson_arr_foreach(content, i, n, part)
    {
        struct str text = json_get_str(part, "text"), type = json_get_str(part, "type");
        if (text.p)
            buf_add_str(&b, resolve(sample, text));
        else if (type.n)
            import_note(l->im, IMPORT_LEFT, "a message part of type %.*s", STR_ARG(type));
    }
    return arena_str(l->im->a, buf_str(&b));
}

static void write_input(struct log *l, struct jw *w, yyjson_val *sample)
{
    yyjson_val *input = json_get(sample, "input"), *choices = json_get(sample, "choices");
    jw_key(w, "input");
    jw_obj(w);
    if (yyjson_is_arr(input)) {
        CLEANUP(buf_release) struct buf b = {0};
        buf_init(&b, BUF_MAX_BODY);
        size_t i, n;
        yyjson_val *m;
        yyjson_arr_foreach(input, i, n, m)
        {
            struct str role = json_get_str(m, "role");
            if (b.n)
                buf_add_c(&b, "\n\n");
            if (yyjson_arr_size(input) > 1)
                buf_printf(&b, "%.*s: ", STR_ARG(role));
            buf_add_str(&b, content_text(l, sample, json_get(m, "content")));
        }
        jw_kstr(w, "text", buf_str(&b));
    } else {
        jw_kstr(w, "text", resolve(sample, json_str(input)));
    }
    if (choices && !yyjson_is_null(choices)) {
        jw_key(w, "choices");
        jw_value(w, choices);
    }
    jw_end(w);
}

static void write_tags(struct log *l, struct jw *w, yyjson_val *metadata)
{
    size_t i, n;
    yyjson_val *k, *v;
    if (!yyjson_is_obj(metadata) || yyjson_obj_size(metadata) == 0)
        return;
    jw_key(w, "tags");
    jw_obj(w);
    yyjson_obj_foreach(metadata, i, n, k, v)
    {
        if (yyjson_is_str(v) && yyjson_get_len(v) > 100) {
            import_note(l->im, IMPORT_LEFT, "metadata %s: a text too long for a tag",
                        yyjson_get_str(k));
            continue;
        }
        jw_key_str(w, json_str(k));
        jw_value(w, v);
    }
    jw_end(w);
}

static struct str golden_id(struct log *l, yyjson_val *sample)
{
    struct arena *a = l->im->a;
    yyjson_val *id = json_get(sample, "id"), *target = json_get(sample, "target");
    struct str key = id ? arena_str(a, json_display(a, id)) : STR("sample");
    struct str *known = map_get(&l->ids, key);
    if (known)
        return *known;
    struct jw w;
    known = ARENA_NEW(a, struct str);
    import_golden_begin(l->im, &w, key, known);
    write_input(l, &w, sample);
    if (yyjson_is_str(target) ? yyjson_get_len(target) > 0 : target && !yyjson_is_null(target)) {
        jw_key(&w, "expected");
        jw_value(&w, target);
    }
    write_tags(l, &w, json_get(sample, "metadata"));
    import_golden_end(l->im, &w);
    map_put(&l->ids, key, known);
    return *known;
}

/* C = 1, P = 0.5, I and N = 0, numbers and booleans as they are; NaN and the rest unscored. */
static void write_score(struct log *l, struct jw *w, yyjson_val *value)
{
    struct str s = json_str(value);
    if (str_eq_c(s, "C"))
        jw_num(w, 1);
    else if (str_eq_c(s, "P"))
        jw_num(w, 0.5);
    else if (str_eq_c(s, "I") || str_eq_c(s, "N"))
        jw_num(w, 0);
    else if (yyjson_is_num(value) && isfinite(yyjson_get_num(value)))
        jw_num(w, yyjson_get_num(value));
    else if (yyjson_is_bool(value))
        jw_bool(w, yyjson_get_bool(value));
    else if (yyjson_is_obj(value) || yyjson_is_arr(value) || yyjson_is_str(value))
        jw_value(w, value);
    else {
        l->n_unscored++;
        jw_null(w);
    }
}

static struct str error_of(yyjson_val *sample)
{
    yyjson_val *error = json_get(sample, "error"), *output = json_get(sample, "output");
    if (yyjson_is_obj(error))
        return json_get_str(error, "message");
    if (yyjson_is_str(error))
        return json_str(error);
    return json_get_str(output, "error");
}

static void write_scores(struct log *l, struct jw *w, yyjson_val *sample)
{
    yyjson_val *scores = json_get(sample, "scores"), *old = json_get(sample, "score"), *k, *v;
    size_t i, n;
    if (!yyjson_is_obj(scores) && !yyjson_is_obj(old))
        return;
    jw_key(w, "imported_scores");
    jw_obj(w);
    if (yyjson_is_obj(scores)) {
        yyjson_obj_foreach(scores, i, n, k, v)
        {
            jw_key_str(w, json_str(k));
            write_score(l, w, json_get(v, "value"));
        }
    } else {
        jw_key(w, "score");
        write_score(l, w, json_get(old, "value"));
    }
    jw_end(w);
}

static void one_sample(struct log *l, yyjson_val *sample)
{
    struct str id = golden_id(l, sample);
    yyjson_val *output = json_get(sample, "output"), *usage = json_get(output, "usage");
    yyjson_val *choices = json_get(output, "choices");
    yyjson_val *first = yyjson_is_arr(choices) ? yyjson_arr_get_first(choices) : NULL;
    struct str text = content_text(l, sample, json_get(json_get(first, "message"), "content"));
    double epoch = json_get_num(sample, "epoch", 1),
           seconds = json_get_num(sample, "working_time", (double)NAN);
    if (text.n == 0)
        text = json_get_str(output, "completion");
    if (epoch < 1 || epoch > 100000)
        epoch = 1;
    if ((int)epoch > l->im->epochs)
        l->im->epochs = (int)epoch;
    struct import_variant *v = import_variant(
        l->im, l->model.n ? arena_strndup(l->im->a, l->model.p, l->model.n) : "recorded");
    struct jw w;
    record_begin(v, &w, id, (long long)epoch, text);
    double cached = json_get_num(usage, "input_tokens_cache_read", (double)NAN);
    double in = json_get_num(usage, "input_tokens", (double)NAN);
    record_numbers(&w, seconds * 1000, json_get_num(usage, "total_cost", (double)NAN),
                   isnan(cached) ? in : in + cached,
                   json_get_num(usage, "output_tokens", (double)NAN), cached);
    if (json_get_str(first, "stop_reason").n)
        jw_kstr(&w, "finish_reason", json_get_str(first, "stop_reason"));
    if (error_of(sample).n) {
        jw_kstr(&w, "error", error_of(sample));
        l->n_errors++;
    }
    write_scores(l, &w, sample);
    record_end(v, &w);
    l->n_samples++;
}

static void read_header(struct log *l, yyjson_val *header)
{
    yyjson_val *eval = json_get(header, "eval");
    struct str task = json_get_str(eval, "task"), status = json_get_str(header, "status");
    l->model = json_get_str(eval, "model");
    if (task.n)
        l->im->project = import_name(l->im->a, arena_strndup(l->im->a, task.p, task.n));
    if (status.n && !str_eq_c(status, "success"))
        import_note(l->im, IMPORT_APPROXIMATED,
                    "the log's status is %.*s: it may hold only part of the samples",
                    STR_ARG(status));
    if (json_get(header, "plan"))
        import_note(l->im, IMPORT_LEFT,
                    "the plan (solvers): they are Python; prompts are seen in the inputs");
}

static bool read_zip(struct log *l, struct str bytes, const char *path, struct err *e)
{
    struct zip z;
    struct str text;
    yyjson_val *v;
    if (!zip_open(l->im->a, bytes, path, &z, e))
        return false;
    const struct zip_member *header = zip_find(&z, "header.json");
    if (!header) {
        header = zip_find(&z, "_journal/start.json");
        import_note(l->im, IMPORT_APPROXIMATED,
                    "the log has no header.json: the run did not end by itself");
    }
    if (header) {
        if (!zip_read(l->im->a, &z, header, &text, e) ||
            !json_parse_nan(l->im->a, text, path, 1, &v, e))
            return false;
        read_header(l, v);
    }
    for (size_t i = 0; i < z.n; i++) {
        struct str name = z.members[i].name;
        if (!str_starts_c(name, "samples/") || !str_ends_c(name, ".json"))
            continue;
        if (!zip_read(l->im->a, &z, &z.members[i], &text, e))
            return false;
        if (!json_parse_nan(l->im->a, text, path, 1, &v, e))
            return err_wrap(e, "member %.*s", STR_ARG(name));
        one_sample(l, v);
    }
    return true;
}

static bool read_json(struct log *l, struct str text, const char *path, struct err *e)
{
    yyjson_val *root, *sample;
    size_t i, n;
    if (!json_parse_nan(l->im->a, text, path, 1, &root, e))
        return false;
    if (!json_get(root, "eval")) {
        err_set(e, ERR_INPUT, "no `eval` in this file: not an Inspect log");
        return err_at(e, path, 1, 1);
    }
    read_header(l, root);
    yyjson_arr_foreach(json_get(root, "samples"), i, n, sample) one_sample(l, sample);
    return true;
}

static bool read_log(struct import *im, const char *path, struct err *e)
{
    struct log l = {.im = im};
    struct str bytes;
    if (!file_read(im->a, path, BUF_MAX_FILE, &bytes, e))
        return false;
    bool ok =
        str_starts_c(bytes, "PK") ? read_zip(&l, bytes, path, e) : read_json(&l, bytes, path, e);
    map_release(&l.ids);
    if (!ok)
        return false;
    if (l.n_samples == 0)
        import_note(im, IMPORT_LEFT, "the log holds no samples, only its header");
    if (im->variants.n == 0)
        import_variant(im, l.model.n ? arena_strndup(im->a, l.model.p, l.model.n) : "recorded")
            ->model = "builtin:majority";
    import_grader(im, "target", STR("{\"type\": \"contains\", \"mode\": \"any\"}"));
    im->task = "qa";
    import_note(im, IMPORT_CAME, "%zu samples as %zu golden lines%s", l.n_samples, im->n_golden,
                l.n_errors ? "" : "");
    if (l.n_errors)
        import_note(im, IMPORT_CAME, "%zu samples with an error, kept as errors", l.n_errors);
    if (l.n_unscored)
        import_note(im, IMPORT_APPROXIMATED, "%zu scores were NaN: they are null, unscored",
                    l.n_unscored);
    import_note(
        im, IMPORT_APPROXIMATED,
        "scorers are Python: their values are kept beside each output (imported_scores), and "
        "`contains` the target stands in");
    return true;
}

extern const struct importer_ops importer_inspect;
const struct importer_ops importer_inspect = {
    .name = "inspect",
    .summary = "an Inspect log: .eval or .json",
    .run = read_log,
};
