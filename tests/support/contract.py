"""Every answer of the public API, held against its own OpenAPI document.

>>> client = httpx.AsyncClient(..., event_hooks={"response": [Promised(service).keeps]})

An answer that the document does not have (its status, its media type, its shape) fails the test that asked for it.
"""

import re
from typing import Any

import httpx
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from shared.service import Service

PREFIX = "/api/v1"


class Promised:
    """What the document of a gateway promises."""

    def __init__(self, service: Service) -> None:
        self._document = service.http.openapi()
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in self._document["paths"].items()]

    async def keeps(self, response: httpx.Response) -> None:
        """Raise AssertionError when the answer is not as promised; a route that is not there promises nothing."""
        request, path = response.request, response.request.url.path.removeprefix(PREFIX)
        item: dict[str, Any] = next((item for pattern, item in self._paths if pattern.fullmatch(path)), {})
        operation = item.get(request.method.lower())
        if operation is None:
            return
        where = f"{request.method} {path}: {response.status_code}"
        promised = operation["responses"].get(str(response.status_code))
        assert promised is not None, f"{where} is not in the document: {(await response.aread()).decode()[:300]}"
        for header in promised["headers"]:
            assert header in response.headers, f"{where} has no {header}"
        content = promised.get("content", {})
        media = response.headers.get("content-type", "").partition(";")[0]
        if not content:
            assert not media, f"{where} has a body of {media}"
        elif "*/*" not in content:
            assert media in content, f"{where} is {media}"
            schema = {**content[media]["schema"], "components": self._document["components"]}
            await response.aread()
            faults = list(OAS31Validator(schema, format_checker=oas31_format_checker).iter_errors(response.json()))
            assert not faults, f"{where}: {faults[0].json_path} {faults[0].message}"
