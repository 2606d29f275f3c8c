-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE dossier ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON dossier USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE dossierversie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON dossierversie USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE hulpvraag ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON hulpvraag USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
