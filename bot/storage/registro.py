"""Who of the staff did what, and when: never the public's words, never a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional

from sqlalchemy import Column, Integer, String, delete, insert, select

from bot.storage.database import Base, Istante, execute, transaction

MAX_OBJECT = 255


class RigaAzione(Base):
    """One thing that a colleague did."""

    __tablename__ = "registro_azioni"

    id = Column(Integer, primary_key=True)
    quando = Column(Istante, nullable=False, index=True)
    collega = Column(String(40), nullable=False)
    azione = Column(String(40), nullable=False)
    oggetto = Column(String(255), nullable=False)


@dataclass(frozen=True)
class Azione:
    """One thing that a colleague did: collega is the account, azione the act, oggetto what it was done to (an id, a code)."""

    id: int
    quando: datetime
    collega: str
    azione: str
    oggetto: str


def record(collega: str, azione: str, oggetto: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Keep one act. Raises ArchivioNonDisponibile: what cannot be kept must not be done."""
    with transaction(url) as db:
        db.execute(insert(RigaAzione).values(quando=adesso, collega=collega, azione=azione, oggetto=oggetto[:MAX_OBJECT]))


def latest(
    limite: int, *, prima: Optional[int] = None, collega: str = "", azione: str = "", url: Optional[str] = None
) -> List[Azione]:
    """The acts, newest first; only those older than the one with id `prima`, of one account, of one kind, where given."""
    wanted = select(RigaAzione).order_by(RigaAzione.id.desc()).limit(limite)
    if prima is not None:
        wanted = wanted.where(RigaAzione.id < prima)
    if collega:
        wanted = wanted.where(RigaAzione.collega == collega)
    if azione:
        wanted = wanted.where(RigaAzione.azione == azione)
    with transaction(url) as db:
        return [Azione(r.id, r.quando, r.collega, r.azione, r.oggetto) for r in db.scalars(wanted)]


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Delete the acts until that moment; how many there were."""
    return execute(delete(RigaAzione).where(RigaAzione.quando <= fino), url)
