-- Common offers with a budget. What is not lent is in the pool; pool, open leases and what was spent are the budget.
CREATE TABLE campaign (
    id         TEXT PRIMARY KEY,
    body       TEXT    NOT NULL,
    made       INTEGER NOT NULL,
    ended      INTEGER,
    pool_money INTEGER NOT NULL,
    pool_uses  INTEGER NOT NULL,
    -- Spent of a lease beyond what was lent, or after it was closed.
    over_money INTEGER NOT NULL DEFAULT 0,
    over_uses  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    id          TEXT PRIMARY KEY,
    campaign    TEXT    NOT NULL REFERENCES campaign (id),
    counter     INTEGER NOT NULL REFERENCES counter (id),
    epoch       INTEGER NOT NULL,
    money       INTEGER NOT NULL,
    uses        INTEGER NOT NULL,
    spent_money INTEGER NOT NULL DEFAULT 0,
    spent_uses  INTEGER NOT NULL DEFAULT 0,
    good_ms     INTEGER NOT NULL,
    granted     INTEGER NOT NULL,
    closed      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_of_counter ON lease (counter, epoch) WHERE closed IS NULL;
CREATE INDEX lease_of_campaign ON lease (campaign);

-- When a counter last said what it holds, all of its series being here.
CREATE TABLE lease_heard (
    counter INTEGER PRIMARY KEY REFERENCES counter (id),
    at      INTEGER NOT NULL
) STRICT;
