-- migrate:up

-- An OSO dossier that came with a hulpvraag: offered, judged by documents, read here once. `bewijs` is what documents gives it
-- against, until it is read. What was taken over of it is a version of the pupil's dossier, beside what the messages say.
CREATE TABLE osodossier (
    id uuid CONSTRAINT osodossier_pkey PRIMARY KEY,
    swv text NOT NULL,
    hulpvraag uuid NOT NULL CONSTRAINT osodossier_hulpvraag REFERENCES hulpvraag ON DELETE CASCADE,
    dossier uuid NOT NULL CONSTRAINT osodossier_dossier REFERENCES dossier,
    connector text CONSTRAINT osodossier_connector REFERENCES connector,
    uploadslot uuid NOT NULL,
    bewijs text,
    gegevensblokken text [] NOT NULL,
    staat text NOT NULL,
    bijlage uuid,
    grootte bigint,
    sha256 text,
    versie integer,
    standaard text,
    profiel text,
    gegevens jsonb,
    bijlagen text [] NOT NULL DEFAULT '{}',
    bevindingen jsonb NOT NULL DEFAULT '[]',
    bewaard boolean,
    aangeboden_op timestamptz NOT NULL,
    afgehandeld_op timestamptz,
    pogingen integer NOT NULL DEFAULT 0,
    volgende_poging_op timestamptz,
    claim uuid,
    geclaimd_tot timestamptz,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    CONSTRAINT osodossier_once UNIQUE (hulpvraag, uploadslot),
    CONSTRAINT osodossier_versie UNIQUE (dossier, versie),
    CONSTRAINT osodossier_staat CHECK (staat IN ('aangeboden', 'te lezen', 'gelezen', 'afgewezen')),
    CONSTRAINT osodossier_gelezen CHECK ((staat = 'gelezen') = (gegevens IS NOT NULL AND versie IS NOT NULL)),
    CONSTRAINT osodossier_done CHECK ((staat IN ('gelezen', 'afgewezen')) = (afgehandeld_op IS NOT NULL))
);
CREATE INDEX osodossier_to_read ON osodossier (volgende_poging_op, id) WHERE staat = 'te lezen';
REVOKE DELETE ON osodossier FROM intake_app;

ALTER TABLE osodossier ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON osodossier USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
