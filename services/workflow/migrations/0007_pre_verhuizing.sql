-- migrate:up

-- What intake told of schools that went elsewhere: `versie` 1 is done, 2 is taken back.
CREATE TABLE verhuizing (
    id uuid NOT NULL CONSTRAINT verhuizing_pkey PRIMARY KEY,
    swv text NOT NULL,
    versie integer NOT NULL,
    van_school text NOT NULL,
    van_bestuur text NOT NULL,
    naar jsonb NOT NULL,
    op timestamptz NOT NULL
);
CREATE INDEX verhuizing_van ON verhuizing (swv, van_school, van_bestuur, op);

-- Which hulpvragen went along, and of which school they were: for who asks later, and to put them back.
CREATE TABLE verhuizingstap (
    verhuizing uuid NOT NULL CONSTRAINT verhuizingstap_verhuizing REFERENCES verhuizing (id),
    hulpvraag uuid NOT NULL CONSTRAINT verhuizingstap_hulpvraag REFERENCES hulpvraag (id),
    van jsonb NOT NULL,
    versie_na integer NOT NULL,
    ongedaan_op timestamptz,
    CONSTRAINT verhuizingstap_pkey PRIMARY KEY (verhuizing, hulpvraag)
);
CREATE INDEX verhuizingstap_to_undo ON verhuizingstap (verhuizing, hulpvraag) WHERE ongedaan_op IS NULL;
REVOKE DELETE ON verhuizing, verhuizingstap FROM workflow_app;

ALTER TABLE verhuizing ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON verhuizing USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE verhuizingstap ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON verhuizingstap
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM verhuizing AS hoort_bij WHERE hoort_bij.id = verhuizingstap.verhuizing));
