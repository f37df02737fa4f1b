"""The door of the desk: every page asks here who is there, what they may do, and whether a form was really made by us."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar
from urllib.parse import quote

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.front.requests import BadRequest, read_fields
from bot.staff.accounts import SESSION_MAX, Accounts, Presente
from bot.staff.rendering import StaffPages
from bot.storage.colleghi import OPERATORE
from bot.storage.database import ArchivioNonDisponibile
from knowledge import KnowledgeError

logger = logging.getLogger(__name__)
T = TypeVar("T")

COOKIE = "sportello"
DOOR_COOKIE = "sportello_ingresso"
ENTRANCE = "/staff/entra"
PATH = "/staff"
CSRF = "conferma"
MAX_FIELDS = 400  # a table of fees has many
FORM_SECONDS = 60 * 60
FOREIGN = "La richiesta è arrivata da un'altra pagina e non è stata accettata: torni indietro e riprovi da qui."
OVER = "La sessione è finita. Quello che ha scritto non è stato salvato: entri di nuovo e lo ripeta."
UNREADABLE = "La conoscenza dell'assistente in questo momento non si può leggere: lo dica a chi lo amministra."
FORBIDDEN = "Il Suo account non può usare questa pagina. Se Le serve, lo chieda a chi amministra lo sportello."


@dataclass(frozen=True)
class Visit:
    """One request of somebody at the desk: who, what was sent as a form, how to answer."""

    request: Request
    presente: Presente
    pages: StaffPages
    fields: Sequence[tuple[str, str]] = ()

    @cached_property
    def form(self) -> Mapping[str, str]:
        """What was sent as a form, by name."""
        return dict(self.fields)

    def all(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        return [value for key, value in self.fields if key == name]

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page of the desk, with what all pages show."""
        return self.pages.response(template, status, presente=self.presente, richiesta=self.request, **values)

    def done(self, path: str, esito: str = "") -> Response:
        """On to a page, after something was done; `esito` is a key of rendering.DONE."""
        join = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{join}esito={quote(esito)}" if esito else path, 303)

    def problem(self, status: int, title: str, message: str) -> Response:
        """A page that only says what is wrong."""
        return self.render("problema.html", status, titolo=title, messaggio=message)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def foreign(request: Request) -> bool:
    """Whether the browser says that another site sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


class Doors:
    """Makes endpoints out of handlers. `seen` is told of who asks for a page, `left` of the account of who goes."""

    seen: Callable[[Presente], Awaitable[None]] | None = None
    left: Callable[[str], Awaitable[None]] | None = None

    def __init__(self, accounts: Accounts, pages: StaffPages, secret: str) -> None:
        self.accounts = accounts
        self.pages = pages
        self._entrance = URLSafeTimedSerializer(secret, salt="bot.staff.ingresso")

    def open(self, handler: Handler, ruolo: str = OPERATORE) -> Endpoint:
        """The endpoint of a page for that role and those above it."""

        async def endpoint(request: Request) -> Response:
            try:
                presente = await self.present(request)
                if presente is None:
                    return self._outside(request)
                visit = Visit(request, presente, self.pages)
                if not presente.collega.puo(ruolo):
                    return visit.problem(403, "Pagina non disponibile", FORBIDDEN)
                if request.method == "POST":
                    visit = Visit(request, presente, self.pages, await read_fields(request, MAX_FIELDS))
                    if foreign(request) or not self.accounts.proves(presente, visit.form.get(CSRF, "")):
                        return visit.problem(403, "Richiesta non accettata", FOREIGN)
                if self.seen is not None:
                    await self.seen(presente)
                return await handler(visit)
            except BadRequest as error:
                return self.pages.response("problema.html", error.status, titolo="Richiesta non letta", messaggio=str(error))
            except ArchivioNonDisponibile as error:
                logger.error("Sportello: banca dati non disponibile (%s)", error)
                message = "In questo momento i dati non si possono leggere o salvare. Riprovi tra qualche minuto."
                return self.pages.response("problema.html", 503, titolo="Dati non disponibili", messaggio=message)
            except KnowledgeError as error:
                logger.error("Sportello: la conoscenza non si legge (%d errori)", len(error.guasti))
                return self.pages.response(
                    "problema.html", 503, titolo="Conoscenza non disponibile", messaggio=f"{UNREADABLE} {error}".strip()
                )

        return endpoint

    async def present(self, request: Request, usata: bool = True) -> Presente | None:
        """Who is at the desk. Raises ArchivioNonDisponibile."""
        return await asyncio.to_thread(partial(self.accounts.present, usata=usata), request.cookies.get(COOKIE, ""))

    def entrance(self, request: Request, status: int = 200, **values: Any) -> Response:
        """The page of the login. Its form is tied to this browser, so that nobody is logged in as somebody else unawares."""
        mark = request.cookies.get(DOOR_COOKIE, "")
        mark = mark if 20 <= len(mark) <= 100 else secrets.token_urlsafe(24)
        response = self.pages.response("entra.html", status, conferma=self._entrance.dumps(mark), **{"uscito": False, **values})
        response.set_cookie(DOOR_COOKIE, mark, max_age=FORM_SECONDS, **_cookie(request))
        return response

    def entered_from_here(self, request: Request, given: str) -> bool:
        """Whether a login form is the one that this browser was given."""
        try:
            mark = self._entrance.loads(given, max_age=FORM_SECONDS)
        except (BadData, UnicodeError):
            return False
        return isinstance(mark, str) and secrets.compare_digest(mark.encode(), request.cookies.get(DOOR_COOKIE, "").encode())

    def let_in(self, request: Request, token: str, path: str) -> Response:
        """On to the desk, with the session's cookie."""
        response = RedirectResponse(path, 303)
        response.set_cookie(COOKIE, token, max_age=int(SESSION_MAX.total_seconds()), **_cookie(request))
        response.delete_cookie(DOOR_COOKIE, **_cookie(request))
        return response

    def let_out(self, request: Request, path: str) -> Response:
        """Out of the desk; the browser forgets the session and what it may have kept of the pages."""
        response = RedirectResponse(path, 303)
        response.delete_cookie(COOKIE, **_cookie(request))
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def _outside(self, request: Request) -> Response:
        if request.method == "POST":
            return self.entrance(request, 401, errore=OVER if request.cookies.get(COOKIE) else "", poi=PATH)
        if request.headers.get("sec-fetch-mode", "navigate") != "navigate":  # a script of a page left open: nothing to show it
            return PlainTextResponse(OVER, 401)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = ENTRANCE if asked == PATH else f"{ENTRANCE}?poi={quote(asked, safe='')}"
        return RedirectResponse(target, 303)


def within_the_desk(path: str) -> str:
    """Where to go after the login: a page of the desk, never an address of elsewhere."""
    inside = path == PATH or path.startswith(PATH + "/") or path.startswith(PATH + "?")
    return path if inside and not any(c in path for c in "\\\r\n") and ".." not in path else PATH


def _cookie(request: Request) -> dict[str, Any]:
    return {"path": PATH, "httponly": True, "samesite": "strict", "secure": request.url.scheme == "https"}


async def stored(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Work on the database, off the event loop."""
    return await asyncio.to_thread(partial(work, *arguments, **named))
