-- Tickets: failures of the product that somebody must answer for. What happened to a ticket is in
-- ticket_event, rows that are only added; its state is the last event's.

CREATE TABLE ticket (
    id         INTEGER PRIMARY KEY,   -- shown as T1, T2, …
    kind       TEXT NOT NULL,         -- hallucination, refusal, injection, leakage, wrong, other
    severity   INTEGER NOT NULL,      -- 1 critical … 4 low
    title      TEXT NOT NULL,
    feature    TEXT,
    dedupe     TEXT UNIQUE,           -- the same failure again finds its ticket by this
    item       TEXT,                  -- the example it was seen on
    run        INTEGER,               -- where it was seen, NULL: not in a run
    variant    TEXT,
    evidence   TEXT,                  -- what was seen; shown, never interpreted
    source     TEXT NOT NULL,         -- hand, rule NAME, user report
    opened_at  REAL NOT NULL
) STRICT;

CREATE TABLE ticket_event (
    id      INTEGER PRIMARY KEY,
    ticket  INTEGER NOT NULL REFERENCES ticket (id),
    at      REAL NOT NULL,
    who     TEXT,
    action  TEXT NOT NULL,            -- open, assign, acknowledge, fix, close, verify, reopen, merge, seen, note
    state   TEXT NOT NULL,            -- after it: open, acknowledged, fixed, verified, closed, merged
    owner   TEXT,                     -- after it
    example TEXT,                     -- fix: the regression example's id
    other   INTEGER,                  -- merge: the ticket it went into
    affected INTEGER NOT NULL,        -- users or outputs this event adds to the affected count
    note    TEXT
) STRICT;
CREATE INDEX ticket_event_ticket ON ticket_event (ticket, id);
