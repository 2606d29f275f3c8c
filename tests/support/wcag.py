"""A judge of pages: whether what a visitor saw is fit for everybody (WCAG 2.2 AA), as far as a machine can tell.

>>> judge = await Judge.open(browser)
>>> await judge.judge(Sight("https://portal.example/mails", "load", "<!doctype html>…"))
['mails (load): image-alt: Images must have alternative text: <img src="x.png">']

A page is judged from its HTML as it stood, in a browser of the judge's own: the visitor is not held up, and no page is left
before it was looked at. Scripts are taken out, so that nothing moves; style sheets and fonts come from the page's own server.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

AXE = (Path(__file__).parents[2] / "services/gateway/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
_RUN = """
axe.run(document, {
  preload: false,
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then((result) => result.violations)
"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
DESKTOP, PHONE, NARROW = 1280, 375, 320


@dataclass(frozen=True)
class Sight:
    """What stood on the screen: after a page was loaded, or after htmx swapped a part of it."""

    url: str
    moment: str
    html: str

    @property
    def name(self) -> str:
        path = re.sub(r"\d{4,}", "N", urlsplit(self.url).path).strip("/") or "begin"
        return f"{path.replace('/', '-')} ({self.moment})"


class Judge:
    """One page that shows what others saw. ``shots``: a folder to leave pictures in, for the one who wants to look."""

    def __init__(self, page: Page, shots: str) -> None:
        self._page = page
        self._shots = shots
        self._origin = ""
        self._known: dict[str, list[str]] = {}

    @classmethod
    async def open(cls, browser: Browser, shots: str = "") -> "Judge":
        context = await browser.new_context(viewport={"width": DESKTOP, "height": 900}, locale="nl-NL")
        return cls(await context.new_page(), shots)

    async def judge(self, sight: Sight) -> list[str]:
        """Return the complaints about it; what differs in numbers only is looked at once."""
        html = _SCRIPT.sub("", sight.html)
        key = _NUMBERS.sub("0", html)
        if key not in self._known:
            self._known[key] = await self._look(sight, html)
        return self._known[key]

    async def _look(self, sight: Sight, html: str) -> list[str]:
        page, origin = self._page, "{0.scheme}://{0.netloc}".format(urlsplit(sight.url))
        if origin != self._origin:  # what is shown then stands on this site, and its style sheets are fetched once
            await page.goto(f"{origin}/static/x/portaal.css")
            self._origin = origin
        await page.set_content(html)
        await page.evaluate(AXE)
        complaints = []
        for violation in await page.evaluate(_RUN):
            nodes = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
            complaints.append(f"{sight.name}: {violation['id']}: {violation['help']}: {nodes}")
        await page.set_viewport_size({"width": NARROW, "height": 720})  # WCAG 1.4.10: it reflows
        if (wide := await page.evaluate(_OVERFLOW)) > 0:
            complaints.append(f"{sight.name}: {wide} pixels too wide at {NARROW}")
        for width in (PHONE, DESKTOP) if self._shots else ():
            await page.set_viewport_size({"width": width, "height": 900})
            await page.screenshot(path=f"{self._shots}/{len(self._known):03} {sight.name} {width}.png", full_page=True)
        await page.set_viewport_size({"width": DESKTOP, "height": 900})
        return complaints
