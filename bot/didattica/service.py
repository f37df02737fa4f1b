"""Everything the staff's desk does with the knowledge, in one place. Slow where it says so: not for an event loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import active
from bot.active import Active
from bot.didattica import facts, preview, questions
from bot.didattica.changes import Changes, Passo, Rifiutato
from bot.didattica.fields import ModuloFatti
from bot.didattica.preview import Anteprima
from bot.didattica.questions import Domanda, Gruppo
from bot.didattica.trainings import Trainings
from bot.known import load_version
from bot.privacy import MASK
from bot.storage import decisioni
from bot.storage.decisioni import Decisione
from knowledge import Conoscenza, Versione
from knowledge.loader import FOLDER, Guasto
from knowledge.models_cambiamenti import Annullamento, Cambiamento, DomandeAggiunte
from knowledge.verify import folded

ROME = ZoneInfo("Europe/Rome")


class Didattica:
    """Teaching, for one data folder and one database.

    data: the data folder (DATI). database: the address of the database, None for that of the settings. clock: the moment, aware,
    in UTC. folder: knowledge/.
    """

    def __init__(self, data: Path, database: str | None, clock: Callable[[], datetime], folder: Path = FOLDER) -> None:
        self._data, self._database, self._clock, self._folder = data, database, clock, folder
        self.changes = Changes(data, clock, folder)
        self.trainings = Trainings(data, database, clock, folder)
        self._loaded: tuple[tuple[int, Versione], Conoscenza] | None = None

    # What is known now, and what is wrong with it.

    @property
    def oggi(self) -> date:
        """The day, in Rome."""
        return self._clock().astimezone(ROME).date()

    def active(self) -> Active:
        """What is live, what can be brought back, and the note of a going back that nobody asked for."""
        return active.read(self._data)

    def live(self) -> Conoscenza:
        """The knowledge that is live (two seconds the first time)."""
        return self._known(self.active().attivo)

    def newest(self) -> Conoscenza:
        """The knowledge with every change, those that are not live too: what forms show and what the next change is laid over."""
        return self._known(self.changes.overlay().ultima)

    def problems(self) -> list[Guasto]:
        """What is wrong with the changes, live or not; nothing when all is well (four seconds)."""
        return self.changes.problems()

    # Questions without an answer.

    def open_questions(self) -> list[Domanda]:
        """The questions on which nothing was decided, the most asked first. Raises ArchivioNonDisponibile."""
        return questions.open_questions(self._database, self.decisions())

    def groups(self) -> list[Gruppo]:
        """The same grouped by meaning, the most asked first, each with the nearest entries (ten seconds the very first time)."""
        return questions.groups(self.open_questions(), self.newest(), self._data / "cache")

    def decisions(self) -> list[Decisione]:
        """The decisions that hold: one whose change was undone does not. Raises ArchivioNonDisponibile."""
        undone = self.changes.overlay().undone
        return [d for d in decisioni.decisions(url=self._database) if d.cambiamento is None or d.cambiamento not in undone]

    def teach_example(
        self, asked: Sequence[str], voce: str, autore: str, domande: Sequence[str] | None = None
    ) -> Cambiamento | None:
        """Make questions examples of an entry ("casellario.costo") or a topic.

        asked: the questions as they were put, which count as decided. domande: as the model shall learn them, the same by
        default (a question with a masked name is better rewritten). None when the entry has them all already. Raises Rifiutato.
        """
        return self._teach(asked, voce, autore, domande, decisioni.ESEMPIO)

    def teach_out_of_scope(self, asked: Sequence[str], autore: str, domande: Sequence[str] | None = None) -> Cambiamento | None:
        """Make questions examples of what is none of the office's business; otherwise as teach_example. Raises Rifiutato."""
        topic = next((a.id for a in self.newest().argomenti.values() if a.tipo == "fuori_ambito"), "")
        return self._teach(asked, topic, autore, domande, decisioni.FUORI_AMBITO)

    def teach_entry(
        self,
        asked: Sequence[str],
        argomento: str,
        autore: str,
        *,
        etichetta: str,
        risposta: str,
        domande: Sequence[str],
        fonti: Sequence[Mapping[str, Any]] | None = None,
        identifier: str = "",
    ) -> Cambiamento:
        """Write a new entry of a topic, which answers those questions (at least three ways of asking).

        fonti: as in the files; the office itself, today, by default. identifier: made of the label by default. Raises Rifiutato
        with the keys "voce.etichetta", "voce.risposta", "voce.domande", "argomento"…
        """
        topic = self.newest().argomenti.get(argomento)
        name = identifier or facts.free_id(etichetta, {voce.id for voce in topic.voci} if topic else set())
        entry = {
            "id": name,
            "etichetta": etichetta,
            "risposta": "\n".join(line for line in risposta.splitlines() if line.strip()),
            "fonti": [dict(fonte) for fonte in fonti or [facts.source_of_the_office(self.oggi)]],
            "domande": _distinct(domande),
        }
        change = self.changes.add({"tipo": "voce", "argomento": argomento, "voce": entry}, autore)
        self._decide(asked, decisioni.NUOVA_VOCE, autore, f"{argomento}.{name}", change.numero)
        return change

    def ignore(self, asked: Sequence[str], autore: str) -> None:
        """Decide that questions need no answer. Raises ArchivioNonDisponibile."""
        self._decide(asked, decisioni.IGNORA, autore)

    def reopen(self, asked: Sequence[str]) -> None:
        """Take back what was decided of questions (a change made for them has to be undone by itself)."""
        decisioni.withdraw(asked, url=self._database)

    # Facts and answers.

    def forms(self) -> list[ModuloFatti]:
        """The forms for facts, without their fields."""
        return facts.forms(self.newest())

    def form(self, name: str) -> ModuloFatti:
        """A form with what it holds now. Raises KeyError."""
        return facts.form(self.newest(), name)

    def form_change(self, name: str, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The change that a filled form asks for, for preview() and save(). Raises ErroriCampi, KeyError."""
        return facts.change_of_form(self.newest(), name, typed, self.oggi)

    def removal(self, name: str) -> dict[str, Any]:
        """The change that takes a notice or a closure away. Raises KeyError."""
        return facts.removal(self.newest(), name)

    def answer_change(self, voce: str, risposta: str, etichetta: str = "") -> dict[str, Any]:
        """The change that gives an entry another answer (and label), its sources joined by the office. Raises KeyError."""
        known = self.newest().voce(voce)
        if known is None:
            raise KeyError(voce)
        own = facts.source_of_the_office(self.oggi)
        sources = [fonte.dict(exclude_none=True) for fonte in known.fonti]
        fields: dict[str, Any] = {"risposta": risposta, "fonti": [*[s for s in sources if s != own], own]}
        return {"tipo": "risposta", "voce": voce, "campi": {**fields, **({"etichetta": etichetta} if etichetta else {})}}

    def preview(self, content: Mapping[str, Any], autore: str) -> Anteprima:
        """What would change for those who ask, if this were kept; the checks of save(). Raises Rifiutato. It takes seconds."""
        overlay, change = self.changes.draft(content, autore)
        return preview.compare(self.newest(), self.changes.checked(overlay, change), self.oggi)

    def save(self, content: Mapping[str, Any], autore: str, motivo: str = "") -> Cambiamento:
        """Keep a change; it waits to go live. Raises Rifiutato."""
        return self.changes.add(content, autore, motivo)

    # The changes.

    def history(self) -> list[Passo]:
        """Every change, newest first, with its author."""
        return self.changes.history()

    def waiting(self) -> list[Passo]:
        """The changes that are not live yet, oldest first."""
        return self.changes.waiting()

    def undo(self, numero: int, autore: str, motivo: str = "") -> Cambiamento:
        """Undo a change, or an undoing: another change, which waits to go live. Raises Rifiutato."""
        return self.changes.undo(numero, autore, motivo)

    def set_aside(self, numero: int) -> None:
        """Take a file that nobody can read out of the way; it stays in the folder under another name. Raises Rifiutato."""
        self.changes.set_aside(numero)

    def waiting_preview(self) -> Anteprima:
        """What would change if all waiting facts went live (four seconds)."""
        return preview.compare(self.live(), self._known(self.changes.preview_version()), self.oggi)

    # Going live.

    def publish(self, autore: str) -> Versione:
        """Make the waiting changes live that need no training: the facts. Raises Rifiutato when they do not hold together."""
        return self.trainings.publish(autore)

    def train(self, autore: str) -> int:
        """Begin to train on all changes, in the background; its number. Raises Rifiutato: one is going on, nothing to learn…"""
        return self.trainings.start(autore)

    def activate(self, numero: int, autore: str) -> Versione:
        """Make a training that is ready live. Raises Rifiutato."""
        return self.trainings.activate(numero, autore)

    def previous(self, autore: str) -> Versione:
        """Bring back the teaching before the last one, model and questions; facts stay as they are now. Raises Rifiutato."""
        return self.trainings.previous(autore)

    def _known(self, versione: Versione) -> Conoscenza:
        """The knowledge of a version; the last one asked for is remembered."""
        key = (_stamp(self.changes.folder), versione)
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = (key, load_version(self._data, versione, self._folder).conoscenza)
        return self._loaded[1]

    def _teach(
        self, asked: Sequence[str], voce: str, autore: str, domande: Sequence[str] | None, decision: str
    ) -> Cambiamento | None:
        there = {folded(question) for question in self._questions_of(voce)}
        new = [question for question in _distinct(domande if domande is not None else asked) if folded(question) not in there]
        change = self.changes.add({"tipo": "domande", "voce": voce, "domande": new}, autore) if new else None
        self._decide(asked, decision, autore, voce, change.numero if change else self._taught_by(voce, asked))
        return change

    def _questions_of(self, voce: str) -> list[str]:
        known = self.newest()
        entry = known.voce(voce)
        if entry is None and voce not in known.argomenti:
            raise Rifiutato({"voce": f"voce o argomento sconosciuto: {voce}"})
        return [*entry.domande, *entry.seguiti] if entry else list(known.argomenti[voce].domande)

    def _taught_by(self, voce: str, asked: Sequence[str]) -> int | None:
        """The change that taught these questions already: somebody was quicker, or the decision was lost with the light."""
        wanted = {folded(question) for question in asked}
        found = [
            c.numero
            for c in self.changes.overlay().changes
            if isinstance(c, DomandeAggiunte) and c.voce == voce and wanted & {folded(q) for q in c.domande}
        ]
        return found[-1] if found else None

    def _decide(
        self, asked: Sequence[str], decision: str, autore: str, voce: str | None = None, cambiamento: int | None = None
    ) -> None:
        decisioni.record(asked, decision, autore, self._clock(), voce=voce, cambiamento=cambiamento, url=self._database)


def describe(change: Cambiamento, conoscenza: Conoscenza) -> str:
    """A change in a few Italian words, for the history."""
    if isinstance(change, Annullamento):
        return f"Annulla il cambiamento {change.annulla}"
    if isinstance(change, DomandeAggiunte):
        count = len(change.domande) + len(change.seguiti)
        added = "Una domanda in più" if count == 1 else f"{count} domande in più"
        return f"{added} per «{preview.title_of(conoscenza, change.voce)}»"
    said = change.dict()
    kind = change.tipo
    if kind == "voce":
        return f"Nuova risposta: «{said['voce'].get('etichetta', said['voce'].get('id'))}»"
    if kind == "risposta":
        return f"Risposta cambiata: «{preview.title_of(conoscenza, said['voce'])}»"
    if kind == "ufficio":
        office = conoscenza.uffici.get(said["ufficio"])
        return f"{office.nome if office else said['ufficio']}: {', '.join(said['campi'])}"
    if kind == "tariffa":
        fee = conoscenza.tariffe.get(said["tariffa"])
        return f"{fee.titolo if fee else said['tariffa']}: edizione {said['edizione'].get('edizione')}"
    if kind == "profilo":
        return f"Dati dell'ufficio: {', '.join(said['campi'])}"
    names = {"avviso_sito": "Avviso in cima al sito", "chiusura": "Chiusura", "avviso": "Avviso nelle risposte"}
    fields = said["campi"]
    if fields is None:
        return f"{names[kind]} tolto: {said['id']}" if kind != "chiusura" else f"Chiusura tolta: {said['id']}"
    return f"{names[kind]}: {fields.get('titolo') or fields.get('testo') or fields.get('motivo') or said['id']}"


def _distinct(texts: Sequence[str]) -> list[str]:
    clean = [" ".join(text.replace(MASK, " ").split()) for text in texts]  # what was masked teaches nothing
    return list({folded(text): text for text in clean if text}.values())


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
