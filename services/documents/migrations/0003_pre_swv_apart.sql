-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE uploadslot ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON uploadslot USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON batch USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE bijlage ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON bijlage USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE brief ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON brief USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
