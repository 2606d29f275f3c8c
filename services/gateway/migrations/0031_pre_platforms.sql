-- migrate:up

-- The platforms of who holds a role that is bound to one: a part of an SWV's region.
ALTER TABLE account ADD COLUMN platforms text[] NOT NULL DEFAULT '{}';
