-- migrate:up

-- A mail may be about a staff change: no hulpvraag and no account. What stands here passed the narrower check.
ALTER TABLE mail ADD COLUMN overdracht uuid;
-- squawk-ignore ban-drop-constraint
ALTER TABLE mail DROP CONSTRAINT mail_about;
ALTER TABLE mail ADD CONSTRAINT mail_about CHECK (
    num_nonnulls(hulpvraag, account, overdracht) = 1 AND num_nulls(hulpvraag, dossiernummer) IN (0, 2)) NOT VALID;
