-- What guests brought along from older programmes, as counters told it: hundredths of points, stamps, minor units of money.
-- What one guest brings from one source counts once, whoever tells it.
CREATE TABLE carried (
    customer TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    counter  INTEGER NOT NULL REFERENCES counter (id),
    PRIMARY KEY (customer, source, kind)
) STRICT, WITHOUT ROWID;

-- What of it was handed out.
CREATE TABLE paid_out (
    id       TEXT    PRIMARY KEY,
    customer TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    counter  INTEGER NOT NULL REFERENCES counter (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX paid_out_customer ON paid_out (customer);
