-- migrate:up

-- About which hulpvraag a command was, so that erasing finds the answer that is kept without reading every one.
ALTER TABLE idempotency ADD COLUMN hulpvraag uuid;
-- No row has a value yet, so that this reads the table once and writes nothing; it holds a month of commands.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX idempotency_hulpvraag ON idempotency (hulpvraag) WHERE hulpvraag IS NOT NULL;
