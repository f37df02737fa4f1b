"""Drafting a request in conversation: begun, resumed, filled in, reviewed, deleted. Which part answers a message is decided here.

What the person gives is kept in the drafts' own table (bot/storage/bozze.py); the record of the conversation only knows which
draft it is and what was asked. Which fields a form has, in which words, is knowledge (knowledge/bozze/). The parts: what is asked
next (chiedere.py), what messages give (raccolta.py), the review (revisione.py), what is about something else (divagazione.py).
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Dict, Mapping, Optional, Sequence, Tuple

from bot.bozze.composizione import PERSON, fields_of, without_blanks
from bot.bozze.correzione import read_correction
from bot.bozze.lettura import read_data
from bot.bozze.rimozione import Rimozione
from bot.dialogue.chiedere import Asking
from bot.dialogue.divagazione import ACTED, Digressions
from bot.dialogue.lettura import prepare
from bot.dialogue.percorso import OFFERED
from bot.dialogue.raccolta import REFUSES, Collecting
from bot.dialogue.reply import Risposta
from bot.dialogue.revisione import GO_AHEAD, Reviewing
from bot.dialogue.riepilogo import heading
from bot.dialogue.state import Cammino, Compilazione, Stato
from bot.nlu.labels import ANY_PATH, DRAFT
from bot.storage import bozze as archivio
from bot.storage.bozze import DATI, PRONTA, RIEPILOGO, BozzaSalvata
from bot.storage.database import ArchivioNonDisponibile
from knowledge.models_bozze import Bozza, Campo

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

logger = logging.getLogger(__name__)

WANTED = 0.4  # probability of "draft it" from which a draft is begun
OVER = ("annulla", "ricomincia", "cancellato", "guasto", "congedo", "bozza")  # replies after which no question is put again
ERASE, RESUME = "bozza_cancella", "bozza_riprendi"
_CODE = re.compile(r"\b(?:mod(?:ulo|ello)?\W{0,3})?([abc])\W?0?(\d{1,2})\b", re.IGNORECASE)


class Drafts:
    """The part of a turn that drafts requests. Made by the composer; `database` is the address of the drafts' database."""

    def __init__(self, composer: "Composer", database: Optional[str] = None):
        self._composer = composer
        self._conoscenza = composer.conoscenza
        self._url = database
        self._aside = Digressions(composer)
        self._asking = Asking(composer, database)
        self._collecting = Collecting(composer, self._asking, self._aside)
        self._reviewing = Reviewing(composer, self._asking, self._collecting, self._aside, database)

    def reply(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        """The reply to a message that begins, fills in, corrects, resumes or deletes a draft; None for another matter."""
        try:
            return self._reply(turno, ranking)
        except ArchivioNonDisponibile as error:
            return self._unavailable(turno, error)

    def chosen(self, chiave: str, turno: "Turno") -> Optional[Risposta]:
        """The reply to a button of a draft; None if the key names none (any more)."""
        try:
            return self._chosen(chiave, turno)
        except ArchivioNonDisponibile as error:
            return self._unavailable(turno, error)

    def begin(
        self,
        codici: Sequence[str],
        turno: "Turno",
        cammino: Optional[Cammino] = None,
        known: Optional[Mapping[str, str]] = None,
    ) -> Risposta:
        """A new draft of the first of these forms; the others come after it. Raises ArchivioNonDisponibile.

        known: what was already given for the request it goes with.
        """
        bozza = self._conoscenza.bozze[codici[0]]
        saved = archivio.create(turno.conversazione, bozza.codice, turno.adesso, poi=codici[1:], url=self._url)
        campi = fields_of(bozza, self._conoscenza)
        same_person = self._persons_data(turno, campi, saved.id)
        values = {**same_person, **(known or {}), **(cammino.valori if cammino else {})}
        oggi = turno.giorno
        if turno.previous:  # what was said before may say what the request is about, not whose it is
            before = read_data(_told(turno.previous), campi, values, (), oggi).valori
            kinds = {c.id: c.tipo for c in campi}
            values.update({name: value for name, value in before.items() if kinds[name] == "scelta"})
        values.update(read_data(_told(turno.text), campi, values, (), oggi).valori)
        stato = Compilazione(saved.id, bozza.codice, DATI, poi=tuple(codici[1:]))
        opening = self._composer.phrase("bozza_comincio").replace("{richiesta}", heading(bozza, self._conoscenza))
        if same_person:
            opening += " " + self._composer.phrase("bozza_stessi_dati")
        return self._asking.go_on(stato, bozza, values, turno, before=opening)

    def resumed(self, turno: "Turno", risposta: Risposta) -> Risposta:
        """A reply about something else, with the open question of the draft at its end."""
        stato = turno.stato.compilazione
        state = risposta.stato
        if stato is not None and state.esito == "ricomincia":
            return replace(risposta, stato=replace(state, compilazione=None))
        if stato is None or state.esito in OVER or risposta.cancella or state.compilazione not in (None, stato):
            return risposta
        try:
            current = self._current(turno)
        except ArchivioNonDisponibile:  # the answer is good all the same
            return replace(risposta, stato=replace(state, compilazione=stato))
        if current is None or state.cammino or (state.conto and state.conto.chiesto):  # expired, or left for something else
            return replace(risposta, stato=replace(state, compilazione=None))
        if stato.fase == PRONTA:
            return replace(risposta, stato=replace(state, compilazione=stato))
        question, options = self._asking.question(stato, current[1], current[2].valori)
        text = f"{risposta.testo}\n{self._composer.phrase('bozza_continuo')} {question}"
        return replace(risposta, testo=text, opzioni=options, stato=replace(state, compilazione=stato, opzioni=options))

    def _persons_data(self, turno: "Turno", campi: Sequence[Campo], own: int) -> Dict[str, str]:
        """What the person of the last draft gave of itself: who asks for two things need not say twice who they are."""
        others = [b for b in archivio.all_of(turno.conversazione, turno.adesso, url=self._url) if b.id != own]
        if not others:
            return {}
        last = max(others, key=lambda b: b.modificata).valori
        wanted = {c.id for c in campi} & PERSON
        return {name: value for name, value in without_blanks(last).items() if name in wanted}

    def _unavailable(self, turno: "Turno", error: Exception) -> Risposta:
        logger.error("Bozza non salvata: %s", type(error).__name__)
        return Risposta(self._composer.phrase("bozza_guasto"), stato=replace(turno.stato, esito="guasto"))

    def _chosen(self, chiave: str, turno: "Turno") -> Optional[Risposta]:
        _, _, rest = chiave.partition(".")
        act, _, rest = rest.partition(".")
        current = self._current(turno)
        if act in self._conoscenza.bozze:
            together = current is not None and act in current[0].poi
            return self._next(*current, turno, first=act) if current and together else self.begin([act], turno)
        if act == "riprendi":
            return self._resume(turno)
        if current is None:
            return self._gone(turno) if turno.stato.compilazione else None
        stato, bozza, saved = current
        if act == "conferma":
            return self._reviewing.make(stato, bozza, saved.valori, turno)
        if act == "modifica" and rest in {c.campo for c in bozza.chiesti()}:
            return self._asking.ask_field(
                replace(stato, fase=RIEPILOGO), rest, turno, removable=self._reviewing.removable(bozza, saved, rest)
            )
        if act == "togli" and self._reviewing.removable(bozza, saved, rest):
            return self._reviewing.without(stato, bozza, saved, Rimozione((rest,)), turno)
        if act == "valore":
            name, _, value = rest.partition(".")
            campo = self._conoscenza.campi.get(name)
            if campo is None or not any(s.valore == value for s in campo.scelte):
                return None
            return self._asking.go_on(stato, bozza, {**saved.valori, name: value}, turno)
        if act == "salta":
            return self._collecting.left(stato, bozza, saved.valori, turno)
        return None

    def _reply(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        labels = dict(turno.comprensione.labels) if turno.comprensione else {}
        current = self._current(turno)
        taken_away = self._reviewing.taken_away(*current, turno) if current else None
        if taken_away is not None:  # "cancella il telefono" is not "cancella i miei dati"
            return taken_away
        if labels.get(ERASE, 0.0) >= ACTED:
            return self._erase(turno)
        if labels.get(RESUME, 0.0) >= ACTED and not self._corrects_a_result(turno):
            return self._resume(turno)
        if turno.stato.esito == OFFERED and (labels.get("conferma", 0.0) >= ACTED or GO_AHEAD.search(prepare(turno.text))):
            offered = [o.chiave.partition(".")[2] for o in turno.stato.opzioni if o.chiave.startswith(f"{DRAFT}.")]
            if offered:
                return self.begin(offered, turno)
        if current is not None:
            stato, bozza, saved = current
            found = self._filled(stato, bozza, saved, labels, turno, ranking)
            if found is not None:
                return found
        elif self._expired(turno) and not self._aside.about(ranking) and not self._aside.elsewhere(turno):
            return self._gone(turno)
        return self._begun(turno, ranking)

    def _corrects_a_result(self, turno: "Turno") -> bool:
        """ "I had forgotten one, they are eleven", after a computation and with no draft to resume, is about the computation."""
        if not self._composer.calculation.corrects(turno):
            return False
        return archivio.latest(turno.conversazione, turno.adesso, url=self._url) is None

    def _filled(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        labels: Mapping[str, float],
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Optional[Risposta]:
        """The reply to a message while there is a draft: made, under review, or with data asked."""
        prepared = prepare(turno.text)
        if stato.fase == PRONTA:
            correction = read_correction(turno.text, fields_of(bozza, self._conoscenza), saved.valori, turno.giorno)
            if correction is None and stato.poi and (labels.get("conferma", 0.0) >= ACTED or GO_AHEAD.search(prepared)):
                return self._next(stato, bozza, saved, turno)
            return self._collecting.corrected(stato, bozza, saved, correction, turno) if correction else None
        if labels.get("annulla", 0.0) >= ACTED and not REFUSES.search(prepared):
            return Risposta(self._composer.phrase("bozza_interrotta"), stato=Stato(turno.stato.argomento, esito="annulla"))
        part = self._collecting if stato.chiesti else self._reviewing
        return part.reply(stato, bozza, saved, labels, turno, ranking)

    def _expired(self, turno: "Turno") -> bool:
        """Whether the message may answer a question about a draft that is not there any more, as _current has said."""
        return turno.stato.compilazione is not None and turno.stato.compilazione.fase != PRONTA

    def _gone(self, turno: "Turno") -> Risposta:
        """What is said of a draft that expired, or was deleted, while its data were asked."""
        record = replace(turno.stato, esito="bozza", compilazione=None, opzioni=())
        return Risposta(self._composer.phrase("bozza_nessuna"), stato=record)

    def _current(self, turno: "Turno") -> Optional[Tuple[Compilazione, Bozza, BozzaSalvata]]:
        """The draft of the conversation's record, if it is still there."""
        stato = turno.stato.compilazione
        if stato is None or stato.codice not in self._conoscenza.bozze:
            return None
        saved = archivio.get(stato.id, turno.conversazione, adesso=turno.adesso, url=self._url)
        return (stato, self._conoscenza.bozze[stato.codice], saved) if saved else None

    def _begun(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        path, probability = self._aside.wish(turno)
        walking = turno.stato.cammino is not None and turno.stato.cammino.bozza
        if probability < WANTED or (walking and path == ANY_PATH):  # "yes, let us write it", in answer to a question of the path
            return None
        code = self._code_in(turno.text)
        if code:
            return self.begin([code], turno)
        if path == ANY_PATH or path not in self._conoscenza.percorsi:
            named = turno.comprensione.topics[0] if turno.comprensione and turno.comprensione.topics else ("", 0.0)
            topics = (named[0] if named[1] >= ACTED else "", turno.stato.argomento)
            path = next(filter(None, map(self._composer.guide.path_for, topics)), ANY_PATH)
        return self._composer.guide.start(path, turno, bozza=True)

    def _next(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, turno: "Turno", first: str = "") -> Risposta:
        """The draft of the form that goes with the one just made, with what they have in common already in it."""
        codes = sorted(stato.poi, key=lambda code: code != first)
        known = dict(saved.valori)
        for nodo in (n for p in self._conoscenza.percorsi.values() for n in p.nodi):
            for strada in nodo.strade:
                if strada.moduli == [bozza.codice, codes[0]]:
                    known = {**strada.valori, **known}
        wanted = {c.campo for c in self._conoscenza.bozze[codes[0]].chiesti()}
        return self.begin(codes, turno, known={k: v for k, v in without_blanks(known).items() if k in wanted})

    def _code_in(self, text: str) -> str:
        for match in _CODE.finditer(text):
            code = f"{match[1].upper()}{int(match[2]):02d}"
            if code in self._conoscenza.bozze:
                return code
        return ""

    def _resume(self, turno: "Turno") -> Risposta:
        saved = archivio.latest(turno.conversazione, turno.adesso, url=self._url)
        if saved is None or saved.codice not in self._conoscenza.bozze:
            return Risposta(self._composer.phrase("bozza_nessuna"), stato=replace(turno.stato, esito="bozza", compilazione=None))
        bozza = self._conoscenza.bozze[saved.codice]
        following = tuple(code for code in saved.poi if code in self._conoscenza.bozze)
        stato = Compilazione(saved.id, saved.codice, saved.fase, poi=following)
        opening = self._composer.phrase("bozza_riprendo").replace("{richiesta}", heading(bozza, self._conoscenza))
        return self._asking.go_on(stato, bozza, saved.valori, turno, before=opening)

    def _erase(self, turno: "Turno") -> Risposta:
        archivio.delete_all(turno.conversazione, url=self._url)
        return Risposta(self._composer.phrase("bozza_cancellati"), stato=Stato(esito="cancellato"), cancella=True)


def _told(text: str) -> str:
    """A request made as a question ("would you draft …, not urgent?") read as what it tells."""
    return text.replace("?", ".")
