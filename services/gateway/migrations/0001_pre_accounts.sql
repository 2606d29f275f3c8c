-- migrate:up
-- Who may log in, who is logged in, and what keeps guessers slow. Every check reads these rows: no replica remembers anything.

CREATE TABLE account (
    id uuid NOT NULL CONSTRAINT account_pkey PRIMARY KEY,
    organisatie text NOT NULL,
    gebruikersnaam text NOT NULL,
    naam text NOT NULL,
    email text NOT NULL,
    soort text NOT NULL CONSTRAINT account_soort CHECK (soort IN ('swv', 'bestuur', 'school', 'extern', 'ouder')),
    swv text NOT NULL,
    rollen text [] NOT NULL,
    password_hash text,
    totp_secret bytea,
    tweede_factor text NOT NULL DEFAULT 'app' CONSTRAINT account_tweede_factor CHECK (tweede_factor IN ('app', 'mail')),
    state text NOT NULL DEFAULT 'active' CONSTRAINT account_state CHECK (state IN ('invited', 'active', 'stopped')),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT account_name UNIQUE (organisatie, gebruikersnaam),
    -- Nobody who can log in is without two factors.
    CONSTRAINT account_two_factors CHECK (
        state <> 'active' OR (password_hash IS NOT NULL AND (tweede_factor = 'mail' OR totp_secret IS NOT NULL))
    ),
    CONSTRAINT account_normal_form CHECK (organisatie = upper(organisatie) AND gebruikersnaam = lower(gebruikersnaam))
);

CREATE INDEX account_swv ON account (swv, organisatie, gebruikersnaam);

-- The token itself is nowhere: only its SHA-256, so that a copy of this table opens no door.
CREATE TABLE session (
    id uuid NOT NULL CONSTRAINT session_pkey PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT session_token UNIQUE,
    account uuid NOT NULL CONSTRAINT session_account REFERENCES account ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT session_kind CHECK (kind IN ('portal', 'api')),
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX session_of_account ON session (account) WHERE ended_at IS NULL;
CREATE INDEX session_ends ON session (ends_at);

-- A code counts once, on whichever node it is given (RFC 6238, 5.2).
CREATE TABLE used_code (
    account uuid NOT NULL CONSTRAINT used_code_account REFERENCES account ON DELETE CASCADE,
    step bigint NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT used_code_pkey PRIMARY KEY (account, step)
);
CREATE INDEX used_code_used ON used_code (used_at);

-- Attempts to log in, per name as typed and per address; both as a keyed hash.
CREATE TABLE login_guard (
    key bytea NOT NULL CONSTRAINT login_guard_pkey PRIMARY KEY,
    attempts bigint NOT NULL,
    since timestamptz NOT NULL,
    blocked_until timestamptz
);
CREATE INDEX login_guard_since ON login_guard (since);
