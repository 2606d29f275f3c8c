-- migrate:up

-- Under which references of connectors something was erased, as a hash: the same one again is refused.
CREATE TABLE vernietigde_referentie (
    sleutel bytea NOT NULL CONSTRAINT vernietigde_referentie_pkey PRIMARY KEY
);
REVOKE UPDATE, DELETE ON vernietigde_referentie FROM intake_app;

CREATE FUNCTION referentiesleutel(connector text, school text, referentie text) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(convert_to(connector || E'\n' || school || E'\n' || referentie, 'UTF8'));

-- Erases what this service holds of one hulpvraag, for who may not delete otherwise: only one that is marked. Returns how many
-- rows went, per table.
CREATE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = intake, pg_temp AS $$
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
REVOKE ALL ON FUNCTION vernietig(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vernietig(uuid) TO intake_app;
