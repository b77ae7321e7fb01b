-- Tickets as records: the revision of the values they have of the team's own properties (X4), which stand in record_texts
-- with those of records; 0 is none. What is written down on tickets stands in activities already.
ALTER TABLE tickets ADD COLUMN values_revision BIGINT NOT NULL DEFAULT 0;
-- Whose contact was merged before tickets went along.
UPDATE tickets SET contact_id = (SELECT c.merged_into FROM contacts c WHERE c.id = tickets.contact_id)
WHERE contact_id IN (SELECT id FROM contacts WHERE merged_into IS NOT NULL);
