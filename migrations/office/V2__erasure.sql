-- Customers who were erased, by the hash that names them afterwards. Counters are told in this order.
CREATE TABLE erasure (
    id  INTEGER PRIMARY KEY,
    who TEXT    NOT NULL UNIQUE,
    at  INTEGER NOT NULL
) STRICT;

-- Up to which erasure a counter has done its part, as its series says.
CREATE TABLE erasure_receipt (
    counter INTEGER NOT NULL REFERENCES counter (id),
    upto    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (counter, upto)
) STRICT, WITHOUT ROWID;

-- Which records name which customer. Made from records, in their transaction.
CREATE TABLE subject (
    customer TEXT    NOT NULL,
    counter  INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (customer, counter, epoch, seq)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO subject (customer, counter, epoch, seq)
    SELECT json_extract(CAST(payload AS TEXT), '$.customer'), counter, epoch, seq FROM record
    WHERE json_valid(CAST(payload AS TEXT)) AND json_type(CAST(payload AS TEXT), '$.customer') = 'text';
INSERT OR IGNORE INTO subject (customer, counter, epoch, seq)
    SELECT json_extract(CAST(payload AS TEXT), '$.guest.situation.customer'), counter, epoch, seq FROM record
    WHERE json_valid(CAST(payload AS TEXT)) AND json_type(CAST(payload AS TEXT), '$.guest.situation.customer') = 'text';
