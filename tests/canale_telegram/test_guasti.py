"""What the network, Telegram and restarts can do: nothing is lost, nothing is answered twice, nothing stops the front."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest
from front.fake_rasa import FakeRasa
from front.servers import free_port, serving
from starlette.responses import Response

from bot.front import conversations
from bot.storage import conversazioni
from bot.storage import telegram as archivio
from bot.storage.conversazioni import ASSISTENTE, Nuovo
from bot.storage.database import ArchivioNonDisponibile
from bot.telegram import calling

from .conftest import Front
from .fake_bot_api import TOKEN, FakeTelegram, broken, error, too_many


def quiet_logs(caplog: pytest.LogCaptureFixture) -> None:
    assert TOKEN not in caplog.text and "api.telegram" not in caplog.text


def test_it_starts_without_a_network_and_begins_when_there_is_one(
    front: Front, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    front.settings.telegram_api_url = f"http://127.0.0.1:{port}"
    with front.running():
        while "connessione interrotta" not in caplog.text:
            pass
        with serving(telegram.app, port):
            telegram.writes("Quanto costa?")
            telegram.hears("€ 3,87")
        with serving(telegram.app, port):  # it goes away, and comes back
            telegram.writes("menu")
            telegram.hears("Di quale servizio")
    assert [t for t in telegram.texts() if "€ 3,87" in t] == [telegram.texts()[1]]
    quiet_logs(caplog)


@pytest.mark.parametrize(
    "fault", [broken, lambda: error(401, "Unauthorized"), lambda: error(409, "Conflict"), too_many(0), lambda: Response("{", 200)]
)
def test_every_fault_while_receiving_passes(
    front: Front, telegram: FakeTelegram, fault, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fails("deleteWebhook", fault)
    telegram.fails("getUpdates", fault, fault)
    telegram.fails("setMyCommands", fault)
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.hears("€ 3,87")
    quiet_logs(caplog)


@pytest.mark.parametrize("fault", [broken, too_many(0), lambda: Response("{", 200), lambda: error(409, "Conflict")])
def test_every_fault_while_sending_passes_and_the_order_stays(front: Front, telegram: FakeTelegram, fault) -> None:
    telegram.fails("sendMessage", fault, fault, lambda: None, fault)
    with front.running():
        telegram.writes("parti")
        telegram.hears("Seconda parte")
    assert ["automatico" in telegram.texts()[0], *telegram.texts()[1:]] == [
        True,
        "Buongiorno! Sono l'assistente.",
        "Seconda parte.",
    ]


def test_a_limit_holds_up_everybody_for_as_long_as_telegram_says(front: Front, telegram: FakeTelegram) -> None:
    telegram.fails("sendMessage", too_many(1))
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: telegram.called("sendMessage"))
        telegram.writes("Quanto costa?", chat=8)
        telegram.hears("€ 3,87", chat=8)
        telegram.hears("€ 3,87")
    names = [name for name, _ in telegram.calls]
    first = names.index("sendMessage")
    assert len(telegram.called("sendMessage")) == 5 and "sendChatAction" in names[first:]  # the refused one, and two for each


def test_a_server_that_hangs_is_given_up_and_asked_again(
    front: Front, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "ANSWER_SECONDS", 0.4)
    telegram.slow = 1.2
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: len(telegram.called("deleteWebhook")) > 1)
        telegram.slow = 0.0
        telegram.hears("€ 3,87")


def test_an_update_sent_again_is_not_answered_again(front: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    with front.running():
        telegram.writes("menu")
        telegram.hears("Di quale servizio")
        telegram.presses("Carichi pendenti")
        telegram.hears("Ecco le informazioni")
        telegram.until(lambda: not archivio.waiting(url=front.url))
        again = list(telegram.confirmed)
    assert len(again) >= 1
    with telegram.lock:
        telegram.updates = again + telegram.updates  # Telegram did not hear that they arrived
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.hears("€ 3,87")
    assert len(rasa.messages) == 3 and len(telegram.answered) == 1
    assert sum("Ecco le informazioni" in t for t in telegram.texts()) == 1


def test_telegram_is_told_only_after_the_update_is_kept(
    front: Front, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = threading.Event()
    down.set()
    keep = archivio.keep

    def faulty(*args, **more):
        if down.is_set():
            raise ArchivioNonDisponibile("OperationalError")
        return keep(*args, **more)

    monkeypatch.setattr(archivio, "keep", faulty)
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: telegram.called("setMyCommands"))
    assert telegram.confirmed == [] and len(telegram.updates) == 1
    down.clear()
    with front.running():
        telegram.hears("€ 3,87")


def test_a_process_that_dies_in_the_middle_goes_on_where_it_was(
    front: Front, telegram: FakeTelegram, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "ABANDONED", timedelta(seconds=1))
    rasa.delay = 3
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: rasa.messages)
    rasa.delay = 0
    with front.running():
        telegram.hears("€ 3,87")
    assert sum("€ 3,87" in t for t in telegram.texts()) == 1
    mine = [m.testo for m in conversazioni.history(front.id(), url=front.url) if m.chi == "lei"]
    assert mine == ["Quanto costa?"]


def test_what_was_not_delivered_is_delivered_after_a_restart(front: Front, telegram: FakeTelegram) -> None:
    telegram.fails("sendMessage", *([broken] * 200))
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: len(conversazioni.undelivered("tg", url=front.url)) == 2)
        telegram.until(lambda: telegram.called("sendMessage"))
    telegram.faults.clear()
    with front.running():
        telegram.hears("€ 3,87")
        telegram.until(lambda: not conversazioni.undelivered("tg", url=front.url))
    assert len(telegram.texts()) == 2


def test_a_long_message_half_sent_goes_on_from_the_part_that_was_missing(front: Front, telegram: FakeTelegram) -> None:
    with front.running():
        telegram.writes("/start")
        telegram.hears("Buongiorno")
        telegram.fails("sendMessage", lambda: None, *([broken] * 200))
        long = "\n".join(f"Riga {n}: {'parola ' * 60}" for n in range(20))
        front.does(front.conversations.post(front.id(), Nuovo(ASSISTENTE, long)))
        telegram.hears("Riga 0")
    telegram.faults.clear()
    with front.running():
        telegram.hears("Riga 19")
    everything = "\n".join(telegram.texts())
    assert [everything.count(f"Riga {n}:") for n in range(20)] == [1] * 20


def test_who_has_blocked_the_assistant_is_left_alone(front: Front, telegram: FakeTelegram) -> None:
    telegram.blocked_by.add(7)
    with front.running():
        telegram.writes("Quanto costa?")
        telegram.until(lambda: telegram.called("sendMessage"))
        telegram.until(lambda: not conversazioni.undelivered("tg", url=front.url) and not archivio.waiting(url=front.url))
        asked = len(telegram.called("sendMessage"))
        member = {"user": {"id": 123456789, "is_bot": True, "first_name": "A"}, "status": "kicked", "until_date": 0}
        change = telegram.message()
        telegram.push(
            "my_chat_member",
            {
                "chat": change["chat"],
                "from": change["from"],
                "date": 1,
                "old_chat_member": {**member, "status": "member"},
                "new_chat_member": member,
            },
        )
        telegram.writes("menu", chat=8)
        telegram.hears("Di quale servizio", chat=8)
    assert asked <= 2 and telegram.texts() == []


def test_what_telegram_refuses_for_ever_does_not_stop_the_rest(front: Front, telegram: FakeTelegram) -> None:
    refused = lambda: error(400, "Bad Request: something")  # noqa: E731
    with front.running():
        telegram.writes("/start")
        telegram.hears("Buongiorno")
        telegram.fails("sendMessage", refused, refused)
        telegram.writes("Quanto costa?")
        telegram.until(lambda: len(telegram.called("sendMessage")) == 3)
        telegram.fails("sendMessage", refused)  # its style only
        telegram.writes("menu")
        telegram.hears("Di quale servizio")
    assert not any("€ 3,87" in t for t in telegram.texts())
    assert telegram.buttons() and "parse_mode" not in telegram.messages[7][-1]


def test_a_fault_inside_is_told_to_the_person(
    front: Front, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with front.running():
        monkeypatch.setattr(front.conversations, "say", None)
        telegram.writes("una cosa segreta")
        telegram.hears("non sono riuscito")
    assert "segreta" not in caplog.text and "TypeError" in caplog.text


def test_strange_updates_do_not_stop_the_rest(front: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    service = telegram.message(new_chat_title="x")
    robot = telegram.message(text="ciao")
    robot["from"]["is_bot"] = True
    with front.running():
        telegram.push("message", service)
        telegram.push("message", robot)
        telegram.push("poll", {"id": "1"})
        telegram.push(
            "callback_query", {"id": "5", "from": robot["from"], "chat_instance": "1", "inline_message_id": "x", "data": "y"}
        )
        telegram.writes("Quanto costa?")
        telegram.hears("€ 3,87")
    assert rasa.messages == ["Quanto costa?"]


# ---- the webhook


@pytest.fixture
def webhook(front: Front, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch):
    """The front at work behind an address that stands for the public one; yields the real address."""
    front.settings.telegram_webhook = "https://assistente.esempio.it"
    with front.running() as address:
        telegram.until(lambda: telegram.called("setMyCommands"))
        assert telegram.webhook is not None
        path = telegram.webhook["url"].removeprefix("https://assistente.esempio.it")
        telegram.webhook["url"] = address + path
        yield address


def test_the_webhook_answers_who_knows_the_secret(webhook: str, front: Front, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    assert telegram.webhook is not None
    assert telegram.webhook["allowed_updates"] == [
        "message",
        "edited_message",
        "channel_post",
        "callback_query",
        "my_chat_member",
    ]
    path = telegram.webhook["url"].removeprefix(webhook)
    assert path.startswith("/telegram/") and len(path) > 60
    update = telegram.writes("Quanto costa?")
    telegram.hears("€ 3,87")
    assert telegram.deliver(update).status_code == 200  # sent again
    for secret in ("", "indovinato", telegram.webhook["secret_token"][:-1]):
        forged = {"update_id": 999, "message": telegram.message(text="forgiato")}
        assert telegram.deliver(forged, secret=secret).status_code == 403
    assert telegram.deliver(update, path=f"{webhook}/telegram/altro").status_code == 404
    assert httpx.get(telegram.webhook["url"], trust_env=False).status_code == 405
    telegram.writes("menu")
    telegram.hears("Di quale servizio")
    assert rasa.messages == ["Quanto costa?", "menu"]


def test_the_webhook_answers_at_once_whatever_the_assistant_does(webhook: str, telegram: FakeTelegram, rasa: FakeRasa) -> None:
    rasa.delay = 3
    assert telegram.webhook is not None
    update = {"update_id": 5, "message": telegram.message(text="Quanto costa?")}
    assert telegram.deliver(update).status_code == 200
    assert not any("€ 3,87" in t for t in telegram.texts())
    telegram.hears("€ 3,87")


def test_the_webhook_refuses_what_is_no_update(webhook: str, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    assert telegram.webhook is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": telegram.webhook["secret_token"]}

    def post(content: bytes) -> int:
        return httpx.post(telegram.webhook["url"], content=content, headers=headers, trust_env=False).status_code

    assert [post(b"{"), post(b"[]"), post(b'{"message": 3}'), post(b"x" * 1_100_000)] == [400, 200, 200, 413]

    def faulty(*args, **more):
        raise ArchivioNonDisponibile("OperationalError")

    monkeypatch.setattr(archivio, "keep", faulty)
    assert telegram.deliver({"update_id": 5, "message": telegram.message(text="ciao")}).status_code == 503
