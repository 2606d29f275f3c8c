-- migrate:up

-- Heads of the audit logs of all services, to be stored in S3 as told; a row is what still must be stored, or was.
CREATE TABLE anker (
    dienst text NOT NULL,
    blok bigint NOT NULL,
    hash text NOT NULL,
    verzegeld_op timestamptz NOT NULL,
    opgeslagen_op timestamptz,
    CONSTRAINT anker_pkey PRIMARY KEY (dienst, blok, hash)
);
CREATE INDEX anker_to_store ON anker (verzegeld_op) WHERE opgeslagen_op IS NULL;

-- Erases what this service holds of one hulpvraag, for who may not delete otherwise: only one that is marked. Returns how many
-- rows went, per table.
CREATE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = documents, pg_temp AS $$
DECLARE
    aantallen jsonb := '{}';
    aantal bigint;
    hier uuid [];
BEGIN
    IF NOT EXISTS (SELECT FROM vernietigd WHERE hulpvraag = wie) THEN
        RAISE EXCEPTION 'hulpvraag % is not marked to be erased', wie;
    END IF;
    -- Files of an overlegronde are kept under the id of a reaction, with the number of the hulpvraag.
    SELECT array_agg(hulpvraag) || wie INTO hier FROM batch
    WHERE dossiernummer = (SELECT dossiernummer FROM vernietigd WHERE vernietigd.hulpvraag = wie);
    DELETE FROM uploadslot WHERE hulpvraag = ANY(hier) OR id IN (SELECT uploadslot FROM bijlage WHERE hulpvraag = ANY(hier));
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('uploadslot', aantal);
    DELETE FROM bijlage WHERE hulpvraag = ANY(hier);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('bijlage', aantal);
    DELETE FROM batch WHERE hulpvraag = ANY(hier);
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('batch', aantal);
    DELETE FROM brief WHERE hulpvraag = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('brief', aantal);
    RETURN aantallen;
END $$;
REVOKE ALL ON FUNCTION vernietig(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vernietig(uuid) TO documents_app;
