"""What a form of the staff is made of, and reading what was typed in it. No HTML here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.models import GIORNI

TESTO, AREA, DATA, ORA, IMPORTO, ORARI, SCELTA, SCELTE = "testo", "area", "data", "ora", "importo", "orari", "scelta", "scelte"
AMOUNT = "importo:"  # how the names of the fields with the amounts of a fee begin
_BAND = re.compile(r"^(?P<days>.+?)\s*:?\s+(?P<from>\d{1,2}[.:]\d{2})\s*(?:-|–|alle)\s*(?P<to>\d{1,2}[.:]\d{2})$")
_ITALIAN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_AMOUNT = re.compile(r"(?:€\s*)?(\d{1,3}(?:\.?\d{3})*)(?:,(\d{1,2}))?(?:\s*€)?")


@dataclass(frozen=True)
class CampoModulo:
    """A field: name, label, kind, what it holds now (as the person would type it), help, choices as value and label."""

    nome: str
    etichetta: str
    tipo: str = TESTO
    valore: Any = ""
    obbligatorio: bool = False
    aiuto: str = ""
    scelte: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ModuloFatti:
    """A form for some facts: "ufficio/casellario". `gruppo` is the heading of the list in which it stands."""

    id: str
    titolo: str
    gruppo: str
    campi: tuple[CampoModulo, ...] = ()

    def campo(self, nome: str) -> CampoModulo:
        """The field of that name. Raises KeyError."""
        found = next((campo for campo in self.campi if campo.nome == nome), None)
        if found is None:
            raise KeyError(nome)
        return found


class ErroriCampi(Exception):
    """What was typed cannot be kept; `errori`: by field ("" for the form as a whole), what is wrong in Italian."""

    def __init__(self, errori: Mapping[str, str]) -> None:
        self.errori = dict(errori)
        super().__init__("\n".join(f"{name}: {text}" for name, text in self.errori.items()))


def errors_by_field(modulo: ModuloFatti, errori: Mapping[str, str]) -> dict[str, str]:
    """What the verifier says of a change ("campi.orari.0.alle"), by field of its form; "" for what belongs to none."""
    names = {campo.nome for campo in modulo.campi}
    found: dict[str, str] = {}
    for key, text in errori.items():
        parts = [part for part in key.split(".") if part not in ("campi", "edizione")] or [""]
        candidates = (parts[0], AMOUNT + ".".join(parts[1:]), {"fonti": "fonte"}.get(parts[0], ""))
        field = next((name for name in candidates if name in names), "")
        found[field] = f"{found[field]}; {text}" if field in found else text
    return found


def read_values(modulo: ModuloFatti, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the knowledge files write it; "" (or []) for what was left empty. Raises ErroriCampi."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for campo in modulo.campi:
        value = typed.get(campo.nome, "")
        try:
            values[campo.nome] = _read(campo, value.strip() if isinstance(value, str) else value)
        except ValueError as error:
            errors[campo.nome] = str(error)
            continue
        if campo.obbligatorio and values[campo.nome] in ("", []):
            errors[campo.nome] = "va compilato"
    if errors:
        raise ErroriCampi(errors)
    return values


def _read(campo: CampoModulo, value: Any) -> Any:
    if campo.tipo == ORARI:
        return read_hours(value) if isinstance(value, str) else _bands(value)
    if campo.tipo == SCELTE:
        chosen = [value] if isinstance(value, str) else list(value)
        return [_choice(campo, str(item)) for item in chosen if item]
    text = str(value)
    if not text:
        return ""
    if campo.tipo == DATA:
        return read_day(text)
    if campo.tipo == ORA:
        return read_clock(text)
    if campo.tipo == IMPORTO:
        return read_amount(text)
    if campo.tipo == SCELTA:
        return _choice(campo, text)
    return " ".join(text.split()) if campo.tipo == TESTO else "\n".join(line for line in text.splitlines() if line.strip())


def _choice(campo: CampoModulo, value: str) -> str:
    if value not in [known for known, _ in campo.scelte]:
        raise ValueError("scelta non prevista")
    return value


def read_day(text: str) -> date:
    """A day, as a browser's field sends it or as Italians write it. Raises ValueError, in Italian."""
    match = _ITALIAN_DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        raise ValueError("data non valida: si scrive per esempio 24/12/2026") from None


def read_clock(text: str) -> str:
    """An hour as the knowledge writes it: "8.30". Raises ValueError, in Italian."""
    match = re.fullmatch(r"([01]?\d|2[0-3])[.:]([0-5]\d)(?:[.:]00)?", text)
    if not match:
        raise ValueError("ora non valida: si scrive per esempio 8.30")
    return f"{int(match[1])}.{match[2]}"


def read_amount(text: str) -> str:
    """An amount as the knowledge writes it: "1.276,50". Raises ValueError, in Italian."""
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise ValueError("importo non valido: si scrive per esempio 1.276,50")
    euros, cents = int(match[1].replace(".", "")), (match[2] or "").ljust(2, "0")
    return f"{euros:,}".replace(",", ".") + f",{cents}"


def read_hours(text: str) -> list[dict[str, Any]]:
    """Opening hours typed one band a line: "lunedì-venerdì 8.30-13.30", "martedì, giovedì 14.00-17.30". Raises ValueError."""
    bands = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _BAND.match(line.lower())
        if not match:
            raise ValueError(f"orario non valido: «{line}». Si scrive per esempio lunedì-venerdì 8.30-13.30")
        bands.append({"giorni": _days(match["days"]), "dalle": read_clock(match["from"]), "alle": read_clock(match["to"])})
    return bands


def _days(text: str) -> list[str]:
    days: list[str] = []
    for part in re.split(r",| e ", text):
        ends = [_day(word) for word in re.split(r"-|–| al? ", part)]
        first, last = GIORNI.index(ends[0]), GIORNI.index(ends[-1])
        if len(ends) > 2 or last < first:
            raise ValueError(f"giorni non validi: «{part.strip()}»")
        days += GIORNI[first : last + 1]
    return [day for day in GIORNI if day in days]


def _day(word: str) -> str:
    clean = re.sub(r"^(?:dal|il|la|al)\s+", "", word.strip()).replace("ì", "i").replace("i'", "i")
    found = [day for day in GIORNI if len(clean) >= 3 and day.replace("ì", "i").startswith(clean)]
    if len(found) != 1:
        raise ValueError(f"giorno sconosciuto: «{word.strip()}»")
    return found[0]


def _bands(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    bands = []
    for row in rows:
        days, start, end = list(row.get("giorni") or []), str(row.get("dalle") or ""), str(row.get("alle") or "")
        if not (days or start or end):
            continue  # an empty row of the form
        if not days:
            raise ValueError("mancano i giorni")
        if unknown := [day for day in days if day not in GIORNI]:
            raise ValueError(f"giorno sconosciuto: «{unknown[0]}»")
        bands.append({"giorni": days, "dalle": read_clock(start), "alle": read_clock(end)})
    return bands
