-- migrate:up

-- By what a pupil is known again in another dossier: a hash of name and birth date, as it was last sent.
CREATE TABLE herkenning (
    dossier uuid NOT NULL CONSTRAINT herkenning_pkey PRIMARY KEY
    CONSTRAINT herkenning_dossier REFERENCES dossier (id) ON DELETE CASCADE,
    swv text NOT NULL,
    sleutel bytea NOT NULL
);
CREATE INDEX herkenning_by_key ON herkenning (swv, sleutel, dossier);
ALTER TABLE herkenning ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON herkenning USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);

-- Two dossiers that may be of one pupil, and what a person of the SWV said of them; `verder` is the one that goes on.
-- Each pair once, the smaller id first, so that a person is never asked twice.
CREATE TABLE gelijkenis (
    id uuid NOT NULL CONSTRAINT gelijkenis_pkey PRIMARY KEY,
    swv text NOT NULL,
    een uuid NOT NULL CONSTRAINT gelijkenis_een REFERENCES dossier (id) ON DELETE CASCADE,
    ander uuid NOT NULL CONSTRAINT gelijkenis_ander REFERENCES dossier (id) ON DELETE CASCADE,
    verder uuid NOT NULL,
    staat text NOT NULL DEFAULT 'voorgesteld'
    CONSTRAINT gelijkenis_staat CHECK (staat IN ('voorgesteld', 'bevestigd', 'afgewezen')),
    voorgesteld_op timestamptz NOT NULL,
    beslist_door uuid,
    beslist_op timestamptz,
    CONSTRAINT gelijkenis_pair UNIQUE (een, ander),
    CONSTRAINT gelijkenis_order CHECK (een < ander),
    CONSTRAINT gelijkenis_verder CHECK (verder IN (een, ander))
);
CREATE INDEX gelijkenis_by_ander ON gelijkenis (ander);
CREATE INDEX gelijkenis_of_swv ON gelijkenis (swv, staat, voorgesteld_op);
ALTER TABLE gelijkenis ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON gelijkenis USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);

-- Up to which version of a dossier's data a person of the SWV took note.
CREATE TABLE kennisname (
    dossier uuid NOT NULL CONSTRAINT kennisname_pkey PRIMARY KEY
    CONSTRAINT kennisname_dossier REFERENCES dossier (id) ON DELETE CASCADE,
    swv text NOT NULL,
    versie integer NOT NULL,
    door uuid NOT NULL,
    naam text NOT NULL,
    op timestamptz NOT NULL
);
ALTER TABLE kennisname ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON kennisname USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);

-- What the file of an uploadslot was said to be, where its connector said so.
CREATE TABLE slotsoort (
    uploadslot uuid NOT NULL CONSTRAINT slotsoort_pkey PRIMARY KEY,
    soort text NOT NULL
);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE DELETE ON gelijkenis, kennisname FROM %I', app);
END $$;
