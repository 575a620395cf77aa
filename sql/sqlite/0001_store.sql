-- Runs, what was called, what came back, how it was graded, what was decided on it.
-- docs/internals/store.md says why the tables are cut this way.

-- Short texts that come back often (models, finish reasons, grade reasons), stored once.
CREATE TABLE phrase (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- Long texts (assembled requests, long outputs), by content. `base` is the payload whose bytes
-- served as the zstd dictionary; size = length(data) and no base: not compressed.
CREATE TABLE payload (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    base INTEGER,
    data BLOB NOT NULL
) STRICT;
-- Half of the hash is enough to find it by, and keeps the index small enough to stay in memory.
CREATE INDEX payload_hash ON payload (substr(hash, 1, 8));

-- Golden examples as they were when they ran, by content.
CREATE TABLE item (
    id    INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL,
    name  TEXT NOT NULL,       -- the example's own id
    split INTEGER NOT NULL,    -- 0 train, 1 test, 2 anchor
    tags  TEXT,                -- JSON object
    cluster TEXT,              -- what it belongs to and is not independent of
    weight REAL,               -- NULL: 1
    body  BLOB NOT NULL        -- the whole line as JSON, packed
) STRICT;
CREATE INDEX item_hash ON item (substr(hash, 1, 8));

-- What a model answered. `key` identifies the whole request and the epoch and is what later runs
-- find the answer by; errors and answers taken over by --fresh have none.
CREATE TABLE output (
    id              INTEGER PRIMARY KEY,
    key             BLOB UNIQUE,
    status          INTEGER NOT NULL, -- 0 ok, 1 refused, 2 error
    text            BLOB,             -- a short output, or:
    text_payload    INTEGER,
    request         INTEGER,          -- payload: the messages as sent
    record          BLOB,             -- JSON object: tool_calls, logprobs, refusal …; packed
    model           INTEGER,          -- phrase: as the provider named it
    finish_reason   INTEGER,          -- phrase
    error_kind      TEXT,             -- name of the error code
    error           TEXT,
    latency_ms      REAL,
    ttft_ms         REAL,
    queued_ms       REAL,
    retry_wait_ms   REAL,
    cost_usd        REAL,
    confidence      REAL,
    tokens_input    INTEGER,
    tokens_output   INTEGER,
    tokens_cached   INTEGER,
    attempts        INTEGER,
    created_at      REAL NOT NULL
) STRICT;

CREATE TABLE run (
    id             INTEGER PRIMARY KEY, -- shown as r1, r2, …
    feature        TEXT NOT NULL,
    started_at     REAL NOT NULL,
    ended_at       REAL,                -- NULL: not finished, or killed
    ended_why      TEXT,                -- NULL: everything planned was done
    golden_version TEXT NOT NULL,
    golden_path    TEXT,
    success        TEXT NOT NULL,       -- the expression
    seed           INTEGER NOT NULL,
    price_date     TEXT,
    program        TEXT NOT NULL,
    libraries      TEXT NOT NULL,
    unicode        TEXT NOT NULL,
    options        TEXT NOT NULL        -- JSON object
) STRICT;
CREATE INDEX run_feature ON run (feature, id);

CREATE TABLE run_variant (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES run (id),
    name        TEXT NOT NULL,
    model       TEXT NOT NULL,          -- as the spec names it
    fingerprint TEXT NOT NULL,          -- of model, prompt, parameters, context
    prompt      TEXT,                   -- file name
    prompt_hash TEXT,
    params      TEXT,                   -- JSON
    planned     INTEGER NOT NULL,       -- units of work: items times epochs
    epochs      INTEGER NOT NULL,
    wall_s      REAL,                   -- time spent on it, resumed parts added
    UNIQUE (run, name)
) STRICT;

CREATE TABLE run_grader (
    run       INTEGER NOT NULL REFERENCES run (id),
    pos       INTEGER NOT NULL,         -- place in unit.grades
    name      TEXT NOT NULL,
    type      TEXT NOT NULL,
    weight    REAL NOT NULL,
    threshold REAL,
    hash      TEXT NOT NULL,            -- of its definition
    PRIMARY KEY (run, pos)
) STRICT, WITHOUT ROWID;

-- One unit of work of a run: an item under a variant in an epoch.
CREATE TABLE unit (
    variant INTEGER NOT NULL,           -- run_variant
    item    INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    output  INTEGER NOT NULL,
    outcome INTEGER NOT NULL,           -- 0 pass, 1 fail, 2 error: of the success expression
    score   REAL,                       -- weighted mean of the graders; NULL when unknown
    grading_cost_usd REAL,              -- of graders that ask models; NULL: none did, -1: unknown
    grades  BLOB NOT NULL,              -- packed, one a grader in order of run_grader.pos
    PRIMARY KEY (variant, item, epoch)
) STRICT, WITHOUT ROWID;

-- What graders asked models about a unit, in the order they asked. Answers are rows of output.
CREATE TABLE unit_call (
    variant INTEGER NOT NULL,
    item    INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    grader  INTEGER NOT NULL,           -- run_grader.pos
    seq     INTEGER NOT NULL,
    output  INTEGER NOT NULL,
    PRIMARY KEY (variant, item, epoch, grader, seq)
) STRICT, WITHOUT ROWID;

-- Verdicts of the gate and who shipped what on which evidence. Rows are only added.
CREATE TABLE decision (
    id             INTEGER PRIMARY KEY,
    feature        TEXT NOT NULL,
    variant        TEXT NOT NULL,
    run            INTEGER REFERENCES run (id),
    baseline       TEXT,
    baseline_run   INTEGER,
    verdict        TEXT NOT NULL,       -- ship, no_ship, inconclusive
    shipped        INTEGER NOT NULL,    -- 1: marked as shipped with this decision
    golden_version TEXT,
    evidence       TEXT NOT NULL,       -- the gate's whole JSON answer
    decided_by     TEXT,
    decided_at     REAL NOT NULL,
    program        TEXT NOT NULL
) STRICT;
CREATE INDEX decision_feature ON decision (feature, id);
