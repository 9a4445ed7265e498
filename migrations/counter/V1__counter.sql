-- The counter's memory. Facts are written once; derived columns can be recomputed from them.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Menus, policies and bundles by digest, kept as long as decisions are to be replayed.
CREATE TABLE artifact (
    digest TEXT PRIMARY KEY,
    kind   TEXT NOT NULL CHECK (kind IN ('menu', 'policy', 'bundle')),
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A product as it was from some day on: purchase lines point here, so they freeze name, category,
-- list, cost and tax. Rows are never changed.
CREATE TABLE product_version (
    id         INTEGER PRIMARY KEY,
    content    TEXT    NOT NULL UNIQUE,
    sku        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    category   TEXT    NOT NULL,
    price      INTEGER NOT NULL,
    cost       INTEGER,
    cost_day   INTEGER,
    tax_bp     INTEGER NOT NULL,
    drink      INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

-- The menu of now.
CREATE TABLE product (
    sku     TEXT PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES product_version (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL UNIQUE,
    consent       INTEGER NOT NULL,
    registered    INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    -- Derived from visits.
    features      TEXT,
    segment       TEXT    NOT NULL DEFAULT 'new'
) STRICT;

-- Codes on printed cards, and card numbers of an older programme.
CREATE TABLE printed_code (
    code     TEXT PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customer (id)
) STRICT, WITHOUT ROWID;

-- One sale at a register, whole or in review; imported purchases have source 'import:<name>'.
CREATE TABLE purchase (
    id             INTEGER PRIMARY KEY,
    chain          TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    receipt        TEXT    NOT NULL,
    shop           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    customer       INTEGER REFERENCES customer (id),
    at             INTEGER NOT NULL,
    counter        TEXT    NOT NULL,
    epoch          INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    utc_offset_min INTEGER NOT NULL,
    business_day   INTEGER NOT NULL,
    hour           INTEGER NOT NULL,
    list           INTEGER NOT NULL,
    discount       INTEGER NOT NULL,
    net            INTEGER NOT NULL,
    cup            INTEGER NOT NULL,
    offer          TEXT,
    policy_version INTEGER NOT NULL,
    register_ref   TEXT,
    payments       TEXT    NOT NULL,
    UNIQUE (source, receipt)
) STRICT;
CREATE INDEX purchase_of_customer ON purchase (customer, at) WHERE customer IS NOT NULL;
CREATE INDEX purchase_of_day ON purchase (business_day);

CREATE TABLE purchase_line (
    purchase INTEGER NOT NULL REFERENCES purchase (id),
    line     INTEGER NOT NULL,
    version  INTEGER NOT NULL REFERENCES product_version (id),
    qty      INTEGER NOT NULL,
    list     INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    floor    INTEGER,
    tax      INTEGER NOT NULL,
    note     TEXT,
    PRIMARY KEY (purchase, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_extra (
    purchase INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    nth      INTEGER NOT NULL,
    version  INTEGER NOT NULL REFERENCES product_version (id),
    qty      INTEGER NOT NULL,
    PRIMARY KEY (purchase, line, nth),
    FOREIGN KEY (purchase, line) REFERENCES purchase_line (purchase, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE refund (
    id           INTEGER PRIMARY KEY,
    purchase     INTEGER NOT NULL REFERENCES purchase (id),
    receipt      TEXT    NOT NULL UNIQUE,
    at           INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    net          INTEGER NOT NULL,
    register_ref TEXT
) STRICT;
CREATE INDEX refund_of_purchase ON refund (purchase);

CREATE TABLE refund_line (
    refund   INTEGER NOT NULL REFERENCES refund (id),
    line     INTEGER NOT NULL,
    qty      INTEGER NOT NULL,
    list     INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    PRIMARY KEY (refund, line)
) STRICT, WITHOUT ROWID;

-- Days on which the shop sold something: recency is counted in these.
CREATE TABLE open_day (
    business_day INTEGER PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The shop's median drink price of a month (days since 1970 div 28 is not used: calendar months).
CREATE TABLE cup (
    month TEXT PRIMARY KEY,
    price INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often a product was bought by known customers: what a stranger may like.
CREATE TABLE popularity (
    sku    TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Cards for a later visit.
CREATE TABLE card (
    id         TEXT PRIMARY KEY,
    customer   INTEGER NOT NULL REFERENCES customer (id),
    body       TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    issued_by  TEXT    NOT NULL,
    used_by    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX card_of_customer ON card (customer, valid_to);

-- What each customer has used of the day's caps; reservations of open charges included.
CREATE TABLE cap_use (
    customer     INTEGER NOT NULL REFERENCES customer (id),
    business_day INTEGER NOT NULL,
    receipt      TEXT    NOT NULL,
    discount     INTEGER NOT NULL,
    PRIMARY KEY (customer, business_day, receipt)
) STRICT, WITHOUT ROWID;

-- Charges handed to the register, until settled: 'prepared' | 'needs_review' | 'done' | 'declined' | 'void'.
CREATE TABLE charge (
    receipt TEXT PRIMARY KEY,
    visit   TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    answer  TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX charge_open ON charge (state) WHERE state IN ('prepared', 'needs_review');

-- Why a receipt got its discount: everything needed to compute it again.
CREATE TABLE decision (
    receipt TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE print_job (
    id      INTEGER PRIMARY KEY,
    receipt TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    printed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX print_job_open ON print_job (id) WHERE printed = 0;

-- The hash-chained series of what happened here; see docs/records.md. Rows are only added; erasing
-- a customer empties payload and salt and nothing else.
CREATE TABLE record (
    epoch          INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    v              INTEGER NOT NULL,
    chain          TEXT    NOT NULL,
    shop           TEXT    NOT NULL,
    counter        TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    utc_offset_min INTEGER NOT NULL,
    business_day   INTEGER NOT NULL,
    clock_trust    TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    payload_hash   TEXT    NOT NULL,
    prev_hash      TEXT    NOT NULL,
    hash           TEXT    NOT NULL,
    salt           BLOB,
    payload        BLOB,
    PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;

-- Records not yet made durable by the office.
CREATE TABLE outbox (
    epoch INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq),
    FOREIGN KEY (epoch, seq) REFERENCES record (epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
    id        INTEGER PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    summary   TEXT
) STRICT;

CREATE TABLE signing_key (
    id      TEXT PRIMARY KEY,
    secret  BLOB    NOT NULL,
    public  BLOB    NOT NULL,
    made    INTEGER NOT NULL,
    retired INTEGER
) STRICT, WITHOUT ROWID;

-- Bundles that were installed here; the newest release that verifies is in use.
CREATE TABLE bundle (
    release   INTEGER PRIMARY KEY,
    digest    TEXT    NOT NULL,
    signed_by TEXT    NOT NULL,
    signature BLOB    NOT NULL,
    installed INTEGER NOT NULL
) STRICT;
