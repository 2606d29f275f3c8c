-- migrate:up

-- Of which platform a school is, as intake told last; null for none. Roles that are bound to a platform see by it.
CREATE TABLE platformschool (
    swv text NOT NULL,
    school text NOT NULL,
    platform text,
    op timestamptz NOT NULL,
    CONSTRAINT platformschool_pkey PRIMARY KEY (swv, school)
);
CREATE INDEX platformschool_of_platform ON platformschool (swv, platform);
ALTER TABLE platformschool ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON platformschool USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
