"""Corrections, at any time: "ho sbagliato il cognome: si scrive Bianchi", "non Marta ma Maria", "modifica l'IBAN"."""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher
from typing import Dict, List, Mapping, Optional, Sequence

from bot.bozze.anagrafe import fold
from bot.bozze.lettura import Lettura, named_fields, read_data
from bot.bozze.parole import NOT_NAMES
from bot.bozze.persone import looks_like_name, name_run
from bot.bozze.testo import RICHIEDENTE, Testo
from bot.bozze.validazione import DatoNonValido, validate
from knowledge.models_bozze import Campo

# a field is wrong: it is asked again even where no new value is given
_STRONG = re.compile(
    r"\bsbagli\w+|\berrat[oaie]\b|\berrore\b|\bcorregg\w+|\bcorrezion\w+|\bmodific\w+|\bcambi(?:a|are|amo|i|o|ato|ata|arlo|arla)\b"
    r"|\bsostitui\w+|\brettific\w+|\baggiorn(?:a|are|i|iamo)\b|\bnon (?:e|era|sono|va bene) (?:quell|giust|corrett"
    r"|esatt|cosi|piu)\w*"
    r"|\bscritto male\b|\bmi sono confus\w+|\briscriv\w+|\brifa(?:i|re|ccio)\b"
)
# something may be wrong: it counts only with a value other than the known one
_WEAK = re.compile(
    r"\banzi\b|\bvolevo dire\b|\bintendevo\b|\bsi scrive\b|\bho scritto\b|\binvece\b|\bnon [\w' -]{2,40},? (?:ma|bensi|e)\b"
    r"|^\W*(?:no|nono|ops)\W|\baspett[ai]\b|,\s*non\b|\bnon\s+\w+\W*$|\bin realta\b"
)
_WISH = re.compile(
    r"\b(?:ho|avevo|mi sono|abbiamo) (?:fatto un |commesso un )?(?:sbagli\w+|error\w+|confus\w+)|\bc e un errore\b"
    r"|\b(?:vorrei|voglio|devo|posso|fammi|mi faccia) (?:correggere|modificare|cambiare)\b|^\W*(?:correggi|correzione"
    r"|modifica|modificare|correggere)\W*$"
)
_ABOUT_ELSE = re.compile(
    r"^\W*(?:come|quando|quanto|quanti|dove|chi|perche|che cosa|cosa|cos)\b|\b(?:sentenza|certificato|giudice"
    r"|casellario) (?:e |era )?sbagliat\w+"
    r"|\bdopo\b.*\?|\banagrafe\b|\bse (?:sbaglio|ho sbagliato|cambio|ci sono errori)\b"
)
_NOT_BUT = re.compile(
    r"\bnon\s+(?:e'?\s+|si scrive\s+|mi chiamo\s+|il\s+|la\s+)?(?P<old>[^,;.:\n]{1,60}?)\s*[,;]?\s+(?:ma|bensi|e'|e"
    r"|si scrive)\s+(?P<new>[^;\n]{1,80})"
    r"|^\W*(?:no\W+)?(?P<new2>[^,;.\n]{1,60}?)\s*,\s*non\s+(?P<old2>[^,;.\n]{1,60})$"
)
_VALUE = re.compile(
    r"(?:si scrive|scriva|diventa|e'|e|sarebbe|in|con|metti|metta|a|:|=|giusto|giusta|corretto|corretta"
    r"|invece)\s*[:=]?\s+(?=\S)|[:=]\s*(?=\S)"
)
_TAIL = re.compile(
    r"(?:,?\s+(?:con|senza)\s+(?:la|l'|le|due|una|un|il|lo|doppia|h|acca|apostrofo|accento)\b.*|,?\s+(?:non|e non"
    r"|anziche|invece (?:di|che))\s+.*"
    r"|,?\s+(?:grazie|scusi|scusa|per favore|scusate|tutto attaccato).*|\s*[.!?]+)$"
)


def read_correction(testo: str, campi: Sequence[Campo], noti: Mapping[str, str], oggi: date) -> Optional[Lettura]:
    """What a message corrects; None where it corrects nothing.

    `valori` and `errori` are as read_data gives them; `nominati` holds the fields named without a new value, to be asked. A
    wish to correct that names no field ("ho sbagliato") gives a Lettura with nothing in it: which field is to be asked.
    """
    text = Testo(testo, campi)
    whole = re.sub(r"\s+", " ", text.whole).strip()
    strong = bool(_STRONG.search(whole))
    if not (strong or _WEAK.search(whole)) or _ABOUT_ELSE.search(whole):
        return None
    exchanged = _exchanged(text, campi, noti, oggi)
    if exchanged is not None:
        return exchanged
    ids = named_fields(testo, campi)
    by_id = {c.id: c for c in campi}
    if ids:
        read = _named(text, [by_id[i] for i in ids], campi, noti, oggi)
        named = read if strong else _changes(read, noti)
        if named is not None and (strong or any(by_id[i].tipo != "scelta" for i in ids)):
            return named
    alike = _alike(text, campi, noti, oggi)
    if alike is not None:
        return alike
    chosen = {c.id for c in campi if c.tipo == "scelta"}  # a reading leaves choices already made as they are
    given = read_data(testo, campi, {k: v for k, v in noti.items() if k not in chosen}, (), oggi)
    return _changes(given, noti) or (Lettura() if _WISH.search(whole) else None)


def _changes(read: Lettura, noti: Mapping[str, str]) -> Optional[Lettura]:
    """What of a reading is other than what is known; None where nothing is."""
    changed = {k: v for k, v in read.valori.items() if k in noti and noti[k] != v}
    wrong = {k: v for k, v in read.errori.items() if k in noti}
    return Lettura(changed, wrong) if changed or wrong else None


def _exchanged(text: Testo, campi: Sequence[Campo], noti: Mapping[str, str], oggi: date) -> Optional[Lettura]:
    """ "Non Marta ma Maria", "Maria, non Marta": the old value is one of those known."""
    for match in _NOT_BUT.finditer(text.low):
        which = ("old", "new") if match["old"] else ("old2", "new2")
        old = text.raw[slice(*match.span(which[0]))].strip()
        new = _clean(text.raw[slice(*match.span(which[1]))])
        for campo in campi:
            known = noti.get(campo.id)
            if not known or not _key(old) or not _key(new) or campo.tipo in ("testo", "scelta"):
                continue
            if _key(known) == _key(old):
                return _given(campo, new, noti, oggi)
            part = re.search(rf"(?<!\w){re.escape(fold(old).strip())}(?!\w)", fold(known))
            if part and campo.tipo in ("nome", "cognome", "denominazione", "indirizzo", "luogo"):
                return _given(campo, known[: part.start()] + new + known[part.end() :], noti, oggi)
    return None


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _clean(said: str) -> str:
    low = fold(said)
    tail = _TAIL.search(low)
    said = said[: tail.start()] if tail else said
    return said.strip(" ,;.:!?\"«»'")


def _given(campo: Campo, said: str, noti: Mapping[str, str], oggi: date) -> Lettura:
    others = {k: v for k, v in noti.items() if k != campo.id}
    try:
        return Lettura({campo.id: validate(campo, said, others, oggi)})
    except DatoNonValido as error:
        return Lettura(errori={campo.id: str(error)})


def _named(text: Testo, named: List[Campo], campi: Sequence[Campo], noti: Mapping[str, str], oggi: date) -> Lettura:
    """The fields the message names, each with the value after its name, where there is one."""
    values: Dict[str, str] = {}
    errors: Dict[str, str] = {}
    places = _places(text, named)
    for i, (place, campo) in enumerate(places):
        until = places[i + 1][0][0] if i + 1 < len(places) else len(text.raw)
        rest = text.raw[place[1] : until]
        read = _read_for(campo, rest, campi, noti, oggi)
        if (
            not read.valori and not read.errori and i == 0 and place[0] > 0
        ):  # "Bianchi, non ... il cognome"; "0165 123456 è il telefono"
            before = text.raw[: place[0]]
            read = _read_for(campo, before, campi, noti, oggi) if _shaped(campo) else read
        values.update({k: v for k, v in read.valori.items()})
        errors.update({k: v for k, v in read.errori.items()})
    missing = tuple(c.id for c in named if c.id not in values and c.id not in errors)
    if values or errors:
        missing = tuple(i for i in missing if _announced(text, next(c for c in named if c.id == i)))
    return Lettura(values, errors, missing)


def _places(text: Testo, named: List[Campo]) -> "list[tuple[tuple[int, int], Campo]]":
    found = []
    for campo in named:
        own = [(lab.start, lab.end) for lab in text.labels if lab.campo is campo]
        same = [(lab.start, lab.end) for lab in text.labels if lab.campo.tipo == campo.tipo]
        found += [(place, campo) for place in (own or same)[:1]]
    return sorted(found, key=lambda f: f[0])


def _announced(text: Testo, campo: Campo) -> bool:
    """Whether the message calls a field wrong in so many words."""
    return any(
        re.search(r"(?:sbagli\w+|errat\w+|corregg\w+|modific\w+|cambi\w+)[^,;:.]*$", text.whole[: lab.start])
        for lab in text.labels
        if lab.campo is campo
    )


def _shaped(campo: Campo) -> bool:
    return campo.tipo in (
        "codice_fiscale",
        "partita_iva",
        "iban",
        "bic",
        "email",
        "pec",
        "telefono",
        "procedimento",
        "protocollo",
        "data",
    )


def _read_for(campo: Campo, rest: str, campi: Sequence[Campo], noti: Mapping[str, str], oggi: date) -> Lettura:
    """The value of one field in the words after its name."""
    others = {k: v for k, v in noti.items() if k != campo.id}
    if _shaped(campo):
        read = read_data(
            re.sub(r"(?i)\bnon\s+(?:è|e'|era|sono)\s+\S+?(?=[\s,;:.])", " ", rest), [campo], others, [campo.id], oggi
        )
        if read.valori or re.search(r"\d{3}", rest):
            return read
        return Lettura()
    tail = _TAIL.search(fold(rest))
    rest = rest[: tail.start()] if tail else rest
    low = fold(rest)
    starts = [*(m.end() for m in _VALUE.finditer(low)), 0]
    if campo.tipo in ("nome", "cognome"):
        return _name_after(campo, rest, starts, noti, oggi)
    if campo.tipo in ("scelta", "intero", "importo"):
        return read_data(rest, [campo], others, [campo.id], oggi)
    found = _VALUE.search(low)
    said = _clean(rest[found.end() :]) if found else ""
    if campo.tipo in ("luogo", "indirizzo"):
        read = read_data(said, [campo], others, [campo.id], oggi) if said else Lettura()
        return read
    words = re.findall(r"[^\W\d_]+", fold(said))
    if not said or (words and all(w in NOT_NAMES for w in words)):
        return Lettura()
    return _given(campo, said, noti, oggi)


def _name_after(campo: Campo, rest: str, starts: Sequence[int], noti: Mapping[str, str], oggi: date) -> Lettura:
    for start in starts:
        while start < len(rest) and rest[start] in " ,:=\"«'":
            start += 1
        begin, end = name_run(rest, start, len(rest), longest=4)
        said = rest[begin:end]
        if said and _key(said) != _key(noti.get(campo.id, "")):
            return _given(campo, said, noti, oggi)
    return Lettura()


def _alike(text: Testo, campi: Sequence[Campo], noti: Mapping[str, str], oggi: date) -> Optional[Lettura]:
    """ "No aspetta, è Bianchi": a name very like one that is known."""
    for match in re.finditer(
        r"(?:\b(?:e'|e|si scrive|anzi|volevo dire|intendevo|no|aspetta|scusi|scusa)\b)[\s,:]+(?=\S)", text.low
    ):
        begin, end = name_run(text.raw, match.end(), len(text.raw), longest=3)
        said = text.raw[begin:end]
        if not said:
            continue
        near = [
            (SequenceMatcher(None, _key(said), _key(noti[c.id])).ratio(), c)
            for c in campi
            if c.tipo in ("nome", "cognome") and c.soggetto == RICHIEDENTE and noti.get(c.id) and _key(noti[c.id]) != _key(said)
        ]
        best = max(near, key=lambda n: n[0], default=None)
        if best and best[0] >= 0.7 and (said[:1].isupper() or looks_like_name(said) or "si scrive" in match[0]):
            return _given(best[1], said, noti, oggi)
    return None
