-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE uploadslot ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON uploadslot USING (current_setting('schakel.swv', true) IN ('*', swv));
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON batch USING (current_setting('schakel.swv', true) IN ('*', swv));
ALTER TABLE bijlage ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON bijlage USING (current_setting('schakel.swv', true) IN ('*', swv));
ALTER TABLE brief ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON brief USING (current_setting('schakel.swv', true) IN ('*', swv));
