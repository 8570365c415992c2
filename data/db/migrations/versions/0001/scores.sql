CREATE TABLE analytics_atoms (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    atom INTEGER NOT NULL,
    departments UUID[] DEFAULT '{}' NOT NULL,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    periods DATE[] DEFAULT '{}' NOT NULL,
    respondents INTEGER NOT NULL,
    state TEXT NOT NULL,
    release INTEGER DEFAULT 0 NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_analytics_atoms PRIMARY KEY (organization_id, survey_id, atom),
    CONSTRAINT fk_analytics_atoms_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE analytics_atoms IS 'The fixed groups of at least five people that every figure is summed from.';
COMMENT ON COLUMN analytics_atoms.respondents IS 'at the last release';
COMMENT ON COLUMN analytics_atoms.state IS 'released, withdrawn or waiting';

CREATE TABLE atom_leaves (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    department_id UUID NOT NULL,
    role TEXT NOT NULL,
    period DATE NOT NULL,
    atom INTEGER NOT NULL,
    CONSTRAINT pk_atom_leaves PRIMARY KEY (organization_id, survey_id, department_id, role, period),
    CONSTRAINT fk_atom_leaves_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE data_versions (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    bumped_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_data_versions PRIMARY KEY (organization_id, survey_id),
    CONSTRAINT fk_data_versions_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE overlap_cells (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    atom INTEGER NOT NULL,
    earlier_survey_id UUID NOT NULL,
    earlier_atom INTEGER NOT NULL,
    figure TEXT NOT NULL,
    n INTEGER NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    earlier_total DOUBLE PRECISION NOT NULL,
    product DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_overlap_cells PRIMARY KEY (organization_id, survey_id, atom, earlier_survey_id, earlier_atom, figure),
    CONSTRAINT fk_overlap_cells_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE overlap_cells IS 'People who answered both waves, per pair of atoms: the covariance of a difference.';

CREATE TABLE release_classes (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    ledger TEXT NOT NULL,
    class INTEGER NOT NULL,
    figure TEXT NOT NULL,
    departed INTEGER DEFAULT 0 NOT NULL,
    releases INTEGER[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_release_classes PRIMARY KEY (organization_id, survey_id, ledger, class),
    CONSTRAINT fk_release_classes_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE release_classes IS 'People who were in exactly the same releases of a figure. departed: how many of them have left; counts only, no person. Owner only.';
COMMENT ON COLUMN release_classes.figure IS ''''' for people still there';

CREATE TABLE released_sessions (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    ledger TEXT NOT NULL,
    session_id UUID NOT NULL,
    version SMALLINT DEFAULT 0 NOT NULL,
    respondent UUID NOT NULL,
    atom INTEGER NOT NULL,
    figures DOUBLE PRECISION[] DEFAULT '{}' NOT NULL,
    items DOUBLE PRECISION[] DEFAULT '{}' NOT NULL,
    classes INTEGER[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_released_sessions PRIMARY KEY (organization_id, survey_id, ledger, session_id, version),
    CONSTRAINT fk_released_sessions_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE released_sessions IS 'What of each session the last release holds: the ledger that decides whether the next release could single somebody out. Owner only.';
COMMENT ON COLUMN released_sessions.ledger IS 'scores, texts or flows';
COMMENT ON COLUMN released_sessions.version IS '0: as last released; others: figures this session was released with before';
COMMENT ON COLUMN released_sessions.respondent IS 'user, else the session';

CREATE TABLE role_cells (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    category SMALLINT NOT NULL,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    figure TEXT NOT NULL,
    n INTEGER NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    squares DOUBLE PRECISION NOT NULL,
    above INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_role_cells PRIMARY KEY (organization_id, survey_id, category, figure),
    CONSTRAINT fk_role_cells_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE role_cells IS 'The table by role of a whole survey, of its first release; gone with the next.';
COMMENT ON COLUMN role_cells.n IS 'respondents in this figure''s own base';

CREATE TABLE role_crossings (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    figure TEXT NOT NULL,
    release INTEGER NOT NULL,
    category SMALLINT NOT NULL,
    respondents INTEGER NOT NULL,
    is_whole BOOLEAN DEFAULT true NOT NULL,
    CONSTRAINT pk_role_crossings PRIMARY KEY (organization_id, survey_id, figure, release, category),
    CONSTRAINT fk_role_crossings_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE role_crossings IS 'How atoms and the table by role overlap: counts, kept to decide on later releases. is_whole: no later release split these people. Owner only.';
COMMENT ON COLUMN role_crossings.release IS 'an atom''s first';

CREATE TABLE survey_flows (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    earlier_survey_id UUID NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    respondents INTEGER NOT NULL,
    CONSTRAINT pk_survey_flows PRIMARY KEY (organization_id, survey_id, earlier_survey_id, source, target),
    CONSTRAINT fk_survey_flows_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_flows IS 'People by segment in the earlier and this wave; whole organisation, one release.';

CREATE TABLE survey_terms (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    language TEXT NOT NULL,
    term TEXT NOT NULL,
    authors INTEGER NOT NULL,
    base INTEGER NOT NULL,
    CONSTRAINT pk_survey_terms PRIMARY KEY (organization_id, survey_id, language, term),
    CONSTRAINT fk_survey_terms_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN survey_terms.authors IS 'distinct people; never below 5';
COMMENT ON COLUMN survey_terms.base IS 'people who wrote anything in this language';

CREATE TABLE analytics_cells (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    atom INTEGER NOT NULL,
    figure TEXT NOT NULL,
    n INTEGER NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    squares DOUBLE PRECISION NOT NULL,
    above INTEGER DEFAULT 0 NOT NULL,
    products DOUBLE PRECISION[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_analytics_cells PRIMARY KEY (organization_id, survey_id, atom, figure),
    CONSTRAINT fk_analytics_cells_atoms FOREIGN KEY(organization_id, survey_id, atom) REFERENCES analytics_atoms (organization_id, survey_id, atom) ON DELETE CASCADE
);
COMMENT ON TABLE analytics_cells IS 'Released sums per atom and figure. Figures: data/analysis/cells.py.';
COMMENT ON COLUMN analytics_cells.n IS 'respondents in this figure''s own base';

CREATE TABLE question_cells (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    atom INTEGER NOT NULL,
    question_id UUID NOT NULL,
    n INTEGER NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    squares DOUBLE PRECISION NOT NULL,
    histogram INTEGER[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_question_cells PRIMARY KEY (organization_id, survey_id, atom, question_id),
    CONSTRAINT fk_question_cells_atoms FOREIGN KEY(organization_id, survey_id, atom) REFERENCES analytics_atoms (organization_id, survey_id, atom) ON DELETE CASCADE,
    CONSTRAINT fk_question_cells_questions FOREIGN KEY(organization_id, question_id) REFERENCES questions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE question_cells IS 'histogram: answers per point of the item''s scale, lowest first, not turned.';
COMMENT ON COLUMN question_cells.total IS 'of item scores 1-5, reversed items turned';

CREATE TABLE session_scores (
    organization_id UUID NOT NULL,
    session_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    user_id UUID,
    department_id UUID DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
    role TEXT DEFAULT '' NOT NULL,
    answered_on DATE NOT NULL,
    pain_of_old DOUBLE PRECISION,
    pull_of_new DOUBLE PRECISION,
    anchors_to_old DOUBLE PRECISION,
    anxiety_of_new DOUBLE PRECISION,
    drive DOUBLE PRECISION,
    resistance DOUBLE PRECISION,
    readiness DOUBLE PRECISION,
    outcome DOUBLE PRECISION,
    segment TEXT DEFAULT 'unclassified' NOT NULL,
    is_kept BOOLEAN DEFAULT true NOT NULL,
    is_counted BOOLEAN DEFAULT true NOT NULL,
    quality TEXT DEFAULT 'high' NOT NULL,
    flags TEXT[] DEFAULT '{}' NOT NULL,
    is_completed BOOLEAN,
    seconds DOUBLE PRECISION,
    items DOUBLE PRECISION[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_session_scores PRIMARY KEY (organization_id, session_id),
    CONSTRAINT fk_session_scores_survey_sessions FOREIGN KEY(organization_id, session_id) REFERENCES survey_sessions (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_session_scores_survey ON session_scores (organization_id, survey_id);
COMMENT ON TABLE session_scores IS 'One row a session. is_kept: not a duplicate. is_counted: also good enough. items: item scores 1-5 in order of question position, NaN where missing.';
COMMENT ON COLUMN session_scores.role IS ''''' where it is not stated';
COMMENT ON COLUMN session_scores.answered_on IS 'in the organisation''s time zone';
