"""What the site says to people of the conversation itself, wherever it is said."""

from __future__ import annotations

SESSION_OVER = "La conversazione è scaduta o è stata cancellata: ne può cominciare subito un'altra."
NOT_DELETED = "La conversazione non è stata cancellata del tutto: riprovi tra qualche istante."
DELETED = "La conversazione è stata cancellata."
NEW_SESSION = "La conversazione precedente era scaduta: ne è cominciata una nuova."
FOREIGN = "Il messaggio è arrivato da un'altra pagina e non è stato accettato."
OTHER_SITE = "Questo sito non è tra quelli che possono usare l'assistente: vada alla pagina dell'assistente."
RATED = "Grazie: la Sua valutazione è stata registrata."
NOT_RATED = "Questa risposta non si può valutare."


def spoken(seconds: int) -> str:
    """A time to wait, as one says it: "un minuto", "30 secondi"."""
    if seconds < 60:
        return "un secondo" if seconds <= 1 else f"{seconds} secondi"
    minutes = -(-seconds // 60)
    return "un minuto" if minutes == 1 else f"{minutes} minuti"


def too_many(seconds: int) -> str:
    """What those read who send too much."""
    return f"Sono arrivate troppe richieste in poco tempo. Riprovi tra {spoken(seconds)}."
