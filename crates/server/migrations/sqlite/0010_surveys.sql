-- The satisfaction survey (D5): whether a pipeline asks, and who was asked by which mail. Of the token in that mail's link
-- only the SHA-256 is here; what was answered is an activity of kind feedback.
ALTER TABLE pipelines ADD COLUMN survey INTEGER NOT NULL DEFAULT 0;

CREATE TABLE surveys (
    message_id INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL,
    conversation_id INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    open INTEGER NOT NULL,
    activity_id INTEGER,
    answered_at INTEGER
);
CREATE UNIQUE INDEX surveys_by_token ON surveys (token_hash);
CREATE INDEX surveys_by_ticket ON surveys (ticket_id);
CREATE INDEX surveys_by_conversation ON surveys (conversation_id);
CREATE INDEX surveys_by_contact ON surveys (contact_id);
