CREATE TABLE pooled_blocks (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    later_survey_id UUID NOT NULL,
    block INTEGER NOT NULL,
    atoms INTEGER[] DEFAULT '{}' NOT NULL,
    releases INTEGER[] DEFAULT '{}' NOT NULL,
    departments UUID[] DEFAULT '{}' NOT NULL,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    periods DATE[] DEFAULT '{}' NOT NULL,
    release INTEGER NOT NULL,
    is_shown BOOLEAN DEFAULT true NOT NULL,
    seen INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_pooled_blocks PRIMARY KEY (organization_id, survey_id, later_survey_id, block),
    CONSTRAINT fk_pooled_blocks_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE pooled_blocks IS 'Atoms whose people without later answers are summed together. releases: of the atoms at that time. is_shown: false for ever once an atom was released again.';
COMMENT ON COLUMN pooled_blocks.later_survey_id IS 'the last wave not answered';
COMMENT ON COLUMN pooled_blocks.block IS '0: this pair of waves was summed';
COMMENT ON COLUMN pooled_blocks.release IS 'of these people in the ledger; 0: nobody';
COMMENT ON COLUMN pooled_blocks.seen IS 'of block 0: releases of later waves that were looked at for late answers';

CREATE TABLE pooled_cells (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    later_survey_id UUID NOT NULL,
    block INTEGER NOT NULL,
    figure TEXT NOT NULL,
    n INTEGER NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    squares DOUBLE PRECISION NOT NULL,
    above INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_pooled_cells PRIMARY KEY (organization_id, survey_id, later_survey_id, block, figure),
    CONSTRAINT fk_pooled_cells_blocks FOREIGN KEY(organization_id, survey_id, later_survey_id, block) REFERENCES pooled_blocks (organization_id, survey_id, later_survey_id, block) ON DELETE CASCADE
);
COMMENT ON COLUMN pooled_cells.n IS 'respondents in this figure''s own base';

ALTER TABLE pooled_blocks ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON pooled_blocks
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE pooled_cells ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON pooled_cells
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON pooled_blocks, pooled_cells TO readiness_app;
