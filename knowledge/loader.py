"""Loading the knowledge: all files read, validated, cross-checked and rendered once, at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

import jinja2

from knowledge import draft_checks
from knowledge.laying import Laying
from knowledge.models import (
    Argomento,
    Aspetto,
    Avviso,
    Chiarimento,
    Documento,
    Fonte,
    Modulo,
    Profilo,
    Tariffa,
    Ufficio,
    Voce,
)
from knowledge.models_bozze import Bozza, Campo, Percorso
from knowledge.models_calendario import TUTTI, Calendario
from knowledge.models_passaggio import RegolePassaggio
from knowledge.overlay import Overlay
from knowledge.reading import Guasto, KnowledgeError, Reader
from knowledge.templates import Renderer

FOLDER = Path(__file__).parent
CALENDAR_FILE = "chiusure.yml"
HANDOVER_FILE = "passaggio.yml"
NOTHING = Overlay()  # no change at all

__all__ = ["FOLDER", "NOTHING", "Conoscenza", "Guasto", "KnowledgeError", "load"]


@dataclass
class Conoscenza:
    """The whole knowledge, indexed by id."""

    profilo: Profilo
    passaggio: RegolePassaggio
    documenti: Dict[str, Documento]
    uffici: Dict[str, Ufficio]
    aspetti: Dict[str, Aspetto]
    moduli: Dict[str, Modulo]
    tariffe: Dict[str, Tariffa]
    importi: Dict[str, Decimal]
    avvisi: Dict[str, Avviso]
    argomenti: Dict[str, Argomento]
    chiarimenti: Dict[str, Chiarimento]
    renderer: Renderer
    testi: Dict[str, str] = field(default_factory=dict)
    campi: Dict[str, Campo] = field(default_factory=dict)
    bozze: Dict[str, Bozza] = field(default_factory=dict)
    percorsi: Dict[str, Percorso] = field(default_factory=dict)
    calendario: Calendario = field(default_factory=Calendario)
    laying: Laying = field(default_factory=Laying)

    def origin(self, file: str, keys: Tuple[Any, ...]) -> Optional[str]:
        """The file of the change that wrote what stands there in a file; None for what the file itself says."""
        found = self.laying.origin(file, keys)
        return found[0].file if found else None

    def voce(self, chiave: str) -> Optional[Voce]:
        """The entry with key "argomento.voce", None if there is no such entry."""
        argomento, _, voce = chiave.partition(".")
        if argomento not in self.argomenti:
            return None
        return next((v for v in self.argomenti[argomento].voci if v.id == voce), None)

    def voci(self) -> Iterator[Tuple[str, Argomento, Voce]]:
        """Every entry with its key and topic."""
        for argomento in self.argomenti.values():
            for voce in argomento.voci:
                yield f"{argomento.id}.{voce.id}", argomento, voce

    def testo(self, chiave: str) -> str:
        """The rendered answer of an entry ("casellario.costo") or of a topic ("casellario")."""
        return self.testi[chiave]

    def citazione(self, fonti: List[Fonte]) -> str:
        """The sources of an answer in one line, as people read them."""
        parts: List[str] = []
        for fonte in fonti:
            if fonte.documento == "pubblica":
                parts.append(fonte.titolo or "")
            else:
                section = fonte.sezione or ""
                parts.append(f"{self.documenti[fonte.documento].breve}, {section}" + (f" {fonte.parte}" if fonte.parte else ""))
        return "; ".join(dict.fromkeys(parts))

    def avvisi_di(self, detto: Union[Argomento, Bozza], giorno: date) -> List[Avviso]:
        """The notices of a topic, or of a draft, that hold on that day."""
        return [self.avvisi[i] for i in detto.avvisi if self.avvisi[i].vale(giorno)]


def load(folder: Path = FOLDER, overlay: Overlay = NOTHING) -> Conoscenza:
    """Read, validate and render all files of the knowledge folder, with the changes of the staff laid over them.

    Raises KnowledgeError with every fault found, each with file, key, line and an explanation in Italian; a fault of what a
    change wrote names the file of the change.
    """
    reader = Reader(folder, laying=overlay.laying())
    profile = reader.raw(folder / "profilo.yml")
    profilo = None if profile is None else reader.one(Profilo, folder / "profilo.yml", profile)
    documenti = reader.many(Documento, folder / "documenti.yml", "documenti")
    uffici = reader.many(Ufficio, folder / "uffici.yml", "uffici")
    aspetti = reader.many(Aspetto, folder / "aspetti.yml", "aspetti")
    moduli = reader.many(Modulo, folder / "moduli.yml", "moduli", "codice")
    avvisi = reader.many(Avviso, folder / "avvisi.yml", "avvisi")
    chiarimenti = reader.many(Chiarimento, folder / "chiarimenti.yml", "chiarimenti")
    tariffe: Dict[str, Tariffa] = {}
    for path in sorted((folder / "tariffe").glob("*.yml")):
        for name, tariffa in reader.many(Tariffa, path, "tariffe").items():
            if name in tariffe:
                reader.fault(path, ("tariffe",), f"la tabella «{name}» è già in un altro file")
            tariffe[name] = tariffa
    argomenti: Dict[str, Argomento] = {}
    paths: Dict[str, Path] = {}
    for path in sorted((folder / "argomenti").glob("*.yml")):
        content = reader.raw(path)
        argomento = reader.one(Argomento, path, content) if content is not None else None
        if argomento is None:
            continue
        if argomento.id != path.stem:
            reader.fault(path, ("id",), f"«{argomento.id}» deve essere il nome del file ({path.stem})")
        argomenti[argomento.id], paths[argomento.id] = argomento, path
    if profilo is not None and profilo.sportello not in uffici:  # the texts cannot be rendered without it
        reader.fault(folder / "profilo.yml", ("sportello",), f"ufficio sconosciuto: {profilo.sportello}")
    importi = _named_amounts(reader, folder / "importi.yml", tariffe, profilo)
    campi = reader.many(Campo, folder / draft_checks.FIELDS_FILE, "campi")
    percorsi = reader.many(Percorso, folder / draft_checks.PATHS_FILE, "percorsi")
    written = _drafts(reader, folder)
    calendario = _calendar(reader, folder / CALENDAR_FILE, uffici)
    passaggio = _handover(reader, folder / HANDOVER_FILE, uffici)
    reader.unplaced()
    if reader.guasti or profilo is None or passaggio is None:
        raise KnowledgeError(reader.guasti)

    renderer = Renderer(profilo, uffici, moduli, tariffe, importi)
    passaggio = RegolePassaggio(**_fill(reader, renderer, folder / HANDOVER_FILE, passaggio.dict()))
    conoscenza = Conoscenza(
        profilo, passaggio, documenti, uffici, aspetti, moduli, tariffe, importi, avvisi, argomenti, chiarimenti, renderer
    )
    conoscenza.campi, conoscenza.percorsi = campi, percorsi
    conoscenza.calendario, conoscenza.laying = calendario, reader.laying
    conoscenza.bozze = {codice: _filled(reader, renderer, bozza) for codice, bozza in written.items()}
    _check_references(reader, conoscenza, paths)
    _check_drafts(reader, conoscenza)
    _render(reader, conoscenza, paths)
    if reader.guasti:
        raise KnowledgeError(reader.guasti)
    return conoscenza


def _named_amounts(reader: Reader, path: Path, tariffe: Mapping[str, Tariffa], profilo: Optional[Profilo]) -> Dict[str, Decimal]:
    """The amounts that answers cite by name, each the sum of one or more cells of the edition published by the office."""
    importi: Dict[str, Decimal] = {}
    named = (reader.raw(path) or {}).get("importi", {})
    if not isinstance(named, dict):
        reader.fault(path, ("importi",), "deve essere un blocco di chiavi")
        return importi
    for name, cells in named.items():
        if not isinstance(cells, list) or not cells:
            reader.fault(path, ("importi", name), "deve essere un elenco di caselle, per esempio [imposta_bollo.marca]")
            continue
        total = Decimal(0)
        for cell in cells:
            table, _, key = str(cell).partition(".")
            amounts: Mapping[str, Decimal] = {}
            if table in tariffe and profilo is not None:
                amounts = tariffe[table].edizione_al(profilo.tariffe_pubblicate_al).valori.importi
            if key not in amounts:
                reader.fault(path, ("importi", name), f"la casella «{cell}» non c'è in nessuna tabella di tariffe/")
                break
            total += amounts[key]
        importi[name] = total
    return importi


def _calendar(reader: Reader, path: Path, uffici: Mapping[str, Ufficio]) -> Calendario:
    """The closures and the site's notices; a file that is not there, or says nothing, closes nothing."""
    blank = not path.exists() or reader.blank(path)
    content = reader.laying.lay(CALENDAR_FILE, {}) if blank else reader.raw(path)
    calendario = reader.one(Calendario, path, content) if content is not None else None
    if calendario is None:
        return Calendario()
    named = [("chiusure", i, "uffici", c.uffici) for i, c in enumerate(calendario.chiusure)]
    named += [("avvisi_del_sito", i, "chiude", a.chiude) for i, a in enumerate(calendario.avvisi_del_sito)]
    for key, index, inner, ids in named:
        for name in ids:
            if name != TUTTI and name not in uffici:
                reader.fault(path, (key, index, inner), f"ufficio sconosciuto: {name}")
    return calendario


def _drafts(reader: Reader, folder: Path) -> Dict[str, Bozza]:
    """The drafts as written, by code; each file has the name of its code."""
    found: Dict[str, Bozza] = {}
    for path in sorted((folder / "bozze").glob("*.yml")):
        content = reader.raw(path)
        bozza = reader.one(Bozza, path, content) if content is not None else None
        if bozza is None:
            continue
        if bozza.codice != path.stem:
            reader.fault(path, ("codice",), f"«{bozza.codice}» deve essere il nome del file ({path.stem})")
        found[path.stem] = bozza
    return found


def _handover(reader: Reader, path: Path, uffici: Mapping[str, Ufficio]) -> Optional[RegolePassaggio]:
    """The rules of the hand-over as written; None when they cannot be used."""
    content = reader.raw(path)
    passaggio = reader.one(RegolePassaggio, path, content) if content is not None else None
    if passaggio is not None and passaggio.ufficio and passaggio.ufficio not in uffici:
        reader.fault(path, ("ufficio",), f"ufficio sconosciuto: {passaggio.ufficio}")
    return passaggio


def _filled(reader: Reader, renderer: Renderer, bozza: Bozza) -> Bozza:
    """The draft with the offices, amounts and forms that its texts cite; the values of the draft, in single braces, stay."""
    return Bozza(**_fill(reader, renderer, reader.folder / draft_checks.draft_file(bozza.codice), bozza.dict()))


def _fill(reader: Reader, renderer: Renderer, path: Path, value: Any, keys: Tuple[Any, ...] = ()) -> Any:
    """What a file says, each text with what it cites filled in."""
    if isinstance(value, dict):
        return {key: _fill(reader, renderer, path, item, (*keys, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(reader, renderer, path, item, (*keys, index)) for index, item in enumerate(value)]
    if not isinstance(value, str) or "{{" not in value:
        return value
    try:
        return renderer.render(value)
    except jinja2.UndefinedError as error:
        reader.fault(path, keys, f"riferimento sbagliato nel testo: {error.message}")
    except Exception:  # as in _render: whatever fails in a template is a fault of the text
        reader.fault(path, keys, "riferimento sbagliato nel testo: le parti tra {{ }} non sono scritte bene")
    return "?"  # no second fault about the same text


def _check_drafts(reader: Reader, conoscenza: Conoscenza) -> None:
    """What drafts and paths name must exist."""
    root = reader.folder

    def fault(file: str, keys: Tuple[Any, ...], message: str) -> None:
        reader.fault(root / file, keys, message)

    draft_checks.check_fields(conoscenza.campi, fault)
    draft_checks.check_drafts(conoscenza.bozze, conoscenza.campi, conoscenza.uffici, conoscenza.avvisi, conoscenza.moduli, fault)
    draft_checks.check_paths(
        conoscenza.percorsi,
        conoscenza.bozze,
        conoscenza.campi,
        conoscenza.argomenti,
        lambda key: conoscenza.voce(key) is not None,
        fault,
    )
    for codice, bozza in conoscenza.bozze.items():
        _check_sources(reader, conoscenza, root / draft_checks.draft_file(codice), ("fonti",), bozza.fonti)
    for index, percorso in enumerate(conoscenza.percorsi.values()):
        _check_sources(reader, conoscenza, root / draft_checks.PATHS_FILE, ("percorsi", index, "fonti"), percorso.fonti)


def _check_references(reader: Reader, conoscenza: Conoscenza, paths: Mapping[str, Path]) -> None:
    """Ids named in one file must exist in another."""
    root = reader.folder
    for name, argomento in conoscenza.argomenti.items():
        path = paths[name]
        if argomento.ufficio and argomento.ufficio not in conoscenza.uffici:
            reader.fault(path, ("ufficio",), f"ufficio sconosciuto: {argomento.ufficio}")
        for index, codice in enumerate(argomento.moduli):
            if codice not in conoscenza.moduli:
                reader.fault(path, ("moduli", index), f"codice di modulo sconosciuto: {codice}")
        for index, avviso in enumerate(argomento.avvisi):
            if avviso not in conoscenza.avvisi:
                reader.fault(path, ("avvisi", index), f"avviso sconosciuto: {avviso}")
        _check_sources(reader, conoscenza, path, ("fonti",), argomento.fonti)
        seen = set()
        for index, voce in enumerate(argomento.voci):
            if voce.id in seen:
                reader.fault(path, ("voci", index, "id"), f"«{voce.id}» compare due volte")
            seen.add(voce.id)
            _check_sources(reader, conoscenza, path, ("voci", index, "fonti"), voce.fonti)
    for index, modulo in enumerate(conoscenza.moduli.values()):
        for servizio in modulo.servizi:
            if servizio not in conoscenza.argomenti:
                reader.fault(root / "moduli.yml", ("moduli", index, "servizi"), f"argomento sconosciuto: {servizio}")
        _check_sources(reader, conoscenza, root / "moduli.yml", ("moduli", index, "fonti"), modulo.fonti)
    for index, chiarimento in enumerate(conoscenza.chiarimenti.values()):
        for opzione in chiarimento.opzioni:
            if opzione not in conoscenza.argomenti and conoscenza.voce(opzione) is None:
                reader.fault(
                    root / "chiarimenti.yml", ("chiarimenti", index, "opzioni"), f"voce o argomento sconosciuto: {opzione}"
                )
    for index, aspetto in enumerate(conoscenza.aspetti.values()):
        for altro in aspetto.ripiego:
            if altro not in conoscenza.aspetti:
                reader.fault(root / "aspetti.yml", ("aspetti", index, "ripiego"), f"aspetto sconosciuto: {altro}")
        if aspetto.senza_argomento and conoscenza.voce(aspetto.senza_argomento) is None:
            reader.fault(
                root / "aspetti.yml", ("aspetti", index, "senza_argomento"), f"voce sconosciuta: {aspetto.senza_argomento}"
            )
    for index, ufficio in enumerate(conoscenza.uffici.values()):
        _check_sources(reader, conoscenza, root / "uffici.yml", ("uffici", index, "fonti"), ufficio.fonti)
    for index, ricorrenza in enumerate(conoscenza.calendario.ricorrenze):
        _check_sources(reader, conoscenza, root / CALENDAR_FILE, ("ricorrenze", index, "fonti"), ricorrenza.fonti)


def _check_sources(reader: Reader, conoscenza: Conoscenza, path: Path, keys: Tuple[Any, ...], fonti: List[Fonte]) -> None:
    for index, fonte in enumerate(fonti):
        if fonte.documento == "pubblica":
            continue
        documento = conoscenza.documenti.get(fonte.documento)
        if documento is None:
            reader.fault(path, (*keys, index, "documento"), f"documento sconosciuto: {fonte.documento}")
        elif fonte.sezione not in documento.sezioni:
            reader.fault(path, (*keys, index, "sezione"), f"il documento «{documento.id}» non ha la sezione «{fonte.sezione}»")


def _render(reader: Reader, conoscenza: Conoscenza, paths: Mapping[str, Path]) -> None:
    for argomento in conoscenza.argomenti.values():
        texts: List[Tuple[str, Tuple[Any, ...], str]] = [(argomento.id, ("sintesi",), argomento.sintesi)]
        texts += [
            (f"{argomento.id}.{voce.id}", ("voci", index, "risposta"), voce.risposta) for index, voce in enumerate(argomento.voci)
        ]
        for key, keys, text in texts:
            try:
                conoscenza.testi[key] = conoscenza.renderer.render(text)
            except jinja2.UndefinedError as error:  # its message is ours, in Italian (templates.Sconosciuto)
                reader.fault(paths[argomento.id], keys, f"riferimento sbagliato nel testo: {error.message}")
            except Exception:  # a template may do anything; whatever fails in it is a fault of the text
                reader.fault(
                    paths[argomento.id], keys, "riferimento sbagliato nel testo: le parti tra {{ }} non sono scritte bene"
                )
