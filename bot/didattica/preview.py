"""What people would read differently: the answers of two knowledges side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.nlu.labels import topic_of
from knowledge import Conoscenza
from knowledge.models_calendario import AvvisoSito


@dataclass(frozen=True)
class Cambio:
    """A text that changes: key of the entry (or "sito/…" for a notice of the site), title, before and after ("": absent)."""

    chiave: str
    titolo: str
    prima: str
    dopo: str


@dataclass(frozen=True)
class Anteprima:
    """The answers and notices that change, and what else does, in a few words."""

    cambi: tuple[Cambio, ...]
    altro: tuple[str, ...] = ()


def compare(before: Conoscenza, after: Conoscenza, giorno: date) -> Anteprima:
    """What would change, that day, for those who ask."""
    old, new = dict(_answers(before, giorno)), dict(_answers(after, giorno))
    keys = [*old, *(key for key in new if key not in old)]
    changes = [
        Cambio(key, title_of(after if key in new else before, key), old.get(key, ""), new.get(key, ""))
        for key in keys
        if old.get(key, "") != new.get(key, "")
    ]
    changes += _site(before, after)
    return Anteprima(tuple(changes), tuple(_else(before, after)))


def title_of(conoscenza: Conoscenza, chiave: str) -> str:
    """An entry or a topic as the staff know it: "Casellario: Quanto costa"; the key itself for what is not there."""
    argomento = conoscenza.argomenti.get(topic_of(chiave))
    if argomento is None:
        return chiave
    voce = conoscenza.voce(chiave)
    return f"{argomento.etichetta}: {voce.etichetta}" if voce else argomento.etichetta


def _answers(conoscenza: Conoscenza, giorno: date) -> Iterator[tuple[str, str]]:
    """Each answer with the notices of that day, as it is read; not the line about being open at the moment."""
    for argomento in conoscenza.argomenti.values():
        notices = [avviso.testo for avviso in conoscenza.avvisi_di(argomento, giorno)]
        for key in (argomento.id, *(f"{argomento.id}.{voce.id}" for voce in argomento.voci)):
            yield key, "\n".join([conoscenza.testo(key), *notices])


def _site(before: Conoscenza, after: Conoscenza) -> Iterator[Cambio]:
    old = {a.id: a for a in before.calendario.avvisi_del_sito}
    new = {a.id: a for a in after.calendario.avvisi_del_sito}
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            shown = new.get(name) or old[name]
            yield Cambio(
                f"sito/{name}", f"Avviso in cima al sito: {shown.titolo}", _notice(old.get(name)), _notice(new.get(name))
            )


def _notice(avviso: AvvisoSito | None) -> str:
    if avviso is None:
        return ""
    period = f"dal {_day(avviso.dal)}" + (f" al {_day(avviso.al)}" if avviso.al else "")
    return f"{avviso.titolo}\n{avviso.testo}\n({period})"


def _else(before: Conoscenza, after: Conoscenza) -> Iterator[str]:
    if list(before.calendario.tutte()) != list(after.calendario.tutte()):
        yield "Cambiano i giorni in cui gli uffici risultano chiusi: vale per «siete aperti?» e per il passaggio a una persona."
    fees = [t.titolo for t in after.tariffe.values() if before.tariffe.get(t.id) != t]
    if fees:
        yield f"Cambiano i conti che usano: {'; '.join(fees)}."
    if before.profilo != after.profilo:
        yield "Cambia quello che il sito dice dell'ufficio."
    if before.uffici[before.profilo.sportello] != after.uffici[after.profilo.sportello]:
        yield "Cambiano i contatti dello sportello, che il sito mostra in ogni pagina."
    drafts = [codice for codice, bozza in after.bozze.items() if before.bozze.get(codice) != bozza]
    if drafts:
        yield f"Cambiano le bozze: {', '.join(drafts)}."


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
