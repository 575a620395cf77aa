-- People's review of outputs: how outputs were routed, the queue, verdicts. docs/internals/review.md
-- says how the tables work together.

-- One routing of a variant's outputs of a run: the population its samples stand for.
CREATE TABLE review_batch (
    id             INTEGER PRIMARY KEY,
    feature        TEXT NOT NULL,
    variant        TEXT NOT NULL,
    run            INTEGER NOT NULL,
    run_variant    INTEGER NOT NULL,
    fingerprint    TEXT NOT NULL,       -- of model, prompt, parameters, context
    golden_version TEXT NOT NULL,
    source         TEXT NOT NULL,       -- where confidence came from
    threshold      REAL,                -- NULL: none, everything is routed
    audit          REAL NOT NULL,       -- share of the rest that was to be audited
    seed           INTEGER NOT NULL,
    n              INTEGER NOT NULL,    -- outputs
    n_absent       INTEGER NOT NULL,    -- of them without a confidence: routed
    n_routed       INTEGER NOT NULL,    -- below the threshold or caught by a rule
    n_queued       INTEGER NOT NULL,    -- of those routed, how many went into the queue
    n_rest         INTEGER NOT NULL,    -- accepted without review, but for the audit
    n_audit        INTEGER NOT NULL,    -- of the rest, how many are audited
    at             REAL NOT NULL
) STRICT;
CREATE INDEX review_batch_feature ON review_batch (feature, id);

CREATE TABLE review_item (
    id          INTEGER PRIMARY KEY,    -- shown as R1, R2, …
    feature     TEXT NOT NULL,
    variant     TEXT,
    run         INTEGER,                -- NULL: not from a run
    batch       INTEGER,                -- review_batch it was routed in last
    unit_variant INTEGER,               -- run_variant, item and epoch of its unit
    item        INTEGER,
    epoch       INTEGER,
    output      INTEGER,
    name        TEXT NOT NULL,          -- the example's own id
    body        BLOB,                   -- not from a run: the example as JSON, packed
    text        BLOB,                   -- not from a run: the output, packed
    dedupe      BLOB NOT NULL UNIQUE,
    stream      INTEGER NOT NULL,       -- 0 routed, 1 audit, 2 picked, 3 added, 4 known
    reason      TEXT NOT NULL,
    rule        TEXT,
    source      TEXT NOT NULL,          -- what put it here
    confidence  REAL,                   -- at routing
    inclusion   REAL,                   -- probability with which it got here; NULL: unknown
    priority    REAL NOT NULL,
    wanted      INTEGER NOT NULL,       -- reviewers
    known_pass  INTEGER,                -- seeded items: the right verdict
    known_used  INTEGER NOT NULL DEFAULT 0,
    state       INTEGER NOT NULL,       -- 0 pending, 2 done, 3 skipped, 4 declined, 5 disputed
    state_why   TEXT,
    decided     INTEGER NOT NULL,       -- reviewers whose verdict stands
    final       INTEGER,                -- review_verdict that counts, once done
    final_pass  INTEGER,
    created_at  REAL NOT NULL,
    done_at     REAL
) STRICT;
CREATE INDEX review_item_next ON review_item (state, priority DESC, id);
CREATE INDEX review_item_feature ON review_item (feature, state);
CREATE INDEX review_item_batch ON review_item (batch);

-- Who is looking at what, until when.
CREATE TABLE review_lock (
    item     INTEGER NOT NULL,
    reviewer TEXT NOT NULL,
    taken_at REAL NOT NULL,
    expires  REAL NOT NULL,
    PRIMARY KEY (item, reviewer)
) STRICT, WITHOUT ROWID;

-- What reviewers said. Rows are only added: the triggers see to it.
CREATE TABLE review_verdict (
    id          INTEGER PRIMARY KEY,
    item        INTEGER NOT NULL REFERENCES review_item (id),
    reviewer    TEXT NOT NULL,
    at          REAL NOT NULL,
    kind        INTEGER NOT NULL,       -- 0 label, 1 skip, 2 decline, 3 retract
    pass        INTEGER,                -- label
    score       REAL,
    criteria    TEXT,                   -- JSON object: criterion -> number
    corrected   TEXT,                   -- the output as it should have been
    codes       TEXT,                   -- JSON list of failure codes
    comment     TEXT,                   -- also the reason of skip and decline
    seen        TEXT,                   -- hash of the output that was looked at
    seconds     REAL,                   -- from being shown to the verdict
    key         TEXT NOT NULL UNIQUE,   -- idempotency: the same key again is the same verdict
    supersedes  INTEGER,                -- the same reviewer's verdict before
    adjudicates INTEGER NOT NULL        -- 1: settles a disagreement of others
) STRICT;
CREATE INDEX review_verdict_item ON review_verdict (item, id);
CREATE INDEX review_verdict_who ON review_verdict (reviewer, id);
CREATE INDEX review_verdict_at ON review_verdict (at);
CREATE TRIGGER review_verdict_kept BEFORE UPDATE ON review_verdict
BEGIN SELECT RAISE(ABORT, 'verdicts are only added, never changed'); END;
CREATE TRIGGER review_verdict_stays BEFORE DELETE ON review_verdict
BEGIN SELECT RAISE(ABORT, 'verdicts are only added, never deleted'); END;

-- Which verdict of each reviewer stands: the last one. Can be rebuilt from review_verdict.
CREATE TABLE review_standing (
    item        INTEGER NOT NULL,
    reviewer    TEXT NOT NULL,
    verdict     INTEGER NOT NULL,
    PRIMARY KEY (item, reviewer)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_standing_who ON review_standing (reviewer);

-- Failure codes and what was merged into what. The last row of a code counts.
CREATE TABLE review_code (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    title  TEXT,
    into_  TEXT,                        -- merged into this code
    who    TEXT,
    at     REAL NOT NULL
) STRICT;
CREATE INDEX review_code_name ON review_code (name, id);

-- Thresholds that were fitted, and on what: stale when any of it changes.
CREATE TABLE review_threshold (
    id             INTEGER PRIMARY KEY,
    feature        TEXT NOT NULL,
    variant        TEXT NOT NULL,
    model          TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    prompt_hash    TEXT,
    golden_version TEXT NOT NULL,
    source         TEXT NOT NULL,       -- of the confidence
    threshold      REAL,                -- NULL: none could be promised
    max_error      REAL NOT NULL,
    confidence     REAL NOT NULL,
    n              INTEGER NOT NULL,
    answer         TEXT NOT NULL,       -- JSON
    who            TEXT,
    at             REAL NOT NULL
) STRICT;
CREATE INDEX review_threshold_feature ON review_threshold (feature, variant, id);
