r"""RabbitMQ's management API, as far as setting up a broker and testing against it need it.

Use: ``broker.management.add_user("intake", password, configure="^$", write="^events$", read="^intake\\.")``.
Source: https://www.rabbitmq.com/docs/http-api-reference.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from schakel_local.loopback import NO_TLS

TIMEOUT = 10.0  # seconds


class Management:
    """The management API of one broker. Every method raises httpx.HTTPError when the broker refuses or is not there."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self.user = user
        self.password = password

    def request(self, method: str, *path: str, content: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Call ``/api/<path>`` and give the decoded answer, None when it is empty. Path parts are escaped: "/" is a vhost."""
        address = "/".join([self.url, "api", *(quote(part, safe="") for part in path)])
        answer = httpx.request(
            method, address, json=content, auth=(self.user, self.password), timeout=TIMEOUT, trust_env=False, verify=NO_TLS
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def add_user(
        self, name: str, password: str, configure: str, write: str, read: str, tags: str = "", vhost: str = "/"
    ) -> None:
        """Add or change a user and what it may do: three regular expressions over names of queues and exchanges.

        ``tags``: comma-separated, such as "monitoring"; none means no access to this API.
        """
        self.request("PUT", "users", name, content={"password": password, "tags": tags})
        rights = {"configure": configure, "write": write, "read": read}
        self.request("PUT", "permissions", vhost, name, content=rights)

    def delete_user(self, name: str) -> None:
        """Delete a user; its connections are closed."""
        self.request("DELETE", "users", name)

    def set_topic_permission(self, name: str, exchange: str, write: str, read: str, vhost: str = "/") -> None:
        """Limit the routing keys that a user may publish with and bind to on one topic exchange."""
        self.request("PUT", "topic-permissions", vhost, name, content={"exchange": exchange, "write": write, "read": read})

    def import_definitions(self, definitions: Mapping[str, object]) -> None:
        """Add users, vhosts, exchanges, queues, bindings and policies from a definitions document; what is there stays."""
        self.request("POST", "definitions", content=definitions)
