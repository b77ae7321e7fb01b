-- Tickets, the pipelines they go through, and blocked senders (K, A1, T5).
ALTER TABLE counters ADD COLUMN ticket BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN pipeline BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN status BIGINT NOT NULL DEFAULT 0;

-- `version` is the place in the log where it or one of its statuses last changed.
CREATE TABLE pipelines (
    id BIGINT PRIMARY KEY,
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE TABLE statuses (
    id BIGINT PRIMARY KEY,
    pipeline_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL,
    colour TEXT NOT NULL,
    closed BIGINT NOT NULL,
    deleted BIGINT NOT NULL
);
-- Names of pipelines and statuses. Written once; each names the one that holds.
CREATE TABLE pipeline_texts (
    revision BIGINT PRIMARY KEY,
    name TEXT NOT NULL
);
-- Every database has a pipeline to begin with.
INSERT INTO pipelines SELECT 1, revision + 1, 1024, 0, sequence FROM counters;
INSERT INTO pipeline_texts SELECT revision + 1, 'Support' FROM counters;
INSERT INTO statuses SELECT 1, 1, revision + 2, 1024, 'blue', 0, 0 FROM counters;
INSERT INTO pipeline_texts SELECT revision + 2, 'New' FROM counters;
INSERT INTO statuses SELECT 2, 1, revision + 3, 2048, 'orange', 0, 0 FROM counters;
INSERT INTO pipeline_texts SELECT revision + 3, 'Waiting on us' FROM counters;
INSERT INTO statuses SELECT 3, 1, revision + 4, 3072, 'yellow', 0, 0 FROM counters;
INSERT INTO pipeline_texts SELECT revision + 4, 'Waiting on contact' FROM counters;
INSERT INTO statuses SELECT 4, 1, revision + 5, 4096, 'green', 1, 0 FROM counters;
INSERT INTO pipeline_texts SELECT revision + 5, 'Closed' FROM counters;
UPDATE counters SET pipeline = 1, status = 4, revision = revision + 5;

-- `priority` is 0 for none, then from low to urgent. `name` is the one that holds, `name_key` what it is sorted by.
CREATE TABLE tickets (
    id BIGINT PRIMARY KEY,
    inbox_id BIGINT NOT NULL,
    pipeline_id BIGINT NOT NULL,
    status_id BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    owner_id BIGINT,
    contact_id BIGINT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    trashed_at BIGINT,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL
);
CREATE INDEX tickets_by_status ON tickets (inbox_id, status_id, changed_at, id);
CREATE INDEX tickets_in_status ON tickets (status_id);
CREATE INDEX tickets_by_changed ON tickets (inbox_id, changed_at, id);
CREATE INDEX tickets_by_created ON tickets (inbox_id, created_at, id);
CREATE INDEX tickets_by_priority ON tickets (inbox_id, priority, id);
CREATE INDEX tickets_by_name ON tickets (inbox_id, name_key, id);
CREATE INDEX tickets_by_owner ON tickets (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX tickets_by_contact ON tickets (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX tickets_by_trash ON tickets (trashed_at) WHERE trashed_at IS NOT NULL;
-- Every name a ticket has had; gone with the ticket.
CREATE TABLE ticket_texts (
    revision BIGINT PRIMARY KEY,
    ticket_id BIGINT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX ticket_texts_by_ticket ON ticket_texts (ticket_id);
-- The folded words of the name that holds.
CREATE TABLE ticket_words (
    word TEXT COLLATE "C" NOT NULL,
    ticket_id BIGINT NOT NULL,
    PRIMARY KEY (word, ticket_id)
);
CREATE INDEX ticket_words_by_ticket ON ticket_words (ticket_id);
-- How many tickets stand where: `total` those at hand, `trashed` those in Trash.
CREATE TABLE ticket_counts (
    inbox_id BIGINT NOT NULL,
    pipeline_id BIGINT NOT NULL,
    status_id BIGINT NOT NULL,
    total BIGINT NOT NULL,
    trashed BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, pipeline_id, status_id)
);

ALTER TABLE conversations ADD COLUMN ticket_id BIGINT;
CREATE INDEX conversations_by_ticket ON conversations (ticket_id, last_activity_at) WHERE ticket_id IS NOT NULL;
ALTER TABLE changes ADD COLUMN ticket_id BIGINT;
CREATE INDEX changes_by_ticket ON changes (ticket_id, sequence) WHERE ticket_id IS NOT NULL;

CREATE TABLE blocks (
    inbox_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, contact_id)
);
