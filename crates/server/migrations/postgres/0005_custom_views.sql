-- Custom views (V10): searches kept under a name, and how many conversations each finds.
ALTER TABLE counters ADD COLUMN custom_view BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN custom_key BIGINT NOT NULL DEFAULT 0;
-- Grows with every change to what is kept for whom, so that nobody has to read it to know that it is as it was.
ALTER TABLE counters ADD COLUMN custom_plan BIGINT NOT NULL DEFAULT 0;

-- `day` is the day (days since 1970, by the view's clock) that relative dates are counted from; `relative` says whether
-- there are any. `version` is the place in the log where it last changed.
CREATE TABLE custom_views (
    id BIGINT PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    relative BIGINT NOT NULL,
    day BIGINT NOT NULL,
    version BIGINT NOT NULL
);
-- Written once; a view names the one that holds.
CREATE TABLE custom_view_texts (
    revision BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    utc_offset_minutes BIGINT NOT NULL
);
-- For whom a view is kept: agent_id is 0 if it finds the same for everybody. `number` stands for the two and is never
-- given out again. Conversations up to `filled_to` have been asked.
CREATE TABLE custom_view_keys (
    view_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    filled_to BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (view_id, agent_id)
);
-- Where a conversation stands: the numbers, packed. One row for each conversation, so that a command costs little more
-- with a hundred views than with one. Numbers that are no longer kept mean nothing.
CREATE TABLE custom_view_rows (
    conversation_id BIGINT PRIMARY KEY,
    inbox_id BIGINT NOT NULL,
    numbers BYTEA NOT NULL
);
CREATE TABLE custom_view_counts (
    number BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    total BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (number, inbox_id)
);
-- What has changed since a place in the log: the feed asks that.
CREATE INDEX custom_view_counts_by_version ON custom_view_counts (version);
