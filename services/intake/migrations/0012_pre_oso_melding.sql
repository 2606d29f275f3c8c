-- migrate:up

-- A connector that speaks OSO-SWV: who it is in the education chain, where its messages go to, and the key it shows to us. The
-- key itself is with the connector, or with the proxy that knows its certificate.
CREATE TABLE las (
    connector text NOT NULL CONSTRAINT las_pkey PRIMARY KEY CONSTRAINT las_connector REFERENCES connector (id),
    oin text NOT NULL CONSTRAINT las_oin CHECK (oin ~ '^\d{20}$'),
    adres text NOT NULL,
    sleutel bytea NOT NULL CONSTRAINT las_sleutel UNIQUE
);

-- A dossier that stands ready with a LAS: announced, fetched, and what became of it. `bericht` is the announcement as it came.
CREATE TABLE notificatie (
    id uuid NOT NULL CONSTRAINT notificatie_pkey PRIMARY KEY,
    swv text NOT NULL CONSTRAINT notificatie_swv REFERENCES swv (code),
    school text NOT NULL CONSTRAINT notificatie_school REFERENCES school (code),
    connector text NOT NULL CONSTRAINT notificatie_las REFERENCES las (connector),
    koppelsleutel uuid NOT NULL,
    versie text NOT NULL,
    bron_brin text NOT NULL,
    bron_kenmerk text NOT NULL,
    doel_brin text NOT NULL,
    doel_kenmerk text NOT NULL,
    bericht bytea NOT NULL,
    ontvangen_op timestamptz NOT NULL,
    traceparent text,
    staat text NOT NULL CONSTRAINT notificatie_staat CHECK (staat IN ('op te halen', 'ontvangen', 'verwerkt', 'geweigerd')),
    reden text,
    detail text,
    pogingen integer NOT NULL DEFAULT 0,
    weigeringen integer NOT NULL DEFAULT 0,
    volgende_poging_op timestamptz,
    geclaimd_tot timestamptz,
    gewijzigd_op timestamptz NOT NULL,
    hulpvraag uuid CONSTRAINT notificatie_hulpvraag REFERENCES hulpvraag (id) ON DELETE SET NULL,
    CONSTRAINT notificatie_once UNIQUE (connector, koppelsleutel)
) WITH (fillfactor = 80);
CREATE INDEX notificatie_due ON notificatie (volgende_poging_op) WHERE volgende_poging_op IS NOT NULL;
CREATE INDEX notificatie_of_hulpvraag ON notificatie (hulpvraag) WHERE hulpvraag IS NOT NULL;

-- The dossier as the LAS gave it, and the form that came along with it, if any. It goes with its hulpvraag.
CREATE TABLE notificatiedossier (
    notificatie uuid NOT NULL CONSTRAINT notificatiedossier_pkey PRIMARY KEY
    CONSTRAINT notificatiedossier_notificatie REFERENCES notificatie (id),
    swv text NOT NULL,
    hulpvraag uuid CONSTRAINT notificatiedossier_hulpvraag REFERENCES hulpvraag (id) ON DELETE CASCADE,
    inhoud bytea NOT NULL,
    sha256 bytea NOT NULL,
    formulier jsonb NOT NULL,
    ontvangen_op timestamptz NOT NULL
);
CREATE INDEX notificatiedossier_of_hulpvraag ON notificatiedossier (hulpvraag) WHERE hulpvraag IS NOT NULL;

-- What the LAS is told: once each, in order per notificatie. Its texts go with the hulpvraag.
CREATE TABLE terugkoppeling (
    id uuid NOT NULL CONSTRAINT terugkoppeling_pkey PRIMARY KEY,
    notificatie uuid NOT NULL CONSTRAINT terugkoppeling_notificatie REFERENCES notificatie (id),
    swv text NOT NULL,
    hulpvraag uuid CONSTRAINT terugkoppeling_hulpvraag REFERENCES hulpvraag (id) ON DELETE CASCADE,
    versie integer NOT NULL,
    inhoud jsonb NOT NULL,
    gemaakt_op timestamptz NOT NULL,
    staat text NOT NULL CONSTRAINT terugkoppeling_staat
    CHECK (staat IN ('te verzenden', 'onderweg', 'verzonden', 'mislukt', 'onzeker')),
    reden text,
    detail text,
    pogingen integer NOT NULL DEFAULT 0,
    volgende_poging_op timestamptz,
    geclaimd_tot timestamptz,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT terugkoppeling_once UNIQUE (notificatie, versie)
) WITH (fillfactor = 80);
CREATE INDEX terugkoppeling_due ON terugkoppeling (volgende_poging_op) WHERE volgende_poging_op IS NOT NULL;
CREATE INDEX terugkoppeling_of_hulpvraag ON terugkoppeling (hulpvraag) WHERE hulpvraag IS NOT NULL;

-- What the register (OSR) said of a mandate, and on which day: only a yes is kept.
CREATE TABLE osrmandaat (
    brin text NOT NULL,
    leverancier text NOT NULL,
    dag date NOT NULL,
    van date,
    tot date,
    gevraagd_op timestamptz NOT NULL,
    CONSTRAINT osrmandaat_pkey PRIMARY KEY (brin, leverancier)
);

ALTER TABLE notificatie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON notificatie USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE notificatiedossier ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON notificatiedossier USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE terugkoppeling ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON terugkoppeling USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE DELETE ON las, notificatie, terugkoppeling FROM %I', app);
END $$;
