"""Deleting a conversation where Rasa keeps it: the `events` table of its SQLite tracker store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import column, create_engine, delete, inspect, table
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

_EVENTS = table("events", column("sender_id"))
BUSY_SECONDS = 5


def delete_events(tracker_db: Path, sender_id: str) -> int:
    """Delete every event of a sender and say how many there were; 0 when Rasa has not made its store yet.

    Raises sqlalchemy.exc.SQLAlchemyError when the store cannot be read or stays locked by Rasa.
    """
    if not tracker_db.exists():
        return 0
    url = URL.create("sqlite", database=str(tracker_db))
    engine = create_engine(url, future=True, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    with engine.begin() as connection:
        if not inspect(connection).has_table(_EVENTS.name):
            return 0
        return connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == sender_id)).rowcount
