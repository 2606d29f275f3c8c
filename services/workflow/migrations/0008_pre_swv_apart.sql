-- migrate:up

-- The second wall between SWVs: whoever works for one sees its rows only, and none without saying for which (shared/database.py).
-- Not termijn and termijnmoment: days and names of terms, which a loop looks through for all SWVs, by moment.
ALTER TABLE hulpvraag ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON hulpvraag USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE besluitnummer ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON besluitnummer USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE postbus ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON postbus USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE kring ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON kring USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE kringschool ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON kringschool USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE migratie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON migratie USING (CASE current_setting('schakel.swv', true) WHEN '*' THEN true ELSE swv = current_setting('schakel.swv', true) END);
ALTER TABLE inzending ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON inzending
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = inzending.hulpvraag));
ALTER TABLE statuswijziging ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON statuswijziging
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = statuswijziging.hulpvraag));
ALTER TABLE bijlage ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON bijlage
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = bijlage.hulpvraag));
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON batch
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = batch.hulpvraag));
ALTER TABLE besluit ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON besluit
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = besluit.hulpvraag));
ALTER TABLE notitie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON notitie
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = notitie.hulpvraag));
ALTER TABLE toegang ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON toegang
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = toegang.hulpvraag));
ALTER TABLE migratiestap ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON migratiestap
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM hulpvraag AS hoort_bij WHERE hoort_bij.id = migratiestap.hulpvraag));
ALTER TABLE besluitversie ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON besluitversie
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM besluit AS hoort_bij WHERE hoort_bij.id = besluitversie.besluit));
ALTER TABLE brief ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON brief
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM besluit AS hoort_bij WHERE hoort_bij.id = brief.besluit));
ALTER TABLE registratiestaat ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigen_swv ON registratiestaat
USING (current_setting('schakel.swv', true) = '*' OR EXISTS (SELECT FROM besluit AS hoort_bij WHERE hoort_bij.id = registratiestaat.besluit));
