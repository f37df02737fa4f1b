"""Work in lanes: one thing at a time for a chat, different chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Lanes:
    """Does `work(key)` when woken for a key: never twice at once for the same key, and again if woken while it was at it.

    together: how many keys at the same time. What goes wrong in the work is logged by its kind only.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], together: int) -> None:
        self._work = work
        self._places = asyncio.Semaphore(together)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, key: str) -> None:
        """There is something to do for a key."""
        if key in self._tasks:
            self._again.add(key)
        else:
            self._tasks[key] = asyncio.create_task(self._run(key))

    async def close(self) -> None:
        """Stop all work where it is."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str) -> None:
        try:
            while True:
                self._again.discard(key)
                try:
                    async with self._places:
                        await self._work(key)
                except Exception as error:
                    logger.error("Telegram: lavoro non riuscito (%s)", type(error).__name__)
                if key not in self._again:
                    return
        finally:
            self._again.discard(key)
            self._tasks.pop(key, None)
