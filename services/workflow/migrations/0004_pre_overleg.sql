-- migrate:up

-- A hulpvraag talked over with some people until a moment (manual 003, 2.9). `tot` is the first moment without sight for who takes
-- part; a round that was closed ended then. `rollen` are those of the organiser: nobody lets others see more than they do.
CREATE TABLE overlegronde (
    id uuid NOT NULL CONSTRAINT overlegronde_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT overlegronde_hulpvraag REFERENCES hulpvraag (id),
    onderwerp text NOT NULL,
    omschrijving text NOT NULL,
    tot timestamptz NOT NULL,
    gesloten boolean NOT NULL DEFAULT false,
    besloten_reacties boolean NOT NULL,
    besloten_deelname boolean NOT NULL,
    organisator uuid NOT NULL,
    organisator_naam text NOT NULL,
    rollen text [] NOT NULL,
    begonnen_op timestamptz NOT NULL,
    herinneren_op timestamptz
);
CREATE INDEX overlegronde_of_hulpvraag ON overlegronde (hulpvraag);
CREATE INDEX overlegronde_to_remind ON overlegronde (herinneren_op) WHERE herinneren_op IS NOT NULL;

-- Who takes part. Who was taken out stays, for who asks later who could see it. `mails`: of reactions and the approaching end.
CREATE TABLE overlegdeelnemer (
    id uuid NOT NULL CONSTRAINT overlegdeelnemer_pkey PRIMARY KEY,
    overlegronde uuid NOT NULL CONSTRAINT overlegdeelnemer_overlegronde REFERENCES overlegronde (id),
    account uuid NOT NULL,
    naam text NOT NULL,
    email text NOT NULL,
    mails boolean NOT NULL DEFAULT true,
    sinds timestamptz NOT NULL,
    verwijderd_op timestamptz
);
CREATE UNIQUE INDEX overlegdeelnemer_once ON overlegdeelnemer (overlegronde, account) WHERE verwijderd_op IS NULL;
CREATE INDEX overlegdeelnemer_of_account ON overlegdeelnemer (account) WHERE verwijderd_op IS NULL;

CREATE TABLE overlegreactie (
    id uuid NOT NULL CONSTRAINT overlegreactie_pkey PRIMARY KEY,
    overlegronde uuid NOT NULL CONSTRAINT overlegreactie_overlegronde REFERENCES overlegronde (id),
    account uuid NOT NULL,
    naam text NOT NULL,
    tekst text NOT NULL,
    geplaatst_op timestamptz NOT NULL
);
CREATE INDEX overlegreactie_of_ronde ON overlegreactie (overlegronde, id);

-- A file with a reaction: documents keeps it under the reaction's id. `bericht` says why one was refused; it then has no bytes.
CREATE TABLE overlegbijlage (
    id uuid NOT NULL CONSTRAINT overlegbijlage_pkey PRIMARY KEY,
    reactie uuid NOT NULL CONSTRAINT overlegbijlage_reactie REFERENCES overlegreactie (id),
    naam text NOT NULL,
    bericht text
);
CREATE INDEX overlegbijlage_of_reactie ON overlegbijlage (reactie);

-- The verwerkersovereenkomst of a board, both days included; no last day: until further notice (manual 002:260).
CREATE TABLE overeenkomst (
    swv text NOT NULL,
    bestuur text NOT NULL,
    van date NOT NULL,
    tot date,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT overeenkomst_pkey PRIMARY KEY (swv, bestuur),
    CONSTRAINT overeenkomst_period CHECK (tot >= van)
);

-- Each of these is walled off like the tables of 0008.
ALTER TABLE overlegronde ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overlegronde
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = overlegronde.hulpvraag));
ALTER TABLE overlegdeelnemer ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overlegdeelnemer
USING (
    current_setting('schakel.swv', true) = '*'
    OR EXISTS (SELECT FROM overlegronde AS hoort_bij WHERE hoort_bij.id = overlegdeelnemer.overlegronde)
);
ALTER TABLE overlegreactie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overlegreactie
USING (
    current_setting('schakel.swv', true) = '*'
    OR EXISTS (SELECT FROM overlegronde AS hoort_bij WHERE hoort_bij.id = overlegreactie.overlegronde)
);
ALTER TABLE overlegbijlage ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overlegbijlage
USING (
    current_setting('schakel.swv', true) = '*'
    OR EXISTS (SELECT FROM overlegreactie AS hoort_bij WHERE hoort_bij.id = overlegbijlage.reactie)
);
ALTER TABLE overeenkomst ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overeenkomst USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
