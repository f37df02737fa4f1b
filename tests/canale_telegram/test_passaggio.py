"""The hand-over by Telegram: asked for with the command, taken by a clerk, who is read by name, and given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from front import fake_rasa
from front.fake_rasa import FakeRasa

from bot.passaggio import Passaggio, SportelloOperatori
from bot.storage import conversazioni
from bot.telegram.texts import WISH_FOR_A_PERSON
from knowledge import Conoscenza

from .conftest import Front
from .fake_bot_api import FakeTelegram

OPEN = datetime.fromisoformat("2026-11-20T09:00:00+00:00")  # a Friday, ten o'clock in Rome


@pytest.fixture
def desk(front: Front, conoscenza: Conoscenza, monkeypatch: pytest.MonkeyPatch) -> Passaggio:
    """The office is open and somebody is at the desk; the assistant knows who wants a person."""
    known = fake_rasa.answer

    def answer(message: str) -> list[dict[str, Any]]:
        wish = {"text": "Può parlare con una persona.", "metadata": {"esito": "operatore"}}
        return [wish] if message == WISH_FOR_A_PERSON else known(message)

    monkeypatch.setattr(fake_rasa, "answer", answer)
    front.clock = lambda: OPEN
    passaggio = Passaggio(front.settings, conoscenza, front.clock)
    front.handover = passaggio
    return passaggio


def state(front: Front) -> str:
    found = conversazioni.get(front.id(), url=front.url)
    return found.stato if found else ""


def test_from_the_command_to_the_clerk_and_back(front: Front, telegram: FakeTelegram, rasa: FakeRasa, desk: Passaggio) -> None:
    with front.running():
        inbox = SportelloOperatori(desk, front.conversations)
        front.does(inbox.present("anna", "Anna Rey"))
        telegram.writes("/operatore")
        telegram.until(telegram.buttons)
        offered = telegram.buttons()
        photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
        telegram.push("message", telegram.message(photo=photo))
        telegram.hears("vedere immagini")
        assert telegram.buttons() == offered  # what was asked is still asked
        telegram.presses(next(title for title in offered if title.startswith("Sì")))
        telegram.until(lambda: state(front) == "attesa")
        assert front.does(inbox.take(front.id(), "anna"))
        front.does(inbox.say(front.id(), "anna", "Anna", "Buongiorno, mi dica."))
        telegram.hears("<b>Anna (Procura di Aosta)</b>", "Buongiorno, mi dica.")
        heard = list(rasa.messages)
        telegram.writes("Quanto costa?")
        telegram.until(lambda: any(m.testo == "Quanto costa?" for m in conversazioni.history(front.id(), url=front.url)))
        assert front.does(inbox.give_back(front.id(), "anna"))
        assert rasa.messages == heard  # while a person has it, the assistant is silent
        telegram.until(lambda: state(front) == "bot")
        telegram.writes("menu")
        telegram.hears("Di quale servizio")
    said = [m.testo for m in conversazioni.history(front.id(), url=front.url) if m.chi != "lei"]
    assert len(telegram.texts()) == len(said)  # nothing lost, nothing twice
