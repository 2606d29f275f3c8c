-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE mandaat ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON mandaat USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE registratie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON registratie USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE verzendpoging ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON verzendpoging
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM registratie AS hoort_bij WHERE hoort_bij.id = verzendpoging.registratie));
ALTER TABLE correctie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON correctie
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM registratie AS hoort_bij WHERE hoort_bij.id = correctie.registratie));
