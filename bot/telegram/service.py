"""Telegram in the front: there when the office has given a token, nothing at all otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.routing import Route

from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.formats import Renderers
from bot.front.office import Office

if TYPE_CHECKING:
    from bot.telegram.channel import Channel


class Telegram:
    """The channel, or nothing where TELEGRAM_TOKEN is not set: the library is not even loaded then."""

    def __init__(
        self,
        settings: FrontSettings,
        conversations: Conversations,
        office: Office,
        clock: Callable[[], datetime],
        renderers: Renderers | None = None,
    ) -> None:
        self._channel: Channel | None = None
        if settings.telegram_token:
            from bot.telegram.channel import Channel

            self._channel = Channel(settings, conversations, office, clock, renderers)

    @property
    def routes(self) -> list[Route]:
        """What the front has to serve for it."""
        return self._channel.routes if self._channel else []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At work for as long as the context lasts. Whatever is wrong with the network, the context begins at once."""
        if self._channel is None:
            yield
            return
        async with self._channel.running():
            yield
