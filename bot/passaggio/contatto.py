"""Leaving a question to the office: three questions (what, who, where to answer), outside of Rasa.

Where the dialogue stands is written in the office's own last message, and what was answered stays in the messages of the person:
nothing is kept elsewhere until the contact is there, and the same message heard twice leaves one question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional

import phonenumbers

from bot.bozze.errori import DatoNonValido
from bot.bozze.numeri import check_email, check_phone
from bot.passaggio import parole
from bot.passaggio.frasi import ANNULLA, SALTA, Frasi
from bot.storage.contatti import EMAIL, TELEFONO
from bot.storage.conversazioni import LEI, Messaggio, Nuovo

STEP = "passo"  # in the details of the office's message: what it asked
ASK_QUESTION, ASK_NAME, ASK_CONTACT = "domanda", "nome", "contatto"
MAX_NAME = 120
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MAIL = re.compile(r"\S+@\S*")
_ENOUGH_DIGITS = 5
_INTRODUCTION = re.compile(r"^(?:mi chiamo|il mio nome è|sono|nome:)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Lasciata:
    """A question with its contact, ready to be kept. messaggio: the message that asked it."""

    messaggio: int
    domanda: str
    nome: Optional[str]
    tipo: str
    recapito: str
    motivo: Optional[str]


def begin(frasi: Frasi, motivo: Optional[str]) -> Nuovo:
    """The first question."""
    return _ask(frasi, "chiedi_domanda", ASK_QUESTION, {"motivo": motivo})


def heard(frasi: Frasi, asked: Messaggio, testo: str, history: list[Messaggio]) -> tuple[Nuovo, Optional[Lasciata]]:
    """What to say to an answer, and the question if it is now complete (the message is then the confirmation's place).

    asked: the office's message that was answered; history: the messages of the conversation, the answer among them.
    """
    known = {name: asked.dettagli.get(name) for name in ("motivo", ASK_QUESTION, ASK_NAME)}
    step = asked.dettagli[STEP]
    mine = next((m for m in reversed(history) if m.chi == LEI and m.testo == testo and m.id > asked.id), None)
    refused = parole.refuses(testo) and step != ASK_NAME  # there a "no" is a name not told
    if parole.cancels(testo) or parole.stops(testo) or refused:
        return frasi.message("annullata"), None
    if step == ASK_QUESTION:
        if mine is None or not _LETTERS.search(testo):
            return _ask(frasi, "domanda_breve", ASK_QUESTION, known), None
        return _ask(frasi, "chiedi_nome", ASK_NAME, {**known, ASK_QUESTION: mine.id}), None
    if step == ASK_NAME:
        if parole.skips(testo) or mine is None:
            return _ask(frasi, "chiedi_contatto", ASK_CONTACT, known), None
        if len(_name(testo)) > MAX_NAME:
            return _ask(frasi, "nome_lungo", ASK_NAME, known), None
        return _ask(frasi, "chiedi_contatto", ASK_CONTACT, {**known, ASK_NAME: mine.id}), None
    try:
        tipo, recapito = read_contact(testo)
    except DatoNonValido as error:
        again = _ask(frasi, "contatto_mancante", ASK_CONTACT, known)
        return Nuovo(again.chi, str(error), scelte=again.scelte, dettagli=again.dettagli) if str(error) else again, None
    said = {m.id: m.testo for m in history if m.chi == LEI}
    question = known[ASK_QUESTION]
    if question not in said:  # it was deleted meanwhile
        return begin(frasi, known["motivo"]), None
    introduced = said.get(known[ASK_NAME] or 0)
    nome = _name(introduced) if introduced else None
    return frasi.message("registrata"), Lasciata(question, said[question], nome, tipo, recapito, known["motivo"])


def read_contact(text: str) -> tuple[str, str]:
    """The contact in a message: ("email", address) or ("telefono", number in E.164).

    Raises DatoNonValido, with what is wrong in Italian; with nothing when there is no contact at all.
    """
    mail = _MAIL.search(text)
    if mail:
        return EMAIL, check_email(mail[0])
    match = next(iter(phonenumbers.PhoneNumberMatcher(text, "IT")), None)
    if match is not None:
        return TELEFONO, check_phone(match.raw_string)
    if sum(c.isdigit() for c in text) >= _ENOUGH_DIGITS:
        return TELEFONO, check_phone(text)
    raise DatoNonValido("")


def written(tipo: str, recapito: str) -> str:
    """A contact as people read it."""
    if tipo != TELEFONO:
        return recapito
    number = phonenumbers.parse(recapito)
    style = phonenumbers.PhoneNumberFormat
    kind = style.NATIONAL if number.country_code == phonenumbers.country_code_for_region("IT") else style.INTERNATIONAL
    return str(phonenumbers.format_number(number, kind))


def _name(text: str) -> str:
    return _INTRODUCTION.sub("", " ".join(text.split())).strip(" .,")


def _ask(frasi: Frasi, key: str, step: str, known: dict[str, Any]) -> Nuovo:
    record = {name: value for name, value in known.items() if value is not None}
    buttons = (SALTA, ANNULLA) if step == ASK_NAME else (ANNULLA,)
    return frasi.message(key, *buttons, dettagli={**record, STEP: step})
