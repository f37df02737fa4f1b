"""The drafts of requests: made, changed, found, deleted. Rasa's process writes them, the front's reads and purges them.

Every function that needs the time is told it; `url` is the database, the configured one by default. All raise
ArchivioNonDisponibile when the database is missing, locked or broken. A draft is expired from the very moment of its `scade`.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import JSON, Column, Integer, String, case, insert, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from bot.bozze.richiesta import Richiesta
from bot.settings import settings
from bot.storage import richieste
from bot.storage.database import ArchivioNonDisponibile, Base, Istante, available, erase, session, transaction

DATI, RIEPILOGO, PRONTA = "dati", "riepilogo", "pronta"
FASI = (DATI, RIEPILOGO, PRONTA)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is taken for something else when read aloud: no 0 O 1 I
_TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_ATTEMPTS = 5


class RigaBozza(Base):
    """A draft in the database."""

    __tablename__ = "bozze"

    id = Column(Integer, primary_key=True)
    token = Column(String(64), nullable=False, unique=True, index=True)
    riferimento = Column(String(9), nullable=False, unique=True, index=True)
    conversazione = Column(String(255), nullable=False, index=True)
    codice = Column(String(10), nullable=False)
    valori = Column(JSON, nullable=False)
    fase = Column(String(20), nullable=False)
    richiesta = Column(JSON(none_as_null=True))
    creata = Column(Istante, nullable=False)
    modificata = Column(Istante, nullable=False)
    scade = Column(Istante, nullable=False, index=True)
    poi = Column(JSON(none_as_null=True))


@dataclass(frozen=True)
class BozzaSalvata:
    """A draft as it was when it was read.

    token: the secret of its address. riferimento: the code for the counter ("7K3M-9QXT"). conversazione: whose it is (sender id).
    codice: the form. valori: what was said, by field. fase: "dati", "riepilogo" or "pronta"; richiesta: only then. Times in UTC.
    poi: the codes of the forms to draft after this one.
    """

    id: int
    token: str
    riferimento: str
    conversazione: str
    codice: str
    valori: Dict[str, str]
    fase: str
    richiesta: Optional[Richiesta]
    creata: datetime
    modificata: datetime
    scade: datetime
    poi: Tuple[str, ...] = ()

    @property
    def percorso(self) -> str:
        """The path of its page on the site, to put after the public address."""
        return f"/bozze/{self.token}"


def address_in(site: str) -> "re.Pattern[str]":
    """What finds the address of a draft in a text, and its token; site: the public address of the website."""
    return re.compile(rf"{re.escape(site)}/bozze/({_TOKEN.pattern})(?![A-Za-z0-9_-])")


def create(
    conversazione: str, codice: str, adesso: datetime, *, poi: Sequence[str] = (), url: Optional[str] = None
) -> BozzaSalvata:
    """A new draft of a form, empty; poi: the forms to draft after it."""
    for _ in range(_ATTEMPTS):
        values = {
            "token": secrets.token_urlsafe(_TOKEN_BYTES),
            "riferimento": _reference(),
            "conversazione": conversazione,
            "codice": codice,
            "valori": {},
            "fase": DATI,
            "creata": adesso,
            "modificata": adesso,
            "scade": _expiry(adesso),
            "poi": list(poi),
        }
        try:
            with available(), session(url) as db, db.begin():
                try:
                    number = db.execute(insert(RigaBozza).values(**values)).inserted_primary_key[0]
                except IntegrityError:
                    raise _Taken from None
                return _saved(db.get(RigaBozza, number))
        except _Taken:
            continue  # the code of another draft: once in a thousand milliards
    raise ArchivioNonDisponibile("nessun riferimento libero")


def get(id: int, conversazione: str, *, adesso: Optional[datetime] = None, url: Optional[str] = None) -> Optional[BozzaSalvata]:
    """The draft of this conversation with this id; with `adesso`, only if it has not expired."""
    conditions = [RigaBozza.id == id, RigaBozza.conversazione == conversazione]
    return _first(conditions + ([RigaBozza.scade > adesso] if adesso else []), url)


def update(
    id: int,
    conversazione: str,
    *,
    adesso: datetime,
    valori: Optional[Mapping[str, str]] = None,
    codice: Optional[str] = None,
    fase: Optional[str] = None,
    richiesta: Optional[Richiesta] = None,
    url: Optional[str] = None,
) -> Optional[BozzaSalvata]:
    """Change what is given, and move the expiry; the draft as it is now, None when it is not there (deleted, expired, of others).

    `valori` takes the place of all the values. A request says what the values said when it was made: it goes away with any change
    of values, form or phase that does not bring a new one, and a ready draft goes back to the review. Raises ValueError for
    "pronta" without a request and for a request without "pronta".
    """
    if fase is not None and fase not in FASI:
        raise ValueError(f"fase sconosciuta: {fase}")
    if (fase == PRONTA) != (richiesta is not None):
        raise ValueError("una bozza è pronta quando ha la richiesta, e solo allora")
    changes: Dict[str, Any] = {"modificata": adesso, "scade": _expiry(adesso)}
    if valori is not None:
        changes["valori"] = dict(valori)
    if codice is not None:
        changes["codice"] = codice
    if fase is not None:
        changes["fase"] = fase
    elif valori is not None or codice is not None:
        changes["fase"] = case((RigaBozza.fase == PRONTA, RIEPILOGO), else_=RigaBozza.fase)
    if valori is not None or codice is not None or fase is not None:
        changes["richiesta"] = None if richiesta is None else richieste.to_dict(richiesta)
    mine = (RigaBozza.id == id, RigaBozza.conversazione == conversazione)
    statement = sql_update(RigaBozza).where(*mine, RigaBozza.scade > adesso).values(**changes)
    with transaction(url) as db:
        # the write comes first: SQLite then waits for other writers instead of failing
        if not db.execute(statement.execution_options(synchronize_session=False)).rowcount:
            return None
        return _saved(db.scalars(select(RigaBozza).where(*mine)).one())


def latest(conversazione: str, adesso: datetime, *, url: Optional[str] = None) -> Optional[BozzaSalvata]:
    """The draft to resume: of those not expired the one changed last, ready ones after the others; None if there is none."""
    return next(iter(all_of(conversazione, adesso, url=url)), None)


def all_of(conversazione: str, adesso: datetime, *, url: Optional[str] = None) -> List[BozzaSalvata]:
    """The drafts of a conversation that have not expired, in the order of `latest`."""
    wanted = select(RigaBozza).where(RigaBozza.conversazione == conversazione, RigaBozza.scade > adesso)
    with transaction(url) as db:
        found = [_saved(row) for row in db.scalars(wanted)]
    return sorted(found, key=lambda b: (b.fase != PRONTA, b.modificata, b.id), reverse=True)


def by_token(token: str, adesso: datetime, *, url: Optional[str] = None) -> Optional[BozzaSalvata]:
    """The draft of an address, None if there is none or it has expired; a malformed token is one of no draft."""
    if not _TOKEN.fullmatch(token):
        return None
    return _first([RigaBozza.token == token, RigaBozza.scade > adesso], url)


def by_riferimento(code: str, adesso: datetime, *, url: Optional[str] = None) -> Optional[BozzaSalvata]:
    """The draft with a code, however it is typed ("7k3m 9qxt"); None if there is none or it has expired."""
    letters = re.sub(r"[\s\-–—.]", "", code).upper()
    if len(letters) != 8 or not set(letters) <= set(ALPHABET):
        return None
    return _first([RigaBozza.riferimento == f"{letters[:4]}-{letters[4:]}", RigaBozza.scade > adesso], url)


def delete(id: int, conversazione: str, *, url: Optional[str] = None) -> bool:
    """Delete a draft of this conversation; whether it was there."""
    return _delete(url, RigaBozza.id == id, RigaBozza.conversazione == conversazione) > 0


def delete_all(conversazione: str, *, url: Optional[str] = None) -> int:
    """Delete all the drafts of a conversation; how many there were."""
    return _delete(url, RigaBozza.conversazione == conversazione)


def purge(adesso: datetime, *, url: Optional[str] = None) -> int:
    """Delete the drafts that have expired; how many there were."""
    return _delete(url, RigaBozza.scade <= adesso)


class _Taken(Exception):
    """The token or the code of a new draft is that of another one."""


def _reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _expiry(adesso: datetime) -> datetime:
    return adesso + timedelta(hours=settings().bozze_ore)


def _first(conditions: List[Any], url: Optional[str]) -> Optional[BozzaSalvata]:
    with transaction(url) as db:
        row = db.scalars(select(RigaBozza).where(*conditions)).first()
        return None if row is None else _saved(row)


def _delete(url: Optional[str], *conditions: Any) -> int:
    return erase(sql_delete(RigaBozza).where(*conditions), url)


def _saved(row: Any) -> BozzaSalvata:
    values = {name: getattr(row, name) for name in BozzaSalvata.__dataclass_fields__}
    values["valori"] = dict(row.valori)
    values["poi"] = tuple(row.poi or ())
    values["richiesta"] = _readable(row.richiesta)
    if row.fase == PRONTA and values["richiesta"] is None:
        values["fase"] = RIEPILOGO
    return BozzaSalvata(**values)


def _readable(data: Optional[Dict[str, Any]]) -> Optional[Richiesta]:
    """The stored request; None for one written by another version of the program, which is then made again from the values."""
    try:
        return None if data is None else richieste.from_dict(data)
    except (TypeError, ValueError, KeyError):
        return None
