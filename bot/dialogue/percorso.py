"""From a situation to a form: the questions of knowledge/percorsi.yml, asked only as far as needed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple

from bot.bozze.composizione import costs, lines, title_of
from bot.dialogue.lettura import prepare
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Cammino, Opzione, Stato
from bot.nlu.labels import ANY_PATH, PATH
from knowledge.models_bozze import Bozza, Nodo, Percorso, Strada
from knowledge.templates import opening_hours

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

DIGRESSION = 0.5  # probability from which a question about something else is answered in the middle of a path
WANTED = 0.4  # probability of "which form do I need?" from which the path that chooses among paths is walked
OFFERED = "modulo"  # outcome of a reply that names the form and offers to draft it
NAMED = 0.5  # probability of a topic from which it answers "what do you need?"
GIVE_UP = 3  # answers in a row not read after which the desk is offered
ASKS_WHY = re.compile(
    r"\bperche (?:me )?(?:lo|la) (?:chied|vuo|domand)|\bperche (?:ti|le|vi) serve|\ba (?:che )?cosa (?:ti |le |vi )?serve"
)
_UNSURE = re.compile(r"\bnon (?:lo )?(?:so|saprei|ne ho idea)\b|\bboh\b|\bnon sono sicur[oa]\b")


class Guide:
    """The part of a turn that walks a path. Made by the composer."""

    def __init__(self, composer: "Composer"):
        self._composer = composer
        self._conoscenza = composer.conoscenza

    def path_for(self, argomento: str) -> str:
        """The path that serves a topic, "" if none does."""
        if not argomento:
            return ""
        serving = [p.id for p in self._conoscenza.percorsi.values() if argomento in p.argomenti and p.id != ANY_PATH]
        return argomento if argomento in serving else next(iter(serving), "")

    def wanted(self, labels: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message asks to be led to a form."""
        return sum(p for label, p in labels if label.startswith(f"{PATH}/")) >= WANTED

    def start(self, percorso: str, turno: "Turno", bozza: bool, said: str = "") -> Risposta:
        """The first question of a path that the message has not answered yet, or where it leads.

        bozza: whether the request is then drafted. said: what was said, this message with the one before by default.
        """
        answers: Dict[str, int] = {}
        for text in (turno.previous, turno.text) if not said else (said,):
            prepared = prepare(text)
            for path in self._conoscenza.percorsi.values():
                for nodo in path.nodi:
                    place = _answered(nodo, prepared)
                    refuses = place is not None and bool(nodo.strade[place].voce)
                    if place is not None and not (
                        refuses and text is not turno.text
                    ):  # what was asked before does not refuse this
                        answers[f"{path.id}.{nodo.id}"] = place
        return self._walk(Cammino(percorso, risposte=answers, bozza=bozza), turno)

    def chosen(self, chiave: str, turno: "Turno") -> Optional[Risposta]:
        """The reply to a button of a path: "percorso.casellario" starts one, "percorso.casellario.chi.0" answers a question."""
        parts = chiave.split(".")
        path = self._conoscenza.percorsi.get(parts[1]) if len(parts) > 1 else None
        if path is None:
            return None
        if len(parts) == 2:
            return self.start(path.id, turno, bozza=False, said=" ")
        cammino = turno.stato.cammino or Cammino(path.id)
        known = len(parts) == 4 and any(n.id == parts[2] for n in path.nodi) and parts[3].isdigit()
        if not known or int(parts[3]) >= len(path.nodo(parts[2]).strade):
            return None
        answers = {**cammino.risposte, f"{path.id}.{parts[2]}": int(parts[3])}
        return self._walk(replace(cammino, percorso=path.id, nodo=parts[2], risposte=answers, falliti=0), turno)

    def reply(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        """The reply to a message in the middle of a path; None where it is about something else."""
        cammino = turno.stato.cammino
        path = self._conoscenza.percorsi.get(cammino.percorso) if cammino else None
        if cammino is None or path is None or not any(n.id == cammino.nodo for n in path.nodi):
            return None
        nodo = path.nodo(cammino.nodo)
        prepared = prepare(turno.text)
        if ASKS_WHY.search(prepared):
            return self._ask(path, nodo, cammino, turno, before=nodo.perche)
        place = _answered(nodo, prepared)
        if place is not None:
            answers = {**cammino.risposte, f"{path.id}.{nodo.id}": place}
            return self._walk(replace(cammino, risposte=answers, falliti=0), turno)
        other = self._path_named(turno) if cammino.percorso == ANY_PATH else ""
        if other:
            return self.start(other, turno, cammino.bozza)
        best, probability = ranking[0] if ranking else ("", 0.0)
        if probability >= DIGRESSION and not _UNSURE.search(prepared):
            if best == "annulla":
                return Risposta(self._composer.phrase("annulla"), stato=Stato(argomento=turno.stato.argomento, esito="annulla"))
            return None
        failed = cammino.falliti + 1
        before = self._composer.phrase("percorso_non_letto", failed - 1)
        if failed > 1 or _UNSURE.search(prepared):
            before = f"{nodo.perche} {self._composer.phrase('percorso_sportello')}" if failed >= GIVE_UP else nodo.perche
        return self._ask(path, nodo, replace(cammino, falliti=failed), turno, before)

    def _path_named(self, turno: "Turno") -> str:
        """The path of the service that a message is clearly about, "" if there is none."""
        topics = turno.comprensione.topics if turno.comprensione else []
        return self.path_for(topics[0][0]) if topics and topics[0][1] >= NAMED else ""

    def resumed(self, turno: "Turno", risposta: Risposta) -> Risposta:
        """A reply about something else, with the open question of the path at its end."""
        cammino = turno.stato.cammino
        path = self._conoscenza.percorsi.get(cammino.percorso) if cammino else None
        state = risposta.stato
        busy = state.cammino or state.compilazione or state.conto or state.esito in ("annulla", "ricomincia", "congedo")
        if cammino is None or path is None or busy or not any(n.id == cammino.nodo for n in path.nodi):
            return risposta
        nodo = path.nodo(cammino.nodo)
        text = f"{risposta.testo}\n{self._composer.phrase('percorso_riprendo')} {nodo.domanda}"
        options = _buttons(path, nodo)
        return replace(risposta, testo=text, opzioni=options, stato=replace(state, cammino=cammino, opzioni=options))

    def _walk(self, cammino: Cammino, turno: "Turno") -> Risposta:
        """Follow the answers known until one is missing or a form is reached."""
        while True:
            path = self._conoscenza.percorsi[cammino.percorso]
            if path.moduli:
                return self._arrived(path, path.moduli, cammino, turno)
            nodo = path.nodo(cammino.nodo) if cammino.nodo else path.nodi[0]
            place = cammino.risposte.get(f"{path.id}.{nodo.id}")
            if place is None or place >= len(nodo.strade):
                return self._ask(path, nodo, cammino, turno)
            strada = nodo.strade[place]
            notes = (*cammino.note, strada.nota) if strada.nota else cammino.note
            cammino = replace(cammino, note=notes, valori={**cammino.valori, **strada.valori})
            if strada.moduli:
                return self._arrived(path, strada.moduli, cammino, turno)
            if strada.voce:
                answer = self._composer.answer((strada.voce,), replace(turno.stato, cammino=None), turno.giorno)
                return replace(answer, conclusa=True)
            cammino = replace(cammino, percorso=strada.percorso or path.id, nodo=strada.poi or "")

    def _ask(self, path: Percorso, nodo: Nodo, cammino: Cammino, turno: "Turno", before: str = "") -> Risposta:
        options = _buttons(path, nodo)
        record = Stato(
            argomento=next(iter(path.argomenti), turno.stato.argomento),
            opzioni=options,
            esito="percorso",
            cammino=replace(cammino, percorso=path.id, nodo=nodo.id),
        )
        return Risposta(f"{before} {nodo.domanda}".strip(), options, record)

    def _arrived(self, path: Percorso, moduli: Sequence[str], cammino: Cammino, turno: "Turno") -> Risposta:
        if cammino.bozza:
            return self._composer.drafts.begin(moduli, turno, cammino)
        return self._form(path, moduli, cammino, turno)

    def _form(self, path: Percorso, moduli: Sequence[str], cammino: Cammino, turno: "Turno") -> Risposta:
        """The form needed: title, who signs, attachments, cost, where, what is often forgotten; and the offer to draft it."""
        bozza = self._conoscenza.bozze[moduli[0]]
        topic = next(iter(path.argomenti), turno.stato.argomento)
        told = [f"Le serve il {self._named(bozza)}.", *cammino.note]
        told += [f"Insieme si presenta il {self._named(self._conoscenza.bozze[other])}." for other in moduli[1:]]
        told.append(f"Firma: {bozza.firma}.")
        modulo = self._conoscenza.moduli.get(bozza.codice)
        attachments = list(modulo.allegati) if modulo else lines(bozza.allegati, bozza, cammino.valori, self._conoscenza)
        if attachments:
            told.append("Si allega:\n" + "\n".join(f"- {line}" for line in attachments))
        told.append("Costo: " + self._cost(bozza, topic, cammino, turno))
        told += [bozza.consegna, self._hours(bozza)]
        often = lines(bozza.ricorda, bozza, cammino.valori, self._conoscenza)
        if often:
            told.append("Da ricordare: " + " ".join(often))
        told += [a.testo for a in self._conoscenza.avvisi_di(bozza, turno.giorno)]
        told += [f"Fonte: {self._conoscenza.citazione(bozza.fonti)}", self._composer.phrase("bozza_offerta")]
        options = tuple(Opzione(f"Prepara la richiesta {code}", f"bozza.{code}") for code in moduli)
        stato = Stato(argomento=topic, voce=turno.stato.voce, opzioni=options, esito=OFFERED)
        return Risposta("\n".join(line for line in told if line), options, stato, conclusa=True)

    def _named(self, bozza: Bozza) -> str:
        title = title_of(bozza, self._conoscenza)
        return f"Mod. {bozza.codice}, «{title}»" if bozza.codice in self._conoscenza.moduli else f"portale: {title}"

    def _cost(self, bozza: Bozza, topic: str, cammino: Cammino, turno: "Turno") -> str:
        entry = self._composer.resolver.entry_for(topic, "costo") if topic else None
        if bozza.costo.calcolatore and entry:
            return self._conoscenza.testo(entry)
        return " ".join(costs(bozza, cammino.valori, self._conoscenza, turno.giorno))

    def _hours(self, bozza: Bozza) -> str:
        ufficio = self._conoscenza.uffici[bozza.ufficio]
        return f"Orari: {opening_hours(ufficio.orari)}." if ufficio.orari else ""


def _answered(nodo: Nodo, prepared: str) -> Optional[int]:
    """The place of the answer that a message gives to a question, None if it gives none."""
    for place, strada in enumerate(nodo.strade):
        if any(re.search(modo, prepared) for modo in strada.modi):
            return place
    titles: List[Strada] = [s for s in nodo.strade if prepare(s.titolo) == prepared.strip(" .!")]
    return nodo.strade.index(titles[0]) if titles else None


def _buttons(path: Percorso, nodo: Nodo) -> Tuple[Opzione, ...]:
    return tuple(Opzione(s.titolo, f"{PATH}.{path.id}.{nodo.id}.{place}") for place, s in enumerate(nodo.strade))
