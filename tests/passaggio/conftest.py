from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from archivio import postgres
from archivio.conftest import postgres_server  # noqa: F401 (fixture)
from front.conftest import FakeSettings as SiteSettings

from bot.front.bell import Bell
from bot.front.conversations import Conversations
from bot.front.rasa_client import RasaClient
from bot.front.sessions import Sessions
from bot.passaggio import Attese, Passaggio, SportelloOperatori
from bot.storage import conversazioni, database, eventi
from bot.storage.conversazioni import Messaggio
from knowledge import Conoscenza

T = TypeVar("T")
OPEN = datetime.fromisoformat("2026-11-20T09:00:00+00:00")  # a Friday, ten o'clock in Rome
EVENING = datetime.fromisoformat("2026-11-20T19:00:00+00:00")
HOLIDAY = datetime.fromisoformat("2026-12-08T09:00:00+00:00")
WEB, TELEGRAM = "web:prova", "tg:prova"


@dataclass
class FakeSettings(SiteSettings):
    """The settings of the site's tests, over a database of a test's choice."""

    rasa_url: str = "http://rasa.invalid"
    tracker_db: Path = Path("conversazioni.db")
    conversazioni_giorni: int = 1
    address: str = ""

    @property
    def database_url(self) -> str:
        return self.address


class Rasa:
    """Answers what the real one would, by what is asked: it tells a wish for a person from what it does not understand."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.lost = 0

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._receive)

    def _receive(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        text = body["message"]
        self.heard.append(text)
        if "persona" in text:
            return self._say("Può parlare con una persona allo sportello.", "operatore")
        if "cancella" in text:
            return httpx.Response(200, json=[{"text": "Ho cancellato tutto.", "custom": {"cancella_conversazione": True}}])
        if "xyz" in text:
            self.lost += 1
            return self._say("Non ho capito.", "non_capito", self.lost)
        return self._say("Costa poco.", "risposta")

    def _say(self, text: str, esito: str, gradino: int = 0) -> httpx.Response:
        buttons = [{"title": "Casellario", "payload": '/scegli{"voce": "casellario"}'}]
        record = {"argomento": "", "voce": "", "esito": esito, "gradino": gradino}
        return httpx.Response(200, json=[{"text": text, "buttons": buttons, "metadata": record}])


@dataclass
class Scena:
    """The front's part that speaks, over a real database, at a moment that the test moves."""

    settings: FakeSettings
    conoscenza: Conoscenza
    adesso: datetime = OPEN
    rasa: Rasa = field(default_factory=Rasa)

    def __post_init__(self) -> None:
        client = RasaClient(self.settings.rasa_url, self.rasa.transport())
        self.passaggio = Passaggio(self.settings, self.conoscenza, self.clock)
        self.conversations = Conversations(
            self.settings, Sessions("segreto di prova"), client, self.clock, Bell(), self.passaggio
        )
        self.sportello = SportelloOperatori(self.passaggio, self.conversations)
        self.attese = Attese(self.passaggio, self.conversations)

    def clock(self) -> datetime:
        return self.adesso

    def wait(self, minutes: float) -> None:
        """Time goes by, and then the loop looks."""
        self.adesso += timedelta(minutes=minutes)
        run(self.attese.once())

    def rules(self, **changes: Any) -> None:
        """Other rules of the hand-over, as a clerk would write them."""
        self.passaggio.conoscenza = replace(self.conoscenza, passaggio=self.conoscenza.passaggio.copy(update=changes))

    def says(self, text: str, id: str = WEB, **key: Any) -> list[Messaggio]:
        self.adesso += timedelta(seconds=1)
        return run(self.conversations.say(id, text, **key))

    def presses(self, title: str, id: str = WEB, **key: Any) -> list[Messaggio]:
        """Press the newest button that begins with this title."""
        self.adesso += timedelta(seconds=1)
        offered = [s for m in conversazioni.history(id, url=self.url) for s in m.scelte if s.titolo.startswith(title)]
        assert offered, f"nessun bottone «{title}»"
        return run(self.conversations.choose(id, offered[-1].token, **key))

    def there(self, *accounts: str, available: bool = True) -> None:
        for account in accounts:
            run(self.sportello.present(account, f"{account.title()} Rossi", available))

    def state(self, id: str = WEB) -> str:
        found = conversazioni.get(id, url=self.url)
        assert found is not None
        return found.stato

    def talk(self, id: str = WEB) -> list[tuple[str, str]]:
        """Who said what."""
        return [(m.chi, m.testo) for m in conversazioni.history(id, url=self.url)]

    def counted(self, tipo: str = "passaggio") -> list[str | None]:
        found = eventi.between(OPEN - timedelta(days=400), OPEN + timedelta(days=400), url=self.url)
        return [e.esito for e in found if e.tipo == tipo]

    @property
    def url(self) -> str:
        return self.settings.database_url


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def keys(messages: list[Messaggio]) -> list[str | None]:
    """Which texts of the hand-over these are; None for others."""
    return [m.dettagli.get("passaggio") for m in messages]


def titles(message: Messaggio) -> list[str]:
    return [s.titolo for s in message.scelte]


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """One database of each kind for all these tests, made at first need."""
    made = {"sqlite": f"sqlite:///{tmp_path_factory.mktemp('passaggio') / 'assistente.db'}"}

    def of_kind(kind: str) -> str:
        if kind not in made:
            server: str = request.getfixturevalue("postgres_server")
            postgres.execute(server, ["CREATE DATABASE passaggio"])
            made[kind] = f"{server}/passaggio"
        return made[kind]

    return of_kind


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, databases: Callable[[str], str]) -> str:
    """The address of an empty database with the tables of today."""
    address = databases(request.param)
    with database.transaction(address) as db:
        for table in reversed(database.Base.metadata.sorted_tables):
            db.execute(table.delete())
    database.wipe(address)
    return address


@pytest.fixture
def scena(url: str, conoscenza: Conoscenza, tmp_path: Path) -> Iterator[Scena]:
    yield Scena(FakeSettings(tracker_db=tmp_path / "conversazioni.db", address=url), conoscenza)


@pytest.fixture
def in_queue(scena: Scena) -> Callable[[str], Scena]:
    """Brings a conversation into the queue of a desk where Anna is."""

    def enter(id: str = WEB) -> Scena:
        scena.there("anna")
        scena.says("vorrei una persona", id)
        scena.presses("Sì, passami", id)
        assert scena.state(id) == "attesa"
        return scena

    return enter
