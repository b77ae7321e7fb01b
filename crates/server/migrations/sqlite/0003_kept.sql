-- What is remembered of requests is forgotten by age.
CREATE INDEX idempotency_by_age ON idempotency (at);
