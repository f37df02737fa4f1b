"""The accounts of the staff's desk and their sessions. Passwords and tokens come here hashed already (bot/staff/parole.py).

Every function that needs the time is told it; `url` is the database, the configured one by default. All raise
ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional, Tuple

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, case, insert, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Base, Istante, available, execute, session, transaction

OPERATORE, REDATTORE, AMMINISTRATORE = "operatore", "redattore", "amministratore"
RUOLI = (OPERATORE, REDATTORE, AMMINISTRATORE)  # each may do what the ones before may
SEEN_EVERY = timedelta(seconds=30)  # how exactly the last use of a session is kept: not one write for every page


class RigaCollega(Base):
    """An account."""

    __tablename__ = "colleghi"

    nome = Column(String(40), primary_key=True)
    mostrato = Column(String(80), nullable=False)
    ruolo = Column(String(20), nullable=False)
    impronta = Column(String(255), nullable=False)
    bloccato = Column(Boolean, nullable=False)
    errori = Column(Integer, nullable=False)
    sospeso_fino = Column(Istante)
    creato = Column(Istante, nullable=False)
    parola_del = Column(Istante, nullable=False)


class RigaSessione(Base):
    """A session: the hash of the token that the browser holds."""

    __tablename__ = "sessioni_colleghi"

    impronta = Column(String(64), primary_key=True)
    collega = Column(
        String(40),
        ForeignKey("colleghi.nome", name="fk_sessioni_colleghi_collega", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )
    creata = Column(Istante, nullable=False)
    ultima = Column(Istante, nullable=False)


class NomeOccupato(Exception):
    """There is already an account with this name."""


@dataclass(frozen=True)
class Collega:
    """An account as it was when it was read.

    mostrato: the name colleagues (and, in a conversation, the public) see. impronta: the hash of the password. bloccato: by a
    person, until a person says otherwise. errori: wrong passwords in a row; sospeso_fino: until when no password opens it.
    """

    nome: str
    mostrato: str
    ruolo: str
    impronta: str
    bloccato: bool
    errori: int
    sospeso_fino: Optional[datetime]
    creato: datetime
    parola_del: datetime

    def puo(self, ruolo: str) -> bool:
        """Whether this account may do what that role may."""
        return RUOLI.index(self.ruolo) >= RUOLI.index(ruolo)


@dataclass(frozen=True)
class Sessione:
    """An open session and whose it is."""

    impronta: str
    collega: Collega
    creata: datetime
    ultima: datetime


def create(nome: str, mostrato: str, ruolo: str, impronta: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Make an account. Raises NomeOccupato."""
    values: Dict[str, Any] = {
        "nome": nome,
        "mostrato": mostrato,
        "ruolo": ruolo,
        "impronta": impronta,
        "bloccato": False,
        "errori": 0,
        "creato": adesso,
        "parola_del": adesso,
    }
    with available(), session(url) as db:
        try:
            with db.begin():
                db.execute(insert(RigaCollega).values(**values))
        except IntegrityError:
            raise NomeOccupato(nome) from None


def get(nome: str, *, url: Optional[str] = None) -> Optional[Collega]:
    """The account with this name."""
    with transaction(url) as db:
        row = db.get(RigaCollega, nome)
        return None if row is None else _account(row)


def all_accounts(*, url: Optional[str] = None) -> List[Collega]:
    """Every account, by name."""
    with transaction(url) as db:
        return [_account(row) for row in db.scalars(select(RigaCollega).order_by(RigaCollega.nome))]


def change(nome: str, *, url: Optional[str] = None, **values: Any) -> bool:
    """Change fields of an account; whether it is there. A blocked account loses its sessions."""
    with transaction(url) as db:
        statement = sql_update(RigaCollega).where(RigaCollega.nome == nome).values(**values)
        found = bool(db.execute(_plain(statement)).rowcount)
        if values.get("bloccato"):
            db.execute(_plain(sql_delete(RigaSessione).where(RigaSessione.collega == nome)))
        return found


def set_password(nome: str, impronta: str, adesso: datetime, *, keep: str = "", url: Optional[str] = None) -> bool:
    """Give an account a new password, which ends its sessions but `keep`; whether it is there."""
    values = {"impronta": impronta, "parola_del": adesso, "errori": 0, "sospeso_fino": None}
    with transaction(url) as db:
        found = bool(db.execute(_plain(sql_update(RigaCollega).where(RigaCollega.nome == nome).values(**values))).rowcount)
        mine = sql_delete(RigaSessione).where(RigaSessione.collega == nome, RigaSessione.impronta != keep)
        db.execute(_plain(mine))
        return found


def wrong_password(nome: str, adesso: datetime, limite: int, per: timedelta, *, url: Optional[str] = None) -> None:
    """Count a wrong password; at the limit the account is suspended for a while and the count begins anew.

    Counted by the database itself, so that many attempts at once are all counted. For a name of nobody the same statement runs
    and finds nothing.
    """
    reached = RigaCollega.errori + 1 >= limite
    values = {
        "errori": case((reached, 0), else_=RigaCollega.errori + 1),
        "sospeso_fino": case((reached, adesso + per), else_=RigaCollega.sospeso_fino),
    }
    with transaction(url) as db:
        db.execute(_plain(sql_update(RigaCollega).where(RigaCollega.nome == nome).values(**values)))


def open_session(nome: str, impronta: str, adesso: datetime, *, vecchia: str = "", url: Optional[str] = None) -> None:
    """Begin a session after the right password, ending the one that the same browser had."""
    with transaction(url) as db:
        db.execute(_plain(sql_delete(RigaSessione).where(RigaSessione.impronta == vecchia)))
        db.execute(insert(RigaSessione).values(impronta=impronta, collega=nome, creata=adesso, ultima=adesso))
        counted = sql_update(RigaCollega).where(RigaCollega.nome == nome).values(errori=0, sospeso_fino=None)
        db.execute(_plain(counted))


def session_of(
    impronta: str, adesso: datetime, ferma: timedelta, al_massimo: timedelta, *, usata: bool = True, url: Optional[str] = None
) -> Optional[Sessione]:
    """The session with that hash, if it is neither too old nor unused for too long, and its account is not blocked.

    usata: whether this counts as a use of it.
    """
    wanted = (
        select(RigaSessione, RigaCollega)
        .join(RigaCollega, RigaCollega.nome == RigaSessione.collega)
        .where(
            RigaSessione.impronta == impronta,
            RigaSessione.ultima > adesso - ferma,
            RigaSessione.creata > adesso - al_massimo,
            RigaCollega.bloccato.is_(False),
        )
    )
    with transaction(url) as db:
        row: Optional[Tuple[Any, Any]] = db.execute(wanted).first()
        found = None if row is None else Sessione(row[0].impronta, _account(row[1]), row[0].creata, row[0].ultima)
    if found is None or not usata or adesso - found.ultima < SEEN_EVERY:
        return found
    with transaction(url) as db:
        db.execute(_plain(sql_update(RigaSessione).where(RigaSessione.impronta == impronta).values(ultima=adesso)))
    return Sessione(found.impronta, found.collega, found.creata, adesso)


def close_session(impronta: str, *, url: Optional[str] = None) -> None:
    """End a session."""
    with transaction(url) as db:
        db.execute(_plain(sql_delete(RigaSessione).where(RigaSessione.impronta == impronta)))


def close_sessions_of(nome: str, *, url: Optional[str] = None) -> int:
    """End all sessions of an account; how many there were."""
    return execute(sql_delete(RigaSessione).where(RigaSessione.collega == nome), url)


def purge_sessions(adesso: datetime, ferma: timedelta, al_massimo: timedelta, *, url: Optional[str] = None) -> int:
    """Delete the sessions that are over; how many there were."""
    over = or_(RigaSessione.ultima <= adesso - ferma, RigaSessione.creata <= adesso - al_massimo)
    return execute(sql_delete(RigaSessione).where(over), url)


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _account(row: Any) -> Collega:
    return Collega(**{name: getattr(row, name) for name in Collega.__dataclass_fields__})
