ALTER TABLE surveys
    DROP COLUMN retention_days,
    DROP COLUMN answers_erased_at,
    DROP COLUMN consent;
