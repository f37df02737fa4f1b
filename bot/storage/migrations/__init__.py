"""The tables of the database and how they change, with alembic; there is no alembic.ini, because nobody types its commands.

A change of the tables is a new file in versions/, numbered after the last one, with its way back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidRequestError

IMMEDIATE = "immediate"  # option of a connection: take SQLite's write lock at the start
_LOCK = 20_261_121  # any number, the same for all processes that migrate this database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(engine: Engine) -> str | None:
    """The revision of a database, None if it was never migrated. Raises SQLAlchemyError."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> bool:
    """Bring the tables up to a revision; whether there was something to do. Whole or not at all, one process at a time.

    Raises SQLAlchemyError, also when the database was made by a newer program.
    """
    wanted = head() if revision == "head" else revision
    if current(engine) == wanted:
        return False
    _run(engine, lambda config: command.upgrade(config, wanted))
    return True


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the tables back to a revision, with what they held. Raises SQLAlchemyError."""
    _run(engine, lambda config: command.downgrade(config, revision))


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    config = _config()
    with engine.connect() as opened:
        connection = opened.execution_options(**{IMMEDIATE: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '60s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            config.attributes["connection"] = connection
            try:
                work(config)
            except CommandError as error:  # a revision nobody here knows
                raise InvalidRequestError(str(error)) from error
