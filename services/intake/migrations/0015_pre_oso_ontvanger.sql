-- migrate:up

-- An announced dossier on its way to a hulpvraag: `slotaanvraag` is the request for an uploadslot that was made for it last.
ALTER TABLE notificatie ADD COLUMN slotaanvraag uuid;
-- A table of few rows: one for each dossier that was announced.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX notificatie_slotaanvraag ON notificatie (slotaanvraag) WHERE slotaanvraag IS NOT NULL;
-- squawk-ignore ban-drop-constraint
ALTER TABLE notificatie DROP CONSTRAINT notificatie_staat;
ALTER TABLE notificatie ADD CONSTRAINT notificatie_staat
CHECK (staat IN ('op te halen', 'ontvangen', 'plaats gevraagd', 'ingediend', 'verwerkt', 'geweigerd')) NOT VALID;

-- `opdracht`: the command it becomes, but for its uploadslot; `plaats`: that slot, as documents gave it. A row goes once its
-- dossier is a hulpvraag, or refused: documents has the file then, or nobody. So it is never of a hulpvraag.
ALTER TABLE notificatiedossier ADD COLUMN opdracht jsonb, ADD COLUMN plaats jsonb;
-- squawk-ignore ban-drop-column
ALTER TABLE notificatiedossier DROP COLUMN hulpvraag;
