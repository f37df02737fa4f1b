from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
from itsdangerous import TimestampSigner
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.front.office import Office
from bot.front.sessions import Sessions
from bot.front.web import create_app

from .fake_rasa import FakeRasa
from .servers import free_port, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

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
def site(live_rasa: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    rasa_port = free_port()
    settings = FakeSettings(f"http://127.0.0.1:{rasa_port}", tmp_path_factory.mktemp("front") / "conversazioni.db")
    with serving(live_rasa.app, rasa_port), serving(create_app(settings, office=OFFICE), free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: while Playwright runs no other test of this thread can use asyncio.run."""
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"Manca Chromium ({CHROMIUM}): le prove della pagina non si possono saltare. "
            "Si installa con «apt-get install chromium», oppure si indica con la variabile CHROMIUM.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield launched
        launched.close()


@dataclass
class Watch:
    """What a page did that it must not do."""

    site: str
    foreign: list[str]
    complaints: list[str]

    def check(self) -> None:
        assert self.foreign == [], "richieste verso altri indirizzi"
        assert self.complaints == [], "errori o violazioni della CSP nella console"


CSP_LISTENER = "document.addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"


def watched_page(context: BrowserContext, watch: Watch) -> Page:
    context.add_init_script(CSP_LISTENER)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("request", lambda r: None if r.url.startswith((watch.site, "blob:")) else watch.foreign.append(r.url))
    page.on("console", lambda m: watch.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: watch.complaints.append(str(e)))
    return page


def watch_of(page: Page) -> Watch:
    return page.watch  # type: ignore[attr-defined, no-any-return]


def tolerate(page: Page, failure: str) -> None:
    """A request that fails in a test on purpose: Chromium writes it in the console, and that is not a fault of the page."""
    watch = watch_of(page)
    wanted = [c for c in watch.complaints if c.startswith("Failed to load resource") and failure in c]
    assert wanted, f"nessuna richiesta fallita con «{failure}»"
    watch.complaints = [c for c in watch.complaints if c not in wanted]


@pytest.fixture
def new_page(browser: Browser, site: str, live_rasa: FakeRasa) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site in a context of its own; at the end nothing forbidden may have happened in any."""
    live_rasa.reset()
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(**options: object) -> Page:
        context = browser.new_context(base_url=site, locale="it-IT", **options)  # type: ignore[arg-type]
        watch = Watch(site, [], [])
        opened.append((context, watch))
        page = watched_page(context, watch)
        page.watch = watch  # type: ignore[attr-defined]
        page.goto("/")
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-pronta]")
        return page

    yield make
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.check()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
