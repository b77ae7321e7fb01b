-- Every id comes from here, and every place in the change log: one row, locked by whoever writes, so that the log
-- has no gaps and its order is the order of commits.
CREATE TABLE counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    command INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    inbox INTEGER NOT NULL,
    message INTEGER NOT NULL
);
INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE agents (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    read_floor INTEGER
);
CREATE TABLE passwords (
    agent_id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL
);
CREATE TABLE sessions (
    id_hash BLOB PRIMARY KEY,
    agent_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_agent ON sessions (agent_id);

CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    open_to_all INTEGER NOT NULL
);
CREATE TABLE inbox_access (
    inbox_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, agent_id)
) WITHOUT ROWID;

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL
);
CREATE UNIQUE INDEX contacts_by_email ON contacts (email_folded) WHERE email_folded <> '';

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    inbox_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    origin TEXT NOT NULL,
    contact_id INTEGER,
    state TEXT NOT NULL,
    owner_agent INTEGER,
    owner_bot INTEGER NOT NULL,
    person_ever INTEGER NOT NULL,
    spam INTEGER NOT NULL,
    trashed_at INTEGER,
    answered INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    last_inbound_at INTEGER,
    waiting_since INTEGER,
    last_message INTEGER,
    last_inbound_message INTEGER,
    message_count INTEGER NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX conversations_by_owner ON conversations (owner_agent) WHERE owner_agent IS NOT NULL;
CREATE INDEX conversations_by_contact ON conversations (contact_id, last_activity_at);
CREATE INDEX conversations_by_trash ON conversations (trashed_at) WHERE trashed_at IS NOT NULL;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id INTEGER,
    channel TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    hidden_by INTEGER,
    hidden_at INTEGER,
    version INTEGER NOT NULL
);
CREATE INDEX messages_by_thread ON messages (conversation_id, sent_at, id);

-- What a message says, and nothing else says it: hiding and deleting have one place to reach.
CREATE TABLE message_texts (
    message_id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    preview TEXT NOT NULL,
    text TEXT NOT NULL,
    quoted TEXT NOT NULL,
    recipients TEXT NOT NULL,
    attachments TEXT NOT NULL,
    has_html INTEGER NOT NULL,
    has_remote_images INTEGER NOT NULL,
    has_source INTEGER NOT NULL,
    unsent INTEGER NOT NULL
);
CREATE TABLE mail_sources (
    message_id INTEGER PRIMARY KEY,
    raw BLOB NOT NULL
);
-- The Message-ID of a mail, to thread what answers it.
CREATE TABLE mail_ids (
    inbox_id INTEGER NOT NULL,
    mail_id TEXT NOT NULL,
    message_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, mail_id, message_id)
) WITHOUT ROWID;
CREATE INDEX mail_ids_by_conversation ON mail_ids (conversation_id);
-- What has been received already. Kept when the message is deleted for good, so that it does not come back.
CREATE TABLE mail_received (
    dedupe_key TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    inbox_id INTEGER NOT NULL,
    origin TEXT NOT NULL,
    error TEXT NOT NULL,
    raw BLOB NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL
);

CREATE TABLE reads (
    agent_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    up_to INTEGER,
    marked_unread INTEGER NOT NULL,
    PRIMARY KEY (agent_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX reads_by_conversation ON reads (conversation_id);

-- Which conversation stands in which view, as samtal_model::view says; agent_id is 0 but for "Assigned to me".
CREATE TABLE view_rows (
    inbox_id INTEGER NOT NULL,
    view INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    activity INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, activity, conversation_id)
) WITHOUT ROWID;
CREATE TABLE view_counts (
    inbox_id INTEGER NOT NULL,
    view INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id)
) WITHOUT ROWID;
-- The same by day of activity (UTC, days since 1970): how the list finds row 50,000 without counting to it.
CREATE TABLE view_days (
    inbox_id INTEGER NOT NULL,
    view INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, day)
) WITHOUT ROWID;

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY,
    command INTEGER NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    cause TEXT NOT NULL,
    inbox_id INTEGER,
    conversation_id INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX changes_by_command ON changes (command);
CREATE INDEX changes_by_conversation ON changes (conversation_id, sequence);

CREATE TABLE idempotency (
    actor INTEGER NOT NULL,
    idem_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    command INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (actor, idem_key)
) WITHOUT ROWID;

-- Contentless: the words can be found, the text cannot be read back from here.
CREATE VIRTUAL TABLE message_search USING fts5(
    words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='2 3'
);
