-- Custom views (V10): searches kept under a name, and how many conversations each finds.
ALTER TABLE counters ADD COLUMN custom_view BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

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
-- For whom a view is kept: agent_id is 0 if it finds the same for everybody. Conversations up to `filled_to` have been
-- asked; `kept` is 0 while what is no longer wanted is being erased.
CREATE TABLE custom_view_keys (
    view_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    filled_to BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (view_id, agent_id)
);
CREATE TABLE custom_view_rows (
    view_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    PRIMARY KEY (view_id, agent_id, conversation_id)
);
CREATE INDEX custom_view_rows_by_conversation ON custom_view_rows (conversation_id);
CREATE TABLE custom_view_counts (
    view_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    total BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (view_id, agent_id, inbox_id)
);
-- What has changed since a place in the log: the feed asks that.
CREATE INDEX custom_view_counts_by_version ON custom_view_counts (version);
