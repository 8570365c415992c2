CREATE TABLE survey_voices (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    figure TEXT NOT NULL,
    category TEXT NOT NULL,
    recordings INTEGER NOT NULL,
    respondents INTEGER NOT NULL,
    value DOUBLE PRECISION,
    CONSTRAINT pk_survey_voices PRIMARY KEY (organization_id, survey_id, figure, category),
    CONSTRAINT fk_survey_voices_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_voices IS 'Released figures of completed recordings. Figures: data/analysis/voices.py.';
COMMENT ON COLUMN survey_voices.category IS 'of a distribution; empty for counts, means and categories put together';
COMMENT ON COLUMN survey_voices.respondents IS 'distinct people; never below 5';
COMMENT ON COLUMN survey_voices.value IS 'the mean of a figure that is one';

ALTER TABLE survey_voices ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON survey_voices
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON survey_voices TO readiness_app;
