-- Custom views (V10): searches kept under a name, and how many conversations each finds.
ALTER TABLE counters ADD COLUMN custom_view INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN custom_key INTEGER NOT NULL DEFAULT 0;
-- Grows with every change to what is kept for whom, so that nobody has to read it to know that it is as it was.
ALTER TABLE counters ADD COLUMN custom_plan INTEGER NOT NULL DEFAULT 0;

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
-- For whom a view is kept: agent_id is 0 if it finds the same for everybody. `number` stands for the two and is never
-- given out again. Conversations up to `filled_to` have been asked.
CREATE TABLE custom_view_keys (
    view_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    filled_to INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (view_id, agent_id)
) WITHOUT ROWID;
-- Where a conversation stands: the numbers, packed. One row for each conversation, so that a command costs little more
-- with a hundred views than with one. Numbers that are no longer kept mean nothing.
CREATE TABLE custom_view_rows (
    conversation_id INTEGER PRIMARY KEY,
    inbox_id INTEGER NOT NULL,
    numbers BLOB NOT NULL
);
CREATE TABLE custom_view_counts (
    number INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,
    total INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (number, inbox_id)
) WITHOUT ROWID;
-- What has changed since a place in the log: the feed asks that.
CREATE INDEX custom_view_counts_by_version ON custom_view_counts (version);
