-- Every id comes from here, and every place in the change log: one row, locked by whoever writes, so that the log
-- has no gaps and its order is the order of commits.
CREATE TABLE counters (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL,
    command BIGINT NOT NULL,
    agent BIGINT NOT NULL,
    contact BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    inbox BIGINT NOT NULL,
    message BIGINT NOT NULL
);
INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE agents (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    read_floor BIGINT
);
CREATE TABLE passwords (
    agent_id BIGINT PRIMARY KEY,
    hash TEXT NOT NULL
);
CREATE TABLE sessions (
    id_hash BYTEA PRIMARY KEY,
    agent_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_agent ON sessions (agent_id);

CREATE TABLE inboxes (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    open_to_all BIGINT NOT NULL
);
CREATE TABLE inbox_access (
    inbox_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, agent_id)
);

CREATE TABLE contacts (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL
);
CREATE UNIQUE INDEX contacts_by_email ON contacts (email_folded) WHERE email_folded <> '';

CREATE TABLE conversations (
    id BIGINT PRIMARY KEY,
    inbox_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    origin TEXT NOT NULL,
    contact_id BIGINT,
    state TEXT NOT NULL,
    owner_agent BIGINT,
    owner_bot BIGINT NOT NULL,
    person_ever BIGINT NOT NULL,
    spam BIGINT NOT NULL,
    trashed_at BIGINT,
    answered BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    last_inbound_at BIGINT,
    waiting_since BIGINT,
    last_message BIGINT,
    last_inbound_message BIGINT,
    message_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX conversations_by_owner ON conversations (owner_agent) WHERE owner_agent IS NOT NULL;
CREATE INDEX conversations_by_contact ON conversations (contact_id, last_activity_at);
CREATE INDEX conversations_by_trash ON conversations (trashed_at) WHERE trashed_at IS NOT NULL;

CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    conversation_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id BIGINT,
    channel TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    hidden_by BIGINT,
    hidden_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX messages_by_thread ON messages (conversation_id, sent_at, id);

-- What a message says, and nothing else says it: hiding and deleting have one place to reach.
CREATE TABLE message_texts (
    message_id BIGINT PRIMARY KEY,
    subject TEXT NOT NULL,
    preview TEXT NOT NULL,
    text TEXT NOT NULL,
    quoted TEXT NOT NULL,
    recipients TEXT NOT NULL,
    attachments TEXT NOT NULL,
    has_html BIGINT NOT NULL,
    has_remote_images BIGINT NOT NULL,
    has_source BIGINT NOT NULL,
    unsent BIGINT NOT NULL
);
CREATE TABLE mail_sources (
    message_id BIGINT PRIMARY KEY,
    raw BYTEA NOT NULL
);
-- The Message-ID of a mail, to thread what answers it.
CREATE TABLE mail_ids (
    inbox_id BIGINT NOT NULL,
    mail_id TEXT NOT NULL,
    message_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, mail_id, message_id)
);
CREATE INDEX mail_ids_by_conversation ON mail_ids (conversation_id);
-- What has been received already. Kept when the message is deleted for good, so that it does not come back.
CREATE TABLE mail_received (
    dedupe_key TEXT PRIMARY KEY
);
CREATE TABLE quarantine (
    id BIGINT PRIMARY KEY,
    inbox_id BIGINT NOT NULL,
    origin TEXT NOT NULL,
    error TEXT NOT NULL,
    raw BYTEA NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    received_at BIGINT NOT NULL
);

CREATE TABLE reads (
    agent_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    up_to BIGINT,
    marked_unread BIGINT NOT NULL,
    PRIMARY KEY (agent_id, conversation_id)
);
CREATE INDEX reads_by_conversation ON reads (conversation_id);

-- Which conversation stands in which view, as samtal_model::view says; agent_id is 0 but for "Assigned to me".
CREATE TABLE view_rows (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    activity BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, activity, conversation_id)
);
CREATE TABLE view_counts (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id)
);
-- The same by day of activity (UTC, days since 1970): how the list finds row 50,000 without counting to it.
CREATE TABLE view_days (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, day)
);

CREATE TABLE changes (
    sequence BIGINT PRIMARY KEY,
    command BIGINT NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    inbox_id BIGINT,
    conversation_id BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX changes_by_command ON changes (command);
CREATE INDEX changes_by_conversation ON changes (conversation_id, sequence);

CREATE TABLE idempotency (
    actor BIGINT NOT NULL,
    idem_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    command BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (actor, idem_key)
);

CREATE TABLE message_search (
    message_id BIGINT PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX message_search_words ON message_search USING gin (words);
