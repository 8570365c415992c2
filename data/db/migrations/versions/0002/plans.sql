CREATE TABLE action_plans (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    rule TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    force jtbd_force_enum,
    department_id UUID,
    owner_id UUID,
    due DATE,
    status TEXT DEFAULT 'open' NOT NULL,
    survey_id UUID NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_action_plans PRIMARY KEY (organization_id, id),
    CONSTRAINT ck_action_plans_status CHECK (status IN ('open', 'in_progress', 'done', 'dropped')),
    CONSTRAINT ck_action_plans_force CHECK (force <> 'demographic'),
    CONSTRAINT fk_action_plans_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_action_plans_departments FOREIGN KEY(organization_id, department_id) REFERENCES departments (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_action_plans_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_action_plans_users FOREIGN KEY(owner_id) REFERENCES auth.users (id) ON DELETE SET NULL,
    CONSTRAINT fk_action_plans_created_by FOREIGN KEY(created_by) REFERENCES auth.users (id) ON DELETE SET NULL
);
COMMENT ON COLUMN action_plans.rule IS 'key in the rule table';
COMMENT ON COLUMN action_plans.title IS 'of the rule when it was taken up';
COMMENT ON COLUMN action_plans.force IS 'null: readiness as a whole';
COMMENT ON COLUMN action_plans.department_id IS 'null: the whole organisation';
COMMENT ON COLUMN action_plans.owner_id IS 'null: nobody, or a person who was erased';
COMMENT ON COLUMN action_plans.survey_id IS 'the wave it was taken up on';
COMMENT ON COLUMN action_plans.revision IS 'rises with every change: whoever saw an older one must look again';
CREATE TABLE action_plan_changes (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    plan_id UUID NOT NULL,
    status TEXT DEFAULT 'open' NOT NULL,
    changed_by UUID,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_action_plan_changes PRIMARY KEY (organization_id, id),
    CONSTRAINT ck_action_plan_changes_status CHECK (status IN ('open', 'in_progress', 'done', 'dropped')),
    CONSTRAINT fk_action_plan_changes_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_action_plan_changes_action_plans FOREIGN KEY(organization_id, plan_id) REFERENCES action_plans (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_action_plan_changes_users FOREIGN KEY(changed_by) REFERENCES auth.users (id) ON DELETE SET NULL
);
CREATE INDEX ix_action_plan_changes_plan ON action_plan_changes (organization_id, plan_id, changed_at);
COMMENT ON COLUMN action_plan_changes.changed_by IS 'null: the product itself, or a person who was erased';
COMMENT ON TABLE action_plan_changes IS 'Every status a plan had, and who set it; only ever added to.';

DO $$
DECLARE
    tenant_table text;
    own_row constant text := 'nullif(current_setting(''app.organization_id'', true), '''')::uuid';
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['action_plans', 'action_plan_changes'] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY own_organization ON public.%I '
                       'USING (organization_id = %s) WITH CHECK (organization_id = %s)',
                       tenant_table, own_row, own_row);
    END LOOP;
END
$$;
-- A plan is dropped, not deleted; what was done is only ever added to.
GRANT SELECT, INSERT, UPDATE ON action_plans TO readiness_app;
GRANT SELECT, INSERT ON action_plan_changes TO readiness_app;

-- Names live in schema identity, which requests cannot read: this tells those of the organisation
-- that the transaction names, and nobody else's.
CREATE FUNCTION identity.colleagues()
RETURNS TABLE (user_id uuid, display_name text, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.user_id, coalesce(c.display_name, ''), m.is_active
    FROM public.members m
    LEFT JOIN identity.credentials c ON c.user_id = m.user_id
    WHERE m.organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
$$;
COMMENT ON FUNCTION identity.colleagues() IS
    'The members of the organisation this transaction is in, former ones too, by the name they show.';
REVOKE ALL ON FUNCTION identity.colleagues() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.colleagues() TO readiness_app;
