-- The arm each customer has for each epoch of the experiment: drawn once, at the first sale of the epoch.
CREATE TABLE assignment (
    customer INTEGER NOT NULL REFERENCES customer (id),
    from_day INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (customer, from_day)
) STRICT, WITHOUT ROWID;
