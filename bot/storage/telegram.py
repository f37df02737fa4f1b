"""What the Telegram channel remembers: the updates it had, where each person is written to, how much of a message was sent.

Nothing here can be read without the front's key: chat ids and the texts still to be answered are given and kept encrypted
(bot/telegram/keys.py), a person is a pseudonym. Every function that needs the time is told it; `url` is the database, the
configured one by default. All raise ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Dict, Iterable, List, Optional

from sqlalchemy import BigInteger, Column, Integer, String, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.conversazioni import CANCELLATA, RigaConversazione
from bot.storage.database import Base, Istante, available, execute, session, transaction, wipe


class RigaAggiornamento(Base):
    """An update that Telegram sent. Its body goes when it has been answered; its number stays, to know it if it is sent again."""

    __tablename__ = "aggiornamenti_telegram"

    id = Column(BigInteger, primary_key=True, autoincrement=False)
    chi = Column(String(64), nullable=False)
    corpo = Column(Text)
    quando = Column(Istante, nullable=False, index=True)


class RigaContatto(Base):
    """Where a person is written to, encrypted, by pseudonym."""

    __tablename__ = "contatti_telegram"

    pseudonimo = Column(String(255), primary_key=True)
    chat = Column(Text, nullable=False)


class RigaConsegna(Base):
    """How many parts of a message that is being delivered have been sent already."""

    __tablename__ = "consegne_telegram"

    messaggio = Column(Integer, primary_key=True, autoincrement=False)
    parti = Column(Integer, nullable=False)
    quando = Column(Istante, nullable=False)


@dataclass(frozen=True)
class Aggiornamento:
    """An update to answer: Telegram's number, the pseudonym of the chat, what it says (encrypted), when it came."""

    id: int
    chi: str
    corpo: str
    quando: datetime


def keep(updates: Iterable[Aggiornamento], *, url: Optional[str] = None) -> List[Aggiornamento]:
    """Keep the updates that were not had before, which are returned, in order."""
    new = []
    with available(), session(url) as db:
        for one in sorted(updates, key=lambda u: u.id):
            try:
                with db.begin():
                    db.execute(insert(RigaAggiornamento).values(**asdict(one)))
            except IntegrityError:
                continue  # Telegram sends again what it does not know to have arrived
            new.append(one)
    return new


def pending(chi: str, *, url: Optional[str] = None) -> List[Aggiornamento]:
    """The updates of a chat that are still to be answered, in order."""
    wanted = select(RigaAggiornamento).where(RigaAggiornamento.chi == chi, RigaAggiornamento.corpo.is_not(None))
    with transaction(url) as db:
        return [
            Aggiornamento(row.id, row.chi, row.corpo, row.quando) for row in db.scalars(wanted.order_by(RigaAggiornamento.id))
        ]


def waiting(*, url: Optional[str] = None) -> List[str]:
    """The chats that have updates still to be answered."""
    wanted = select(RigaAggiornamento.chi).where(RigaAggiornamento.corpo.is_not(None)).distinct()
    with transaction(url) as db:
        return list(db.scalars(wanted))


def answered(id: int, *, url: Optional[str] = None) -> None:
    """Forget what an update says."""
    execute(update(RigaAggiornamento).where(RigaAggiornamento.id == id).values(corpo=None), url)


def know(pseudonimo: str, chat: str, *, url: Optional[str] = None) -> None:
    """Remember where a person is written to."""
    _put(RigaContatto, {"pseudonimo": pseudonimo}, {"chat": chat}, url)


def contact(pseudonimo: str, *, url: Optional[str] = None) -> Optional[str]:
    """Where a person is written to, encrypted; None when it is not known (any more)."""
    with transaction(url) as db:
        row = db.get(RigaContatto, pseudonimo)
        return None if row is None else str(row.chat)


def forget(pseudonimo: str, *, url: Optional[str] = None) -> None:
    """Forget where a person is written to."""
    if execute(delete(RigaContatto).where(RigaContatto.pseudonimo == pseudonimo), url):
        wipe(url)


def sent(messaggio: int, parti: int, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Note how many parts of a message have been sent."""
    _put(RigaConsegna, {"messaggio": messaggio}, {"parti": parti, "quando": adesso}, url)


def parts_sent(messaggio: int, *, url: Optional[str] = None) -> int:
    """How many parts of a message have been sent."""
    with transaction(url) as db:
        row = db.get(RigaConsegna, messaggio)
        return 0 if row is None else int(row.parti)


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Delete the updates and the notes on deliveries up to that moment, and the contacts of whom there is no conversation left.

    How many rows there were. An update may be forgotten after a day: Telegram keeps them no longer, and does not send it again.
    """
    alive = select(RigaConversazione.id).where(RigaConversazione.stato != CANCELLATA).scalar_subquery()
    deleted = 0
    for statement in (
        delete(RigaAggiornamento).where(RigaAggiornamento.quando <= fino),
        delete(RigaConsegna).where(RigaConsegna.quando <= fino),
        delete(RigaContatto).where(RigaContatto.pseudonimo.not_in(alive)),
    ):
        deleted += execute(statement, url)
    if deleted:
        wipe(url)
    return deleted


def _put(table: Any, key: Dict[str, Any], values: Dict[str, Any], url: Optional[str]) -> None:
    """Change a row, or make it: there is one writer only, the front."""
    ((name, value),) = key.items()
    with transaction(url) as db:
        changed = db.execute(
            update(table).where(getattr(table, name) == value).values(**values).execution_options(synchronize_session=False)
        )
        if not changed.rowcount:
            db.execute(insert(table).values(**key, **values))
