-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE mail ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON mail USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE poging ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON poging
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM mail AS hoort_bij WHERE hoort_bij.id = poging.mail));
