"""Couple a pupil administration system (LVS) to Schakel: send hulpvragen and files, hear what becomes of them.

>>> store = Store("schakel.sqlite")
>>> async with Connector.open("amqps://lvs-demo:…@host/", "demo", store) as lvs:
...     slots = await lvs.place("PO2507", [Path("opp.pdf")])
...     answer = await lvs.ask(store.keep("HV-2026-0412", HulpvraagIndienen(..., uploadslots=slots)))
...     async for received in lvs.incoming():
...         write_down(received.content)          # it was taken once the loop comes back for the next one

What was kept and has no answer is sent again, after a kill as well; the same message any number of times is one hulpvraag.
"""

from schakel_lvs.connector import Connector
from schakel_lvs.errors import DownloadFailed, Expired, LvsError, NoAnswer, OtherContent, Refused, Unreachable, UploadFailed
from schakel_lvs.files import announce, download, upload
from schakel_lvs.messages import Received, Sent, message
from schakel_lvs.store import Store

__all__ = [
    "Connector",
    "DownloadFailed",
    "Expired",
    "LvsError",
    "NoAnswer",
    "OtherContent",
    "Received",
    "Refused",
    "Sent",
    "Store",
    "Unreachable",
    "UploadFailed",
    "announce",
    "download",
    "message",
    "upload",
]
