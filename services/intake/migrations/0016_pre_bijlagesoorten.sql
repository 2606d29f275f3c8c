-- migrate:up

-- Until when a file may go to its uploadslot: what the file was said to be is forgotten a while after.
ALTER TABLE slotsoort ADD COLUMN verloopt_op timestamptz NOT NULL DEFAULT now();
