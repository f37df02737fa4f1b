"""The conversations in both databases: what is kept together, what happens once, what is deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, List

import pytest

from bot.storage import conversazioni, eventi
from bot.storage.conversazioni import (
    ASSISTENTE,
    ATTESA,
    BOT,
    CANCELLATA,
    LEI,
    OPERATORE,
    PERSONA,
    UFFICIO,
    DoppioMessaggio,
    Messaggio,
    Nuovo,
    Scelta,
)
from bot.storage.eventi import Conteggio

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
SOON = NOW + timedelta(minutes=1)
ID = "web:prova"


@pytest.fixture
def talk(url: str) -> str:
    conversazioni.open(ID, NOW, url=url)
    return url


def add(url: str, *messages: Nuovo, **more: Any) -> List[Messaggio]:
    return conversazioni.add(ID, messages, SOON, url=url, **more)


def counted(url: str) -> List[str]:
    found = eventi.between(NOW - timedelta(days=1), NOW + timedelta(days=1), url=url)
    return [f"{e.tipo} {e.canale} {e.voce} {e.esito}" for e in found]


def test_opening_is_made_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: conversazioni.open(ID, NOW, url=url), range(8)))
    assert len(set(made)) == 1 and conversazioni.count(url=url) == 1
    assert (made[0].canale, made[0].stato, made[0].ultima) == ("web", BOT, NOW)


def test_an_answer_and_what_goes_with_it(talk: str) -> None:
    [asked] = add(talk, Nuovo(ASSISTENTE, "Quale?", scelte=(Scelta("A", "tokenA_-", "/p"), Scelta("B", "tokenB%", "/q"))))
    [mine] = add(talk, Nuovo(LEI, "A", chiave="chiave01"))
    assert mine.consegnato is None and asked.consegnato == SOON
    [answer] = add(
        talk,
        Nuovo(ASSISTENTE, "Ecco.", risponde_a=mine.id, dettagli={"voce": "a.b"}),
        risposto=mine.id,
        usata=(asked.id, "tokenA_-"),
        conteggi=[Conteggio("risposta", voce="a.b", esito="risposta")],
    )
    assert conversazioni.answers_to(ID, mine.id, url=talk) == [answer]
    kept = conversazioni.by_key(ID, "chiave01", url=talk)
    assert kept is not None and kept.consegnato == SOON
    assert [m.scelta for m in conversazioni.history(ID, url=talk)] == ["tokenA_-", None, None]
    assert counted(talk) == ["risposta web a.b risposta"]
    found = conversazioni.get(ID, url=talk)
    assert found is not None and found.ultima == SOON


def test_nothing_is_kept_of_what_cannot_be_kept_whole(talk: str) -> None:
    add(talk, Nuovo(LEI, "uno", chiave="chiave01"))
    with pytest.raises(DoppioMessaggio):
        add(talk, Nuovo(LEI, "due", chiave="chiave02"), Nuovo(LEI, "uno", chiave="chiave01"), conteggi=[Conteggio("risposta")])
    assert [m.testo for m in conversazioni.history(ID, url=talk)] == ["uno"] and counted(talk) == []
    with pytest.raises(KeyError):
        conversazioni.add("web:manca", [Nuovo(LEI, "x")], SOON, url=talk)


def test_one_key_for_many_at_once(talk: str) -> None:
    def attempt(number: int) -> bool:
        try:
            return bool(add(talk, Nuovo(LEI, "uno", chiave="chiave01")))
        except DoppioMessaggio:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_message_left_unanswered_is_taken_up_by_one(talk: str) -> None:
    [mine] = add(talk, Nuovo(LEI, "uno", chiave="chiave01"))
    with ThreadPoolExecutor(4) as pool:
        later = [SOON + timedelta(seconds=n) for n in range(1, 9)]
        assert sum(pool.map(lambda at: conversazioni.take_up(mine, at, url=talk), later)) == 1
    add(talk, Nuovo(ASSISTENTE, "Ecco."), risposto=mine.id)
    answered = conversazioni.by_key(ID, "chiave01", url=talk)
    assert answered is not None and not conversazioni.take_up(answered, SOON, url=talk)


def test_a_button_is_found_by_its_whole_token_and_in_its_conversation_only(talk: str) -> None:
    conversazioni.open("web:altra", NOW, url=talk)
    for number in range(3):
        add(talk, Nuovo(ASSISTENTE, "Quale?", scelte=(Scelta("A", f"token_{number}", f"/p{number}"),)))
    found = conversazioni.choice(ID, "token_1", url=talk)
    assert found is not None and found[1].payload == "/p1"
    for token in ("token_", "token%1", "tokenX1", "/p1", "A", "", '"', "\\", "è", "titolo"):
        assert conversazioni.choice(ID, token, url=talk) is None
    assert conversazioni.choice("web:altra", "token_1", url=talk) is None


def test_history_begins_after_a_message_and_keeps_the_newest(talk: str) -> None:
    made = add(talk, *(Nuovo(ASSISTENTE, str(n)) for n in range(6)))
    assert [m.testo for m in conversazioni.history(ID, dopo=made[3].id, url=talk)] == ["4", "5"]
    assert [m.testo for m in conversazioni.history(ID, limite=2, url=talk)] == ["4", "5"]
    assert conversazioni.history("web:altra", url=talk) == []


def test_the_outbox_has_what_the_channel_was_not_given_and_no_words_of_the_person(url: str) -> None:
    for id in ("tg:a", "web:b"):
        conversazioni.open(id, NOW, url=url)
    conversazioni.add("web:b", [Nuovo(ASSISTENTE, "altrove")], SOON, url=url, consegnato=False)
    sent = [Nuovo(LEI, "domanda"), Nuovo(ASSISTENTE, "prima"), Nuovo(UFFICIO, "seconda")]
    conversazioni.add("tg:a", sent, SOON, url=url, consegnato=False)
    waiting = conversazioni.undelivered("tg", url=url)
    assert [m.testo for m in waiting] == ["prima", "seconda"]
    assert [conversazioni.delivered(waiting[0].id, SOON, url=url) for _ in range(2)] == [True, False]
    assert [m.testo for m in conversazioni.undelivered("tg", url=url)] == ["seconda"]


def test_a_change_of_state_is_of_one(talk: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        accounts = [f"operatore{n}" for n in range(4)]
        won = list(
            pool.map(lambda a: conversazioni.change_state(ID, (BOT, ATTESA), OPERATORE, SOON, operatore=a, url=talk), accounts)
        )
    found = conversazioni.get(ID, url=talk)
    assert sum(won) == 1 and found is not None and found.operatore == accounts[won.index(True)] and found.dal == SOON
    assert [c.id for c in conversazioni.in_state([OPERATORE], url=talk)] == [ID]
    with pytest.raises(ValueError, match="sconosciuto"):
        conversazioni.change_state(ID, (OPERATORE,), "altro", SOON, url=talk)


def test_the_name_shown_is_the_last(talk: str) -> None:
    assert conversazioni.last_name(ID, url=talk) is None
    add(talk, Nuovo(PERSONA, "Buongiorno", nome="Anna"), Nuovo(UFFICIO, "Avviso"))
    assert conversazioni.last_name(ID, url=talk) == "Anna"
    add(talk, Nuovo(UFFICIO, "Ora risponde Bruno.", nome="Bruno"), Nuovo(LEI, "Grazie"))  # taken, and nothing written yet
    assert conversazioni.last_name(ID, url=talk) == "Bruno"


def test_a_rating_is_counted_when_it_changes(talk: str) -> None:
    [mine] = add(talk, Nuovo(LEI, "domanda"))
    [answer] = add(talk, Nuovo(ASSISTENTE, "Ecco.", dettagli={"argomento": "a", "voce": "a.b", "esito": "risposta"}))

    def rate(message: int, useful: bool, id: str = ID) -> bool:
        return conversazioni.rate(id, message, useful, "perché sì", SOON, url=talk)

    assert [rate(answer.id, True), rate(answer.id, True), rate(answer.id, False)] == [True, True, True]
    assert counted(talk) == ["valutazione web a.b utile", "valutazione web a.b non_utile"]
    assert not rate(mine.id, True) and not rate(answer.id, True, "web:altra") and not rate(999, True)
    [_, kept] = conversazioni.history(ID, url=talk)
    assert (kept.utile, kept.motivo) == (False, "perché sì")


def test_what_is_deleted_is_gone_and_its_id_is_refused(talk: str) -> None:
    made = add(talk, Nuovo(LEI, "uno", chiave="chiave01"), Nuovo(ASSISTENTE, "due"))
    assert conversazioni.delete(ID, SOON, url=talk) == 2
    found = conversazioni.get(ID, url=talk)
    assert found is not None and found.stato == CANCELLATA and conversazioni.history(ID, url=talk) == []
    with pytest.raises(KeyError):
        add(talk, Nuovo(LEI, "tre"))
    conversazioni.revive(ID, SOON, url=talk)
    [new] = add(talk, Nuovo(LEI, "uno", chiave="chiave01"))
    assert new.id > made[-1].id  # readers ask what came after theirs


def test_the_purge_takes_what_is_idle_and_leaves_who_is_with_somebody(url: str) -> None:
    for n, id in enumerate(("web:vecchia", "web:servita", "web:dimenticata", "web:nuova")):
        conversazioni.open(id, NOW - timedelta(days=9), url=url)
        at = NOW if id == "web:nuova" else NOW - timedelta(days=5)
        conversazioni.add(id, [Nuovo(LEI, f"parole {n}")], at, url=url)
    for id, days in (("web:servita", 0), ("web:dimenticata", 5)):
        conversazioni.change_state(id, (BOT,), OPERATORE, NOW - timedelta(days=days), url=url)
    assert conversazioni.purge(NOW - timedelta(days=1), url=url) == 2
    left = [id for id in ("web:vecchia", "web:servita", "web:dimenticata", "web:nuova") if conversazioni.get(id, url=url)]
    assert left == ["web:servita", "web:nuova"]
    assert [len(conversazioni.history(id, url=url)) for id in ("web:vecchia", "web:servita", "web:nuova")] == [0, 1, 1]
    assert conversazioni.purge(NOW - timedelta(days=1), url=url) == 0
