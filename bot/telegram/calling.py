"""Calls to the Bot API: the library's client for our settings, which faults pass by themselves, and how long to wait for that."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's times as timedelta, as they will be from its next version on

LONGEST_WAIT = 60.0
REFUSED_WAIT = 30.0  # a wrong token, another program with the same one: a person has to see to it
CONNECT_SECONDS, ANSWER_SECONDS, FILE_SECONDS = 10.0, 15.0, 60.0
CONNECTIONS = 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def quiet() -> None:
    """Keep the token and what people write out of the logs: libraries name addresses, and quote what they cannot read."""
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.WARNING), ("telegram", logging.CRITICAL + 1)):
        logging.getLogger(name).setLevel(level)


class Client:
    """The client of the Bot API at an address ("https://api.telegram.org", or the office's own server)."""

    def __init__(self, token: str, address: str) -> None:
        quiet()
        local = urlsplit(address).hostname in _LOOPBACK  # no proxy of the environment knows how to get here
        self._requests = [
            HTTPXRequest(
                connection_pool_size=size,
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                media_write_timeout=FILE_SECONDS,
                pool_timeout=ANSWER_SECONDS,
                httpx_kwargs={"trust_env": not local},
            )
            for size in (CONNECTIONS, 1)
        ]
        self.bot = Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    async def updates(self, offset: int | None, seconds: int, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """The updates from `offset` on, waited for so many seconds, as Telegram sends them. Raises TelegramError.

        Not by Bot.get_updates: there one update that the library cannot read hides all the others, and is logged whole. The name
        is in small letters because the library wants its own method used where it knows one; to the Bot API it is the same.
        """
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": list(kinds)}
        found = await self.bot.do_api_request(
            "getupdates",
            api_kwargs={name: value for name, value in asked.items() if value is not None},
            read_timeout=seconds + ANSWER_SECONDS,
        )
        return list(found)

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()


def passing(error: TelegramError) -> bool:
    """Whether the same call may succeed later: the network, a fault or the limits of the server, a token that is not accepted."""
    if isinstance(error, BadRequest):  # for the library a kind of NetworkError
        return False
    unreadable = type(error) is TelegramError  # what the library makes of an answer that is no JSON
    return unreadable or isinstance(error, (NetworkError, RetryAfter, Conflict, InvalidToken))


def seconds_of(error: TelegramError, attempt: int) -> float:
    """How long to wait before the next attempt; the first was number 0."""
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
    if isinstance(error, (Conflict, InvalidToken)):
        return REFUSED_WAIT
    return min(LONGEST_WAIT, 2.0 ** min(attempt, 6))
