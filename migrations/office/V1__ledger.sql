-- The office's ledger: what the counters told, exactly as they told it. The only truth of the office; everything
-- else can be made from it again.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys with which the office signs what it sends down.
CREATE TABLE office_key (
    id      TEXT PRIMARY KEY,
    secret  BLOB    NOT NULL,
    public  BLOB    NOT NULL,
    made    INTEGER NOT NULL,
    retired INTEGER
) STRICT, WITHOUT ROWID;

-- One-time codes, as hashes.
CREATE TABLE enrol_code (
    hash    BLOB PRIMARY KEY,
    shop    TEXT    NOT NULL,
    counter TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER
) STRICT, WITHOUT ROWID;

-- Every counter that was ever let in. One key speaks for it at a time.
CREATE TABLE counter (
    id       INTEGER PRIMARY KEY,
    shop     TEXT    NOT NULL,
    counter  TEXT    NOT NULL,
    key      TEXT    NOT NULL UNIQUE,
    public   BLOB    NOT NULL,
    -- The epoch in which it writes now; older ones only end.
    epoch    INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('active', 'quarantined', 'revoked')),
    enrolled INTEGER NOT NULL,
    seen     INTEGER,
    UNIQUE (shop, counter)
) STRICT;

-- Keys that spoke for a counter before: refused by name, not as strangers.
CREATE TABLE former_key (
    key     TEXT PRIMARY KEY,
    counter INTEGER NOT NULL REFERENCES counter (id),
    retired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where each series ends: everything up to seq is durable, as a record or among the dead letters. The hash is
-- what the next record ties on to; empty after a dead letter that claimed none.
CREATE TABLE series (
    counter INTEGER NOT NULL REFERENCES counter (id),
    epoch   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB,
    PRIMARY KEY (counter, epoch)
) STRICT, WITHOUT ROWID;

-- Rows are only added; erasing a customer empties payload and salt and nothing else.
CREATE TABLE record (
    counter        INTEGER NOT NULL REFERENCES counter (id),
    epoch          INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    v              INTEGER NOT NULL,
    chain          TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    utc_offset_min INTEGER NOT NULL,
    business_day   INTEGER NOT NULL,
    clock_trust    TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    -- Fields of later versions, as JSON.
    later          TEXT,
    payload_hash   BLOB    NOT NULL,
    prev_hash      BLOB    NOT NULL,
    hash           BLOB    NOT NULL,
    salt           BLOB,
    payload        BLOB,
    received       INTEGER NOT NULL,
    PRIMARY KEY (counter, epoch, seq)
) STRICT, WITHOUT ROWID;

-- Records that cannot stand in their series, as they came, and forks. Somebody looks at them.
CREATE TABLE dead_letter (
    counter  INTEGER NOT NULL REFERENCES counter (id),
    epoch    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    hash     BLOB,
    code     TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    received INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letter_place ON dead_letter (counter, epoch, seq);

-- Sales and refunds by receipt. Made from records, in their transaction.
CREATE TABLE receipt (
    receipt      TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    counter      INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    list         INTEGER NOT NULL,
    discount     INTEGER NOT NULL,
    net          INTEGER NOT NULL,
    PRIMARY KEY (kind, receipt)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    counter INTEGER REFERENCES counter (id),
    code    TEXT    NOT NULL,
    text    TEXT    NOT NULL
) STRICT;

-- What goes down to the counters: bodies by SHA-256, and editions whose versions only go up.
CREATE TABLE document (
    digest TEXT PRIMARY KEY,
    body   BLOB NOT NULL
) STRICT;

CREATE TABLE edition (
    stream  TEXT    NOT NULL,
    -- Empty for every shop.
    shop    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    digest  TEXT    NOT NULL REFERENCES document (digest),
    made    INTEGER NOT NULL,
    PRIMARY KEY (stream, shop, version)
) STRICT, WITHOUT ROWID;
