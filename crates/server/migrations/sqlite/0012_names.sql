-- Contacts by name, walked for each inbox by itself: a page of who may not know all of them never passes over a name that
-- is not for them (X2). `folded` is the contact's own, kept here for the order.
ALTER TABLE contact_inboxes ADD COLUMN folded TEXT NOT NULL DEFAULT '';
-- LOWER folds the letters of ASCII alone. What has others is folded by the server when it starts; no name is folded to this.
UPDATE contacts SET folded = CHAR(1) WHERE name GLOB '*[^' || CHAR(1) || '-' || CHAR(127) || ']*' AND made = 1;
UPDATE contact_inboxes SET folded = (SELECT c.folded FROM contacts c WHERE c.id = contact_inboxes.contact_id)
WHERE EXISTS (SELECT 1 FROM contacts c WHERE c.id = contact_inboxes.contact_id AND c.folded <> '');
CREATE INDEX contact_inboxes_by_name ON contact_inboxes (inbox_id, folded, contact_id);
CREATE INDEX contacts_by_hand ON contacts (folded, id) WHERE by_hand = 1;

-- A merge takes the blocks of one contact over to another.
CREATE INDEX blocks_by_contact ON blocks (contact_id);

-- Somebody's tickets in the order of what was done last, which is what is asked for most.
CREATE INDEX tickets_by_owners_activity ON tickets (inbox_id, owner_id, changed_at, id);

-- Those that are there, which everybody reads with every record.
CREATE INDEX properties_there ON properties (id) WHERE deleted = 0;
CREATE INDEX object_types_there ON object_types (id) WHERE deleted = 0;
