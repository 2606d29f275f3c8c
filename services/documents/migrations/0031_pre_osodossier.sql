-- migrate:up

-- An OSO dossier comes by a slot of its own, may be larger than a bijlage, and is read by intake: its batch says against which
-- proof. What stands here passed the narrower checks; 1 GB is the contract's limit.
ALTER TABLE uploadslot ADD COLUMN soort text NOT NULL DEFAULT 'bijlage';
-- squawk-ignore ban-drop-constraint
ALTER TABLE uploadslot DROP CONSTRAINT uploadslot_grootte;
ALTER TABLE uploadslot ADD CONSTRAINT uploadslot_grootte CHECK (
    grootte BETWEEN 1 AND CASE soort WHEN 'oso-dossier' THEN 1073741824 ELSE 10485760 END) NOT VALID;
ALTER TABLE uploadslot ADD CONSTRAINT uploadslot_soort CHECK (soort IN ('bijlage', 'oso-dossier')) NOT VALID;

ALTER TABLE batch ADD COLUMN bewijs text;

-- squawk-ignore ban-drop-constraint
ALTER TABLE bijlage DROP CONSTRAINT bijlage_soort;
ALTER TABLE bijlage ADD CONSTRAINT bijlage_soort CHECK (soort IN ('bestand', 'brief', 'oso-dossier')) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE bijlage DROP CONSTRAINT bijlage_batch_bestand;
ALTER TABLE bijlage ADD CONSTRAINT bijlage_batch_bestand CHECK ((soort = 'brief') = (batch IS NULL)) NOT VALID;
