"""The questions left to the office with a contact: who answers which, and that it was answered."""

from __future__ import annotations

from starlette.responses import Response

from bot.passaggio import SportelloOperatori
from bot.staff.desk import Desk
from bot.staff.figures import CHANNELS
from bot.staff.visits import Visit, stored
from bot.storage.contatti import CHIUSA, IN_CARICO, NUOVA

PATH = "/staff/richieste"
NOT_DONE = "Non è stato possibile: forse l'ha presa un collega, oppure è già chiusa."
STATES = {NUOVA: "nuova", IN_CARICO: "in carico", CHIUSA: "chiusa"}
WHY = {
    "fuori_orario": "scritta fuori orario",
    "chiusura": "scritta in un giorno di chiusura",
    "nessuno": "nessuno era disponibile",
    "occupati": "erano tutti occupati",
    "attesa_lunga": "l'attesa era lunga",
    "attesa_scaduta": "l'attesa era lunga",
    "operatore_muto": "l'operatore non ha risposto in tempo",
}


class ContactPages:
    """GET and POST of /staff/richieste."""

    def __init__(self, desk: Desk, inbox: SportelloOperatori) -> None:
        self._desk = desk
        self._inbox = inbox

    async def show(self, visit: Visit) -> Response:
        """The questions left; the closed ones where they are asked for."""
        return await self._page(visit)

    async def act(self, visit: Visit) -> Response:
        """Take, put back, note, close, delete."""
        number, act, nome = visit.form.get("richiesta", ""), visit.form.get("azione", ""), visit.presente.nome
        acts = {
            "prendi": ("richiesta presa", lambda n: self._inbox.take_request(n, nome)),
            "rilascia": ("richiesta rilasciata", lambda n: self._inbox.release_request(n, nome)),
            "nota": ("nota su richiesta", lambda n: self._inbox.note_request(n, visit.form.get("testo", ""))),
            "chiudi": ("richiesta chiusa", lambda n: self._inbox.close_request(n, nome)),
            "cancella": ("richiesta cancellata", self._inbox.delete_request),
        }
        if act not in acts or not number.isdecimal():
            return visit.problem(400, "Richiesta non riconosciuta", "Usi i pulsanti della pagina.")
        log, work = acts[act]
        if not await work(int(number[:9])):
            return await self._page(visit, 409, NOT_DONE)
        await stored(self._desk.log, nome, log, number)
        return visit.done(PATH, "richiesta")

    async def _page(self, visit: Visit, status: int = 200, error: str = "") -> Response:
        closed = visit.request.query_params.get("chiuse") == "1"
        found = await self._inbox.requests((CHIUSA,) if closed else (NUOVA, IN_CARICO))
        return visit.render(
            "richieste.html", status, richieste=found, chiuse=closed, stati=STATES, canali=CHANNELS, perche=WHY, errore=error
        )
