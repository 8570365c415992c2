CREATE TABLE pipeline_runs (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    run UUID NOT NULL,
    stage TEXT NOT NULL,
    level TEXT NOT NULL,
    survey_id UUID,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    seconds DOUBLE PRECISION,
    rows BIGINT,
    outcome TEXT DEFAULT 'running' NOT NULL,
    error TEXT,
    CONSTRAINT pk_pipeline_runs PRIMARY KEY (organization_id, id),
    CONSTRAINT ck_pipeline_runs_outcome CHECK (outcome IN ('running', 'done', 'failed', 'cut_off')),
    CONSTRAINT fk_pipeline_runs_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_pipeline_runs_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_pipeline_runs_started ON pipeline_runs (organization_id, started_at);
CREATE INDEX ix_pipeline_runs_finished ON pipeline_runs (stage, finished_at);
COMMENT ON COLUMN pipeline_runs.run IS 'the same for all stages of one run';
COMMENT ON COLUMN pipeline_runs.level IS 'real-time, hourly, daily or weekly';
COMMENT ON COLUMN pipeline_runs.survey_id IS 'null where the stage is of the whole organisation';
COMMENT ON COLUMN pipeline_runs.rows IS 'written, or looked at where a stage only looks';
COMMENT ON COLUMN pipeline_runs.outcome IS 'running, done, failed or cut_off';
COMMENT ON COLUMN pipeline_runs.error IS 'why it failed, a sentence; never an answer or a name';

ALTER TABLE pipeline_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON pipeline_runs
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
-- Shown on a page of the system's state; not "rows", which may be how many people answered just now.
GRANT SELECT
    (organization_id, id, run, stage, level, survey_id, started_at, finished_at, seconds, outcome, error)
    ON pipeline_runs TO readiness_app;
