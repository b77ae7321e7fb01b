-- Search that understands its language, and lists in every order (S2, S4, S6).

-- The lists in every order (S4): by activity, by creation, and by how long the contact has waited. Nobody waits where
-- `waiting` is the greatest number there is.
CREATE TABLE view_rows_sorted (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    activity BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    created BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, activity, conversation_id)
);
INSERT INTO view_rows_sorted
SELECT v.inbox_id, v.view, v.agent_id, v.activity, v.conversation_id, c.created_at,
    COALESCE(c.waiting_since, 9223372036854775807)
FROM view_rows v JOIN conversations c ON c.id = v.conversation_id;
DROP TABLE view_rows;
ALTER TABLE view_rows_sorted RENAME TO view_rows;
ALTER INDEX view_rows_sorted_pkey RENAME TO view_rows_pkey;
CREATE INDEX view_rows_by_created ON view_rows (inbox_id, view, agent_id, created, conversation_id);
CREATE INDEX view_rows_by_waiting ON view_rows (inbox_id, view, agent_id, waiting, conversation_id);

-- Totals of days, for each order: 0 activity, 1 created, 2 waiting.
DROP TABLE view_days;
CREATE TABLE view_days (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    sort BIGINT NOT NULL,
    day BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, sort, day)
);
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 0, FLOOR(activity / 86400000.0)::BIGINT AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 1, FLOOR(created / 86400000.0)::BIGINT AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;
INSERT INTO view_days
SELECT inbox_id, view, agent_id, 2, FLOOR(waiting / 86400000.0)::BIGINT AS day, COUNT(*) FROM view_rows GROUP BY inbox_id, view, agent_id, day;

-- What a search without words walks along.
CREATE INDEX conversations_by_activity ON conversations (last_activity_at, id);
CREATE INDEX conversations_by_created ON conversations (created_at, id);
ALTER TABLE conversations ADD COLUMN waiting BIGINT
    GENERATED ALWAYS AS (COALESCE(waiting_since, 9223372036854775807)) STORED;
CREATE INDEX conversations_by_waiting ON conversations (waiting, id);
DROP INDEX conversations_by_owner;
CREATE INDEX conversations_by_owner ON conversations (owner_agent, last_activity_at, id) WHERE owner_agent IS NOT NULL;

-- The message's table is emptied here and filled by the program, which makes the words itself.
TRUNCATE message_search;
CREATE TABLE contact_search (
    contact_id BIGINT PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX contact_search_words ON contact_search USING gin (words);

-- How far the words have been taken in anew; no row when all are. They are folded by the program, which does it when it
-- opens the database.
CREATE TABLE search_refill (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    contact BIGINT NOT NULL,
    message BIGINT NOT NULL
);
INSERT INTO search_refill VALUES (1, 0, 0);
