"""The course of an aanvraagtype as a picture: DOT text for Graphviz.

>>> dot(RuleSets(read_all(None)).current("PO2507").find("leerling", "TLV"))
'digraph "TLV" { …'

It draws what the file says, not what it stands for: ``Doorzetten [functie]`` is one box, and the values of ``[functie]`` stand
under the title. A rule with several ``van`` is one small label on the way, so that what may be done and by whom is said once.
A box has the colour of whose turn it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256

from workflow.domain.ruleset import AANVRAGER, Aanvraagtype, Automatisch, Overgang, Rol, Status
from workflow.domain.verloop import Verloop, expanded_statuses, filled, placeholders, values_of

_HEAD = """  graph [rankdir=TB, fontname="Helvetica", labelloc=t, nodesep=0.3, ranksep=0.45, bgcolor=white, pad=0.2]
  node [shape=box, style="rounded,filled", color="#154273", fontname="Helvetica", fontsize=13, margin="0.15,0.08"]
  edge [fontname="Helvetica", fontsize=11, color="#4a4a4a", fontcolor="#222222", arrowsize=0.8]"""
_SCHOOL, _SWV, _EINDE = "#fff2cc", "#e1edf7", "#d5d5d5"
_OUTSIDE = {"school", "extern", "gast"}
_SIGN = 'style=filled, fillcolor="#f7f7f7", color="#bbbbbb", fontsize=11, margin="0.06,0.03"'
_LEGEND = (
    '<tr><td border="1" bgcolor="{school}">aanvrager of school aan zet</td>'
    '<td border="1" bgcolor="{swv}">samenwerkingsverband aan zet</td>'
    '<td border="1" bgcolor="{einde}">einde</td><td>dubbele rand: begin</td><td>stippellijn: gaat vanzelf</td></tr>'
    '<tr><td colspan="5">bij een pijl staat wie de stap zet, en wat daarvoor nodig is</td></tr>'
)


@dataclass(frozen=True, slots=True)
class Pijl:
    """Arrows to one status that say the same: from where, and what stands with them."""

    van: tuple[str, ...]
    naar: str
    tekst: tuple[str, ...]
    vanzelf: bool


def dot(verloop: Verloop, rollen: Collection[Rol]) -> str:
    """Draw one aanvraagtype. ``rollen`` are those of the rule set: they say which role is a school's."""
    school = {AANVRAGER, *(rol.naam for rol in rollen if rol.basis in _OUTSIDE)}
    title = verloop.type.titel
    lines = [f"digraph {_quoted(title)} {{", _HEAD, f"  label=<{_title(verloop.type)}>"]
    lines += [f"  {_node(verloop.type, status, school)}" for status in verloop.type.statussen]
    lines += [f"  {line}" for place, pijl in enumerate(_pijlen(verloop.type)) for line in _drawn(place, pijl)]
    return "\n".join([*lines, "}", ""])


def fingerprint(text: str) -> str:
    """What a picture was made from: it stands in the picture, so that a stale one is found whichever Graphviz drew it."""
    return f"<!-- dot-sha256: {sha256(text.encode()).hexdigest()} -->"


def _title(type_: Aanvraagtype) -> str:
    used = {name for status in type_.statussen for name in placeholders(_spoken(type_, status.naam))}
    rows = [f'<tr><td colspan="5"><font point-size="20"><b>{_html(type_.titel)}</b></font></td></tr>']
    for name, values in type_.parameters.items():
        if name in used:
            rows.append(f'<tr><td colspan="5">{_html(f"[{name}]: " + " of ".join(values))}</td></tr>')
    rows.append(_LEGEND.format(school=_SCHOOL, swv=_SWV, einde=_EINDE))
    return f'<table border="0" cellborder="0" cellspacing="4">{"".join(rows)}</table>'


def _spoken(type_: Aanvraagtype, text: str) -> str:
    """A text with each placeholder filled in that has but one value."""
    return filled(text, {name: values[0] for name, values in type_.parameters.items() if len(values) == 1})


def _node(type_: Aanvraagtype, status: Status, school: Collection[str]) -> str:
    wacht_op = _spoken(type_, status.wacht_op or "")
    colour = _EINDE if status.einde else _SCHOOL if wacht_op in school else _SWV
    turn = f'<br/><font point-size="10">wacht op {_html(wacht_op)}</font>' if wacht_op and not status.einde else ""
    label = "<br/>".join(map(_html, _folded(_spoken(type_, status.naam))))
    extra = ", peripheries=2" if status.begin else ""
    return f'{_quoted(status.naam)} [label=<<b>{label}</b>{turn}>, fillcolor="{colour}"{extra}]'


def _pijlen(type_: Aanvraagtype) -> Iterator[Pijl]:
    """Say once what is the same: first the sources of one sentence, then the sentences of the same sources."""
    boxes = {
        status.naam: written.naam
        for written in type_.statussen
        for status in expanded_statuses(type_.model_copy(update={"statussen": (written,)}))
    }
    sources: defaultdict[tuple[str, str, str, bool], dict[str, None]] = defaultdict(dict)
    rules: list[Overgang | Automatisch] = [*type_.overgangen, *type_.automatisch]
    for rule in rules:
        who, asked = (_spoken(type_, text) for text in _said(rule))
        partly = [name for name in (*rule.van, rule.naar) if boxes.get(name, name) != name]
        asked += f"\nalleen {' en '.join(partly)}" if partly else ""
        for naar in dict.fromkeys(boxes[name] for name in values_of(type_, [rule.naar])):
            places = dict.fromkeys(boxes[name] for name in values_of(type_, rule.van))
            sources[naar, who, asked, isinstance(rule, Automatisch)] |= places
    alike: defaultdict[tuple[tuple[str, ...], str, bool], dict[str, list[str]]] = defaultdict(dict)
    for (naar, who, asked, vanzelf), van in sources.items():
        alike[tuple(van), naar, vanzelf].setdefault(asked, []).append(who)
    for (froms, naar, vanzelf), told in alike.items():
        yield Pijl(froms, naar, tuple(f"{', '.join(who)}{asked}" for asked, who in told.items()), vanzelf)


def _said(rule: Overgang | Automatisch) -> tuple[str, str]:
    """Who makes it, or what brings it about; and what it asks for."""
    if isinstance(rule, Automatisch):
        return f"vanzelf: {rule.op}", f"\n{rule.over}" if rule.over else ""
    return ", ".join(rule.rollen), f"\nmet {', '.join(map(str, rule.vereist))}" if rule.vereist else ""


def _drawn(place: int, pijl: Pijl) -> Iterator[str]:
    label = _quoted("\n".join(line for text in pijl.tekst for part in text.split("\n") for line in _folded(part, 34)))
    style = "style=dashed" if pijl.vanzelf else "style=solid"
    if len(pijl.van) == 1:
        yield f"{_quoted(pijl.van[0])} -> {_quoted(pijl.naar)} [{style}, label={label}]"
        return
    yield f'"+{place}" [label={label}, {_SIGN}]'
    for van in pijl.van:
        yield f'{_quoted(van)} -> "+{place}" [{style}, arrowsize=0.5]'
    yield f'"+{place}" -> {_quoted(pijl.naar)} [{style}]'


def _folded(text: str, width: int = 26) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
