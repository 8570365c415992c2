CREATE TABLE survey_medians (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    n INTEGER NOT NULL,
    median_seconds DOUBLE PRECISION,
    beyond INTEGER DEFAULT 0 NOT NULL,
    duplicates INTEGER DEFAULT 0 NOT NULL,
    high INTEGER DEFAULT 0 NOT NULL,
    medium INTEGER DEFAULT 0 NOT NULL,
    low INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_survey_medians PRIMARY KEY (organization_id, survey_id),
    CONSTRAINT fk_survey_medians_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_medians IS 'Of the last release. beyond: completed sessions longer than 4 h; duplicates: sessions of people who answered twice; high, medium, low: sessions by quality; all in fives, 0 below 5.';
COMMENT ON COLUMN survey_medians.n IS 'completed sessions of known time; 0 where few';
COMMENT ON COLUMN survey_medians.median_seconds IS 'in steps of 5 s; null below 10 sessions';

ALTER TABLE survey_medians ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON survey_medians
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON survey_medians TO readiness_app;
