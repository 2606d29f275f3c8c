-- migrate:up

-- Who is the contactpersoon now, where that is no longer who submitted it (manual 002:320-324). What was submitted stays whole.
ALTER TABLE hulpvraag ADD COLUMN contact_naam text;
ALTER TABLE hulpvraag ADD COLUMN contact_email text;
ALTER TABLE hulpvraag ADD COLUMN contact_functie text;

-- Who is told that extra access ends, where that is no longer who gave it.
ALTER TABLE toegang ADD COLUMN meld_naam text;
ALTER TABLE toegang ADD COLUMN meld_email text;

-- The telephone number of a contactpersoon at a school, in the place of the one that came along (manual 002:330-335). `email` in
-- lower case.
CREATE TABLE contactnummer (
    swv text NOT NULL,
    school text NOT NULL,
    email text NOT NULL,
    telefoon text NOT NULL,
    gewijzigd_op timestamptz NOT NULL,
    CONSTRAINT contactnummer_pkey PRIMARY KEY (swv, school, email)
);

-- A staff change: what names one person is put in the name of another, on a day. Planned until `gedaan_op`; of a planned one
-- `ongedaan_op` says that it was called off.
CREATE TABLE overdracht (
    id uuid NOT NULL CONSTRAINT overdracht_pkey PRIMARY KEY,
    swv text NOT NULL,
    soort text NOT NULL CONSTRAINT overdracht_soort CHECK (soort IN ('school', 'coordinator')),
    school text,
    kringen text[] NOT NULL DEFAULT '{}',
    door_swv boolean NOT NULL,
    van_email text NOT NULL,
    naar_naam text NOT NULL,
    naar_email text NOT NULL,
    naar_functie text NOT NULL,
    naar_telefoon text NOT NULL,
    naar_account uuid,
    toegang text NOT NULL CONSTRAINT overdracht_toegang CHECK (toegang IN ('blijft', 'eindigt', 'verhuist')),
    datum date NOT NULL,
    door_account uuid NOT NULL,
    door_naam text NOT NULL,
    door_email text NOT NULL,
    aangemaakt_op timestamptz NOT NULL,
    gedaan_op timestamptz,
    ongedaan_op timestamptz,
    CONSTRAINT overdracht_of_school CHECK ((soort = 'school') = (school IS NOT NULL)),
    CONSTRAINT overdracht_account CHECK (toegang <> 'verhuist' OR naar_account IS NOT NULL)
);
CREATE INDEX overdracht_of_swv ON overdracht (swv, id);
CREATE INDEX overdracht_due ON overdracht (datum) WHERE gedaan_op IS NULL AND ongedaan_op IS NULL;
REVOKE DELETE ON overdracht FROM workflow_app;

-- What each thing was before, and what it became: for the undo. `gebleven` says why it was not put back. No key to hulpvraag:
-- a hulpvraag that is erased keeps nothing here but its id.
CREATE TABLE overdrachtstap (
    overdracht uuid NOT NULL CONSTRAINT overdrachtstap_overdracht REFERENCES overdracht (id),
    soort text NOT NULL,
    wat text NOT NULL,
    hulpvraag uuid,
    van jsonb NOT NULL,
    naar jsonb NOT NULL,
    teruggezet_op timestamptz,
    gebleven text,
    CONSTRAINT overdrachtstap_pkey PRIMARY KEY (overdracht, soort, wat)
);
REVOKE DELETE ON overdrachtstap FROM workflow_app;

-- The second wall between SWVs (docs/decisions, row-level-security).
ALTER TABLE contactnummer ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON contactnummer USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE overdracht ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overdracht USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE overdrachtstap ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON overdrachtstap
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM overdracht AS hoort_bij WHERE hoort_bij.id = overdrachtstap.overdracht));
