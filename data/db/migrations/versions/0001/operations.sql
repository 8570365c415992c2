CREATE TABLE audit_log (
    organization_id UUID NOT NULL,
    id BIGSERIAL NOT NULL,
    user_id UUID,
    action TEXT NOT NULL,
    entity TEXT,
    outcome TEXT NOT NULL,
    address INET,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_audit_log_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_audit_log_time ON audit_log (organization_id, occurred_at);

CREATE TABLE metric_rollups (
    organization_id UUID NOT NULL,
    metric TEXT NOT NULL,
    level TEXT NOT NULL,
    bucket TIMESTAMP WITH TIME ZONE NOT NULL,
    n BIGINT NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    smallest DOUBLE PRECISION,
    largest DOUBLE PRECISION,
    CONSTRAINT pk_metric_rollups PRIMARY KEY (organization_id, metric, level, bucket),
    CONSTRAINT fk_metric_rollups_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
COMMENT ON COLUMN metric_rollups.level IS '1m, 5m, 1h, 1d or 1w';

CREATE TABLE report_schedules (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    export_format export_format_enum NOT NULL,
    report TEXT NOT NULL,
    filters JSONB DEFAULT '{}'::jsonb NOT NULL,
    recipients TEXT[] DEFAULT '{}' NOT NULL,
    created_by UUID NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    last_run_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_report_schedules PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_report_schedules_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_report_schedules_users FOREIGN KEY(created_by) REFERENCES auth.users (id) ON DELETE CASCADE
);
