"""The course of an aanvraagtype as a picture: DOT text for Graphviz.

>>> dot(RuleSets(read_all(None)).current("PO2507").find("leerling", "TLV"))
'digraph "TLV" { …'

A status is a box: the begin with a double border, an end filled. A solid arrow is a person's, with who may make it and what it
asks for; a dashed one follows by itself.
"""

from collections.abc import Iterator

from workflow.domain.verloop import Stap, Verloop

_HEAD = """  graph [rankdir=TB, fontname="Helvetica", fontsize=16, labelloc=t, nodesep=0.35, ranksep=0.55, bgcolor=white]
  node [shape=box, style="rounded,filled", fillcolor=white, color="#154273", fontname="Helvetica", fontsize=12]
  edge [fontname="Helvetica", fontsize=9, color="#4a4a4a", fontcolor="#333333"]"""


def dot(verloop: Verloop) -> str:
    """Draw one aanvraagtype."""
    lines = [f"digraph {_quoted(verloop.type.titel)} {{", _HEAD, f"  label={_quoted(verloop.type.titel)}"]
    lines += [f"  {line}" for line in (*_nodes(verloop), *_by_hand(verloop), *_by_itself(verloop))]
    return "\n".join([*lines, "}", ""])


def _nodes(verloop: Verloop) -> Iterator[str]:
    for naam, status in verloop.statussen.items():
        extra = ""
        if status.begin:
            extra += ", peripheries=2"
        if status.einde:
            extra += ', fillcolor="#d9ebf7"'
        elif status.wacht_op:
            extra += f", tooltip={_quoted(f'wacht op {status.wacht_op}')}"
        yield f"{_quoted(naam)} [label={_quoted(_folded(naam))}{extra}]"


def _by_hand(verloop: Verloop) -> Iterator[str]:
    for steps in verloop.stappen.values():
        for stap in steps:
            yield f"{_quoted(stap.van)} -> {_quoted(stap.naar.naam)} [label={_quoted(_label(stap))}]"


def _label(stap: Stap) -> str:
    asked = [str(eis) for eis in stap.vereist]
    return "\n".join([", ".join(sorted(stap.rollen)), *([f"[{', '.join(asked)}]"] if asked else [])])


def _by_itself(verloop: Verloop) -> Iterator[str]:
    for (van, op, over), rule in verloop.vanzelf.items():
        label = f"vanzelf: {op}" + (f"\n{over}" if over else "")
        yield f"{_quoted(van)} -> {_quoted(rule.naar.naam)} [style=dashed, label={_quoted(label)}]"


def _folded(text: str, width: int = 26) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
