"""The conversations of every channel and their messages: what the site shows again, what Telegram still has to deliver, what the
staff reads. The front's process alone writes here; Rasa keeps its own record (bot/tracker_store.py).

Every function that needs the time is told it; `url` is the database, the configured one by default. All raise
ArchivioNonDisponibile when the database is missing, locked or broken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint, cast, func, insert, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from bot.storage import eventi
from bot.storage.database import Base, Istante, available, erase, execute, session, transaction, wipe
from bot.storage.eventi import Conteggio

# who has the conversation
BOT, ATTESA, OPERATORE, CHIUSA, CANCELLATA = "bot", "attesa", "operatore", "chiusa", "cancellata"
STATI = (BOT, ATTESA, OPERATORE, CHIUSA, CANCELLATA)
# who speaks
LEI, ASSISTENTE, PERSONA, UFFICIO = "lei", "assistente", "operatore", "ufficio"


class RigaConversazione(Base):
    """A conversation. A deleted one stays for a while as a mere id, so that its token is refused."""

    __tablename__ = "conversazioni"

    id = Column(String(255), primary_key=True)
    canale = Column(String(20), nullable=False)
    stato = Column(String(20), nullable=False, index=True)
    operatore = Column(String(80))
    creata = Column(Istante, nullable=False)
    ultima = Column(Istante, nullable=False, index=True)
    dal = Column(Istante, nullable=False)


class RigaMessaggio(Base):
    """A message of a conversation."""

    __tablename__ = "messaggi"
    __table_args__ = (UniqueConstraint("conversazione", "chiave", name="uq_messaggi_chiave"), {"sqlite_autoincrement": True})

    id = Column(Integer, primary_key=True)
    conversazione = Column(
        String(255),
        ForeignKey("conversazioni.id", name="fk_messaggi_conversazione", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )
    chi = Column(String(20), nullable=False)
    nome = Column(String(80))
    testo = Column(Text, nullable=False)
    fonte = Column(Text)
    scelte = Column(JSON, nullable=False)
    scelta = Column(String(64))
    chiave = Column(String(64))
    risponde_a = Column(Integer)
    dettagli = Column(JSON, nullable=False)
    quando = Column(Istante, nullable=False)
    consegnato = Column(Istante, index=True)
    utile = Column(Boolean)
    motivo = Column(Text)


@dataclass(frozen=True)
class Scelta:
    """A button that was offered; the payload for Rasa never leaves the server."""

    titolo: str
    token: str
    payload: str


@dataclass(frozen=True)
class Nuovo:
    """A message to add.

    chi: who speaks. nome: the name shown of a person of the office. chiave: what makes a message of the public unique, whoever
    sends it again. risponde_a: the message it answers. dettagli: what Rasa says of an answer ("argomento", "voce", "esito").
    """

    chi: str
    testo: str
    nome: Optional[str] = None
    fonte: Optional[str] = None
    scelte: Tuple[Scelta, ...] = ()
    chiave: Optional[str] = None
    risponde_a: Optional[int] = None
    dettagli: Optional[Dict[str, Any]] = None


@dataclass(frozen=True)
class Messaggio:
    """A message as it was when it was read. Times in UTC.

    scelta: the token of the button that was used. consegnato: when the channel had it (None: it still has to be given it); of a
    message of the public, when it was answered (None: it is being answered, or whoever was at it died). utile, motivo: what the
    person thought of the answer.
    """

    id: int
    conversazione: str
    chi: str
    nome: Optional[str]
    testo: str
    fonte: Optional[str]
    scelte: Tuple[Scelta, ...]
    scelta: Optional[str]
    chiave: Optional[str]
    risponde_a: Optional[int]
    dettagli: Dict[str, Any]
    quando: datetime
    consegnato: Optional[datetime]
    utile: Optional[bool]
    motivo: Optional[str]


@dataclass(frozen=True)
class Conversazione:
    """A conversation as it was when it was read. dal: since when it is in its state. operatore: the account that has it."""

    id: str
    canale: str
    stato: str
    operatore: Optional[str]
    creata: datetime
    ultima: datetime
    dal: datetime


def canale_di(id: str) -> str:
    """The channel of a conversation, which its id begins with: "web:…" is "web"."""
    return id.partition(":")[0]


def open(id: str, adesso: datetime, *, url: Optional[str] = None) -> Conversazione:
    """The conversation with this id, made if it is not there."""
    found = get(id, url=url)
    if found is not None:
        return found
    values = {"id": id, "canale": canale_di(id), "stato": BOT, "creata": adesso, "ultima": adesso, "dal": adesso}
    with available(), session(url) as db:
        try:
            with db.begin():
                db.execute(insert(RigaConversazione).values(**values))
        except IntegrityError:
            pass  # another request has just made it
    made = get(id, url=url)
    assert made is not None
    return made


def get(id: str, *, url: Optional[str] = None) -> Optional[Conversazione]:
    """The conversation with this id, also when it was deleted (stato "cancellata"); None if there was never one."""
    with transaction(url) as db:
        row = db.get(RigaConversazione, id)
        return None if row is None else _conversation(row)


def revive(id: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """Let a deleted conversation begin anew, where the channel has but one id for a person (Telegram)."""
    _update_conversation(
        id, {"stato": BOT, "operatore": None, "creata": adesso, "ultima": adesso, "dal": adesso}, (CANCELLATA,), url
    )


def at_once(id: str) -> bool:
    """Whether a message counts as delivered as soon as it is kept: the website reads it here, other channels are given it.

    So do the staff, in their own conversations.
    """
    return canale_di(id) in ("web", "int")


def change_state(
    id: str,
    da: Sequence[str],
    a: str,
    adesso: datetime,
    *,
    operatore: Optional[str] = None,
    di: Optional[str] = None,
    messaggi: Sequence[Nuovo] = (),
    url: Optional[str] = None,
) -> bool:
    """Bring a conversation from one of the states `da` to `a`, in the hands of `operatore`; False when it was in none of them.

    di: only while it is in the hands of that account. messaggi: added with the change, both or neither.
    """
    if a not in STATI:
        raise ValueError(f"stato sconosciuto: {a}")
    values = {"stato": a, "operatore": operatore, "dal": adesso}
    if messaggi:
        values["ultima"] = adesso
    statement = sql_update(RigaConversazione).where(RigaConversazione.id == id, RigaConversazione.stato.in_(list(da)))
    if di is not None:
        statement = statement.where(RigaConversazione.operatore == di)
    with transaction(url) as db:
        if not db.execute(statement.values(**values).execution_options(synchronize_session=False)).rowcount:
            return False
        db.add_all([_row(id, new, adesso, at_once(id)) for new in messaggi])
    return True


def touch(id: str, adesso: datetime, *, url: Optional[str] = None) -> None:
    """The person is at the conversation still, without writing: it counts as used now."""
    _update_conversation(id, {"ultima": adesso}, (BOT, ATTESA, OPERATORE, CHIUSA), url)


def in_state(stati: Sequence[str], *, url: Optional[str] = None) -> List[Conversazione]:
    """The conversations in one of these states, those that are in it longest first."""
    wanted = select(RigaConversazione).where(RigaConversazione.stato.in_(list(stati))).order_by(RigaConversazione.dal)
    with transaction(url) as db:
        return [_conversation(row) for row in db.scalars(wanted)]


def add(
    id: str,
    messages: Iterable[Nuovo],
    adesso: datetime,
    *,
    consegnato: bool = True,
    risposto: Optional[int] = None,
    usata: Optional[Tuple[int, str]] = None,
    conteggi: Iterable[Conteggio] = (),
    di: Optional[str] = None,
    url: Optional[str] = None,
) -> List[Messaggio]:
    """Add messages to a conversation, which counts as used now; with them, or not at all, what goes with them.

    consegnato: False for those the channel has to be given later. risposto: the message of the public that is answered by now.
    usata: the message whose button was used, and its token. conteggi: what to count. di: only while the conversation is in the
    hands of that account. Raises KeyError when it is not, or is not there or is deleted, DoppioMessaggio when the key of one is
    taken.
    """
    held = [] if di is None else [RigaConversazione.stato == OPERATORE, RigaConversazione.operatore == di]
    with available(), session(url) as db:
        try:
            with db.begin():
                touched = (
                    sql_update(RigaConversazione)
                    .where(RigaConversazione.id == id, RigaConversazione.stato != CANCELLATA, *held)
                    .values(ultima=adesso)
                )
                if not db.execute(touched.execution_options(synchronize_session=False)).rowcount:
                    raise KeyError(id)
                rows = [_row(id, new, adesso, consegnato) for new in messages]
                db.add_all(rows)
                db.flush()
                if risposto is not None:
                    db.execute(_changed(risposto, {"consegnato": adesso}))
                if usata is not None:
                    db.execute(_changed(usata[0], {"scelta": usata[1]}))
                eventi.write(db, conteggi, canale_di(id), adesso)
                return [_message(row) for row in rows]
        except IntegrityError:
            raise DoppioMessaggio from None


class DoppioMessaggio(Exception):
    """A message with this key is already in the conversation."""


def remove(message: int, *, url: Optional[str] = None) -> None:
    """Take back a message that could not be answered."""
    with transaction(url) as db:
        db.execute(sql_delete(RigaMessaggio).where(RigaMessaggio.id == message).execution_options(synchronize_session=False))


def by_key(id: str, chiave: str, *, url: Optional[str] = None) -> Optional[Messaggio]:
    """The message of the public that was sent with this key."""
    return _first([RigaMessaggio.conversazione == id, RigaMessaggio.chiave == chiave], url)


def take_up(message: Messaggio, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Begin anew to answer a message that somebody left without an answer; False when another was faster."""
    unchanged = [RigaMessaggio.consegnato.is_(None), RigaMessaggio.quando == message.quando]
    return _update_message(message.id, {"quando": adesso}, unchanged, url)


def answers_to(id: str, message: int, *, url: Optional[str] = None) -> List[Messaggio]:
    """What was answered to a message."""
    return _messages([RigaMessaggio.conversazione == id, RigaMessaggio.risponde_a == message], url)


def history(id: str, *, dopo: int = 0, limite: int = 500, url: Optional[str] = None) -> List[Messaggio]:
    """The messages of a conversation after that one, oldest first; of more than `limite` the newest."""
    newest = (
        select(RigaMessaggio.id)
        .where(RigaMessaggio.conversazione == id, RigaMessaggio.id > dopo)
        .order_by(RigaMessaggio.id.desc())
        .limit(limite)
    )
    return _messages([RigaMessaggio.id.in_(newest.scalar_subquery())], url)


def last_said(id: str, *, url: Optional[str] = None) -> Optional[Messaggio]:
    """The newest message of a conversation that is not of the public; None before the first."""
    wanted = select(RigaMessaggio).where(RigaMessaggio.conversazione == id, RigaMessaggio.chi != LEI)
    with transaction(url) as db:
        row = db.scalars(wanted.order_by(RigaMessaggio.id.desc()).limit(1)).first()
        return None if row is None else _message(row)


def undelivered(canale: str, *, conversazione: Optional[str] = None, url: Optional[str] = None) -> List[Messaggio]:
    """What the channel still has to be given, in order; with `conversazione`, only in that one."""
    conditions = [
        RigaMessaggio.consegnato.is_(None),
        RigaMessaggio.chi != LEI,
        RigaMessaggio.conversazione.in_(select(RigaConversazione.id).where(RigaConversazione.canale == canale).scalar_subquery()),
    ]
    return _messages(conditions + ([RigaMessaggio.conversazione == conversazione] if conversazione else []), url)


def delivered(message: int, adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Note that the channel had a message; False when it is not there or was noted before."""
    return _update_message(message, {"consegnato": adesso}, [RigaMessaggio.consegnato.is_(None)], url)


def choice(id: str, token: str, *, url: Optional[str] = None) -> Optional[Tuple[Messaggio, Scelta]]:
    """The offered button with this token, and its message."""
    holding = [RigaMessaggio.conversazione == id, cast(RigaMessaggio.scelte, Text).contains(f'"{token}"', autoescape=True)]
    found = ((m, s) for m in _messages(holding, url) for s in m.scelte if s.token == token)
    return next(found, None)


def last_name(id: str, *, url: Optional[str] = None) -> Optional[str]:
    """The name under which a person of the office last took a conversation, or wrote in it."""
    wanted = (
        select(RigaMessaggio.nome)
        .where(RigaMessaggio.conversazione == id, RigaMessaggio.nome.is_not(None))
        .order_by(RigaMessaggio.id.desc())
        .limit(1)
    )
    with transaction(url) as db:
        found: Optional[str] = db.scalar(wanted)
        return found


def rate(id: str, message: int, utile: bool, motivo: Optional[str], adesso: datetime, *, url: Optional[str] = None) -> bool:
    """Keep and count what the person thought of an answer (motivo without personal data); False if there is no such answer.

    Who thinks again is counted again only when the opinion is another one.
    """
    mine = [RigaMessaggio.conversazione == id, RigaMessaggio.chi.in_([ASSISTENTE, PERSONA])]
    other = or_(RigaMessaggio.utile.is_(None), RigaMessaggio.utile != utile)
    with transaction(url) as db:
        changed = db.execute(_changed(message, {"utile": utile}, *mine, other)).rowcount
        if not db.execute(_changed(message, {"motivo": motivo}, *mine)).rowcount:
            return False
        if changed:
            about = db.get(RigaMessaggio, message).dettagli
            eventi.write(db, [eventi.of_answer("valutazione", about, "utile" if utile else "non_utile")], canale_di(id), adesso)
        return True


def delete(id: str, adesso: datetime, *, url: Optional[str] = None) -> int:
    """Delete what was said in a conversation; the id stays, marked as deleted. How many messages there were."""
    deleted = clear(id, url=url)
    values = {"stato": CANCELLATA, "operatore": None, "dal": adesso, "ultima": adesso, "creata": adesso}
    _update_conversation(id, values, STATI, url)
    return deleted


def clear(id: str, *, url: Optional[str] = None) -> int:
    """Delete what was said in a conversation, which goes on. How many messages there were."""
    return erase(sql_delete(RigaMessaggio).where(RigaMessaggio.conversazione == id), url)


def purge(fino: datetime, *, url: Optional[str] = None) -> int:
    """Delete the conversations last used by that moment, with their messages, unless somebody is at them. How many there were."""
    idle = [RigaConversazione.ultima <= fino, or_(RigaConversazione.stato != OPERATORE, RigaConversazione.dal <= fino)]
    theirs = RigaMessaggio.conversazione.in_(select(RigaConversazione.id).where(*idle).scalar_subquery())
    with transaction(url) as db:
        # both statements write: SQLite then waits for other writers, where one that has read before would fail
        db.execute(sql_delete(RigaMessaggio).where(theirs).execution_options(synchronize_session=False))
        purged = int(db.execute(sql_delete(RigaConversazione).where(*idle).execution_options(synchronize_session=False)).rowcount)
    if purged:
        wipe(url)
    return purged


def count(*, url: Optional[str] = None) -> int:
    """How many conversations there are."""
    with transaction(url) as db:
        return int(db.scalar(select(func.count()).select_from(RigaConversazione)))


def _row(id: str, new: Nuovo, adesso: datetime, consegnato: bool) -> RigaMessaggio:
    return RigaMessaggio(
        conversazione=id,
        chi=new.chi,
        nome=new.nome,
        testo=new.testo,
        fonte=new.fonte,
        scelte=[{"titolo": s.titolo, "token": s.token, "payload": s.payload} for s in new.scelte],
        chiave=new.chiave,
        risponde_a=new.risponde_a,
        dettagli=new.dettagli or {},
        quando=adesso,
        consegnato=adesso if consegnato and new.chi != LEI else None,
    )


def _conversation(row: Any) -> Conversazione:
    return Conversazione(**{name: getattr(row, name) for name in Conversazione.__dataclass_fields__})


def _message(row: Any) -> Messaggio:
    found = Messaggio(**{name: getattr(row, name) for name in Messaggio.__dataclass_fields__})
    return replace(found, scelte=tuple(Scelta(**s) for s in row.scelte), dettagli=dict(row.dettagli))


def _messages(conditions: List[Any], url: Optional[str]) -> List[Messaggio]:
    with transaction(url) as db:
        return [_message(row) for row in db.scalars(select(RigaMessaggio).where(*conditions).order_by(RigaMessaggio.id))]


def _first(conditions: List[Any], url: Optional[str]) -> Optional[Messaggio]:
    return next(iter(_messages(conditions, url)), None)


def _update_conversation(id: str, values: Dict[str, Any], da: Tuple[str, ...], url: Optional[str]) -> bool:
    statement = sql_update(RigaConversazione).where(RigaConversazione.id == id, RigaConversazione.stato.in_(da)).values(**values)
    return bool(execute(statement, url))


def _update_message(message: int, values: Dict[str, Any], conditions: List[Any], url: Optional[str]) -> bool:
    return bool(execute(_changed(message, values, *conditions), url))


def _changed(message: int, values: Dict[str, Any], *conditions: Any) -> Any:
    statement = sql_update(RigaMessaggio).where(RigaMessaggio.id == message, *conditions).values(**values)
    return statement.execution_options(synchronize_session=False)
