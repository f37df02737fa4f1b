"""Deleting conversations where Rasa keeps them: the `events` table of its SQLite tracker store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import column, create_engine, delete, func, inspect, select, table
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.dml import Delete

_EVENTS = table("events", column("sender_id"), column("timestamp"))
BUSY_SECONDS = 5


def delete_events(tracker_db: Path, sender_id: str) -> int:
    """Delete every event of a sender and say how many there were; 0 when Rasa has not made its store yet.

    Raises sqlalchemy.exc.SQLAlchemyError when the store cannot be read or stays locked by Rasa.
    """
    return _delete(tracker_db, delete(_EVENTS).where(_EVENTS.c.sender_id == sender_id))


def delete_idle(tracker_db: Path, until: datetime) -> int:
    """Delete the conversations whose last event is of that moment or before, whole; how many events there were.

    Raises sqlalchemy.exc.SQLAlchemyError when the store cannot be read or stays locked by Rasa.
    """
    idle = select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(func.max(_EVENTS.c.timestamp) <= until.timestamp())
    return _delete(tracker_db, delete(_EVENTS).where(_EVENTS.c.sender_id.in_(idle)))


def _delete(tracker_db: Path, statement: Delete) -> int:
    if not tracker_db.exists():
        return 0
    url = URL.create("sqlite", database=str(tracker_db))
    engine = create_engine(url, future=True, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # what people wrote is overwritten on the disk, not only let go
        if not inspect(connection).has_table(_EVENTS.name):
            return 0
        return int(connection.execute(statement).rowcount)
