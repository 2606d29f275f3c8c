-- migrate:up
CREATE TABLE zaak (subject text CONSTRAINT zaak_pkey PRIMARY KEY, versie integer NOT NULL);
CREATE TABLE historie (subject text NOT NULL, versie integer NOT NULL, opdracht uuid NOT NULL);
CREATE TABLE stand (subject text CONSTRAINT stand_pkey PRIMARY KEY, versie integer NOT NULL);
CREATE TABLE gevolg (subject text NOT NULL, versie integer NOT NULL);
