"""Who is at the staff's desk. Whoever is there says so every now and then; who has not for a while is gone, however that came.

All functions raise ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional

from sqlalchemy import Boolean, Column, String, insert, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Base, Istante, available, execute, session, transaction


class RigaPresenza(Base):
    """An account at the desk."""

    __tablename__ = "presenze"

    account = Column(String(80), primary_key=True)
    nome = Column(String(80), nullable=False)
    disponibile = Column(Boolean, nullable=False)
    battito = Column(Istante, nullable=False)


@dataclass(frozen=True)
class Presenza:
    """Somebody at the desk: the account, the name, whether conversations may come, the last sign of life (UTC)."""

    account: str
    nome: str
    disponibile: bool
    battito: datetime


def beat(account: str, nome: str, disponibile: bool, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Note that somebody is at the desk now, and whether they take conversations."""
    values = {"nome": nome, "disponibile": disponibile, "battito": adesso}
    with available(), session(url) as db:
        for _ in range(2):  # the second time somebody else has just inserted the row
            try:
                with db.begin():
                    statement = sql_update(RigaPresenza).where(RigaPresenza.account == account).values(**values)
                    if not db.execute(statement.execution_options(synchronize_session=False)).rowcount:
                        db.execute(insert(RigaPresenza).values(account=account, **values))
                return
            except IntegrityError:
                continue


def leave(account: str, *, url: Optional[str] = None) -> None:
    """Somebody has left the desk; nothing of them stays."""
    with transaction(url) as db:
        statement = sql_delete(RigaPresenza).where(RigaPresenza.account == account)
        db.execute(statement.execution_options(synchronize_session=False))


def present(dal: datetime, *, url: Optional[str] = None) -> List[Presenza]:
    """Who has given a sign of life since that moment, by name."""
    wanted = select(RigaPresenza).where(RigaPresenza.battito >= dal).order_by(RigaPresenza.nome, RigaPresenza.account)
    with transaction(url) as db:
        return [Presenza(r.account, r.nome, r.disponibile, r.battito) for r in db.scalars(wanted)]


def name_of(account: str, *, url: Optional[str] = None) -> Optional[str]:
    """The name an account last gave at the desk, also if it is gone since."""
    with transaction(url) as db:
        return db.scalar(select(RigaPresenza.nome).where(RigaPresenza.account == account))


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Forget who has given no sign of life since that moment; how many there were."""
    return execute(sql_delete(RigaPresenza).where(RigaPresenza.battito <= fino), url)
