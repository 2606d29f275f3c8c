-- migrate:up
-- The chassis of one service, in that service's own schema (search_path of the migrating role).

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pkey PRIMARY KEY,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    subject text NOT NULL,
    type text NOT NULL,
    correlation_id uuid NOT NULL,
    traceparent text,
    headers jsonb NOT NULL DEFAULT '{}',
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    last_error text
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
CREATE INDEX outbox_failing ON outbox (subject) WHERE sent_at IS NULL AND attempts > 0;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE relay_lease (
    singleton boolean NOT NULL DEFAULT true CONSTRAINT relay_lease_pkey PRIMARY KEY,
    holder uuid,
    fence bigint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT relay_lease_single CHECK (singleton)
);
INSERT INTO relay_lease DEFAULT VALUES;

CREATE TABLE inbox (
    consumer text NOT NULL,
    message_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (consumer, message_id)
);
CREATE INDEX inbox_received ON inbox USING brin (received_at);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT dead_letter_pkey PRIMARY KEY,
    queue text NOT NULL,
    message_id text NOT NULL,
    type text,
    subject text,
    reason text NOT NULL,
    detail text NOT NULL,
    attempts integer NOT NULL,
    times integer NOT NULL DEFAULT 1,
    headers jsonb NOT NULL,
    properties jsonb NOT NULL,
    body bytea NOT NULL,
    died_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open',
    settled_at timestamptz,
    settled_by text,
    CONSTRAINT dead_letter_state CHECK (state IN ('open', 'replayed', 'dropped')),
    CONSTRAINT dead_letter_message UNIQUE (queue, message_id)
);
CREATE INDEX dead_letter_open ON dead_letter (queue, reason) WHERE state = 'open';
CREATE INDEX dead_letter_subject ON dead_letter (subject);

CREATE TABLE idempotency (
    key text NOT NULL,
    actor text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_created ON idempotency USING brin (created_at);

-- Who did or saw what. Rows are sealed into a chain of blocks; the app role may only insert and read both.
CREATE TABLE audit_log (
    id uuid NOT NULL CONSTRAINT audit_log_pkey PRIMARY KEY,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    actor text,
    correlation_id uuid NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX audit_log_transaction ON audit_log (transaction_id);
CREATE INDEX audit_log_subject ON audit_log (subject, at);

CREATE TABLE audit_block (
    number bigint NOT NULL CONSTRAINT audit_block_pkey PRIMARY KEY,
    below xid8 NOT NULL,
    entries integer NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), app);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', current_schema(), app);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', current_schema(), app);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, inbox, dead_letter, idempotency TO %I', app);
    EXECUTE format('GRANT SELECT, UPDATE ON relay_lease TO %I', app);
    EXECUTE format('GRANT SELECT, INSERT ON audit_log, audit_block TO %I', app);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', current_schema(), app);
END $$;
