"""The page of a draft and its files, made at each request from what the database holds: no file is ever written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.front.config import FrontSettings
from bot.front.formats import FORMATS, Renderers, file_name
from bot.front.office import Office
from bot.front.rendering import Pages
from bot.front.requests import BadRequest, read_form
from bot.front.words import FOREIGN
from bot.storage import bozze
from bot.storage.bozze import BozzaSalvata
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

AT_ONCE = 2  # documents made at the same time: the rest of the assistant needs the processor too


class DraftHandlers:
    """GET and POST of /bozze/{token}, GET of its files. A token unknown, expired, deleted or malformed is the same 404."""

    def __init__(
        self,
        settings: FrontSettings,
        pages: Pages,
        office: Office,
        clock: Callable[[], datetime],
        renderers: Renderers | None = None,
    ) -> None:
        self._settings = settings
        self._pages = pages
        self._office = office
        self._clock = clock
        self._formats = renderers or FORMATS
        self._rendering = asyncio.Semaphore(AT_ONCE)

    async def show(self, request: Request) -> Response:
        """The page of a ready draft."""
        try:
            bozza = await self._find(request)
        except ArchivioNonDisponibile as error:
            return self._unavailable(error)
        if bozza is None:
            return self._missing()
        files = [(f.titolo, f"{bozza.percorso}/{file_name(bozza, extension)}") for extension, f in self._formats.items()]
        return _private(HTMLResponse(self._pages.draft(bozza, files)))

    async def delete(self, request: Request) -> Response:
        """Delete the draft whose address one has, with the button of its page."""
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return self._problem(403, "Richiesta non accettata", FOREIGN)
        try:
            if (await read_form(request)).get("azione") != "cancella":
                return self._problem(
                    400, "Richiesta non accettata", "La richiesta non si può leggere: usi il pulsante della pagina."
                )
            bozza = await self._find(request)
            if bozza is None:
                return self._missing()
            await asyncio.to_thread(bozze.delete, bozza.id, bozza.conversazione, url=self._settings.database_url)
        except BadRequest as error:
            return self._problem(error.status, "Richiesta non accettata", str(error))
        except ArchivioNonDisponibile as error:
            return self._unavailable(error)
        done = f"La bozza {bozza.riferimento} è stata cancellata: i dati che conteneva non sono più in questo sito."
        return self._problem(200, "Bozza cancellata", done)

    async def download(self, request: Request) -> Response:
        """A file of a ready draft."""
        try:
            bozza = await self._find(request)
        except ArchivioNonDisponibile as error:
            return self._unavailable(error)
        name = request.path_params["name"]
        extension = name.rpartition(".")[2]
        if bozza is None or bozza.richiesta is None or extension not in self._formats or name != file_name(bozza, extension):
            return self._missing()
        wanted = self._formats[extension]
        try:
            async with self._rendering:
                address = self._settings.public_url + bozza.percorso
                content = await asyncio.to_thread(wanted.render, bozza.richiesta, address)
        except Exception as error:  # of whatever library; its message may quote the data, so that only its kind is logged
            logger.error("Documento %s non prodotto: %s", extension, type(error).__name__)
            return self._problem(
                503,
                "Documento non disponibile",
                "In questo momento il documento non si può preparare. La bozza non è andata persa: riprovi tra qualche minuto, "
                f"oppure scelga l'altro formato. Se il problema resta, il riepilogo nella conversazione contiene già tutto; "
                f"può anche contattare {self._office.contacts}.",
            )
        return _private(Response(content, media_type=wanted.media_type, headers={"Content-Disposition": _attachment(name)}))

    async def _find(self, request: Request) -> BozzaSalvata | None:
        """The ready draft of the address. Raises ArchivioNonDisponibile."""
        token = request.path_params["token"]
        bozza = await asyncio.to_thread(bozze.by_token, token, self._clock(), url=self._settings.database_url)
        return bozza if bozza is not None and bozza.richiesta is not None else None

    def _missing(self) -> Response:
        hours = self._settings.bozze_ore
        kept = "un'ora" if hours == 1 else f"{hours} ore"
        return self._problem(
            404,
            "Bozza non trovata",
            f"Questa bozza non c'è, o non c'è più. Le bozze si conservano per {kept} dopo l'ultima modifica e poi si cancellano "
            "da sole; se ha copiato l'indirizzo, controlli che sia intero. Può prepararne un'altra con l'assistente.",
        )

    def _unavailable(self, error: ArchivioNonDisponibile) -> Response:
        logger.error("Bozze non leggibili: %s", error)
        return self._problem(
            503,
            "Bozza non disponibile in questo momento",
            "Le bozze in questo momento non si possono leggere. "
            f"Riprovi tra qualche minuto oppure contatti {self._office.contacts}.",
        )

    def _problem(self, status: int, title: str, message: str) -> Response:
        return _private(HTMLResponse(self._pages.problem(title, message), status_code=status))


def _attachment(name: str) -> str:
    return f'attachment; filename="{name}"'


def _private(response: Response) -> Response:
    """Not for search engines; that it is not stored and not named to other sites is said of every page (headers.py)."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
