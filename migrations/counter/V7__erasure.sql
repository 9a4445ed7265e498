-- Customers who were erased, by the hash that names them afterwards: nobody becomes a customer again by an old pass.
CREATE TABLE erased (
    who TEXT PRIMARY KEY,
    id  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
