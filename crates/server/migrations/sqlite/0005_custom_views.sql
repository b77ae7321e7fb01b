-- Custom views (V10): searches kept under a name, and how many conversations each finds.
ALTER TABLE counters ADD COLUMN custom_view INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- `day` is the day (days since 1970, by the view's clock) that relative dates are counted from; `relative` says whether
-- there are any. `version` is the place in the log where it last changed.
CREATE TABLE custom_views (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    relative INTEGER NOT NULL,
    day INTEGER NOT NULL,
    version INTEGER NOT NULL
);
-- Written once; a view names the one that holds.
CREATE TABLE custom_view_texts (
    revision INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL
);
-- For whom a view is kept: agent_id is 0 if it finds the same for everybody. Conversations up to `filled_to` have been
-- asked; `kept` is 0 while what is no longer wanted is being erased.
CREATE TABLE custom_view_keys (
    view_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    filled_to INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (view_id, agent_id)
) WITHOUT ROWID;
CREATE TABLE custom_view_rows (
    view_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,
    PRIMARY KEY (view_id, agent_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX custom_view_rows_by_conversation ON custom_view_rows (conversation_id);
CREATE TABLE custom_view_counts (
    view_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,
    total INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (view_id, agent_id, inbox_id)
) WITHOUT ROWID;
-- What has changed since a place in the log: the feed asks that.
CREATE INDEX custom_view_counts_by_version ON custom_view_counts (version);
