#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/*
 * The review queue: outputs that wait for a person, why each is here, and who is looking at it.
 * Verdicts on them are in review/label.h.
 *
 * Several reviewers and processes may work on it at once: review_next hands an item to no more
 * people than it wants, by a lock that expires. Everything is one transaction each, so that a
 * kill loses nothing that was answered.
 */
enum review_state {
    REVIEW_PENDING,
    REVIEW_LOCKED, /* pending, and as many people as it wants are looking at it */
    REVIEW_DONE,
    REVIEW_SKIPPED,  /* somebody could not decide; state_why says why */
    REVIEW_DECLINED, /* not fit for review; state_why says why */
    REVIEW_DISPUTED, /* its reviewers disagree: wants adjudication */
    REVIEW_N_STATES
};
const char *review_state_name(enum review_state s); /* "pending" */

/* How an item got here. Rates of different streams are never put together: only routed and audit
 * items have an inclusion probability and speak for all outputs. */
enum review_stream {
    REVIEW_ROUTED, /* below the threshold, or a rule */
    REVIEW_AUDIT,  /* drawn uniformly from the rest */
    REVIEW_PICKED, /* chosen to learn from (review today) */
    REVIEW_ADDED,  /* by hand */
    REVIEW_KNOWN,  /* its verdict is known: seeded to notice rubber-stamping */
    REVIEW_N_STREAMS
};
const char *review_stream_name(enum review_stream s); /* "routed" */

struct review_item {
    int64_t id; /* shown as R7 */
    struct str feature;
    struct str variant;         /* or null */
    int64_t run;                /* 0: not from a run */
    int64_t batch;              /* 0: not routed */
    int64_t unit_variant, item; /* with epoch: its unit (store/units.h); 0: none */
    int epoch;
    int64_t output;            /* store/outputs.h; 0: none */
    struct str name;           /* the example's own id */
    enum review_stream stream; /* a page must not show this before the verdict: REVIEW_KNOWN */
    struct str reason;         /* one sentence */
    struct str rule;           /* or null */
    struct str source;         /* "route", "today", "hand", … */
    double confidence;         /* at routing; NaN: there was none */
    double inclusion;          /* probability of getting here; NaN: unknown */
    double priority;           /* larger first */
    int wanted;                /* reviewers */
    int decided;               /* reviewers whose verdict stands */
    int locks;                 /* people looking at it now */
    int known_pass;            /* 0, 1; -1: not seeded. Not for the reviewer's eyes */
    enum review_state state;
    struct str state_why;       /* of skipped and declined; or null */
    int64_t final;              /* the verdict that counts; 0: not done */
    int final_pass;             /* 0, 1; -1: not done */
    double created_at, done_at; /* done_at NaN: not yet */
};

/* What is reviewed, as it was when it was routed. JSON texts, null where absent. */
struct review_text {
    struct str input;    /* JSON object */
    struct str expected; /* JSON */
    struct str context;  /* JSON list */
    struct str tags;     /* JSON object */
    struct str output;   /* plain text: never trusted */
    struct str seen;     /* hash of output: goes into the verdict */
};

/* What to put into the queue. Zero and null: absent (confidence and inclusion: NaN). */
struct review_new {
    struct str feature, variant, name, reason, rule, source;
    int64_t run, batch, unit_variant, item, output;
    int epoch;
    struct str body, text; /* without a run: the example as a JSON line, and the output */
    struct store_key dedupe;
    enum review_stream stream;
    double confidence, inclusion, priority;
    int wanted;     /* at least 1 */
    int known_pass; /* REVIEW_KNOWN: 0 or 1 */
};

/* Identity of an output: the same output of the same variant for the same example is reviewed
 * once. */
struct store_key review_dedupe(struct str feature, struct str fingerprint, struct str name,
                               struct str output);

enum review_added {
    REVIEW_ADD_NEW,
    REVIEW_ADD_THERE, /* was in the queue already; see review_add */
    REVIEW_ADD_FULL   /* `max_open` items are open: nothing was written */
};

/*
 * Adds an item; inside a transaction (store_begin). An item that is there already keeps its
 * verdicts; when it comes as routed or audit, stream, reason, rule, batch and inclusion become
 * those of the new batch: it belongs to the population it was drawn from last. `max_open` 0: no
 * cap. Known items do not count against the cap.
 */
MUST_CHECK bool review_add(struct store *s, const struct review_new *n, int64_t max_open,
                           enum review_added *ret, int64_t *ret_id, struct err *e);

/* "R7" or "7". ERR_NOT_FOUND when there is no such item. Texts live in the arena. */
MUST_CHECK bool review_parse_id(const char *text, int64_t *ret, struct err *e);
MUST_CHECK bool review_get(struct store *s, struct arena *a, int64_t id, struct review_item *ret,
                           struct err *e);
MUST_CHECK bool review_text(struct store *s, struct arena *a, const struct review_item *it,
                            struct review_text *ret, struct err *e);

/* What to list; zero and NULL: all. */
struct review_filter {
    const char *feature, *variant;
    int state;     /* enum review_state; -1: all. REVIEW_PENDING includes locked ones */
    int stream;    /* enum review_stream; -1: all */
    int64_t after; /* only ids above */
    size_t limit;  /* 0: 1,000 */
};
/* In order of id. */
MUST_CHECK bool review_list(struct store *s, struct arena *a, const struct review_filter *f,
                            struct review_item **ret, size_t *ret_n, struct err *e);

struct review_counts {
    int64_t state[REVIEW_N_STATES];   /* pending and locked apart; known items not counted */
    int64_t stream[REVIEW_N_STREAMS]; /* open ones: pending, locked, disputed */
    double oldest;                    /* when the oldest open item came; NaN: none */
};
/* feature NULL: all. */
MUST_CHECK bool review_count(struct store *s, const char *feature, struct review_counts *ret,
                             struct err *e);

/* How to deal. */
struct review_deal {
    const char *reviewer; /* never NULL */
    const char *feature;  /* NULL: any */
    double lock_s;        /* how long it is kept for the reviewer; 0: 600 */
    double known_share;   /* share of deals that are seeded items, 0 … 1 */
    bool disputed;        /* deal what others disagree on, for adjudication */
    bool skipped;         /* deal what was skipped */
    bool resume;          /* an item the reviewer has locked already comes first */
    int64_t only;         /* this item; 0: the next one */
    uint64_t seed;
};
/*
 * Hands the reviewer the next item and locks it for them: of larger priority first. Never one they
 * have judged, have locked (but for `resume`), or that has as many verdicts and locks as it wants.
 * May be called again before the verdict, to fetch ahead. *ret_found false: nothing is left.
 * A transaction of its own.
 */
MUST_CHECK bool review_next(struct store *s, struct arena *a, const struct review_deal *d,
                            struct review_item *ret, bool *ret_found, struct err *e);

/* Keeps a lock for another `seconds`; *ret_held false: it had expired and somebody else has the
 * place. */
MUST_CHECK bool review_extend(struct store *s, int64_t item, const char *reviewer, double seconds,
                              bool *ret_held, struct err *e);
/* Gives an item back without a verdict; fine when there was no lock. item 0: all of theirs. */
MUST_CHECK bool review_release(struct store *s, int64_t item, const char *reviewer, struct err *e);
