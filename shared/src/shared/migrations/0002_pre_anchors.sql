-- migrate:up

-- The heads of the chain that this service told documents, which keeps them in S3 under a lock (shared/anchors.py).
CREATE TABLE audit_told (
    number bigint NOT NULL CONSTRAINT audit_told_pkey PRIMARY KEY,
    told_at timestamptz NOT NULL
);

-- Who saw a hulpvraag in a list: the log of one hulpvraag asks for it.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_listed ON audit_log USING gin ((details -> 'dossiernummers'));

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_told FROM %I', app);
END $$;
