"""What a person is told before the first message: who answers, what it is not, what becomes of the words."""

from __future__ import annotations

from typing import Any

from bot.front.config import FrontSettings
from bot.front.markdown import line_to_html
from bot.front.office import Office

TITLE = "Prima di cominciare"


def notice(office: Office, settings: FrontSettings) -> dict[str, Any]:
    """The notice: title, points (text and HTML), the emergency sentence, what is kept and how long."""
    points = [
        "**Risponde un sistema automatico, non una persona**: può sbagliare.",
        "Dà informazioni generali sui servizi dell'ufficio, **non pareri legali**, e non vede i fascicoli.",
        "**Non scriva dati personali**, Suoi o di altri (nomi, codici fiscali, numeri di telefono o di procedimento), se non Le "
        "vengono chiesti per preparare una richiesta.",
    ]
    return {
        "titolo": TITLE,
        "punti": [{"testo": point.replace("**", ""), "html": line_to_html(point)} for point in points],
        "emergenza": office.emergenza,
        "conservazione": _kept(settings),
        "contatti": f"Per una risposta dell'ufficio: {office.contacts}.",
    }


def _kept(settings: FrontSettings) -> str:
    days = settings.conversazioni_giorni
    kept = "un giorno" if days == 1 else f"{days} giorni"
    return (
        "Quello che scrive resta nei computer dell'ufficio, non va ad altri e si cancella da solo dopo "
        f"{kept} dall'ultimo messaggio; può cancellarlo subito con «Cancella la conversazione». Delle domande a cui l'assistente "
        "non sa rispondere l'ufficio conserva il testo, senza dati personali, per migliorarlo."
    )
