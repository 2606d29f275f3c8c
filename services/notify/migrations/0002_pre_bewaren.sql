-- migrate:up

-- Erases what this service holds of one hulpvraag, for who may not delete otherwise: only one that is marked. Returns how many
-- rows went, per table.
CREATE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = notify, pg_temp AS $$
DECLARE
    aantallen jsonb := '{}';
    aantal bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM vernietigd WHERE hulpvraag = wie) THEN
        RAISE EXCEPTION 'hulpvraag % is not marked to be erased', wie;
    END IF;
    DELETE FROM poging WHERE mail IN (SELECT id FROM mail WHERE hulpvraag = wie);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('poging', aantal);
    DELETE FROM mail WHERE hulpvraag = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('mail', aantal);
    RETURN aantallen;
END $$;
REVOKE ALL ON FUNCTION vernietig(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vernietig(uuid) TO notify_app;
