-- migrate:up
-- Files on their way in, files that may be seen, and letters. The bytes are in S3; each row says what must be true of its object.

-- A place for one file, until verloopt_op. A connector's slot (hulpvraag NULL) may go with any hulpvraag of that connector.
CREATE TABLE uploadslot (
    id uuid CONSTRAINT uploadslot_pkey PRIMARY KEY,
    aanbieder text NOT NULL,
    swv text NOT NULL,
    hulpvraag uuid,
    naam text NOT NULL,
    omschrijving text NOT NULL,
    grootte bigint NOT NULL,
    sha256 text NOT NULL,
    staat text NOT NULL,
    uitgegeven_op timestamptz NOT NULL,
    verloopt_op timestamptz NOT NULL,
    CONSTRAINT uploadslot_grootte CHECK (grootte BETWEEN 1 AND 10485760),
    CONSTRAINT uploadslot_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT uploadslot_staat CHECK (staat IN ('uitgegeven', 'gebruikt'))
);
CREATE INDEX uploadslot_verloopt ON uploadslot (verloopt_op);

-- The bijlagen that were saved at one moment. One event tells of all of them, once every one is judged.
CREATE TABLE batch (
    id uuid CONSTRAINT batch_pkey PRIMARY KEY,
    swv text NOT NULL,
    hulpvraag uuid NOT NULL,
    dossiernummer bigint NOT NULL,
    aanbieder text NOT NULL,
    aangeboden_op timestamptz NOT NULL,
    gepubliceerd_op timestamptz,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text
);
CREATE INDEX batch_hulpvraag ON batch (hulpvraag);

-- A file of a hulpvraag. beschikbaar means: there is an object bucket/sleutel with this size and SHA-256.
CREATE TABLE bijlage (
    id uuid CONSTRAINT bijlage_pkey PRIMARY KEY,
    swv text NOT NULL,
    hulpvraag uuid NOT NULL,
    soort text NOT NULL,
    bij text NOT NULL,
    batch uuid CONSTRAINT bijlage_batch REFERENCES batch (id),
    volgnummer integer NOT NULL,
    uploadslot uuid CONSTRAINT bijlage_uploadslot UNIQUE,
    naam text NOT NULL,
    omschrijving text NOT NULL,
    grootte bigint,
    sha256 text,
    mediatype text,
    staat text NOT NULL,
    scan text,
    regel text,
    bucket text,
    sleutel text,
    objectversie text,
    op_te_ruimen boolean NOT NULL DEFAULT false,
    toegevoegd_op timestamptz NOT NULL,
    beoordeeld_op timestamptz,
    pogingen integer NOT NULL DEFAULT 0,
    volgende_poging_op timestamptz,
    claim uuid,
    geclaimd_tot timestamptz,
    CONSTRAINT bijlage_soort CHECK (soort IN ('bestand', 'brief')),
    CONSTRAINT bijlage_bij CHECK (bij IN ('hulpvraag', 'besluit')),
    CONSTRAINT bijlage_staat CHECK (staat IN ('wordt gescand', 'beschikbaar', 'geweigerd')),
    CONSTRAINT bijlage_scan CHECK (scan IN ('schoon', 'niet gescand', 'niet nodig')),
    CONSTRAINT bijlage_batch_bestand CHECK ((soort = 'bestand') = (batch IS NOT NULL)),
    CONSTRAINT bijlage_beschikbaar CHECK (
        staat <> 'beschikbaar'
        OR (grootte IS NOT NULL AND sha256 IS NOT NULL AND mediatype IS NOT NULL AND scan IS NOT NULL AND sleutel IS NOT NULL)
    ),
    CONSTRAINT bijlage_geweigerd CHECK ((staat = 'geweigerd') = (regel IS NOT NULL))
);
CREATE INDEX bijlage_hulpvraag ON bijlage (hulpvraag);
CREATE INDEX bijlage_van_batch ON bijlage (batch);
CREATE INDEX bijlage_te_scannen ON bijlage (volgende_poging_op, id) WHERE staat = 'wordt gescand';
CREATE INDEX bijlage_op_te_ruimen ON bijlage (id) WHERE op_te_ruimen;
CREATE INDEX bijlage_sleutel ON bijlage (bucket, sleutel COLLATE "C") WHERE staat = 'beschikbaar';

-- A letter to be made, one per decision and version; gegevens is what it says, and goes once the letter exists.
CREATE TABLE brief (
    id uuid CONSTRAINT brief_pkey PRIMARY KEY,
    swv text NOT NULL,
    hulpvraag uuid NOT NULL,
    dossiernummer bigint NOT NULL,
    besluit uuid NOT NULL,
    versie integer NOT NULL,
    brief text NOT NULL,
    bij text NOT NULL,
    naam text NOT NULL,
    gegevens jsonb,
    staat text NOT NULL,
    grootte bigint,
    sha256 text,
    gevraagd_op timestamptz NOT NULL,
    gemaakt_op timestamptz,
    pogingen integer NOT NULL DEFAULT 0,
    volgende_poging_op timestamptz,
    claim uuid,
    geclaimd_tot timestamptz,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    CONSTRAINT brief_besluit UNIQUE (besluit, versie),
    CONSTRAINT brief_soort CHECK (brief IN ('TLV-brief', 'schoolbrief')),
    CONSTRAINT brief_bij CHECK (bij IN ('hulpvraag', 'besluit')),
    CONSTRAINT brief_staat CHECK (staat IN ('te maken', 'gemaakt')),
    CONSTRAINT brief_gemaakt CHECK (
        (staat = 'gemaakt') = (sha256 IS NOT NULL AND grootte IS NOT NULL AND gemaakt_op IS NOT NULL AND gegevens IS NULL)
    )
);
CREATE INDEX brief_hulpvraag ON brief (hulpvraag);
CREATE INDEX brief_te_maken ON brief (volgende_poging_op, id) WHERE staat = 'te maken';

DO $$
BEGIN
    EXECUTE format('REVOKE DELETE ON batch, bijlage, brief FROM %I', current_schema() || '_app');
END $$;
