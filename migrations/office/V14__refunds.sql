-- Refunds have an id of their own and name no receipt but the one they give back from; they were not noted before.
INSERT OR IGNORE INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net, charged, original)
    SELECT json_extract(body, '$.id'), kind, counter, epoch, seq, business_day,
        (SELECT coalesce(sum(json_extract(value, '$.list')), 0) FROM json_each(body, '$.lines')),
        (SELECT coalesce(sum(json_extract(value, '$.discount')), 0) FROM json_each(body, '$.lines')),
        (SELECT coalesce(sum(json_extract(value, '$.net')), 0) FROM json_each(body, '$.lines')),
        coalesce((SELECT sale.charged FROM receipt sale WHERE sale.receipt = json_extract(body, '$.original')), 1),
        json_extract(body, '$.original')
    FROM (SELECT kind, counter, epoch, seq, business_day, CAST(payload AS TEXT) AS body FROM record
        WHERE kind = 'refund' AND payload IS NOT NULL)
    WHERE json_valid(body) AND json_extract(body, '$.id') IS NOT NULL;
