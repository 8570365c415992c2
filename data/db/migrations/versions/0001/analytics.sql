CREATE TABLE analytics_cache (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    cache_key VARCHAR(500) NOT NULL,
    cached_data JSONB NOT NULL,
    data_size_bytes INTEGER,
    computation_time_ms INTEGER,
    cache_version VARCHAR(20) DEFAULT '1.0' NOT NULL,
    dependencies TEXT[] DEFAULT '{}' NOT NULL,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    hit_count INTEGER DEFAULT 0 NOT NULL,
    last_hit_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_analytics_cache PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_analytics_cache_organization_id_cache_key UNIQUE (organization_id, cache_key),
    CONSTRAINT fk_analytics_cache_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX idx_analytics_cache_key_expires ON analytics_cache (cache_key, expires_at);

CREATE TABLE analytics_events (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    event_type analytics_event_type NOT NULL,
    entity_type VARCHAR(50) NOT NULL,
    entity_id UUID NOT NULL,
    event_data JSONB DEFAULT '{}'::jsonb NOT NULL,
    user_id UUID,
    session_id UUID,
    processing_time_ms INTEGER,
    memory_usage_mb NUMERIC(10, 2),
    metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    processed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_analytics_events PRIMARY KEY (organization_id, id, occurred_at),
    CONSTRAINT fk_analytics_events_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
)
 PARTITION BY RANGE (occurred_at);
CREATE INDEX idx_analytics_events_org_type_time ON analytics_events (organization_id, event_type, occurred_at);

CREATE TABLE dashboard_configs (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID,
    dashboard_type dashboard_type_enum NOT NULL,
    config_name VARCHAR(255) NOT NULL,
    layout_config JSONB DEFAULT '{}'::jsonb NOT NULL,
    filter_preferences JSONB DEFAULT '{}'::jsonb NOT NULL,
    visualization_settings JSONB DEFAULT '{}'::jsonb NOT NULL,
    is_shared BOOLEAN DEFAULT false NOT NULL,
    shared_with_roles TEXT[] DEFAULT '{}' NOT NULL,
    is_default BOOLEAN DEFAULT false NOT NULL,
    last_accessed_at TIMESTAMP WITH TIME ZONE,
    access_count INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_dashboard_configs PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_dashboard_configs_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_dashboard_configs_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);
CREATE INDEX idx_dashboard_configs_user_org ON dashboard_configs (user_id, organization_id);

CREATE TABLE export_jobs_enhanced (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    requested_by UUID NOT NULL,
    export_type export_type_enum NOT NULL,
    export_format export_format_enum NOT NULL,
    filters JSONB DEFAULT '{}'::jsonb NOT NULL,
    date_range JSONB,
    status export_status_enum DEFAULT 'queued' NOT NULL,
    progress_percentage INTEGER DEFAULT 0 NOT NULL,
    estimated_completion_at TIMESTAMP WITH TIME ZONE,
    file_path VARCHAR(500),
    file_size_bytes BIGINT,
    download_url TEXT,
    download_expires_at TIMESTAMP WITH TIME ZONE,
    download_count INTEGER DEFAULT 0 NOT NULL,
    processing_started_at TIMESTAMP WITH TIME ZONE,
    processing_completed_at TIMESTAMP WITH TIME ZONE,
    processing_duration_ms INTEGER,
    error_message TEXT,
    retry_count INTEGER DEFAULT 0 NOT NULL,
    max_retries INTEGER DEFAULT 3 NOT NULL,
    metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_export_jobs_enhanced PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_export_jobs_enhanced_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_export_jobs_enhanced_users FOREIGN KEY(requested_by) REFERENCES auth.users (id) ON DELETE RESTRICT
);
CREATE INDEX idx_export_jobs_status_created ON export_jobs_enhanced (status, created_at);

CREATE TABLE analytics_summaries (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID,
    period_type analytics_period_type NOT NULL,
    period_start TIMESTAMP WITH TIME ZONE NOT NULL,
    period_end TIMESTAMP WITH TIME ZONE NOT NULL,
    total_responses INTEGER DEFAULT 0 NOT NULL,
    completion_rate NUMERIC(5, 2) DEFAULT 0 NOT NULL,
    average_completion_time INTEGER DEFAULT 0 NOT NULL,
    unique_respondents INTEGER DEFAULT 0 NOT NULL,
    jtbd_force_scores JSONB DEFAULT '{}'::jsonb NOT NULL,
    dominant_forces TEXT[] DEFAULT '{}' NOT NULL,
    force_balance JSONB DEFAULT '{}'::jsonb NOT NULL,
    department_breakdown JSONB DEFAULT '{}'::jsonb NOT NULL,
    role_breakdown JSONB DEFAULT '{}'::jsonb NOT NULL,
    response_quality_distribution JSONB DEFAULT '{}'::jsonb NOT NULL,
    voice_recording_metrics JSONB,
    transcription_quality JSONB,
    response_trends JSONB DEFAULT '{}'::jsonb NOT NULL,
    engagement_metrics JSONB DEFAULT '{}'::jsonb NOT NULL,
    calculation_metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    last_calculated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_analytics_summaries PRIMARY KEY (organization_id, id),
    CONSTRAINT fk_analytics_summaries_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_analytics_summaries_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_analytics_summaries_org_period ON analytics_summaries (organization_id, period_type, period_start);
