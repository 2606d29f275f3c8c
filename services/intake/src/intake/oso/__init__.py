"""OSO dossiers of the SWV profiles (POSWV, VOSWV): from the XML as sent to a dossier, bijlagen and findings.

>>> gelezen = lees(Path("dossier.xml"), Path("bijlagen"))
>>> gelezen.dossier.leerling.achternaam, gelezen.bevindingen[0].code
('Berg', 'BL01')

Pure but for the files it reads and writes: no service, no network, no clock. Begin in ``lezen.py``; the rules stand in
``regeltabel.py``. Source: Edustandaard, Afspraak OSO gegevensset and SWV profiles, 2019.1.
"""

from intake.oso.dossier import OsoDossier
from intake.oso.lezen import lees
from intake.oso.resultaat import Bevinding, Gelezen, Grenzen, OsoBijlage, OsoOnleesbaar

__all__ = ["Bevinding", "Gelezen", "Grenzen", "OsoBijlage", "OsoDossier", "OsoOnleesbaar", "lees"]
