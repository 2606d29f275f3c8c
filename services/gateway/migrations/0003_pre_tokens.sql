-- migrate:up
-- With what programs of a person come in on /api/v1. The token itself is nowhere: only its SHA-256. `seen_at` and
-- `refused_at` are coarse: an hour.
CREATE TABLE api_token (
    id uuid NOT NULL CONSTRAINT api_token_pkey PRIMARY KEY,
    account uuid NOT NULL CONSTRAINT api_token_account REFERENCES account ON DELETE CASCADE,
    token_hash bytea NOT NULL CONSTRAINT api_token_hash UNIQUE,
    naam text NOT NULL,
    scopes text [] NOT NULL CONSTRAINT api_token_scopes CHECK (cardinality(scopes) > 0),
    created_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    seen_at timestamptz,
    refused_at timestamptz,
    withdrawn_at timestamptz,
    remind_at timestamptz
);
CREATE INDEX api_token_of_account ON api_token (account) WHERE withdrawn_at IS NULL;
CREATE INDEX api_token_ends ON api_token (ends_at);
CREATE INDEX api_token_remind ON api_token (remind_at) WHERE remind_at IS NOT NULL AND withdrawn_at IS NULL;
