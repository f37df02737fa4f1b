"""Tells whoever waits for news of a conversation that there is some: server-sent events, Telegram's outbox, the staff's inbox.

It carries no news: who is woken reads the database, so that nothing is lost when nobody was waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional


class Listener:
    """Somebody who waits, from when `Bell.listening` made it."""

    def __init__(self, conversazione: Optional[str], loop: asyncio.AbstractEventLoop) -> None:
        self.conversazione = conversazione
        self.loop = loop
        self.rung = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether there was news since the last time, within so many seconds."""
        try:
            await asyncio.wait_for(self.rung.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self.rung.clear()
        return True


class Bell:
    """One for the whole front."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @contextmanager
    def listening(self, conversazione: Optional[str] = None) -> Iterator[Listener]:
        """Listen to one conversation, or to all of them."""
        listener = Listener(conversazione, asyncio.get_running_loop())
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def ring(self, conversazione: str) -> None:
        """There is news of a conversation. May be called from any thread."""
        for listener in list(self._listeners):
            if listener.conversazione in (None, conversazione):
                listener.loop.call_soon_threadsafe(listener.rung.set)
