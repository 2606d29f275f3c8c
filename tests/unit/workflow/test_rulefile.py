"""Reading rule sets: what is wrong is named with file and line."""

import re
from pathlib import Path

import pytest

from support.hulpvragen import RULESETS
from workflow.domain.ruleset import RuleSet
from workflow.domain.verloop import expanded_statuses
from workflow.registry import RuleSets, read_all
from workflow.rulefile import BrokenRuleSet, load, read
from workflow.settings import Settings

STROMENLAND = Path(__file__).parents[3] / "services/workflow/src/workflow/rulesets/PO2507.yaml"
GOOD = (RULESETS / "PO00YY.yaml").read_text(encoding="utf-8")

LINES = {
    "de status Brief klaar is niet te bereiken": ("{naam: Brief klaar",),
    "de status Toegekend staat er twee keer": ("{naam: Toegekend",),
    "precies één beginstatus nodig, hier zijn er 0": ("statussen:\n      - {naam: Voorlopige",),
    "de rol administratie staat er twee keer": ("naam: administratie, basis",),
    "de sleutel versie staat er twee keer": ("versie: 4",),
    "niemand mag deze overgang maken: wie hem mag maken, ziet Voorlopige aanmelding niet": ("van: [Voorlopige aanmelding]",),
    "administratie krijgt bij Aanmelding 2 mails tegelijk": ("        mails:\n          - {doelgroep: administratie",),
    "automatische overgangen gaan in een kring: via Toegekend terug naar Register zegt nee": ("van: [Register zegt nee]",),
    "Dit hoort bij termijn-bereikt, en alleen daarbij": ("op: termijn-bereikt",),
    "Deze termijn heeft bij, duur en eenheid nodig": ("naam: formulier kwam",),
    "onbekend: deel basis": ("delen: [basis]",),
    "geen aanvraagtype gebruikt het deel over": ("delen: {over",),
    "geen geldige YAML": ("naam: Verzonnen",),
}
"""Where a fault shows that is not where the change was made."""


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read("X.yaml", text)[1]]


def line_of(text: str, part: str) -> int:
    return text[: text.rindex(part)].count("\n") + 1


def test_the_rule_sets_of_the_package_and_of_the_tests_are_right() -> None:
    found = {one.ruleset.swv: one.ruleset.versie for one in read_all(RULESETS)}
    assert found == {"PO0000": 1, "PO2507": 4, "PO2806": 1, "PO3008": 2, "PO00YY": 3}


@pytest.mark.parametrize(
    ("part", "instead", "message"),
    [
        ("naar: Afgerond, rollen: [school]", "naar: Weg, rollen: [school]", "onbekend: status Weg"),
        ("naar: Afgerond, rollen: [school]", "naar: Afgerond, rollen: [schol]", "onbekend: rol schol"),
        ("van: [Toegekend], naar: Brief klaar", "van: [Toegekent], naar: Brief klaar", "onbekend: status Toegekent"),
        (
            "{doelgroep: regiomanager, sjabloon: status-gewijzigd}",
            "{doelgroep: regio, sjabloon: status-gewijzigd}",
            "onbekend: doelgroep regio",
        ),
        (
            "{doelgroep: regiomanager, sjabloon: status-gewijzigd}",
            "{doelgroep: regiomanager, sjabloon: groet}",
            "onbekend: sjabloon groet",
        ),
        ("vereist: [{formulier: Evaluatie}]", "vereist: [{formulier: Eval}]", "onbekend: formulier Eval"),
        ('zichtbaar_voor: ["IB\'er", applicatiebeheerder]', "zichtbaar_voor: [iedereen]", "onbekend: rol iedereen"),
        (
            "{naam: Toegekend, bron: eigen keuze}",
            "{naam: Toegekend, begin: true, bron: eigen keuze}",
            "precies één beginstatus nodig, hier zijn er 2",
        ),
        ("begin: true, zichtbaar_voor", "zichtbaar_voor", "precies één beginstatus nodig, hier zijn er 0"),
        (
            "{naam: Brief klaar, bron: eigen keuze}",
            "{naam: Toegekend, bron: eigen keuze}",
            "de status Toegekend staat er twee keer",
        ),
        (
            "titel: Budget\n    niveau: leerling",
            "titel: Budget\n    niveau: leerling\n    bijlagen: [{naam: OPP, soort: opp, bron: eigen keuze}]",
            "Alleen een verplichte bijlage heeft een soort",
        ),
        (
            "titel: Budget\n    niveau: leerling",
            "titel: Budget\n    niveau: leerling\n    bijlagen: [{naam: OPP, ontbreekt: weigeren, bron: eigen keuze}]",
            "Weigeren kan alleen bij een bijlage met een soort",
        ),
        ("postcode: 9999 YY", "postcode: 9999 SS", "Dit is geen postcode"),
        ("naar: Brief klaar, bron", "naar: Register zegt nee, bron", "de status Brief klaar is niet te bereiken"),
        ("van: [Brief klaar, Register zegt nee]", "van: [Register zegt nee]", ""),
        (
            "{op: registratie-afgekeurd, van: [Toegekend, Brief klaar]",
            "{op: brief-gemaakt, van: [Toegekend, Brief klaar]",
            "twee automatische overgangen vanuit Toegekend",
        ),
        ("naar: Brief klaar, bron", "naar: Toegekend, bron", "volgt vanzelf op zichzelf"),
        ("Aanmelding, rollen: [school], bron", "Aanmelding, rollen: [], bron", "niemand mag deze overgang maken"),
        ('naam: "Doorzetten [functie]"', 'naam: "Doorzetten [wie]"', "onbekend: parameter wie"),
        (
            "titel: Uit het LVS\n    niveau: leerling",
            "niveau: leerling\n    titel: Budget",
            "de titel Budget staat er twee keer voor niveau leerling",
        ),
        ("naam: regiomanager, basis", "naam: administratie, basis", "de rol administratie staat er twee keer"),
        ("ook: [school]", "ook: [scholen]", "onbekend: rol scholen"),
        ("postbussen_door: [applicatiebeheerder]", "postbussen_door: [chef]", "onbekend: rol chef"),
        ("sorteren: [administratie, applicatiebeheerder]", "sorteren: [chef]", "onbekend: rol chef"),
        ("brief: schoolbrief", "brief: TLV-brief", "onbekend: brief TLV-brief"),
        ("bij: [Aanmelding]", "bij: [Gisteren]", "onbekend: status Gisteren"),
        ("wacht_op: aanvrager", "wacht_op: Godot", "onbekend: rol Godot"),
        ("plaatst: [Evaluatie]", "plaatst: [Enquête]", "onbekend: formulier Enquête"),
        (
            'zichtbaar_voor: ["IB\'er", applicatiebeheerder]',
            "zichtbaar_voor: [applicatiebeheerder]",
            "niemand mag deze overgang maken: wie hem mag maken, ziet Voorlopige aanmelding niet",
        ),
        (
            "mails:\n          - {doelgroep: administratie, sjabloon: status-gewijzigd}",
            (
                "mails:\n          - {doelgroep: administratie, sjabloon: status-gewijzigd}\n"
                "          - {doelgroep: administratie, sjabloon: status-gewijzigd}"
            ),
            "administratie krijgt bij Aanmelding 2 mails tegelijk",
        ),
        (
            "naar: Register zegt nee, bron: eigen keuze}",
            (
                "naar: Register zegt nee, bron: eigen keuze}\n"
                "      - {op: brief-gemaakt, van: [Register zegt nee], naar: Toegekend, bron: eigen keuze}"
            ),
            "automatische overgangen gaan in een kring: via Toegekend terug naar Register zegt nee",
        ),
        (
            "naar: Kring bezig, bron: eigen keuze}",
            (
                "naar: Kring bezig, bron: eigen keuze}\n"
                "      - {op: bijlagen-toegevoegd, van: [Kring aangemeld], naar: Kring klaar, bron: eigen keuze}"
            ),
            "vanuit Kring aangemeld kan één batch bijlagen naar twee statussen leiden",
        ),
        ("formulier: Evaluatie, van: [Kring", "formulier: Rapport, van: [Kring", "onbekend: formulier Rapport"),
        ("termijn: formulier kwam, van", "termijn: formulier ging, van", "onbekend: termijn formulier ging"),
        (
            "op: termijn-bereikt, termijn: formulier kwam, van",
            "op: termijn-bereikt, van",
            "Dit hoort bij termijn-bereikt, en alleen daarbij",
        ),
        ("bij: [Kring bezig], duur: 1", "duur: 1", "Deze termijn heeft bij, duur en eenheid nodig"),
        ("rol: regiomanager, bron", "rol: rayonhoofd, bron", "onbekend: rol rayonhoofd"),
        ("titel: Kringvraag\n", "titel: Kringvraag\n    delen: [basis]\n", "onbekend: deel basis"),
        (
            "aanvraagtypes:\n",
            "delen: {over: {statussen: [{naam: X, einde: true, bron: eigen keuze}]}}\naanvraagtypes:\n",
            "geen aanvraagtype gebruikt het deel over",
        ),
        ("versie: 3", "versie: drie", "versie: Dit moet een geheel getal zijn."),
        ("naam: Verzonnen", "naam: Verzonnen\nnaan: Verzonnen", "naan: Dit veld bestaat niet."),
        ("versie: 3", "versie: 3\nversie: 4", "de sleutel versie staat er twee keer"),
        ("vereist: [bevestiging]", "vereist: [handtekening]", "Dit moet reden, datum, bevestiging"),
        ("{naam: Toegekend, bron: eigen keuze}", "{naam: Toegekend, bron: van horen zeggen}", "heeft niet de afgesproken vorm"),
        ("versie: 3", "versie: [3", "geen geldige YAML"),
    ],
)
def test_a_fault_in_a_rule_set_is_named_with_its_line(part: str, instead: str, message: str) -> None:
    assert GOOD.count(part) >= 1, part
    text = GOOD.replace(part, instead, 1)
    found = problems(text)
    if not message:  # the status can still be left by the automatic change
        assert found == []
        return
    fitting = [problem for problem in found if message in problem]
    assert fitting, found
    assert all(re.match(r"X\.yaml:\d+: ", problem) for problem in found)
    named = {line_of(text, where) for where in LINES.get(message, (instead.splitlines()[-1],))}
    assert named & {int(problem.split(":")[1]) for problem in fitting}, (fitting, named)


def test_a_status_without_a_way_out_that_is_no_end_is_a_fault() -> None:
    text = GOOD.replace("{naam: Afgerond, einde: true, plaatst: [Evaluatie], bron", "{naam: Afgerond, bron")
    assert any("uit de status Afgerond gaat geen weg verder" in problem for problem in problems(text))


def test_every_fault_is_named_at_once() -> None:
    text = GOOD.replace("rollen: [regiomanager], vereist: [reden]", "rollen: [chef], vereist: [reden]").replace(
        "plaatst: [Evaluatie]", "plaatst: [X]"
    )
    with pytest.raises(BrokenRuleSet) as caught:
        load("X.yaml", text)
    assert {problem.message for problem in caught.value.problems} == {"onbekend: rol chef", "onbekend: formulier X"}


def test_a_fault_in_the_only_item_of_a_list_is_one_fault() -> None:
    found = problems("aanvraagtypes:\n  - {titel: A, niveau: leerling, kanaal: fax, bron: eigen keuze}\n")
    about = [problem for problem in found if "aanvraagtypes" in problem]
    assert [problem.rpartition(": Deze waarde")[0] for problem in about] == ["X.yaml:2: aanvraagtypes.0.kanaal"]
    assert any("aanvraagtypes: Dit zijn er te weinig" in problem for problem in problems("aanvraagtypes: []\n"))


def test_an_empty_file_is_no_rule_set() -> None:
    assert read("X.yaml", "")[0] is None
    assert problems("")


def test_a_rule_set_survives_being_stored() -> None:
    for one in read_all(RULESETS):
        ruleset = one.ruleset
        assert RuleSet.model_validate(ruleset.model_dump(mode="json", exclude_defaults=True)) == ruleset


def test_a_folder_of_the_operator_goes_before_the_package(tmp_path: Path) -> None:
    text = re.sub(r"^versie: \d+$", "versie: 7", STROMENLAND.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    (tmp_path / "eigen.yaml").write_text(text, encoding="utf-8")
    assert RuleSets(read_all(tmp_path)).current("PO2507").versie == 7


def test_an_empty_setting_names_no_folder() -> None:
    given = {"database_url": "postgresql://x", "amqp_url": "amqp://x", "capability_key": "{}"}
    assert Settings.model_validate({**given, "rulesets": ""}).rulesets is None
    assert Settings.model_validate({**given, "rulesets": "/x"}).rulesets == Path("/x")


def test_the_code_knows_no_status_by_name() -> None:
    package = STROMENLAND.parents[1]
    names = {
        name
        for one in read_all(RULESETS)
        for type_ in map(one.ruleset.geheel, one.ruleset.aanvraagtypes)
        for status in expanded_statuses(type_)
        for name in (status.naam, *status.aliassen)
    }
    assert len(names) > 60
    sources = [*package.rglob("*.py"), *(package.parents[1] / "migrations").glob("*.sql")]
    assert len(sources) > 20
    code = {file: re.sub(r'"""[\s\S]*?"""', "", file.read_text(encoding="utf-8")) for file in sources}
    assert [
        (file.name, name) for file, text in code.items() for name in names if re.search(rf"\b{re.escape(name)}\b", text)
    ] == []
