-- Guests who turned out to be one: from a place in this list on every counter takes the first for the second.
CREATE TABLE merge (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    into_name TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    -- The guest has said what they agree to; else the narrower consent of both holds.
    confirmed INTEGER NOT NULL
) STRICT;

CREATE INDEX merge_into ON merge (into_name);
