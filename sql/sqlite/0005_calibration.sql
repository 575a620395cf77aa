-- How a judge's verdicts compare with people's: one row each time somebody measured it. Rows are
-- only added; the newest of a grader's definition counts.

CREATE TABLE calibration (
    id          INTEGER PRIMARY KEY,
    feature     TEXT NOT NULL,
    grader      TEXT NOT NULL,
    hash        TEXT NOT NULL,      -- of the grader's definition, as run_grader has it
    pass_pass   INTEGER NOT NULL,   -- people pass, judge passes
    pass_fail   INTEGER NOT NULL,   -- people pass, judge fails
    fail_pass   INTEGER NOT NULL,
    fail_fail   INTEGER NOT NULL,
    made_by     TEXT,
    made_at     REAL NOT NULL
) STRICT;
CREATE INDEX calibration_of ON calibration (feature, grader, hash);
