-- Nothing wrote summaries before; all of them are computed anew from what is released.
DELETE FROM analytics_summaries;

-- Unknown is not zero: a survey whose file does not tell who finished has no rate and no time.
ALTER TABLE analytics_summaries
    ALTER COLUMN completion_rate DROP NOT NULL,
    ALTER COLUMN completion_rate DROP DEFAULT,
    ALTER COLUMN average_completion_time DROP NOT NULL,
    ALTER COLUMN average_completion_time DROP DEFAULT,
    ADD CONSTRAINT uq_analytics_summaries_period
        UNIQUE NULLS NOT DISTINCT (organization_id, survey_id, period_type, period_start);

-- What the rollups have not counted yet: few rows, whatever the age of the table.
CREATE INDEX ix_analytics_events_unprocessed ON analytics_events (organization_id)
    WHERE processed_at IS NULL;

-- The view showed the exact mean time of whoever completed, of one person too. Its base has to be
-- known to gate it.
DROP VIEW organization_analytics;
DROP MATERIALIZED VIEW mv_organization_analytics;
CREATE MATERIALIZED VIEW mv_organization_analytics AS
SELECT
    o.id AS organization_id,
    o.name AS organization_name,
    coalesce(s.total_surveys, 0) AS total_surveys,
    coalesce(r.total_responses, 0) AS total_responses,
    t.avg_completion_time,
    coalesce(t.unique_respondents, 0) AS unique_respondents,
    coalesce(t.timed_respondents, 0) AS timed_respondents,
    t.avg_of_fives
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
        avg(took) AS avg_completion_time,
        avg(took) FILTER (WHERE place <= every - every % 5) AS avg_of_fives,
        count(DISTINCT coalesce(user_id, id)) AS unique_respondents,
        count(DISTINCT coalesce(user_id, id)) FILTER (WHERE took IS NOT NULL) AS timed_respondents
    FROM (
        SELECT
            organization_id, user_id, id,
            completed_at - started_at AS took,
            row_number() OVER (PARTITION BY organization_id, completed_at - started_at IS NULL
                               ORDER BY completed_at, id) AS place,
            count(*) OVER (PARTITION BY organization_id, completed_at - started_at IS NULL)
                AS every
        FROM survey_sessions
    ) s
    GROUP BY organization_id
) t ON t.organization_id = o.id;
CREATE UNIQUE INDEX mv_organization_analytics_organization_id_idx
    ON mv_organization_analytics (organization_id);

-- Requests see counts in fives, null below five, and the mean time as coarse as the question
-- "participation" tells it, over blocks of five sessions in order of completion: exact figures of two refreshes would differ by one person's.
CREATE VIEW organization_analytics WITH (security_barrier = true) AS
SELECT
    organization_id,
    organization_name,
    total_surveys,
    CASE WHEN unique_respondents >= 5 THEN total_responses - total_responses % 5 END
        AS total_responses,
    CASE
        WHEN unique_respondents >= 5 AND timed_respondents >= 300
        THEN make_interval(secs => round(extract(epoch FROM avg_of_fives)))
        WHEN unique_respondents >= 5 AND timed_respondents >= 5
        THEN make_interval(secs => 10 * round(extract(epoch FROM avg_of_fives) / 10))
    END AS avg_completion_time,
    CASE WHEN unique_respondents >= 5 THEN unique_respondents - unique_respondents % 5 END
        AS unique_respondents
FROM mv_organization_analytics
WHERE organization_id = nullif(current_setting('app.organization_id', true), '')::uuid;
GRANT SELECT ON organization_analytics TO readiness_app;

-- One event a minute is one person's: rollups are for the worker, which makes summaries of them.
REVOKE SELECT ON metric_rollups FROM readiness_app;
