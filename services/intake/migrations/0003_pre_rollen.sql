-- migrate:up

-- What workflow told of the roles of each SWV (shared/roles.py): the highest version wins.
CREATE TABLE rollen (
    swv text NOT NULL CONSTRAINT rollen_pkey PRIMARY KEY,
    versie integer NOT NULL,
    namen jsonb NOT NULL
);
