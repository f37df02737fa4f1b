"""Conversations by Telegram through real HTTP: the library's client, a server that speaks the Bot API, a Rasa with fixed answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from front.fake_rasa import FakeRasa

from bot.storage import conversazioni
from bot.storage import telegram as archivio
from bot.storage.conversazioni import ATTESA, CANCELLATA, OPERATORE, PERSONA, Nuovo
from bot.telegram import inbox

from .conftest import Front
from .fake_bot_api import TOKEN, FakeTelegram, error


def test_the_first_answer_comes_after_the_notice(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("Quanto costa?")
    telegram.hears("€ 3,87")
    notice, answer = telegram.texts()
    assert "sistema automatico" in notice and "server di Telegram" in notice and "112" in notice
    assert answer.startswith("Il certificato costa:\n• € 16,00") and "<i>Fonte: Carta dei servizi" in answer
    assert rasa.received == [{"sender": running.id(), "message": "Quanto costa?"}]
    telegram.writes("e poi?")
    telegram.hears("Non ho capito")
    assert len(telegram.texts()) == 3  # the notice was said once
    assert telegram.called("sendChatAction")[0]["action"] == "typing"
    assert all(m["link_preview_options"] == {"is_disabled": True} for m in telegram.messages[7])


def test_commands_are_registered_and_answered(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("/start ciao")
    telegram.hears("sistema automatico", "Buongiorno")
    telegram.writes("/help")
    telegram.hears("Do informazioni", "0165.306.254")
    telegram.writes("/privacy@assistente_prova_bot")
    telegram.hears("7 giorni dopo l'ultimo messaggio", "24 ore")
    telegram.writes("/operatore")
    telegram.until(lambda: rasa.messages)
    assert rasa.messages == ["vorrei parlare con una persona"]
    telegram.writes("/altro comando")
    telegram.until(lambda: len(rasa.messages) == 2)
    assert not rasa.messages[1].startswith("/")
    (commands,) = telegram.called("setMyCommands")
    assert [c["command"] for c in commands["commands"]] == ["start", "aiuto", "operatore", "privacy", "cancella"]


def test_a_button_is_answered_and_marked(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("menu")
    telegram.hears("Di quale servizio")
    assert telegram.buttons() == ["Casellario giudiziale", "Carichi pendenti", "Copie di atti e diritti di copia"]
    asked = telegram.messages[7][-1]
    token = asked["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
    telegram.presses("Carichi pendenti")
    telegram.hears("Ecco le informazioni")
    assert rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'
    telegram.until(lambda: asked["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ Carichi pendenti")
    telegram.until(lambda: len(telegram.answered) == 1)
    telegram.push("callback_query", telegram.query(token, asked["message_id"]))  # pressed twice before it was marked
    telegram.presses("✓ Carichi pendenti")
    telegram.until(lambda: len(telegram.answered) == 3)
    assert "già" in telegram.answered[-1]["text"]
    telegram.writes("fine")
    telegram.hears("Non ho capito")
    assert sum("Ecco le informazioni" in t for t in telegram.texts()) == 1


def test_a_foreign_or_old_button_gets_an_answer(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("menu", chat=8)
    telegram.hears("Di quale servizio", chat=8)
    foreign = telegram.messages[8][-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    telegram.push("callback_query", telegram.query(foreign, 1))
    telegram.push("callback_query", telegram.query('/scegli{"voce": "casellario"}', 1))
    telegram.until(lambda: sum("non è più disponibile" in t for t in telegram.texts()) == 2)
    assert len(telegram.answered) == 2 and len(rasa.messages) == 1


def test_who_is_gone_is_gone_and_may_come_back(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("menu")
    telegram.hears("Di quale servizio")
    telegram.writes("/cancella")
    telegram.hears("Ho cancellato")
    found = conversazioni.get(running.id(), url=running.url)
    assert found and found.stato == CANCELLATA
    assert conversazioni.history(running.id(), url=running.url) == []
    assert archivio.contact(running.id(), url=running.url) is None
    telegram.presses("Casellario giudiziale")
    telegram.hears("non è più disponibile")
    telegram.writes("Quanto costa?")
    telegram.hears("€ 3,87")
    assert sum("sistema automatico" in t for t in telegram.texts()) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}, "vedere immagini"),
        ({"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}}, "vedere immagini"),
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}, "messaggi vocali"),
        ({"document": {"file_id": "f", "file_unique_id": "u"}}, "aprire documenti"),
        ({"location": {"latitude": 45.7, "longitude": 7.3}}, "posizioni"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contatti"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "soltanto i messaggi scritti"),
    ],
)  # fmt: skip
def test_what_is_no_text_gets_a_polite_answer(
    running: Front, telegram: FakeTelegram, rasa: FakeRasa, content: dict, said: str
) -> None:
    for _ in range(3):  # an album
        telegram.push("message", telegram.message(**content))
    telegram.writes("Quanto costa?")
    telegram.hears("€ 3,87")
    assert sum(said in t for t in telegram.texts()) == 1
    assert len(rasa.messages) == 1


def test_words_under_a_picture_are_read(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    telegram.push("message", telegram.message(photo=photo, caption="quanto costa questo?"))
    telegram.hears("€ 3,87")
    assert rasa.messages == ["quanto costa questo?"] and any("vedere immagini" in t for t in telegram.texts())


def test_an_edit_is_no_new_question(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.push("edited_message", telegram.message(text="quanto costa?", edit_date=5))
    telegram.hears("prima della modifica")
    assert rasa.messages == []


def test_groups_and_channels_are_left(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.push("message", telegram.message(-50, "supergroup", text="/start"))
    telegram.hears("chat private", chat=-50)
    telegram.fails("sendMessage", lambda: error(400, "Bad Request: need administrator rights"))
    telegram.push("channel_post", telegram.message(-60, "channel", text="annuncio"))
    telegram.until(lambda: len(telegram.called("leaveChat")) == 2)
    assert [c["chat_id"] for c in telegram.called("leaveChat")] == ["-50", "-60"]
    assert len(telegram.texts(-50)) == 1 and rasa.messages == []
    assert conversazioni.count(url=running.url) == 0


def test_too_long_and_empty_messages(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    telegram.writes("a" * 1500)
    telegram.hears("1500 caratteri e il massimo è 1000")
    telegram.writes("\u200b")
    telegram.hears("vuoto")
    assert not any("Invia" in t for t in telegram.texts()) and rasa.messages == []


def test_an_assistant_that_is_down_says_so(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    rasa.broken = True
    telegram.writes("Quanto costa?")
    telegram.hears("non risponde", "0165.306.254")
    telegram.writes("menu")
    telegram.until(lambda: len(rasa.messages) > 3)
    rasa.broken = False
    telegram.hears("Di quale servizio")  # both are answered, in their order, and it was said once that it would take a while
    assert ["non risponde" in t for t in telegram.texts()] == [False, True, False, False]
    assert "€ 3,87" in telegram.texts()[2]
    mine = [m.testo for m in conversazioni.history(running.id(), url=running.url) if m.chi == "lei"]
    assert mine == ["Quanto costa?", "menu"]


def test_it_does_not_wait_for_ever(
    running: Front, telegram: FakeTelegram, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.broken = True
    monkeypatch.setattr(inbox, "PATIENCE", timedelta(seconds=1))
    telegram.writes("Quanto costa?")
    telegram.hears("non sono riuscito", "0165.306.254")
    telegram.until(lambda: not archivio.waiting(url=running.url))


def test_deleting_does_not_wait_for_an_assistant_that_is_down(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    rasa.broken = True
    telegram.writes("Quanto costa?")
    telegram.hears("non risponde")
    telegram.writes("/cancella")
    telegram.hears("Ho cancellato")
    rasa.broken = False
    telegram.writes("menu")
    telegram.hears("Di quale servizio")
    assert not any("€ 3,87" in t for t in telegram.texts())


def test_each_chat_in_its_order_and_none_waits_for_another(running: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    rasa.delay = 0.3
    for number in range(3):
        for chat in (7, 8, 9):
            telegram.writes(f"domanda {number}", chat=chat)
    telegram.until(lambda: all(sum("Non ho capito" in t for t in telegram.texts(c)) == 3 for c in (7, 8, 9)))
    for chat in (7, 8, 9):
        mine = [r["message"] for r in rasa.received if r["sender"] == running.id(chat)]
        assert mine == ["domanda 0", "domanda 1", "domanda 2"]
    senders = [r["sender"] for r in rasa.received]
    assert len(set(senders[:3])) == 3  # the three began side by side


def test_nobody_is_named_in_the_database_nor_in_the_log(
    running: Front, telegram: FakeTelegram, rasa: FakeRasa, caplog: pytest.LogCaptureFixture, tmp_path
) -> None:
    caplog.set_level("DEBUG")
    rasa.delay = 0.5
    telegram.writes("Quanto costa la mia domanda riservata?", chat=918273645)
    telegram.until(lambda: archivio.waiting(url=running.url))
    telegram.hears("€ 3,87", chat=918273645)
    telegram.until(lambda: not archivio.waiting(url=running.url))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("assistente.db*"))
    for secret in (b"918273645", b"mariorossi", b"Mario"):
        assert secret not in stored
    for secret in ("918273645", "mariorossi", "riservata", TOKEN):
        assert secret not in caplog.text


class Clerk:
    """A hand-over in which a person has everything."""

    attivo = True

    async def before(self, conversazione, testo):
        return []

    async def chosen(self, conversazione, payload):
        return None

    async def after(self, conversazione, testo, answers):
        return []


def test_a_person_of_the_office_answers_under_their_name_also_after_a_restart(
    front: Front, telegram: FakeTelegram, rasa: FakeRasa
) -> None:
    front.handover = Clerk()
    with front.running():
        telegram.writes("Vorrei una persona")
        telegram.hears("sistema automatico")
        telegram.until(lambda: not archivio.waiting(url=front.url))
    adesso = front.clock()
    assert conversazioni.change_state(front.id(), ["bot"], ATTESA, adesso, url=front.url)
    assert conversazioni.change_state(front.id(), [ATTESA], OPERATORE, adesso, operatore="rey", url=front.url)
    conversazioni.add(
        front.id(), [Nuovo(PERSONA, "Buongiorno, mi dica <tutto>.", nome="Anna")], adesso, consegnato=False, url=front.url
    )
    with front.running():
        telegram.hears("<b>Anna (Procura di Aosta)</b>", "mi dica &lt;tutto&gt;.")
        front.does(front.conversations.post(front.id(), Nuovo(PERSONA, "Ecco.", nome="Anna")))
        telegram.hears("Ecco.")
        before = len(telegram.called("sendChatAction"))
        telegram.writes("Grazie")
        telegram.until(lambda: not archivio.waiting(url=front.url))
    assert rasa.messages == [] and len(telegram.called("sendChatAction")) == before
