-- Search that understands its language, and lists in every order (S2, S4, S6).

-- The lists in every order (S4): by activity, by creation, and by how long the contact has waited. Nobody waits where
-- `waiting` is the greatest number there is.
CREATE TABLE view_rows_sorted (
    inbox_id INTEGER NOT NULL,
    view INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    activity INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    created INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, activity, conversation_id)
) WITHOUT ROWID;
INSERT INTO view_rows_sorted
SELECT v.inbox_id, v.view, v.agent_id, v.activity, v.conversation_id, c.created_at,
    COALESCE(c.waiting_since, 9223372036854775807)
FROM view_rows v JOIN conversations c ON c.id = v.conversation_id;
DROP TABLE view_rows;
ALTER TABLE view_rows_sorted RENAME TO view_rows;
CREATE INDEX view_rows_by_created ON view_rows (inbox_id, view, agent_id, created, conversation_id);
CREATE INDEX view_rows_by_waiting ON view_rows (inbox_id, view, agent_id, waiting, conversation_id);

-- Totals of days, for each order: 0 activity, 1 created, 2 waiting.
DROP TABLE view_days;
CREATE TABLE view_days (
    inbox_id INTEGER NOT NULL,
    view INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    day INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, sort, day)
) WITHOUT ROWID;
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 0, (activity - (((activity % 86400000) + 86400000) % 86400000)) / 86400000 AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 1, (created - (((created % 86400000) + 86400000) % 86400000)) / 86400000 AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 2, (waiting - (((waiting % 86400000) + 86400000) % 86400000)) / 86400000 AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;

-- What a search without words walks along.
CREATE INDEX conversations_by_activity ON conversations (last_activity_at, id);
CREATE INDEX conversations_by_created ON conversations (created_at, id);
ALTER TABLE conversations ADD COLUMN waiting INTEGER
    GENERATED ALWAYS AS (COALESCE(waiting_since, 9223372036854775807)) VIRTUAL;
CREATE INDEX conversations_by_waiting ON conversations (waiting, id);
DROP INDEX conversations_by_owner;
CREATE INDEX conversations_by_owner ON conversations (owner_agent, last_activity_at, id) WHERE owner_agent IS NOT NULL;

-- Contentless: the words can be found, the text cannot be read back from here. What comes here is folded already and
-- cut at spaces; a word that is being typed is found through the prefixes, of which the longer ones are small. Private characters (Co) mark words as those of a sender, a file's name and so on.
DROP TABLE message_search;
CREATE VIRTUAL TABLE message_search USING fts5(
    words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'",
    prefix='1 2 3 4 5 6 7 8 9 10'
);
CREATE VIRTUAL TABLE contact_search USING fts5(
    words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'",
    prefix='1 2 3 4 5 6 7 8 9 10'
);

-- How far the words have been taken in anew; no row when all are. They are folded by the program, which does it when it
-- opens the database.
CREATE TABLE search_refill (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    contact INTEGER NOT NULL,
    message INTEGER NOT NULL
);
INSERT INTO search_refill VALUES (1, 0, 0);
