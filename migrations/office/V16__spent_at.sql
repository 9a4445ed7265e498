-- When something was last spent of it, or given back. A coupon is told to counters until it can hardly come back any more.
ALTER TABLE lease ADD COLUMN spent_at INTEGER;
