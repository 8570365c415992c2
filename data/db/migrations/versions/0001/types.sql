-- Names and values of the seed's 1.1, and ours beside them.
CREATE TYPE analytics_period_type AS ENUM ('hour', 'day', 'week', 'month', 'quarter', 'year');
CREATE TYPE analytics_event_type AS ENUM ('response_created', 'survey_completed', 'user_login', 'export_requested', 'dashboard_viewed');
CREATE TYPE dashboard_type_enum AS ENUM ('overview', 'detailed', 'executive', 'departmental', 'custom');
CREATE TYPE export_type_enum AS ENUM ('survey_responses', 'analytics_summary', 'jtbd_analysis', 'voice_recordings', 'full_backup');
CREATE TYPE export_format_enum AS ENUM ('csv', 'xlsx', 'json', 'pdf', 'png');
CREATE TYPE export_status_enum AS ENUM ('queued', 'processing', 'completed', 'failed', 'cancelled', 'expired');
CREATE TYPE jtbd_force_enum AS ENUM ('pain_of_old', 'pull_of_new', 'anchors_to_old', 'anxiety_of_new', 'demographic');
CREATE TYPE question_kind_enum AS ENUM ('scale', 'choice', 'multiple', 'comment', 'number');
CREATE TYPE member_role_enum AS ENUM ('executive', 'department_lead', 'analyst', 'admin');
CREATE TYPE survey_period_enum AS ENUM ('week', 'month', 'quarter', 'wave');
