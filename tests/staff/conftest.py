"""The desk alone on a real database, behind the headers of the site, with a Rasa that is none; and the same on a real port."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from conoscenza.lean import lean_knowledge
from front.conftest import OFFICE, FakeSettings
from front.fake_rasa import FakeRasa
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.didattica import Didattica
from bot.front.bell import Bell
from bot.front.conversations import Conversations
from bot.front.headers import SecurityHeaders
from bot.front.rasa_client import RasaClient
from bot.front.sessions import Sessions
from bot.passaggio import Passaggio, SportelloOperatori
from bot.staff.passwords import Passwords
from bot.staff.routes import routes
from bot.storage import colleghi, database
from bot.storage.colleghi import AMMINISTRATORE, OPERATORE, REDATTORE
from bot.storage.conversazioni import Messaggio
from knowledge import Conoscenza

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)  # a Friday, ten in the morning in Rome
PASSWORD = "una frase lunga con gli spazi"
ACCOUNTS = {"anna": OPERATORE, "bruno": OPERATORE, "rita": REDATTORE, "carla": AMMINISTRATORE}
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_PROOF = re.compile(r'name="conferma" value="([^"]+)"')


def desk_settings(data: Path, rasa_url: str = "http://127.0.0.1:5005") -> FakeSettings:
    """What the desk and the front read of the settings, over a data folder."""
    return FakeSettings(rasa_url, data / "conversazioni.db")


@dataclass
class Clock:
    """A clock that goes only when told."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Visitor:
    """Somebody with a browser that keeps cookies and fills in the forms it was given."""

    http: TestClient
    proof: str = field(default="", init=False)

    def get(self, path: str, **options: object) -> httpx.Response:
        response = self.http.get(path, **options)
        if found := _PROOF.search(response.text):
            self.proof = found[1]
        return response

    def post(self, path: str, values: dict[str, str] | None = None, **options: object) -> httpx.Response:
        data = {"conferma": self.proof, **(values or {})}
        response = self.http.post(path, data=data, **options)
        if found := _PROOF.search(response.text):
            self.proof = found[1]
        return response

    def enter(self, nome: str, parola: str = PASSWORD, poi: str = "/staff") -> httpx.Response:
        self.get("/staff/entra")
        return self.post("/staff/entra", {"nome": nome, "parola": parola, "poi": poi})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[FakeSettings]:
    yield desk_settings(tmp_path)
    database.engine.cache_clear()


@pytest.fixture
def url(settings: FakeSettings) -> str:
    return settings.database_url


@dataclass
class Parts:
    """The desk put together as the front does, and what a test reaches of it."""

    settings: FakeSettings
    conversations: Conversations
    inbox: SportelloOperatori
    app: ASGIApp

    def says(self, text: str, id: str = "web:signora") -> list[Messaggio]:
        """The public writes."""
        return asyncio.run(self.conversations.say(id, text))

    def wants_a_person(self, id: str = "web:signora") -> None:
        """The public asks for a person, and is put in the queue."""
        asyncio.run(self.conversations.command(id, "vorrei una persona", "passaggio:operatore"))

    def history(self, id: str = "web:signora") -> list[tuple[str, str]]:
        return [(m.chi, m.testo) for m in asyncio.run(self.conversations.history(id))]


@pytest.fixture(scope="session")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge for the teaching that is checked in a moment."""
    return lean_knowledge(tmp_path_factory.mktemp("conoscenza"))


def put_together(
    settings: FakeSettings, clock: Callable[[], datetime], conoscenza: Conoscenza, rasa: RasaClient, lean: Path
) -> Parts:
    handover = Passaggio(settings, conoscenza, clock)
    conversations = Conversations(settings, Sessions(settings.secret), rasa, clock, Bell(), handover)
    inbox = SportelloOperatori(handover, conversations)
    teaching = Didattica(settings.data_dir, settings.database_url, clock, lean)
    made = routes(settings, OFFICE, conversations, lambda: conoscenza, clock, inbox, teaching, CHEAP)
    return Parts(settings, conversations, inbox, SecurityHeaders(Starlette(routes=made)))


def create_accounts(url: str, now: datetime) -> None:
    for nome, ruolo in ACCOUNTS.items():
        colleghi.create(nome, nome.capitalize(), ruolo, CHEAP.hash(PASSWORD), now, url=url)


@pytest.fixture
def parts(settings: FakeSettings, clock: Clock, conoscenza: Conoscenza, rasa: FakeRasa, url: str, lean: Path) -> Parts:
    create_accounts(url, clock())
    client = RasaClient(settings.rasa_url, httpx.ASGITransport(app=rasa.app))
    return put_together(settings, clock, conoscenza, client, lean)


@pytest.fixture
def app(parts: Parts) -> ASGIApp:
    return parts.app


@pytest.fixture
def visitor(app: ASGIApp) -> Iterator[Callable[[], Visitor]]:
    """Makes visitors, each with a browser of their own."""
    opened: list[TestClient] = []

    def make() -> Visitor:
        client = TestClient(app, base_url="http://sportello.test")
        client.__enter__()
        opened.append(client)
        return Visitor(client)

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def entered(visitor: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    """Makes visitors who are inside."""

    def make(nome: str) -> Visitor:
        made = visitor()
        assert made.enter(nome).status_code == 200
        return made

    return make
