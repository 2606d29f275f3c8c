-- migrate:up

-- What was erased after its term, when, and that every service had nothing left. Nothing of a person stands here.
CREATE TABLE vernietiging (
    id uuid NOT NULL CONSTRAINT vernietiging_pkey PRIMARY KEY,
    swv text NOT NULL,
    hulpvraag uuid NOT NULL CONSTRAINT vernietiging_once UNIQUE,
    dossiernummer bigint NOT NULL,
    bewaard_tot_en_met date NOT NULL,
    door text NOT NULL,
    op timestamptz NOT NULL
);

CREATE TABLE vernietiging_dienst (
    vernietiging uuid NOT NULL CONSTRAINT vernietiging_dienst_of REFERENCES vernietiging (id),
    dienst text NOT NULL,
    aantallen jsonb NOT NULL,
    op timestamptz NOT NULL,
    CONSTRAINT vernietiging_dienst_pkey PRIMARY KEY (vernietiging, dienst)
);
ALTER TABLE vernietiging ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON vernietiging USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE vernietiging_dienst ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON vernietiging_dienst
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM vernietiging AS hoort_bij WHERE hoort_bij.id = vernietiging_dienst.vernietiging));
REVOKE UPDATE, DELETE ON vernietiging, vernietiging_dienst FROM workflow_app;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX hulpvraag_ended ON hulpvraag (swv, gewijzigd_op) WHERE einde;

-- Erases one hulpvraag, for who may not delete otherwise: only one that is marked. Returns how many rows went, per table.
CREATE FUNCTION vernietig(wie uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = workflow, pg_temp AS $$
DECLARE
    aantallen jsonb := '{}';
    tabel text;
    aantal bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM vernietigd WHERE hulpvraag = wie) THEN
        RAISE EXCEPTION 'hulpvraag % is not marked to be erased', wie;
    END IF;
    FOREACH tabel IN ARRAY ARRAY['registratiestaat', 'brief', 'besluitversie'] LOOP
        EXECUTE format('DELETE FROM %I WHERE besluit IN (SELECT id FROM besluit WHERE hulpvraag = $1)', tabel) USING wie;
        GET DIAGNOSTICS aantal = ROW_COUNT;
        aantallen := aantallen || jsonb_build_object(tabel, aantal);
    END LOOP;
    DELETE FROM overlegbijlage WHERE reactie IN (
        SELECT overlegreactie.id FROM overlegreactie JOIN overlegronde ON overlegronde.id = overlegronde WHERE hulpvraag = wie
    );
    GET DIAGNOSTICS aantal = ROW_COUNT;
    aantallen := aantallen || jsonb_build_object('overlegbijlage', aantal);
    FOREACH tabel IN ARRAY ARRAY['overlegreactie', 'overlegdeelnemer'] LOOP
        EXECUTE format('DELETE FROM %I WHERE overlegronde IN (SELECT id FROM overlegronde WHERE hulpvraag = $1)', tabel) USING wie;
        GET DIAGNOSTICS aantal = ROW_COUNT;
        aantallen := aantallen || jsonb_build_object(tabel, aantal);
    END LOOP;
    FOREACH tabel IN ARRAY ARRAY[
        'overlegronde', 'overdrachtstap', 'verhuizingstap', 'besluit', 'batch', 'bijlage', 'statuswijziging', 'termijnmoment', 'termijn',
        'notitie', 'toegang', 'migratiestap', 'inzending'
    ] LOOP
        EXECUTE format('DELETE FROM %I WHERE hulpvraag = $1', tabel) USING wie;
        GET DIAGNOSTICS aantal = ROW_COUNT;
        aantallen := aantallen || jsonb_build_object(tabel, aantal);
    END LOOP;
    DELETE FROM hulpvraag WHERE id = wie;
    GET DIAGNOSTICS aantal = ROW_COUNT;
    RETURN aantallen || jsonb_build_object('hulpvraag', aantal);
END $$;
REVOKE ALL ON FUNCTION vernietig(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vernietig(uuid) TO workflow_app;
