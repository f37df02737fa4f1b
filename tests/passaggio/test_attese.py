"""What lasts too long ends by itself, once, and in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.front.bell import Bell
from bot.passaggio import Attese
from bot.storage import conversazioni

from .conftest import EVENING, WEB, FakeSettings, Scena, keys, run, titles

LEFT = ["Lascia una domanda", "No, grazie"]


def last_keys(scena: Scena, since: int) -> list[str | None]:
    return keys(conversazioni.history(WEB, url=scena.url)[since:])


def test_who_waits_long_is_told_once_and_then_let_go(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    said = len(scena.talk())
    for minutes in (5, 4):
        scena.wait(minutes)
        scena.there("anna")
    assert last_keys(scena, said) == []
    scena.wait(1.1)
    scena.wait(0.1)
    scena.wait(8)
    assert last_keys(scena, said) == ["attesa_lunga"] and scena.state() == "attesa"
    notice = conversazioni.history(WEB, url=scena.url)[-1]
    assert titles(notice) == ["Aspetto ancora", "Lascia una domanda", "Torno all'assistente"] and "posto 1" in notice.testo
    scena.there("anna")
    scena.wait(2)
    scena.wait(10)
    scena.wait(10)
    assert last_keys(scena, said) == ["attesa_lunga", "attesa_scaduta"] and scena.state() == "bot"
    assert titles(conversazioni.history(WEB, url=scena.url)[-1]) == LEFT
    assert scena.counted()[-1] == "attesa_scaduta"


def test_who_says_they_go_on_waiting_stays(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    said = len(scena.talk())
    for _ in range(3):
        scena.adesso += timedelta(minutes=10.1)
        scena.there("anna")
        run(scena.attese.once())
        assert keys(scena.presses("Aspetto ancora")) == ["in_attesa"]
    assert scena.state() == "attesa" and last_keys(scena, said).count("attesa_lunga") == 3


def test_who_waits_when_the_last_colleague_leaves_is_told_so(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.absent("anna"))
    scena.wait(10.1)
    assert scena.state() == "bot" and last_keys(scena, -1) == ["nessuno"]


def test_who_waits_when_the_office_closes_is_told_so(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    scena.adesso = EVENING
    scena.there("anna")
    run(scena.attese.once())
    assert scena.state() == "bot" and last_keys(scena, -1) == ["fuori_orario"]


def test_a_person_who_falls_silent_gives_the_conversation_back(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    run(scena.sportello.say(WEB, "anna", "Anna", "Mi dica."))
    scena.wait(30)
    assert scena.state() == "operatore"  # it is the public's turn
    scena.says("vorrei sapere se è pronto")
    scena.wait(6)
    scena.says("c'è ancora?")
    scena.wait(9)
    assert scena.state() == "operatore"
    scena.wait(1)
    assert scena.state() == "bot" and last_keys(scena, -1) == ["operatore_muto"]
    assert titles(conversazioni.history(WEB, url=scena.url)[-1]) == LEFT and scena.counted()[-1] == "scaduto"
    assert keys(scena.says("sì")) == ["chiedi_domanda"]


def test_who_takes_a_conversation_and_says_nothing_gives_it_back_too(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    scena.wait(9)
    assert scena.state() == "operatore"
    scena.wait(1.1)
    assert scena.state() == "bot"


def test_a_public_that_has_gone_does_not_keep_a_colleague_busy(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    run(scena.sportello.say(WEB, "anna", "Anna", "Mi dica."))
    scena.wait(59)
    assert scena.state() == "operatore"
    scena.wait(1.1)
    assert scena.state() == "chiusa" and last_keys(scena, -1) == ["abbandonata"]


def test_the_loop_goes_on_after_a_restart_and_a_fault(in_queue: Callable[..., Scena]) -> None:
    """Another process, later: it finds in the database what is due; and the first one's loop outlives a broken database."""
    scena = in_queue()
    scena.adesso += timedelta(minutes=10.1)
    scena.there("anna")
    later = Scena(scena.settings, scena.conoscenza, scena.adesso)

    async def story() -> None:
        waits = Attese(later.passaggio, later.conversations, every=0.01)
        whole = later.passaggio.settings
        later.passaggio.settings = FakeSettings(address="sqlite:////nessuna/cartella/x.db")
        async with waits.running():
            await asyncio.sleep(0.1)
            later.passaggio.settings = whole
            with later.conversations.bell.listening(WEB) as listener:
                assert await listener.wait(5)

    run(story())
    assert last_keys(scena, -1) == ["attesa_lunga"]
    assert isinstance(later.conversations.bell, Bell)
