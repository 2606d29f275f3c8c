-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
ALTER TABLE dossier ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON dossier USING (current_setting('schakel.swv', true) IN ('*', swv));
ALTER TABLE dossierversie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON dossierversie USING (current_setting('schakel.swv', true) IN ('*', swv));
ALTER TABLE hulpvraag ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON hulpvraag USING (current_setting('schakel.swv', true) IN ('*', swv));
