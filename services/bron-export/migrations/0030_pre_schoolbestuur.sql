-- migrate:up

-- Whose a school is since it went elsewhere, as intake told: its board gives the next mandates.
CREATE TABLE schoolbestuur (
    swv text NOT NULL,
    school text NOT NULL,
    bestuur text NOT NULL,
    op timestamptz NOT NULL,
    CONSTRAINT schoolbestuur_pkey PRIMARY KEY (swv, school)
);
ALTER TABLE schoolbestuur ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON schoolbestuur USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
