"""A process that is killed between two steps: nothing is lost, nothing is said or kept twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.storage import contatti, conversazioni, note
from bot.storage.conversazioni import Messaggio
from bot.storage.database import engine

from .conftest import EVENING, TELEGRAM, WEB, Scena, keys, run

KEY = "chiave-del-messaggio"
BEFORE, AFTER = False, True


def killed(scena: Scena, step: tuple[object, str], after: bool, work: Callable[[], object]) -> None:
    """Do some work in a process of its own that is killed (-9) right before or after a step."""
    child = os.fork()
    if child == 0:
        engine(scena.url).dispose(close=False)  # the connections are the parent's
        module, name = step
        whole = getattr(module, name)

        def last(*arguments: Any, **named: Any) -> Any:
            if after:
                whole(*arguments, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(module, name, last)
        try:
            work()
        finally:
            os._exit(1)  # it should not get here
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "il passo non è stato fatto"
    scena.adesso += timedelta(seconds=20)  # longer than anybody still waits for that process


def answers(scena: Scena, id: str) -> list[Messaggio]:
    (mine,) = [m for m in conversazioni.history(id, url=scena.url) if m.chiave == KEY]
    return conversazioni.answers_to(id, mine.id, url=scena.url)


@pytest.mark.parametrize("id", [WEB, TELEGRAM])
@pytest.mark.parametrize(
    ("name", "after"), [("change_state", BEFORE), ("change_state", AFTER), ("in_state", BEFORE), ("add", AFTER)]
)
def test_asking_for_a_person(scena: Scena, id: str, name: str, after: bool) -> None:
    scena.there("anna")
    scena.says("vorrei una persona", id)
    killed(scena, (conversazioni, name), after, lambda: scena.presses("Sì, passami", id, chiave=KEY))
    again = scena.presses("Sì, passami", id, chiave=KEY)
    assert scena.state(id) == "attesa" and len(run(scena.sportello.waiting())) == 1
    assert answers(scena, id) == again and len(again) == 1 and keys(again)[0] in ("coda", "in_attesa")
    assert [text for who, text in scena.talk(id) if who == "lei"] == ["vorrei una persona", "Sì, passami un operatore"]


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ((conversazioni, "history"), AFTER),
        ((contatti, "add"), BEFORE),
        ((contatti, "add"), AFTER),
        ((conversazioni, "add"), AFTER),
    ],
)
def test_leaving_a_question(scena: Scena, step: tuple[object, str], after: bool) -> None:
    scena.adesso = EVENING
    scena.says("vorrei una persona")
    scena.presses("Lascia una domanda")
    scena.says("Quando riaprite?")
    scena.says("Maria")
    killed(scena, step, after, lambda: scena.says("maria@example.org", chiave=KEY))
    again = scena.says("maria@example.org", chiave=KEY)
    assert keys(again) == ["registrata"] and answers(scena, WEB) == again
    (kept,) = contatti.listed(url=scena.url)
    assert (kept.domanda, kept.nome, kept.recapito) == ("Quando riaprite?", "Maria", "maria@example.org")
    assert scena.says("ciao")[0].chi == "assistente"


@pytest.mark.parametrize("after", [BEFORE, AFTER])
def test_a_step_of_the_question(scena: Scena, after: bool) -> None:
    """What was asked and heard goes together: the question is never taken for the name."""
    scena.adesso = EVENING
    scena.says("vorrei una persona")
    scena.presses("Lascia una domanda")
    killed(scena, (conversazioni, "add" if after else "last_said"), AFTER, lambda: scena.says("Quando riaprite?", chiave=KEY))
    assert keys(scena.says("Quando riaprite?", chiave=KEY)) == ["chiedi_nome"]
    for text in ("salta", "maria@example.org"):
        scena.says(text)
    assert [(c.domanda, c.nome) for c in contatti.listed(url=scena.url)] == [("Quando riaprite?", None)]


@pytest.mark.parametrize("after", [BEFORE, AFTER])
def test_taking_a_conversation(in_queue: Callable[..., Scena], after: bool) -> None:
    scena = in_queue(TELEGRAM)
    killed(scena, (conversazioni, "change_state"), after, lambda: run(scena.sportello.take(TELEGRAM, "anna")))
    told = [text for _, text in scena.talk(TELEGRAM) if "Ora Le risponde una persona" in text]
    assert (scena.state(TELEGRAM), len(told)) == (("operatore", 1) if after else ("attesa", 0))
    assert run(scena.sportello.take(TELEGRAM, "anna"))
    told = [m for m in conversazioni.undelivered("tg", url=scena.url) if "Ora Le risponde una persona" in m.testo]
    assert len(told) == 1


@pytest.mark.parametrize("after", [BEFORE, AFTER])
def test_saying_something(in_queue: Callable[..., Scena], after: bool) -> None:
    scena = in_queue(TELEGRAM)
    run(scena.sportello.take(TELEGRAM, "anna"))

    def say() -> object:
        return run(scena.sportello.say(TELEGRAM, "anna", "Anna", "Eccomi", chiave=KEY))

    killed(scena, (conversazioni, "add"), after, say)
    say()
    assert scena.talk(TELEGRAM).count(("operatore", "Eccomi")) == 1
    assert [m.testo for m in conversazioni.undelivered("tg", url=scena.url)].count("Eccomi") == 1


@pytest.mark.parametrize("after", [BEFORE, AFTER])
@pytest.mark.parametrize("name", ["give_back", "close"])
def test_the_end(in_queue: Callable[..., Scena], name: str, after: bool) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    said = len(scena.talk())
    killed(scena, (conversazioni, "change_state"), after, lambda: run(getattr(scena.sportello, name)(WEB, "anna")))
    assert run(getattr(scena.sportello, name)(WEB, "anna")) is not after
    assert len(scena.talk()) == said + 1 and scena.state() == {"give_back": "bot", "close": "chiusa"}[name]


@pytest.mark.parametrize("after", [BEFORE, AFTER])
def test_the_loop(in_queue: Callable[..., Scena], after: bool) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    scena.adesso += timedelta(minutes=11)
    said = len(scena.talk())
    killed(scena, (conversazioni, "change_state"), after, lambda: run(scena.attese.once()))
    for _ in range(2):
        run(scena.attese.once())
    assert len(scena.talk()) == said + 1 and scena.state() == "bot"


@pytest.mark.parametrize("step", [(contatti, "delete_of"), (note, "delete_of"), (conversazioni, "delete")])
def test_a_deletion_that_was_cut_short_can_be_repeated(in_queue: Callable[..., Scena], step: tuple[object, str]) -> None:
    scena = in_queue()
    run(scena.sportello.note(WEB, "anna", "nota"))
    killed(scena, step, BEFORE, lambda: run(scena.conversations.delete(WEB)))
    run(scena.conversations.delete(WEB))
    assert note.of(WEB, url=scena.url) == [] and scena.state() == "cancellata"
