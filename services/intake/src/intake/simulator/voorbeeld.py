"""A small OSO dossier of a child that does not exist, for a school that is named."""

_DOSSIER = """<?xml version="1.0" encoding="UTF-8"?>
<dossier xmlns="http://www.edustandaard.nl/oso_gegevensset/2019/dossier">
  <metadata>
    <deeldossier>LAS</deeldossier>
    <pakketnaam>Simulator</pakketnaam>
    <pakketversie>1</pakketversie>
    <datum>2026-11-01</datum>
    <standaardversie>2019.1</standaardversie>
    <validatieversie>2019.1.1</validatieversie>
    <categorie_uitlevering>
      <cat_metadata>VERPLICHT</cat_metadata>
      <cat_school>VERPLICHT</cat_school>
      <cat_leerling>VERPLICHT</cat_leerling>
    </categorie_uitlevering>
    <overstap>POSWV</overstap>
  </metadata>
  <overdrachtsoort>swv-dossier</overdrachtsoort>
  <huidigeschool>
    <naam>De Verzonnen School</naam>
    <brincode>{brin}</brincode>
    <vestigingscode>{vestiging}</vestigingscode>
    <aanleverpunt>500</aanleverpunt>
    <leerling>
      <voornaam>Noor</voornaam>
      <voorvoegsel>van</voorvoegsel>
      <achternaam>Voorbeeld</achternaam>
      <roepnaam>Noor</roepnaam>
      <geboortedatum>2016-05-04</geboortedatum>
      <geslacht>2</geslacht>
      <adresgeheim>false</adresgeheim>
      <leerlingid>SIM-{school}</leerlingid>
    </leerling>
  </huidigeschool>
</dossier>
"""


def dossier(school: str) -> bytes:
    """Return a dossier of this school, six positions."""
    return _DOSSIER.format(brin=school[:4], vestiging=school[4:], school=school).encode()
