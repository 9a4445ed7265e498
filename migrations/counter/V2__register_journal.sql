-- What a register's adapter notes before it speaks, so that after a lost answer it can ask, or tell a person
-- where to look. States: 'prepared' | 'sent' | 'needs_review' | 'done' | 'declined' | 'void'.
ALTER TABLE charge ADD COLUMN note TEXT;
DROP INDEX charge_open;
CREATE INDEX charge_open ON charge (state) WHERE state IN ('prepared', 'sent', 'needs_review');

-- Kept by a version that noted nothing: the register may know of it.
UPDATE charge SET state = 'sent', note = 'unknown' WHERE state = 'prepared';

-- Cash put into or taken from the drawer beside sales; each has an id of its own in `charge`.
CREATE TABLE cash_move (
    receipt      TEXT    PRIMARY KEY,
    at           INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    -- Above zero: put in. Below: taken out.
    amount       INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    register_ref TEXT
) STRICT, WITHOUT ROWID;

-- What the register's own journal says became of what it took: 'paid' or 'cancelled'.
CREATE TABLE register_entry (
    reference TEXT    PRIMARY KEY,
    receipt   TEXT,
    state     TEXT    NOT NULL,
    total     INTEGER NOT NULL,
    fiscal    TEXT,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
