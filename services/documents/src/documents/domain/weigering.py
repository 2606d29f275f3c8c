"""Why a file is refused: a slug that stays the same over versions and a sentence for the school that says what to do."""

from typing import Literal

from shared.contracts.connector import MAX_FILE

Regel = Literal[
    "naam-leeg",
    "naam-lengte",
    "naam-pad",
    "naam-tekens",
    "naam-richting",
    "naam-gereserveerd",
    "extensie",
    "extensie-dubbel",
    "grootte",
    "leeg-bestand",
    "te-groot",
    "te-groot-dossier",
    "uploadslot-onbekend",
    "uploadslot-gebruikt",
    "uploadslot-verlopen",
    "uploadslot-soort",
    "niet-geupload",
    "controlegetal",
    "inhoud",
    "beschadigd",
    "versleuteld",
    "macro",
    "programma",
    "uitgepakt-te-groot",
    "virus",
    "niet-te-controleren",
    "geen-xml",
    "niet-bewaard",
]

TOEGESTAAN = "pdf, doc, docx, odt, odf, xls, xlsx, ppt, pptx, jpg, png of txt"
BERICHTEN: dict[Regel, str] = {
    "naam-leeg": "Het bestand heeft geen naam. Geef het een naam en stuur het opnieuw.",
    "naam-lengte": "De bestandsnaam is te lang. Gebruik ten hoogste 150 tekens.",
    "naam-pad": "In de bestandsnaam staat een schuine streep (/ of \\). Haal die weg en stuur het bestand opnieuw.",
    "naam-tekens": "In de bestandsnaam staan tekens die niet zichtbaar zijn. Geef het bestand een nieuwe naam.",
    "naam-richting": "In de bestandsnaam staan tekens die de leesrichting omdraaien. Geef het bestand een nieuwe naam.",
    "naam-gereserveerd": "Deze bestandsnaam kan op veel computers niet. Geef het bestand een andere naam.",
    "extensie": f"Dit soort bestand kan niet. Stuur een {TOEGESTAAN}-bestand.",
    "extensie-dubbel": "De bestandsnaam lijkt op die van een programma. Geef het bestand een naam met één punt.",
    "grootte": "Het bestand is niet zo groot als was opgegeven. Stuur het opnieuw.",
    "leeg-bestand": "Het bestand is leeg.",
    "te-groot": f"Het bestand is groter dan {MAX_FILE // 1024 // 1024} MB. Maak het kleiner en stuur het opnieuw.",
    "te-groot-dossier": "Het OSO-dossier is groter dan het samenwerkingsverband aanneemt. Laat grote bijlagen eruit.",
    "uploadslot-onbekend": "Dit uploadslot bestaat niet, of het is niet van u. Vraag een nieuw uploadslot aan.",
    "uploadslot-gebruikt": "Dit uploadslot is al gebruikt. Vraag voor elk bestand een eigen uploadslot aan.",
    "uploadslot-verlopen": "Dit uploadslot is verlopen. Vraag een nieuw uploadslot aan en upload het bestand opnieuw.",
    "uploadslot-soort": "Dit uploadslot is voor een ander soort bestand. Vraag er een aan van de soort bijlage of oso-dossier.",
    "niet-geupload": "Het bestand is niet geüpload. Vraag een nieuw uploadslot aan en upload het bestand.",
    "controlegetal": "Het bestand is onderweg veranderd: het controlegetal (SHA-256) klopt niet. Stuur het opnieuw.",
    "inhoud": "De inhoud van het bestand past niet bij de extensie. Sla het op in het juiste soort, bijvoorbeeld als pdf.",
    "beschadigd": "Het bestand is beschadigd. Sla het opnieuw op, bijvoorbeeld als pdf.",
    "versleuteld": "Het bestand is beveiligd met een wachtwoord. Haal de beveiliging eraf en stuur het opnieuw.",
    "macro": "In het bestand zit een macro. Sla het op zonder macro’s, bijvoorbeeld als pdf.",
    "programma": "In het bestand zit een programma of een ingesloten bestand. Haal dat eruit, of sla het op als pdf.",
    "uitgepakt-te-groot": "Het bestand wordt te groot of te ingewikkeld als het wordt geopend. Sla het op als pdf.",
    "virus": "De virusscanner vond een virus in dit bestand. Controleer uw computer.",
    "niet-te-controleren": "De virusscanner kan dit bestand niet controleren. Sla het op als pdf en stuur het opnieuw.",
    "geen-xml": "Een OSO-dossier is een XML-bestand. Laat uw leerlingvolgsysteem het dossier opnieuw maken.",
    "niet-bewaard": "Dit OSO-dossier mogen wij niet bewaren. De school heeft bericht gekregen waarom.",
}


class Geweigerd(Exception):
    """This file is refused. ``regel`` says why, ``bericht`` says it to the school."""

    def __init__(self, regel: Regel) -> None:
        super().__init__(regel)
        self.regel = regel
        self.bericht = BERICHTEN[regel]
