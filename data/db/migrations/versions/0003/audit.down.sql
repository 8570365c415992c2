DROP FUNCTION identity.append_audit(uuid, uuid, text, text, text, inet, jsonb);
DROP FUNCTION identity.audit_hash(bytea, bigint, timestamptz, text, text, text, bytea);
DROP FUNCTION identity.audit_personal_hash(uuid, uuid, inet, jsonb);
DROP TABLE audit_heads;
ALTER TABLE audit_log
    DROP COLUMN number, DROP COLUMN salt, DROP COLUMN personal_hash, DROP COLUMN previous_hash,
    DROP COLUMN hash;
GRANT INSERT ON audit_log TO readiness_app;
GRANT USAGE ON SEQUENCE audit_log_id_seq TO readiness_app;
