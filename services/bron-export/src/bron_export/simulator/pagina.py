"""The page of the simulated register: what holds, and what came in. Works without JavaScript; WCAG 2.2 AA."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from bron_export.simulator.gedrag import BETEKENIS, Gedrag
from shared import clock

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #1b1b1b; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem }
.let-op { border-left: .4rem solid #a35200; padding: .5rem 1rem; background: #fff4e5 }
.breed { overflow-x: auto } .breed:focus-visible { outline: 3px solid #0b5cad; outline-offset: 2px }
table { border-collapse: collapse; width: 100% } caption { text-align: left; padding-bottom: .5rem }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top }
thead th { background: #eef2f6 } code { overflow-wrap: anywhere }
"""


def render(meldingen: Sequence[dict[str, Any]], leveringen: Sequence[dict[str, Any]], gedragingen: Iterable[Gedrag]) -> str:
    """Return the page as HTML."""
    holding = [each for each in meldingen if each["status"] == "geaccepteerd"]
    summary = f"{len(holding)} van {len(meldingen)} meldingen staan nu in het register."
    behaviour = "".join(f"<li>{escape(_behaviour(each))}</li>" for each in gedragingen)
    return f"""<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Registersimulator ({len(holding)} geregistreerd)</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Registersimulator</h1>
<p class="let-op"><strong>Dit is niet het echte register.</strong> Het laat zien wat Schakel namens scholen zou registreren.
Gebruik het nooit met gegevens van echte kinderen.</p>
<h2>Wat is er geregistreerd?</h2>
{_table("registraties", summary, _REGISTERED, map(_row, meldingen))}
<h2>Wat kwam er binnen?</h2>
{_table("leveringen", "De laatste vijftig berichten, het nieuwste bovenaan.", _RECEIVED, map(_delivery, leveringen))}
<h2>Hoe gedraagt het register zich?</h2>
{f"<ul>{behaviour}</ul>" if behaviour else "<p>Gewoon: het neemt aan, beoordeelt en antwoordt meteen.</p>"}
</main>
</body>
</html>
"""


_REGISTERED = ("Soort", "Nummer of omschrijving", "Periode", "School", "Leerling", "SWV", "Stand", "Signalen", "Kenmerk")
_RECEIVED = ("Moment", "Bericht", "Kenmerk", "Volgnummer", "Antwoord", "Signalen")


def _row(each: dict[str, Any]) -> tuple[str, ...]:
    melding = each["melding"]
    tlv, arrangement = melding["toelaatbaarheidsverklaring"], melding["onderwijsarrangement"]
    content = tlv or arrangement or {}
    what = f"{tlv['beschikkingsnummer']}, categorie {tlv['bekostigingscategorie']}" if tlv else content.get("omschrijving", "")
    return (
        "TLV" if tlv else "Onderwijsarrangement",
        what,
        f"{content.get('ingangsdatum') or 'onbekend'} t/m {content.get('einddatum') or 'onbekend'}",
        melding["namens"]["brin"] + melding["namens"]["vestiging"],
        melding["leerlingid"],
        melding["samenwerkingsverband"],
        each["status"],
        "; ".join(f"{signaal['code']} ({signaal['ernst']}): {signaal['omschrijving']}" for signaal in each["signalen"])
        or "geen",
        f"{each['clientReferentie']}, volgnummer {each['volgnummer']}",
    )


def _delivery(each: dict[str, Any]) -> tuple[str, ...]:
    moment = datetime.fromisoformat(each["op"]).astimezone(clock.NETHERLANDS)
    codes = ", ".join(str(code) for code in each["signalen"]) or "geen"
    number = "" if each["volgnummer"] is None else str(each["volgnummer"])
    return f"{moment:%d-%m-%Y %H:%M:%S}", each["methode"], each["referentie"], number, each["status"], codes


def _table(name: str, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    body = body or f'<tr><td colspan="{len(heads)}">Nog niets.</td></tr>'
    return f"""<div class="breed" role="region" aria-labelledby="{name}" tabindex="0">
<table><caption id="{name}">{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>
</div>"""


def _behaviour(gedrag: Gedrag) -> str:
    often = "tot nader order" if gedrag.keren is None else f"nog {gedrag.keren} keer"
    return f"{gedrag.soort}: {BETEKENIS[gedrag.soort]} ({often}; bij {', '.join(gedrag.methoden)})"
