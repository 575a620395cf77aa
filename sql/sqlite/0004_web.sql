-- Who may use the web interface, their sessions and API tokens, and what was done through it.
-- Only hashes of secrets are kept.

CREATE TABLE web_user (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    role       TEXT NOT NULL,         -- viewer, reviewer, admin
    password   TEXT NOT NULL,         -- argon2id, with its salt and cost
    created_at REAL NOT NULL
) STRICT;

CREATE TABLE web_session (
    hash       TEXT PRIMARY KEY,      -- of the cookie's value
    user       INTEGER NOT NULL REFERENCES web_user (id),
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE web_token (
    id         INTEGER PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,         -- what it is for
    role       TEXT NOT NULL,         -- what it may do: viewer, reviewer, admin
    created_at REAL NOT NULL,
    expires_at REAL,                  -- NULL: never
    revoked_at REAL
) STRICT;

-- Failed logins of the last minutes: the throttle counts them.
CREATE TABLE web_login_failure (
    id   INTEGER PRIMARY KEY,
    at   REAL NOT NULL,
    name TEXT NOT NULL,
    peer TEXT NOT NULL
) STRICT;
CREATE INDEX web_login_failure_at ON web_login_failure (at);

-- Every change made through the web, and every refusal. Rows are only added.
CREATE TABLE web_audit (
    id     INTEGER PRIMARY KEY,
    at     REAL NOT NULL,
    who    TEXT,                      -- NULL: nobody was logged in
    peer   TEXT,
    action TEXT NOT NULL,             -- method and path, or login, logout, …
    status INTEGER NOT NULL           -- of the answer
) STRICT;
