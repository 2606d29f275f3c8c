-- migrate:up

-- What workflow said of the titles of each SWV: the highest version wins.
CREATE TABLE titelregels (
    swv text NOT NULL CONSTRAINT titelregels_pkey PRIMARY KEY,
    versie integer NOT NULL,
    inhoud jsonb NOT NULL
);
