"""What drafts and paths name must exist: fields, choices, offices, forms, questions, and the placeholders of their texts.

The faults are told in Italian through `fault(file, keys, message)`, where file is the path inside the knowledge folder; nothing
is raised. The calculators are checked apart (knowledge/verify.py), as the knowledge itself does not know them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from knowledge.models import Argomento, Avviso, Modulo, Ufficio
from knowledge.models_bozze import Bozza, Campo, CampoChiesto, Condizione, Nodo, Percorso, Riga, Strada

FIELDS_FILE, PATHS_FILE = "campi.yml", "percorsi.yml"
ANY = "*"
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Fault = Callable[[str, Tuple[Any, ...], str], None]
KnownEntry = Callable[[str], bool]


def draft_file(codice: str) -> str:
    """The file of a draft, inside the knowledge folder."""
    return f"bozze/{codice}.yml"


def texts_of(bozza: Bozza) -> Iterator[Tuple[Tuple[Any, ...], str, List[Condizione]]]:
    """Every text of a draft that may hold placeholders: its keys, the text, and the conditions under which it is shown."""
    yield ("oggetto",), bozza.oggetto, []
    for key in ("righe", "allegati", "ricorda"):
        lines: List[Riga] = getattr(bozza, key)
        for index, riga in enumerate(lines):
            yield (key, index, "testo"), riga.testo, riga.quando
    for key in ("firma", "consegna"):
        yield (key,), getattr(bozza, key), []


def check_fields(campi: Mapping[str, Campo], fault: Fault) -> None:
    """Faults of campi.yml by itself: a choice twice."""
    for index, campo in enumerate(campi.values()):
        seen: Set[str] = set()
        for at, scelta in enumerate(campo.scelte):
            if scelta.valore in seen:
                fault(FIELDS_FILE, ("campi", index, "scelte", at, "valore"), f"«{scelta.valore}» compare due volte")
            seen.add(scelta.valore)


def check_drafts(
    bozze: Mapping[str, Bozza],
    campi: Mapping[str, Campo],
    uffici: Mapping[str, Ufficio],
    avvisi: Mapping[str, Avviso],
    moduli: Mapping[str, Modulo],
    fault: Fault,
) -> None:
    """Faults of the drafts: what they name and is not there, what they leave out of moduli.yml, forms that have none."""
    for codice, bozza in bozze.items():
        _check_draft(bozza, campi, uffici, avvisi, partial(fault, draft_file(codice)))
        if codice in moduli:
            _check_attachments(bozza, moduli[codice], fault)
        if bozza.portale is not None:
            _check_portal(bozza, campi, partial(fault, draft_file(codice)))
    for index, codice in enumerate(moduli):
        if codice not in bozze:
            fault("moduli.yml", ("moduli", index), f"manca la bozza del modulo: {draft_file(codice)}")
    asked = {chiesto.campo for bozza in bozze.values() for chiesto in bozza.chiesti()}
    for index, name in enumerate(campi):
        if bozze and name not in asked:
            fault(FIELDS_FILE, ("campi", index), f"nessuna bozza chiede il campo «{name}»")


def _check_draft(
    bozza: Bozza,
    campi: Mapping[str, Campo],
    uffici: Mapping[str, Ufficio],
    avvisi: Mapping[str, Avviso],
    fault: Callable[[Tuple[Any, ...], str], None],
) -> None:
    if bozza.ufficio not in uffici:
        fault(("ufficio",), f"ufficio sconosciuto: {bozza.ufficio}")
    for index, avviso in enumerate(bozza.avvisi):
        if avviso not in avvisi:
            fault(("avvisi", index), f"avviso sconosciuto: {avviso}")
    asked: Dict[str, CampoChiesto] = {}
    for at, gruppo in enumerate(bozza.gruppi):
        for index, chiesto in enumerate(gruppo.campi):
            keys = ("gruppi", at, "campi", index)
            if chiesto.campo not in campi:
                fault((*keys, "campo"), f"campo sconosciuto: {chiesto.campo}")
            elif chiesto.campo in asked:
                fault((*keys, "campo"), f"il campo «{chiesto.campo}» è chiesto due volte")
            _check_conditions(chiesto.quando, asked, campi, keys, fault, "in questa bozza non è chiesto prima")
            asked[chiesto.campo] = chiesto
    for keys, text, conditions in texts_of(bozza):
        if keys[-1] == "testo":
            _check_conditions(conditions, asked, campi, keys[:-1], fault, "questa bozza non lo chiede")
        for name in PLACEHOLDER.findall(text):
            if name not in campi:
                fault(keys, f"nel testo c'è {{{name}}}, che non è un campo")
            elif name not in asked:
                fault(keys, f"nel testo c'è {{{name}}}, che questa bozza non chiede")
            elif not _surely_there(asked[name], conditions):
                fault(keys, f"nel testo c'è {{{name}}}, che può mancare: va messa una condizione in «quando»")
        if set(PLACEHOLDER.sub("", text)) & set("{}"):
            fault(keys, "una graffa non è scritta bene: un campo si cita con il suo nome, per esempio {cognome}")
    _check_cost_fields(bozza, asked, campi, fault)
    if bozza.scadenza is not None:
        _check_conditions(bozza.scadenza.quando, asked, campi, ("scadenza",), fault, "questa bozza non lo chiede")
        for index, name in enumerate(bozza.scadenza.dal):
            if name not in asked or name not in campi or campi[name].tipo != "data":
                fault(("scadenza", "dal", index), f"«{name}» non è una data che questa bozza chiede")


def _check_portal(bozza: Bozza, campi: Mapping[str, Campo], fault: Callable[[Tuple[Any, ...], str], None]) -> None:
    """A claim entered in a portal has a title of its own, and asks what tells two claims apart."""
    if not bozza.titolo:
        fault(("titolo",), "manca (è obbligatorio dove non c'è un modulo dell'ufficio)")
    if bozza.portale is None:
        return
    asked = {chiesto.campo for chiesto in bozza.chiesti()}
    for index, name in enumerate(bozza.portale.uguali):
        if name not in asked:
            fault(("portale", "uguali", index), f"questa bozza non chiede il campo «{name}»")
    for index, name in enumerate(bozza.portale.periodo):
        if name not in asked or name not in campi or campi[name].tipo != "data":
            fault(("portale", "periodo", index), f"«{name}» non è una data che questa bozza chiede")


def _check_conditions(
    conditions: Sequence[Condizione],
    asked: Mapping[str, CampoChiesto],
    campi: Mapping[str, Campo],
    keys: Tuple[Any, ...],
    fault: Callable[[Tuple[Any, ...], str], None],
    not_asked: str,
) -> None:
    for index, condition in enumerate(conditions):
        where = (*keys, "quando", index)
        campo = campi.get(condition.campo)
        if campo is None:
            fault((*where, "campo"), f"condizione su un campo sconosciuto: {condition.campo}")
            continue
        if condition.campo not in asked:
            fault((*where, "campo"), f"condizione sul campo «{condition.campo}»: {not_asked}")
        choices = [scelta.valore for scelta in campo.scelte]
        for value in condition.vale:
            if value != ANY and value not in choices:
                allowed = (
                    f"si può scrivere: {', '.join([*choices, ANY])}"
                    if choices
                    else f"per questo campo si può scrivere solo {ANY}"
                )
                fault((*where, "vale"), f"«{value}» non è un valore di «{condition.campo}»; {allowed}")


def _surely_there(chiesto: CampoChiesto, conditions: Sequence[Condizione]) -> bool:
    """Whether a field has a value wherever these conditions hold."""
    if any(condition.campo == chiesto.campo for condition in conditions):
        return True
    return not chiesto.facoltativo and all(any(_implies(given, due) for given in conditions) for due in chiesto.quando)


def _implies(given: Condizione, due: Condizione) -> bool:
    return given.campo == due.campo and (ANY in due.vale or set(given.vale) <= set(due.vale))


def _check_cost_fields(
    bozza: Bozza,
    asked: Mapping[str, CampoChiesto],
    campi: Mapping[str, Campo],
    fault: Callable[[Tuple[Any, ...], str], None],
) -> None:
    for parametro, name in bozza.costo.campi.items():
        if name not in campi:
            fault(("costo", "campi", parametro), f"campo sconosciuto: {name}")
        elif name not in asked:
            fault(("costo", "campi", parametro), f"questa bozza non chiede il campo «{name}»")
    for parametro, table in bozza.costo.conversioni.items():
        name = bozza.costo.campi.get(parametro, "")
        if name not in campi:
            fault(("costo", "conversioni", parametro), f"il parametro «{parametro}» non prende il valore da nessun campo")
            continue
        choices = {scelta.valore for scelta in campi[name].scelte}
        for value in table:
            if value != ANY and value not in choices:
                fault(("costo", "conversioni", parametro, value), f"«{value}» non è un valore di «{name}»")


def _check_attachments(bozza: Bozza, modulo: Modulo, fault: Fault) -> None:
    """Every attachment of the form is in the draft, whole or without its last words ("..., se si chiede per posta")."""
    drafted = [riga.testo for riga in bozza.allegati]
    for allegato in modulo.allegati:
        if not any(allegato == text or allegato.startswith(text + ",") for text in drafted):
            fault(draft_file(bozza.codice), ("allegati",), f"manca un allegato di moduli.yml: «{allegato}»")


def check_paths(
    percorsi: Mapping[str, Percorso],
    bozze: Mapping[str, Bozza],
    campi: Mapping[str, Campo],
    argomenti: Mapping[str, Argomento],
    known_entry: KnownEntry,
    fault: Fault,
) -> None:
    """Faults of the paths: what they name and is not there, questions never reached, circles, drafts that no path leads to."""
    served: Dict[str, str] = {}
    for at, percorso in enumerate(percorsi.values()):
        keys: Tuple[Any, ...] = ("percorsi", at)
        for index, argomento in enumerate(percorso.argomenti):
            if argomento not in argomenti:
                fault(PATHS_FILE, (*keys, "argomenti", index), f"argomento sconosciuto: {argomento}")
            other = served.setdefault(argomento, percorso.id)
            if other != percorso.id:
                fault(PATHS_FILE, (*keys, "argomenti", index), f"l'argomento «{argomento}» è già del percorso «{other}»")
        _check_forms(percorso.moduli, bozze, (*keys, "moduli"), fault)
        _check_questions(percorso, percorsi, bozze, known_entry, keys, fault)
        for index, nodo in enumerate(percorso.nodi):
            for number, strada in enumerate(nodo.strade):
                _check_values(strada, campi, (*keys, "nodi", index, "strade", number, "valori"), fault)
    for at, percorso in enumerate(percorsi.values()):
        circle = _circle(percorso.id, {p.id: _other_paths(p) for p in percorsi.values()})
        if circle:
            fault(PATHS_FILE, ("percorsi", at), f"il percorso gira in tondo: {' → '.join(circle)}")
    reached = {codice for p in percorsi.values() for codice in _forms(p)}
    for codice in bozze:
        if codice not in reached:
            fault(draft_file(codice), ("codice",), f"nessun percorso porta a questa bozza ({codice})")


def _check_questions(
    percorso: Percorso,
    percorsi: Mapping[str, Percorso],
    bozze: Mapping[str, Bozza],
    known_entry: KnownEntry,
    keys: Tuple[Any, ...],
    fault: Fault,
) -> None:
    ids = [nodo.id for nodo in percorso.nodi]
    for index, nodo in enumerate(percorso.nodi):
        if nodo.id in ids[:index]:
            fault(PATHS_FILE, (*keys, "nodi", index, "id"), f"«{nodo.id}» compare due volte")
        for number, strada in enumerate(nodo.strade):
            _check_answer(strada, ids, percorsi, bozze, known_entry, (*keys, "nodi", index, "strade", number), fault)
    following = {nodo.id: [s.poi for s in nodo.strade if s.poi] for nodo in percorso.nodi}
    reached = _reached(ids[0], following) if ids else set()
    for index, nodo in enumerate(percorso.nodi):
        if nodo.id not in reached:
            fault(PATHS_FILE, (*keys, "nodi", index, "id"), f"alla domanda «{nodo.id}» non si arriva mai")
        circle = _circle(nodo.id, following)
        if circle:
            fault(PATHS_FILE, (*keys, "nodi", index), f"il percorso non finisce mai: {' → '.join(circle)}")


def _check_answer(
    strada: Strada,
    ids: Sequence[str],
    percorsi: Mapping[str, Percorso],
    bozze: Mapping[str, Bozza],
    known_entry: KnownEntry,
    keys: Tuple[Any, ...],
    fault: Fault,
) -> None:
    if strada.poi and strada.poi not in ids:
        fault(PATHS_FILE, (*keys, "poi"), f"la domanda seguente non c'è: {strada.poi}")
    if strada.percorso and strada.percorso not in percorsi:
        fault(PATHS_FILE, (*keys, "percorso"), f"percorso sconosciuto: {strada.percorso}")
    if strada.voce and not known_entry(strada.voce):
        fault(PATHS_FILE, (*keys, "voce"), f"voce sconosciuta: {strada.voce}")
    _check_forms(strada.moduli, bozze, (*keys, "moduli"), fault)


def _check_values(strada: Strada, campi: Mapping[str, Campo], keys: Tuple[Any, ...], fault: Fault) -> None:
    for name, value in strada.valori.items():
        if name not in campi:
            fault(PATHS_FILE, (*keys, name), f"campo sconosciuto: {name}")
        elif value not in [scelta.valore for scelta in campi[name].scelte]:
            fault(PATHS_FILE, (*keys, name), f"«{value}» non è un valore di «{name}»")


def _check_forms(codici: Sequence[str], bozze: Mapping[str, Bozza], keys: Tuple[Any, ...], fault: Fault) -> None:
    for index, codice in enumerate(codici):
        if codice not in bozze:
            fault(PATHS_FILE, (*keys, index), f"modulo sconosciuto o senza bozza: {codice}")


def _answers(percorso: Percorso) -> Iterator[Tuple[Nodo, Strada]]:
    for nodo in percorso.nodi:
        for strada in nodo.strade:
            yield nodo, strada


def _forms(percorso: Percorso) -> Set[str]:
    return {*percorso.moduli, *(codice for _, strada in _answers(percorso) for codice in strada.moduli)}


def _other_paths(percorso: Percorso) -> List[str]:
    return [strada.percorso for _, strada in _answers(percorso) if strada.percorso]


def _reached(start: str, following: Mapping[str, Sequence[str]]) -> Set[str]:
    reached: Set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += following.get(name, ())
    return reached


def _circle(start: str, following: Mapping[str, Sequence[str]]) -> Optional[List[str]]:
    """The way from a place back to itself, None where there is none."""
    seen: Set[str] = set()
    waiting: List[List[str]] = [[start]]
    while waiting:
        way = waiting.pop()
        for name in following.get(way[-1], ()):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                waiting.append([*way, name])
    return None
