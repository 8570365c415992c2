-- What was released of the four figures is forgotten, and shown no more.
UPDATE released_sessions
SET figures = figures[:19],
    classes = CASE WHEN cardinality(classes) > 1 THEN classes[:19] || classes[24:]
                   ELSE classes END
WHERE ledger = 'scores';

DELETE FROM release_classes
WHERE ledger = 'scores' AND figure <> '' AND figure::int BETWEEN 19 AND 22;

UPDATE release_classes SET figure = (figure::int - 4)::text
WHERE ledger = 'scores' AND figure <> '' AND figure::int >= 23;

DELETE FROM analytics_cells
WHERE figure IN ('drivers:items', 'flag:speeder', 'flag:straight_liner', 'flag:mostly_blank');
