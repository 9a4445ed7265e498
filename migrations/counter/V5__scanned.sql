-- What scanners read besides guests' codes: trade numbers of products, and marking codes of single pieces.

-- EAN-8, EAN-13 (UPC-A with a leading zero) of products.
CREATE TABLE product_ean (
    ean TEXT PRIMARY KEY,
    sku TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The whole marking code with its group separators, as the register wants it.
ALTER TABLE purchase_line ADD COLUMN mark TEXT;
