"""The site in the Chromium of the system: front and Rasa on real ports, and a watch on what a page must not do."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bot.front import web
from bot.front.conversations import Conversations
from bot.settings import ROOT
from bot.storage import conversazioni
from bot.storage.conversazioni import Nuovo

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PICTURES = ROOT / "var" / "schermate"
CSP_LISTENER = "document.addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"
NewPage = Callable[..., Page]


@dataclass
class Site:
    """A running front: its address, its database, its conversations (of the process that serves it: this one)."""

    url: str
    database: str
    conversations: Conversations

    def newest(self) -> str:
        """The id of the conversation that was used last."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(newest, self.database).result()

    def post(self, message: Nuovo, state: str | None = None, id: str | None = None) -> None:
        """Somebody of the office writes in a conversation (the newest); `state` is who has it from now on."""
        id = id or self.newest()
        if state:
            moment = self.conversations._clock()
            conversazioni.change_state(id, conversazioni.STATI, state, moment, operatore="prova", url=self.database)
        with ThreadPoolExecutor(1) as pool:  # Playwright has the event loop of this thread
            pool.submit(asyncio.run, self.conversations.post(id, message)).result()


def newest(database: str) -> str:
    with conversazioni.transaction(database) as db:
        row = conversazioni.RigaConversazione
        return str(db.scalars(conversazioni.select(row.id).order_by(row.ultima.desc(), row.creata.desc())).first())


@contextmanager
def remembered() -> Iterator[list[Conversations]]:
    """The Conversations that create_app makes, for the tests that write in them as the office does."""
    made: list[Conversations] = []

    class Remembered(Conversations):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "Conversations", Remembered)
        yield made


@contextmanager
def chromium() -> Iterator[Browser]:
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
    """What pages did that they must not do."""

    ours: tuple[str, ...]
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self) -> None:
        assert self.foreign == [], "richieste verso altri indirizzi"
        assert self.complaints == [], "errori o violazioni della CSP nella console"

    def on(self, page: Page) -> None:
        page.on("request", lambda r: None if r.url.startswith((*self.ours, "blob:")) else self.foreign.append(r.url))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def tolerate(self, failure: str) -> None:
        """Requests that fail in a test on purpose: Chromium writes them in the console, and that is not a fault of the page."""
        wanted = [c for c in self.complaints if c.startswith("Failed to load resource") and failure in c]
        assert wanted, f"nessuna richiesta fallita con «{failure}»"
        self.complaints = [c for c in self.complaints if c not in wanted]


def watch_of(page: Page) -> Watch:
    return page.context.watch


def tolerate(page: Page, failure: str) -> None:
    watch_of(page).tolerate(failure)


@contextmanager
def pages(browser: Browser, *ours: str) -> Iterator[NewPage]:
    """Opens pages, each in a context of its own; at the end nothing forbidden may have happened in any.

    The page opens `url` ("/" of the first of `ours`) and is ready; options are those of a Playwright context.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(url: str = "/", ready: bool = True, **options: Any) -> Page:
        context = browser.new_context(base_url=ours[0], **{"locale": "it-IT", "timezone_id": "Europe/Rome", **options})
        watch = Watch(ours)
        context.watch = watch
        opened.append((context, watch))
        context.add_init_script(CSP_LISTENER)
        context.on("page", watch.on)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(url)
        if ready and options.get("java_script_enabled", True):
            wait_ready(page)
        return page

    yield make
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.check()


def wait_ready(page: Page) -> None:
    """The widget has shown itself and what it had before."""
    page.wait_for_selector("[data-modo][data-pronta]", state="attached")


def reload(page: Page) -> None:
    page.reload()
    wait_ready(page)


def answers(page: Page) -> Locator:
    """What was said by others than the person."""
    return page.locator("#turni > li:not(.lei)")


def ask(page: Page, text: str, seconds: float = 5.0) -> None:
    """Type, press Enter, wait for the answer."""
    patience = seconds * 1000
    before = answers(page).count()
    page.locator("#testo").fill(text)
    page.locator("#testo").press("Enter")
    expect(answers(page)).not_to_have_count(before, timeout=patience)
    expect(page.locator("#invia[aria-disabled]")).to_have_count(0, timeout=patience)


FOCUSED = """() => {
    let here = document.activeElement;
    while (here?.shadowRoot?.activeElement) here = here.shadowRoot.activeElement;
    return here.id || here.getAttribute('aria-label') || here.textContent.trim();
}"""


def focused(page: Page) -> str:
    """The id, name or text of the element that has the focus, in the shadow root too."""
    return str(page.evaluate(FOCUSED))


def announced(page: Page) -> str:
    """What the live region says now."""
    return page.locator("#annunci").inner_text().strip()


def picture(page: Page, name: str, **options: Any) -> None:
    """Keep a screenshot, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", **options)
