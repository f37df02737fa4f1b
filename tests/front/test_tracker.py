from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.front import tracker
from bot.front.tracker import delete_events


def make_store(path: Path, *senders: str) -> None:
    """The `events` table as Rasa 3.6 makes it."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
            " type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
        )
        connection.executemany("INSERT INTO events (sender_id, type_name) VALUES (?, 'user')", [(s,) for s in senders])
    connection.close()


def senders(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT sender_id FROM events ORDER BY id")]
    finally:
        connection.close()


def test_only_the_events_of_that_sender_go(tmp_path: Path) -> None:
    store = tmp_path / "conversazioni.db"
    make_store(store, "web:a", "web:b", "web:a", "web:ab")
    assert delete_events(store, "web:a") == 2
    assert senders(store) == ["web:b", "web:ab"]
    assert delete_events(store, "web:%") == 0


def test_no_store_yet_is_nothing_to_delete(tmp_path: Path) -> None:
    assert delete_events(tmp_path / "manca.db", "web:a") == 0
    assert not (tmp_path / "manca.db").exists()
    (tmp_path / "vuoto.db").touch()
    assert delete_events(tmp_path / "vuoto.db", "web:a") == 0


def test_a_store_that_stays_locked_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker, "BUSY_SECONDS", 0.1)
    store = tmp_path / "conversazioni.db"
    make_store(store, "web:a")
    rasa = sqlite3.connect(store)
    try:
        rasa.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SQLAlchemyError):
            delete_events(store, "web:a")
    finally:
        rasa.close()
