"""What happens, counted for the office's figures: never who asked nor what was said."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Iterable, List, Mapping, Optional

from sqlalchemy import Column, Integer, String, delete, insert, select
from sqlalchemy.orm import Session

from bot.storage.database import Base, Istante, execute, transaction

PRESENTAZIONE = "presentazione"  # how the notice of the first message is marked (bot/channel.py)
FATTI = ("calcolo", "bozza")  # what an answer may bring to its end (bot/channel.py); `voce` is then the calculator, the form


class Evento(Base):
    """One thing that happened.

    tipo: what ("risposta", "passaggio", "attesa", "valutazione", "bozza"…). canale: where. argomento, voce: about what, by the
    ids of knowledge/. esito: how it ended. valore: a number where there is one (seconds waited).
    """

    __tablename__ = "eventi"

    id = Column(Integer, primary_key=True)
    quando = Column(Istante, nullable=False, index=True)
    tipo = Column(String(20), nullable=False)
    canale = Column(String(20), nullable=False)
    argomento = Column(String(80))
    voce = Column(String(160))
    esito = Column(String(40))
    valore = Column(Integer)


@dataclass(frozen=True)
class Conteggio:
    """One thing to count; see Evento."""

    tipo: str
    argomento: Optional[str] = None
    voce: Optional[str] = None
    esito: Optional[str] = None
    valore: Optional[int] = None


def of_answer(tipo: str, dettagli: Mapping[str, Any], esito: Optional[str] = None) -> Conteggio:
    """What to count of an answer with these details ("argomento", "voce", "esito"), no longer than its columns."""

    def part(name: str) -> Optional[str]:
        value = dettagli.get(name)
        return str(value)[: getattr(Evento, name).type.length] if value else None

    return Conteggio(tipo, part("argomento"), part("voce"), esito or part("esito"))


def of_turn(dettagli: Mapping[str, Any]) -> List[Conteggio]:
    """What to count of an answer of the assistant: itself, and the computation or the draft that it brought to its end.

    The notice of the first message is no answer.
    """
    if dettagli.get("esito") == PRESENTAZIONE:
        return []
    done = [replace(of_answer(tipo, dettagli), voce=str(dettagli[tipo])[:160]) for tipo in FATTI if dettagli.get(tipo)]
    return [of_answer("risposta", dettagli), *done]


def write(db: Session, conteggi: Iterable[Conteggio], canale: str, quando: datetime) -> None:
    """Count things in a transaction of somebody else's."""
    rows = [{"canale": canale, "quando": quando, **asdict(one)} for one in conteggi]
    if rows:
        db.execute(insert(Evento), rows)


def record(
    tipo: str,
    canale: str,
    quando: datetime,
    *,
    argomento: Optional[str] = None,
    voce: Optional[str] = None,
    esito: Optional[str] = None,
    valore: Optional[int] = None,
    url: Optional[str] = None,
) -> None:
    """Count one thing. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        write(db, [Conteggio(tipo, argomento, voce, esito, valore)], canale, quando)


def between(dal: datetime, al: datetime, *, url: Optional[str] = None) -> List[Evento]:
    """What happened from `dal` (included) to `al` (excluded), in order. Raises ArchivioNonDisponibile."""
    wanted = select(Evento).where(Evento.quando >= dal, Evento.quando < al).order_by(Evento.quando, Evento.id)
    with transaction(url) as db:
        found = list(db.scalars(wanted))
        db.expunge_all()
    return found


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Delete what happened until that moment; how many there were. Raises ArchivioNonDisponibile."""
    return execute(delete(Evento).where(Evento.quando <= fino), url)
