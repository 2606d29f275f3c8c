-- migrate:up
-- What must be at the register of each decision, under which mandate, and what became of it.

-- The newest version seen of every decision, so that an older one that arrives late changes nothing. Its row is the lock
-- under which all registrations of one decision change.
CREATE TABLE besluit (
    besluit uuid CONSTRAINT besluit_pkey PRIMARY KEY,
    versie integer NOT NULL,
    gezien_op timestamptz NOT NULL
);

-- A school's leave to register for it, towards one SWV. Rows are only added; the newest one that counts decides.
CREATE TABLE mandaat (
    id uuid CONSTRAINT mandaat_pkey PRIMARY KEY,
    swv text NOT NULL,
    school text NOT NULL,
    versie integer NOT NULL,
    gever_soort text NOT NULL,
    gever text NOT NULL,
    van date NOT NULL,
    tot date,
    vastgelegd_op timestamptz NOT NULL,
    vastgelegd_door uuid NOT NULL,
    CONSTRAINT mandaat_versie UNIQUE (swv, school, versie),
    CONSTRAINT mandaat_gever CHECK (gever_soort IN ('swv', 'bestuur')),
    CONSTRAINT mandaat_periode CHECK (tot IS NULL OR tot >= van)
);

-- One row per decision and version.
CREATE TABLE registratie (
    id uuid CONSTRAINT registratie_pkey PRIMARY KEY,
    besluit uuid NOT NULL CONSTRAINT registratie_besluit REFERENCES besluit (besluit),
    besluitversie integer NOT NULL,
    hulpvraag uuid NOT NULL,
    dossiernummer bigint NOT NULL,
    bestuur text NOT NULL,
    soort text NOT NULL,
    swv text NOT NULL,
    school text NOT NULL,
    leerlingid text NOT NULL,
    nummer text NOT NULL,
    categorie text,
    begin_op date,
    eind_op date,
    omschrijving text NOT NULL,
    begeleider text NOT NULL,
    volgnummer integer NOT NULL,
    staat text NOT NULL,
    versie integer NOT NULL,
    signalen jsonb NOT NULL,
    reden text,
    mandaat uuid CONSTRAINT registratie_mandaat REFERENCES mandaat (id),
    poging uuid,
    vruchteloos integer NOT NULL,
    twijfel boolean NOT NULL,
    volgende_poging_op timestamptz,
    gewijzigd_op timestamptz NOT NULL,
    correlation_id uuid NOT NULL,
    traceparent text,
    geclaimd_tot timestamptz,
    CONSTRAINT registratie_besluitversie UNIQUE (besluit, besluitversie),
    CONSTRAINT registratie_soort CHECK (soort IN ('TLV', 'onderwijsarrangement')),
    CONSTRAINT registratie_categorie CHECK (categorie IN ('L', 'M', 'H')),
    CONSTRAINT registratie_volgnummer CHECK (volgnummer >= 1),
    CONSTRAINT registratie_staat
        CHECK (staat IN ('te verzenden', 'verzonden', 'geaccepteerd', 'afgekeurd', 'onbekend', 'vervallen'))
);
-- G12: whatever goes wrong, one decision is never registered twice.
CREATE UNIQUE INDEX registratie_een_geaccepteerd ON registratie (besluit) WHERE staat = 'geaccepteerd';
CREATE INDEX registratie_aan_de_beurt ON registratie (volgende_poging_op) WHERE volgende_poging_op IS NOT NULL;
CREATE INDEX registratie_hulpvraag ON registratie (hulpvraag);
CREATE INDEX registratie_lijst ON registratie (swv, staat, gewijzigd_op DESC);
CREATE INDEX registratie_zonder_mandaat ON registratie (swv, school) WHERE reden = 'geen-mandaat';

-- Every attempt at the register, two rows each: begun, and what came of it. No second row: the process died in between.
CREATE TABLE verzendpoging (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT verzendpoging_pkey PRIMARY KEY,
    poging uuid NOT NULL,
    registratie uuid NOT NULL CONSTRAINT verzendpoging_registratie REFERENCES registratie (id),
    handeling text NOT NULL,
    volgnummer integer NOT NULL,
    stap text NOT NULL,
    uitkomst text,
    detail text NOT NULL DEFAULT '',
    signalen jsonb NOT NULL DEFAULT '[]',
    op timestamptz NOT NULL,
    CONSTRAINT verzendpoging_stap CHECK (stap IN ('begonnen', 'afgelopen')),
    CONSTRAINT verzendpoging_eenmaal UNIQUE (poging, stap)
);
CREATE INDEX verzendpoging_per_registratie ON verzendpoging (registratie, id);

-- What a person changed after a refusal, and why.
CREATE TABLE correctie (
    id uuid CONSTRAINT correctie_pkey PRIMARY KEY,
    registratie uuid NOT NULL CONSTRAINT correctie_registratie REFERENCES registratie (id),
    volgnummer integer NOT NULL,
    reden text NOT NULL,
    oud jsonb NOT NULL,
    nieuw jsonb NOT NULL,
    door uuid NOT NULL,
    op timestamptz NOT NULL,
    CONSTRAINT correctie_eenmaal UNIQUE (registratie, volgnummer)
);

DO $$
DECLARE app text := current_schema() || '_app';
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON mandaat, verzendpoging, correctie FROM %I', app);
    EXECUTE format('REVOKE DELETE ON besluit, registratie FROM %I', app);
END $$;
