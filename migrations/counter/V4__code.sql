-- The customer's code: what the counter verifies with, and what was shown here. No row of these tables is
-- a secret that can make a full code; see docs/code.md.

-- Public keys with which the office signs passes and blank memberships.
CREATE TABLE office_key (
    number  INTEGER PRIMARY KEY,
    public  BLOB    NOT NULL,
    added   INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

-- Phones whose passes are no longer good, by the first eight bytes of a hash of their key.
CREATE TABLE withdrawn_phone (
    phone BLOB PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Short-code keys of this shop, one a week. From none follows another.
CREATE TABLE week_key (
    week   INTEGER PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT;

-- The eight digits that find a customer in a short code; made when first asked for.
CREATE TABLE customer_number (
    customer INTEGER PRIMARY KEY REFERENCES customer (id),
    number   INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_of_number ON customer_number (number);

-- What the newest pass of a guest says of their visits elsewhere.
CREATE TABLE guest_base (
    customer INTEGER PRIMARY KEY REFERENCES customer (id),
    issued   INTEGER NOT NULL,
    body     BLOB    NOT NULL
) STRICT;

-- Codes of settled visits, those of other counters that were told of among them.
CREATE TABLE code_use (
    phone   BLOB    NOT NULL,
    step    INTEGER NOT NULL,
    nonce   INTEGER NOT NULL,
    counter TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (phone, step, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_use_at ON code_use (at);

-- How far each phone's clock was ahead of this counter's when it was last settled with.
CREATE TABLE phone_clock (
    phone    BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    ahead_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_clock_at ON phone_clock (at);

-- Blank memberships, signed by the office. The secret is empty once the guest has it.
CREATE TABLE blank_membership (
    pseudonym BLOB PRIMARY KEY,
    signed    BLOB NOT NULL,
    secret    BLOB,
    given     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX blank_left ON blank_membership (pseudonym) WHERE given IS NULL;
