DROP VIEW organization_analytics;
DROP MATERIALIZED VIEW mv_organization_analytics;
DROP FUNCTION create_analytics_events_partition(timestamptz);
DROP SCHEMA identity CASCADE;
DROP TABLE
    analytics_summaries, analytics_events, dashboard_configs, analytics_cache,
    export_jobs_enhanced, metric_rollups, report_schedules, audit_log,
    overlap_cells, survey_terms, survey_flows, data_versions, release_classes, released_sessions,
    role_cells, role_crossings, question_cells, analytics_cells, atom_leaves, analytics_atoms,
    session_scores, response_analysis_jtbd, voice_recordings, responses, survey_sessions, questions, surveys,
    members, departments, organizations;
DROP TYPE
    analytics_period_type, analytics_event_type, dashboard_type_enum, export_type_enum,
    export_format_enum, export_status_enum, jtbd_force_enum, question_kind_enum, member_role_enum,
    survey_period_enum;

-- Only what this product made; the role stays where another database still uses it.
DO $$
BEGIN
    IF obj_description(to_regclass('auth.users'), 'pg_class')
       = 'Left as it is where it exists (Supabase); credentials live in schema identity.' THEN
        DROP TABLE auth.users;
    END IF;
    IF obj_description(to_regnamespace('auth'), 'pg_namespace') = 'AI Readiness Analytics' THEN
        DROP SCHEMA auth;
    END IF;
    REVOKE ALL ON SCHEMA public FROM readiness_app;
    IF shobj_description(to_regrole('readiness_app'), 'pg_authid')
       = 'AI Readiness Analytics: requests' THEN
        BEGIN
            DROP ROLE readiness_app;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            NULL;
        END;
    END IF;
END
$$;
