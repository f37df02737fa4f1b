"""Internal notes: what colleagues write to each other about a topic or an answer.

They are in the database and not in knowledge/ so that no program that answers the public ever loads them: only bot/staff imports
this module, and a test watches over that. A note taken away stays in the table, with who took it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional, Sequence

from sqlalchemy import Column, Integer, String, Text, insert, select
from sqlalchemy import update as sql_update

from bot.storage.database import Base, Istante, execute, transaction


class RigaNota(Base):
    """A note."""

    __tablename__ = "note_interne"

    id = Column(Integer, primary_key=True)
    scheda = Column(String(160), nullable=False, index=True)
    testo = Column(Text, nullable=False)
    autore = Column(String(40), nullable=False)
    quando = Column(Istante, nullable=False)
    tolta = Column(Istante)
    tolta_da = Column(String(40))


@dataclass(frozen=True)
class Nota:
    """A note: scheda is what it is about, "casellario" or "casellario.costo" as in knowledge/."""

    id: int
    scheda: str
    testo: str
    autore: str
    quando: datetime


def add(scheda: str, testo: str, autore: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Write a note. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        db.execute(insert(RigaNota).values(scheda=scheda, testo=testo, autore=autore, quando=adesso))


def remove(nota: int, autore: str, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Take a note away; whether it was there. Raises ArchivioNonDisponibile."""
    statement = sql_update(RigaNota).where(RigaNota.id == nota, RigaNota.tolta.is_(None)).values(tolta=adesso, tolta_da=autore)
    return bool(execute(statement, url))


def of(schede: Sequence[str], *, url: Optional[str] = None) -> List[Nota]:
    """The notes about any of these, oldest first. Raises ArchivioNonDisponibile."""
    return _read([RigaNota.scheda.in_(list(schede))], url)


def all_notes(*, url: Optional[str] = None) -> List[Nota]:
    """Every note, oldest first. Raises ArchivioNonDisponibile."""
    return _read([], url)


def _read(conditions: List[object], url: Optional[str]) -> List[Nota]:
    wanted = select(RigaNota).where(RigaNota.tolta.is_(None), *conditions).order_by(RigaNota.id)
    with transaction(url) as db:
        return [Nota(r.id, r.scheda, r.testo, r.autore, r.quando) for r in db.scalars(wanted)]
