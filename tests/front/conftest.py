from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
from itsdangerous import TimestampSigner
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.front.office import Office
from bot.front.sessions import Sessions
from bot.front.web import create_app
from knowledge import load

from .browser import NewPage, Site, chromium, pages, remembered
from .fake_rasa import FakeRasa
from .host_site import HostSite
from .servers import free_port, serving

OFFICE = Office(
    nome="Procura della Repubblica presso il Tribunale di Aosta",
    breve="Procura di Aosta",
    indirizzo="Via Ollietti, 1 – 11100 Aosta",
    sede="Palazzo di Giustizia",
    sito="www.procura.aosta.it",
    sportello="Ufficio Ricezione Atti e Prima Informazione (U.R.A.P.I.)",
    articolo="l'",
    dove="secondo piano, stanza 201",
    orari="dalle 8.30 alle 13.30, dal lunedì al sabato",
    telefono="0165.306.254",
    mail="procura.aosta@giustizia.it",
    emergenza="In caso di pericolo si chiama subito il 112, il numero unico di emergenza.",
)


@dataclass
class FakeSettings:
    rasa_url: str
    tracker_db: Path
    secret: str = "segreto di prova"
    max_chars: int = 1000
    public_url: str = "https://assistente.esempio.it"
    bozze_ore: int = 24
    conversazioni_giorni: int = 7
    domande_giorni: int = 180
    sessione_minuti: int = 60
    sportello_minuti: int = 30
    registro_giorni: int = 730
    origini: tuple[str, ...] = ()
    richieste_sessione: int = 10_000
    richieste_indirizzo: int = 100_000
    proxy_fidati: tuple[str, ...] = ()
    passaggio_minuti: int = 10
    contatti_giorni: int = 30
    telegram_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook: str = ""

    @property
    def data_dir(self) -> Path:
        return self.tracker_db.parent

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.tracker_db.with_name('assistente.db')}"


class Clock:
    """Real time plus what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self(), timezone.utc)


# Without a browser: the application called in process, Rasa behind an ASGI transport.


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: int(clock()))
    return clock


@pytest.fixture
def make_app(rasa: FakeRasa, clock: Clock, tmp_path: Path) -> Callable[..., ASGIApp]:
    def make(transport: httpx.AsyncBaseTransport | None = None, secret: str = "segreto di prova") -> ASGIApp:
        settings = FakeSettings("http://127.0.0.1:5005", tmp_path / "conversazioni.db", secret)
        transport = transport or httpx.ASGITransport(app=rasa.app)
        return create_app(settings, office=OFFICE, sessions=Sessions(secret, clock), rasa_transport=transport, clock=clock.moment)

    return make


@pytest.fixture
def client(make_app: Callable[..., ASGIApp]) -> Iterator[TestClient]:
    with TestClient(make_app()) as test_client:
        yield test_client


# With a browser: front and Rasa on real ports, and the Chromium of the system.


@pytest.fixture(scope="session")
def live_rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """Another site, whose pages show the assistant; its address is among the allowed origins."""
    made = HostSite()
    port = free_port()
    with serving(made.app, port) as made.url:
        yield made


@pytest.fixture(scope="session")
def running_site(live_rasa: FakeRasa, host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    rasa_port, port = free_port(), free_port()
    database = tmp_path_factory.mktemp("front") / "conversazioni.db"
    address = f"http://127.0.0.1:{port}"
    settings = FakeSettings(f"http://127.0.0.1:{rasa_port}", database, public_url=address, origini=(host.url,))
    with remembered() as made:
        app = create_app(settings, office=OFFICE, conoscenza=load())
    with serving(live_rasa.app, rasa_port), serving(app, port):
        host.assistant = address
        yield Site(address, settings.database_url, made[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: while Playwright runs no other test of this thread can use asyncio.run."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def site(running_site: Site, live_rasa: FakeRasa) -> Site:
    live_rasa.reset()
    return running_site


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[NewPage]:
    """Opens a page of the site (browser.py: pages)."""
    with pages(browser, site.url) as make:
        yield make


@pytest.fixture
def host_page(browser: Browser, site: Site, host: HostSite) -> Iterator[NewPage]:
    """Opens a page of another site that has our tag (host_site.py)."""
    with pages(browser, host.url, site.url) as make:
        yield make


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()
