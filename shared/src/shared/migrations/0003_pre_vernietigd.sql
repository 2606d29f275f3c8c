-- migrate:up

-- Hulpvragen that are erased after their term, or are about to be: what still comes about them is refused. `klaar_op` is when this
-- service had nothing of it left. A number and two ids, nothing of a person; rows stay.
CREATE TABLE vernietigd (
    hulpvraag uuid NOT NULL CONSTRAINT vernietigd_pkey PRIMARY KEY,
    dossiernummer bigint NOT NULL,
    vernietiging uuid NOT NULL,
    gemeld_op timestamptz NOT NULL,
    klaar_op timestamptz
);
CREATE INDEX vernietigd_dossiernummer ON vernietigd (dossiernummer);
CREATE INDEX vernietigd_to_do ON vernietigd (gemeld_op) WHERE klaar_op IS NULL;

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE DELETE ON vernietigd FROM %I', app);
END $$;
