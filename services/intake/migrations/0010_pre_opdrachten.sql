-- migrate:up

-- What a connector may do with a hulpvraag that exists: change it and send it again, withdraw it, take it off its own list, ask how
-- it stands. `versie` counts its contents, `ontvangst` is the message that brought the present one; `uploadslots` were offered with
-- one of them. `einde` and `laatste_status` are what workflow told last, the second for hulpvragen of a connector only.
ALTER TABLE hulpvraag
ADD COLUMN versie integer NOT NULL DEFAULT 1,
ADD COLUMN uploadslots uuid [] NOT NULL DEFAULT '{}',
ADD COLUMN einde boolean NOT NULL DEFAULT false,
ADD COLUMN laatste_status jsonb,
ADD COLUMN ingetrokken_op timestamptz,
ADD COLUMN verwijderd_op timestamptz;

-- The content as it was before each change, with the message that had brought it. It goes with its hulpvraag.
CREATE TABLE hulpvraagversie (
    swv text NOT NULL,
    hulpvraag uuid NOT NULL CONSTRAINT hulpvraagversie_hulpvraag REFERENCES hulpvraag (id) ON DELETE CASCADE,
    versie integer NOT NULL,
    aanvraagtype text NOT NULL,
    omschrijving text NOT NULL,
    datum date NOT NULL,
    contactpersoon jsonb NOT NULL,
    ontvangst bigint NOT NULL,
    tot timestamptz NOT NULL,
    CONSTRAINT hulpvraagversie_pkey PRIMARY KEY (hulpvraag, versie)
);
ALTER TABLE hulpvraagversie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON hulpvraagversie USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);

-- An answer to a question how hulpvragen stand is about all of these.
ALTER TABLE uitgaand ADD COLUMN over uuid [];
-- squawk-ignore ban-drop-constraint
ALTER TABLE ontvangst DROP CONSTRAINT ontvangst_uitkomst;
ALTER TABLE ontvangst ADD CONSTRAINT ontvangst_uitkomst
CHECK (uitkomst IN ('aanvaard', 'geweigerd', 'doorgegeven', 'beantwoord')) NOT VALID;

-- What such answers said of a hulpvraag goes with it; the answer itself keeps its place among what the connector reads.
CREATE FUNCTION vergeet_standen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE uitgaand SET
        over = array_remove(over, OLD.id),
        body = convert_to(jsonb_set(convert_from(body, 'UTF8')::jsonb, '{hulpvragen}', coalesce((
            SELECT jsonb_agg(stand) FROM jsonb_array_elements(convert_from(body, 'UTF8')::jsonb -> 'hulpvragen') AS stand
            WHERE (stand ->> 'dossiernummer')::bigint <> OLD.dossiernummer), '[]'))::text, 'UTF8')
    WHERE over @> ARRAY[OLD.id];
    RETURN OLD;
END $$;
CREATE TRIGGER hulpvraag_vergeten BEFORE DELETE ON hulpvraag FOR EACH ROW EXECUTE FUNCTION vergeet_standen();

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON hulpvraagversie FROM %I', app);
END $$;
