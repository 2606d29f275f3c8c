"""What the rules of an SWV say, for people and programs outside this service.

>>> show(regels("PO2507"))["aanvraagtypes"][0]["titel"]
'A&K'
>>> own_share(regels("PO2507").ruleset)
0.07
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workflow.domain.ruleset import Aanvraagtype, RuleSet
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

OWN = "eigen keuze"


def regels(swv: str, folder: Path | None = None) -> Regels:
    """The rules of the files for one SWV. Raises NoRuleSet."""
    return RuleSets(read_all(folder)).current(swv)


def own_share(ruleset: RuleSet) -> float:
    """Which share of statuses and transitions rests on a choice of our own alone, where the manuals are silent: 0 to 1."""
    sources = [bron for type_ in ruleset.aanvraagtypes for bron in _sources(ruleset, type_)]
    return sum(bron.startswith(OWN) for bron in sources) / len(sources)


def _sources(ruleset: RuleSet, type_: Aanvraagtype) -> Iterator[str]:
    whole = ruleset.geheel(type_)
    yield from (status.bron for status in whole.statussen)
    yield from (overgang.bron for overgang in whole.overgangen)
    yield from (rule.bron for rule in whole.automatisch)


def schema() -> dict[str, Any]:
    """The JSON Schema of a rule set file, for editors."""
    return RuleSet.model_json_schema()


def show(regels: Regels) -> dict[str, Any]:
    """Return the rules as the contract of ``schakel rules show SWV --json`` has them.

    Each transition stands once per ``van``; the ones that happen by themselves have ``automatisch`` true and no roles. The
    begin status is the one a new hulpvraag gets by itself. ``vereist`` names ``reden``, ``datum``, ``bevestiging``,
    ``formulier: <titel>`` or ``besluit: <uitkomst>``.
    """
    return {
        "swv": regels.swv,
        "versie": regels.versie,
        "aanvraagtypes": [_type(verloop) for verloop in regels.verlopen],
        "formulieren": [{"titel": formulier.titel} for formulier in regels.ruleset.formulieren],
    }


def _type(verloop: Verloop) -> dict[str, Any]:
    type_ = verloop.type
    placed = [titel for status in verloop.statussen.values() for titel in status.plaatst]
    asked = [eis.formulier for overgang in type_.overgangen for eis in overgang.vereist if eis.formulier]
    return {
        "titel": type_.titel,
        "aliassen": list(type_.aliassen),
        "niveau": type_.niveau,
        "kanaal": type_.kanaal,
        "statussen": [
            {"naam": status.naam, "begin": status.begin, "eind": status.einde} for status in verloop.statussen.values()
        ],
        "overgangen": [
            {
                "van": stap.van,
                "naar": stap.naar.naam,
                "rollen": sorted(stap.rollen),
                "automatisch": False,
                "vereist": [str(eis) for eis in stap.vereist],
                "bron": stap.bron,
            }
            for steps in verloop.stappen.values()
            for stap in steps
        ]
        + [
            {"van": van, "naar": rule.naar.naam, "rollen": [], "automatisch": True, "vereist": [], "bron": rule.bron}
            for (van, _, _), rule in verloop.vanzelf.items()
        ],
        "formulieren": list(dict.fromkeys([*type_.formulieren, *asked, *placed])),
        "bijlagen": [bijlage.naam for bijlage in type_.bijlagen],
    }
