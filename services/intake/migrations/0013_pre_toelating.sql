-- migrate:up

-- From which day until which a mandate counts; both days count, null is open. One for a main location may hold for its branches.
ALTER TABLE mandaat
ADD COLUMN van date, ADD COLUMN tot date, ADD COLUMN voor_nevenvestigingen boolean NOT NULL DEFAULT false,
ADD CONSTRAINT mandaat_dagen CHECK (van <= tot) NOT VALID,
ADD CONSTRAINT mandaat_hoofdvestiging CHECK (NOT voor_nevenvestigingen OR school LIKE '____00') NOT VALID;

-- What a connector may send; null is what the settings say.
ALTER TABLE connector ADD COLUMN max_bericht integer, ADD COLUMN per_minuut integer,
ADD CONSTRAINT connector_max_bericht CHECK (max_bericht BETWEEN 1024 AND 1048576) NOT VALID,
ADD CONSTRAINT connector_per_minuut CHECK (per_minuut > 0) NOT VALID;

-- A code by which a school lets in one environment of its pupil administration; the code itself is shown once, and not kept.
CREATE TABLE verificatiecode (
    id uuid NOT NULL CONSTRAINT verificatiecode_pkey PRIMARY KEY,
    school text NOT NULL CONSTRAINT verificatiecode_school REFERENCES school (code),
    naam text NOT NULL,
    hash bytea NOT NULL CONSTRAINT verificatiecode_hash UNIQUE,
    gemaakt_op timestamptz NOT NULL,
    gemaakt_door text NOT NULL,
    gestopt_op timestamptz,
    gestopt_door text
);
CREATE INDEX verificatiecode_of_school ON verificatiecode (school, id);

-- The environment that took up a code: the first that entered it, and no other. `gestopt_op`: it was removed there.
CREATE TABLE koppeling (
    verificatiecode uuid NOT NULL CONSTRAINT koppeling_pkey PRIMARY KEY
    CONSTRAINT koppeling_verificatiecode REFERENCES verificatiecode (id),
    connector text NOT NULL CONSTRAINT koppeling_connector REFERENCES connector (id),
    omgeving text NOT NULL,
    sinds timestamptz NOT NULL,
    gestopt_op timestamptz
);
CREATE INDEX koppeling_of_connector ON koppeling (connector, omgeving);

-- Wrong codes, per connector and per BRIN.
CREATE TABLE codepoging (
    sleutel text NOT NULL CONSTRAINT codepoging_pkey PRIMARY KEY,
    pogingen bigint NOT NULL,
    sinds timestamptz NOT NULL,
    geblokkeerd_tot timestamptz
);

-- Every mandate there is: noted by an operator, or given by a code that is in use.
CREATE VIEW toelating AS
SELECT connector, school, van, tot, voor_nevenvestigingen FROM mandaat
UNION ALL
SELECT koppeling.connector, verificatiecode.school, NULL, NULL, false
FROM koppeling INNER JOIN verificatiecode ON verificatiecode.id = koppeling.verificatiecode
WHERE koppeling.gestopt_op IS NULL AND verificatiecode.gestopt_op IS NULL;

-- For which schools the exchange with a connector was stopped: a code let it in, and none does now. What there is to tell it of
-- their hulpvragen waits.
CREATE VIEW stilgelegd AS
SELECT koppeling.connector, verificatiecode.school
FROM koppeling INNER JOIN verificatiecode ON verificatiecode.id = koppeling.verificatiecode
WHERE NOT EXISTS (
    SELECT FROM toelating WHERE toelating.connector = koppeling.connector AND toelating.school = verificatiecode.school
)
GROUP BY koppeling.connector, verificatiecode.school;

-- Whether a message to a connector waits for that. An answer never does. Not for the planner to turn inside out: it is asked of
-- a few rows, in order.
CREATE FUNCTION ingehouden(bericht uitgaand) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN bericht.ontvangst IS NULL
        AND EXISTS (SELECT FROM koppeling WHERE koppeling.connector = bericht.connector)
        AND EXISTS (
            SELECT FROM hulpvraag INNER JOIN stilgelegd USING (connector, school) WHERE hulpvraag.id = bericht.hulpvraag
        );
END $$;

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE DELETE ON verificatiecode, koppeling FROM %I', app);
END $$;
