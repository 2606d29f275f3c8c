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

-- As before, and what its OSO dossiers said.
CREATE OR REPLACE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = intake, pg_temp AS $$
DECLARE
    aantallen jsonb := '{}';
    aantal bigint;
    eigen record;
    ontvangen bigint [];
BEGIN
    IF NOT EXISTS (SELECT FROM vernietigd WHERE hulpvraag = wie) THEN
        RAISE EXCEPTION 'hulpvraag % is not marked to be erased', wie;
    END IF;
    SELECT dossier, connector, school, eigen_referentie INTO eigen FROM hulpvraag WHERE id = wie;
    IF eigen.eigen_referentie IS NOT NULL THEN
        INSERT INTO vernietigde_referentie (sleutel) VALUES (referentiesleutel(eigen.connector, eigen.school, eigen.eigen_referentie))
        ON CONFLICT DO NOTHING;
    END IF;
    SELECT coalesce(array_agg(id), '{}') INTO ontvangen FROM (
        SELECT id FROM ontvangst WHERE hulpvraag = wie UNION SELECT ontvangst FROM hulpvraag WHERE id = wie
    ) AS alles;
    DELETE FROM uitgaand WHERE hulpvraag = wie OR ontvangst = ANY(ontvangen);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('uitgaand', aantal);
    -- The row of a message stays, without what it said: the same message again is then no new hulpvraag.
    UPDATE ontvangst SET eigenschappen = '{}', sha256 = '', body = NULL, traceparent = NULL, hulpvraag = NULL, reden = NULL, sleutel = NULL
    WHERE id = ANY(ontvangen);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('ontvangst', aantal);
    DELETE FROM osodossier WHERE hulpvraag = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('osodossier', aantal);
    DELETE FROM hulpvraag WHERE id = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('hulpvraag', aantal);
    IF NOT EXISTS (SELECT FROM hulpvraag WHERE dossier = eigen.dossier) THEN
    DELETE FROM dossierversie WHERE dossier = eigen.dossier;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('dossierversie', aantal);
    DELETE FROM verhuisddossier WHERE dossier = eigen.dossier;
    DELETE FROM dossier WHERE id = eigen.dossier;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('dossier', aantal);
    END IF;
    RETURN aantallen;
END $$;
