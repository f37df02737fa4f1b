"""The page as HTML, by Jinja2 with autoescape, and the conversation as a text to keep."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.front.config import FrontSettings
from bot.front.desk import ROME, Desk
from bot.front.notice import notice
from bot.front.office import Office
from bot.front.records import Record
from bot.storage.bozze import BozzaSalvata

KEY_BYTES = 12
NAMES = {"lei": "Lei", "assistente": "Assistente", "operatore": "Operatore", "ufficio": "Ufficio"}


def speaker(record: Record) -> str:
    """Who speaks, as the page names them: a person of the office with the name they give."""
    name = NAMES[record["chi"]]
    return f"{record['nome']} ({name.lower()})" if record["nome"] and record["nome"] != name else name


def transcript(office: Office, records: Iterable[Record], now: datetime) -> str:
    """The conversation as a text to keep."""
    day = now.astimezone(ROME).strftime("%d/%m/%Y, %H.%M")
    parts = [f"Conversazione con l'assistente automatico\n{office.nome}\n{day}"]
    for record in records:
        lines = [f"{speaker(record)}:", record["testo"]]
        lines += [f"Fonte: {record['fonte']}"] if record["fonte"] else []
        lines += ["Scelte: " + "; ".join(c["titolo"] for c in record["scelte"])] if record["scelte"] else []
        parts.append("\n".join(lines))
    parts.append(f"Informazioni generali date da un sistema automatico, che può sbagliare. Per conferma: {office.contacts}.")
    return "\n\n".join(parts) + "\n"


def moment(value: datetime) -> str:
    """A moment as one says it here: "alle 15.30 del 22/11/2026"."""
    local = value.astimezone(ROME)
    return f"{'all’1' if local.hour == 1 else f'alle {local.hour}'}.{local:%M} del {local:%d/%m/%Y}"


def day(value: str) -> str:
    """A day written in ISO 8601, as one writes it here."""
    return date.fromisoformat(value).strftime("%d/%m/%Y")


class Pages:
    """Renders the templates of the front."""

    def __init__(self, office: Office, settings: FrontSettings, desk: Desk) -> None:
        self._desk = desk
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(giorno=day, momento=lambda value: moment(datetime.fromisoformat(value)))
        self._office, self._settings = office, settings
        self._environment.globals.update(ufficio=office, massimo=settings.max_chars, parla=speaker)

    def _render(self, template: str, **values: Any) -> str:
        """A page; the notice is made each time, for the office may change what it says while the site is up."""
        values["informativa"] = notice(self._office, self._settings)
        return self._environment.get_template(template).render(**values)

    def conversation(
        self, records: Sequence[Record] = (), token: str = "", typed: str = "", error: str = "", status: str = ""
    ) -> str:
        """The page: the conversation so far, what was typed and could not be sent, an error or a confirmation to show."""
        return self._render(
            "pagina.html",
            messaggi=list(records),
            token=token,
            chiave=secrets.token_urlsafe(KEY_BYTES),
            scritto=typed,
            errore=error,
            stato=status,
            oggi=self._desk.today(),
        )

    def draft(self, bozza: BozzaSalvata, files: Sequence[tuple[str, str]]) -> str:
        """The page of a ready draft: what it is, until when it is kept, its files (title, address) and how to delete it.

        No personal data: messaging programs read the pages that are sent through them.
        """
        return self._render("bozza.html", bozza=bozza, file=files, scade=moment(bozza.scade))

    def problem(self, title: str, message: str) -> str:
        """A page that only says what went wrong and where to go."""
        return self._render("problema.html", titolo=title, messaggio=message)
