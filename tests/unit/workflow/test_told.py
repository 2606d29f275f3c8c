"""What the other services are told of the rules of an SWV."""

from workflow.registry import RuleSets, read_all
from workflow.usecases.publish import told

RULES = RuleSets(read_all(None))


def test_the_entrance_is_told_which_bijlage_an_lvs_must_send_along() -> None:
    titels = {(one.niveau, one.titel): one.bijlagen for one in told(RULES.current("PO2507").ruleset).titels}
    for titel in ("A&K", "Arrangement", "Voorziening", "TLV", "Verlenging TLV"):
        (asked,) = titels["leerling", titel]
        assert (asked.naam, asked.soort, asked.ontbreekt) == (
            "Toelichting onderwijsbehoeften",
            "toelichting-onderwijsbehoeften",
            "waarschuwen",
        )
    assert titels["groep", "Groepsarrangement"] == titels["leerling", "Thuiszitter"] == ()


def test_who_sorts_what_comes_in_is_told_with_the_roles() -> None:
    for swv, sorting in (("PO2507", {"administratie"}), ("PO2806", {"SCP", "administratie"})):
        assert {rol.naam for rol in told(RULES.current(swv).ruleset).rollen if rol.sorteert and not rol.is_alias} == sorting
