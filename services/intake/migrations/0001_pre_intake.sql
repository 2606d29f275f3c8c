-- migrate:up
-- Organisations and connectors, what was received, dossiers and hulpvragen, and what goes back to connectors.

CREATE TABLE swv (
    code text CONSTRAINT swv_pkey PRIMARY KEY,
    naam text NOT NULL,
    CONSTRAINT swv_code CHECK (code ~ '^(PO|VO)[0-9A-Z]{4}$')
);

CREATE TABLE bestuur (
    code text CONSTRAINT bestuur_pkey PRIMARY KEY,
    naam text NOT NULL
);

CREATE TABLE school (
    code text CONSTRAINT school_pkey PRIMARY KEY,
    naam text NOT NULL,
    bestuur text NOT NULL CONSTRAINT school_bestuur REFERENCES bestuur,
    swv text NOT NULL CONSTRAINT school_swv REFERENCES swv,
    CONSTRAINT school_code CHECK (code ~ '^\d{2}[A-Z]{2}\d{2}$')
);
CREATE INDEX school_by_swv ON school (swv, code);
CREATE INDEX school_by_bestuur ON school (bestuur, code);

CREATE TABLE connector (
    id text CONSTRAINT connector_pkey PRIMARY KEY,
    naam text NOT NULL,
    gebruiker text NOT NULL CONSTRAINT connector_gebruiker UNIQUE,
    actief boolean NOT NULL,
    toegevoegd_op timestamptz NOT NULL,
    CONSTRAINT connector_slug CHECK (id ~ '^[a-z][a-z0-9-]{0,30}$')
);

-- Which SWVs a connector may address, and for which schools it may speak.
CREATE TABLE connector_swv (
    connector text NOT NULL CONSTRAINT connector_swv_connector REFERENCES connector,
    swv text NOT NULL CONSTRAINT connector_swv_swv REFERENCES swv,
    CONSTRAINT connector_swv_pkey PRIMARY KEY (connector, swv)
);

CREATE TABLE mandaat (
    connector text NOT NULL CONSTRAINT mandaat_connector REFERENCES connector,
    school text NOT NULL CONSTRAINT mandaat_school REFERENCES school,
    CONSTRAINT mandaat_pkey PRIMARY KEY (connector, school)
);

-- The way back to one connector: who sends now (a lease with a fencing token), the last number given out and the last one
-- that the broker confirmed. A row of uitgaand was sent when its number is at most `verzonden`.
CREATE TABLE lijn (
    connector text CONSTRAINT lijn_pkey PRIMARY KEY CONSTRAINT lijn_connector REFERENCES connector,
    houder uuid,
    fence bigint NOT NULL DEFAULT 0,
    verloopt_op timestamptz NOT NULL DEFAULT '-infinity',
    genummerd bigint NOT NULL DEFAULT 0,
    verzonden bigint NOT NULL DEFAULT 0,
    CONSTRAINT lijn_order CHECK (verzonden <= genummerd)
) WITH (fillfactor = 50);

-- Everything that came in, as it came in. `bericht` is the message's identity: null when it has none that can be trusted.
CREATE TABLE ontvangst (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ontvangst_pkey PRIMARY KEY,
    connector text CONSTRAINT ontvangst_connector REFERENCES connector,
    bericht uuid,
    eigenschappen jsonb NOT NULL,
    grootte integer NOT NULL,
    sha256 bytea NOT NULL,
    body bytea,
    traceparent text,
    ontvangen_op timestamptz NOT NULL,
    staat text NOT NULL DEFAULT 'nieuw',
    uitkomst text,
    hulpvraag uuid,
    herhalingen integer NOT NULL DEFAULT 0,
    pogingen integer NOT NULL DEFAULT 0,
    reden text,
    sleutel text,
    volgende_poging_op timestamptz,
    CONSTRAINT ontvangst_staat CHECK (staat IN ('nieuw', 'herhaald', 'verwerkt', 'mislukt')),
    CONSTRAINT ontvangst_uitkomst CHECK (uitkomst IN ('aanvaard', 'geweigerd', 'doorgegeven')),
    CONSTRAINT ontvangst_once UNIQUE (connector, bericht)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX ontvangst_waiting ON ontvangst (connector, id) WHERE staat IN ('nieuw', 'herhaald');
CREATE INDEX ontvangst_failing ON ontvangst (connector, id) WHERE staat = 'mislukt';
CREATE INDEX ontvangst_refused ON ontvangst (ontvangen_op) WHERE uitkomst = 'geweigerd' AND body IS NOT NULL;
CREATE INDEX ontvangst_hulpvraag ON ontvangst (hulpvraag) WHERE hulpvraag IS NOT NULL;

-- What is known of one leerling, groep or school; `sleutel` is the leerlingid, the name of the groep, or empty.
CREATE TABLE dossier (
    id uuid CONSTRAINT dossier_pkey PRIMARY KEY,
    swv text NOT NULL CONSTRAINT dossier_swv REFERENCES swv,
    school text NOT NULL CONSTRAINT dossier_school REFERENCES school,
    niveau text NOT NULL,
    sleutel text NOT NULL,
    versie integer NOT NULL,
    gegevens jsonb NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT dossier_niveau CHECK (niveau IN ('leerling', 'groep', 'school')),
    CONSTRAINT dossier_once UNIQUE (swv, school, niveau, sleutel)
) WITH (fillfactor = 90);

-- Every version of a dossier's data, with the message that brought it.
CREATE TABLE dossierversie (
    swv text NOT NULL,
    dossier uuid NOT NULL CONSTRAINT dossierversie_dossier REFERENCES dossier,
    versie integer NOT NULL,
    gegevens jsonb NOT NULL,
    ontvangst bigint NOT NULL,
    vanaf timestamptz NOT NULL,
    CONSTRAINT dossierversie_pkey PRIMARY KEY (dossier, versie)
);

-- Zero means "not sent" to a school (manual 000, ch. 5 step 10) and is never given out.
CREATE SEQUENCE dossiernummer AS bigint START WITH 100001 MINVALUE 100001;

CREATE TABLE hulpvraag (
    id uuid CONSTRAINT hulpvraag_pkey PRIMARY KEY,
    dossiernummer bigint NOT NULL DEFAULT nextval('dossiernummer') CONSTRAINT hulpvraag_dossiernummer UNIQUE,
    swv text NOT NULL,
    dossier uuid NOT NULL CONSTRAINT hulpvraag_dossier REFERENCES dossier,
    school text NOT NULL,
    connector text CONSTRAINT hulpvraag_connector REFERENCES connector,
    eigen_referentie text,
    vingerafdruk bytea,
    aanvraagtype text NOT NULL,
    omschrijving text NOT NULL,
    datum date NOT NULL,
    contactpersoon jsonb NOT NULL,
    ontvangst bigint NOT NULL,
    ingediend_op timestamptz NOT NULL,
    volgorde integer NOT NULL DEFAULT 1,
    statusversie integer NOT NULL DEFAULT 0,
    CONSTRAINT hulpvraag_positive CHECK (dossiernummer > 0),
    CONSTRAINT hulpvraag_referentie UNIQUE (connector, school, eigen_referentie)
) WITH (fillfactor = 80);
CREATE INDEX hulpvraag_by_dossier ON hulpvraag (dossier);

-- A connector's request for uploadslots, until documents has handed them out.
CREATE TABLE slotaanvraag (
    id uuid CONSTRAINT slotaanvraag_pkey PRIMARY KEY,
    connector text NOT NULL CONSTRAINT slotaanvraag_connector REFERENCES connector,
    ontvangst bigint NOT NULL,
    betreft text NOT NULL,
    beantwoord_op timestamptz
);

-- What a connector gets, in order. `volgnummer` is given out by the one sender of the connector, without gaps.
CREATE TABLE uitgaand (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT uitgaand_pkey PRIMARY KEY,
    connector text NOT NULL CONSTRAINT uitgaand_connector REFERENCES connector,
    volgnummer bigint,
    type text NOT NULL,
    betreft text,
    ontvangst bigint,
    hulpvraag uuid,
    message_id uuid NOT NULL,
    body bytea NOT NULL,
    traceparent text,
    gemaakt_op timestamptz NOT NULL,
    CONSTRAINT uitgaand_volgnummer UNIQUE (connector, volgnummer)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX uitgaand_unnumbered ON uitgaand (connector, id) WHERE volgnummer IS NULL;
CREATE INDEX uitgaand_answers ON uitgaand (ontvangst) WHERE ontvangst IS NOT NULL;
CREATE INDEX uitgaand_made ON uitgaand USING brin (gemaakt_op);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON dossierversie FROM %I', app);
    EXECUTE format('REVOKE DELETE ON hulpvraag, dossier, lijn, connector FROM %I', app);
END $$;
