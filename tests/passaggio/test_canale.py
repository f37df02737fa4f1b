"""The hand-over begins with what Rasa tells of a turn: what the REST channel passes on of a real utterance of Rasa's."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.shared.core.events import BotUttered

from bot.channel import Collector
from bot.dialogue.state import METADATA_KEY, Stato
from bot.front.rasa_client import read_answers
from bot.passaggio.macchina import _wants_a_person
from bot.storage.eventi import PRESENTAZIONE, of_turn


def passed_on(text: str, stato: Stato) -> list[dict[str, Any]]:
    collector = Collector()
    uttered = BotUttered(text, {"buttons": None}, {METADATA_KEY: stato.as_dict(), "utter_action": "utter_risposta"})
    asyncio.run(collector.send_response("web:a", uttered.message()))
    return collector.messages


def test_how_a_turn_ended_reaches_the_front() -> None:
    for stato, wanted in (
        (Stato(esito="operatore"), True),
        (Stato(esito="non_capito", gradino=3), True),
        (Stato(esito="non_capito", gradino=2), False),
        (Stato(esito="risposta", argomento="casellario", voce="casellario.costo"), False),
    ):
        (answer,) = read_answers(passed_on("Ecco.", stato))
        assert answer.dettagli == {n: getattr(stato, n) for n in ("argomento", "voce", "esito", "gradino")}
        assert _wants_a_person(answer.dettagli) is wanted


def test_the_notice_of_the_first_message_is_no_answer() -> None:
    notice, answer = read_answers(passed_on("Sono l'assistente.\n\nPuò parlare con una persona.", Stato(esito="operatore")))
    assert (notice.dettagli, answer.dettagli["esito"]) == ({"esito": PRESENTAZIONE}, "operatore")
    assert not _wants_a_person(notice.dettagli) and of_turn(notice.dettagli) == []
