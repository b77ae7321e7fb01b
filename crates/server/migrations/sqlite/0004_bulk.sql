-- Bulk actions (T8). No business state but the record of a request and of what became of it: what is done with each
-- conversation is a command like any other.
ALTER TABLE counters ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;

CREATE TABLE bulk (
    id INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    owner_id INTEGER,
    -- For `read`: the newest message when it was asked.
    up_to INTEGER NOT NULL,
    undoes INTEGER,
    -- What to select, where no ids were given.
    inbox_id INTEGER,
    view TEXT,
    query TEXT,
    query_from INTEGER,
    query_to INTEGER,
    -- A custom view that is searched in, as it was when it was asked.
    within TEXT,
    within_from INTEGER,
    within_to INTEGER,
    excepted TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    -- The position of the last item that was looked at.
    looked_at INTEGER NOT NULL,
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    limited INTEGER NOT NULL,
    at INTEGER NOT NULL,
    idem_key TEXT,
    fingerprint BLOB,
    -- Who works on it, and until when nobody else does.
    leased_by INTEGER NOT NULL,
    leased_until INTEGER NOT NULL
);
CREATE UNIQUE INDEX bulk_by_key ON bulk (agent_id, idem_key) WHERE idem_key IS NOT NULL;
CREATE INDEX bulk_by_age ON bulk (at);
CREATE INDEX bulk_by_undone ON bulk (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX bulk_unfinished ON bulk (id) WHERE state NOT IN ('done', 'stopped');

CREATE TABLE bulk_items (
    bulk_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    -- Of an undo: the command that is to be undone.
    target INTEGER,
    -- Empty until it was looked at.
    outcome TEXT NOT NULL,
    -- What changed it, if anything had to change.
    command INTEGER,
    -- Of a refusal.
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (bulk_id, position)
) WITHOUT ROWID;
CREATE INDEX bulk_items_by_command ON bulk_items (command) WHERE command IS NOT NULL;
CREATE INDEX bulk_items_refused ON bulk_items (bulk_id, position) WHERE outcome = 'refused';
