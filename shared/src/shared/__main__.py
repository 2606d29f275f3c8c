"""``python -m shared serve|prepare|healthy``: run the service that an image holds, named by ``SERVICE``.

One recipe makes every image; this is its entry point. ``healthy`` asks the running process whether it is ready.
"""

import os
import runpy
import sys
import urllib.error
import urllib.request


def healthy() -> bool:
    """Ask ``/health/ready`` of the process beside us."""
    url = f"http://127.0.0.1:{os.environ.get('SCHAKEL_PORT', '8000')}/health/ready"
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if sys.argv[1:] == ["healthy"]:
    sys.exit(0 if healthy() else 1)
runpy.run_module(os.environ["SERVICE"].replace("-", "_"), run_name="__main__", alter_sys=True)
