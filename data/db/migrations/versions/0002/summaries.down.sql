DROP VIEW organization_analytics;
DROP MATERIALIZED VIEW mv_organization_analytics;
CREATE MATERIALIZED VIEW mv_organization_analytics AS
SELECT
    o.id AS organization_id,
    o.name AS organization_name,
    coalesce(s.total_surveys, 0) AS total_surveys,
    coalesce(r.total_responses, 0) AS total_responses,
    t.avg_completion_time,
    coalesce(t.unique_respondents, 0) AS unique_respondents
FROM organizations o
LEFT JOIN (
    SELECT organization_id, count(*) AS total_surveys FROM surveys GROUP BY organization_id
) s ON s.organization_id = o.id
LEFT JOIN (
    SELECT organization_id, count(*) AS total_responses FROM responses GROUP BY organization_id
) r ON r.organization_id = o.id
LEFT JOIN (
    SELECT
        organization_id,
        avg(completed_at - started_at) AS avg_completion_time,
        count(DISTINCT coalesce(user_id, id)) AS unique_respondents
    FROM survey_sessions
    GROUP BY organization_id
) t ON t.organization_id = o.id;
CREATE UNIQUE INDEX mv_organization_analytics_organization_id_idx
    ON mv_organization_analytics (organization_id);
CREATE VIEW organization_analytics WITH (security_barrier = true) AS
SELECT *
FROM mv_organization_analytics
WHERE organization_id = nullif(current_setting('app.organization_id', true), '')::uuid;
GRANT SELECT ON organization_analytics TO readiness_app;

DROP INDEX ix_analytics_events_unprocessed;
DELETE FROM analytics_summaries;
ALTER TABLE analytics_summaries
    DROP CONSTRAINT uq_analytics_summaries_period,
    ALTER COLUMN completion_rate SET DEFAULT 0,
    ALTER COLUMN completion_rate SET NOT NULL,
    ALTER COLUMN average_completion_time SET DEFAULT 0,
    ALTER COLUMN average_completion_time SET NOT NULL;
GRANT SELECT ON metric_rollups TO readiness_app;
