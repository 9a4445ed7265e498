-- What an acquirer says of a shop's day: rows of its statement without whose cards they are of, or its total alone.
CREATE TABLE statement (
    shop         TEXT    NOT NULL,
    business_day INTEGER NOT NULL,
    made         INTEGER NOT NULL,
    made_by      TEXT    NOT NULL,
    -- What the file was called; empty where a total was typed.
    name         TEXT    NOT NULL,
    -- The total, where there are no rows.
    total        INTEGER,
    rows         TEXT    NOT NULL,
    PRIMARY KEY (shop, business_day)
) STRICT, WITHOUT ROWID;

-- Shifts and what a person decided are few among many records, and the close of a day asks for them.
CREATE INDEX record_shift ON record (counter, business_day) WHERE kind IN ('shift', 'review');
