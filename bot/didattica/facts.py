"""The facts that the staff may change in forms: what each form holds now, and the change that a filled one asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.didattica.fees import fee_change, fee_form
from bot.didattica.fields import AREA, DATA, ORA, ORARI, SCELTE, CampoModulo, ErroriCampi, ModuloFatti, read_values
from knowledge import Conoscenza
from knowledge.models import Fascia
from knowledge.models_calendario import TUTTI

UFFICI, SITO, CHIUSURE, AVVISI, TARIFFE, GENERALI = (
    "Uffici",
    "Avvisi in cima al sito",
    "Chiusure",
    "Avvisi nelle risposte",
    "Tariffe",
    "Dati generali",
)
NEW = "nuovo"
_OFFICE = (
    ("dove", "Dove si trova"),
    ("telefono", "Telefono"),
    ("mail", "Posta elettronica"),
    ("pec", "PEC"),
    ("responsabile", "Responsabile"),
    ("addetti", "Addetti"),
    ("nota", "Nota"),
)
_PROFILE = (("indirizzo", "Indirizzo"), ("sede", "Sede"), ("sito", "Sito"))
HOURS_HELP = "Una fascia per riga, per esempio: lunedì-venerdì 8.30-13.30"


def forms(conoscenza: Conoscenza) -> list[ModuloFatti]:
    """All forms, those of new notices and closures too, without their fields."""
    found = [ModuloFatti(f"ufficio/{u.id}", u.nome, UFFICI) for u in conoscenza.uffici.values()]
    found.append(ModuloFatti(f"avviso_sito/{NEW}", "Nuovo avviso", SITO))
    found += [ModuloFatti(f"avviso_sito/{a.id}", a.titolo, SITO) for a in conoscenza.calendario.avvisi_del_sito]
    found.append(ModuloFatti(f"chiusura/{NEW}", "Nuova chiusura", CHIUSURE))
    found += [ModuloFatti(f"chiusura/{c.id}", c.motivo or _italian(c.dal), CHIUSURE) for c in conoscenza.calendario.chiusure]
    found.append(ModuloFatti(f"avviso/{NEW}", "Nuovo avviso", AVVISI))
    found += [ModuloFatti(f"avviso/{a.id}", _short(a.testo), AVVISI) for a in conoscenza.avvisi.values()]
    found += [ModuloFatti(f"tariffa/{t.id}", t.titolo, TARIFFE) for t in conoscenza.tariffe.values()]
    return [*found, ModuloFatti("profilo", "L'ufficio", GENERALI)]


def form(conoscenza: Conoscenza, name: str) -> ModuloFatti:
    """A form with what it holds now. Raises KeyError for a form that is not there."""
    head = next((modulo for modulo in forms(conoscenza) if modulo.id == name), None)
    if head is None:
        raise KeyError(name)
    kind, _, item = name.partition("/")
    if kind == "tariffa":
        return fee_form(conoscenza.tariffe[item], head)
    fields = {
        "ufficio": _office_fields,
        "avviso_sito": _site_notice_fields,
        "chiusura": _closure_fields,
        "avviso": _notice_fields,
        "profilo": _profile_fields,
    }[kind](conoscenza, item)
    return ModuloFatti(head.id, head.titolo, head.gruppo, tuple(fields))


def change_of_form(conoscenza: Conoscenza, name: str, typed: Mapping[str, Any], oggi: date) -> dict[str, Any]:
    """The change that a filled form asks for, ready for Changes.add.

    oggi: the day, for the source of what the office says itself.
    Raises ErroriCampi for what cannot be read and when nothing would change, KeyError for an unknown form.
    """
    modulo = form(conoscenza, name)
    values = read_values(modulo, typed)
    kind, _, item = name.partition("/")
    if kind == "tariffa":
        return fee_change(conoscenza.tariffe[item], values)
    if kind in ("ufficio", "profilo"):
        before = read_values(modulo, {campo.nome: campo.valore for campo in modulo.campi})
        changed = {key: value for key, value in values.items() if value != before[key]}
        if not changed:
            raise ErroriCampi({"": "non è cambiato nulla"})
        return {"tipo": kind, **({"ufficio": item} if kind == "ufficio" else {}), "campi": changed}
    content = {key: value for key, value in values.items() if value not in ("", [])}
    topics = content.pop("argomenti", [])
    if kind == "avviso":
        content["fonti"] = _sources(conoscenza, item, oggi)
    made = {"tipo": kind, "id": _new_id(conoscenza, kind, content) if item == NEW else item, "campi": content}
    return {**made, "argomenti": topics} if topics else made


def removal(conoscenza: Conoscenza, name: str) -> dict[str, Any]:
    """The change that takes a notice or a closure away. Raises KeyError for a form that has nothing to take away."""
    kind, _, item = name.partition("/")
    if kind not in ("avviso_sito", "chiusura") or item == NEW or name not in [modulo.id for modulo in forms(conoscenza)]:
        raise KeyError(name)
    return {"tipo": kind, "id": item}


def hours_text(orari: list[Fascia]) -> str:
    """Opening hours as they are typed in a form."""
    return "\n".join(f"{', '.join(f.giorni)} {_clock(f.dalle)}-{_clock(f.alle)}" for f in orari)


def source_of_the_office(oggi: date) -> dict[str, str]:
    """The source of what the staff write themselves."""
    return {"documento": "pubblica", "titolo": f"Indicazione dell'ufficio del {_italian(oggi)}"}


def _office_fields(conoscenza: Conoscenza, item: str) -> list[CampoModulo]:
    ufficio = conoscenza.uffici[item]
    fields = [CampoModulo("orari", "Orari", ORARI, hours_text(ufficio.orari), aiuto=HOURS_HELP)]
    return fields + [CampoModulo(name, label, valore=getattr(ufficio, name) or "") for name, label in _OFFICE]


def _profile_fields(conoscenza: Conoscenza, item: str) -> list[CampoModulo]:
    profilo = conoscenza.profilo
    fields = [CampoModulo(name, label, valore=getattr(profilo, name), obbligatorio=True) for name, label in _PROFILE]
    published = profilo.tariffe_pubblicate_al.isoformat()
    told = "Le risposte usano gli importi in vigore a questa data; vale per tutte le tariffe"
    fields.append(CampoModulo("tariffe_pubblicate_al", "Tariffe pubblicate al", DATA, published, True, told))
    return [*fields, CampoModulo("avviso_automatico", "Primo messaggio", AREA, profilo.avviso_automatico, True)]


def _period(found: Any) -> list[CampoModulo]:
    return [
        CampoModulo("dal", "Dal", DATA, found.dal.isoformat() if found else "", True),
        CampoModulo("al", "Al", DATA, found.al.isoformat() if found and found.al else ""),
    ]


def _hours_of_day(found: Any) -> list[CampoModulo]:
    return [
        CampoModulo("dalle", "Dalle", ORA, _clock(found.dalle) if found and found.dalle else "", aiuto="Vuoto: da quando apre"),
        CampoModulo("alle", "Alle", ORA, _clock(found.alle) if found and found.alle else "", aiuto="Vuoto: fino alla sera"),
    ]


def _office_choices(conoscenza: Conoscenza) -> tuple[tuple[str, str], ...]:
    return ((TUTTI, "Tutti gli uffici"), *((u.id, u.nome) for u in conoscenza.uffici.values()))


def _site_notice_fields(conoscenza: Conoscenza, item: str) -> list[CampoModulo]:
    found = next((a for a in conoscenza.calendario.avvisi_del_sito if a.id == item), None)
    shown = found.mostra_dal.isoformat() if found and found.mostra_dal else ""
    return [
        CampoModulo("titolo", "Titolo", valore=found.titolo if found else "", obbligatorio=True),
        CampoModulo("testo", "Testo", AREA, found.testo if found else "", True),
        *_period(found),
        CampoModulo("mostra_dal", "Si mostra dal", DATA, shown, aiuto="Vuoto: da una settimana prima se chiude un ufficio"),
        CampoModulo("chiude", "Uffici chiusi", SCELTE, tuple(found.chiude) if found else (), scelte=_office_choices(conoscenza)),
        *_hours_of_day(found),
        CampoModulo("motivo", "Motivo della chiusura", valore=(found.motivo or "") if found else ""),
    ]


def _closure_fields(conoscenza: Conoscenza, item: str) -> list[CampoModulo]:
    found = next((c for c in conoscenza.calendario.chiusure if c.id == item), None)
    offices = tuple(found.uffici) if found else (TUTTI,)
    return [
        *_period(found),
        *_hours_of_day(found),
        CampoModulo("uffici", "Uffici chiusi", SCELTE, offices, True, scelte=_office_choices(conoscenza)),
        CampoModulo("motivo", "Motivo", valore=(found.motivo or "") if found else ""),
    ]


def _notice_fields(conoscenza: Conoscenza, item: str) -> list[CampoModulo]:
    found = conoscenza.avvisi.get(item)
    fields = [CampoModulo("testo", "Testo", AREA, found.testo if found else "", True), *_period(found)]
    if found is None:
        topics = tuple((a.id, a.etichetta) for a in conoscenza.argomenti.values())
        fields.append(CampoModulo("argomenti", "Nelle risposte su", SCELTE, (), True, scelte=topics))
    return fields


def _sources(conoscenza: Conoscenza, item: str, oggi: date) -> list[dict[str, str]]:
    known = [fonte.dict(exclude_none=True) for fonte in conoscenza.avvisi[item].fonti] if item in conoscenza.avvisi else []
    own = source_of_the_office(oggi)
    return [*[fonte for fonte in known if fonte != own], own]


def _new_id(conoscenza: Conoscenza, kind: str, content: Mapping[str, Any]) -> str:
    """An id that nothing of its kind has: from the title where there is one, from the day otherwise."""
    calendario = conoscenza.calendario
    lists: dict[str, list[Any]] = {"avviso_sito": calendario.avvisi_del_sito, "chiusura": calendario.chiusure}
    taken = {item.id for item in lists.get(kind, [])} | (set(conoscenza.avvisi) if kind == "avviso" else set())
    return free_id(content.get("titolo") or f"dal_{content['dal'].isoformat()}", taken)


def free_id(text: str, taken: set[str]) -> str:
    """An id made of the first words of a text, different from those taken."""
    plain = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    base = "_".join(words[:4])[:24].strip("_") or "senza_nome"
    base = base if base[0].isalpha() else f"n_{base}"
    return next(name for n in range(1, 1000) if (name := base if n == 1 else f"{base}_{n}") not in taken)


def _clock(value: time) -> str:
    return f"{value.hour}.{value.minute:02d}"


def _italian(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + "…"
