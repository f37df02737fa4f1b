"""The engine, the sessions and the transactions of the project's own database: SQLite, or PostgreSQL by setting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, create_engine, event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.types import TypeDecorator

from bot.settings import settings
from bot.storage.migrations import IMMEDIATE, upgrade

Base = declarative_base()
BUSY_MILLISECONDS = 5000  # how long one process waits for another's write
WIPE_MILLISECONDS = 200


class ArchivioNonDisponibile(Exception):
    """The database is missing, locked or broken. The message names the kind of fault only: errors of databases quote the data."""


class Istante(TypeDecorator):
    """A moment: aware in, aware out (UTC), on databases that keep the zone and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC. Raises ValueError for one without a zone: nobody could say when that was."""
        if value is not None and value.tzinfo is None:
            raise ValueError("serve un istante con il fuso orario")
        return value and value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


@contextmanager
def available() -> Iterator[None]:
    """Turns every fault of the database into ArchivioNonDisponibile."""
    try:
        yield
    except SQLAlchemyError as error:
        raise ArchivioNonDisponibile(type(getattr(error, "orig", None) or error).__name__) from None


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """The engine of a database (the configured one by default), its tables brought up to date.

    The launcher has done that already when the assistant runs; here it costs one query, once in a process.
    Raises ArchivioNonDisponibile, also for tables made by a newer version of the program.
    """
    with available():
        made = _connected(url or settings().database_url)
        upgrade(made)
    return made


def session(url: str | None = None) -> Session:
    """A session in the 2.0 style; to be used as a context manager. Raises ArchivioNonDisponibile."""
    return Session(engine(url), future=True)


@contextmanager
def transaction(url: str | None = None) -> Iterator[Session]:
    """A session whose work is kept whole or not at all. Raises ArchivioNonDisponibile."""
    with available(), session(url) as db, db.begin():
        yield db


def execute(statement: Any, url: str | None = None) -> int:
    """Do one UPDATE or DELETE in a transaction of its own; how many rows it touched. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        return int(db.execute(statement.execution_options(synchronize_session=False)).rowcount)


def erase(statement: Any, url: str | None = None) -> int:
    """Do one DELETE of what people said, off the disk too; how many rows there were. Raises ArchivioNonDisponibile."""
    deleted = execute(statement, url)
    if deleted:
        wipe(url)
    return deleted


def wipe(url: str | None = None) -> None:
    """Takes what was deleted out of SQLite's write-ahead log too, unless others are reading: then the purge will."""
    used = engine(url)
    if used.dialect.name != "sqlite":
        return
    with suppress(SQLAlchemyError, sqlite3.Error), closing(used.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={WIPE_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _connected(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        waits = {"connect_timeout": 5, "options": f"-c lock_timeout={BUSY_MILLISECONDS}"}
        return create_engine(url, future=True, hide_parameters=True, pool_pre_ping=True, connect_args=waits)
    made = create_engine(url, future=True, hide_parameters=True)
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Readers never wait for the writer, writers wait for each other, what is deleted is overwritten on the disk."""
    connection.isolation_level = None  # Python's module would open transactions by itself, and none around CREATE TABLE
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    with suppress(sqlite3.OperationalError):  # another process is making the same change to a new file, once for all
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Our writing transactions begin with their write, so that they may begin deferred; migrations read before they write."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(IMMEDIATE) else "BEGIN")
