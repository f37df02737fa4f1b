"""What waits to go live and what is live: facts at a word, teaching after a training that somebody has looked at."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bot.didattica import Didattica, Passo, Rifiutato, describe
from bot.staff.desk import Desk
from bot.staff.visits import Visit, stored
from knowledge.loader import Guasto

PATH = "/staff/linea"
STATES = {"in_corso": "in corso", "pronto": "pronto", "fallito": "non riuscito", "interrotto": "interrotto"}
TRAININGS, STEPS = 6, 100
UNKNOWN = {"": "Richiesta non riconosciuta: usi i pulsanti della pagina."}


class LivePages:
    """GET of /staff/linea, of the block about trainings and of the history; POST of publish, train, activate, previous, undo."""

    def __init__(self, desk: Desk, teaching: Didattica) -> None:
        self._desk = desk
        self._teaching = teaching
        self._checked: tuple[object, list[Guasto]] = (None, [])

    async def show(self, visit: Visit) -> Response:
        """What waits, the trainings, what is live."""
        return await self._page(visit)

    async def trainings(self, visit: Visit) -> Response:
        """The block about trainings alone, for the page that is open."""
        return visit.render("linea_addestramenti.html", **await self._trainings())

    async def history(self, visit: Visit) -> Response:
        """Every change with its author."""
        steps = (await stored(self._teaching.history))[:STEPS]
        return visit.render("linea_storia.html", passi=await self._described(steps))

    async def act(self, visit: Visit) -> Response:
        """What the buttons do."""
        act, number, nome = visit.form.get("azione", ""), visit.form.get("numero", ""), visit.presente.nome
        try:
            done, what = await self._act(act, int(number[:9]) if number.isdecimal() else 0, nome)
        except Rifiutato as refused:
            return await self._page(visit, 422, "; ".join(refused.errori.values()))
        await stored(self._desk.log, nome, what, number)
        return visit.done(f"{PATH}/storia" if act == "annulla" else PATH, done)

    async def _act(self, act: str, number: int, nome: str) -> tuple[str, str]:
        """Do it; the message, and how it is written down. Raises Rifiutato."""
        if act == "pubblica":
            await stored(self._teaching.publish, nome)
            return "pubblicato", "fatti messi in linea"
        if act == "addestra":
            await stored(self._teaching.train, nome)
            return "addestra", "addestramento avviato"
        if act == "attiva":
            await stored(self._teaching.activate, number, nome)
            return "attivato", "addestramento messo in linea"
        if act == "precedente":
            await stored(self._teaching.previous, nome)
            return "precedente", "modello precedente rimesso in linea"
        if act == "annulla":
            await stored(self._teaching.undo, number, nome)
            return "annullato", "cambiamento annullato"
        raise Rifiutato(UNKNOWN)

    async def _page(self, visit: Visit, status: int = 200, error: str = "") -> Response:
        waiting = await self._described(await stored(self._teaching.waiting))
        seen = visit.request.query_params.get("anteprima") == "1"
        return visit.render(
            "linea.html",
            status,
            fatti=[line for line in waiting if not line["passo"].insegna],
            lezioni=[line for line in waiting if line["passo"].insegna],
            anteprima=await stored(self._teaching.waiting_preview) if seen else None,
            mostrati=60,
            guasti=await self._problems(),
            errore=error,
            **await self._trainings(),
        )

    async def _problems(self) -> list[Guasto]:
        """What is wrong with the changes: seconds of work, done again only when a change or what is live is another."""
        folder = self._teaching.changes.folder
        key = (await stored(self._teaching.active), folder.stat().st_mtime_ns if folder.exists() else 0)
        if self._checked[0] != key:
            self._checked = (key, await stored(self._teaching.problems))
        return self._checked[1]

    async def _trainings(self) -> dict[str, Any]:
        latest = await stored(self._teaching.trainings.latest, TRAININGS)
        waiting = await stored(self._teaching.waiting)
        now = await stored(self._teaching.active)
        return {
            "addestramenti": latest,
            "stati": STATES,
            "attivo": now,
            "in_cambio": now.attivo != now.buono,
            "da_imparare": any(step.insegna for step in waiting),
            "in_corso": any(t.stato == "in_corso" for t in latest),
        }

    async def _described(self, steps: list[Passo]) -> list[dict[str, Any]]:
        newest = await stored(self._teaching.newest)
        return [{"passo": step, "testo": describe(step.cambiamento, newest)} for step in steps]
