-- The satisfaction survey (D5): whether a pipeline asks, and who was asked by which mail. Of the token in that mail's link
-- only the SHA-256 is here; what was answered is an activity of kind feedback.
ALTER TABLE pipelines ADD COLUMN survey BIGINT NOT NULL DEFAULT 0;

CREATE TABLE surveys (
    message_id BIGINT PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    conversation_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    open BIGINT NOT NULL,
    activity_id BIGINT,
    answered_at BIGINT
);
CREATE UNIQUE INDEX surveys_by_token ON surveys (token_hash);
CREATE INDEX surveys_by_ticket ON surveys (ticket_id);
CREATE INDEX surveys_by_conversation ON surveys (conversation_id);
CREATE INDEX surveys_by_contact ON surveys (contact_id);
