CREATE TABLE surveys (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    series TEXT DEFAULT '' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    invited INTEGER,
    smallest_group SMALLINT DEFAULT 5 NOT NULL,
    smallest_detail SMALLINT DEFAULT 10 NOT NULL,
    has_respondent_ids BOOLEAN DEFAULT true NOT NULL,
    leaves_out_low_quality BOOLEAN DEFAULT true NOT NULL,
    period survey_period_enum,
    forces TEXT[] DEFAULT '{}' NOT NULL,
    language TEXT DEFAULT 'en' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_surveys PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_surveys_organization_id_name UNIQUE (organization_id, name),
    CONSTRAINT ck_surveys_smallest_group CHECK (smallest_group >= 5),
    CONSTRAINT ck_surveys_smallest_detail CHECK (smallest_detail >= 10),
    CONSTRAINT fk_surveys_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
COMMENT ON COLUMN surveys.series IS 'waves of a series';
COMMENT ON COLUMN surveys.invited IS 'people invited; null where it is not known';
COMMENT ON COLUMN surveys.period IS 'finest period shown; null before the first release';

CREATE TABLE questions (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    key TEXT NOT NULL,
    position SMALLINT NOT NULL,
    text TEXT NOT NULL,
    kind question_kind_enum NOT NULL,
    force jtbd_force_enum,
    is_outcome BOOLEAN DEFAULT false NOT NULL,
    is_reversed BOOLEAN DEFAULT false NOT NULL,
    scale_low DOUBLE PRECISION,
    scale_high DOUBLE PRECISION,
    labels JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_questions PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_questions_organization_id_survey_id_key UNIQUE (organization_id, survey_id, key),
    CONSTRAINT fk_questions_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN questions.key IS 'the column''s name in the survey file';

CREATE TABLE survey_sessions (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    user_id UUID,
    source_key TEXT NOT NULL,
    department_id UUID,
    role TEXT,
    language TEXT,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    is_completed BOOLEAN,
    seconds DOUBLE PRECISION,
    digest TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_survey_sessions PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_survey_sessions_organization_id_survey_id_source_key UNIQUE (organization_id, survey_id, source_key),
    CONSTRAINT fk_survey_sessions_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_survey_sessions_departments FOREIGN KEY(organization_id, department_id) REFERENCES departments (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_survey_sessions_started ON survey_sessions (organization_id, survey_id, started_at);
CREATE INDEX ix_survey_sessions_user ON survey_sessions (organization_id, user_id);
COMMENT ON COLUMN survey_sessions.user_id IS 'the respondent, pseudonymous; null without ids';
COMMENT ON COLUMN survey_sessions.source_key IS 'the row, the same on re-import';
COMMENT ON COLUMN survey_sessions.is_completed IS 'null where the file does not tell';
COMMENT ON COLUMN survey_sessions.seconds IS 'time taken; null where it is not known';
COMMENT ON COLUMN survey_sessions.digest IS 'of the row as imported';

CREATE TABLE response_analysis_jtbd (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    session_id UUID,
    analysis_type TEXT NOT NULL,
    force_scores JSONB DEFAULT '{}'::jsonb NOT NULL,
    readiness_score DOUBLE PRECISION,
    analyzed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_response_analysis_jtbd PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_response_analysis_jtbd_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_response_analysis_jtbd_survey_sessions FOREIGN KEY(organization_id, session_id) REFERENCES survey_sessions (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_jtbd_analysis_lookup ON response_analysis_jtbd (survey_id, analysis_type, analyzed_at) INCLUDE (force_scores, readiness_score);

CREATE TABLE responses (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    question_id UUID NOT NULL,
    user_id UUID,
    value DOUBLE PRECISION,
    text TEXT,
    is_unsure BOOLEAN DEFAULT false NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_responses PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_responses_survey_sessions FOREIGN KEY(organization_id, session_id) REFERENCES survey_sessions (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_responses_questions FOREIGN KEY(organization_id, question_id) REFERENCES questions (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_responses_analytics ON responses (survey_id, user_id, answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX ix_responses_session ON responses (organization_id, session_id);
COMMENT ON COLUMN responses.id IS 'md5 of session and question';
COMMENT ON COLUMN responses.value IS 'on the item''s own scale; null for text and unsure';

CREATE TABLE voice_recordings (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    session_id UUID,
    question_id UUID,
    user_id UUID,
    processing_status TEXT DEFAULT 'pending' NOT NULL,
    transcription_status TEXT DEFAULT 'pending' NOT NULL,
    duration_seconds DOUBLE PRECISION,
    language TEXT,
    confidence DOUBLE PRECISION,
    transcript TEXT,
    reference_text TEXT,
    quality TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_voice_recordings PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_voice_recordings_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_voice_recordings_survey_sessions FOREIGN KEY(organization_id, session_id) REFERENCES survey_sessions (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_voice_recordings_questions FOREIGN KEY(organization_id, question_id) REFERENCES questions (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_voice_analytics ON voice_recordings (survey_id, processing_status, transcription_status, created_at) WHERE processing_status = 'completed';
COMMENT ON COLUMN voice_recordings.confidence IS 'mean word confidence the transcriber gave, 0-1';
