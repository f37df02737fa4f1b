"""Everything the office knows as sheets of the desk: answers, forms, offices, tables of fees; each with a key and plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.nlu.labels import ASPECT, CALCULATION, CLARIFY, DRAFT, PATH
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza
from knowledge.models import Argomento, Modulo, Tariffa, Ufficio, Voce
from knowledge.templates import opening_hours, table_text

ANSWER, TOPIC, FORM, OFFICE, TABLE, NOTE = "risposta", "argomento", "modulo", "ufficio", "tariffa", "nota"
KINDS = {ANSWER: "Risposta", TOPIC: "Argomento", FORM: "Modulo", OFFICE: "Ufficio", TABLE: "Tariffa", NOTE: "Nota interna"}
_ACTS = {"non_capito": "Non capita", "": "Altro"}


@dataclass(frozen=True)
class Sheet:
    """One thing the office knows. chiave: "casellario.costo", "modulo/A01", "ufficio/urapi", "tariffa/bollo".

    testo: as people read it. domande: ways of asking it. fonte: where it comes from. argomento: the topic it belongs to, "" if
    none.
    """

    chiave: str
    tipo: str
    titolo: str
    testo: str
    fonte: str = ""
    domande: tuple[str, ...] = ()
    argomento: str = ""


def sheets(conoscenza: Conoscenza) -> Iterator[Sheet]:
    """Every sheet, topic by topic, then forms, offices and tables."""
    for argomento in conoscenza.argomenti.values():
        yield _topic(conoscenza, argomento)
        for voce in argomento.voci:
            yield _answer(conoscenza, argomento, voce)
    for modulo in conoscenza.moduli.values():
        yield _form(conoscenza, modulo)
    for ufficio in conoscenza.uffici.values():
        yield _office(conoscenza, ufficio)
    for tariffa in conoscenza.tariffe.values():
        yield _table(conoscenza, tariffa)


def sheet(conoscenza: Conoscenza, chiave: str) -> Sheet | None:
    """The sheet with this key; None if there is none."""
    kind, _, name = chiave.partition("/")
    if name:
        if kind == FORM and name in conoscenza.moduli:
            return _form(conoscenza, conoscenza.moduli[name])
        if kind == OFFICE and name in conoscenza.uffici:
            return _office(conoscenza, conoscenza.uffici[name])
        return _table(conoscenza, conoscenza.tariffe[name]) if kind == TABLE and name in conoscenza.tariffe else None
    argomento = conoscenza.argomenti.get(chiave.partition(".")[0])
    if argomento is None or chiave == argomento.id:
        return None if argomento is None else _topic(conoscenza, argomento)
    voce = conoscenza.voce(chiave)
    return None if voce is None else _answer(conoscenza, argomento, voce)


def describe(conoscenza: Conoscenza, etichetta: str) -> str:
    """What a label of the classifier (bot/nlu/labels.py) means, in words: "Casellario › Quanto costa"."""
    if etichetta.startswith("?"):
        aspetto = conoscenza.aspetti.get(etichetta[1:])
        return f"{aspetto.etichetta if aspetto else etichetta[1:]} (di ciò di cui si parla)"
    kind, _, name = etichetta.partition("/")
    if name:
        name = name.partition(".")[0]
        calcolatore, percorso = CALCOLATORI.get(name), conoscenza.percorsi.get(name)
        found = {
            CALCULATION: f"Calcolo: {calcolatore.titolo if calcolatore else name}",
            DRAFT: f"Preparare la richiesta: {percorso.etichetta if percorso else name}",
            PATH: f"Trovare il modulo: {percorso.etichetta if percorso else name}",
            CLARIFY: f"Domanda vaga: {name.replace('_', ' ')}",
            ASPECT: name,
        }
        return found.get(kind, etichetta)
    argomento = conoscenza.argomenti.get(etichetta.partition(".")[0])
    if argomento is None:
        return _ACTS.get(etichetta, f"Conversazione: {etichetta.replace('_', ' ')}")
    voce = conoscenza.voce(etichetta)
    return f"{argomento.etichetta} › {voce.etichetta}" if voce else argomento.etichetta


def topic_name(conoscenza: Conoscenza, argomento: str | None) -> str:
    """The title of a topic by its id, whatever the id."""
    found = conoscenza.argomenti.get(argomento or "")
    return found.etichetta if found else (argomento or "Senza argomento").replace("_", " ")


def _topic(conoscenza: Conoscenza, argomento: Argomento) -> Sheet:
    source = conoscenza.citazione(argomento.fonti)
    text = conoscenza.testo(argomento.id)
    return Sheet(argomento.id, TOPIC, argomento.etichetta, text, source, tuple(argomento.domande), argomento.id)


def _answer(conoscenza: Conoscenza, argomento: Argomento, voce: Voce) -> Sheet:
    key = f"{argomento.id}.{voce.id}"
    title = f"{argomento.etichetta} › {voce.etichetta}"
    asked = tuple(voce.domande) + tuple(voce.seguiti)
    return Sheet(key, ANSWER, title, conoscenza.testo(key), conoscenza.citazione(voce.fonti), asked, argomento.id)


def _form(conoscenza: Conoscenza, modulo: Modulo) -> Sheet:
    lines = [f"Chi lo usa: {modulo.chi}", f"Per che cosa: {modulo.per}"]
    lines += ["Allegati:", *(f"- {a}" for a in modulo.allegati)] if modulo.allegati else []
    names = [topic_name(conoscenza, s) for s in modulo.servizi]
    lines += [f"Servizi: {', '.join(names)}"] if names else []
    topic = modulo.servizi[0] if modulo.servizi else ""
    title = f"{modulo.codice} – {modulo.titolo}"
    return Sheet(f"{FORM}/{modulo.codice}", FORM, title, "\n".join(lines), conoscenza.citazione(modulo.fonti), (), topic)


def _office(conoscenza: Conoscenza, ufficio: Ufficio) -> Sheet:
    told: Sequence[tuple[str, str | None]] = (
        ("Dove", ufficio.dove),
        ("Orari", opening_hours(ufficio.orari) or None),
        ("Telefono", ufficio.telefono),
        ("E-mail", ufficio.mail),
        ("PEC", ufficio.pec),
        ("Responsabile", ufficio.responsabile),
        ("Addetti", ufficio.addetti),
        ("Nota", ufficio.nota),
    )
    text = "\n".join(f"{label}: {value}" for label, value in told if value)
    return Sheet(f"{OFFICE}/{ufficio.id}", OFFICE, ufficio.nome, text, conoscenza.citazione(ufficio.fonti), tuple(ufficio.alias))


def _table(conoscenza: Conoscenza, tariffa: Tariffa) -> Sheet:
    lines: list[str] = [tariffa.nota] if tariffa.nota else []
    for edizione in reversed(tariffa.edizioni):
        since = f", in vigore dal {edizione.in_vigore_dal:%d/%m/%Y}" if edizione.in_vigore_dal else ""
        lines.append(f"Edizione {edizione.edizione}{since} ({edizione.atto})")
        lines += [f"- {line.removeprefix('- ')}" for line in table_text(tariffa, edizione).splitlines() if line.strip()]
        lines += [f"Attenzione: {edizione.nota}"] if edizione.nota else []
    source = conoscenza.citazione([f for e in tariffa.edizioni for f in e.fonti])
    return Sheet(f"{TABLE}/{tariffa.id}", TABLE, tariffa.titolo, "\n".join(lines), source)
