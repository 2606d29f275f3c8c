"""SOAP 1.1 messages: read by a parser that takes nothing from elsewhere, and written.

>>> found = body(parse(data))                               # the one element in the Body
>>> found.name, found.fields()
('{http://…/20200910}notificatieRequest', {'bronBrin': '99XA', …})
>>> message("{http://…/20200910}notificatieResponse", {"resultaat": "NotificatieOntvangen"})
b'<?xml version="1.0" encoding="UTF-8"?>…'

A DTD stops the reading where it begins, so there are no entities and nothing expands; there is a limit on depth and on the
number of elements. The limit on size is the caller's, before the bytes are here. What is read is UTF-8, whatever the message
says of itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from shared.errors import Fault, InvalidInput

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_DEPTH = 60
"""Levels: an OSO dossier in its envelope has about fifteen."""
MAX_ELEMENTS = 200_000
"""The largest example dossier has two thousand."""
MAX_TEXT = 20_000
"""Characters of one text that are kept; a bijlage is longer, and is kept as bytes with its dossier."""
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(rb"<[^\s/>]+")


class Malformed(InvalidInput):
    """Not the XML that was agreed."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__([Fault(field="(bericht)", rule=rule, message=message)], message)


@dataclass(slots=True)
class Element:
    """An element: its name as ``{namespace}local``, its text, and where its bytes are."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    begin: int = 0
    end: int = 0
    spaces: dict[str | None, str] = field(default_factory=dict)
    """Namespaces by prefix that hold here and are declared further out."""

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    def find(self, name: str) -> "Element | None":
        """Return the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def fields(self) -> dict[str, str]:
        """Return the texts of its children in its own namespace, by local name. Raises Malformed when one comes twice."""
        found: dict[str, str] = {}
        for child in self.children:
            if child.name != self.name.removesuffix(self.local) + child.local:
                continue
            if child.local in found:
                raise Malformed("dubbel-veld", f"Het veld {child.local[:60]} staat er meer dan één keer.")
            found[child.local] = child.text.strip()
        return found

    def texts(self, *names: str) -> list[str]:
        """Return the texts of the first child of each of these local names; empty where there is none."""
        firsts = (self.find(self.name.removesuffix(self.local) + name) for name in names)
        return [found.text.strip() if found else "" for found in firsts]

    def cut(self, data: bytes) -> bytes:
        """Return its bytes of the message as a document of its own, with the namespaces that hold there."""
        raw = data[self.begin : self.end]
        tag = _TAG.match(raw)
        place = tag.end() if tag else 0
        spaces = "".join(
            f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(uri)}" for prefix, uri in self.spaces.items() if uri
        )
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + raw[:place] + spaces.encode() + raw[place:]


@dataclass(frozen=True, slots=True)
class SoapFault:
    """A refusal by the other side. ``is_final``: it says that the message is at fault (SOAP 1.1, 4.4.1)."""

    code: str
    text: str

    @property
    def is_final(self) -> bool:
        """Whether the sender is at fault."""
        return self.code.rpartition(":")[2].partition(".")[0] == "Client"


class _Reader:
    """Builds the tree; raises Malformed from within the parser."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open = [Element("")]  # around the root, so that each element has one
        self._scopes: list[dict[str | None, str]] = [{}]
        self._coming: dict[str | None, str] = {}
        self._count = 0
        self._parser = expat.ParserCreate("utf-8", "}")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartNamespaceDeclHandler = self._space
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._stop
        self._parser.CharacterDataHandler = self._characters

    def read(self) -> Element:
        try:
            if b"\0" in self._data:  # no UTF-8 text of XML has one, UTF-16 has
                raise Malformed("xml", "Het bericht is geen UTF-8.")
            self._parser.Parse(self._data, True)  # noqa: FBT003 - it takes no names
        except (expat.ExpatError, UnicodeError) as error:
            raise Malformed("xml", "Het bericht is geen geldige XML in UTF-8.") from error
        return self._open[0].children[0]

    def _doctype(self, *_: object) -> None:
        raise Malformed("xml-dtd", "Het bericht bevat een DTD. Die mag er niet in staan.")

    def _space(self, prefix: str | None, uri: str) -> None:
        self._coming[prefix] = uri

    def _start(self, name: str, _: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise Malformed("xml-te-veel", f"Het bericht heeft meer dan {MAX_DEPTH} niveaus of {MAX_ELEMENTS} elementen.")
        spaces = outside = self._scopes[-1]
        if self._coming:
            spaces = {prefix: uri for prefix, uri in outside.items() if prefix not in self._coming}
            outside = {**outside, **self._coming}
            self._coming = {}
        self._scopes.append(outside)
        made = Element("{" + name if "}" in name else name, begin=self._parser.CurrentByteIndex, spaces=spaces)
        self._open[-1].children.append(made)
        self._open.append(made)

    def _stop(self, _: str) -> None:
        self._scopes.pop()
        done, at = self._open.pop(), self._parser.CurrentByteIndex
        # Where the end tag begins; of <a/>, which has none, where the element is over.
        is_empty = not done.children and not done.text and self._data[at - 2 : at] == b"/>"
        done.end = at if is_empty else self._data.find(b">", at) + 1

    def _characters(self, text: str) -> None:
        here = self._open[-1]
        if len(here.text) < MAX_TEXT:
            here.text += text[:MAX_TEXT]


def parse(data: bytes) -> Element:
    """Read a document. Raises Malformed."""
    return _Reader(data).read()


def body(root: Element) -> Element | SoapFault:
    """Return what is in the Body, or the fault. Raises Malformed when there is not exactly one thing in it."""
    found = root.find(f"{{{SOAP}}}Body") if root.name == f"{{{SOAP}}}Envelope" else None
    if found is None or len(found.children) != 1:
        raise Malformed("soap", "Dit is geen SOAP-bericht (versie 1.1) met één element in de Body.")
    child = found.children[0]
    if child.name == f"{{{SOAP}}}Fault":
        texts = {part.local: part.text.strip() for part in child.children}
        return SoapFault(texts.get("faultcode", "")[:100], texts.get("faultstring", "")[:500])
    return child


def message(name: str, fields: Mapping[str, str], inside: str = "") -> bytes:
    """Write an envelope around one element with texts in its namespace; ``inside`` is XML that goes after them."""
    return _envelope(element(name, fields, inside))


def element(name: str, fields: Mapping[str, str], inside: str = "") -> str:
    """Write an element with texts, its namespace being the default one of it."""
    space, _, local = name.removeprefix("{").rpartition("}")
    texts = "".join(f"<{each}>{_text(value)}</{each}>" for each, value in fields.items())
    return f"<{local} xmlns={quoteattr(space)}>{texts}{inside}</{local}>"


def fault(code: str, text: str, faults: Sequence[Fault] = ()) -> bytes:
    """Write a refusal; ``code`` is Client or Server. Each fault stands in the detail with its field and rule."""
    return _envelope(
        f"<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{_text(text)}</faultstring>"
        f"{''.join(_details(faults))}</soap:Fault>"
    )


def _details(faults: Sequence[Fault]) -> Iterator[str]:
    if faults:
        yield "<detail>"
        for each in faults:
            yield f"<fout veld={quoteattr(each.field)} regel={quoteattr(each.rule)}>{_text(each.message)}</fout>"
        yield "</detail>"


def _envelope(inside: str) -> bytes:
    text = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{inside}</soap:Body></soap:Envelope>'
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _text(value: str) -> str:
    return escape(_ILLEGAL.sub("�", value))
