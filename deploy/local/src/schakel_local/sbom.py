"""The software bill of materials of what is installed from requirements.lock, in CycloneDX.

``python -m schakel_local.sbom .local/sbom.cdx.json`` (``make sbom``). The list is made by cyclonedx-bom, which leaves a licence
out where a package says it in words only: those are put in here, by their SPDX names.
"""

import json
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

SPDX = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD-3-Clause",
    "bsd-3-clause, apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "dual license": "Apache-2.0 OR BSD-3-Clause",
    "dual licensed - gnu affero gpl 3.0 or artifex commercial license": "AGPL-3.0-only OR LicenseRef-Artifex",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
"""What packages say in words or as a classifier, by SPDX names."""
UNSTATED = "LicenseRef-unstated"
"""For a package that says nothing at all."""
APPROVALS = ("License :: OSI Approved", "License :: DFSG approved")
"""Classifiers that name no licence."""
CLASSIFIER = "License :: OSI Approved :: "


def bill(*, validate: bool = True) -> dict[str, Any]:
    """Make it. Raises CalledProcessError, or LookupError for a licence in words that are not known here."""
    tool = str(Path(sys.executable).with_name("cyclonedx-py"))
    options = ["--output-reproducible", "--validate" if validate else "--no-validate", "--of", "JSON"]
    done = subprocess.run([tool, "environment", *options, sys.executable], check=True, capture_output=True)  # noqa: S603 - our own tool
    made: dict[str, Any] = json.loads(done.stdout)
    for component in made["components"]:
        told = [one for one in component.get("licenses", ()) if one.get("license", {}).get("name") not in APPROVALS]
        component["licenses"] = [_named(one) for one in told or [_said(component["name"])]]
    return made


def _said(name: str) -> dict[str, Any]:
    return {"license": {"name": metadata(name).json.get("license", UNSTATED)}}


def _named(told: dict[str, Any]) -> dict[str, Any]:
    """The same by its SPDX name, where it stood in words."""
    words = told.get("license", {}).get("name")
    if words is None:
        return told
    text = words.removeprefix(CLASSIFIER).split("\n")[0].strip()
    name = text if text == UNSTATED else SPDX[text.lower()]
    return {"expression": name} if " " in name or name.startswith("LicenseRef") else {"license": {"id": name}}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
