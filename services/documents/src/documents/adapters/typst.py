"""Letters by typst, in this process: PDF/UA-1 and PDF/A-2a at once, with our own fonts and nothing from the network.

Data travels as JSON in ``sys.inputs``; the templates only ever show it as text, so nothing a user typed is executed.
PDF/A wants a glyph for every character: one that no font of ours has (an emoji, a Chinese name) is shown as
``[U+1F600]``, never left out.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from documents.settings import Settings
from shared.log import get_logger

log = get_logger()

TEMPLATES = Path(str(files("documents"))) / "templates"
FONTS = Path(str(files("fontpkg_source_sans_3"))) / "files"
_PROBE = "teken.typ"
_SAFE = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180), 0x200B, *range(0x2010, 0x201F), 0x2022, 0x2026, 0x20AC)))


class Typst:
    """Typesets the letters of ``templates``, each in a thread of its own pool; typst lets go of the interpreter meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
        self._threads = ThreadPoolExecutor(settings.letters, "typst")
        self._compilers = threading.local()
        self._has_glyph = lru_cache(maxsize=20_000)(self._probe)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """End the threads when the block ends."""
        try:
            yield
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def pdf(self, template: str, data: dict[str, Any]) -> bytes:
        """Typeset; the same data gives the same bytes. Raises typst.TypstError for a fault of the template."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self.typeset, template, data))

    def typeset(self, template: str, data: dict[str, Any]) -> bytes:
        """Do it in this thread: as it is, else without what no font has, at last with what every font has."""
        for known in (None, self._has_glyph):
            try:
                return self._letter(template, data if known is None else _mapped(data, known))
            except typst.TypstError:
                log.warning("letter_characters_replaced", template=template)
        return self._letter(template, _mapped(data, _SAFE.__contains__))

    def _letter(self, template: str, data: dict[str, Any]) -> bytes:
        return self._compile(f"{template}.typ", {"brief": json.dumps(data, ensure_ascii=False)})

    def _compile(self, template: str, inputs: dict[str, str]) -> bytes:
        compiler = self._compiler(template)
        made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1", "a-2a"])
        if not isinstance(made, bytes):
            raise TypeError(type(made).__name__)
        return made

    def _compiler(self, template: str) -> typst.Compiler:
        """One per thread and template: it keeps what it parsed, and it cannot be shared."""
        kept: dict[str, typst.Compiler] = self._compilers.__dict__
        if template not in kept:
            kept[template] = typst.Compiler(
                str(TEMPLATES / template), root=str(TEMPLATES), font_paths=self._fonts, ignore_system_fonts=True
            )
        return kept[template]

    def _probe(self, character: str) -> bool:
        if character in _SAFE:
            return True
        try:
            self._compile(_PROBE, {"teken": character})
        except typst.TypstError:
            return False
        return True


def _mapped(value: Any, known: Callable[[str], bool]) -> Any:  # noqa: ANN401 - JSON
    """Show unknown characters by their number, in every text of the data."""
    if isinstance(value, str):
        return "".join(character if known(character) else f"[U+{ord(character):04X}]" for character in value)
    if isinstance(value, list):
        return [_mapped(item, known) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, known) for key, item in value.items()}
    return value
