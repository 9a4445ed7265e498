-- The embedded warehouse: what an analyst asks of the ledger, as views. Money is in minor units, pieces are in thousandths.
-- A day is narrowed by business_day (days since 1970) and a place by shop; SQLite carries both down to the receipts' index.

-- Sales and refunds of money that was taken.
CREATE VIEW report_trade AS
SELECT r.business_day, c.shop, c.counter,
    sum(r.kind = 'sale') AS receipts,
    sum(r.kind = 'sale' AND r.discount > 0) AS discounted,
    sum(iif(r.kind = 'sale', r.list, 0)) AS list_minor,
    sum(iif(r.kind = 'sale', r.discount, 0)) AS saved_minor,
    sum(iif(r.kind = 'sale', r.net, 0)) AS net_minor,
    sum(r.kind = 'refund') AS refunds,
    sum(iif(r.kind = 'refund', r.net, 0)) AS refunded_minor
FROM receipt r JOIN counter c ON c.id = r.counter
WHERE r.charged
GROUP BY r.business_day, c.shop, c.counter;

-- Sales for which money was taken, with what their counter wrote; of an erased guest's nothing is left to read.
CREATE VIEW report_sale AS
SELECT r.business_day, c.shop, c.counter, r.receipt, r.list, r.discount, r.net, x.epoch, x.seq, r.counter AS counter_id,
    (x.at / 60000 + x.utc_offset_min) / 60 % 24 AS hour,
    CAST(x.payload AS TEXT) AS body
FROM receipt r JOIN counter c ON c.id = r.counter
JOIN record x ON x.counter = r.counter AND x.epoch = r.epoch AND x.seq = r.seq
-- The plus keeps the days' index in the plan instead of the key, which begins with the kind.
WHERE +r.kind = 'sale' AND r.charged AND x.payload IS NOT NULL AND json_valid(CAST(x.payload AS TEXT));

CREATE VIEW report_hours AS
SELECT business_day, shop, hour, count(*) AS receipts, sum(discount > 0) AS discounted, sum(discount) AS saved_minor,
    sum(net) AS net_minor
FROM report_sale GROUP BY business_day, shop, hour;

CREATE VIEW report_payments AS
SELECT s.business_day, s.shop, json_extract(p.value, '$.kind') AS payment, count(*) AS payments,
    sum(json_extract(p.value, '$.minor')) AS paid_minor
FROM report_sale s JOIN json_each(s.body, '$.payments') p
GROUP BY s.business_day, s.shop, payment;

-- How a guest was recognised; nothing for strangers.
CREATE VIEW report_recognised AS
SELECT business_day, shop, json_extract(body, '$.known.by') AS recognised_by, count(*) AS receipts,
    sum(discount) AS saved_minor, sum(net) AS net_minor
FROM report_sale GROUP BY business_day, shop, recognised_by;

-- By what guests saved: an offer of a campaign says so by its id, any other by the reason in the decision that stands beside
-- the sale in its series; nothing at full price.
CREATE VIEW report_offers AS
SELECT business_day, shop, programme, count(*) AS receipts, sum(list) AS list_minor, sum(discount) AS saved_minor,
    sum(net) AS net_minor
FROM (
    SELECT g.business_day, g.shop, g.list, g.discount, g.net,
        CASE
            WHEN g.kind IN ('staff', 'corporate') THEN g.kind
            WHEN g.offer LIKE 'campaign.%' THEN iif(EXISTS (SELECT 1 FROM campaign c
                WHERE c.id = substr(g.offer, 10) AND json_extract(c.body, '$.coupon') IS NOT NULL), 'coupon', 'campaign')
            WHEN g.reason = 'status_base' THEN 'base'
            WHEN g.reason = 'promised' THEN 'promised'
            WHEN g.offer IS NOT NULL THEN 'personal'
            WHEN g.discount > 0 THEN 'other'
        END AS programme
    FROM (
        SELECT s.business_day, s.shop, s.list, s.discount, s.net, json_extract(s.body, '$.kind') AS kind,
            json_extract(s.body, '$.offer') AS offer,
            iif(json_valid(CAST(d.payload AS TEXT)), json_extract(CAST(d.payload AS TEXT), '$.chosen.reason'), NULL) AS reason
        FROM report_sale s
        LEFT JOIN record d ON d.counter = s.counter_id AND d.epoch = s.epoch AND d.seq = s.seq + 1 AND d.kind = 'decision'
    ) g
)
GROUP BY business_day, shop, programme;

-- A line of a sale. What stayed of it is what was paid less tax and cost; nothing where a cost is not known.
CREATE VIEW report_line AS
SELECT s.business_day, s.shop, s.receipt,
    json_extract(l.value, '$.product.sku') AS sku,
    json_extract(l.value, '$.product.name') AS name,
    json_extract(l.value, '$.product.category') AS category,
    CAST(round(CAST(json_extract(l.value, '$.qty') AS REAL) * 1000) AS INTEGER) AS pieces_milli,
    json_extract(l.value, '$.list') AS list,
    json_extract(l.value, '$.discount') AS discount,
    json_extract(l.value, '$.net') AS net,
    json_extract(l.value, '$.tax') AS tax,
    nullif(max(0, coalesce(json_extract(l.value, '$.product.cost'), 0)), 0) AS own_cost,
    (SELECT coalesce(sum((CAST(round(CAST(json_extract(e.value, '$[1]') AS REAL) * 1000) AS INTEGER)
            * json_extract(e.value, '$[0].cost') + 500) / 1000), 0)
        FROM json_each(l.value, '$.extras') e) AS extras_cost,
    NOT EXISTS (SELECT 1 FROM json_each(l.value, '$.extras') e
        WHERE coalesce(json_extract(e.value, '$[0].cost'), 0) <= 0) AS extras_known
FROM report_sale s JOIN json_each(s.body, '$.lines') l;

CREATE VIEW report_products AS
SELECT business_day, shop, sku, max(name) AS name, max(category) AS category, sum(pieces_milli) AS pieces_milli,
    sum(list) AS list_minor, sum(discount) AS saved_minor, sum(net) AS net_minor, sum(tax) AS tax_minor,
    sum(iif(own_cost IS NULL OR NOT extras_known, 0,
        net - tax - (pieces_milli * (own_cost + extras_cost) + 500) / 1000)) AS kept_minor
FROM report_line GROUP BY business_day, shop, sku;

-- The decision that stands beside a sale in its series.
CREATE VIEW report_decision AS
SELECT s.business_day, s.shop, s.receipt, s.discount, CAST(d.payload AS TEXT) AS body
FROM report_sale s
JOIN record d ON d.counter = s.counter_id AND d.epoch = s.epoch AND d.seq = s.seq + 1
WHERE d.kind = 'decision' AND d.payload IS NOT NULL AND json_valid(CAST(d.payload AS TEXT));

-- What guests were shown and what they chose, by segment and arm; strangers have neither.
CREATE VIEW report_decisions AS
SELECT business_day, shop, json_extract(body, '$.guest.situation.segment') AS segment,
    json_extract(body, '$.guest.draw.arm') AS arm, coalesce(json_extract(body, '$.guest.draw.holdout'), 0) AS holdout,
    count(*) AS decisions,
    sum(coalesce(json_array_length(body, '$.guest.draw.offers'), 0)) AS shown,
    sum(json_type(body, '$.chosen') = 'object') AS chosen,
    sum(coalesce(json_array_length(body, '$.refusals'), 0) > 0) AS cut,
    sum(discount) AS saved_minor
FROM report_decision GROUP BY business_day, shop, segment, arm, holdout;

-- Why the guard gave less or nothing.
CREATE VIEW report_refusals AS
SELECT d.business_day, d.shop, json_extract(f.value, '$.code') AS code, count(*) AS lines,
    count(DISTINCT d.receipt) AS receipts
FROM report_decision d JOIN json_each(d.body, '$.refusals') f
GROUP BY d.business_day, d.shop, code;

-- Guests who went from one segment to another.
CREATE VIEW report_segments AS
SELECT x.business_day, c.shop, json_extract(CAST(x.payload AS TEXT), '$.before') AS segment_before,
    json_extract(CAST(x.payload AS TEXT), '$.after') AS segment_after, count(*) AS guests
FROM of_customer o JOIN record x ON x.counter = o.counter AND x.epoch = o.epoch AND x.seq = o.seq
JOIN counter c ON c.id = o.counter
WHERE o.kind = 'segment' AND x.payload IS NOT NULL AND json_valid(CAST(x.payload AS TEXT))
GROUP BY x.business_day, c.shop, segment_before, segment_after;

-- Of the guests who came for the first time in a month, how many bought so many months later.
CREATE VIEW report_cohorts AS
WITH bought AS (
    SELECT o.customer, r.business_day,
        CAST(strftime('%Y', r.business_day * 86400, 'unixepoch') AS INTEGER) * 12
            + CAST(strftime('%m', r.business_day * 86400, 'unixepoch') AS INTEGER) AS month
    FROM of_customer o JOIN receipt r ON r.kind = 'sale' AND r.receipt = o.receipt
    WHERE o.kind = 'sale'
), first AS (
    SELECT customer, min(month) AS month, date(min(business_day) * 86400, 'unixepoch', 'start of month') AS began
    FROM bought GROUP BY customer
)
SELECT f.began AS month, b.month - f.month AS months_later, count(DISTINCT b.customer) AS guests, count(*) AS visits
FROM bought b JOIN first f ON f.customer = b.customer
GROUP BY f.began, months_later;

-- Where the budgets of campaigns are. What is lent is the most that counters which are away can still spend.
CREATE VIEW report_budgets AS
SELECT c.id AS campaign, json_extract(c.body, '$.title') AS title,
    json_extract(c.body, '$.budget.money') AS budget_minor, json_extract(c.body, '$.budget.uses') AS budget_uses,
    coalesce(sum(l.spent_money), 0) AS spent_minor, coalesce(sum(l.spent_uses), 0) AS spent_uses,
    coalesce(sum(iif(l.closed IS NULL, max(0, l.money - l.spent_money), 0)), 0) AS lent_minor,
    c.pool_money AS pool_minor, c.over_money AS over_minor
FROM campaign c LEFT JOIN lease l ON l.campaign = c.id
WHERE json_extract(c.body, '$.coupon') IS NULL
GROUP BY c.id;

-- How the counters are, as they said when they were last heard.
CREATE VIEW report_counters AS
SELECT c.shop, c.counter, c.state, c.epoch,
    (SELECT coalesce(sum(s.seq), 0) FROM series s WHERE s.counter = c.id) AS records,
    (SELECT count(*) FROM dead_letter d WHERE d.counter = c.id) AS dead_letters,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.seen / 1000, 'unixepoch') AS seen,
    w.queue AS queued, w.version, w.clock_ahead_ms
FROM counter c LEFT JOIN counter_word w ON w.counter = c.id;
