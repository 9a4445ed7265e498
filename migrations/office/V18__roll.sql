-- Bundles as they were made: whose models they have and what was said of them when they were learned. By the digest of the
-- document; what was published before this was noted has no row.
CREATE TABLE release (
    document TEXT PRIMARY KEY,
    -- Of the signed bytes, as decisions name it.
    digest   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    made     INTEGER NOT NULL,
    -- The document whose models came back with it.
    of       TEXT,
    -- What the fit said, as JSON.
    report   TEXT
) STRICT, WITHOUT ROWID;

-- A bundle on its way through the shops of a line of editions: the chain's, or one shop's own.
CREATE TABLE roll (
    id      INTEGER PRIMARY KEY,
    shop    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    -- What shops that do not have it yet keep, and what comes back when it does harm; 0 where there was nothing.
    before  INTEGER NOT NULL,
    -- Days of each stage, at least.
    days    INTEGER NOT NULL,
    -- The share of shops that have it, basis points.
    stage   INTEGER NOT NULL,
    began   INTEGER NOT NULL,
    -- When the stage began.
    since   INTEGER NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('running', 'done', 'returned', 'overtaken')),
    ended   INTEGER,
    -- Why it ended, or does not go on: codes between spaces.
    why     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX roll_running ON roll (shop) WHERE state = 'running';

-- Shops that were given it before everybody was.
CREATE TABLE roll_shop (
    roll  INTEGER NOT NULL REFERENCES roll (id),
    shop  TEXT    NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (roll, shop)
) STRICT, WITHOUT ROWID;

-- What was seen of the bundles in use, look by look.
CREATE TABLE roll_look (
    id   INTEGER PRIMARY KEY,
    shop TEXT    NOT NULL,
    at   INTEGER NOT NULL,
    -- The bundle that it is about.
    document TEXT NOT NULL,
    body TEXT    NOT NULL
) STRICT;
