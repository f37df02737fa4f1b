"""Search, and the sheet of each thing the office knows, with the internal notes about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup
from starlette.responses import Response

from bot.front.incoming import clean
from bot.front.markdown import to_html
from bot.staff.desk import Desk
from bot.staff.search import Index
from bot.staff.sheets import KINDS, NOTE, Sheet, sheet, topic_name
from bot.staff.visits import Visit, stored
from bot.storage import note_interne
from bot.storage.colleghi import REDATTORE
from bot.storage.note_interne import Nota
from knowledge import Conoscenza

LONGEST_QUERY, LONGEST_NOTE = 200, 2000
MISSING = "Nella conoscenza di oggi questa scheda non c'è: forse ha cambiato nome. Provi a cercarla."


def as_sheets(conoscenza: Conoscenza, notes: Iterable[Nota]) -> Iterator[Sheet]:
    """The notes as sheets that can be searched, each with the key of what it is about."""
    for note in notes:
        about = sheet(conoscenza, note.scheda)
        yield Sheet(note.scheda, NOTE, f"Nota su {about.titolo if about else note.scheda}", note.testo)


class KnowledgePages:
    """GET of /staff/ricerca, GET and POST of /staff/scheda/{chiave}."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def search(self, visit: Visit) -> Response:
        """What a query finds; the internal notes are searched too."""
        query = clean(visit.request.query_params.get("q", ""))[:LONGEST_QUERY]
        if not query:
            return visit.render("ricerca.html", q="", trovati=[], tipi=KINDS)
        notes = await stored(note_interne.all_notes, url=self._desk.url)
        found = await stored(Index(as_sheets(self._desk.knowledge(), notes)).search, query)
        found += await stored(self._desk.index.search, query)
        return visit.render("ricerca.html", q=query, trovati=found, tipi=KINDS)

    async def show(self, visit: Visit) -> Response:
        """A sheet."""
        found = self._sheet(visit)
        return await self._page(visit, found) if found else visit.problem(404, "Scheda non trovata", MISSING)

    async def note(self, visit: Visit) -> Response:
        """A new note, or one taken away."""
        found = self._sheet(visit)
        if found is None:
            return visit.problem(404, "Scheda non trovata", MISSING)
        if not visit.presente.collega.puo(REDATTORE):
            return visit.problem(403, "Non possibile", "Le note le scrive e le toglie chi è almeno redattore.")
        here, nome = f"/staff/scheda/{found.chiave}", visit.presente.nome
        if visit.form.get("azione") == "togli":
            number = visit.form.get("nota", "")
            if number.isdecimal() and await stored(
                note_interne.remove, int(number[:9]), nome, self._desk.clock(), url=self._desk.url
            ):
                await stored(self._desk.log, nome, "nota tolta", found.chiave)
            return visit.done(here, "nota-tolta")
        text = clean(visit.form.get("testo", ""))
        if not text or len(text) > LONGEST_NOTE:
            error = f"La nota deve avere da 1 a {LONGEST_NOTE} caratteri."
            return await self._page(visit, found, 422, error, visit.form.get("testo", ""))
        await stored(note_interne.add, found.chiave, text, nome, self._desk.clock(), url=self._desk.url)
        await stored(self._desk.log, nome, "nota scritta", found.chiave)
        return visit.done(here, "nota")

    def _sheet(self, visit: Visit) -> Sheet | None:
        return sheet(self._desk.knowledge(), visit.request.path_params["chiave"])

    async def _page(self, visit: Visit, found: Sheet, status: int = 200, error: str = "", typed: str = "") -> Response:
        conoscenza = self._desk.knowledge()
        about = list(dict.fromkeys([found.chiave, found.argomento or found.chiave]))
        notes = await stored(note_interne.of, about, url=self._desk.url)
        topic = conoscenza.argomenti.get(found.chiave)
        entries = [(f"{topic.id}.{v.id}", v.etichetta) for v in topic.voci] if topic else []
        return visit.render(
            "scheda.html",
            status,
            s=found,
            html=Markup(to_html(found.testo)),
            argomento=topic_name(conoscenza, found.argomento),
            voci=entries,
            note_interne=notes,
            tipi=KINDS,
            errore=error,
            scritto=typed,
        )
