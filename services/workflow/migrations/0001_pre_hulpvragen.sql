-- migrate:up

-- Published rule sets: as used, and the text as it was written. A running hulpvraag stays on the version it started with until it
-- is migrated, so a version never changes.
CREATE TABLE regelset (
    swv text NOT NULL,
    versie integer NOT NULL,
    inhoud jsonb NOT NULL,
    tekst text NOT NULL,
    door text NOT NULL,
    gepubliceerd_op timestamptz NOT NULL,
    CONSTRAINT regelset_pkey PRIMARY KEY (swv, versie)
);
REVOKE UPDATE, DELETE ON regelset FROM workflow_app;

-- One narrow row per hulpvraag: where it stands, and what a list shows. `versie` is the number of its rows of history;
-- `zichtbaar_voor` are the roles that may see it at its status, empty for all; `deadline` is that of the first term that runs out.
CREATE TABLE hulpvraag (
    id uuid NOT NULL CONSTRAINT hulpvraag_pkey PRIMARY KEY,
    dossiernummer bigint NOT NULL CONSTRAINT hulpvraag_dossiernummer UNIQUE,
    swv text NOT NULL,
    school text NOT NULL,
    bestuur text NOT NULL,
    titel text NOT NULL,
    naam text NOT NULL,
    schoolnaam text NOT NULL,
    aanvraagtype text,
    regels_versie integer NOT NULL,
    status text,
    einde boolean NOT NULL DEFAULT false,
    zichtbaar_voor text[] NOT NULL DEFAULT '{}',
    versie integer NOT NULL DEFAULT 1,
    deadline date,
    coordinator text,
    coordinator_email text,
    labels text[] NOT NULL DEFAULT '{}',
    ingediend_op timestamptz NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    zoek tsvector NOT NULL,
    CONSTRAINT hulpvraag_sorted CHECK (aanvraagtype IS NOT NULL OR status IS NULL)
);
-- A list runs newest first, which is by dossiernummer: of a SWV, by status, of a school, of a board, what is open, what is to be
-- sorted. A day comes last where it narrows a list: rows of another day are passed over in the index, unseen.
CREATE INDEX hulpvraag_swv ON hulpvraag (swv, dossiernummer, ingediend_op);
CREATE INDEX hulpvraag_status ON hulpvraag (swv, status, dossiernummer);
CREATE INDEX hulpvraag_school ON hulpvraag (school, dossiernummer);
CREATE INDEX hulpvraag_bestuur ON hulpvraag (bestuur, dossiernummer);
CREATE INDEX hulpvraag_open ON hulpvraag (swv, dossiernummer) WHERE NOT einde;
CREATE INDEX hulpvraag_unsorted ON hulpvraag (swv, dossiernummer) WHERE aanvraagtype IS NULL;
CREATE INDEX hulpvraag_coordinator ON hulpvraag (swv, coordinator, dossiernummer) WHERE coordinator IS NOT NULL;
CREATE INDEX hulpvraag_deadline ON hulpvraag (swv, dossiernummer, deadline) WHERE deadline IS NOT NULL;
CREATE INDEX hulpvraag_regels ON hulpvraag (swv, regels_versie) WHERE NOT einde;
CREATE INDEX hulpvraag_zoek ON hulpvraag USING gin (zoek);

-- What was submitted, whole: apart, so that a list or a change need not carry it along. It never changes.
CREATE TABLE inzending (
    hulpvraag uuid NOT NULL CONSTRAINT inzending_pkey PRIMARY KEY CONSTRAINT inzending_hulpvraag REFERENCES hulpvraag (id),
    inhoud jsonb NOT NULL
);
REVOKE UPDATE, DELETE ON inzending FROM workflow_app;

-- The history: append-only. `mails` are the audiences of the rule set, `zonder_adres` those nobody could be found for.
CREATE TABLE statuswijziging (
    hulpvraag uuid NOT NULL CONSTRAINT statuswijziging_hulpvraag REFERENCES hulpvraag (id),
    versie integer NOT NULL,
    id uuid NOT NULL,
    vorige text,
    status text,
    reden text,
    toelichting text NOT NULL DEFAULT '',
    bespreekdatum date,
    aanleiding text NOT NULL,
    account uuid,
    naam text,
    rol text,
    mails jsonb NOT NULL DEFAULT '[]',
    zonder_adres text[] NOT NULL DEFAULT '{}',
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT statuswijziging_pkey PRIMARY KEY (hulpvraag, versie)
);
REVOKE UPDATE, DELETE ON statuswijziging FROM workflow_app;

-- Bijlagen that may be seen: of a judged batch, or a letter. Names are for forms that a bijlage stands for.
CREATE TABLE bijlage (
    id uuid NOT NULL CONSTRAINT bijlage_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT bijlage_hulpvraag REFERENCES hulpvraag (id),
    naam text NOT NULL
);
CREATE INDEX bijlage_of_hulpvraag ON bijlage (hulpvraag);

-- Batches with a clean bijlage: each may change a status once, however often and in however many parts it is told.
CREATE TABLE batch (
    id uuid NOT NULL CONSTRAINT batch_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT batch_hulpvraag REFERENCES hulpvraag (id),
    gezien_op timestamptz NOT NULL
);

-- The last number given per series and year. Its row is locked until the decision is committed: no gap, no double.
CREATE TABLE besluitnummer (
    swv text NOT NULL,
    reeks text NOT NULL,
    jaar integer NOT NULL,
    laatste integer NOT NULL,
    CONSTRAINT besluitnummer_pkey PRIMARY KEY (swv, reeks, jaar)
);
REVOKE DELETE ON besluitnummer FROM workflow_app;

CREATE TABLE besluit (
    id uuid NOT NULL CONSTRAINT besluit_pkey PRIMARY KEY,
    hulpvraag uuid NOT NULL CONSTRAINT besluit_hulpvraag REFERENCES hulpvraag (id),
    soort text NOT NULL,
    toegekend boolean NOT NULL,
    nummer text NOT NULL CONSTRAINT besluit_nummer UNIQUE,
    versie integer NOT NULL DEFAULT 1,
    CONSTRAINT besluit_once UNIQUE (hulpvraag, toegekend)
);

-- Every version of a decision stays: a letter was sent of it.
CREATE TABLE besluitversie (
    besluit uuid NOT NULL CONSTRAINT besluitversie_besluit REFERENCES besluit (id),
    versie integer NOT NULL,
    categorie text,
    begin date,
    eind date,
    omschrijving text NOT NULL,
    begeleider text NOT NULL,
    motivering text NOT NULL,
    genomen_op date NOT NULL,
    account uuid NOT NULL,
    naam text NOT NULL,
    rol text NOT NULL,
    vastgelegd_op timestamptz NOT NULL,
    CONSTRAINT besluitversie_pkey PRIMARY KEY (besluit, versie)
);
REVOKE UPDATE, DELETE ON besluitversie FROM workflow_app;

-- What documents and bron-export told us of a decision; the highest version wins.
CREATE TABLE brief (
    besluit uuid NOT NULL CONSTRAINT brief_besluit REFERENCES besluit (id),
    brief text NOT NULL,
    versie integer NOT NULL,
    bij text NOT NULL,
    bijlage uuid NOT NULL,
    naam text NOT NULL,
    grootte bigint NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT brief_pkey PRIMARY KEY (besluit, brief)
);

CREATE TABLE registratiestaat (
    registratie uuid NOT NULL CONSTRAINT registratiestaat_pkey PRIMARY KEY,
    besluit uuid NOT NULL CONSTRAINT registratiestaat_besluit REFERENCES besluit (id),
    soort text NOT NULL,
    staat text NOT NULL,
    versie integer NOT NULL,
    signalen jsonb NOT NULL,
    gewijzigd_op timestamptz NOT NULL
);
CREATE INDEX registratiestaat_of_besluit ON registratiestaat (besluit);

-- The mail address of a role of the SWV.
CREATE TABLE postbus (
    swv text NOT NULL,
    rol text NOT NULL,
    email text NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT postbus_pkey PRIMARY KEY (swv, rol)
);
