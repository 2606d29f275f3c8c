"""Renders a page: template, texts in Dutch, headers that keep everything foreign out.

>>> return pages.show(request, "mails.html", session, mails=mails)

Everything that is shown is escaped (autoescape, no exceptions); a name the template does not know is an error, not a gap.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.domain import dutch, osodossier
from gateway.static_files import Assets
from gateway.store import Session
from shared import clock
from shared.contracts.workflow import Rolnaam

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # not the chassis's no-referrer: with that a browser sends "Origin: null" with our own forms
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
    "vary": "cookie, hx-request",
}
"""ASVS 5.0, 3.4. What is not here comes from ``shared.http``: no-store, nosniff, HSTS."""


class _Blank(dict[str, str]):
    """What was typed, or what is wrong with it, by field: nothing for a field that is not there."""

    def __missing__(self, _: str) -> str:
        return ""


class Pages:
    """The templates of this package. ``scanner_off`` puts a warning on every page: see ``usecases.scanner``.

    ``roles`` are those of each SWV: who manages accounts or sorts what comes in gets links to that, who sees figures only gets
    nothing else.
    """

    def __init__(self, assets: Assets) -> None:
        self.scanner_off = False
        self.roles: Mapping[str, tuple[Rolnaam, ...]] = {}
        folder = resources.files("gateway") / "portal" / "templates"
        self._environment = Environment(
            loader=FileSystemLoader(str(folder)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(dag=dutch.day, dag_van=_day_of, moment=dutch.moment, grootte=dutch.size, pairs=_pairs)
        self._environment.filters["osoblokken"] = osodossier.blokken
        self._environment.globals.update(assets=assets)

    def show(
        self, request: Request, template: str, session: Session | None, *, code: int = 200, **values: object
    ) -> HTMLResponse:
        """Render a whole page, or for htmx the part that changes: each template decides by ``is_part``."""
        is_part = request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers
        html = self._environment.get_template(template).render(
            {name: _Blank(value) if isinstance(value, dict) else value for name, value in values.items()},
            person=session.account if session else None,
            manages_accounts=any(role.beheert_accounts for role in self._held(session)),
            sorts=any(role.sorteert or role.beheert_accounts for role in self._held(session)),
            figures_only=self.figures_only(session),
            path=request.url.path,
            is_part=is_part,
            scanner_off=self.scanner_off,
        )
        return HTMLResponse(html, code, HEADERS)

    def document(self, template: str, **values: object) -> str:
        """Render something to keep: no page, without links to us."""
        return self._environment.get_template(template).render(values)

    def figures_only(self, session: Session | None) -> bool:
        """Whether there is nothing for this person but figures."""
        held = self._held(session)
        return bool(held) and all(role.alleen_cijfers for role in held)

    def _held(self, session: Session | None) -> list[Rolnaam]:
        """The roles of the SWV's own people that someone has."""
        if session is None or session.account.soort != "swv":
            return []
        person = session.account
        return [role for role in self.roles.get(person.swv, ()) if role.soort == "swv" and role.naam in person.rollen]


def _day_of(moment: datetime) -> str:
    return dutch.day(moment.astimezone(clock.NETHERLANDS).date())


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]
