"""The desk's pages as HTML: Jinja2 with autoescape, in the look of the site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.front.office import Office
from bot.storage.colleghi import AMMINISTRATORE, OPERATORE, REDATTORE

ROME = ZoneInfo("Europe/Rome")

# the parts of the desk: address, title, from which role on
PARTS = (
    ("/staff", "Oggi", OPERATORE),
    ("/staff/posta", "Conversazioni", OPERATORE),
    ("/staff/domande", "Chiedi all'assistente", OPERATORE),
    ("/staff/ricerca", "Cerca", OPERATORE),
    ("/staff/bozza", "Bozze", OPERATORE),
    ("/staff/cifre", "Cifre", OPERATORE),
    ("/staff/insegnare", "Insegnare", REDATTORE),
    ("/staff/fatti", "Fatti", REDATTORE),
    ("/staff/linea", "In linea", REDATTORE),
    ("/staff/registro", "Registro", AMMINISTRATORE),
    ("/staff/colleghi", "Colleghi", AMMINISTRATORE),
)
ROLE_NAMES = {OPERATORE: "operatore", REDATTORE: "redattore", AMMINISTRATORE: "amministratore"}

DONE = {
    "uscita": "È uscito dallo sportello.",
    "parola": "La parola d'accesso è cambiata. Le altre sessioni aperte con il Suo account sono finite.",
    "nota": "La nota è salvata. La vede solo il personale.",
    "nota-tolta": "La nota è stata tolta.",
    "nuova": "La conversazione è stata cancellata: può cominciarne una nuova.",
    "collega": "L'account è stato modificato.",
    "restituisci": "La conversazione è tornata all'assistente.",
    "chiudi": "La conversazione è chiusa. Se la persona scrive di nuovo, risponde l'assistente.",
    "richiesta": "Fatto.",
    "deciso": "Salvato. Per quello che va imparato serve un addestramento (In linea).",
    "salvato": "Il cambiamento è salvato. Per il pubblico vale quando lo mette in linea, qui sotto.",
    "pubblicato": "Messo in linea: tra una decina di secondi l'assistente risponde così.",
    "addestra": "L'addestramento è cominciato: continua anche se chiude la pagina.",
    "attivato": "Messo in linea: tra una decina di secondi l'assistente risponde con quello che ha imparato.",
    "precedente": "Torna in linea il modello precedente, tra una decina di secondi.",
    "annullato": "Il cambiamento è annullato. Per il pubblico vale quando lo mette in linea.",
    "sessioni": "Le sessioni aperte di quell'account sono finite.",
}


def moment(value: datetime) -> str:
    """A moment, as a column of a table shows it: "21/11/2026, 15.30"."""
    return f"{value.astimezone(ROME):%d/%m/%Y, %H.%M}"


def hour(value: datetime) -> str:
    """The time of day: "15.30"."""
    return f"{value.astimezone(ROME):%H.%M}"


def day(value: date) -> str:
    """A day: "21/11/2026"."""
    return f"{value:%d/%m/%Y}"


def percent(part: float) -> str:
    """A share of one as Italians write it: 0.934 is "93 %"."""
    return f"{part * 100:.0f} %"


def lasting(seconds: float) -> str:
    """A length of time in words: "4 min", "1 h 20 min"."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


class StaffPages:
    """Renders the templates of the desk."""

    def __init__(self, office: Office) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(momento=moment, ora=hour, giorno=day, percento=percent, durata=lasting)
        self._environment.globals.update(ufficio=office, parti=PARTS, ruoli=ROLE_NAMES)

    def response(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page as a response. `presente` and `richiesta` come from Visit; a page outside the desk has neither."""
        request = values.pop("richiesta", None)
        known: Mapping[str, Any] = {
            "presente": None,
            "percorso": request.url.path if request else "",
            "fatto": DONE.get(request.query_params.get("esito", ""), "") if request else "",
            "errore": "",
        }
        page = self._environment.get_template(template).render({**known, **values})
        return HTMLResponse(page, status_code=status, headers={"X-Robots-Tag": "noindex, nofollow, noarchive"})
