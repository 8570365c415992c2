-- Partitions by month. Row security does not cover a partition that is named directly: no grants.
CREATE TABLE analytics_events_y2024m01 PARTITION OF analytics_events
    FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00');
CREATE TABLE analytics_events_default PARTITION OF analytics_events DEFAULT;

-- Makes the partition of the month that holds the moment, UTC, if it is not there. Rows of that
-- month which went to the default partition meanwhile move over.
CREATE FUNCTION create_analytics_events_partition(moment timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first_day timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    partition_name text := 'analytics_events_' || to_char(first_day, '"y"YYYY"m"MM');
    starts timestamptz := first_day AT TIME ZONE 'UTC';
    ends timestamptz := (first_day + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass('public.' || partition_name) IS NOT NULL THEN
        RETURN partition_name;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.analytics_events INCLUDING DEFAULTS)',
                   partition_name);
    EXECUTE format('WITH moved AS (DELETE FROM public.analytics_events_default '
                   'WHERE occurred_at >= %L AND occurred_at < %L RETURNING *) '
                   'INSERT INTO public.%I SELECT * FROM moved', starts, ends, partition_name);
    EXECUTE format('ALTER TABLE public.analytics_events ATTACH PARTITION public.%I '
                   'FOR VALUES FROM (%L) TO (%L)', partition_name, starts, ends);
    RETURN partition_name;
END
$$;
REVOKE ALL ON FUNCTION create_analytics_events_partition(timestamptz) FROM PUBLIC;
