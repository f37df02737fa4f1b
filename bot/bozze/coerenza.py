"""Fields of a draft held against each other: codice fiscale and person, IBAN and BIC, start and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from codicefiscale import encode_firstname, encode_lastname
from stdnum.it import codicefiscale

from bot.bozze.anagrafe import place_codes, place_name
from knowledge.models_bozze import Campo

_DIGITS = str.maketrans("LMNPQRSTUV", "0123456789")  # omocodia: letters in place of digits
# territories whose banks use the IBAN of another country
_SAME_IBAN = {"FR": {"GP", "MQ", "GF", "RE", "PM", "YT", "NC", "PF", "WF", "BL", "MF"}, "GB": {"GG", "JE", "IM"}}


@dataclass(frozen=True)
class Incoerenza:
    """Two fields that do not agree. campo: the field to look at. messaggio: Italian. grave: cannot be left as it is."""

    campo: str
    messaggio: str
    grave: bool = False


def check_coherence(valori: Mapping[str, str], campi: Sequence[Campo]) -> Tuple[Incoerenza, ...]:
    """What does not agree in a draft: what is not `grave` is a warning that the user may override.

    valori: values by field id, in normal form. campi: the fields of the draft.
    """
    found: List[Incoerenza] = []
    subjects: Dict[str, List[Campo]] = {}
    for campo in campi:
        if valori.get(campo.id):
            subjects.setdefault(campo.soggetto, []).append(campo)
    for fields in subjects.values():
        found += _fiscal_code(valori, fields)
        found += _bank(valori, fields)
    found += _periods(valori, campi)
    return tuple(found)


def _fiscal_code(valori: Mapping[str, str], fields: Sequence[Campo]) -> Iterator[Incoerenza]:
    field = next((c for c in fields if c.tipo == "codice_fiscale"), None)
    if field is None:
        return
    code = valori[field.id].upper()
    if not codicefiscale.is_valid(code):
        yield Incoerenza(
            field.id, f"Il codice fiscale {code} non è valido: il carattere di controllo non corrisponde.", grave=True
        )
        return
    if len(code) != 16:
        return  # provisional: it says nothing of the person
    wrong = [w for c in fields if (w := _disagrees(code, c, valori[c.id]))]
    if wrong:
        listed = " e ".join([", ".join(wrong[:-1]), wrong[-1]]) if len(wrong) > 1 else wrong[0]
        yield Incoerenza(
            field.id,
            f"Il codice fiscale {code} non corrisponde a {listed}. Controlli i dati; se sono giusti così, lo confermi pure.",
        )


def _disagrees(code: str, campo: Campo, value: str) -> Optional[str]:
    """What a field says otherwise than the code does, in Italian; None where they agree or nothing can be said."""
    if campo.tipo == "cognome" and _latin(value) and encode_lastname(value) != code[:3]:
        return f"il cognome {value}"
    if campo.tipo == "nome" and _latin(value) and encode_firstname(value) != code[3:6]:
        return f"il nome {value}"
    if campo.tipo == "data" and about_birth(campo):
        day = date.fromisoformat(value)
        number = int(code[9:11].translate(_DIGITS)) % 40
        if (day.year % 100, day.month, day.day) != (int(code[6:8].translate(_DIGITS)), "ABCDEHLMPRST".index(code[8]) + 1, number):
            return f"la data di nascita {day.day:02d}/{day.month:02d}/{day.year}"
    if campo.tipo == "luogo" and about_birth(campo):
        place = code[11] + code[12:15].translate(_DIGITS)
        codes = place_codes(value)
        if codes and place not in codes:
            known = place_name(place)
            return f"il luogo di nascita {value}" + (f" (il codice indica {known})" if known else "")
    if campo.tipo == "scelta" and "sesso" in campo.id and value[:1].upper() in ("M", "F") and value[:1].upper() != _sex(code):
        return "il sesso"
    return None


def _latin(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-zÀ-ɏ' .-]+", name))


def _sex(code: str) -> str:
    return "F" if int(code[9:11].translate(_DIGITS)) > 40 else "M"


def about_birth(campo: Campo) -> bool:
    """Whether a field is a date or place of birth."""
    return bool(re.search(r"(?:^|_)nat[oai](?:_|$)|nascita", campo.id)) or any("nascita" in p for p in campo.parole)


def _bank(valori: Mapping[str, str], fields: Sequence[Campo]) -> Iterator[Incoerenza]:
    iban = next((valori[c.id] for c in fields if c.tipo == "iban"), "")
    field = next((c for c in fields if c.tipo == "bic"), None)
    if not iban or field is None:
        return
    country, bank = iban[:2], valori[field.id][4:6]
    if country != bank and bank not in _SAME_IBAN.get(country, ()):
        yield Incoerenza(
            field.id,
            f"Il BIC {valori[field.id]} è di una banca con sigla {bank}, l'IBAN è {country}: di solito coincidono. Li controlli.",
        )


def _periods(valori: Mapping[str, str], campi: Sequence[Campo]) -> Iterator[Incoerenza]:
    for campo in campi:
        if campo.tipo != "data" or not campo.id.endswith("_fine"):
            continue
        start, end = valori.get(campo.id[: -len("fine")] + "inizio"), valori.get(campo.id)
        if start and end and end < start:
            days = [f"{d.day:02d}/{d.month:02d}/{d.year}" for d in (date.fromisoformat(end), date.fromisoformat(start))]
            yield Incoerenza(campo.id, f"La fine ({days[0]}) viene prima dell'inizio ({days[1]}): quale è giusta?", grave=True)
