-- Parts of campaigns' budgets that the office has lent to this counter.
CREATE TABLE lease (
    id         TEXT PRIMARY KEY,
    campaign   TEXT    NOT NULL,
    -- Another epoch's leases are dead: its machine, or the file before a restored backup, may have spent them.
    epoch      INTEGER NOT NULL,
    money      INTEGER NOT NULL,
    uses       INTEGER NOT NULL,
    money_left INTEGER NOT NULL CHECK (money_left >= 0),
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    good_ms    INTEGER NOT NULL,
    -- By this counter's clock.
    ends       INTEGER NOT NULL,
    closed     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_open ON lease (campaign) WHERE closed = 0;

-- What receipts took of them: reserved when the charge was prepared, posted when it was settled.
CREATE TABLE lease_use (
    receipt  TEXT PRIMARY KEY,
    lease    TEXT    NOT NULL REFERENCES lease (id),
    customer INTEGER REFERENCES customer (id),
    at       INTEGER NOT NULL,
    money    INTEGER NOT NULL,
    uses     INTEGER NOT NULL,
    posted   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_use_of ON lease_use (lease, at);
CREATE INDEX lease_use_customer ON lease_use (customer) WHERE customer IS NOT NULL;
