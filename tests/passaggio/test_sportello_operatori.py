"""The desk's side: the queue, who takes a conversation, what is said and noted, the questions left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.front.incoming import InvalidMessage
from bot.front.sessions import InvalidSession
from bot.passaggio import NonSua
from bot.storage import conversazioni, presenze
from bot.storage.conversazioni import ATTESA, OPERATORE

from .conftest import EVENING, WEB, Scena, run


def test_two_colleagues_at_once(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()

    async def both() -> list[bool]:
        return list(await asyncio.gather(*(scena.sportello.take(WEB, who) for who in ("anna", "bruno", "carla"))))

    won = run(both())
    assert sorted(won) == [False, False, True]
    (held,) = run(scena.sportello.held())
    assert held.conversazione.operatore == ("anna", "bruno", "carla")[won.index(True)]
    assert [who for who, text in scena.talk() if "Ora Le risponde una persona" in text] == ["ufficio"]
    assert scena.counted().count("preso") == 1


def test_two_processes_at_once(in_queue: Callable[..., Scena]) -> None:
    """Below the locks of a process the database decides."""
    scena = in_queue()

    def take(who: str) -> bool:
        return conversazioni.change_state(WEB, (ATTESA,), OPERATORE, scena.adesso, operatore=who, url=scena.url)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, ["anna", "bruno", "carla", "dario"])) == [False, False, False, True]


def test_taken_again_by_the_same_one(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    assert run(scena.sportello.take(WEB, "anna")) and run(scena.sportello.take(WEB, "anna"))
    assert sum("Ora Le risponde una persona" in text for _, text in scena.talk()) == 1


def test_the_queue_in_order_and_who_owes_an_answer(scena: Scena) -> None:
    scena.there("anna")
    for id in ("web:1", "tg:2"):
        scena.says("quanto costa il casellario?", id)
        scena.says("vorrei una persona", id)
        scena.presses("Sì, passami", id)
    scena.adesso += timedelta(seconds=30)
    first, second = run(scena.sportello.waiting())
    assert (first.conversazione.id, first.posto, second.conversazione.id, second.posto) == ("web:1", 1, "tg:2", 2)
    assert first.secondi > second.secondi >= 30 and first.da_rispondere
    assert first.domanda is not None and first.domanda.testo == "quanto costa il casellario?"  # not what all who wait have said
    assert run(scena.sportello.mine("anna")) == []
    run(scena.sportello.take("web:1", "anna"))
    (mine,) = run(scena.sportello.mine("anna"))
    assert mine.conversazione.id == "web:1" and mine.posto is None and mine.da_rispondere
    run(scena.sportello.say("web:1", "anna", "Anna", "Mi dica."))
    (mine,) = run(scena.sportello.mine("anna"))
    assert not mine.da_rispondere and mine.ultimo is not None and mine.ultimo.testo == "Mi dica."
    (only,) = run(scena.sportello.waiting())
    assert (only.conversazione.id, only.posto) == ("tg:2", 1)


def test_a_colleague_may_step_in_uncalled(scena: Scena) -> None:
    scena.says("quanto costa?")
    scena.says("ciao", "int:bruno")
    (case,) = run(scena.sportello.with_assistant())
    assert case.conversazione.id == WEB
    assert run(scena.sportello.take(WEB, "anna", "Anna Rossi")) and scena.state() == "operatore"
    assert "Anna." in scena.talk()[-1][1] and "Rossi" not in scena.talk()[-1][1]
    assert scena.counted() == ["iniziativa"]
    scena.adesso += timedelta(hours=1)
    assert run(scena.sportello.with_assistant()) == []


def test_only_who_has_a_conversation_speaks_in_it(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    for who in ("anna", "bruno"):
        with pytest.raises(NonSua):
            run(scena.sportello.say(WEB, who, who, "Buongiorno"))
    run(scena.sportello.take(WEB, "anna"))
    with pytest.raises(NonSua):
        run(scena.sportello.say(WEB, "bruno", "Bruno", "Buongiorno"))
    assert not run(scena.sportello.give_back(WEB, "bruno")) and not run(scena.sportello.close(WEB, "bruno"))
    assert not run(scena.sportello.take(WEB, "bruno"))
    assert run(scena.sportello.give_back(WEB, "anna")) and scena.state() == "bot"
    with pytest.raises(NonSua):
        run(scena.sportello.say(WEB, "anna", "Anna", "Un'altra cosa"))
    assert not run(scena.sportello.give_back(WEB, "anna"))
    assert [text for who, text in scena.talk() if who == "operatore"] == []


def test_sent_twice_said_once(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    one = run(scena.sportello.say(WEB, "anna", "Anna", "Eccomi", chiave="k" * 12))
    two = run(scena.sportello.say(WEB, "anna", "Anna", "Eccomi", chiave="k" * 12))
    assert one == two and scena.talk().count(("operatore", "Eccomi")) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "a" * 4001])
def test_nothing_or_too_much_is_not_said(in_queue: Callable[..., Scena], text: str) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    with pytest.raises(InvalidMessage):
        run(scena.sportello.say(WEB, "anna", "Anna", text))
    with pytest.raises(InvalidMessage):
        run(scena.sportello.note(WEB, "anna", text))


def test_notes_are_for_colleagues_only(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.note(WEB, "anna", "da richiamare"))
    run(scena.sportello.note(WEB, "bruno", "fatto"))
    transcript = run(scena.sportello.transcript(WEB))
    assert [(n.autore, n.testo) for n in transcript.note] == [("anna", "da richiamare"), ("bruno", "fatto")]
    assert [m.testo for m in transcript.messaggi] == [text for _, text in scena.talk()]
    assert not any("richiamare" in m.testo for m in run(scena.conversations.history(WEB)))


def test_nothing_can_be_done_with_a_deleted_conversation(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    run(scena.conversations.delete(WEB))
    for work in (
        lambda: scena.sportello.say(WEB, "anna", "Anna", "Eccomi"),
        lambda: scena.sportello.take(WEB, "anna"),
        lambda: scena.sportello.note(WEB, "anna", "nota"),
        lambda: scena.sportello.transcript(WEB),
        lambda: scena.sportello.close(WEB),
        lambda: scena.sportello.take("web:mai", "anna"),
    ):
        with pytest.raises(InvalidSession):
            run(work())
    assert run(scena.sportello.held()) == run(scena.sportello.waiting()) == []


def test_waiting_time_is_counted(in_queue: Callable[..., Scena]) -> None:
    from bot.storage import eventi

    scena = in_queue()
    scena.adesso += timedelta(seconds=75)
    run(scena.sportello.take(WEB, "anna"))
    scena.adesso += timedelta(seconds=200)
    run(scena.sportello.close(WEB, "anna"))
    found = eventi.between(scena.adesso - timedelta(days=1), scena.adesso + timedelta(days=1), url=scena.url)
    assert [(e.esito, e.valore, e.canale) for e in found if e.tipo == "passaggio"][-2:] == [
        ("preso", 75, "web"),
        ("chiuso", 200, "web"),
    ]


def test_presence_comes_and_goes(scena: Scena) -> None:
    assert run(scena.sportello.colleagues()) == []
    scena.there("anna", "bruno")
    scena.adesso += timedelta(seconds=60)
    scena.there("anna", available=False)
    assert [(p.account, p.disponibile) for p in run(scena.sportello.colleagues())] == [("anna", False), ("bruno", True)]
    scena.adesso += timedelta(seconds=60)
    assert [p.account for p in run(scena.sportello.colleagues())] == ["anna"]
    run(scena.sportello.absent("anna"))
    assert run(scena.sportello.colleagues()) == [] and presenze.name_of("anna", url=scena.url) is None


def test_the_bell_wakes_the_inbox(scena: Scena) -> None:
    async def story() -> list[bool]:
        with scena.conversations.bell.listening() as inbox:
            woken = []
            await scena.sportello.present("anna", "Anna")
            woken.append(await inbox.wait(1))
            await scena.sportello.present("anna", "Anna")
            woken.append(await inbox.wait(0.05))  # the same as before: no news
            await scena.conversations.say(WEB, "vorrei una persona")
            await inbox.wait(1)
            await scena.sportello.take(WEB, "anna")
            woken.append(await inbox.wait(1))
            return woken

    assert run(story()) == [True, False, True]


def test_questions_left_are_taken_noted_and_closed(scena: Scena) -> None:
    scena.adesso = EVENING
    scena.says("vorrei una persona")
    scena.presses("Lascia una domanda")
    for text in ("Quando riaprite?", "Maria", "maria@example.org"):
        scena.says(text)
    desk = scena.sportello
    (one,) = run(desk.requests())
    assert run(desk.take_request(one.id, "anna")) and not run(desk.take_request(one.id, "bruno"))
    assert not run(desk.close_request(one.id, "bruno")) and not run(desk.release_request(one.id, "bruno"))
    assert run(desk.note_request(one.id, "scritto alle 10")) and not run(desk.note_request(999, "x"))
    found = run(desk.request(one.id))
    assert found is not None and (found.stato, found.operatore, found.nota) == ("in_carico", "anna", "scritto alle 10")
    assert run(desk.release_request(one.id, "anna")) and run(desk.take_request(one.id, "bruno"))
    assert run(desk.close_request(one.id, "bruno")) and run(desk.requests()) == []
    assert not run(desk.take_request(one.id, "anna"))
    assert [c.id for c in run(desk.requests(("chiusa",)))] == [one.id]
    assert run(desk.delete_request(one.id)) and run(desk.request(one.id)) is None
