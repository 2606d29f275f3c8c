-- migrate:up

-- The terms of a hulpvraag, one row per day they count from, and when something must happen for them. A moment happens once: its
-- row is done, or gone, when the term it belonged to ended before.
CREATE TABLE termijn (
    hulpvraag uuid NOT NULL CONSTRAINT termijn_hulpvraag REFERENCES hulpvraag (id),
    naam text NOT NULL,
    grond date NOT NULL,
    deadline date,
    staat text NOT NULL CONSTRAINT termijn_staat CHECK (staat IN ('loopt', 'staat stil', 'gehaald', 'verstreken')),
    CONSTRAINT termijn_pkey PRIMARY KEY (hulpvraag, naam, grond)
);

CREATE TABLE termijnmoment (
    id uuid NOT NULL CONSTRAINT termijnmoment_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL,
    naam text NOT NULL,
    grond date NOT NULL,
    soort text NOT NULL,
    op timestamptz NOT NULL,
    gedaan_op timestamptz,
    CONSTRAINT termijnmoment_termijn FOREIGN KEY (hulpvraag, naam, grond) REFERENCES termijn (hulpvraag, naam, grond),
    CONSTRAINT termijnmoment_once UNIQUE (hulpvraag, naam, grond, soort)
);
CREATE INDEX termijnmoment_due ON termijnmoment (op) WHERE gedaan_op IS NULL;

-- A scholenkring of the SWV: who coordinates, and for which schools.
CREATE TABLE kring (
    swv text NOT NULL,
    naam text NOT NULL,
    coordinator text NOT NULL,
    email text NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT kring_pkey PRIMARY KEY (swv, naam)
);

CREATE TABLE kringschool (
    swv text NOT NULL,
    school text NOT NULL,
    kring text NOT NULL,
    CONSTRAINT kringschool_pkey PRIMARY KEY (swv, school),
    CONSTRAINT kringschool_kring FOREIGN KEY (swv, kring) REFERENCES kring (swv, naam)
);

-- Notes for oneself; nobody else ever sees them.
CREATE TABLE notitie (
    id uuid NOT NULL CONSTRAINT notitie_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT notitie_hulpvraag REFERENCES hulpvraag (id),
    account uuid NOT NULL,
    tekst text NOT NULL,
    gemaakt_op timestamptz NOT NULL,
    gewijzigd_op timestamptz NOT NULL
);
CREATE INDEX notitie_of_account ON notitie (hulpvraag, account, id);

-- A move of running hulpvragen to another version of the rules, and what each was before: for the preview's word and for the undo.
CREATE TABLE migratie (
    id uuid NOT NULL CONSTRAINT migratie_pkey PRIMARY KEY,
    swv text NOT NULL,
    naar_versie integer NOT NULL,
    toewijzing jsonb NOT NULL,
    mails boolean NOT NULL,
    door text NOT NULL,
    begonnen_op timestamptz NOT NULL,
    klaar_op timestamptz,
    ongedaan_op timestamptz
);

CREATE TABLE migratiestap (
    migratie uuid NOT NULL CONSTRAINT migratiestap_migratie REFERENCES migratie (id),
    hulpvraag uuid NOT NULL CONSTRAINT migratiestap_hulpvraag REFERENCES hulpvraag (id),
    van_versie integer NOT NULL,
    van_aanvraagtype text,
    van_status text,
    versie_na integer NOT NULL,
    ongedaan_op timestamptz,
    CONSTRAINT migratiestap_pkey PRIMARY KEY (migratie, hulpvraag)
);
CREATE INDEX migratiestap_to_undo ON migratiestap (migratie, hulpvraag) WHERE ongedaan_op IS NULL;
