-- The other counters of this shop, and how far their series are known here.
CREATE TABLE neighbour (
    counter     TEXT PRIMARY KEY,
    -- Public half of the key that speaks for it now; nothing where it is not believed any more.
    public      BLOB,
    epoch       INTEGER,
    seq         INTEGER,
    -- Hash of the record at that place: the next one ties on to it.
    hash        TEXT,
    -- Up to here its records are durable at the office, as it says itself.
    acked_epoch INTEGER,
    acked_seq   INTEGER,
    -- When it was last heard, by this counter's clock.
    heard       INTEGER
) STRICT, WITHOUT ROWID;

-- Records of theirs that the office may not have yet, as they wrote them: should the machine burn, they are brought there
-- from here. A signature stands at the last one of each lot that came; only up to there can a load go.
CREATE TABLE copy (
    counter   TEXT    NOT NULL REFERENCES neighbour (counter),
    epoch     INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    -- Header, salt, payload and hash as one line of a batch.
    line      TEXT    NOT NULL,
    key       TEXT,
    signature TEXT,
    PRIMARY KEY (counter, epoch, seq)
) STRICT, WITHOUT ROWID;
