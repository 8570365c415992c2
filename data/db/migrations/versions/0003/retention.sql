-- How long single answers are kept, when they were erased for their age, and what people agreed to.
ALTER TABLE surveys
    ADD COLUMN retention_days INTEGER,
    ADD COLUMN answers_erased_at TIMESTAMPTZ,
    ADD COLUMN consent TEXT DEFAULT '' NOT NULL,
    ADD CONSTRAINT ck_surveys_retention_days CHECK (retention_days >= 1);
COMMENT ON COLUMN surveys.retention_days IS 'days after the last answer until single answers are erased; null: kept';
COMMENT ON COLUMN surveys.answers_erased_at IS 'when they were; then nothing of the survey changes any more';
COMMENT ON COLUMN surveys.consent IS 'what the people were told of the use of their answers';
