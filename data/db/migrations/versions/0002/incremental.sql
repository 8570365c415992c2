CREATE TABLE changed_sessions (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    are_scores BOOLEAN DEFAULT false NOT NULL,
    are_texts BOOLEAN DEFAULT false NOT NULL,
    sessions UUID[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_changed_sessions PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_changed_sessions_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_changed_sessions_survey ON changed_sessions (organization_id, survey_id);
COMMENT ON TABLE changed_sessions IS 'One row a statement that changed sessions, answers or scores: triggers write it, the rebuild takes it away. Owner only.';
COMMENT ON COLUMN changed_sessions.are_scores IS 'to be compared with what was released; else to be scored first';
COMMENT ON COLUMN changed_sessions.are_texts IS 'texts that differ from those released, and are too few to be looked at; neither to be scored nor compared';

CREATE TABLE survey_states (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    scoring TEXT DEFAULT '' NOT NULL,
    median_seconds DOUBLE PRECISION,
    ledger TEXT DEFAULT '' NOT NULL,
    texts TEXT DEFAULT '' NOT NULL,
    items UUID[] DEFAULT '{}' NOT NULL,
    retired UUID[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_survey_states PRIMARY KEY (organization_id, survey_id),
    CONSTRAINT fk_survey_states_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_states IS 'What the last rebuild went by; where it is no longer so, everything is done again. items: questions in the order of the ledger; retired: those that left it, never shown again. Owner only.';
COMMENT ON COLUMN survey_states.scoring IS 'digest of its rules';
COMMENT ON COLUMN survey_states.median_seconds IS 'of completed kept sessions; null where there is none';
COMMENT ON COLUMN survey_states.ledger IS 'digest of its layout';
COMMENT ON COLUMN survey_states.texts IS 'digest of the rules by which texts are read';

ALTER TABLE changed_sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON changed_sessions
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE survey_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON survey_states
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

-- The transition table is always called "changed". Where a whole survey goes, nothing is noted.
CREATE FUNCTION note_answers() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
    SELECT c.organization_id, c.survey_id, false, array_agg(DISTINCT c.session_id)
    FROM changed c
    JOIN public.surveys s ON s.organization_id = c.organization_id AND s.id = c.survey_id
    GROUP BY c.organization_id, c.survey_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
    SELECT c.organization_id, c.survey_id, false, array_agg(c.id)
    FROM changed c
    JOIN public.surveys s ON s.organization_id = c.organization_id AND s.id = c.survey_id
    GROUP BY c.organization_id, c.survey_id;
    RETURN NULL;
END
$$;

-- Of somebody who answered twice the other session may be the one that counts now.
CREATE FUNCTION note_respondents() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
    SELECT o.organization_id, o.survey_id, false, array_agg(DISTINCT o.id)
    FROM changed c
    JOIN public.survey_sessions o ON o.organization_id = c.organization_id
                                 AND o.user_id = c.user_id AND o.survey_id = c.survey_id
    GROUP BY o.organization_id, o.survey_id;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
        SELECT c.organization_id, c.survey_id, true, array_agg(c.id)
        FROM changed c
        JOIN public.surveys s ON s.organization_id = c.organization_id AND s.id = c.survey_id
        GROUP BY c.organization_id, c.survey_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_scores() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
    SELECT c.organization_id, c.survey_id, true, array_agg(c.session_id)
    FROM changed c
    JOIN public.surveys s ON s.organization_id = c.organization_id AND s.id = c.survey_id
    GROUP BY c.organization_id, c.survey_id;
    RETURN NULL;
END
$$;

-- A recording that came before its respondent's session has none; it is noted when it is given one.
CREATE FUNCTION note_recordings() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    INSERT INTO public.changed_sessions (organization_id, survey_id, are_scores, sessions)
    SELECT c.organization_id, c.survey_id, false, array_agg(DISTINCT c.session_id)
    FROM changed c
    JOIN public.surveys s ON s.organization_id = c.organization_id AND s.id = c.survey_id
    WHERE c.session_id IS NOT NULL
    GROUP BY c.organization_id, c.survey_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER note_inserted AFTER INSERT ON responses REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_answers();
CREATE TRIGGER note_updated AFTER UPDATE ON responses REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_answers();
CREATE TRIGGER note_replaced AFTER UPDATE ON responses REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_answers();
-- Answers that go with their session or their question are noted there.
CREATE TRIGGER note_deleted AFTER DELETE ON responses REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION note_answers();

CREATE TRIGGER note_inserted AFTER INSERT ON survey_sessions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_sessions();
CREATE TRIGGER note_updated AFTER UPDATE ON survey_sessions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_sessions();
CREATE TRIGGER note_replaced AFTER UPDATE ON survey_sessions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_respondents();
CREATE TRIGGER note_deleted AFTER DELETE ON survey_sessions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_respondents();

CREATE TRIGGER note_inserted AFTER INSERT ON session_scores REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_scores();
CREATE TRIGGER note_updated AFTER UPDATE ON session_scores REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_scores();
CREATE TRIGGER note_deleted AFTER DELETE ON session_scores REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION note_scores();

CREATE TRIGGER note_inserted AFTER INSERT ON voice_recordings REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_recordings();
CREATE TRIGGER note_updated AFTER UPDATE ON voice_recordings REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_recordings();
CREATE TRIGGER note_replaced AFTER UPDATE ON voice_recordings REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_recordings();
CREATE TRIGGER note_deleted AFTER DELETE ON voice_recordings REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_recordings();
