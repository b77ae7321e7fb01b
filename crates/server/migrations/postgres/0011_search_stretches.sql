-- The index of messages says in which stretches of ids they lie and how their words begin, so that the newest matches
-- are found without reading all of them (S2). The program fills it anew when it opens the database.
TRUNCATE message_search;
INSERT INTO search_refill VALUES (1, 9223372036854775807, 0)
ON CONFLICT (id) DO UPDATE SET message = 0;
