-- migrate:up
-- What was mailed to someone and still works: of each kind the newest only. The token is nowhere, only its keyed hash.
-- `secret` is a second factor that is being set up, sealed.
CREATE TABLE link (
    account uuid NOT NULL CONSTRAINT link_account REFERENCES account ON DELETE CASCADE,
    doel text NOT NULL CONSTRAINT link_doel CHECK (doel IN ('uitnodiging', 'wachtwoord', 'tweede-factor', 'code')),
    token_hash bytea NOT NULL CONSTRAINT link_token UNIQUE,
    secret bytea,
    created_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT link_pkey PRIMARY KEY (account, doel)
);
CREATE INDEX link_ends ON link (ends_at);

-- Codes on paper, each for one log-in without the telephone; a used one is gone.
CREATE TABLE recovery_code (
    account uuid NOT NULL CONSTRAINT recovery_code_account REFERENCES account ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (account, code_hash)
);

-- Who lost their telephone and their recovery codes, and waits for a second person.
CREATE TABLE factor_request (
    account uuid NOT NULL CONSTRAINT factor_request_pkey PRIMARY KEY
    CONSTRAINT factor_request_account REFERENCES account ON DELETE CASCADE,
    asked_at timestamptz NOT NULL
);

-- What workflow told of the roles of each SWV (shared/roles.py): the highest version wins.
CREATE TABLE rollen (
    swv text NOT NULL CONSTRAINT rollen_pkey PRIMARY KEY,
    versie integer NOT NULL,
    namen jsonb NOT NULL
);
