"""The conversations of the public: who waits, who has which, and one of them to read and to answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from bot.front.incoming import InvalidMessage
from bot.front.markdown import to_html
from bot.front.sessions import InvalidSession
from bot.passaggio import NonSua, Pratica, SportelloOperatori
from bot.staff.desk import Desk
from bot.staff.figures import CHANNELS
from bot.staff.presence import Presence, sign
from bot.staff.visits import Visit, stored
from bot.storage.conversazioni import ASSISTENTE, CHIUSA, LEI, PERSONA, UFFICIO, Messaggio
from bot.storage.conversazioni import OPERATORE as CON_OPERATORE

PATH = "/staff/posta"
PUBLIC = ("web", "tg")
GONE = "Questa conversazione non c'è più: chi scriveva l'ha cancellata, oppure è passato il tempo per cui si conserva."
NOT_YOURS = "Questa conversazione adesso non è Sua: l'ha presa un collega, è tornata all'assistente o è finita."
TAKEN = "Un collega è stato più veloce: questa conversazione è già sua."
SPEAKERS = {LEI: "Chi scrive", ASSISTENTE: "Assistente", PERSONA: "Operatore", UFFICIO: "Ufficio"}
STATES = {
    "bot": "con l'assistente",
    "attesa": "in attesa di una persona",
    CON_OPERATORE: "con un operatore",
    CHIUSA: "chiusa",
}
EXCERPT = 120


@dataclass(frozen=True)
class Line:
    """A conversation in a list."""

    id: str
    indirizzo: str
    canale: str
    secondi: int
    posto: int | None
    domanda: str
    da_rispondere: bool
    operatore: str


@dataclass(frozen=True)
class Turn:
    """A message as the desk reads it. What the public typed is shown as it was typed."""

    id: int
    chi: str
    nome: str
    testo: str
    html: Markup
    quando: datetime
    consegnato: bool
    fonte: str
    pulsanti: tuple[str, ...]


class InboxPages:
    """GET of /staff/posta, its list, a conversation and its turns; POST of what is done with it."""

    def __init__(self, desk: Desk, inbox: SportelloOperatori, presence: Presence) -> None:
        self._desk = desk
        self._inbox = inbox
        self._presence = presence

    async def show(self, visit: Visit) -> Response:
        """The lists."""
        return visit.render("posta.html", **await self._lists(visit))

    async def lists(self, visit: Visit) -> Response:
        """The lists alone, for the page that is open."""
        return visit.render("posta_elenchi.html", **await self._lists(visit))

    async def conversation(self, visit: Visit) -> Response:
        """A conversation. Who reads one that is not theirs is written down."""
        return await self._conversation(visit, "conversazione.html", log=True)

    async def turns(self, visit: Visit) -> Response:
        """Its turns alone, for the page that is open."""
        return await self._conversation(visit, "conversazione_turni.html")

    async def act(self, visit: Visit) -> Response:
        """Take, answer, note, give back, close."""
        id, act, nome = visit.request.path_params["id"], visit.form.get("azione", ""), visit.presente.nome
        here, text = address(id), visit.form.get("testo", "")
        try:
            self._public(id)
            if act == "prendi":
                await self._inbox.present(nome, visit.presente.collega.mostrato)
                if not await self._inbox.take(id, nome, visit.presente.collega.mostrato):
                    return await self._conversation(visit, "conversazione.html", 409, TAKEN)
                await self._log(visit, "conversazione presa", id)
            elif act == "rispondi":
                await self._inbox.say(id, nome, visit.presente.collega.mostrato, text, visit.form.get("chiave") or None)
            elif act == "nota":
                await self._inbox.note(id, nome, text)
                await self._log(visit, "nota su conversazione", id)
            elif act in ("restituisci", "chiudi"):
                done = await (self._inbox.give_back if act == "restituisci" else self._inbox.close)(id, nome)
                if not done:
                    raise NonSua(id)
                await self._log(visit, "conversazione restituita" if act == "restituisci" else "conversazione chiusa", id)
                return visit.done(PATH, act)
            else:
                return visit.problem(400, "Richiesta non riconosciuta", "Usi i pulsanti della pagina.")
        except InvalidMessage as invalid:
            return await self._conversation(visit, "conversazione.html", 422, str(invalid), text if act == "rispondi" else "")
        except NonSua:
            return await self._conversation(visit, "conversazione.html", 409, NOT_YOURS, text if act == "rispondi" else "")
        except InvalidSession:
            return visit.problem(404, "Conversazione non trovata", GONE)
        return visit.done(here)

    async def _lists(self, visit: Visit) -> dict[str, Any]:
        nome = visit.presente.nome
        held = await self._inbox.held()
        return {
            "attesa": [_line(p) for p in await self._inbox.waiting()],
            "mie": [_line(p) for p in held if p.conversazione.operatore == nome],
            "altrui": [_line(p) for p in held if p.conversazione.operatore != nome],
            "assistente": [_line(p) for p in await self._inbox.with_assistant() if p.conversazione.canale in PUBLIC],
            "richieste": len(await self._inbox.requests()),
            "colleghi": await self._inbox.colleagues(),
            "disponibile": await self._presence.available(nome),
        }

    async def _conversation(
        self, visit: Visit, template: str, status: int = 200, error: str = "", typed: str = "", log: bool = False
    ) -> Response:
        id, nome = visit.request.path_params["id"], visit.presente.nome
        try:
            self._public(id)
            found = await self._inbox.transcript(id)
        except InvalidSession:
            return visit.problem(404, "Conversazione non trovata", GONE)
        held = found.conversazione.stato == CON_OPERATORE
        mine = held and found.conversazione.operatore == nome
        if log and not mine:
            await self._log(visit, "conversazione letta", id)
        return visit.render(
            template,
            status,
            id=id,
            segno=sign(found),
            qui=address(id),
            c=found.conversazione,
            canale=CHANNELS.get(found.conversazione.canale, found.conversazione.canale),
            stato=STATES.get(found.conversazione.stato, found.conversazione.stato),
            mia=mine,
            altrui=held and not mine,
            turni=[_turn(m) for m in found.messaggi],
            note=found.note,
            chiave=secrets.token_urlsafe(16),
            errore=error,
            scritto=typed,
        )

    def _public(self, id: str) -> None:
        """Only the public's conversations are read here, not a colleague's with the assistant. Raises InvalidSession."""
        if id.partition(":")[0] not in PUBLIC:
            raise InvalidSession(id)

    async def _log(self, visit: Visit, azione: str, id: str) -> None:
        await stored(self._desk.log, visit.presente.nome, azione, id)


def address(id: str) -> str:
    """The page of a conversation."""
    return f"{PATH}/{quote(id, safe='')}"


def _line(case: Pratica) -> Line:
    c = case.conversazione
    said = " ".join(case.domanda.testo.split()) if case.domanda else ""
    return Line(
        c.id,
        address(c.id),
        CHANNELS.get(c.canale, c.canale),
        case.secondi,
        case.posto,
        said if len(said) <= EXCERPT else said[:EXCERPT] + "…",
        case.da_rispondere,
        c.operatore or "",
    )


def _turn(m: Messaggio) -> Turn:
    html = Markup("" if m.chi == LEI else to_html(m.testo))
    name = f"{SPEAKERS.get(m.chi, m.chi)}{f' ({m.nome})' if m.nome and m.chi == PERSONA else ''}"
    buttons = tuple(s.titolo for s in m.scelte)
    return Turn(m.id, m.chi, name, m.testo, html, m.quando, m.consegnato is not None, m.fonte or "", buttons)
