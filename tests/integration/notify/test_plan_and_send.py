"""A change of status becomes one mail per recipient, whatever happens on the way."""

from schakel_local.smtpsink import SmtpSink
from support.mails import changed, notify, states, to
from support.sandbox import Sandbox, eventually


async def test_every_recipient_of_a_change_gets_one_mail(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("ank@linde.example"), to("administratie@regio.example", doelgroep="administratie")))
        await eventually(lambda: _all(sandbox, 2))
    assert sorted(mail["to"][0] for mail in sink.mails()) == ["administratie@regio.example", "ank@linde.example"]


async def _all(sandbox: Sandbox, count: int) -> bool:
    return await states(sandbox) == {"aangeboden": count}
