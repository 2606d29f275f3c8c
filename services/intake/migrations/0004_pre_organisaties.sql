-- migrate:up

-- From which day and until which an organisation is one; both days count, null is open. Nothing is removed: it ends.
ALTER TABLE swv ADD COLUMN van date, ADD COLUMN tot date;
ALTER TABLE bestuur ADD COLUMN van date, ADD COLUMN tot date;
-- A preschool (voorschool) stands among the schools: its people apply as those of a school do.
ALTER TABLE school ADD COLUMN van date, ADD COLUMN tot date, ADD COLUMN soort text NOT NULL DEFAULT 'school';

-- A part of the SWV's region with an administration of its own.
CREATE TABLE platform (
    code text NOT NULL CONSTRAINT platform_pkey PRIMARY KEY,
    naam text NOT NULL,
    swv text NOT NULL CONSTRAINT platform_swv REFERENCES swv (code),
    van date,
    tot date
);

CREATE TABLE platformschool (
    school text NOT NULL CONSTRAINT platformschool_pkey PRIMARY KEY
    CONSTRAINT platformschool_school REFERENCES school (code),
    platform text NOT NULL CONSTRAINT platformschool_platform REFERENCES platform (code)
);
CREATE INDEX platformschool_of_platform ON platformschool (platform);

-- A school that goes to another board or number, or goes up in another school; `naar` equals `school` for another board only.
-- What stood there before is kept, to be put back.
CREATE TABLE verhuizing (
    id uuid NOT NULL CONSTRAINT verhuizing_pkey PRIMARY KEY,
    swv text NOT NULL CONSTRAINT verhuizing_swv REFERENCES swv (code),
    school text NOT NULL CONSTRAINT verhuizing_school REFERENCES school (code),
    naar text NOT NULL,
    naar_naam text NOT NULL,
    naar_bestuur text NOT NULL CONSTRAINT verhuizing_bestuur REFERENCES bestuur (code),
    per date NOT NULL,
    koppeling_tot date,
    accounts boolean NOT NULL,
    staat text NOT NULL CONSTRAINT verhuizing_staat CHECK (staat IN ('gepland', 'gedaan', 'ongedaan', 'mislukt')),
    reden text NOT NULL DEFAULT '',
    van_naam text,
    van_bestuur text,
    van_tot date,
    is_nieuw boolean NOT NULL DEFAULT false,
    door text NOT NULL,
    gemaakt_op timestamptz NOT NULL,
    gedaan_op timestamptz,
    ongedaan_op timestamptz
);
ALTER TABLE verhuizing ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON verhuizing USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
CREATE INDEX verhuizing_of_swv ON verhuizing (swv, id);
CREATE INDEX verhuizing_due ON verhuizing (per) WHERE staat = 'gepland';
CREATE UNIQUE INDEX verhuizing_one_planned ON verhuizing (school) WHERE staat = 'gepland';

-- Where a school went that has another number now. Until `koppeling_tot`, with that day, a connector may use the old one.
CREATE TABLE opvolging (
    school text NOT NULL CONSTRAINT opvolging_pkey PRIMARY KEY CONSTRAINT opvolging_school REFERENCES school (code),
    naar text NOT NULL CONSTRAINT opvolging_naar REFERENCES school (code),
    koppeling_tot date
);

CREATE TABLE verhuisddossier (
    verhuizing uuid NOT NULL CONSTRAINT verhuisddossier_verhuizing REFERENCES verhuizing (id),
    dossier uuid NOT NULL CONSTRAINT verhuisddossier_dossier REFERENCES dossier (id),
    versie_na integer NOT NULL,
    CONSTRAINT verhuisddossier_pkey PRIMARY KEY (verhuizing, dossier)
);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE DELETE ON swv, bestuur, school, platform, verhuizing, verhuisddossier FROM %I', app);
END $$;
