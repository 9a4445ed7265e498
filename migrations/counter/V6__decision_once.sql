-- A decision is kept once, as the payload of its record. It stood in three places: beside the receipt, in
-- the charge that led to it, and in the series.

-- Number of the decision's record, in the epoch of the sale's; none for imports.
ALTER TABLE purchase ADD COLUMN decision_seq INTEGER;
UPDATE purchase SET decision_seq = seq + 1 WHERE source = 'kava' AND EXISTS
    (SELECT 1 FROM record r WHERE r.epoch = purchase.epoch AND r.seq = purchase.seq + 1 AND r.kind = 'decision');

DROP TABLE decision;

-- Why a receipt got its discount; no body once the record was emptied.
CREATE VIEW decision AS
    SELECT p.receipt, p.at, p.epoch, p.decision_seq AS seq, CAST(r.payload AS TEXT) AS body
    FROM purchase p LEFT JOIN record r ON r.epoch = p.epoch AND r.seq = p.decision_seq AND r.kind = 'decision'
    WHERE p.source = 'kava' AND p.decision_seq IS NOT NULL;

-- A charge needs its body until it is closed; what was sold stands in purchase and record.
UPDATE charge SET body = '' WHERE state NOT IN ('prepared', 'sent', 'needs_review');

-- Nothing asks for one day's purchases, and every sale paid for it.
DROP INDEX purchase_of_day;

-- What staff had of a day's allowance; no other purchase is in it.
CREATE INDEX purchase_of_staff ON purchase (business_day) WHERE kind = 'staff';
