-- One index of records by customer, of every kind that names one.
INSERT OR IGNORE INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
    SELECT s.customer, r.at, s.counter, s.epoch, s.seq, r.kind, NULL FROM subject s JOIN record r USING (counter, epoch, seq);
DROP TABLE subject;

-- A record that came late could leave its place to somebody who was erased.
DELETE FROM of_customer WHERE EXISTS (SELECT 1 FROM record r WHERE r.counter = of_customer.counter
    AND r.epoch = of_customer.epoch AND r.seq = of_customer.seq AND r.payload IS NULL);
DELETE FROM of_customer WHERE kind = 'refund' AND NOT EXISTS (SELECT 1 FROM of_customer s
    WHERE s.customer = of_customer.customer AND s.kind = 'sale' AND s.receipt = of_customer.receipt);

-- Names of guests of an older programme, by the pseudonym that a pass gives them.
CREATE TABLE other_name (
    pseudonym BLOB NOT NULL,
    customer  TEXT NOT NULL,
    PRIMARY KEY (pseudonym, customer)
) STRICT, WITHOUT ROWID;
