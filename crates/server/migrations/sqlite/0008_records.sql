-- Records and properties (D1–D7, X4): what a team knows of contacts, companies, deals and its own kinds of things.

-- A contact is a record. `revision` is the negative of the id until somebody edits it; `by_hand` says that an agent made
-- it, so that the whole team knows of it; `absorbed_email` is the address of one that was merged into another, whose own
-- column is empty then, so that the other can have it.
ALTER TABLE contacts ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN made INTEGER NOT NULL DEFAULT 1;
ALTER TABLE contacts ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN created_at INTEGER;
ALTER TABLE contacts ADD COLUMN trashed_at INTEGER;
ALTER TABLE contacts ADD COLUMN merged_into INTEGER;
ALTER TABLE contacts ADD COLUMN absorbed_email TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE contacts SET revision = -id, folded = LOWER(name);
CREATE INDEX contacts_by_name ON contacts (folded, id);
CREATE INDEX contacts_by_absorbed ON contacts (absorbed_email) WHERE absorbed_email <> '';
CREATE INDEX contacts_by_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

-- The inboxes in which a contact has been met: who sees one of them knows the contact (X2).
CREATE TABLE contact_inboxes (
    contact_id INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,
    PRIMARY KEY (contact_id, inbox_id)
) WITHOUT ROWID;
INSERT INTO contact_inboxes
SELECT contact_id, inbox_id FROM conversations WHERE contact_id IS NOT NULL
UNION
SELECT m.author_id, c.inbox_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.author_kind = 'contact' AND m.author_id IS NOT NULL;

-- Companies, deals and objects. Their ids are those of their first revisions, so no two of any kind are the same.
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    type_id INTEGER,
    folded TEXT NOT NULL,
    revision INTEGER NOT NULL,
    made INTEGER NOT NULL,
    by_hand INTEGER NOT NULL,
    created_at INTEGER,
    trashed_at INTEGER,
    version INTEGER NOT NULL
);
CREATE INDEX records_by_name ON records (kind, folded, id);
-- What a record says, all of it in each revision, written once.
CREATE TABLE record_texts (
    revision INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX record_texts_by_record ON record_texts (kind, id);
-- Each association twice, so that it is found from both ends.
CREATE TABLE links (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    other_kind TEXT NOT NULL,
    other_id INTEGER NOT NULL,
    PRIMARY KEY (kind, id, other_kind, other_id)
) WITHOUT ROWID;

CREATE TABLE properties (
    id INTEGER PRIMARY KEY,
    object TEXT NOT NULL,
    type_id INTEGER,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    position INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE TABLE object_types (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL
);
-- The names of properties with their options, and of the team's own kinds of records.
CREATE TABLE definition_texts (
    revision INTEGER PRIMARY KEY,
    body TEXT NOT NULL
);
-- agent_id is 0 where all see the same.
CREATE TABLE shown_properties (
    place TEXT NOT NULL,
    agent_id INTEGER NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (place, agent_id)
) WITHOUT ROWID;

CREATE TABLE activities (
    id INTEGER PRIMARY KEY,
    record_kind TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author INTEGER,
    conversation_id INTEGER,
    inbox_id INTEGER,
    created_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    done_at INTEGER,
    deleted INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX activities_by_record ON activities (record_kind, record_id, at, id);
CREATE TABLE activity_texts (
    revision INTEGER PRIMARY KEY,
    activity_id INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX activity_texts_by_activity ON activity_texts (activity_id);

-- Contentless, as the index of contacts is.
CREATE VIRTUAL TABLE record_search USING fts5(
    words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'",
    prefix='1 2 3 4 5 6 7 8 9 10'
);
