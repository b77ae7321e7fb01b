-- What is remembered of requests is forgotten by age.
CREATE INDEX idempotency_by_age ON idempotency (at);

-- What this installation alone knows; all nodes on this database share it, and restarts do not change it.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
