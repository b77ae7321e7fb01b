-- Records and properties (D1–D7, X4): what a team knows of contacts, companies, deals and its own kinds of things.

-- A contact is a record. `revision` is the negative of the id until somebody edits it; `by_hand` says that an agent made
-- it, so that the whole team knows of it; `absorbed_email` is the address of one that was merged into another, whose own
-- column is empty then, so that the other can have it.
ALTER TABLE contacts ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN made BIGINT NOT NULL DEFAULT 1;
ALTER TABLE contacts ADD COLUMN by_hand BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN created_at BIGINT;
ALTER TABLE contacts ADD COLUMN trashed_at BIGINT;
ALTER TABLE contacts ADD COLUMN merged_into BIGINT;
ALTER TABLE contacts ADD COLUMN absorbed_email TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
UPDATE contacts SET revision = -id, folded = LOWER(name);
CREATE INDEX contacts_by_name ON contacts (folded, id);
CREATE INDEX contacts_by_absorbed ON contacts (absorbed_email) WHERE absorbed_email <> '';
CREATE INDEX contacts_by_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

-- The inboxes in which a contact has been met: who sees one of them knows the contact (X2).
CREATE TABLE contact_inboxes (
    contact_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    PRIMARY KEY (contact_id, inbox_id)
);
INSERT INTO contact_inboxes
SELECT contact_id, inbox_id FROM conversations WHERE contact_id IS NOT NULL
UNION
SELECT m.author_id, c.inbox_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.author_kind = 'contact' AND m.author_id IS NOT NULL;

-- Companies, deals and objects. Their ids are those of their first revisions, so no two of any kind are the same.
CREATE TABLE records (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    type_id BIGINT,
    folded TEXT NOT NULL,
    revision BIGINT NOT NULL,
    made BIGINT NOT NULL,
    by_hand BIGINT NOT NULL,
    created_at BIGINT,
    trashed_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX records_by_name ON records (kind, folded, id);
-- What a record says, all of it in each revision, written once.
CREATE TABLE record_texts (
    revision BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX record_texts_by_record ON record_texts (kind, id);
-- Each association twice, so that it is found from both ends.
CREATE TABLE links (
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    other_kind TEXT NOT NULL,
    other_id BIGINT NOT NULL,
    PRIMARY KEY (kind, id, other_kind, other_id)
);

CREATE TABLE properties (
    id BIGINT PRIMARY KEY,
    object TEXT NOT NULL,
    type_id BIGINT,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    position BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE TABLE object_types (
    id BIGINT PRIMARY KEY,
    position BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL
);
-- The names of properties with their options, and of the team's own kinds of records.
CREATE TABLE definition_texts (
    revision BIGINT PRIMARY KEY,
    body TEXT NOT NULL
);
-- agent_id is 0 where all see the same.
CREATE TABLE shown_properties (
    place TEXT NOT NULL,
    agent_id BIGINT NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (place, agent_id)
);

CREATE TABLE activities (
    id BIGINT PRIMARY KEY,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author BIGINT,
    conversation_id BIGINT,
    inbox_id BIGINT,
    created_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    done_at BIGINT,
    deleted BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX activities_by_record ON activities (record_kind, record_id, at, id);
CREATE TABLE activity_texts (
    revision BIGINT PRIMARY KEY,
    activity_id BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX activity_texts_by_activity ON activity_texts (activity_id);

-- As the index of contacts is.
CREATE TABLE record_search (
    record_id BIGINT PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX record_search_words ON record_search USING gin (words);
