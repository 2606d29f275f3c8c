"""HTTP to the servers of this machine, which speak no TLS.

>>> httpx.get(url, trust_env=False, verify=NO_TLS)
"""

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""``verify`` for plain HTTP: trusts nobody. Without it each client of httpx reads the system's authorities, 60 ms of CPU."""
