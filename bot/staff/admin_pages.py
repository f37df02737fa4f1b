"""For who administers the desk: the log of acts, the accounts."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from bot.staff.desk import Desk
from bot.staff.visits import Visit, stored
from bot.storage import colleghi, registro
from bot.storage.colleghi import RUOLI

PAGE_LENGTH = 100
PATH = "/staff/colleghi"
NOT_ONESELF = "Il proprio account non si cambia da qui: lo fa un altro amministratore, oppure il comando."
UNKNOWN = "Questo account non c'è."


class AdminPages:
    """GET of /staff/registro, GET and POST of /staff/colleghi."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def log(self, visit: Visit) -> Response:
        """Who did what, newest first."""
        asked = visit.request.query_params
        before = asked.get("prima", "")
        who = asked.get("collega", "")
        wanted = partial(registro.latest, prima=int(before[:9]) if before.isdecimal() else None, collega=who, url=self._desk.url)
        acts = await stored(wanted, PAGE_LENGTH)
        names = [c.nome for c in await stored(colleghi.all_accounts, url=self._desk.url)]
        older = acts[-1].id if len(acts) == PAGE_LENGTH else None
        return visit.render("registro.html", azioni=acts, prima=older, collega=who, colleghi=names)

    async def accounts(self, visit: Visit) -> Response:
        """The accounts."""
        return await self._page(visit)

    async def change(self, visit: Visit) -> Response:
        """Change the role of an account, block it, let it in again, end its sessions."""
        nome, url = visit.form.get("nome", ""), self._desk.url
        if nome == visit.presente.nome:
            return await self._page(visit, 422, NOT_ONESELF)
        if await stored(colleghi.get, nome, url=url) is None:
            return await self._page(visit, 404, UNKNOWN)
        act, role = visit.form.get("azione", ""), visit.form.get("ruolo", "")
        if act == "ruolo" and role in RUOLI:
            await stored(colleghi.change, nome, ruolo=role, url=url)
            await self._log(visit, "ruolo cambiato", f"{nome} ({role})")
        elif act in ("blocca", "riapri"):
            await stored(colleghi.change, nome, bloccato=act == "blocca", url=url)
            await self._log(visit, "account bloccato" if act == "blocca" else "account riaperto", nome)
        elif act == "sessioni":
            await stored(colleghi.close_sessions_of, nome, url=url)
            await self._log(visit, "sessioni chiuse", nome)
            return visit.done(PATH, "sessioni")
        else:
            return await self._page(visit, 400, "Richiesta non riconosciuta.")
        return visit.done(PATH, "collega")

    async def _log(self, visit: Visit, azione: str, oggetto: str) -> None:
        await stored(self._desk.log, visit.presente.nome, azione, oggetto)

    async def _page(self, visit: Visit, status: int = 200, error: str = "") -> Response:
        everybody = await stored(colleghi.all_accounts, url=self._desk.url)
        return visit.render("colleghi.html", status, colleghi=everybody, adesso=self._desk.clock(), errore=error)
