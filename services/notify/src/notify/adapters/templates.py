"""Jinja2 templates, two per kind of mail: ``<sjabloon>.txt.j2`` and ``<sjabloon>.html.j2``.

>>> Templates().render("besluit", {...})
('Beste …', '<!doctype html>…')

HTML escapes every value by itself; a value that is not given is an error, never an empty place.
"""

import re
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from notify.domain import account_wording, overdracht_wording, wording

_GAPS = re.compile(r"\n{3,}")


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(part) for part in text.splitlines())


class Templates:
    """All templates, compiled at the start: a fault in one shows then, and not at its first mail."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("notify"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True, default=False),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["regels"] = _lines
        self._pairs = {
            name: (environment.get_template(f"{name}.txt.j2"), environment.get_template(f"{name}.html.j2"))
            for name in (*wording.SUBJECTS, account_wording.TEMPLATE, overdracht_wording.TEMPLATE)
        }

    def render(self, template: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Give plain text and HTML. ``template`` is one that a module of wording knows."""
        plain, html = self._pairs[template]
        return _GAPS.sub("\n\n", plain.render(values)), html.render(values)
