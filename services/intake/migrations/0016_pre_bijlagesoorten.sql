-- migrate:up

-- Until when a file may go to its uploadslot: what the file was said to be is forgotten a while after.
ALTER TABLE slotsoort ADD COLUMN verloopt_op timestamptz NOT NULL DEFAULT now();

-- What the files that came with a hulpvraag over a connector were said to be. It goes with its hulpvraag.
ALTER TABLE hulpvraag ADD COLUMN bijlagesoorten text [] NOT NULL DEFAULT '{}';
