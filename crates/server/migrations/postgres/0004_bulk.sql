-- Bulk actions (T8). No business state but the record of a request and of what became of it: what is done with each
-- conversation is a command like any other.
ALTER TABLE counters ADD COLUMN bulk BIGINT NOT NULL DEFAULT 0;

CREATE TABLE bulk (
    id BIGINT PRIMARY KEY,
    agent_id BIGINT NOT NULL,
    action TEXT NOT NULL,
    owner_id BIGINT,
    -- For `read`: the newest message when it was asked.
    up_to BIGINT NOT NULL,
    undoes BIGINT,
    -- What to select, where no ids were given.
    inbox_id BIGINT,
    view TEXT,
    query TEXT,
    query_from BIGINT,
    query_to BIGINT,
    -- A custom view that is searched in, as it was when it was asked.
    within TEXT,
    within_from BIGINT,
    within_to BIGINT,
    excepted TEXT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    -- The position of the last item that was looked at.
    looked_at BIGINT NOT NULL,
    done BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    limited BIGINT NOT NULL,
    at BIGINT NOT NULL,
    idem_key TEXT,
    fingerprint BYTEA,
    -- Who works on it, and until when nobody else does.
    leased_by BIGINT NOT NULL,
    leased_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX bulk_by_key ON bulk (agent_id, idem_key) WHERE idem_key IS NOT NULL;
CREATE INDEX bulk_by_age ON bulk (at);
CREATE INDEX bulk_by_undone ON bulk (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX bulk_unfinished ON bulk (id) WHERE state NOT IN ('done', 'stopped');

CREATE TABLE bulk_items (
    bulk_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    -- Of an undo: the command that is to be undone.
    target BIGINT,
    -- Empty until it was looked at.
    outcome TEXT NOT NULL,
    -- What changed it, if anything had to change.
    command BIGINT,
    -- Of a refusal.
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (bulk_id, position)
);
CREATE INDEX bulk_items_by_command ON bulk_items (command) WHERE command IS NOT NULL;
CREATE INDEX bulk_items_refused ON bulk_items (bulk_id, position) WHERE outcome = 'refused';
