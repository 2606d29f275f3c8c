-- migrate:up

-- A staff change moves overlegrondes, too: by the address of who began one, and with the roles of who takes over at the
-- organisation of their account.
ALTER TABLE overlegronde ADD COLUMN organisator_email text NOT NULL DEFAULT '';
ALTER TABLE overdracht ADD COLUMN naar_rollen text[] NOT NULL DEFAULT '{}';
