"""The trainings that the staff asked for: how far they are, how they ended, which of them went live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Optional

from sqlalchemy import JSON, Column, Integer, String, Text, insert, select, update

from bot.storage.database import Base, Istante, transaction
from knowledge import Versione

IN_CORSO, PRONTO, FALLITO, INTERROTTO = "in_corso", "pronto", "fallito", "interrotto"


class RigaAddestramento(Base):
    """A training."""

    __tablename__ = "addestramenti"

    id = Column(Integer, primary_key=True)
    autore = Column(String(80), nullable=False)
    iniziato = Column(Istante, nullable=False)
    finito = Column(Istante)
    stato = Column(String(20), nullable=False)
    fase = Column(String(40), nullable=False)
    percento = Column(Integer, nullable=False)
    insegnamento = Column(Integer, nullable=False)
    fatti = Column(Integer, nullable=False)
    impronta = Column(String(64))
    esito = Column(JSON, nullable=False)
    errore = Column(Text)
    attivato = Column(Istante)
    attivato_da = Column(String(80))


@dataclass(frozen=True)
class Addestramento:
    """A training as its callers see it.

    stato: in_corso, pronto, fallito, interrotto. fase, percento: how far it is. versione: the version that it teaches.
    impronta: the model, once there is one. esito: the comparison (bot/didattica/compare.py). errore: why it failed, in Italian.
    attivato, attivato_da: when it last went live, and who said yes.
    """

    id: int
    autore: str
    iniziato: datetime
    stato: str
    fase: str
    percento: int
    versione: Versione
    finito: Optional[datetime] = None
    impronta: Optional[str] = None
    esito: Dict[str, Any] = field(default_factory=dict)
    errore: Optional[str] = None
    attivato: Optional[datetime] = None
    attivato_da: Optional[str] = None


def create(autore: str, versione: Versione, quando: datetime, *, url: Optional[str] = None) -> int:
    """A training that begins; its number. Raises ArchivioNonDisponibile."""
    values = {"autore": autore, "iniziato": quando, "stato": IN_CORSO, "fase": "in attesa", "percento": 0, "esito": {}}
    lanes = {"insegnamento": versione.insegnamento, "fatti": versione.fatti}
    with transaction(url) as db:
        return int(db.execute(insert(RigaAddestramento).values(**values, **lanes)).inserted_primary_key[0])


def progress(numero: int, fase: str, percento: int, *, url: Optional[str] = None) -> None:
    """Note how far a training is. Raises ArchivioNonDisponibile."""
    _update(numero, url, fase=fase, percento=percento)


def finish(
    numero: int,
    stato: str,
    quando: datetime,
    *,
    impronta: Optional[str] = None,
    esito: Optional[Dict[str, Any]] = None,
    errore: Optional[str] = None,
    url: Optional[str] = None,
) -> None:
    """Note how a training that is still going on ended. Raises ArchivioNonDisponibile."""
    values: Dict[str, Any] = {"stato": stato, "finito": quando, "impronta": impronta, "esito": esito or {}, "errore": errore}
    if stato == PRONTO:
        values.update(fase="finito", percento=100)
    _update(numero, url, **values)


def went_live(numero: int, autore: str, quando: datetime, *, url: Optional[str] = None) -> None:
    """Note who made a training live. Raises ArchivioNonDisponibile."""
    statement = update(RigaAddestramento).where(RigaAddestramento.id == numero)
    with transaction(url) as db:
        values = {"attivato": quando, "attivato_da": autore}
        db.execute(statement.values(**values).execution_options(synchronize_session=False))


def get(numero: int, *, url: Optional[str] = None) -> Optional[Addestramento]:
    """A training, None if there is none with that number. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        row = db.get(RigaAddestramento, numero)
        return _as_training(row) if row is not None else None


def latest(limit: int = 20, *, url: Optional[str] = None) -> List[Addestramento]:
    """The last trainings, newest first. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        wanted = select(RigaAddestramento).order_by(RigaAddestramento.id.desc()).limit(limit)
        return [_as_training(row) for row in db.scalars(wanted)]


def running(*, url: Optional[str] = None) -> List[Addestramento]:
    """The trainings not known to have ended. Raises ArchivioNonDisponibile."""
    with transaction(url) as db:
        wanted = select(RigaAddestramento).where(RigaAddestramento.stato == IN_CORSO).order_by(RigaAddestramento.id)
        return [_as_training(row) for row in db.scalars(wanted)]


def _update(numero: int, url: Optional[str], **values: Any) -> None:
    going_on = (RigaAddestramento.id == numero, RigaAddestramento.stato == IN_CORSO)
    statement = update(RigaAddestramento).where(*going_on).values(**values)
    with transaction(url) as db:
        db.execute(statement.execution_options(synchronize_session=False))


def _as_training(row: RigaAddestramento) -> Addestramento:
    return Addestramento(
        id=row.id,
        autore=row.autore,
        iniziato=row.iniziato,
        stato=row.stato,
        fase=row.fase,
        percento=row.percento,
        versione=Versione(row.insegnamento, row.fatti),
        finito=row.finito,
        impronta=row.impronta,
        esito=row.esito,
        errore=row.errore,
        attivato=row.attivato,
        attivato_da=row.attivato_da,
    )
