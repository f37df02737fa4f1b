"""The page of today, and the draft whose code somebody says at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from bot.front.formats import FORMATS, file_name
from bot.staff.desk import Desk
from bot.staff.figures import NOT_UNDERSTOOD
from bot.staff.sheets import sheet
from bot.staff.visits import Visit, stored
from bot.storage import bozze, eventi, note_interne
from bot.storage.bozze import BozzaSalvata

UNKNOWN = "Nessuna bozza con questo riferimento: forse è scaduta o è stata cancellata, o il codice non è esatto."
NOTES_SHOWN = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Number:
    """A number of the first page and where it leads."""

    valore: str
    testo: str
    indirizzo: str


class CounterPages:
    """GET of /staff, GET and POST of /staff/bozza."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def today(self, visit: Visit) -> Response:
        """What there is to see first."""
        notes = (await stored(note_interne.all_notes, url=self._desk.url))[-NOTES_SHOWN:][::-1]
        conoscenza = self._desk.knowledge()
        names = {n.scheda: (found.titolo if (found := sheet(conoscenza, n.scheda)) else n.scheda) for n in notes}
        return visit.render("oggi.html", numeri=await self._numbers(), note=notes, nomi=names)

    async def _numbers(self) -> list[Number]:
        now = self._desk.clock()
        lately = await stored(eventi.between, now - WEEK, now, url=self._desk.url)
        answers = [e for e in lately if e.tipo == "risposta" and e.canale != "int"]
        lost = sum(e.esito == NOT_UNDERSTOOD for e in answers)
        return [
            Number(str(len(answers)), "risposte dell'assistente negli ultimi 7 giorni", "/staff/cifre"),
            Number(str(lost), "domande non capite negli ultimi 7 giorni", "/staff/cifre"),
        ]

    async def draft(self, visit: Visit) -> Response:
        """A draft by its reference code. Whoever opens one is written down."""
        if visit.request.method == "GET":
            return visit.render("bozza.html", bozza=None, scritto="", file=[])
        typed = visit.form.get("riferimento", "")[:20]
        found = await stored(bozze.by_riferimento, typed, self._desk.clock(), url=self._desk.url)
        if found is None:
            return visit.render("bozza.html", 404, bozza=None, scritto=typed, file=[], errore=UNKNOWN)
        await stored(self._desk.log, visit.presente.nome, "bozza aperta", f"{found.riferimento} ({found.codice})")
        return visit.render("bozza.html", bozza=found, scritto=found.riferimento, file=_files(found))


def _files(bozza: BozzaSalvata) -> list[tuple[str, str]]:
    """The files of a ready draft: what they are called, and their address."""
    return [(f.titolo, f"{bozza.percorso}/{file_name(bozza, extension)}") for extension, f in FORMATS.items()]
