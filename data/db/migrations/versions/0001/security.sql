-- Every request runs as readiness_app, which owns nothing. The role belongs to the whole server, so
-- another database on it may have made it already.
DO $$
BEGIN
    IF to_regrole('readiness_app') IS NULL THEN
        CREATE ROLE readiness_app NOLOGIN;
        COMMENT ON ROLE readiness_app IS 'AI Readiness Analytics: requests';
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN
            GRANT readiness_app TO CURRENT_USER;
        EXCEPTION WHEN insufficient_privilege THEN
            -- Whoever made the role also says who may take it on; SET ROLE tells if nobody did.
            NULL;
        END;
    END IF;
END
$$;

-- One policy on every tenant table. A pooled connection holds '' after its first transaction, not
-- NULL: hence nullif.
DO $$
DECLARE
    tenant_table text;
    own_row constant text := 'nullif(current_setting(''app.organization_id'', true), '''')::uuid';
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY[
        'departments', 'members', 'surveys', 'questions', 'survey_sessions', 'responses',
        'voice_recordings', 'response_analysis_jtbd', 'session_scores', 'analytics_atoms',
        'atom_leaves', 'analytics_cells', 'question_cells', 'released_sessions', 'release_classes',
        'role_cells', 'role_crossings', 'overlap_cells', 'survey_terms', 'survey_flows',
        'data_versions', 'analytics_summaries', 'analytics_events', 'dashboard_configs',
        'analytics_cache', 'export_jobs_enhanced', 'metric_rollups', 'report_schedules', 'audit_log'
    ] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY own_organization ON public.%I '
                       'USING (organization_id = %s) WITH CHECK (organization_id = %s)',
                       tenant_table, own_row, own_row);
    END LOOP;
    ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY own_organization ON public.organizations '
                   'USING (id = %s) WITH CHECK (id = %s)', own_row, own_row);
END
$$;

GRANT USAGE ON SCHEMA public, identity TO readiness_app;

-- What questions read. Figures come from released cells, so nothing here tells one person's answer.
GRANT SELECT ON
    organizations, departments, members, surveys, questions,
    analytics_atoms, atom_leaves, analytics_cells, question_cells, role_cells,
    overlap_cells, survey_terms, survey_flows, data_versions,
    analytics_summaries, metric_rollups, organization_analytics
TO readiness_app;

-- Of raw answers only that and when something arrived, for the survey's dates and the live counts:
-- no value, text, person, department or role. session_scores, response_analysis_jtbd,
-- released_sessions, release_classes and role_crossings not at all.
GRANT SELECT (organization_id, id, survey_id, started_at, completed_at, is_completed, created_at)
    ON survey_sessions TO readiness_app;
GRANT SELECT (organization_id, survey_id, answered_at) ON responses TO readiness_app;
GRANT SELECT
    (organization_id, survey_id, processing_status, transcription_status, language, created_at)
    ON voice_recordings TO readiness_app;

-- What requests write. The audit log is only ever added to.
GRANT SELECT, INSERT, UPDATE, DELETE ON
    dashboard_configs, analytics_cache, export_jobs_enhanced, report_schedules
TO readiness_app;
GRANT SELECT, INSERT ON analytics_events, audit_log TO readiness_app;
GRANT USAGE ON SEQUENCE audit_log_id_seq TO readiness_app;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA identity FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    identity.credentials_of(text),
    identity.open_session(uuid, uuid),
    identity.session_principal(uuid),
    identity.close_session(uuid),
    identity.token_principal(text),
    identity.schema_revision()
TO readiness_app;
