-- People: who joined by the app. Names, phones and e-mails stand in `person` and nowhere else; the ledger knows
-- pseudonyms only.

-- Keys with which the office signs passes. The number stands in every pass.
CREATE TABLE pass_key (
    number  INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 255),
    secret  BLOB    NOT NULL,
    public  BLOB    NOT NULL,
    made    INTEGER NOT NULL,
    -- Signs nothing any more; what it has signed is believed.
    retired INTEGER,
    -- Nothing it has signed is believed.
    revoked INTEGER
) STRICT;

CREATE TABLE person (
    customer        TEXT PRIMARY KEY,
    joined          INTEGER NOT NULL,
    -- Counts up with every change of what follows.
    version         INTEGER NOT NULL,
    name            TEXT    NOT NULL DEFAULT '',
    birthday        TEXT    NOT NULL DEFAULT '',
    phone           TEXT    NOT NULL DEFAULT '',
    email           TEXT    NOT NULL DEFAULT '',
    language        TEXT    NOT NULL,
    programme       INTEGER NOT NULL,
    personalisation INTEGER NOT NULL,
    marketing       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A phone by the first eight bytes of the hash of its key, as in its codes.
CREATE TABLE phone (
    id        BLOB PRIMARY KEY,
    customer  TEXT    NOT NULL REFERENCES person (customer),
    algorithm TEXT    NOT NULL,
    public    BLOB    NOT NULL,
    added     INTEGER NOT NULL,
    seen      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_customer ON phone (customer);

-- Phones whose passes are no longer good. Stays when the person is gone.
CREATE TABLE withdrawn_phone (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was asked and answered, with the words that were read. Rows are only added.
CREATE TABLE consent (
    id       INTEGER PRIMARY KEY,
    customer TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    purpose  TEXT    NOT NULL CHECK (purpose IN ('programme', 'personalisation', 'marketing')),
    given    INTEGER NOT NULL,
    language TEXT    NOT NULL,
    words    TEXT    NOT NULL
) STRICT;
CREATE INDEX consent_customer ON consent (customer);

-- One-time codes that bring an account to another phone, as hashes.
CREATE TABLE transfer (
    hash     BLOB PRIMARY KEY,
    customer TEXT    NOT NULL,
    expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was shown and chosen on a phone.
CREATE TABLE club_event (
    customer TEXT    NOT NULL,
    phone    BLOB    NOT NULL,
    -- Counts up on the phone, so that what comes twice is kept once.
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    of       TEXT    NOT NULL,
    PRIMARY KEY (customer, phone, number)
) STRICT, WITHOUT ROWID;

-- Records by the customer they are about. Made from records, in their transaction.
CREATE TABLE of_customer (
    customer TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    counter  INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    -- Of a sale: its receipt. Of a refund: the receipt it gives back from.
    receipt  TEXT,
    PRIMARY KEY (customer, at, counter, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX of_customer_receipt ON of_customer (receipt) WHERE kind = 'sale';

-- Days on which a shop of the chain has sold something.
CREATE TABLE open_day (
    business_day INTEGER PRIMARY KEY
) STRICT;

INSERT INTO open_day (business_day) SELECT DISTINCT business_day FROM record WHERE kind = 'sale';

INSERT OR IGNORE INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
    SELECT json_extract(CAST(payload AS TEXT), '$.customer'), at, counter, epoch, seq, kind,
        json_extract(CAST(payload AS TEXT), '$.receipt')
    FROM record WHERE kind = 'sale' AND json_valid(CAST(payload AS TEXT))
        AND json_extract(CAST(payload AS TEXT), '$.customer') IS NOT NULL;

INSERT OR IGNORE INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
    SELECT json_extract(CAST(payload AS TEXT), '$.guest.situation.customer'), at, counter, epoch, seq, kind,
        json_extract(CAST(payload AS TEXT), '$.receipt')
    FROM record WHERE kind = 'decision' AND json_valid(CAST(payload AS TEXT))
        AND json_extract(CAST(payload AS TEXT), '$.guest.situation.customer') IS NOT NULL;

INSERT OR IGNORE INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
    SELECT s.customer, r.at, r.counter, r.epoch, r.seq, r.kind, s.receipt
    FROM record r JOIN of_customer s ON s.kind = 'sale' AND s.receipt = json_extract(CAST(r.payload AS TEXT), '$.original')
    WHERE r.kind = 'refund' AND json_valid(CAST(r.payload AS TEXT));
