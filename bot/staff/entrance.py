"""The pages of the door: login, logout, change of the password."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.front.limits import Limits, TooMany
from bot.front.requests import BadRequest, read_form
from bot.front.words import too_many
from bot.staff.accounts import Refused
from bot.staff.passwords import SHORTEST
from bot.staff.visits import COOKIE, CSRF, ENTRANCE, PATH, Doors, Visit, foreign, stored, within_the_desk
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

REFUSED = (
    "Nome o parola d'accesso non corretti. Dopo 5 parole sbagliate l'account resta sospeso per 15 minuti, e in quel tempo non si "
    "entra nemmeno con quella giusta."
)
STALE = "La pagina era aperta da troppo tempo: riprovi adesso."
UNAVAILABLE = "In questo momento non si può entrare: i dati non si possono leggere. Riprovi tra qualche minuto."
A_MINUTE = 30  # logins tried from one address
AT_ONCE = 2  # passwords checked at the same time: each takes 64 MB and a processor


class Entrance:
    """GET and POST of /staff/entra, POST of /staff/esci, GET and POST of /staff/parola."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._limits = Limits(per_session=A_MINUTE, per_address=A_MINUTE)
        self._checking = asyncio.Semaphore(AT_ONCE)

    async def show(self, request: Request) -> Response:
        """The login; who is inside already goes on."""
        path = within_the_desk(request.query_params.get("poi", PATH))
        try:
            if await self._doors.present(request, usata=False):
                return RedirectResponse(path, 303)
        except ArchivioNonDisponibile as error:
            logger.error("Sportello: banca dati non disponibile (%s)", error)
        return self._doors.entrance(request, poi=path, uscito=request.query_params.get("esito") == "uscita")

    async def enter(self, request: Request) -> Response:
        """A name and a password."""
        try:
            form = await read_form(request)
        except BadRequest as error:
            return self._doors.entrance(request, error.status, errore=str(error), poi=PATH)
        path = within_the_desk(form.get("poi", PATH))
        try:
            self._limits.request(request)
        except TooMany as error:
            response = self._doors.entrance(request, 429, errore=too_many(error.seconds), poi=path)
            response.headers["Retry-After"] = str(error.seconds)
            return response
        if foreign(request) or not self._doors.entered_from_here(request, form.get(CSRF, "")):
            return self._doors.entrance(request, 403, errore=STALE, poi=path)
        try:
            async with self._checking:
                login = self._doors.accounts.login
                token = await stored(login, form.get("nome", ""), form.get("parola", ""), request.cookies.get(COOKIE, ""))
        except ArchivioNonDisponibile as error:
            logger.error("Sportello: banca dati non disponibile (%s)", error)
            return self._doors.entrance(request, 503, errore=UNAVAILABLE, poi=path)
        if token is None:
            return self._doors.entrance(request, 401, errore=REFUSED, poi=path)
        return self._doors.let_in(request, token, path)

    async def stay(self, visit: Visit) -> Response:
        """The session goes on: how many seconds are left now."""
        return JSONResponse({"resta": visit.presente.resta})

    async def leave(self, visit: Visit) -> Response:
        """The end of the session."""
        await stored(self._doors.accounts.logout, visit.presente)
        if self._doors.left is not None:
            await self._doors.left(visit.presente.nome)
        return self._doors.let_out(visit.request, f"{ENTRANCE}?esito=uscita")

    async def password(self, visit: Visit) -> Response:
        """The page to change one's password, and the change."""
        if visit.request.method == "GET":
            return visit.render("parola.html", minimo=SHORTEST)
        given = [visit.form.get(name, "") for name in ("attuale", "nuova", "ripetuta")]
        try:
            async with self._checking:
                await stored(self._doors.accounts.change_password, visit.presente, *given)
        except Refused as refused:
            return visit.render("parola.html", 422, minimo=SHORTEST, errore=str(refused))
        return visit.done(PATH, "parola")
