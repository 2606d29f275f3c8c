"""``python -m shared serve|prepare|healthy``: run the service that an image holds, named by ``SERVICE``.

One recipe makes every image; this is its entry point. ``healthy`` asks the running process whether it is ready.
"""

import os
import runpy
import ssl
import sys
import urllib.error
import urllib.request


def healthy() -> bool:
    """Ask ``/health/ready`` of the process beside us."""
    own = ssl.create_default_context()
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE  # the process beside us, by whatever name others call it
    scheme = "https" if os.environ.get("SCHAKEL_TLS_CERTIFICATE") else "http"
    url = f"{scheme}://127.0.0.1:{os.environ.get('SCHAKEL_PORT', '8000')}/health/ready"
    try:
        with urllib.request.urlopen(url, timeout=4, context=own) as answer:  # noqa: S310 - http or https, above
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if sys.argv[1:] == ["healthy"]:
    sys.exit(0 if healthy() else 1)
runpy.run_module(os.environ["SERVICE"].replace("-", "_"), run_name="__main__", alter_sys=True)
