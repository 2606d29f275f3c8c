-- migrate:up

-- Only rows that say who stood in a list: before, every other row was kept in it as well, as one that says nothing.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX audit_log_listed;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_listed ON audit_log USING gin ((details -> 'dossiernummers'))
WHERE details -> 'dossiernummers' IS NOT NULL;
