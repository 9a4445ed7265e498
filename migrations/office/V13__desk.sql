-- People who work at the office. A password is kept as Argon2id; links and sessions as hashes.
CREATE TABLE clerk (
    id       INTEGER PRIMARY KEY,
    -- In small letters.
    name     TEXT    NOT NULL UNIQUE,
    role     TEXT    NOT NULL CHECK (role IN ('owner', 'marketer', 'analyst', 'shop_manager', 'support')),
    -- The one shop that they see; empty for all.
    shop     TEXT    NOT NULL DEFAULT '',
    added    INTEGER NOT NULL,
    seen     INTEGER,
    -- Nothing until their link was used.
    salt     BLOB,
    password BLOB,
    -- Secret of the second factor, and the newest step of it that was used.
    second   BLOB,
    step     INTEGER NOT NULL DEFAULT 0,
    -- A secret whose first digits were not typed yet.
    offered  BLOB,
    revoked  INTEGER
) STRICT;

-- One-time links with which a clerk sets a password.
CREATE TABLE clerk_link (
    hash    BLOB PRIMARY KEY,
    clerk   INTEGER NOT NULL REFERENCES clerk (id),
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash    BLOB PRIMARY KEY,
    clerk   INTEGER NOT NULL REFERENCES clerk (id),
    seen    INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_clerk ON session (clerk);

-- Every change that somebody made here. Rows are only added.
CREATE TABLE deed (
    id   INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,
    -- The clerk, or `command line`.
    who  TEXT    NOT NULL,
    what TEXT    NOT NULL,
    of   TEXT    NOT NULL,
    text TEXT    NOT NULL
) STRICT;

-- What counters last said of themselves.
CREATE TABLE counter_word (
    counter        INTEGER PRIMARY KEY REFERENCES counter (id),
    at             INTEGER NOT NULL,
    -- Records that wait there.
    queue          INTEGER,
    version        TEXT,
    clock_ahead_ms INTEGER,
    -- Editions that were applied: menu:3,policy:1
    have           TEXT    NOT NULL,
    erased         INTEGER
) STRICT;

-- Whether money was taken for it, and of a refund the receipt it gives back from.
ALTER TABLE receipt ADD COLUMN charged INTEGER NOT NULL DEFAULT 1;
ALTER TABLE receipt ADD COLUMN original TEXT;
UPDATE receipt SET charged = 0 WHERE kind = 'sale' AND EXISTS (SELECT 1 FROM record r
    WHERE r.counter = receipt.counter AND r.epoch = receipt.epoch AND r.seq = receipt.seq
        AND json_valid(CAST(r.payload AS TEXT))
        AND json_extract(CAST(r.payload AS TEXT), '$.kind') IN ('remake', 'comp', 'writeoff', 'training'));
UPDATE receipt SET original = (SELECT json_extract(CAST(r.payload AS TEXT), '$.original') FROM record r
    WHERE r.counter = receipt.counter AND r.epoch = receipt.epoch AND r.seq = receipt.seq
        AND json_valid(CAST(r.payload AS TEXT)))
    WHERE kind = 'refund';
CREATE INDEX receipt_day ON receipt (business_day, counter, kind, charged, list, discount, net);
CREATE INDEX receipt_original ON receipt (original) WHERE original IS NOT NULL;
