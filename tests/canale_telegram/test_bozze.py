"""Drafts by Telegram: the address in the text and the document itself, of one's own drafts only; the purge."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from front import fake_rasa
from front.conftest import OFFICE
from front.servers import free_port, serving
from pypdf import PdfReader

from bot.front.formats import Format
from bot.front.pulizia import Purge
from bot.front.web import create_app
from bot.storage import bozze, conversazioni
from bot.storage import telegram as archivio
from bot.storage.bozze import PRONTA, BozzaSalvata

from .conftest import Front
from .fake_bot_api import FakeTelegram
from .richieste import request


@pytest.fixture
def ready(front: Front, monkeypatch: pytest.MonkeyPatch) -> BozzaSalvata:
    """A draft of the person of chat 7, whose address the assistant says to whoever writes "bozza"."""
    now = front.clock()
    made = bozze.create(front.id(), "A02", now, url=front.url)
    done = bozze.update(made.id, front.id(), fase=PRONTA, richiesta=request("A02", made.riferimento), adesso=now, url=front.url)
    assert done is not None
    text = f"La bozza è pronta.\nPDF: {front.settings.public_url}{done.percorso}/A02-{done.riferimento}.pdf\nLa presenta Lei."
    known = fake_rasa.answer

    def answer(message: str) -> list[dict[str, Any]]:
        return [{"text": text, "buttons": fake_rasa.MENU[:1]}] if message == "bozza" else known(message)

    monkeypatch.setattr(fake_rasa, "answer", answer)
    return done


def test_the_document_follows_the_address(front: Front, telegram: FakeTelegram, ready: BozzaSalvata) -> None:
    with front.running():
        telegram.writes("bozza")
        telegram.until(lambda: telegram.files)
        telegram.writes("bozza", chat=8)  # the address is not enough
        telegram.hears("La bozza è pronta", chat=8)
        telegram.until(lambda: not conversazioni.undelivered("tg", url=front.url))
    ((chat, name, content),) = telegram.files
    assert (chat, name) == (7, f"A02-{ready.riferimento}.pdf")
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Bionaz" in printed and ready.riferimento in printed
    assert ready.percorso in telegram.texts()[1] and ready.riferimento in telegram.texts()[2]
    assert "Bionaz" not in telegram.texts()[2]
    assert [bool(m.get("reply_markup")) for m in telegram.messages[7]] == [False, True, False]


def test_a_document_that_cannot_be_made_is_still_an_address(
    front: Front, telegram: FakeTelegram, ready: BozzaSalvata, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(richiesta: Any, indirizzo: str) -> bytes:
        raise RuntimeError("Bionaz")

    front.renderers = {"pdf": Format("PDF", "application/pdf", broken)}
    with front.running():
        telegram.writes("bozza")
        telegram.hears("La bozza è pronta")
        telegram.until(lambda: not conversazioni.undelivered("tg", url=front.url))
    assert telegram.files == [] and "RuntimeError" in caplog.text and "Bionaz" not in caplog.text


def test_deleting_takes_the_drafts_too(front: Front, telegram: FakeTelegram, ready: BozzaSalvata) -> None:
    with front.running():
        telegram.writes("bozza")
        telegram.until(lambda: telegram.files)
        telegram.writes("/cancella")
        telegram.hears("Ho cancellato")
    assert bozze.by_token(ready.token, front.clock(), url=front.url) is None


def test_the_purge_forgets_people_with_their_conversation(front: Front, telegram: FakeTelegram) -> None:
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.hears("€ 3,87")
        telegram.until(lambda: not archivio.waiting(url=front.url))
    Purge(front.settings, front.clock).once()
    assert archivio.contact(front.id(), url=front.url) is not None
    later = front.clock() + timedelta(days=front.settings.conversazioni_giorni, seconds=1)
    Purge(front.settings, lambda: later).once()
    assert archivio.contact(front.id(), url=front.url) is None
    assert conversazioni.count(url=front.url) == 0


def test_the_whole_front_has_telegram_when_there_is_a_token(front: Front, telegram: FakeTelegram, tmp_path: Path) -> None:
    with serving(create_app(front.settings, office=OFFICE), free_port()):
        telegram.writes("Quanto costa?")
        telegram.hears("€ 3,87")
    calls = len(telegram.calls)
    front.settings.telegram_token = ""
    with serving(create_app(front.settings, office=OFFICE), free_port()):
        telegram.writes("Quanto costa?")
    assert len(telegram.calls) == calls
