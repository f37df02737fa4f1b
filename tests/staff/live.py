"""The whole front on a real port, with the desk in it, and what the public does there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import front
import httpx
from front.conftest import OFFICE
from front.fake_rasa import FakeRasa
from front.servers import free_port, serving
from playwright.sync_api import Page
from starlette.types import ASGIApp

from bot.front.web import create_app
from bot.storage import colleghi, database
from knowledge import Conoscenza

from .conftest import ACCOUNTS, CHEAP, PASSWORD, FakeSettings, desk_settings

AXE = (Path(front.__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is now."""
    page.evaluate(AXE + "; undefined")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert len(result["passes"]) > 5, "axe non ha controllato nulla"
    return [f"{v['id']}: {node['html']} {node['failureSummary']}" for v in result["violations"] for node in v["nodes"]]


@dataclass
class Public:
    """Somebody on the site, as a program: what the widget asks, asked directly."""

    http: httpx.Client
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.http.post("/api/conversazioni", json={}).raise_for_status().json()["token"]

    def says(self, text: str) -> list[dict[str, Any]]:
        return self._send({"testo": text})

    def presses(self, title: str) -> list[dict[str, Any]]:
        offered = [s for m in self.history() for s in m["scelte"] if s["titolo"].startswith(title)]
        return self._send({"scelta": offered[-1]["token"]})

    def history(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"}
        found: list[dict[str, Any]] = self.http.get("/api/messaggi?dopo=0", headers=headers).raise_for_status().json()["messaggi"]
        return found

    def _send(self, what: dict[str, str]) -> list[dict[str, Any]]:
        answer = self.http.post("/api/messaggi", json={"token": self.token, **what}).raise_for_status()
        return list(answer.json()["messaggi"])


@dataclass
class Live:
    """The front that runs."""

    address: str
    settings: FakeSettings
    rasa: FakeRasa

    @property
    def url(self) -> str:
        return self.settings.database_url

    @contextmanager
    def public(self) -> Iterator[Public]:
        with httpx.Client(base_url=self.address, trust_env=False, timeout=20) as http:
            yield Public(http)

    def wants_a_person(self, public: Public) -> None:
        self.rasa.scripted = [{"text": "Può parlare con una persona.", "metadata": {"esito": "operatore", "gradino": 0}}]
        public.says("voglio parlare con una persona")
        self.rasa.scripted = None
        public.presses("Sì")


@contextmanager
def live(data: Path, conoscenza: Conoscenza, clock: Callable[[], datetime]) -> Iterator[Live]:
    rasa, rasa_port = FakeRasa(), free_port()
    settings = desk_settings(data, f"http://127.0.0.1:{rasa_port}")
    for nome, ruolo in ACCOUNTS.items():
        colleghi.create(nome, nome.capitalize(), ruolo, CHEAP.hash(PASSWORD), clock(), url=settings.database_url)
    app: ASGIApp = create_app(settings, office=OFFICE, conoscenza=conoscenza, clock=clock)
    with serving(rasa.app, rasa_port), serving(app, free_port()) as address:
        yield Live(address, settings, rasa)
    database.engine.cache_clear()
