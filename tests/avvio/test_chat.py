"""The terminal conversation, and the questions that warm Rasa up, against a stand-in for Rasa."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from bot import warmup
from bot.chat import Conversation, Unavailable, converse

WEBHOOK = "http://127.0.0.1:5005/webhooks/rest/webhook"
BUTTONS = [{"title": "Casellario", "payload": "/scegli{...}"}, {"title": "Carichi pendenti", "payload": "/altro"}]
Handler = Callable[[httpx.Request], httpx.Response]


class Rasa:
    """Remembers what it was sent, and answers with two texts and two buttons."""

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.received.append(json.loads(request.content))
        return httpx.Response(200, json=[{"text": "Di quale?"}, {"text": "Scelga:", "buttons": BUTTONS}])


def conversation(handler: Handler) -> Conversation:
    return Conversation(httpx.Client(transport=httpx.MockTransport(handler)), WEBHOOK)


def test_texts_and_numbered_buttons() -> None:
    assert conversation(Rasa()).send("certificato") == ["Di quale?", "Scelga:", "  [1] Casellario", "  [2] Carichi pendenti"]


def test_a_number_presses_a_button_only_when_there_is_one() -> None:
    rasa = Rasa()
    talk = conversation(rasa)
    for typed in ("2", "2", "3", "0"):
        talk.send(typed)
    assert [message["message"] for message in rasa.received] == ["2", "/altro", "3", "0"]
    assert len({message["sender"] for message in rasa.received}) == 1


def test_it_goes_on_until_the_person_says_goodbye(capsys: pytest.CaptureFixture[str]) -> None:
    rasa, typed = Rasa(), iter(["buongiorno", "Fine", "mai letto"])
    converse(conversation(rasa), lambda prompt: next(typed))
    assert [message["message"] for message in rasa.received] == ["buongiorno"]
    assert "Scelga:" in capsys.readouterr().out


def test_the_end_of_the_input_is_a_goodbye_too() -> None:
    def closed(prompt: str) -> str:
        raise EOFError

    converse(conversation(Rasa()), closed)


def test_a_rasa_that_breaks_is_said() -> None:
    with pytest.raises(Unavailable, match="Rasa non risponde"):
        conversation(lambda request: httpx.Response(500)).send("ciao")


class SlowRasa(Rasa):
    """Its first answers take a second, the others no time."""

    def __init__(self, slow: int) -> None:
        super().__init__()
        self.slow, self.now = slow, 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.now += 1.0 if len(self.received) < self.slow else 0.01
        return super().__call__(request)

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize(("slow", "asked"), [(1, 5), (7, 8), (1000, 20)])
def test_warming_up_ends_with_a_quick_answer_or_gives_up(monkeypatch: pytest.MonkeyPatch, slow: int, asked: int) -> None:
    rasa = SlowRasa(slow)
    client = httpx.Client(transport=httpx.MockTransport(rasa))
    monkeypatch.setattr(warmup.httpx, "Client", lambda **_: client)
    monkeypatch.setattr(warmup, "time", rasa)
    warmup.warm_up(WEBHOOK)
    assert len(rasa.received) == asked
    assert {message["sender"][:13] for message in rasa.received} == {"riscaldamento"}
    assert len({message["message"] for message in rasa.received}) == 5
