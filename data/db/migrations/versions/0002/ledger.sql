-- Four figures more in every ledger of scores: the items with the outcome (drivers), three flags.
-- They come after the 19 figures there were, so the items behind them move four places on.
UPDATE released_sessions
SET figures = figures || ARRAY[NULL, NULL, NULL, NULL]::float8[],
    classes = CASE WHEN cardinality(classes) > 1
                   THEN classes[:19] || ARRAY[0, 0, 0, 0] || classes[20:]
                   ELSE classes END
WHERE ledger = 'scores';

UPDATE release_classes SET figure = (figure::int + 4)::text
WHERE ledger = 'scores' AND figure <> '' AND figure::int >= 19;
