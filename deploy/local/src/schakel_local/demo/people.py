"""Someone at work: logged in to the public API with password and code, doing what their role may do.

>>> clerk = await Colleague.log_in(site, http, "a.drost")
>>> await clerk.change(100001, "A&K in behandeling")
"""

import asyncio
import time
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
import pyotp

from schakel_local.demo import world
from schakel_local.demo.site import Site
from shared import clock

STEP = 30.0
"""Seconds that a TOTP code lives (RFC 6238)."""


class StoryError(Exception):
    """The story does not go on; the text says what was asked and what was answered."""


class Colleague:
    """One person's session."""

    def __init__(self, http: httpx.AsyncClient, api: str, token: str) -> None:
        self._http = http
        self._api = api
        self._headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def log_in(cls, site: Site, http: httpx.AsyncClient, gebruikersnaam: str) -> "Colleague":
        """Go on with the session of an earlier run, or log in; a code that was used waits for the next one."""
        api = f"{site.url('gateway')}/api/v1"
        known = site.memory["sessies"].get(gebruikersnaam)
        if known is not None:
            headers = {"Authorization": f"Bearer {known}"}
            if (await http.get(f"{api}/sessies", headers=headers)).status_code == httpx.codes.OK:
                return cls(http, api, known)
        one = world.person(gebruikersnaam)
        said = ""
        for _ in range(2):
            code = pyotp.TOTP(site.totp(gebruikersnaam)).at(clock.now())
            login = {"organisatie": one.organisatie, "gebruikersnaam": gebruikersnaam, "code": code}
            answer = await http.post(f"{api}/sessies", json={**login, "wachtwoord": site.password(gebruikersnaam)})
            if answer.status_code == httpx.codes.CREATED:
                token: str = answer.json()["token"]
                site.memory["sessies"][gebruikersnaam] = token
                site.remember()
                return cls(http, api, token)
            said = f"{answer.status_code} {answer.text[:300]}"
            await asyncio.sleep(STEP - clock.now().timestamp() % STEP + 0.5)
        raise StoryError(f"{gebruikersnaam} cannot log in: {said}")

    async def see(self, dossiernummer: int) -> dict[str, Any]:
        """Open a hulpvraag."""
        return self._good(await self._get(f"/hulpvragen/{dossiernummer}"))

    async def history(self, dossiernummer: int) -> list[str]:
        """The statuses it had."""
        found = self._good(await self._get(f"/hulpvragen/{dossiernummer}/statushistorie"))
        return [row["status"] for row in found["wijzigingen"]]

    async def change(self, dossiernummer: int, status: str, *, within: float = 0, **more: str) -> None:
        """Give it this status, unless it had it before; wait ``within`` seconds for what it asks (a form on its way)."""
        if status in await self.history(dossiernummer):
            return
        seen, deadline = await self.see(dossiernummer), time.monotonic() + within
        while True:
            path = f"/hulpvragen/{dossiernummer}/statuswijzigingen"
            answer = await self._post(path, {"status": status, **more}, version=seen["versie"])
            if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY or time.monotonic() > deadline:
                self._good(answer)
                return
            await asyncio.sleep(0.1)

    async def decide(self, dossiernummer: int, **besluit: object) -> None:
        """Take the decision, unless there is one."""
        path = f"/hulpvragen/{dossiernummer}/besluiten"
        if self._good(await self._get(path))["besluiten"]:
            return
        seen = await self.see(dossiernummer)
        self._good(await self._post(path, besluit, version=seen["versie"]))

    async def submit(self, key: str, hulpvraag: dict[str, Any]) -> int:
        """Submit a hulpvraag by hand; the same key again gives the same dossiernummer."""
        answer = await self._http.post(
            f"{self._api}/hulpvragen", json=hulpvraag, headers={**self._headers, "Idempotency-Key": key}
        )
        return int(self._good(answer)["dossiernummer"])

    async def until(self, dossiernummer: int, status: str, *, within: float = 30) -> None:
        """Wait until it has had this status."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            answer = await self._get(f"/hulpvragen/{dossiernummer}/statushistorie")
            if answer.status_code == httpx.codes.OK and status in {row["status"] for row in answer.json()["wijzigingen"]}:
                return
            await asyncio.sleep(0.05)
        raise StoryError(f"{dossiernummer} did not get status {status!r} within {within:g} s")

    async def registration(self, dossiernummer: int, staat: str, *, within: float = 30) -> dict[str, Any]:
        """Wait until the registration of its decision is in this state."""
        hulpvraag = (await self.see(dossiernummer))["hulpvraag"]
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = self._good(await self._get(f"/registraties?hulpvraag={hulpvraag}"))["registraties"]
            for registratie in found:
                if registratie["staat"] == staat:
                    return dict(registratie)
            await asyncio.sleep(0.1)
        raise StoryError(f"the registration of {dossiernummer} did not become {staat!r} within {within:g} s")

    async def set_box(self, rol: str, email: str) -> None:
        """Set where a role of the SWV gets mail."""
        path = f"{self._api}/postbussen/{quote(rol, safe='')}"
        self._good(await self._http.put(path, json={"email": email}, headers=self._headers))

    async def give_mandate(self, school: str, van: date) -> None:
        """Note that the board of a school lets the SWV register for it, unless it is noted already."""
        path = f"/mandaten/{school}"
        if (await self._get(path)).status_code == httpx.codes.NOT_FOUND:
            self._good(await self._http.put(f"{self._api}{path}", json={"van": van.isoformat()}, headers=self._headers))

    async def _get(self, path: str) -> httpx.Response:
        return await self._http.get(f"{self._api}{path}", headers=self._headers)

    async def _post(self, path: str, content: dict[str, Any], *, version: int) -> httpx.Response:
        headers = {**self._headers, "If-Match": f'"{version}"', "Idempotency-Key": str(clock.new_id())}
        return await self._http.post(f"{self._api}{path}", json=content, headers=headers)

    @staticmethod
    def _good(answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            raise StoryError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found
