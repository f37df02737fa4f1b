"""What the staff decided of the questions without an answer. Of each question only a fingerprint is kept here, no text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, List, Optional

from sqlalchemy import Column, Integer, String, delete, insert, select

from bot.storage.database import Base, Istante, transaction
from knowledge.verify import folded

ESEMPIO, NUOVA_VOCE, FUORI_AMBITO, IGNORA = "esempio", "nuova_voce", "fuori_ambito", "ignora"


class RigaDecisione(Base):
    """A decision on one question."""

    __tablename__ = "decisioni_domande"

    id = Column(Integer, primary_key=True)
    impronta = Column(String(64), nullable=False, index=True)
    decisione = Column(String(20), nullable=False)
    voce = Column(String(160))
    cambiamento = Column(Integer)
    autore = Column(String(80), nullable=False)
    quando = Column(Istante, nullable=False)


@dataclass(frozen=True)
class Decisione:
    """A decision: on which question (its fingerprint), what, for which entry, by which change of the knowledge, who and when."""

    id: int
    impronta: str
    decisione: str
    voce: Optional[str]
    cambiamento: Optional[int]
    autore: str
    quando: datetime


def fingerprint(question: str) -> str:
    """The same for questions that differ in capitals, accents or punctuation only."""
    return hashlib.sha256(" ".join(folded(question).split()).encode()).hexdigest()


def record(
    questions: Iterable[str],
    decisione: str,
    autore: str,
    quando: datetime,
    *,
    voce: Optional[str] = None,
    cambiamento: Optional[int] = None,
    url: Optional[str] = None,
) -> None:
    """Note one decision on some questions. Raises ArchivioNonDisponibile."""
    shared = {"decisione": decisione, "voce": voce, "cambiamento": cambiamento, "autore": autore, "quando": quando}
    rows = [{"impronta": found, **shared} for found in dict.fromkeys(fingerprint(question) for question in questions)]
    if rows:
        with transaction(url) as db:
            db.execute(insert(RigaDecisione), rows)


def decisions(*, url: Optional[str] = None) -> List[Decisione]:
    """All decisions, oldest first. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        return [
            Decisione(row.id, row.impronta, row.decisione, row.voce, row.cambiamento, row.autore, row.quando)
            for row in db.scalars(select(RigaDecisione).order_by(RigaDecisione.id))
        ]


def withdraw(questions: Iterable[str], *, url: Optional[str] = None) -> None:
    """Take back what was decided of these questions: they are without an answer again. Raises ArchivioNonDisponibile."""
    found = [fingerprint(question) for question in questions]
    statement = delete(RigaDecisione).where(RigaDecisione.impronta.in_(found))
    with transaction(url) as db:
        db.execute(statement.execution_options(synchronize_session=False))
