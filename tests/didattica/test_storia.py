"""The whole story with real processes: asked, taught, trained, compared, live, and back. It trains a real model: minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from conversazioni.running import Assistant, Conversation

from bot.didattica import Didattica
from bot.prove.cases import cases
from bot.storage.addestramenti import PRONTO

QUESTION = "posso usare il wifi della procura?"
ANSWER = "Nel palazzo non c'è una rete Wi-Fi per il pubblico."
TRAINING_SECONDS, SWITCH_SECONDS = 1500.0, 300.0


@pytest.fixture
def assistant(model: Path, tmp_path: Path) -> Iterator[Assistant]:
    running = Assistant(tmp_path / "dati")
    running.start()
    yield running
    running.stop()


def eventually(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)


def test_a_question_is_taught_goes_live_and_is_taken_back(assistant: Assistant) -> None:
    desk = Didattica(assistant.data, f"sqlite:///{assistant.data / 'assistente.db'}", lambda: datetime.now(timezone.utc))
    assert ANSWER not in Conversation(assistant).says(QUESTION).text

    asked = [QUESTION, "avete il wifi per chi aspetta?", "c'è una connessione internet in procura?", "password del wifi"]
    entry = {"etichetta": "Wi-Fi", "risposta": ANSWER, "domande": asked}
    desk.teach_entry(asked, "struttura", "anna", **entry)
    number = desk.train("anna")
    seen: set[str] = set()

    def ended() -> bool:
        training = desk.trainings.get(number)
        assert training is not None
        seen.add(training.fase)
        return training.stato != "in_corso"

    eventually(ended, TRAINING_SECONDS)
    training = desk.trainings.get(number)
    assert training is not None and training.stato == PRONTO, training and training.errore
    assert {"addestramento", "prove con il modello di prima", "prove con il modello nuovo"} <= seen
    outcome = training.esito
    assert outcome["riuscite"] == len(outcome["insegnate"]) == len(asked)
    assert outcome["prove"] == len(cases()) and outcome["superate_prima"] > 0
    assert outcome["superate"] >= outcome["prove"] * 0.9, outcome["peggiorate"]
    assert ANSWER not in Conversation(assistant).says(QUESTION).text  # nobody has said yes
    assert "prova-" not in "".join(assistant.unanswered()) and not (assistant.data / "addestramenti" / str(number)).exists()

    desk.activate(number, "carla")
    eventually(lambda: desk.active().buono == desk.active().attivo, SWITCH_SECONDS)
    assert ANSWER in Conversation(assistant).says(QUESTION).text
    assert desk.active().nota == "" and desk.waiting() == []

    desk.previous("carla")
    eventually(lambda: desk.active().buono == desk.active().attivo, SWITCH_SECONDS)
    assert ANSWER not in Conversation(assistant).says(QUESTION).text
