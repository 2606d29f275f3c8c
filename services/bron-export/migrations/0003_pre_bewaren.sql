-- migrate:up

-- Erases what this service holds of one hulpvraag, for who may not delete otherwise: only one that is marked. Returns how many
-- rows went, per table.
CREATE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = bron_export, pg_temp AS $$
DECLARE
    aantallen jsonb := '{}';
    aantal bigint;
    besluiten uuid [];
BEGIN
    IF NOT EXISTS (SELECT FROM vernietigd WHERE hulpvraag = wie) THEN
        RAISE EXCEPTION 'hulpvraag % is not marked to be erased', wie;
    END IF;
    SELECT coalesce(array_agg(DISTINCT besluit), '{}') INTO besluiten FROM registratie WHERE hulpvraag = wie;
    DELETE FROM verzendpoging WHERE registratie IN (SELECT id FROM registratie WHERE hulpvraag = wie);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('verzendpoging', aantal);
    DELETE FROM correctie WHERE registratie IN (SELECT id FROM registratie WHERE hulpvraag = wie);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('correctie', aantal);
    DELETE FROM registratie WHERE hulpvraag = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('registratie', aantal);
    DELETE FROM besluit WHERE besluit.besluit = ANY(besluiten);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('besluit', aantal);
    RETURN aantallen;
END $$;
REVOKE ALL ON FUNCTION vernietig(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vernietig(uuid) TO bron_export_app;
