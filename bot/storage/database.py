"""The engine and the sessions of the project's own database."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, declarative_base

from bot.settings import settings

Base = declarative_base()


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """The engine of a database (the configured one by default), its tables made where missing."""
    made = create_engine(url or settings().database_url, future=True)
    Base.metadata.create_all(made)
    return made


def session(url: str | None = None) -> Session:
    """A session in the 2.0 style; to be used as a context manager."""
    return Session(engine(url), future=True)
