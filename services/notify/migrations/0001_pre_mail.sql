-- migrate:up
-- One mail per change of status, recipient and template, or one about an account. What becomes of it stands in the row, every
-- attempt in poging. `geheim` is the token of a link or a code, sealed: it opens with a key that is in the settings only, so
-- neither a copy of this table nor of a message opens an account.

CREATE TABLE mail (
    id uuid NOT NULL CONSTRAINT mail_pkey PRIMARY KEY,
    message_id text NOT NULL,
    swv text NOT NULL,
    hulpvraag uuid,
    dossiernummer bigint,
    account uuid,
    wijziging uuid NOT NULL,
    doelgroep text NOT NULL,
    naam text NOT NULL,
    email text NOT NULL,
    adres text NOT NULL,
    sjabloon text NOT NULL,
    onderwerp text NOT NULL,
    inhoud jsonb NOT NULL,
    geheim bytea,
    geldig_tot timestamptz,
    staat text NOT NULL,
    pogingen integer NOT NULL DEFAULT 0,
    volgende_poging timestamptz NOT NULL,
    code integer,
    antwoord text NOT NULL DEFAULT '',
    gepland_op timestamptz NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    correlation_id uuid NOT NULL,
    traceparent text,
    token uuid,
    claimed_until timestamptz,
    CONSTRAINT mail_once UNIQUE (wijziging, adres, sjabloon),
    CONSTRAINT mail_staat CHECK (staat IN (
        'gepland', 'onderdrukt', 'bezig', 'aangeboden', 'uitgesteld', 'geweigerd', 'onbekend', 'opgegeven')),
    CONSTRAINT mail_about CHECK (num_nonnulls(hulpvraag, account) = 1 AND num_nulls(hulpvraag, dossiernummer) IN (0, 2)),
    CONSTRAINT mail_claim CHECK ((staat = 'bezig') = (claimed_until IS NOT NULL))
);
CREATE INDEX mail_due ON mail (volgende_poging, id) WHERE staat IN ('gepland', 'uitgesteld', 'onbekend');
CREATE INDEX mail_claimed ON mail (claimed_until) WHERE staat = 'bezig';
CREATE INDEX mail_adres ON mail (adres, id);
CREATE INDEX mail_hulpvraag ON mail (hulpvraag, id);

-- Who was told what when: rows are added only. They go with their mail, when that is erased.
CREATE TABLE poging (
    id uuid NOT NULL,
    mail uuid NOT NULL CONSTRAINT poging_mail REFERENCES mail (id) ON DELETE CASCADE,
    op timestamptz NOT NULL,
    uitkomst text NOT NULL,
    code integer,
    tekst text NOT NULL,
    CONSTRAINT poging_pkey PRIMARY KEY (mail, id),
    CONSTRAINT poging_uitkomst CHECK (uitkomst IN ('aangeboden', 'uitgesteld', 'geweigerd', 'onbekend'))
);

-- Only who ever chose has a row; without one mails are sent.
CREATE TABLE voorkeur (
    adres text NOT NULL CONSTRAINT voorkeur_pkey PRIMARY KEY,
    statusmails boolean NOT NULL,
    gewijzigd_op timestamptz NOT NULL
);

DO $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON poging FROM %I', current_schema() || '_app');
END $$;
