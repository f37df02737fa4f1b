"""Checks what was written for a field and gives it its normal form, or says in Italian what is wrong and what to do.

Normal forms: dates ISO, amounts "1234.56", choices their `valore`, codice fiscale, IBAN and BIC upper case without spaces,
phone E.164, procedimento "1770/2026", protocollo "345/2025" or "345", the rest trimmed text. `show` (mostra.py) is the way
back, `check_coherence` (coerenza.py) the check of fields against each other; both are offered here too.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Callable, Dict, Mapping

from bot.bozze.anagrafe import fold
from bot.bozze.coerenza import Incoerenza, about_birth, check_coherence
from bot.bozze.date import read_day
from bot.bozze.errori import DatoNonValido
from bot.bozze.mostra import show
from bot.bozze.numeri import check_bic, check_email, check_fiscal_code, check_iban, check_pec, check_phone, check_vat
from bot.dialogue.lettura import prepare
from knowledge.models_bozze import Campo

__all__ = ["DatoNonValido", "Incoerenza", "check_coherence", "show", "tidy_capitals", "validate"]

LONGEST_TEXT = 3000  # characters, where the field sets no limit of its own
LONGEST_NAME = 100
LONGEST_LINE = 250
_PROCEEDING = re.compile(
    r"(?<![\d/])(\d{1,6})\s*(?:/|-|\s+del(?:l anno|l')?\s+|\s+anno\s+|\s+)\s*((?:19|20)\d{2}|\d{2})(?!\d|\s*/\s*(?:19|20)\d{2})",
    re.I,
)
_PROTOCOL = re.compile(
    r"(?<![\d/.,-])(\d{1,7})(?:\s*(?:/|-|\s+del(?:l anno)?\s+)\s*((?:19|20)\d{2}|\d{2}))?(?![\d/.,-]*\d)", re.I
)
_STREET_OR_NUMBER = re.compile(
    r"\d|\b(?:via|v le|viale|corso|c so|piazza|piazzale|p zza|largo|vicolo|strada|frazione|fraz|localita|loc|contrada"
    r"|borgo|regione"
    r"|hameau|rue|spalto|salita|calle|snc|presso|c/o|senza fissa dimora)\b"
)


def validate(campo: Campo, valore: str, noti: Mapping[str, str], oggi: date) -> str:
    """The normal form of a value.

    campo: the field. valore: as written. noti: the other values of the draft, in normal form (an end without a year takes the
    year of its start). oggi: today. Raises DatoNonValido, whose message says in Italian what is wrong and what to do.
    """
    text = unicodedata.normalize("NFC", valore).replace("\x00", "").strip()
    if not text:
        raise DatoNonValido(f"Manca il dato «{campo.etichetta}».")
    if campo.tipo == "data":
        return _day(campo, text, noti, oggi)
    if campo.tipo == "procedimento":
        return _proceeding(text, oggi)
    if campo.tipo == "protocollo":
        return _protocol(text, oggi)
    return _BY_KIND[campo.tipo](campo, text)


def tidy_capitals(text: str) -> str:
    """Names typed all lower or all upper get capitals: "de tillier" -> "De Tillier"; mixed ones are left as they are."""
    if not (text.islower() or text.isupper()):
        return text
    return re.sub(r"[^\W\d_]+", lambda m: _capitalized(m[0]), text.lower())


def _capitalized(word: str) -> str:
    first = word[0].upper()
    return (first if len(first) == 1 else word[0]) + word[1:]


def _name(campo: Campo, text: str) -> str:
    text = _one_line(re.sub(r"[’‘ʼ`´]", "'", text)).strip(" ,;:!?")
    if any(c.isdigit() for c in text):
        raise DatoNonValido(f"«{text}»: in questo dato non ci possono essere cifre. Scriva solo {_called(campo)}.")
    if not all(c.isalpha() or unicodedata.category(c) in ("Mn", "Mc") or c in " '-." for c in text):
        raise DatoNonValido(f"«{text}» contiene un segno che non può stare qui. Scriva solo {_called(campo)}, a lettere.")
    if not any(c.isalpha() for c in text):
        raise DatoNonValido(f"«{text}» non contiene lettere. Scriva {_called(campo)}.")
    return tidy_capitals(_not_longer(campo, text, LONGEST_NAME))


def _line(campo: Campo, text: str) -> str:
    text = _one_line(text).strip(" ,;:")
    if not any(c.isalnum() for c in text):
        raise DatoNonValido(f"«{text}» non contiene né lettere né cifre. Scriva {_called(campo)}.")
    return _not_longer(campo, text, LONGEST_LINE)


def _place(campo: Campo, text: str) -> str:
    text = _line(campo, text).rstrip(" .!?")
    if not any(c.isalpha() for c in text):
        raise DatoNonValido(f"«{text}» non è il nome di un luogo. Scriva il Comune, o lo Stato se è all'estero.")
    if len(text) > 2 and (text.islower() or text.isupper()):
        text = _tidy_place(text)
    return text


def _tidy_place(text: str) -> str:
    """ "reggio nell'emilia (RE)": capitals, small words small, provinces in capitals."""
    tidy = tidy_capitals(text)
    tidy = re.sub(r"(?<=\w )(?:Di|Del|Della|Dei|Degli|Delle|Nell|Nel|Sul|Sull|In|A|E|Al)\b", lambda m: m[0].lower(), tidy)
    return re.sub(r"\((\w{2})\)$", lambda m: m[0].upper(), tidy)


def _address(campo: Campo, text: str) -> str:
    text = _line(campo, text)
    if not re.search(r"[^\W\d_]{3}", text) or not _STREET_OR_NUMBER.search(re.sub(r"['.]", " ", fold(text))):
        raise DatoNonValido(f"«{text}»: manca la via con il numero civico. Scriva via, numero, CAP e Comune.")
    return text


def _text(campo: Campo, text: str) -> str:
    text = re.sub(r"\r\n?", "\n", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+", " ", text)).strip()
    if not any(c.isalnum() for c in text):
        raise DatoNonValido(f"Per «{campo.etichetta}» serve un testo con almeno una parola.")
    return _not_longer(campo, text, LONGEST_TEXT)


def _not_longer(campo: Campo, text: str, longest: int) -> str:
    longest = campo.massimo or longest
    if len(text) > longest:
        raise DatoNonValido(f"«{campo.etichetta}»: sono {len(text)} caratteri, ce ne stanno {longest}. Lo scriva più breve.")
    return text


def _one_line(text: str) -> str:
    text = "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text)
    return re.sub(r" {2,}", " ", "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs"))).strip()


def _called(campo: Campo) -> str:
    article = "l'" if campo.etichetta[:1].lower() in "aeiou" else "il " if campo.tipo in ("nome", "cognome") else ""
    return f"{article}{campo.etichetta[:1].lower()}{campo.etichetta[1:]}"


def _day(campo: Campo, text: str, noti: Mapping[str, str], oggi: date) -> str:
    year = None
    if campo.id.endswith("_fine"):
        start = noti.get(campo.id[: -len("fine")] + "inizio", "")
        year = int(start[:4]) if re.match(r"\d{4}-", start) else None
    birth = about_birth(campo)
    day = read_day(text, oggi, past=campo.solo_passato or birth, birth=birth, year=year)
    said = f"{day:%d/%m/%Y}" if day.year >= 1000 else text
    if day.year < 1900:
        raise DatoNonValido(f"La data {said} è troppo lontana: controlli l'anno.")
    if birth and day > oggi:
        raise DatoNonValido(f"La data di nascita {said} è nel futuro: controlli l'anno.")
    if campo.solo_passato and day > oggi:
        raise DatoNonValido(
            f"La data {said} è nel futuro, e qui serve un giorno già passato. La riscriva, per esempio 21/08/1999."
        )
    if day.year > oggi.year + 50:
        raise DatoNonValido(f"La data {said} è troppo lontana: controlli l'anno.")
    return day.isoformat()


def _proceeding(text: str, oggi: date) -> str:
    found = _PROCEEDING.search(re.sub(r"['’]", " ", text))
    if not found:
        raise DatoNonValido(
            f"«{_one_line(text)[:60]}» non è un numero di procedimento: servono numero e anno, per esempio 1770/{oggi.year}."
        )
    number, year = int(found[1]), int(found[2])
    if len(found[2]) == 2:
        year += 2000 if year <= oggi.year % 100 + 1 else 1900
    if not number:
        raise DatoNonValido(
            f"Il numero del procedimento non può essere zero. Lo scriva con l'anno, per esempio 1770/{oggi.year}."
        )
    if year > oggi.year:
        raise DatoNonValido(f"Il procedimento {number}/{year} sarebbe di un anno che deve ancora venire: controlli l'anno.")
    if year < 1930:
        raise DatoNonValido(f"Il procedimento {number}/{year} sarebbe di un anno troppo lontano: controlli l'anno.")
    return f"{number}/{year}"


def _protocol(text: str, oggi: date) -> str:
    """The number under which an office has entered something in its books, with the year or without."""
    found = _PROTOCOL.search(re.sub(r"['’]", " ", text))
    if not found or not int(found[1]):
        raise DatoNonValido(
            f"«{_one_line(text)[:60]}» non è un numero di protocollo. Lo scriva in cifre, se c'è con l'anno, per esempio "
            f"345/{oggi.year}."
        )
    if not found[2]:
        return str(int(found[1]))
    year = int(found[2])
    if len(found[2]) == 2:
        year += 2000 if year <= oggi.year % 100 else 1900
    if year > oggi.year:
        raise DatoNonValido(f"Il numero {int(found[1])}/{year} sarebbe di un anno che deve ancora venire: controlli l'anno.")
    return f"{int(found[1])}/{year}"


def _whole(campo: Campo, text: str) -> str:
    found = re.search(r"(?<![\d.,])(-\s?)?(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![\d]|[.,]\d)", prepare(text))
    if not found:
        one = re.search(r"\bun[oa]?\b", prepare(text))
        if not one:
            raise DatoNonValido(f"«{_one_line(text)[:60]}» non è un numero intero. Lo scriva in cifre, per esempio 3.")
        return "1"
    number = int(found[2].replace(".", ""))
    if found[1] and number:
        raise DatoNonValido("Il numero non può essere negativo. Lo scriva in cifre, per esempio 3.")
    if campo.massimo is not None and number > campo.massimo:
        raise DatoNonValido(f"{number} è troppo: al massimo si può indicare {campo.massimo}.")
    return str(number)


def _amount(campo: Campo, text: str) -> str:
    found = re.search(r"(-\s?)?(\d[\d.\s]*(?:,\s?\d+|\.\d+)?)", prepare(text))
    said = f"«{_one_line(text)[:60]}»"
    if not found:
        raise DatoNonValido(f"{said} non è un importo. Lo scriva in euro, per esempio 1.450,00.")
    if found[1]:
        raise DatoNonValido(f"{said}: l'importo non può essere negativo.")
    digits = found[2].replace(" ", "").rstrip(".")
    if "," in digits:
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        digits = digits.replace(".", "")
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        raise DatoNonValido(f"{said} non è un importo. Lo scriva in euro, per esempio 1.450,00.") from None
    if amount != amount.quantize(Decimal("0.01")) if amount < 10**9 else True:
        raise DatoNonValido(f"{said}: l'importo ha troppe cifre. Lo scriva in euro e centesimi, per esempio 1.450,00.")
    if not amount:
        raise DatoNonValido("L'importo non può essere zero. Lo scriva in euro, per esempio 1.450,00.")
    return str(amount.quantize(Decimal("0.01")))


def _choice(campo: Campo, text: str) -> str:
    said = prepare(text).strip(" .!?")
    for scelta in campo.scelte:
        if text == scelta.valore or said in (prepare(scelta.titolo).strip(" .!?"), prepare(scelta.stampa or "").strip(" .!?")):
            return scelta.valore
    for scelta in campo.scelte:
        if any(re.search(modo, said) for modo in scelta.modi):
            return scelta.valore
    titles = ", ".join(f"«{s.titolo}»" for s in campo.scelte)
    raise DatoNonValido(f"«{_one_line(text)[:60]}» non è tra le risposte possibili. Si può rispondere: {titles}.")


_BY_KIND: Dict[str, Callable[[Campo, str], str]] = {
    "nome": _name,
    "cognome": _name,
    "denominazione": _line,
    "codice_fiscale": lambda _, text: check_fiscal_code(text),
    "partita_iva": lambda _, text: check_vat(text),
    "iban": lambda _, text: check_iban(text),
    "bic": lambda _, text: check_bic(text),
    "email": lambda _, text: check_email(text),
    "pec": lambda _, text: check_pec(text),
    "telefono": lambda _, text: check_phone(text),
    "luogo": _place,
    "indirizzo": _address,
    "intero": _whole,
    "importo": _amount,
    "scelta": _choice,
    "testo": _text,
}
