"""What the broker lets a service publish is what the service says it publishes: one left out would hold up all the others."""

import re
from pathlib import Path

import pytest
import yaml

from schakel.broker import TYPES, rights_of

ASYNCAPI = Path(__file__).parents[3] / "docs/asyncapi"


@pytest.mark.parametrize("service", [service for service in TYPES if (ASYNCAPI / f"{service}.yaml").exists()])
def test_a_service_may_publish_every_type_it_says_it_publishes_and_no_other(service: str) -> None:
    said = yaml.safe_load((ASYNCAPI / f"{service}.yaml").read_text(encoding="utf-8"))
    operations = [name for name, operation in said["operations"].items() if operation["action"] == "send"]
    channels = [said["channels"][name] for name in operations if name in said["channels"]]
    sent = {one["address"] for one in channels if one["bindings"]["amqp"]["exchange"]["name"] == "events"}
    assert {one for one in sent if not re.match(rights_of(service).publish, one)} == set()
    assert len(sent) == len(TYPES[service])
