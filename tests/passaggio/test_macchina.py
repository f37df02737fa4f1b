"""From the assistant to a person and back, as the public lives it; on both kinds of database, on the web and on Telegram."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.storage import conversazioni

from .conftest import EVENING, HOLIDAY, TELEGRAM, WEB, Scena, keys, run, titles

OFFERED = ["Sì, passami un operatore", "Lascia una domanda", "No, grazie"]


@pytest.mark.parametrize("id", [WEB, TELEGRAM])
def test_there_and_back(scena: Scena, id: str) -> None:
    scena.there("anna")
    answer, offer = scena.says("vorrei una persona", id)
    assert answer.chi == "assistente" and (offer.chi, keys([offer]), titles(offer)) == ("ufficio", ["offerta"], OFFERED)
    (queued,) = scena.presses("Sì, passami", id)
    assert scena.state(id) == "attesa" and keys([queued]) == ["coda"] and "al posto 1" in queued.testo
    asked = len(scena.rasa.heard)
    assert scena.says("mi serve un certificato", id) == []  # who waits has just been told where they stand
    assert run(scena.sportello.take(id, "anna"))
    assert scena.says("è urgente", id) == []
    run(scena.sportello.say(id, "anna", "Anna Rossi", "Buongiorno, mi dica."))
    assert len(scena.rasa.heard) == asked, "l'assistente tace"
    (back,) = scena.says("basta, grazie", id)
    assert scena.state(id) == "bot" and keys([back]) == ["tornato"]
    assert scena.says("quanto costa?", id)[0].chi == "assistente"
    assert [who for who, _ in scena.talk(id)] == (
        [
            "lei",
            "assistente",
            "ufficio",
            "lei",
            "ufficio",
            "lei",
            "ufficio",
            "lei",
            "operatore",
            "lei",
            "ufficio",
            "lei",
            "assistente",
        ]
    )
    assert ("operatore", "Buongiorno, mi dica.") in scena.talk(id)
    assert scena.counted() == ["offerto", "richiesto", "preso", "terminato"]


def test_what_a_channel_still_has_to_deliver_is_all_that_was_said_to_it(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue(TELEGRAM)
    run(scena.sportello.take(TELEGRAM, "anna"))
    run(scena.sportello.say(TELEGRAM, "anna", "Anna", "Eccomi."))
    run(scena.sportello.give_back(TELEGRAM, "anna"))
    said = [m.id for m in conversazioni.history(TELEGRAM, url=scena.url) if m.chi != "lei"]
    assert [m.id for m in conversazioni.undelivered("tg", url=scena.url) if m.chi != "lei"] == said and len(said) == 6


def test_the_person_sees_who_speaks(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    said = run(scena.sportello.say(WEB, "anna", "Anna Rossi", "Eccomi."))
    assert (said.chi, said.nome) == ("operatore", "Anna")
    assert "una persona dell'ufficio: Anna." in scena.talk()[-2][1]
    conversazione = conversazioni.get(WEB, url=scena.url)
    assert conversazione is not None and run(scena.sportello.shown_name(conversazione)) == "Anna"
    scena.rules(mostra_nome=False)
    assert run(scena.sportello.say(WEB, "anna", "Anna Rossi", "Eccomi.")).nome == "Operatore"
    assert run(scena.sportello.shown_name(conversazione)) == "Operatore"


def test_the_third_message_not_understood_offers_a_person_and_not_the_fourth(scena: Scena) -> None:
    scena.there("anna")
    assert [keys(scena.says("xyz")) for _ in range(4)] == [[None], [None], [None, "offerta"], [None]]


@pytest.mark.parametrize(
    ("typed", "state"), [("sì", "attesa"), ("operatore", "attesa"), ("no grazie", "bot"), ("lascia una domanda", "bot")]
)
def test_the_offer_answered_by_typing(scena: Scena, typed: str, state: str) -> None:
    scena.there("anna")
    scena.says("vorrei una persona")
    (answer,) = scena.says(typed)
    assert answer.chi == "ufficio" and scena.state() == state


def test_something_else_typed_at_the_offer_is_for_the_assistant(scena: Scena) -> None:
    scena.there("anna")
    scena.says("vorrei una persona")
    assert scena.says("quanto costa?")[0].chi == "assistente"
    assert scena.says("sì")[0].chi == "assistente"  # the offer is no longer the last thing said


def test_nobody_there(scena: Scena) -> None:
    _, message = scena.says("vorrei una persona")
    assert keys([message]) == ["nessuno"] and titles(message) == OFFERED[1:] and scena.state() == "bot"
    scena.there("anna", available=False)
    assert keys(scena.says("vorrei una persona"))[1] == "nessuno"
    scena.there("anna")
    scena.adesso += timedelta(minutes=3)  # whose computer went off without a word
    assert keys(scena.says("vorrei una persona"))[1] == "nessuno"


def test_out_of_hours_and_on_holidays(scena: Scena) -> None:
    scena.adesso = EVENING
    scena.there("anna")
    _, message = scena.says("vorrei una persona")
    assert keys([message]) == ["fuori_orario"] and "riapre sabato 21 novembre alle 8.30" in message.testo
    scena.adesso = HOLIDAY
    scena.there("anna")
    _, message = scena.says("vorrei una persona")
    assert keys([message]) == ["chiusura"] and "festa nazionale" in message.testo and "riapre" in message.testo
    assert scena.counted() == ["fuori_orario", "chiusura"]


def test_an_office_without_hand_over(scena: Scena) -> None:
    scena.there("anna")
    scena.rules(attivo=False)
    _, message = scena.says("vorrei una persona")
    assert keys([message]) == ["non_attivo"] and titles(message) == OFFERED[1:]
    leaves = scena.conoscenza.passaggio.foglie
    quiet = leaves.copy(update={"non_attivo": leaves.non_attivo.copy(update={"lascia_domanda": False})})
    scena.rules(attivo=False, foglie=quiet)
    assert titles(scena.says("vorrei una persona")[1]) == []


def test_the_office_closes_between_the_offer_and_the_answer(scena: Scena) -> None:
    scena.there("anna")
    scena.says("vorrei una persona")
    scena.adesso = EVENING
    scena.there("anna")
    (message,) = scena.presses("Sì, passami")
    assert keys([message]) == ["fuori_orario"] and scena.state() == "bot"


def test_all_busy(scena: Scena) -> None:
    scena.rules(per_operatore=1)
    scena.there("anna")
    for number, key in enumerate(("coda", "occupati", "occupati"), start=1):
        id = f"web:{number}"
        scena.says("vorrei una persona", id)
        (message,) = scena.presses("Sì, passami", id)
        assert keys([message]) == [key] and f"al posto {number}" in message.testo
    run(scena.sportello.take("web:1", "anna"))
    scena.adesso += timedelta(minutes=3)
    scena.there("anna")
    (message,) = scena.says("ci siete?", "web:3")
    assert keys([message]) == ["in_attesa"] and "al posto 2" in message.testo


def test_out_of_the_queue(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    (message,) = scena.says("non mi serve più")
    assert keys([message]) == ["coda_lasciata"] and scena.state() == "bot"
    assert keys(scena.presses("Torno all'assistente")) == ["gia_assistente"]  # an old button
    assert scena.counted()[-1] == "rinunciato"


def test_old_buttons_of_the_assistant_do_not_make_it_speak_over_a_person(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    heard = len(scena.rasa.heard)
    scena.presses("Casellario")
    run(scena.sportello.take(WEB, "anna"))
    assert scena.presses("Casellario") == [] and scena.presses("Lascia una domanda") == [] and scena.presses("Sì, passami") == []
    assert len(scena.rasa.heard) == heard and scena.state() == "operatore"
    run(scena.sportello.close(WEB, "anna"))
    assert scena.presses("Casellario")[0].chi == "assistente" and scena.state() == "bot"


def test_who_writes_after_the_end_has_the_assistant(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    run(scena.sportello.take(WEB, "anna"))
    assert run(scena.sportello.close(WEB, "anna")) and scena.state() == "chiusa"
    assert scena.says("quanto costa?")[0].chi == "assistente" and scena.state() == "bot"


def test_pressing_twice_keeps_one_place(in_queue: Callable[..., Scena]) -> None:
    scena = in_queue()
    assert keys(scena.presses("Sì, passami")) == ["in_attesa"]
    assert len(run(scena.sportello.waiting())) == 1 and scena.counted().count("richiesto") == 1


def test_a_command_of_the_channel_is_the_same_door_also_when_the_assistant_is_down(scena: Scena) -> None:
    scena.there("anna")
    (message,) = run(scena.conversations.command(TELEGRAM, "/operatore", "passaggio:operatore"))
    assert keys([message]) == ["coda"] and scena.state(TELEGRAM) == "attesa" and scena.rasa.heard == []


def test_colleagues_in_their_own_chat_are_not_handed_over(scena: Scena) -> None:
    scena.there("anna")
    assert keys(scena.says("vorrei una persona", "int:bruno")) == [None]


@pytest.mark.parametrize("held", [False, True])
def test_delete_my_data_is_heard_also_by_a_silent_assistant(in_queue: Callable[..., Scena], held: bool) -> None:
    scena = in_queue()
    if held:
        run(scena.sportello.take(WEB, "anna"))
        run(scena.sportello.note(WEB, "anna", "vive a Cogne"))
    assert [m.testo for m in scena.says("cancella i miei dati")] == ["Ho cancellato tutto."]
    assert scena.state() == "bot" and run(scena.sportello.transcript(WEB)).note == []
    assert not any("persona" in text for _, text in scena.talk())
