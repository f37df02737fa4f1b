from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from front.conftest import OFFICE, FakeSettings
from front.fake_rasa import FakeRasa
from front.servers import free_port, serving
from starlette.applications import Starlette

from bot.front.bell import Bell
from bot.front.conversations import Conversations, HandOver
from bot.front.rasa_client import RasaClient
from bot.front.sessions import Sessions
from bot.storage import database
from bot.telegram import calling, channel
from bot.telegram.keys import Keys
from bot.telegram.service import Telegram

from .fake_bot_api import TOKEN, FakeTelegram

T = TypeVar("T")


@dataclass
class Front:
    """A front with nothing but Telegram; what a test looks at or puts in its place."""

    settings: FakeSettings
    handover: HandOver | None = None
    renderers: Any = None
    clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    conversations: Conversations = field(init=False)
    loop: asyncio.AbstractEventLoop = field(init=False)

    def app(self) -> Starlette:
        rasa = RasaClient(self.settings.rasa_url)
        sessions = Sessions(self.settings.secret)
        self.conversations = Conversations(self.settings, sessions, rasa, self.clock, Bell(), self.handover)
        telegram = Telegram(self.settings, self.conversations, OFFICE, self.clock, self.renderers)

        @asynccontextmanager
        async def lifespan(app: Starlette) -> Any:
            self.loop = asyncio.get_running_loop()
            async with telegram.running():
                yield
            await rasa.close()

        return Starlette(routes=telegram.routes, lifespan=lifespan)

    @property
    def url(self) -> str:
        return self.settings.database_url

    def id(self, chat: int = 7) -> str:
        return Keys(self.settings.secret).pseudonym(chat)

    def does(self, work: Coroutine[Any, Any, T]) -> T:
        """Something that another part of the front does, in the front's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(15)

    @contextmanager
    def running(self, port: int | None = None) -> Iterator[str]:
        with serving(self.app(), port or free_port()) as address:
            yield address


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses after a fault, short."""
    monkeypatch.setattr(calling, "REFUSED_WAIT", 0.2)
    monkeypatch.setattr(calling, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(channel, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(channel, "RESUME_SECONDS", 0.2)
    monkeypatch.setattr(channel, "POLL_SECONDS", 1)


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def api(telegram: FakeTelegram) -> Iterator[str]:
    with serving(telegram.app, free_port()) as address:
        yield address


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def front(api: str, rasa: FakeRasa, tmp_path: Path) -> Iterator[Front]:
    """The front, not running yet."""
    with serving(rasa.app, free_port()) as address:
        settings = FakeSettings(address, tmp_path / "conversazioni.db")
        settings.telegram_token, settings.telegram_api_url = TOKEN, api
        yield Front(settings)
    database.engine.cache_clear()


@pytest.fixture
def running(front: Front) -> Iterator[Front]:
    """The front, at work."""
    with front.running():
        yield front
