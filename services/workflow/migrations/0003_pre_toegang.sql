-- migrate:up

-- Extra access: one hulpvraag opened for one account, until a moment (manual 003, 3.2). What ended stays, for who asks later who
-- could see it. `tot` is the first moment without access.
CREATE TABLE toegang (
    id uuid NOT NULL CONSTRAINT toegang_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT toegang_hulpvraag REFERENCES hulpvraag (id),
    account uuid NOT NULL,
    naam text NOT NULL,
    email text NOT NULL,
    reden text NOT NULL,
    tot timestamptz NOT NULL,
    door_account uuid NOT NULL,
    door_naam text NOT NULL,
    door_email text NOT NULL,
    gegeven_op timestamptz NOT NULL,
    herinneren_op timestamptz,
    ingetrokken_op timestamptz
);
CREATE INDEX toegang_of_hulpvraag ON toegang (hulpvraag, account);
CREATE INDEX toegang_of_account ON toegang (account, tot) WHERE ingetrokken_op IS NULL;
CREATE INDEX toegang_to_remind ON toegang (herinneren_op) WHERE herinneren_op IS NOT NULL;
