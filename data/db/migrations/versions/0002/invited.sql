CREATE TABLE survey_invited (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    department_id UUID DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
    role TEXT DEFAULT '' NOT NULL,
    invited INTEGER NOT NULL,
    CONSTRAINT pk_survey_invited PRIMARY KEY (organization_id, survey_id, department_id, role),
    CONSTRAINT ck_survey_invited_invited CHECK (invited >= 0),
    CONSTRAINT fk_survey_invited_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_invited IS 'People invited by department and role; the sum is surveys.invited.';
COMMENT ON COLUMN survey_invited.role IS ''''' where it is not stated';

ALTER TABLE survey_invited ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON survey_invited
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON survey_invited TO readiness_app;
