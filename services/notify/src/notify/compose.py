r"""From a row to the bytes of its mail.

>>> Composer(settings, Templates()).compose(mail, clock.now())
b'From: Schakel <no-reply@schakel.example>\r\n…'
"""

from datetime import datetime

from notify.adapters.templates import Templates
from notify.claims import Mail
from notify.domain import account_wording, message, overdracht_wording, wording
from notify.domain.content import AccountContent, Content, OverdrachtContent
from notify.settings import Contact, Settings
from shared import clock
from shared.secretbox import SecretBox, read_keys

NOBODY = Contact(naam="")


class Composer:
    """Writes mails for one sender and one portal. What is the same for all mails of an SWV is written once."""

    def __init__(self, settings: Settings, templates: Templates) -> None:
        self._settings = settings
        self._templates = templates
        self._box = SecretBox(read_keys(settings.link_key.get_secret_value()))
        self._preferences = f"{settings.portal_url}/voorkeuren"
        self._unsubscribe = message.fixed_headers(("List-Unsubscribe", f"<{self._preferences}>"))
        self._default = (NOBODY, self._fixed(NOBODY))
        self._per_swv = {swv: (contact, self._fixed(contact)) for swv, contact in settings.contacten.items()}

    def compose(self, mail: Mail, now: datetime) -> bytes:
        """Write the whole mail. The same row gives the same mail, but for its Date."""
        plain, html = self._rendered(mail)
        fixed = self._of(mail.swv)[1]
        return message.write(
            fixed=fixed + self._unsubscribe if _may_choose(mail) else fixed,
            to=message.mailbox(mail.naam, mail.email),
            subject=mail.onderwerp,
            message_id=mail.message_id,
            at=now.astimezone(clock.NETHERLANDS),
            boundary=mail.id.hex,
            plain=plain,
            html=html,
        )

    def render(self, mail: Mail) -> tuple[str, str]:
        """Write what the reader sees, as plain text and as HTML."""
        content = Content.model_validate(mail.inhoud)
        template = wording.known(mail.sjabloon)
        place = f"/overlegrondes/{content.overlegronde}" if content.overlegronde else ""
        return self._templates.render(
            template,
            {
                **self._common(mail, content),
                "dossiernummer": mail.dossiernummer,
                "gegevens": wording.facts(template, content),
                "is_genodigde": mail.doelgroep == "genodigde",
                "is_aanvrager": mail.doelgroep == wording.APPLICANT,
                "waarom": wording.why(mail.doelgroep),
                "hulpvraag_url": f"{self._settings.portal_url}/hulpvragen/{mail.dossiernummer}{place}",
                "voorkeuren_url": self._preferences if _may_choose(mail) else "",
            },
        )

    def _rendered(self, mail: Mail) -> tuple[str, str]:
        if mail.account:
            return self._render_account(mail)
        return self._render_handover(mail) if mail.overdracht else self.render(mail)

    def _render_handover(self, mail: Mail) -> tuple[str, str]:
        content = OverdrachtContent.model_validate(mail.inhoud)
        values = {"regels": overdracht_wording.lines(content), "url": f"{self._settings.portal_url}/hulpvragen"}
        return self._templates.render(overdracht_wording.TEMPLATE, {**self._common(mail, content), **values})

    def _render_account(self, mail: Mail) -> tuple[str, str]:
        content = AccountContent.model_validate(mail.inhoud)
        secret = self._box.open(mail.id, mail.geheim) if mail.geheim else ""
        return self._templates.render(
            account_wording.TEMPLATE,
            {
                **self._common(mail, content),
                "tekst": account_wording.OF[content.soort],
                "geheim": secret,
                "url": f"{self._settings.portal_url}/koppeling/{secret}",
                "geldig_tot": wording.moment(content.geldig_tot),
            },
        )

    def _common(self, mail: Mail, content: Content | AccountContent | OverdrachtContent) -> dict[str, object]:
        contact, _ = self._of(mail.swv)
        return {
            "onderwerp": mail.onderwerp,
            "naam": mail.naam,
            "swv": mail.swv,
            "inhoud": content,
            "contact": contact,
            "antwoord_mogelijk": bool(contact.email or self._settings.mail_reply_to),
        }

    def _of(self, swv: str) -> tuple[Contact, bytes]:
        return self._per_swv.get(swv, self._default)

    def _fixed(self, contact: Contact) -> bytes:
        settings = self._settings
        reply_to = contact.email or settings.mail_reply_to
        sender = message.mailbox(settings.mail_from_name, settings.mail_from).replace("\r\n", "")
        return message.fixed_headers(
            ("From", sender),
            *([("Reply-To", reply_to)] if reply_to else []),
            # RFC 3834: a machine wrote this; a holiday notice must not answer it. The second header is Exchange's word for it.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", "nl"),
        )


def _may_choose(mail: Mail) -> bool:
    """Whether the reader can switch these mails off: a role's postbus has no account to do it with."""
    return mail.doelgroep == wording.APPLICANT or mail.doelgroep in wording.OTHERS
