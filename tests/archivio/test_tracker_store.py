"""Rasa's store with deletion, made as Rasa makes it: from endpoints.yml, with a file."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered
from rasa.utils.endpoints import read_endpoint_config
from sqlalchemy.exc import OperationalError

from bot.front.rasa_client import ERASE_MARK
from bot.settings import ROOT
from bot.tracker_store import MARK, ErasingTrackerStore

SECRET = "mi chiamo Ettore Vuillermoz"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversazioni.db"


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> ErasingTrackerStore:
    monkeypatch.setenv("TRACKER_DB", str(path))
    monkeypatch.setenv("ACTIONS_PORT", "5055")
    made = TrackerStore.create(read_endpoint_config(str(ROOT / "endpoints.yml"), "tracker_store"), Domain.empty())
    assert type(made) is ErasingTrackerStore
    return made


def rows(path: Path, sender: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()[0])
    finally:
        connection.close()


async def turn(store: TrackerStore, sender: str, text: str, *replies: Event) -> None:
    """What Rasa's processor does with a message: fetch, add, save."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        tracker.update_with_events(
            [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], store.domain
        )
    tracker.update_with_events(
        [UserUttered(text, parse_data={"intent": {"name": "x"}}), ActionExecuted("utter_risposta")], store.domain
    )
    tracker.update_with_events([*replies, ActionExecuted("action_listen")], store.domain)
    await store.save(tracker)


def said(text: str, **metadata: Any) -> BotUttered:
    return BotUttered(text, metadata={"stato": {}, **metadata})


ERASED = [
    said("Cancellato.", cancella_conversazione=True),
    BotUttered("Cancellato.", data={"custom": {"cancella_conversazione": True}}),
]


def test_the_front_and_rasa_mean_the_same_mark() -> None:
    assert MARK == ERASE_MARK


def test_it_keeps_conversations_as_rasa_does(store: ErasingTrackerStore, path: Path) -> None:
    run(turn(store, "web:a", "buongiorno", said("Buongiorno!")))
    run(turn(store, "web:a", "quanto costa?", said("€ 3,87.")))
    assert rows(path, "web:a") == 3 + 4 + 4
    tracker = run(store.retrieve("web:a"))
    assert [e.text for e in tracker.events if isinstance(e, UserUttered)] == ["buongiorno", "quanto costa?"]
    assert run(store.keys()) == ["web:a"]
    assert len(run(store.retrieve_full_tracker("web:a")).events) == 11


@pytest.mark.parametrize("reply", ERASED, ids=["metadati", "custom"])
def test_nothing_is_left_of_a_conversation_that_asks_to_go(store: ErasingTrackerStore, path: Path, reply: BotUttered) -> None:
    run(turn(store, "web:a", SECRET, said("Piacere.")))
    run(turn(store, "web:b", "buongiorno", said("Buongiorno!")))
    assert SECRET.encode() in path.read_bytes()
    run(turn(store, "web:a", "cancella i miei dati", reply, said("Altro?")))
    assert rows(path, "web:a") == 0 and rows(path, "web:b") == 7
    assert not any(SECRET.encode() in file.read_bytes() for file in path.parent.iterdir())  # overwritten, not only let go
    assert run(store.retrieve("web:a")) is None and run(store.exists("web:a")) is False
    assert store._owed == set()


def test_the_next_message_is_a_first_contact(store: ErasingTrackerStore, path: Path) -> None:
    run(turn(store, "web:a", SECRET, said("Piacere.")))
    run(turn(store, "web:a", "cancella i miei dati", ERASED[0]))
    fresh = run(store.get_or_create_tracker("web:a", append_action_listen=False))
    assert not fresh.events and fresh.latest_message is not None and fresh.latest_message.text is None
    run(turn(store, "web:a", "buongiorno", said("Buongiorno!")))
    assert rows(path, "web:a") == 7
    run(turn(store, "web:a", "quanto costa?", said("€ 3,87.")))
    assert rows(path, "web:a") == 11


def test_deleting_takes_the_earlier_sessions_too(store: ErasingTrackerStore, path: Path) -> None:
    run(turn(store, "web:a", SECRET, said("Piacere.")))

    async def new_session() -> None:
        tracker = await store.get_or_create_tracker("web:a")
        tracker.update_with_events(
            [ActionExecuted("action_session_start"), SessionStarted(timestamp=time.time() + 1)], store.domain
        )
        await store.save(tracker)

    run(new_session())
    run(turn(store, "web:a", "cancella i miei dati", ERASED[0]))
    assert rows(path, "web:a") == 0


@pytest.mark.parametrize("value", [False, None, "no", 1])
def test_only_a_true_mark_deletes(store: ErasingTrackerStore, path: Path, value: object) -> None:
    run(turn(store, "web:a", f'{{"{MARK}": true}}', said("Non ho capito.", cancella_conversazione=value)))
    assert rows(path, "web:a") == 7


def test_a_deletion_that_fails_is_owed(
    store: ErasingTrackerStore, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = FailSafeTrackerStore(store)  # as Rasa wraps it: what raises is kept in memory
    run(turn(guarded, "web:a", SECRET, said("Piacere.")))
    erase = store._erase

    def locked(sender: str) -> None:
        raise OperationalError("DELETE", {"testo": SECRET}, Exception("database is locked"))

    monkeypatch.setattr(store, "_erase", locked)
    run(turn(guarded, "web:a", "cancella i miei dati", ERASED[0]))
    assert rows(path, "web:a") == 7
    assert run(guarded.retrieve("web:a")) is None  # promised: nobody reads it any more
    run(turn(guarded, "web:a", "buongiorno", said("Buongiorno!")))
    assert guarded._fallback_tracker_store is None
    assert "non ancora cancellata: OperationalError" in caplog.text and SECRET not in caplog.text
    monkeypatch.setattr(store, "_erase", erase)
    run(turn(guarded, "web:a", "buongiorno", said("Buongiorno!")))
    tracker = run(guarded.retrieve_full_tracker("web:a"))
    assert rows(path, "web:a") == len(tracker.events) == 7
    assert SECRET.encode() not in path.read_bytes()


def test_errors_of_the_store_do_not_quote_what_people_write(
    store: ErasingTrackerStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE events")
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR)")
    connection.close()
    with pytest.raises(OperationalError) as error:
        run(turn(store, "web:a", SECRET, said("Piacere.")))
    assert SECRET not in str(error.value)
