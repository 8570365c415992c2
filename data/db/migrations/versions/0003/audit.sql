-- Each row of an organisation's audit log holds the hash of the one before it: a row that is changed,
-- taken out or put in between no longer fits. What is personal (who, from where, the details) enters
-- by a salted hash of its own, so that it can be erased and the chain still holds.
ALTER TABLE audit_log
    ADD COLUMN number BIGINT,
    ADD COLUMN salt UUID,
    ADD COLUMN personal_hash BYTEA,
    ADD COLUMN previous_hash BYTEA,
    ADD COLUMN hash BYTEA;
COMMENT ON COLUMN audit_log.number IS '1, 2, ... within the organisation, without a gap';
COMMENT ON COLUMN audit_log.salt IS 'null once what is personal of this row was erased';
COMMENT ON COLUMN audit_log.personal_hash IS 'of salt, user_id, address and details';

CREATE TABLE audit_heads (
    organization_id UUID NOT NULL,
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_audit_heads PRIMARY KEY (organization_id),
    CONSTRAINT fk_audit_heads_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
COMMENT ON TABLE audit_heads IS 'The last row of each chain; locked while a row is added.';
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON audit_heads
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON audit_heads TO readiness_app;

CREATE FUNCTION identity.audit_personal_hash(
    salt uuid, user_id uuid, address inet, details jsonb
) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(concat_ws(
        E'\x1f', salt, coalesce(user_id::text, ''), coalesce(host(address), ''), details
    ), 'UTF8'))
$$;

CREATE FUNCTION identity.audit_hash(
    previous_hash bytea, number bigint, occurred_at timestamptz, action text, entity text,
    outcome text, personal_hash bytea
) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(previous_hash || convert_to(concat_ws(
        E'\x1f', number, (extract(epoch FROM occurred_at) * 1000000)::bigint, action,
        coalesce(entity, ''), outcome, encode(personal_hash, 'hex')
    ), 'UTF8'))
$$;

CREATE FUNCTION identity.append_audit(
    wanted_organization uuid, wanted_user uuid, wanted_action text, wanted_entity text,
    wanted_outcome text, wanted_address inet, wanted_details jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head public.audit_heads;
    salted constant uuid := gen_random_uuid();
    at constant timestamptz := clock_timestamp();
    personal bytea;
    hashed bytea;
BEGIN
    IF wanted_organization IS DISTINCT FROM nullif(current_setting('app.organization_id', true), '')::uuid THEN
        RAISE EXCEPTION 'the audit log of another organisation' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.audit_heads VALUES (wanted_organization, 0, ''::bytea) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM public.audit_heads
    WHERE organization_id = wanted_organization FOR UPDATE;
    personal := identity.audit_personal_hash(salted, wanted_user, wanted_address, wanted_details);
    hashed := identity.audit_hash(
        head.hash, head.number + 1, at, wanted_action, wanted_entity, wanted_outcome, personal
    );
    INSERT INTO public.audit_log (
        organization_id, user_id, action, entity, outcome, address, details, occurred_at,
        number, salt, personal_hash, previous_hash, hash
    ) VALUES (
        wanted_organization, wanted_user, wanted_action, wanted_entity, wanted_outcome,
        wanted_address, wanted_details, at, head.number + 1, salted, personal, head.hash, hashed
    );
    UPDATE public.audit_heads SET number = head.number + 1, hash = hashed
    WHERE organization_id = wanted_organization;
END
$$;
COMMENT ON FUNCTION identity.append_audit(uuid, uuid, text, text, text, inet, jsonb) IS
    'The only way the app role has into the audit log: one more row at the end of its own chain.';

-- Rows from before the chain are taken into it, in their order.
DO $$
DECLARE
    old record;
    before bytea := ''::bytea;
    place bigint := 0;
    of uuid;
    salted uuid;
    personal bytea;
BEGIN
    FOR old IN SELECT * FROM audit_log ORDER BY organization_id, id LOOP
        IF old.organization_id IS DISTINCT FROM of THEN
            of := old.organization_id; before := ''::bytea; place := 0;
        END IF;
        place := place + 1;
        salted := gen_random_uuid();
        personal := identity.audit_personal_hash(salted, old.user_id, old.address, old.details);
        UPDATE audit_log SET number = place, salt = salted, personal_hash = personal,
               previous_hash = before,
               hash = identity.audit_hash(before, place, old.occurred_at, old.action, old.entity, old.outcome, personal)
        WHERE organization_id = old.organization_id AND id = old.id
        RETURNING hash INTO before;
        INSERT INTO audit_heads VALUES (of, place, before)
        ON CONFLICT (organization_id) DO UPDATE SET number = excluded.number, hash = excluded.hash;
    END LOOP;
END
$$;
ALTER TABLE audit_log
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN personal_hash SET NOT NULL,
    ALTER COLUMN previous_hash SET NOT NULL,
    ALTER COLUMN hash SET NOT NULL,
    ADD CONSTRAINT uq_audit_log_organization_id_number UNIQUE (organization_id, number);

REVOKE INSERT ON audit_log FROM readiness_app;
REVOKE ALL ON SEQUENCE audit_log_id_seq FROM readiness_app;
REVOKE ALL ON FUNCTION
    identity.audit_personal_hash(uuid, uuid, inet, jsonb),
    identity.audit_hash(bytea, bigint, timestamptz, text, text, text, bytea),
    identity.append_audit(uuid, uuid, text, text, text, inet, jsonb)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    identity.append_audit(uuid, uuid, text, text, text, inet, jsonb)
TO readiness_app;
