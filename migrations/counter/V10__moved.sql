-- What an older programme promised a guest: at least so much off, up to a day of trade.
CREATE TABLE promise (
    customer INTEGER PRIMARY KEY REFERENCES customer (id),
    depth_bp INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    source   TEXT    NOT NULL
) STRICT;

-- What guests brought along and are owed: hundredths of points, stamps, minor units of money. Each source once.
CREATE TABLE carried (
    customer INTEGER NOT NULL REFERENCES customer (id),
    source   TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    -- 1 once a record of this counter's series says it.
    told     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer, source, kind)
) STRICT, WITHOUT ROWID;

-- What of it was handed out here.
CREATE TABLE paid_out (
    id       TEXT PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customer (id),
    kind     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX paid_out_customer ON paid_out (customer);

-- Pseudonyms that are another guest's now, as the office says.
CREATE TABLE merged (
    name      TEXT    PRIMARY KEY,
    into_name TEXT    NOT NULL,
    -- Number of the office's.
    id        INTEGER NOT NULL,
    -- Day of trade on which it was done here.
    day       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
