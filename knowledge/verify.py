"""`make verifica`: is the knowledge sound? Says in Italian file, key and fault, and which sections nobody cites."""

from __future__ import annotations

import sys
import time
import unicodedata
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

from knowledge import yaml_files
from knowledge.draft_checks import ANY, draft_file
from knowledge.loader import FOLDER, NOTHING, Conoscenza, Guasto, KnowledgeError, load
from knowledge.models import Fonte
from knowledge.overlay import Overlay

MIN_QUESTIONS = 3  # fewer ways of asking teach the classifier nothing
MAX_PAYLOAD_KEY = 45  # bytes of a label that still fit a Telegram button's 64


def folded(question: str) -> str:
    """A question without capitals, accents and punctuation: two that are equal so are the same question."""
    text = unicodedata.normalize("NFD", question.lower())
    return "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).strip()


def uncited_sections(conoscenza: Conoscenza) -> List[Tuple[str, str]]:
    """(document, section) pairs that no entry, office, form or table names as its source."""
    cited: Set[Tuple[str, str]] = set()

    def cite(fonti: List[Fonte]) -> None:
        cited.update((f.documento, f.sezione) for f in fonti if f.sezione)

    cite(conoscenza.profilo.fonti)
    for argomento in conoscenza.argomenti.values():
        cite(argomento.fonti)
        for voce in argomento.voci:
            cite(voce.fonti)
    for ufficio in conoscenza.uffici.values():
        cite(ufficio.fonti)
    for modulo in conoscenza.moduli.values():
        cite(modulo.fonti)
    for bozza in conoscenza.bozze.values():
        cite(bozza.fonti)
    for percorso in conoscenza.percorsi.values():
        cite(percorso.fonti)
    for tariffa in conoscenza.tariffe.values():
        for edizione in tariffa.edizioni:
            cite(edizione.fonti)
    return [(d.id, s) for d in conoscenza.documenti.values() for s in d.sezioni if (d.id, s) not in cited]


def check_questions(conoscenza: Conoscenza) -> List[Guasto]:
    """Faults of the questions: the same one in two entries, or an entry with too few of them."""
    faults: List[Guasto] = []
    seen: Dict[str, Tuple[str, Optional[str]]] = {}
    for argomento in conoscenza.argomenti.values():
        file = f"argomenti/{argomento.id}.yml"
        for index, voce in enumerate(argomento.voci):
            key, keys = f"{argomento.id}.{voce.id}", ("voci", index)
            mine = conoscenza.origin(file, keys) or file
            if len(voce.domande) < MIN_QUESTIONS:
                faults.append(Guasto(mine, f"{voce.id}.domande", f"servono almeno {MIN_QUESTIONS} modi diversi di chiederlo"))
            if len(key.encode()) > MAX_PAYLOAD_KEY:
                faults.append(Guasto(mine, f"{voce.id}.id", "id troppo lungo: il bottone non entrerebbe in Telegram"))
            for number, question in enumerate(voce.domande):
                origin = conoscenza.origin(file, (*keys, "domande", number))
                other, taught = seen.setdefault(folded(question), (key, origin))
                if other != key:
                    faults.append(
                        Guasto(origin or taught or file, f"{voce.id}.domande", f"«{question}» è già tra le domande di {other}")
                    )
    return faults + _check_taught_topics(conoscenza, seen)


def _check_taught_topics(conoscenza: Conoscenza, seen: Dict[str, Tuple[str, Optional[str]]]) -> List[Guasto]:
    """Questions that the staff gave to a whole topic and that an entry of another one has already."""
    faults: List[Guasto] = []
    for argomento in conoscenza.argomenti.values():
        for number, question in enumerate(argomento.domande):
            origin = conoscenza.origin(f"argomenti/{argomento.id}.yml", ("domande", number))
            other = seen.get(folded(question), ("", None))[0]
            if origin and other and other.partition(".")[0] != argomento.id:
                faults.append(Guasto(origin, "domande", f"«{question}» è già tra le domande di {other}"))
    return faults


def check_editions(conoscenza: Conoscenza) -> List[Guasto]:
    """Faults of the dated tables: editions named alike, out of order, overlapping, or with a hole between them."""
    faults: List[Guasto] = []

    def fault(table: str, edition: str, message: str) -> None:
        file = conoscenza.origin("tariffe/", (table, edition)) or "tariffe/"
        faults.append(Guasto(file, f"{table}.{edition}", message))

    for tariffa in conoscenza.tariffe.values():
        names = [edizione.edizione for edizione in tariffa.edizioni]
        for name in sorted({n for n in names if names.count(n) > 1}):
            fault(tariffa.id, name, "due edizioni hanno lo stesso nome")
        for index, later in enumerate(tariffa.edizioni[1:], start=1):
            where = (tariffa.id, later.edizione)
            if later.in_vigore_dal is None:
                fault(*where, "manca la data di entrata in vigore (in_vigore_dal)")
                continue
            for earlier in tariffa.edizioni[:index]:
                begun, ended = earlier.in_vigore_dal, earlier.in_vigore_fino_al
                if (begun and later.in_vigore_dal <= begun) or (ended and later.in_vigore_dal <= ended):
                    fault(*where, f"si sovrappone all'edizione {earlier.edizione}")
            previous = tariffa.edizioni[index - 1]
            if previous.in_vigore_fino_al and (later.in_vigore_dal - previous.in_vigore_fino_al).days > 1:
                fault(*where, f"tra l'edizione {previous.edizione} e questa c'è un vuoto")
    return faults


def check_calculations(conoscenza: Conoscenza, folder: Path) -> List[Guasto]:
    """Faults of what drafts ask of the calculators: calculators, parameters, values and terms that do not exist."""
    # imported here, for this check only: the calculators know the knowledge, not the other way round
    from calculators.elenco import CALCOLATORI
    from calculators.model import INSIEME, INTERO, SCELTA, Parametro

    faults: List[Guasto] = []
    for codice, bozza in conoscenza.bozze.items():
        file, costo = draft_file(codice), bozza.costo

        def fault(keys: Tuple[str, ...], message: str, file: str = file) -> None:
            line = yaml_files.line_of(folder / file, ("costo", *keys))
            faults.append(Guasto(file, ".".join(("costo", *keys)), message, line))

        def check_value(keys: Tuple[str, ...], parametro: Parametro, value: object) -> None:
            choices = [scelta.valore for scelta in parametro.scelte]
            if parametro.tipo in (SCELTA, INSIEME) and value not in choices:
                fault(keys, f"«{value}» non è un valore del parametro «{parametro.nome}»; si può scrivere: {', '.join(choices)}")
            elif parametro.tipo == INTERO and not isinstance(value, int):
                fault(keys, f"il parametro «{parametro.nome}» vuole un numero intero")

        if bozza.scadenza is not None:
            terms = [scelta.valore for scelta in CALCOLATORI["scadenze"].parametro("termine").scelte]
            if bozza.scadenza.termine not in terms:
                line = yaml_files.line_of(folder / file, ("scadenza", "termine"))
                message = f"termine sconosciuto: {bozza.scadenza.termine}; ci sono: {', '.join(terms)}"
                faults.append(Guasto(file, "scadenza.termine", message, line))
        if costo.calcolatore is None:
            continue
        calcolatore = CALCOLATORI.get(costo.calcolatore)
        if calcolatore is None:
            fault(("calcolatore",), f"calcolatore sconosciuto: {costo.calcolatore}; ci sono: {', '.join(CALCOLATORI)}")
            continue
        parametri = {parametro.nome: parametro for parametro in calcolatore.parametri}
        for key, named in (("valori", costo.valori), ("campi", costo.campi)):
            for nome in named:
                if nome not in parametri:
                    fault((key, nome), f"il calcolatore «{calcolatore.id}» non ha il parametro «{nome}»")
        for nome, value in costo.valori.items():
            if nome in parametri:
                check_value(("valori", nome), parametri[nome], value)
        for nome, name in costo.campi.items():
            if nome not in parametri or name not in conoscenza.campi:
                continue
            table = costo.conversioni.get(nome, {})
            for value in table.values():
                check_value(("conversioni", nome), parametri[nome], value)
            for scelta in conoscenza.campi[name].scelte:
                if scelta.valore not in table and ANY not in table:
                    check_value(("campi", nome), parametri[nome], scelta.valore)
            if parametri[nome].tipo == INTERO and conoscenza.campi[name].tipo != "intero":
                fault(("campi", nome), f"il parametro «{nome}» vuole un numero intero e il campo «{name}» non lo è")
    return faults


def faults_of(conoscenza: Conoscenza, folder: Path = FOLDER) -> List[Guasto]:
    """The faults of a knowledge that loads."""
    return check_questions(conoscenza) + check_editions(conoscenza) + check_calculations(conoscenza, folder)


def verify(folder: Path = FOLDER, overlay: Overlay = NOTHING) -> Tuple[List[Guasto], str]:
    """All faults of the knowledge in a folder, the changes laid over it included, and one line that sums up what is there."""
    try:
        conoscenza = load(folder, overlay)
    except KnowledgeError as error:
        return error.guasti, ""
    faults = faults_of(conoscenza, folder)
    for documento, sezione in uncited_sections(conoscenza):
        faults.append(Guasto("documenti.yml", f"{documento}.{sezione}", "nessuna risposta cita questa sezione"))
    entries = sum(1 for _ in conoscenza.voci())
    questions = sum(len(a.domande) + sum(len(v.domande) + len(v.seguiti) for v in a.voci) for a in conoscenza.argomenti.values())
    summary = f"{len(conoscenza.argomenti)} argomenti, {entries} voci, {questions} domande, {len(conoscenza.tariffe)} tabelle"
    summary += f", {len(conoscenza.bozze)} bozze, {len(conoscenza.percorsi)} percorsi"
    return faults, summary


def main() -> int:
    """Command line: exit status 0 when the knowledge is sound, 1 otherwise.

    verify [FOLDER [CHANGES]]: the folder of the knowledge, and that of the changes to lay over it.
    """
    started = time.perf_counter()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    try:
        faults, summary = verify(folder, Overlay.read(Path(sys.argv[2])) if len(sys.argv) > 2 else NOTHING)
    except KnowledgeError as error:  # of the changes, before anything was laid
        faults, summary = error.guasti, ""
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print(f"{len(faults)} problemi da correggere.")
        return 1
    print(f"✓ La conoscenza è in ordine: {summary} ({time.perf_counter() - started:.1f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
