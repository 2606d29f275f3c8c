-- migrate:up

-- What was submitted, and each time what the school changed it to: a version per row, none of which changes. `inhoudsversie` is
-- the one that counts.
ALTER TABLE inzending ADD COLUMN versie integer NOT NULL DEFAULT 1;
-- squawk-ignore ban-drop-constraint
ALTER TABLE inzending DROP CONSTRAINT inzending_pkey;
-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
ALTER TABLE inzending ADD CONSTRAINT inzending_pkey PRIMARY KEY (hulpvraag, versie);
ALTER TABLE hulpvraag ADD COLUMN inhoudsversie integer NOT NULL DEFAULT 1;
