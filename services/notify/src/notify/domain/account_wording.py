"""The sentences of mails about an account.

A subject names nobody; a mail with a link says how long it works, and what to do when somebody else asked for it.

>>> OF["wachtwoord"].subject
'Kies een nieuw wachtwoord voor Schakel'
"""

from dataclasses import dataclass

from shared.contracts.gateway import AccountMail

TEMPLATE = "account"


@dataclass(frozen=True, slots=True)
class Wording:
    """``button`` is the text of the link; empty where there is none. ``otherwise`` is for who did not expect this."""

    subject: str
    opening: str
    todo: str
    button: str = ""
    is_code: bool = False
    otherwise: str = ""


_NOT_YOU = "Heeft u hier niet om gevraagd? Dan hoeft u niets te doen: zonder deze mail verandert er niets."
_ALARM = "Was u dat niet? Meld het dan meteen bij uw samenwerkingsverband."

OF: dict[AccountMail, Wording] = {
    "uitnodiging": Wording(
        "Uw account voor Schakel",
        "Er is een account voor u gemaakt in Schakel. Daarin werken scholen en het samenwerkingsverband samen aan hulpvragen.",
        "Open de link, kies een wachtwoord en volg de stappen op de pagina. Houd uw telefoon bij de hand.",
        button="Account in gebruik nemen",
        otherwise="Verwacht u geen account? Dan hoeft u niets te doen.",
    ),
    "wachtwoord": Wording(
        "Kies een nieuw wachtwoord voor Schakel",
        "U heeft gevraagd om een nieuw wachtwoord.",
        "Open de link en kies een nieuw wachtwoord. U heeft ook een code nodig, zoals bij het inloggen.",
        button="Nieuw wachtwoord kiezen",
        otherwise=_NOT_YOU,
    ),
    "tweede-factor": Wording(
        "Stel uw code-app voor Schakel opnieuw in",
        "Uw samenwerkingsverband heeft goedgevonden dat u uw code-app opnieuw instelt.",
        "Open de link, vul uw wachtwoord in en volg de stappen op de pagina. De oude codes werken daarna niet meer.",
        button="Code-app instellen",
        otherwise=_ALARM,
    ),
    "code": Wording(
        "Uw code om in te loggen bij Schakel",
        "Met deze code logt u in.",
        "Vul de code in op de pagina waar u inlogt. De code werkt één keer. Geef hem aan niemand, ook niet aan een medewerker.",
        is_code=True,
        otherwise="Logt u nu niet in? Dan kent iemand anders uw wachtwoord. Kies dan meteen een nieuw wachtwoord.",
    ),
    "vergrendeld": Wording(
        "Er is te vaak geprobeerd in te loggen bij Schakel",
        "Er is met uw gebruikersnaam een paar keer achter elkaar verkeerd ingelogd. Inloggen is daarom even geblokkeerd.",
        "Was u dat zelf, wacht dan een kwartier, of vraag uw samenwerkingsverband de blokkade op te heffen.",
        otherwise=_ALARM,
    ),
    "factor-gewijzigd": Wording(
        "Uw inloggegevens voor Schakel zijn gewijzigd",
        "Uw wachtwoord, uw code-app of uw herstelcodes zijn gewijzigd.",
        "Heeft u dat zelf gedaan, dan hoeft u niets te doen.",
        otherwise=_ALARM,
    ),
    "token-gemaakt": Wording(
        "Er is een token gemaakt met uw account voor Schakel",
        "Er is met uw account een token gemaakt. Daarmee werkt een programma namens u in Schakel, tot de einddatum ervan.",
        "Heeft u dat zelf gedaan, dan hoeft u niets te doen. Op de pagina Mijn account trekt u een token weer in.",
        otherwise=_ALARM,
    ),
    "token-loopt-af": Wording(
        "Een token van uw account voor Schakel loopt af",
        "Over een week loopt een token van u af. Het programma dat het gebruikt, kan daarna niet meer bij Schakel.",
        "Is het token nog nodig, maak dan een nieuw op de pagina Mijn account en zet dat in het programma.",
    ),
}
