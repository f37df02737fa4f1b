"""What a page is told before the first message: is anybody there, is the office open, what does it announce."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from starlette.testclient import TestClient

from bot.channel import readiness
from bot.front.web import create_app
from bot.storage import database
from knowledge import Conoscenza, load
from knowledge.models_calendario import AvvisoSito

from .conftest import OFFICE, FakeSettings
from .fake_rasa import FakeRasa

SATURDAY_NIGHT = datetime(2026, 11, 21, 19, 30, tzinfo=timezone.utc)
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
NOTICE = AvvisoSito(
    id="prova",
    titolo="Sportello chiuso <domani>",
    testo="Lo sportello resta **chiuso**.\nVedi www.esempio.it",
    dal=date(2026, 11, 24),
    al=date(2026, 11, 25),
    chiude=["tutti"],
)


@lru_cache(maxsize=1)
def knowledge() -> Conoscenza:
    return load()


@pytest.fixture
def make(rasa: FakeRasa, tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    def made(now: datetime, known: Conoscenza | None) -> TestClient:
        settings = FakeSettings("http://127.0.0.1:5005", tmp_path / "conversazioni.db")
        transport = httpx.ASGITransport(app=rasa.app)
        return TestClient(create_app(settings, office=OFFICE, rasa_transport=transport, clock=lambda: now, conoscenza=known))

    yield made
    database.engine.cache_clear()


def test_open_and_closed(make: Callable[..., TestClient]) -> None:
    closed, opened = (make(now, knowledge()).get("/api/stato").json() for now in (SATURDAY_NIGHT, MONDAY_MORNING))
    assert closed["aperto"] is False and "chiuso" in closed["apertura"] and "lunedì 23 novembre" in closed["apertura"]
    assert opened["aperto"] is True and "apert" in opened["apertura"]
    assert closed["apertura"] in make(SATURDAY_NIGHT, knowledge()).get("/").text.replace("&#39;", "'")


def test_the_office_and_the_limits(make: Callable[..., TestClient]) -> None:
    told = make(MONDAY_MORNING, knowledge()).get("/api/stato").json()
    assert told["assistente"] == "ok" and told["passaggio"] is True
    assert (told["massimo"], told["sessione_minuti"]) == (1000, 60)
    assert told["ufficio"]["telefono"] == OFFICE.telefono and told["ufficio"]["contatti"] == OFFICE.contacts
    said = " ".join(point["testo"] for point in told["informativa"]["punti"])
    assert "non una persona" in said and "pareri legali" in said and "112" in told["informativa"]["emergenza"]
    assert "7 giorni" in told["informativa"]["conservazione"]


def test_notices_are_shown_in_their_days(make: Callable[..., TestClient]) -> None:
    known = knowledge()
    known = replace(known, calendario=known.calendario.copy(update={"avvisi_del_sito": [NOTICE]}))
    client = make(MONDAY_MORNING, known)
    [notice] = client.get("/api/stato").json()["avvisi"]
    assert (notice["titolo"], notice["dal"], notice["al"]) == (NOTICE.titolo, "2026-11-24", "2026-11-25")
    assert "<strong>chiuso</strong>" in notice["html"] and 'href="https://www.esempio.it"' in notice["html"]
    page = client.get("/").text
    assert (
        "Sportello chiuso &lt;domani&gt;" in page
        and "<strong>chiuso</strong>" in page
        and "Dal 24/11/2026 al 25/11/2026." in page
    )
    assert make(datetime(2026, 11, 26, 9, tzinfo=timezone.utc), known).get("/api/stato").json()["avvisi"] == []


def test_without_a_knowledge_nothing_wrong_is_said(make: Callable[..., TestClient]) -> None:
    client = make(MONDAY_MORNING, None)
    told = client.get("/api/stato").json()
    assert (told["aperto"], told["apertura"], told["avvisi"], told["passaggio"]) == (None, "", [], False)
    assert 'class="apertura"' not in client.get("/").text


def test_an_assistant_that_cannot_answer_is_said_to_be_down(make: Callable[..., TestClient], rasa: FakeRasa) -> None:
    client = make(MONDAY_MORNING, None)
    for fault in ("without_model", "broken"):
        setattr(rasa, fault, True)
        assert client.get("/api/stato").json()["assistente"] == "giu"


def test_rasas_channel_knows_whether_its_model_has_loaded() -> None:
    from rasa.core.agent import Agent  # slow to import, and needed here only

    assert readiness(None) == readiness(Agent()) == "senza_modello"
    assert readiness(SimpleNamespace(is_ready=lambda: True)) == "ok"


def test_no_one_is_logged(make: Callable[..., TestClient], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        make(MONDAY_MORNING, None).get("/api/stato", headers={"X-Forwarded-For": "198.51.100.77"})
    assert "198.51.100.77" not in caplog.text and "testclient" not in caplog.text
