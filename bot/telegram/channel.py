"""The channel at work: long polling or webhook, the inbox, the outbox; nothing that happens to the network stops the front."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.formats import Renderers
from bot.front.office import Office
from bot.storage.database import ArchivioNonDisponibile
from bot.telegram.answering import Answering
from bot.telegram.calling import Client, seconds_of
from bot.telegram.drafts import DraftDocuments
from bot.telegram.events import ALLOWED, CHOICE, event_of, read
from bot.telegram.inbox import Inbox
from bot.telegram.keyboard import DONE
from bot.telegram.keys import Keys
from bot.telegram.outbox import Outbox
from bot.telegram.texts import CHOSEN, COMMANDS

logger = logging.getLogger(__name__)
T = TypeVar("T")

HEADER = "X-Telegram-Bot-Api-Secret-Token"
POLL_SECONDS = 25  # how long Telegram keeps a question open until there is news
LOOK_SECONDS = 3.0  # how often the outbox looks for itself
RESUME_SECONDS = 5.0  # and the inbox for what could not be answered
STALE_SECONDS = 24 * 3600.0  # after a week without updates Telegram numbers them anew: the offset is forgotten well before
MOST_BYTES = 1_000_000  # of an update


class Channel:
    """Telegram, for as long as `running` lasts."""

    def __init__(
        self,
        settings: FrontSettings,
        conversations: Conversations,
        office: Office,
        clock: Callable[[], datetime],
        renderers: Renderers | None = None,
    ) -> None:
        keys = Keys(settings.secret)
        url = settings.database_url
        self._client = Client(settings.telegram_token, settings.telegram_api_url)
        self._bot: Bot = self._client.bot
        self._outbox = Outbox(self._bot, keys, clock, url, office, DraftDocuments(settings, clock, renderers))
        answering = Answering(self._bot, settings, conversations, self._outbox, office, keys, clock)
        self._inbox = Inbox(keys, clock, url, answering.answer)
        self._bell = conversations.bell
        self._address = settings.telegram_webhook
        self._path = f"/telegram/{keys.path}"
        self._token = keys.token
        self._asides: set[asyncio.Task[None]] = set()

    @property
    def routes(self) -> list[Route]:
        """The webhook, where it is the way in."""
        return [Route(self._path, self.webhook, methods=["POST"])] if self._address else []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Receive and deliver in the background for as long as the context lasts."""
        tasks = [asyncio.create_task(self._always(work)) for work in (self._receive, self._deliver, self._resume)]
        try:
            yield
        finally:
            for task in (*tasks, *self._asides):
                task.cancel()
            await asyncio.gather(*tasks, *self._asides, return_exceptions=True)
            await self._inbox.close()
            await self._outbox.close()
            await self._client.close()

    async def webhook(self, request: Request) -> Response:
        """Updates that Telegram brings: kept, then 200 at once, then answered. Whoever has not the token gets 403."""
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._token.encode()):
            return Response(status_code=403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        try:
            update = json.loads(body)
        except ValueError:
            return Response(status_code=400)
        try:
            await self._take([update])
        except ArchivioNonDisponibile as error:
            logger.error("Telegram: aggiornamento non conservato (%s)", error)
            return Response(status_code=503)  # Telegram sends it again
        return Response(status_code=200)

    async def _receive(self) -> None:
        """Introduce ourselves to Telegram, however long it takes; then ask it for updates, where it does not bring them."""
        await self._insist("connessione", self._introduce)
        if not self._address:
            await self._poll()

    async def _introduce(self) -> None:
        if self._address:
            await self._bot.set_webhook(self._address + self._path, allowed_updates=ALLOWED, secret_token=self._token)
        else:
            await self._bot.delete_webhook()
        await self._bot.set_my_commands([BotCommand(name, title) for name, title in COMMANDS])
        logger.info("Telegram: collegato (%s)", "webhook" if self._address else "long polling")

    async def _poll(self) -> None:
        offset: int | None = None
        last = monotonic()
        while True:
            if monotonic() - last > STALE_SECONDS:
                offset, last = None, monotonic()
            updates = await self._insist("ricezione", partial(self._ask, offset))
            while updates:
                try:
                    await self._take(updates)
                    break
                except ArchivioNonDisponibile as error:  # not confirmed: Telegram still has them, and so have we
                    logger.error("Telegram: aggiornamenti non conservati (%s)", error)
                    await asyncio.sleep(LOOK_SECONDS)
            if updates:
                offset, last = max(int(update["update_id"]) for update in updates) + 1, monotonic()

    async def _ask(self, offset: int | None) -> list[dict[str, Any]]:
        return await self._client.updates(offset, POLL_SECONDS, ALLOWED)

    async def _take(self, received: Iterable[Any]) -> None:
        """Keep updates; of those that are new, answer the buttons at once: Telegram shows a button as busy until then."""
        updates = [update for one in received if (update := read(one, self._bot)) is not None]
        new = set(await self._inbox.take(updates))
        for update in updates:
            if update.update_id in new and update.callback_query is not None:
                event = event_of(update)
                done = event is not None and event.tipo == CHOICE and event.testo == DONE
                self._aside(self._answer_button(update.callback_query.id, CHOSEN if done else None))

    async def _answer_button(self, id: str, text: str | None) -> None:
        with suppress(TelegramError):  # too late: the button gives up by itself
            await self._bot.answer_callback_query(id, text=text)

    async def _deliver(self) -> None:
        with self._bell.listening() as listener:
            while True:
                early = await self._outbox.round()
                if early is not None:
                    await asyncio.sleep(min(early, LOOK_SECONDS))
                else:
                    await listener.wait(LOOK_SECONDS)

    async def _resume(self) -> None:
        while True:
            await self._inbox.resume()
            await asyncio.sleep(RESUME_SECONDS)

    async def _always(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work that goes on for ever, taken up again should it break; the webhook's ends when Telegram knows of it."""
        while True:
            try:
                await work()
                return
            except Exception as error:
                logger.error("Telegram: lavoro interrotto (%s), ricomincio", type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)

    async def _insist(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """The result of a call, tried until it succeeds. The log says when it stops working and when it works again, not why."""
        attempt = 0
        while True:
            try:
                result = await call()
            except Exception as error:
                if attempt == 0:  # only its kind: messages of the library quote the token
                    logger.warning("Telegram: %s interrotta (%s), riprovo", what, type(error).__name__)
                wait = seconds_of(error, attempt) if isinstance(error, TelegramError) else LOOK_SECONDS
                attempt += 1
                await asyncio.sleep(wait)
            else:
                if attempt:
                    logger.warning("Telegram: %s ripresa", what)
                return result

    def _aside(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
