"""What colleagues write to each other about a conversation. The public never sees it; it goes when the conversation goes.

All functions raise ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional

from sqlalchemy import Column, Integer, String, Text, insert, select
from sqlalchemy import delete as sql_delete

from bot.storage.conversazioni import CANCELLATA, RigaConversazione
from bot.storage.database import Base, Istante, erase, transaction


class RigaNota(Base):
    """A note."""

    __tablename__ = "note_conversazioni"

    id = Column(Integer, primary_key=True)
    conversazione = Column(String(255), nullable=False, index=True)
    autore = Column(String(80), nullable=False)
    testo = Column(Text, nullable=False)
    quando = Column(Istante, nullable=False)


@dataclass(frozen=True)
class Nota:
    """A note as it was when it was read. autore: the account. Time in UTC."""

    id: int
    conversazione: str
    autore: str
    testo: str
    quando: datetime


def add(id: str, autore: str, testo: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Keep a note on a conversation."""
    with transaction(url) as db:
        db.execute(insert(RigaNota).values(conversazione=id, autore=autore, testo=testo, quando=adesso))


def of(id: str, *, url: Optional[str] = None) -> List[Nota]:
    """The notes on a conversation, oldest first."""
    wanted = select(RigaNota).where(RigaNota.conversazione == id).order_by(RigaNota.id)
    with transaction(url) as db:
        return [Nota(r.id, r.conversazione, r.autore, r.testo, r.quando) for r in db.scalars(wanted)]


def delete_of(id: str, *, url: Optional[str] = None) -> int:
    """Delete the notes on a conversation; how many there were."""
    return erase(sql_delete(RigaNota).where(RigaNota.conversazione == id), url)


def purge(*, url: Optional[str] = None) -> int:
    """Delete the notes on conversations that are no longer there; how many there were."""
    alive = select(RigaConversazione.id).where(RigaConversazione.stato != CANCELLATA)
    return erase(sql_delete(RigaNota).where(RigaNota.conversazione.not_in(alive.scalar_subquery())), url)
