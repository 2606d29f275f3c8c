"""Is this request sent by a page of ours, and where may a log-in lead? Protection against forged requests (ASVS 5.0, 3.5).

A browser says with each request where it comes from: ``Sec-Fetch-Site`` (all browsers since 2023) and ``Origin``. A page
elsewhere cannot change either. Together with a SameSite cookie that needs no token in a form.
"""

import re
from collections.abc import Mapping

_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~%?&=+-]*")
HOME = "/hulpvragen"


def is_same_origin(headers: Mapping[str, str], own: str) -> bool:
    """Tell whether this request surely comes from our own pages. Silence is no proof."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None and origin != "null":
        return origin == own
    return site == "same-origin"


def is_from_browser(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser sent this: a program that talks to the API sends neither header."""
    return "sec-fetch-site" in headers or "origin" in headers


def local_path(wanted: str | None) -> str:
    """Return the path on this site to go to after logging in; anything that could lead elsewhere becomes the first page."""
    return wanted if wanted is not None and len(wanted) <= 500 and _LOCAL.fullmatch(wanted) else HOME
