"""The questions left to the office, each with somebody's contact. They outlive their conversation, which is deleted sooner.

All functions raise ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, List, Optional, Sequence

from sqlalchemy import Column, Integer, String, Text, UniqueConstraint, insert, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from bot.storage.conversazioni import canale_di
from bot.storage.database import Base, Istante, available, erase, execute, session, transaction

NUOVA, IN_CARICO, CHIUSA = "nuova", "in_carico", "chiusa"
STATI = (NUOVA, IN_CARICO, CHIUSA)
EMAIL, TELEFONO = "email", "telefono"


class RigaContatto(Base):
    """A question with a contact. messaggio: the message that asked it, which makes it one however often it is sent."""

    __tablename__ = "richieste_contatto"
    __table_args__ = (UniqueConstraint("conversazione", "messaggio", name="uq_richieste_contatto_messaggio"),)

    id = Column(Integer, primary_key=True)
    conversazione = Column(String(255), nullable=False, index=True)
    messaggio = Column(Integer, nullable=False)
    canale = Column(String(20), nullable=False)
    domanda = Column(Text, nullable=False)
    nome = Column(String(120))
    tipo = Column(String(20), nullable=False)
    recapito = Column(String(254), nullable=False)
    motivo = Column(String(40))
    stato = Column(String(20), nullable=False, index=True)
    operatore = Column(String(80))
    nota = Column(Text)
    creata = Column(Istante, nullable=False, index=True)
    aggiornata = Column(Istante, nullable=False)


@dataclass(frozen=True)
class Contatto:
    """A question with a contact, as it was when it was read. Times in UTC.

    tipo: "email" or "telefono"; recapito: the contact, checked. motivo: why no person answered at once ("fuori_orario", …).
    stato: "nuova", "in_carico" (of `operatore`, an account) or "chiusa". nota: of the staff.
    """

    id: int
    conversazione: str
    canale: str
    domanda: str
    nome: Optional[str]
    tipo: str
    recapito: str
    motivo: Optional[str]
    stato: str
    operatore: Optional[str]
    nota: Optional[str]
    creata: datetime
    aggiornata: datetime


def add(
    id: str,
    messaggio: int,
    adesso: datetime,
    *,
    domanda: str,
    nome: Optional[str],
    tipo: str,
    recapito: str,
    motivo: Optional[str],
    url: Optional[str] = None,
) -> bool:
    """Keep a question left in a conversation; False when that message had left it already: then only the contact is mended."""
    values = {"nome": nome, "tipo": tipo, "recapito": recapito, "aggiornata": adesso}
    made = {"canale": canale_di(id), "domanda": domanda, "motivo": motivo, "stato": NUOVA, "creata": adesso, **values}
    mine = (RigaContatto.conversazione == id, RigaContatto.messaggio == messaggio)
    with available(), session(url) as db:
        try:
            with db.begin():
                db.execute(insert(RigaContatto).values(conversazione=id, messaggio=messaggio, **made))
            return True
        except IntegrityError:
            with db.begin():
                db.execute(sql_update(RigaContatto).where(*mine).values(**values).execution_options(synchronize_session=False))
            return False


def get(contatto: int, *, url: Optional[str] = None) -> Optional[Contatto]:
    """The question with this number; None if there is none."""
    with transaction(url) as db:
        row = db.get(RigaContatto, contatto)
        return None if row is None else _contact(row)


def listed(stati: Sequence[str] = (NUOVA, IN_CARICO), *, url: Optional[str] = None) -> List[Contatto]:
    """The questions in one of these states, oldest first."""
    wanted = select(RigaContatto).where(RigaContatto.stato.in_(list(stati))).order_by(RigaContatto.id)
    with transaction(url) as db:
        return [_contact(row) for row in db.scalars(wanted)]


def take(contatto: int, operatore: str, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Give a new question to an account; False when somebody else has it, or it is closed."""
    free = or_(RigaContatto.stato == NUOVA, RigaContatto.operatore == operatore)
    values = {"stato": IN_CARICO, "operatore": operatore, "aggiornata": adesso}
    return _update(contatto, values, [RigaContatto.stato != CHIUSA, free], url)


def release(contatto: int, operatore: str, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Put a question back among the new ones; False when the account does not have it."""
    mine = [RigaContatto.stato == IN_CARICO, RigaContatto.operatore == operatore]
    return _update(contatto, {"stato": NUOVA, "operatore": None, "aggiornata": adesso}, mine, url)


def annotate(contatto: int, nota: Optional[str], adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Write the staff's note on a question, over the one that was there; False when there is no such question."""
    return _update(contatto, {"nota": nota, "aggiornata": adesso}, [], url)


def close(contatto: int, operatore: str, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """The question has its answer; False when there is no such open question, or another account has it."""
    free = or_(RigaContatto.stato == NUOVA, RigaContatto.operatore == operatore)
    values = {"stato": CHIUSA, "operatore": operatore, "aggiornata": adesso}
    return _update(contatto, values, [RigaContatto.stato != CHIUSA, free], url)


def delete(contatto: int, *, url: Optional[str] = None) -> int:
    """Delete a question, as its person may ask the staff to; how many there were."""
    return erase(sql_delete(RigaContatto).where(RigaContatto.id == contatto), url)


def delete_of(id: str, *, url: Optional[str] = None) -> int:
    """Delete the questions left in a conversation; how many there were."""
    return erase(sql_delete(RigaContatto).where(RigaContatto.conversazione == id), url)


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Delete the questions left until that moment, answered or not; how many there were."""
    return erase(sql_delete(RigaContatto).where(RigaContatto.creata <= fino), url)


def _contact(row: Any) -> Contatto:
    return Contatto(**{name: getattr(row, name) for name in Contatto.__dataclass_fields__})


def _update(contatto: int, values: Dict[str, Any], conditions: List[Any], url: Optional[str]) -> bool:
    statement = sql_update(RigaContatto).where(RigaContatto.id == contatto, *conditions).values(**values)
    return bool(execute(statement, url))
