"""The assistant for colleagues: the same answers as the public's, with how they came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from bot.front.incoming import InvalidMessage
from bot.front.markdown import to_html
from bot.front.rasa_client import RasaUnavailable
from bot.front.sessions import InvalidSession
from bot.staff.desk import Desk
from bot.staff.sheets import describe, sheet
from bot.staff.visits import Visit, stored
from bot.storage import conversazioni, note_interne
from bot.storage.conversazioni import ASSISTENTE, LEI, Messaggio, Scelta
from bot.storage.note_interne import Nota
from knowledge import Conoscenza

PATH = "/staff/domande"
UNREACHABLE = "In questo momento l'assistente non risponde: riprovi tra poco. Intanto può usare la ricerca."
NOT_DELETED = "La conversazione non si è potuta cancellare: riprovi tra poco."
READINGS = "letture"  # in the details of an answer (bot/channel.py)


@dataclass(frozen=True)
class Reading:
    """One way of understanding a question: in words, the sheet that answers it if there is one, how sure it is."""

    nome: str
    scheda: str
    sicurezza: float


@dataclass(frozen=True)
class Turn:
    """A message as this page shows it."""

    chi: str
    testo: str
    html: Markup
    fonte: str
    quando: datetime
    scelte: tuple[Scelta, ...]
    scelta: str | None
    letture: tuple[Reading, ...]
    scheda: str
    note: tuple[Nota, ...]


class QuestionsPage:
    """GET and POST of /staff/domande."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, visit: Visit) -> Response:
        """The colleague's conversation with the assistant."""
        return await self._page(visit)

    async def ask(self, visit: Visit) -> Response:
        """A question, a choice, or the end of the conversation."""
        conversations, id = self._desk.conversations, visit.presente.conversazione
        typed = visit.form.get("testo", "")
        try:
            if visit.form.get("azione") == "nuova":
                return await self._begin_anew(visit)
            if "scelta" in visit.form:
                await conversations.choose(id, visit.form["scelta"])
            else:
                await conversations.say(id, typed)
        except InvalidMessage as invalid:
            return await self._page(visit, 422, str(invalid), typed)
        except (RasaUnavailable, InvalidSession):
            return await self._page(visit, 503, UNREACHABLE, typed)
        return visit.done(f"{PATH}#ultimo")

    async def _begin_anew(self, visit: Visit) -> Response:
        id = visit.presente.conversazione
        try:
            await self._desk.conversations.delete(id)
        except SQLAlchemyError:
            return await self._page(visit, 503, NOT_DELETED)
        await stored(conversazioni.revive, id, self._desk.clock(), url=self._desk.url)
        return visit.done(PATH, "nuova")

    async def _page(self, visit: Visit, status: int = 200, error: str = "", typed: str = "") -> Response:
        messages = await self._desk.conversations.history(visit.presente.conversazione)
        notes = await stored(note_interne.all_notes, url=self._desk.url)
        turns = [turn(m, self._desk.knowledge(), notes) for m in messages]
        maximum = self._desk.settings.max_chars
        return visit.render("domande.html", status, turni=turns, errore=error, scritto=typed, massimo=maximum)


def turn(message: Messaggio, conoscenza: Conoscenza, notes: Sequence[Nota]) -> Turn:
    """A message with its readings and the notes on what it answers."""
    spoken = message.chi == LEI
    told = message.dettagli if message.chi == ASSISTENTE else {}
    key = next((k for k in (told.get("voce"), told.get("argomento")) if k and sheet(conoscenza, k)), "")
    about = {key, key.partition(".")[0]} - {""}
    return Turn(
        chi=message.chi,
        testo=message.testo,
        html=Markup("" if spoken else to_html(message.testo)),
        fonte=message.fonte or "",
        quando=message.quando,
        scelte=message.scelte,
        scelta=message.scelta,
        letture=tuple(_reading(conoscenza, label, p) for label, p in told.get(READINGS) or []),
        scheda=key,
        note=tuple(n for n in notes if n.scheda in about),
    )


def _reading(conoscenza: Conoscenza, label: str, probability: float) -> Reading:
    known = sheet(conoscenza, label) is not None
    return Reading(describe(conoscenza, label), label if known else "", float(probability))
