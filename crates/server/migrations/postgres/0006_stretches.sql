-- Places far down (S4): totals of stretches of each order (0 activity, 1 created, 2 waiting) instead of days. Level 0 is
-- 2^24 ms of the key, or 512 ids where the key is the greatest number there is; level 1 is 128 of those.
CREATE TABLE view_stretches (
    inbox_id BIGINT NOT NULL,
    view BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    sort BIGINT NOT NULL,
    level BIGINT NOT NULL,
    stretch BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, view, agent_id, sort, level, stretch)
);
INSERT INTO view_stretches
SELECT inbox_id, view, agent_id, 0, 0, CASE WHEN activity = 9223372036854775807 THEN 549755813888 + (conversation_id >> 9)
    ELSE activity >> 24 END AS stretch, COUNT(*)
FROM view_rows GROUP BY inbox_id, view, agent_id, stretch;
INSERT INTO view_stretches
SELECT inbox_id, view, agent_id, 1, 0, CASE WHEN created = 9223372036854775807 THEN 549755813888 + (conversation_id >> 9)
    ELSE created >> 24 END AS stretch, COUNT(*)
FROM view_rows GROUP BY inbox_id, view, agent_id, stretch;
INSERT INTO view_stretches
SELECT inbox_id, view, agent_id, 2, 0, CASE WHEN waiting = 9223372036854775807 THEN 549755813888 + (conversation_id >> 9)
    ELSE waiting >> 24 END AS stretch, COUNT(*)
FROM view_rows GROUP BY inbox_id, view, agent_id, stretch;
INSERT INTO view_stretches
SELECT inbox_id, view, agent_id, sort, 1, stretch >> 7 AS span, SUM(total)
FROM view_stretches GROUP BY inbox_id, view, agent_id, sort, span;
DROP TABLE view_days;
