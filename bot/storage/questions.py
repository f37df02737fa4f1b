"""Questions the assistant could not answer, kept for the staff without personal data."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import List

from sqlalchemy import Column, Integer, String, Text, delete, select

from bot.privacy import redact
from bot.storage.database import Base, Istante, erase, session


class DomandaNonCapita(Base):
    """One question, redacted, with its time (UTC) and channel."""

    __tablename__ = "domande_non_capite"

    id = Column(Integer, primary_key=True)
    testo = Column(Text, nullable=False)
    canale = Column(String(20), nullable=False)
    quando = Column(Istante, nullable=False)


def record_unanswered(text: str, channel: str, when: datetime | None = None, url: str | None = None) -> None:
    """Store a question after masking personal data."""
    with session(url) as db:
        db.add(DomandaNonCapita(testo=redact(text)[:500], canale=channel[:20], quando=when or datetime.now(timezone.utc)))
        db.commit()


def unanswered(limit: int = 100, url: str | None = None) -> List[DomandaNonCapita]:
    """The newest unanswered questions, newest first."""
    with session(url) as db:
        return list(db.scalars(select(DomandaNonCapita).order_by(DomandaNonCapita.id.desc()).limit(limit)))


def purge_questions(until: datetime, url: str | None = None) -> int:
    """Delete the questions recorded until that moment; how many there were. Raises ArchivioNonDisponibile."""
    return erase(delete(DomandaNonCapita).where(DomandaNonCapita.quando <= until), url)
