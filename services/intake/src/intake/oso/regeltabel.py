"""The rules of the SWV profiles, one literal table: code, how serious, what it asks, and what a school reads when it is broken.

The validator of Edustandaard calls all of its rules Fout. Here ``fout`` is what a hulpvraag cannot be made of, and what an SWV
must not have. An operator who sees it otherwise passes ``ernst`` to ``lees``.
Source: Edustandaard, SWV profiles 2019.1 (MD to CL) and OSO gegevensset 2019.1 (OG, OS.cat); BL, BSN, CL48, ONBEKEND, VORM and
XSD are ours. docs/oso.md shows the same table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.oso import regels as r
from intake.oso.resultaat import Ernst


def _buiten_tabel(_lezing: r.Lezing) -> Iterator[r.Plek]:
    """For a code that another step finds."""
    yield from ()


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule. ``regel`` is what it asks, ``bericht`` what a school reads."""

    code: str
    ernst: Ernst
    regel: str
    bericht: str
    toets: r.Toets = _buiten_tabel


_VOMBO = (
    "Gegevens voor de overstap naar het mbo horen niet in een dossier van het basisonderwijs. Wij hebben ze niet overgenomen."
)
_VVE = "Gegevens over de voorschoolse periode horen niet in een dossier van het voortgezet onderwijs. Zet ze uit."
_GEHEIM_ADRES = (
    "Het adres van deze persoon is geheim, maar staat wel in het dossier. Haal het weg. Wij hebben het niet overgenomen."
)
_GEHEIM_NUMMER = (
    "Dit telefoonnummer of mailadres is geheim. Vul 9999999999 of geheim@geheim.geheim in. Wij hebben het niet overgenomen."
)

REGELS: tuple[Regel, ...] = (
    Regel(
        "MD01",
        "fout",
        "deeldossier is LAS or LASLVS",
        "Het dossier bevat geen gegevens uit de leerlingadministratie. Stuur een dossier met het deel LAS.",
        r.metadata("deeldossier", lambda waarde, _: waarde in {"LAS", "LASLVS"}),
    ),
    Regel(
        "MD02",
        "waarschuwing",
        "validatieversie is that of the version",
        "De validatieversie past niet bij deze versie van de OSO-gegevensset.",
        r.metadata("validatieversie", lambda waarde, lezing: waarde == lezing.versie.validatieversie),
    ),
    Regel(
        "MD03",
        "fout",
        "categorie_uitlevering is there",
        "Er staat niet in welke onderdelen de ouders hebben uitgezet. Maak het dossier opnieuw aan in uw administratie.",
        r.heeft_uitlevering,
    ),
    Regel(
        "SO01",
        "fout",
        "overstap is there",
        "Er staat niet in wat voor dossier dit is. Kies in uw administratie een dossier voor het samenwerkingsverband.",
        r.metadata("overstap", lambda waarde, _: waarde != ""),
    ),
    Regel(
        "SO02",
        "fout",
        "overstap is POSWV or VOSWV",
        "Dit dossier is niet gemaakt voor een samenwerkingsverband. Kies in uw administratie een SWV-dossier (POSWV of VOSWV).",
        r.metadata("overstap", lambda waarde, _: waarde in {"", "POSWV", "VOSWV"}),
    ),
    Regel(
        "SO03",
        "fout",
        "overdrachtsoort is swv-dossier",
        "De soort overdracht is geen swv-dossier. Kies in uw administratie een dossier voor het samenwerkingsverband.",
        r.is_swv_dossier,
    ),
    Regel(
        "SL01",
        "waarschuwing",
        "the school has an address",
        "Van de school ontbreekt het adres.",
        r.verplicht("school", "adreslijst/adres"),
    ),
    Regel(
        "SL02",
        "waarschuwing",
        "the school has a telephone number or mail address",
        "Van de school ontbreken telefoonnummer en mailadres.",
        r.verplicht("school", "communicatielijst/communicatie"),
    ),
    Regel(
        "LL01",
        "fout",
        "the pupil has a voornaam",
        "Van de leerling ontbreekt de voornaam.",
        r.verplicht("leerling", "voornaam"),
    ),
    Regel(
        "LL02",
        "fout",
        "the pupil has a geboortedatum",
        "Van de leerling ontbreekt de geboortedatum.",
        r.verplicht("leerling", "geboortedatum"),
    ),
    Regel(
        "LL03",
        "waarschuwing",
        "no geboortemaand",
        "De geboortemaand hoort niet in een SWV-dossier. Wij hebben hem niet overgenomen.",
        r.verboden("leerling", "geboortemaand"),
    ),
    Regel(
        "LL04",
        "waarschuwing",
        "adresgeheim of the pupil is there",
        "Er staat niet in of het adres van de leerling geheim is.",
        r.verplicht("leerling", "adresgeheim"),
    ),
    Regel(
        "LL05",
        "waarschuwing",
        "the pupil has an address, unless it is secret",
        "Van de leerling ontbreekt het adres, en dat is niet geheim.",
        r.adres_tenzij_geheim,
    ),
    Regel(
        "LL06", "fout", "no address of a pupil when it is secret", _GEHEIM_ADRES, r.geen_adres("adreslijst/adres", "leerling")
    ),
    Regel(
        "LL07",
        "waarschuwing",
        "no postcode4adres",
        "Een adres van alleen vier cijfers hoort niet in een SWV-dossier. Wij hebben het niet overgenomen.",
        r.verboden("leerling", "postcode4adres"),
    ),
    Regel(
        "LL08",
        "fout",
        "a secret number of the pupil is 9999999999 or geheim@geheim.geheim",
        _GEHEIM_NUMMER,
        r.geheim_nummer("leerling"),
    ),
    Regel(
        "LL09",
        "fout",
        "no foreign address of a pupil when it is secret",
        _GEHEIM_ADRES,
        r.geen_adres("adresbuitenland", "leerling"),
    ),
    Regel(
        "LL10",
        "waarschuwing",
        "no geboorteplaats",
        "De geboorteplaats hoort niet in een SWV-dossier. Wij hebben hem niet overgenomen.",
        r.verboden("leerling", "geboorteplaats"),
    ),
    Regel(
        "LL11",
        "waarschuwing",
        "no nationaliteit",
        "De nationaliteit hoort niet in een SWV-dossier. Wij hebben haar niet overgenomen.",
        r.verboden("leerling", "nationaliteit"),
    ),
    Regel(
        "LL12",
        "fout",
        "no BSN and no onderwijsnummer",
        "In het dossier staat een burgerservicenummer of onderwijsnummer. Haal het weg: dat nummer mogen wij niet ontvangen.",
        r.nergens("bsn", "onderwijsnummer"),
    ),
    Regel(
        "SL01-loopbaan",
        "waarschuwing",
        "at least one schoolloopbaan",
        "De schoolloopbaan van de leerling ontbreekt.",
        r.verplicht("leerling", "schoolloopbaanlijst/schoolloopbaan"),
    ),
    Regel(
        "VV01",
        "waarschuwing",
        "no vanpeuterspeelzaal in VOSWV",
        _VVE,
        r.verboden("leerling", "vanpeuterspeelzaal", profiel="VOSWV"),
    ),
    Regel(
        "VV02",
        "waarschuwing",
        "no naampeuterspeelzaal in VOSWV",
        _VVE,
        r.verboden("leerling", "naampeuterspeelzaal", profiel="VOSWV"),
    ),
    Regel("VV03", "waarschuwing", "no voorschools in VOSWV", _VVE, r.verboden("leerling", "voorschools", profiel="VOSWV")),
    Regel("VV04", "waarschuwing", "no vroegschools in VOSWV", _VVE, r.verboden("leerling", "vroegschools", profiel="VOSWV")),
    Regel(
        "EB01",
        "waarschuwing",
        "no eindtoets in POSWV",
        "De eindtoets hoort in deze versie niet in een dossier van het basisonderwijs.",
        r.verboden("leerling", "eindtoets_basisonderwijs", profiel="POSWV"),
    ),
    Regel(
        "OV01",
        "waarschuwing",
        "at least one verzorger when verzorgersaansprakelijk",
        "De verzorgers zijn aansprakelijk, maar er staat geen verzorger in het dossier.",
        r.verzorger_als_aansprakelijk,
    ),
    Regel(
        "OV03", "fout", "no address of a verzorger when it is secret", _GEHEIM_ADRES, r.geen_adres("adreslijst/adres", "ander")
    ),
    Regel(
        "OV04",
        "fout",
        "a secret number of anybody else is 9999999999 or geheim@geheim.geheim",
        _GEHEIM_NUMMER,
        r.geheim_nummer("ander"),
    ),
    Regel(
        "OV05",
        "waarschuwing",
        "no banknummer of a verzorger",
        "Een bankrekeningnummer hoort niet in een SWV-dossier. Wij hebben het niet overgenomen.",
        r.verboden("leerling", "verzorger/banknummer"),
    ),
    Regel("VM01", "waarschuwing", "no bevorderd in POSWV", _VOMBO, r.verboden("leerling", "bevorderd", profiel="POSWV")),
    Regel(
        "VM02",
        "waarschuwing",
        "no examenresultaat in POSWV",
        _VOMBO,
        r.verboden("leerling", "examenresultaat", profiel="POSWV"),
    ),
    Regel(
        "VM03",
        "waarschuwing",
        "no resultaatvakkenvo in POSWV",
        _VOMBO,
        r.verboden("leerling", "resultaatvakkenvo", profiel="POSWV"),
    ),
    Regel("VM04", "waarschuwing", "no certificaat in POSWV", _VOMBO, r.verboden("leerling", "certificaat", profiel="POSWV")),
    Regel("VM05", "waarschuwing", "no competenties in POSWV", _VOMBO, r.verboden("leerling", "competenties", profiel="POSWV")),
    Regel("VM06", "waarschuwing", "no stage in POSWV", _VOMBO, r.verboden("leerling", "stage", profiel="POSWV")),
    Regel("VM07", "waarschuwing", "no overigvombo in POSWV", _VOMBO, r.verboden("leerling", "overigvombo", profiel="POSWV")),
    Regel(
        "ZB01",
        "waarschuwing",
        "nothing of the VIR",
        "Gegevens uit de Verwijsindex horen niet in een SWV-dossier. Wij hebben ze niet overgenomen.",
        r.nergens("vir"),
    ),
    Regel(
        "ZB02",
        "waarschuwing",
        "nothing of the ZAT",
        "Gegevens uit het zorgadviesteam horen niet in een SWV-dossier. Wij hebben ze niet overgenomen.",
        r.nergens("zat"),
    ),
    Regel(
        "TR01",
        "waarschuwing",
        "a resultaat has a score, a referentiescore or a document",
        "Bij deze toets staat geen score en geen bijlage.",
        r.iets_van("resultaat", "toetsscore", "referentiescore", "document"),
    ),
    Regel(
        "TR02",
        "waarschuwing",
        "a toetsscore has a number, a time or a vaardigheidsscore",
        "Bij deze toetsscore staat geen aantal, geen tijd en geen vaardigheidsscore.",
        r.iets_van("toetsscore", "aantalopgaven", "aantalgoed", "aantalfout", "aantalgelezen", "tijd", "vaardigheidsscore"),
    ),
    Regel(
        "CL01",
        "waarschuwing",
        "a score has a waarde or a kwalificatie",
        "Bij dit cijfer staat geen waarde en geen kwalificatie.",
        r.iets_van("score", "waarde", "kwalificatie"),
    ),
    Regel(
        "OG.01",
        "waarschuwing",
        "a mail address has the form that DUO checks, 4 to 256 characters",
        "Dit is geen geldig mailadres.",
        r.is_mailadres,
    ),
    Regel(
        "OG.02",
        "waarschuwing",
        "standaardversie is that of the version",
        "De standaardversie past niet bij dit dossier.",
        r.metadata("standaardversie", lambda waarde, lezing: waarde == lezing.versie.nummer),
    ),
    Regel(
        "OG.03", "waarschuwing", "lwoo_einddatum is a 31 July", "De einddatum van lwoo is geen 31 juli.", r.eindigt_op_31_juli
    ),
    Regel(
        "OG.04",
        "waarschuwing",
        "an overlijdensdatum only when overleden",
        "Er staat een overlijdensdatum, maar niet dat deze verzorger is overleden.",
        r.overleden_met_datum,
    ),
    Regel(
        "OG.05",
        "waarschuwing",
        "of the huisarts no roepnaam, geslacht or secret address",
        "Van de huisarts horen roepnaam, geslacht en een geheim adres niet in het dossier.",
        r.huisarts_zonder_meer,
    ),
    Regel(
        "BSN",
        "fout",
        "no nine digits that pass the eleven-test, in any text",
        "Hier lijkt een burgerservicenummer te staan. Haal het weg: dat nummer mogen wij niet ontvangen.",
        r.bsn_in_tekst,
    ),
    Regel(
        "OS.cat",
        "fout",
        "nothing of a category that is OPT-UIT or VERBODEN (OS.cat01 to OS.cat16)",
        "Dit onderdeel is uitgezet of verboden, maar staat wel in het dossier. Haal het weg. Wij hebben het niet overgenomen.",
    ),
    Regel(
        "OS.cat-leeg",
        "waarschuwing",
        "something of a category that is VERPLICHT (OS.cat01-leeg to OS.cat16-leeg)",
        "Volgens het dossier is dit onderdeel verplicht, maar het staat er niet in.",
    ),
    Regel(
        "CL48",
        "fout",
        "a category is VERPLICHT, OPTIONEEL, VERBODEN or OPT-UIT",
        "Hier staat niet of dit onderdeel mag worden meegestuurd. Wij hebben het daarom niet overgenomen.",
    ),
    Regel(
        "VORM",
        "waarschuwing",
        "dates, numbers and ja/nee have their form",
        "Wij kunnen deze waarde niet lezen en hebben haar niet overgenomen.",
    ),
    Regel(
        "ONBEKEND",
        "waarschuwing",
        "nothing that the version does not have, or that is there twice",
        "Hier staat iets dat wij in deze versie niet kennen of dat dubbel is. Wij hebben het niet overgenomen.",
    ),
    Regel(
        "XSD",
        "waarschuwing",
        "valid by the XSD of the operator",
        "Dit onderdeel heeft niet de vorm die de OSO-standaard voorschrijft.",
    ),
    Regel(
        "BL01",
        "waarschuwing",
        "a bijlage is a ZIP that can be read",
        "Deze bijlage kunnen wij niet openen: het is geen leesbaar ZIP-bestand.",
    ),
    Regel(
        "BL02",
        "waarschuwing",
        "a bijlage is base64",
        "Deze bijlage kunnen wij niet openen: zij is onderweg beschadigd geraakt.",
    ),
    Regel("BL03", "waarschuwing", "a bijlage has no password", "Deze bijlage heeft een wachtwoord. Stuur haar zonder."),
    Regel(
        "BL04",
        "waarschuwing",
        "a bijlage is not too large, packed or unpacked",
        "Deze bijlage is te groot. Een bestand mag 10 MB zijn.",
    ),
    Regel("BL05", "waarschuwing", "the ZIP holds a file", "Deze bijlage is leeg: in het ZIP-bestand zit niets."),
    Regel(
        "BL06",
        "waarschuwing",
        "the ZIP holds one file, or one with the name",
        "In deze bijlage zitten meer bestanden, en geen heeft de naam van de bijlage. Stuur ze apart.",
    ),
    Regel(
        "BL07", "waarschuwing", "the file is no ZIP itself", "In deze bijlage zit weer een ZIP-bestand. Stuur het bestand zelf."
    ),
    Regel(
        "BL08",
        "waarschuwing",
        "the file is of the kind that its name says",
        "De naam van deze bijlage en het bestand dat erin zit zijn van een andere soort. Is dit het goede bestand?",
    ),
    Regel(
        "BL09",
        "waarschuwing",
        "names are names, not paths that lead out",
        "De naam van deze bijlage is geen gewone bestandsnaam.",
    ),
    Regel(
        "BL10",
        "waarschuwing",
        "the file is of a kind that the standard allows",
        "Bestanden van deze soort horen niet in een OSO-dossier. Stuur bijvoorbeeld een pdf.",
    ),
    Regel("BL11", "waarschuwing", "the file holds something", "Het bestand in deze bijlage is leeg."),
)
PER_CODE = {regel.code: regel for regel in REGELS}
