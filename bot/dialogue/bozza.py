"""Drafting a request in conversation: data collected, corrected and reviewed, then the document.

What the person gives is kept in the drafts' own table (bot/storage/bozze.py); the record of the conversation only knows which
draft it is and what was asked. Which fields a form has, in which words, is knowledge (knowledge/bozze/).
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.bozze.coerenza import check_coherence
from bot.bozze.composizione import (
    PERSON,
    TO_WRITE,
    compose,
    costs,
    deadline,
    due,
    fields_of,
    given,
    holds,
    with_implied,
    without_blanks,
)
from bot.bozze.correzione import read_correction
from bot.bozze.lettura import Lettura, named_fields, read_data
from bot.bozze.mostra import show
from bot.bozze.rimozione import Rimozione, leaves_empty, read_removal
from bot.dialogue.lettura import prepare
from bot.dialogue.percorso import ASKS_WHY, OFFERED
from bot.dialogue.reply import Risposta
from bot.dialogue.resolver import EMERGENCY_CLAUSE
from bot.dialogue.riepilogo import ROME, duplicates, heading, ready, review, review_buttons
from bot.dialogue.state import Cammino, Compilazione, Opzione, Stato
from bot.nlu.labels import ANY_PATH, CALCULATION, DRAFT
from bot.settings import settings
from bot.storage import bozze as archivio
from bot.storage.bozze import DATI, PRONTA, RIEPILOGO, BozzaSalvata
from bot.storage.database import ArchivioNonDisponibile
from knowledge.models_bozze import Bozza, Campo, Gruppo

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

logger = logging.getLogger(__name__)

WANTED = 0.4  # probability of "draft it" from which a draft is begun
SURELY = 0.85  # or this, whatever the aspect
DIGRESSION = 0.6  # probability from which a question about something else is answered while data are asked
ASPECT = 0.35  # probability of "to have drafted", of any service, below which a message rather asks about a request
ACTED = 0.5  # probability from which a confirmation, a refusal, a deletion are taken as such
DELEGATION, BY_DELEGATE = "A11", "delegato"  # the form of a delegation, and the choice that calls for it
OVER = ("annulla", "ricomincia", "cancellato", "guasto", "congedo", "bozza")  # replies after which no question is put again
# acts of conversation that are answered while data are asked, if nothing else is read in them
SOCIAL = frozenset(
    {
        "saluto",
        "congedo",
        "ringraziamento",
        "scuse",
        "insulto",
        "non_aiuta",
        "sei_una_persona",
        "cosa_sai_fare",
        "operatore",
        "privacy",
        "lingua",
        "ricomincia",
    }
)
SHORT = 6  # words: a free text this short may be an act of conversation
ERASE, RESUME, WHY, CHANGE = "bozza_cancella", "bozza_riprendi", "bozza_perche", "bozza_modifica"
_CODE = re.compile(r"\b(?:mod(?:ulo|ello)?\W{0,3})?([abc])\W?0?(\d{1,2})\b", re.IGNORECASE)
_LEAVE = re.compile(
    r"\bnon (?:lo |la |li |l )?(?:so|ricordo|saprei|conosco)\b|\bnon (?:ce )?l ho\b|\bsalt[ao]\w*\b|\ba mano\b|\bpiu tardi\b"
    r"|\bboh\b|\bnon (?:lo |la )?(?:voglio|vorrei) (?:dire|dare|scrivere)\b|\blasci\w* (?:in )?(?:bianco|vuoto)\b"
    r"|\bpreferisco (?:di )?no\b"
)
_GO_AHEAD = re.compile(
    r"^\W*(?:si+|ok|va bene|confermo|conferma|perfetto|tutto (?:ok|giusto|corretto|bene)|giusto|corretto|procedi|procediamo"
    r"|prepar\w+)\b"
)
_CORRECTS = re.compile(r"\bsbagli\w+|\bcorregg\w+|\berrat[oa]\b")
_RATHER = re.compile(r"\bin realta\b|\binvece\b|\bpiuttosto\b|\bho sbagliato\b|^\W*(?:anzi|no)\b")
_HOW_MUCH = re.compile(r"\bquanto (?:pago|costa|spendo|viene|devo pagare|mi costa|si paga)\b|\bche (?:costo|spesa)\b")
_REFUSES = re.compile(r"^\W*(?:no+|nessun\w*|niente|nulla|per ora no|preferisco (?:di )?no)\b")
_QUESTION = re.compile(
    r"\?|\b(?:quant[oaie]|quando|dove|come|chi|perche|posso|devo|serve|qual[ei]?|a che|mi (?:dica|dici|spiega|spieghi)|dimmi"
    r"|vorrei sapere|orari[o]?)\b"
)


class Drafts:
    """The part of a turn that drafts requests. Made by the composer; `database` is the address of the drafts' database."""

    def __init__(self, composer: "Composer", database: Optional[str] = None):
        self._composer = composer
        self._conoscenza = composer.conoscenza
        self._url = database

    # ---- From a message to a reply

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
        return self._go_on(stato, bozza, values, turno, before=opening)

    def _persons_data(self, turno: "Turno", campi: Sequence[Campo], own: int) -> Dict[str, str]:
        """What the person of the last draft gave of itself: who asks for two things need not say twice who they are."""
        others = [b for b in archivio.all_of(turno.conversazione, turno.adesso, url=self._url) if b.id != own]
        if not others:
            return {}
        last = max(others, key=lambda b: b.modificata).valori
        wanted = {c.id for c in campi} & PERSON
        return {name: value for name, value in without_blanks(last).items() if name in wanted}

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
        question, options = self._question(stato, current[1], current[2].valori)
        text = f"{risposta.testo}\n{self._composer.phrase('bozza_continuo')} {question}"
        return replace(risposta, testo=text, opzioni=options, stato=replace(state, compilazione=stato, opzioni=options))

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
            return self._make(stato, bozza, saved.valori, turno)
        if act == "modifica" and rest in {c.campo for c in bozza.chiesti()}:
            return self._ask_field(replace(stato, fase=RIEPILOGO), rest, turno, removable=self._removable(bozza, saved, rest))
        if act == "togli" and self._removable(bozza, saved, rest):
            return self._without(stato, bozza, saved, Rimozione((rest,)), turno)
        if act == "valore":
            name, _, value = rest.partition(".")
            campo = self._conoscenza.campi.get(name)
            if campo is None or not any(s.valore == value for s in campo.scelte):
                return None
            return self._go_on(stato, bozza, {**saved.valori, name: value}, turno)
        if act == "salta":
            return self._left(stato, bozza, saved.valori, turno)
        return None

    def _reply(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        labels = dict(turno.comprensione.labels) if turno.comprensione else {}
        current = self._current(turno)
        taken_away = self._taken_away(*current, turno) if current else None
        if taken_away is not None:  # "cancella il telefono" is not "cancella i miei dati"
            return taken_away
        if labels.get(ERASE, 0.0) >= ACTED:
            return self._erase(turno)
        if labels.get(RESUME, 0.0) >= ACTED:
            return self._resume(turno)
        if turno.stato.esito == OFFERED and (labels.get("conferma", 0.0) >= ACTED or _GO_AHEAD.search(prepare(turno.text))):
            offered = [o.chiave.partition(".")[2] for o in turno.stato.opzioni if o.chiave.startswith(f"{DRAFT}.")]
            if offered:
                return self.begin(offered, turno)
        if current is not None:
            stato, bozza, saved = current
            found = self._filled(stato, bozza, saved, labels, turno, ranking)
            if found is not None:
                return found
        elif self._expired(turno) and not self._about(ranking) and not self._elsewhere(turno):
            return self._gone(turno)
        return self._begun(turno, ranking)

    def _expired(self, turno: "Turno") -> bool:
        """Whether the message may answer a question about a draft that is not there any more, as _current has said."""
        return turno.stato.compilazione is not None and turno.stato.compilazione.fase != PRONTA

    def _about(self, ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message is about something of the knowledge."""
        return sum(p for label, p in ranking[:3] if self._conoscenza.voce(label) is not None) >= DIGRESSION

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

    # ---- Beginning, resuming, deleting

    def wish(self, turno: "Turno") -> Tuple[str, float]:
        """The path to the draft that a message asks for, "" if it names none, and how probable it is that it asks for one."""
        if turno.comprensione is None:
            return "", 0.0
        sums: Dict[str, float] = {}
        for label, p in turno.comprensione.labels:
            if label.startswith(f"{DRAFT}/"):
                sums[label.split("/", 1)[1]] = sums.get(label.split("/", 1)[1], 0.0) + p
        aspect = dict(turno.comprensione.aspects).get(DRAFT, 0.0)
        path = max(sums, key=lambda name: sums[name]) if sums else ""
        total = sum(sums.values())
        doubtful = aspect < ASPECT and total < SURELY and path != ANY_PATH
        return path, min(total, aspect) if doubtful or not sums else max(total, aspect)

    def _begun(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        path, probability = self.wish(turno)
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
        return self._go_on(stato, bozza, saved.valori, turno, before=opening)

    def _erase(self, turno: "Turno") -> Risposta:
        archivio.delete_all(turno.conversazione, url=self._url)
        return Risposta(self._composer.phrase("bozza_cancellati"), stato=Stato(esito="cancellato"), cancella=True)

    # ---- Filling in

    def _filled(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        labels: Mapping[str, float],
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Optional[Risposta]:
        campi = fields_of(bozza, self._conoscenza)
        prepared = prepare(turno.text)
        if stato.fase == PRONTA:
            correction = read_correction(turno.text, campi, saved.valori, turno.giorno)
            if correction is None and stato.poi and (labels.get("conferma", 0.0) >= ACTED or _GO_AHEAD.search(prepared)):
                return self._next(stato, bozza, saved, turno)
            return self._corrected(stato, bozza, saved, correction, turno) if correction else None
        if labels.get("annulla", 0.0) >= ACTED and not _REFUSES.search(prepared):
            return Risposta(self._composer.phrase("bozza_interrotta"), stato=Stato(turno.stato.argomento, esito="annulla"))
        if stato.chiesti and (ASKS_WHY.search(prepared) or labels.get(WHY, 0.0) >= ACTED):
            named = [name for name in named_fields(turno.text, campi) if name in stato.chiesti]
            campo = self._conoscenza.campi[(named or stato.chiesti)[0]]
            return self._again(stato, bozza, saved.valori, turno, campo.perche)
        asked = () if stato.fase == RIEPILOGO and not stato.chiesti else stato.chiesti
        found = read_data(turno.text, campi, saved.valori, asked, turno.giorno)
        if self._social(ranking) and self._only_text(found) and len(prepared.split()) <= SHORT:
            found = Lettura()  # whatever is written would do for a free text: "I want to talk to somebody" is no datum
        answered = any(name in found.valori or name in found.errori for name in asked)
        if not answered or not asked or _CORRECTS.search(prepared):
            correction = read_correction(turno.text, campi, saved.valori, turno.giorno)
            # "the surname is wrong, it is X", while another surname is asked, corrects the one given
            given = correction is not None and bool(correction.valori) and set(correction.valori) <= set(saved.valori)
            if correction is not None and (given or not answered):
                return self._corrected(stato, bozza, saved, correction, turno)
        if not asked:
            return self._reviewed(stato, bozza, saved, found, labels, prepared, turno, ranking)
        another = "" if answered else self._another(stato, prepared, turno)
        if another:
            return self._composer.guide.start(another, turno, bozza=True)
        if not answered and _HOW_MUCH.search(prepared):
            due_now = " ".join(costs(bozza, saved.valori, self._conoscenza, turno.giorno))
            return self._again(stato, bozza, saved.valori, turno, f"Da pagare: {due_now}")
        if not answered and (self._digresses(prepared, ranking) or self._elsewhere(turno)):
            return None
        if not answered and self.wish(turno)[1] >= DIGRESSION:  # "yes, let us write it"
            return self._again(stato, bozza, saved.valori, turno)
        if found.valori or found.errori:
            return self._took(stato, bozza, saved, found, turno, self._help(turno))
        if _LEAVE.search(prepared) or (_REFUSES.search(prepared) and self._all_optional(stato, bozza)):
            return self._left(stato, bozza, saved.valori, turno)
        if self._social(ranking):
            return None
        return self._not_read(stato, bozza, saved.valori, turno)

    def _another(self, stato: Compilazione, prepared: str, turno: "Turno") -> str:
        """The path of another service that the person would rather ask for: "no, it is the pending charges that I need"."""
        topics = turno.comprensione.topics if turno.comprensione else []
        if not _RATHER.search(prepared) or not topics or topics[0][1] < ACTED:
            return ""
        path = self._composer.guide.path_for(topics[0][0])
        modulo = self._conoscenza.moduli.get(stato.codice)
        return "" if modulo is None or topics[0][0] in modulo.servizi else path

    def _only_text(self, found: Lettura) -> bool:
        given = [*found.valori, *found.errori]
        return bool(given) and all(self._conoscenza.campi[name].tipo == "testo" for name in given)

    def _help(self, turno: "Turno") -> str:
        """Whom to call, where what is told calls for help, even if it is a datum too; "" where it does not."""
        emergency = self._emergency(turno)
        return self._composer.answer((emergency,), turno.stato, turno.giorno).testo if emergency else ""

    def _elsewhere(self, turno: "Turno") -> bool:
        """Whether a message calls for help, for a computation or for another draft."""
        path, probability = self.wish(turno)
        labels = turno.comprensione.labels if turno.comprensione else []
        computation = sum(p for label, p in labels if label.startswith(f"{CALCULATION}/"))
        wished = (path != ANY_PATH and probability >= DIGRESSION) or computation >= DIGRESSION
        return wished or bool(self._emergency(turno))

    def _emergency(self, turno: "Turno") -> str:
        """The emergency that a message is about, "" if it is about none."""
        resolver = self._composer.resolver
        whole = [turno.comprensione] if turno.comprensione else []
        return resolver.emergency(*whole) or resolver.emergency(*turno.clauses, least=EMERGENCY_CLAUSE)

    def _digresses(self, prepared: str, ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message that gives none of the data asked for asks something of the knowledge."""
        return bool(_QUESTION.search(prepared)) and self._about(ranking)

    def _social(self, ranking: Sequence[Tuple[str, float]]) -> bool:
        return bool(ranking) and ranking[0][0] in SOCIAL and ranking[0][1] >= DIGRESSION

    def _took(
        self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, found: Lettura, turno: "Turno", before: str = ""
    ) -> Risposta:
        values = {**saved.valori, **found.valori}
        faults = {name: message for name, message in found.errori.items() if name not in found.valori}
        if faults:
            self._save(stato, values, turno)
            told = "\n".join(line for line in (before, *faults.values()) if line)
            return self._ask_field(stato, next(iter(faults)), turno, before=told)
        return self._go_on(stato, bozza, values, turno, before)

    def _corrected(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, correction: Lettura, turno: "Turno") -> Risposta:
        fase = RIEPILOGO if stato.fase in (PRONTA, RIEPILOGO) else stato.fase
        stato = replace(stato, fase=fase)
        if len(stato.chiesti) > 1 and not set(stato.chiesti) & {*correction.valori, *correction.errori}:
            stato = replace(stato, gruppi=stato.gruppi[:-1])  # the question that was open is put again whole
        if not correction.valori and not correction.errori and correction.nominati:
            return self._ask_field(stato, correction.nominati[0], turno)
        if not (correction.valori or correction.errori):  # "I made a mistake"
            return self._ask_review(stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True)
        changed = "; ".join(self._said(name, value) for name, value in correction.valori.items())
        before = self._composer.phrase("bozza_corretto").replace("{dati}", changed) if changed else ""
        return self._took(stato, bozza, saved, correction, turno, before)

    def _said(self, name: str, value: str) -> str:
        campo = self._conoscenza.campi[name]
        return f"{campo.etichetta}: {show(campo, value)}"

    def _reviewed(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        found: Lettura,
        labels: Mapping[str, float],
        prepared: str,
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Optional[Risposta]:
        """The answer to a review: go ahead, change something, or something else."""
        if not found.valori and (self._digresses(prepared, ranking) or self._elsewhere(turno)):
            return None
        if found.valori or found.errori:
            return self._took(stato, bozza, saved, found, turno)
        if _REFUSES.search(prepared) or labels.get(CHANGE, 0.0) >= ACTED or labels.get("rifiuto", 0.0) >= ACTED:
            return self._ask_review(stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True)
        if _GO_AHEAD.search(prepared) or labels.get("conferma", 0.0) >= ACTED:
            return self._make(stato, bozza, saved.valori, turno)
        if self._social(ranking):
            return None
        if stato.falliti:
            return self._ask_review(stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True)
        return self._ask_review(replace(stato, falliti=1), bozza, saved.valori, turno)

    def _left(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> Risposta:
        """What was asked is left to be written by hand, unless the request is nothing without it."""
        asked = [c for c in due(bozza, values) if c.campo in stato.chiesti and c.campo not in values]
        needed = [c.campo for c in asked if c.indispensabile]
        left = {c.campo: TO_WRITE for c in asked if not c.indispensabile and (not c.facoltativo or len(stato.chiesti) == 1)}
        if needed and not left:
            label = self._conoscenza.campi[needed[0]].etichetta.lower()
            before = self._composer.phrase("bozza_indispensabile").replace("{dato}", label)
            return self._ask_field(stato, needed[0], turno, before=before)
        if len(stato.chiesti) > 1 and len(asked) > 1:  # of several things asked together, each is asked alone before it is left
            return self._go_on(stato, bozza, dict(values), turno)
        return self._go_on(stato, bozza, {**values, **left}, turno)

    def _all_optional(self, stato: Compilazione, bozza: Bozza) -> bool:
        optional = {c.campo for c in bozza.chiesti() if c.facoltativo}
        return all(name in optional for name in stato.chiesti)

    def _not_read(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> Risposta:
        missing = [c.campo for c in due(bozza, values) if not c.facoltativo and c.campo not in values]
        name = next((name for name in stato.chiesti if name in missing), stato.chiesti[0])
        campo = self._conoscenza.campi[name]
        failed = stato.falliti + 1
        before = self._composer.phrase("bozza_non_letto", failed - 1)
        if failed > 1:
            before += f" {campo.perche}"
        if campo.esempio:
            before += f" Per esempio: «{campo.esempio}»."
        if failed > 2:
            before += " " + self._composer.phrase("bozza_salta")
        return self._ask_field(replace(stato, falliti=failed), name, turno, before=before)

    # ---- Asking

    def _go_on(self, stato: Compilazione, bozza: Bozza, values: Dict[str, str], turno: "Turno", before: str = "") -> Risposta:
        """Save, then ask for what is missing; the review when nothing is."""
        values = with_implied(bozza, values)
        self._save(stato, values, turno)
        stato = replace(stato, falliti=0)
        campi = fields_of(bozza, self._conoscenza)
        known = without_blanks(values)
        for grave in (i for i in check_coherence(known, campi) if i.grave):
            values = {name: value for name, value in values.items() if name != grave.campo}
            self._save(stato, values, turno)
            told = "\n".join(line for line in (before, grave.messaggio) if line)
            return self._ask_field(stato, grave.campo, turno, before=told)
        for number, gruppo in enumerate(bozza.gruppi):
            asked = [c for c in gruppo.campi if holds(c.quando, values)]
            missing = [c.campo for c in asked if c.campo not in values and not c.facoltativo]
            alone = number in stato.gruppi or any(c.campo in values for c in asked)
            if missing and (alone or len(missing) == 1):
                return self._ask_field(stato, missing[0], turno, before)
            if missing or (asked and not alone):
                record = replace(stato, gruppi=(*stato.gruppi, number), chiesti=tuple(c.campo for c in asked))
                return self._put(gruppo.domanda, record, turno, before, self._group_buttons(gruppo, missing))
        return self._ask_review(replace(stato, fase=RIEPILOGO, chiesti=()), bozza, values, turno, before)

    def _group_buttons(self, gruppo: Gruppo, missing: Sequence[str]) -> Tuple[Opzione, ...]:
        """The choices of a group that asks for one thing only; the way past one that asks for nothing needed."""
        if not missing:
            return (Opzione("Prosegui senza", "bozza.salta"),)
        fields = [self._conoscenza.campi[c.campo] for c in gruppo.campi]
        return _choice_buttons(fields[0]) if len(missing) == 1 and fields[0].id == missing[0] else ()

    def _ask_field(self, stato: Compilazione, name: str, turno: "Turno", before: str = "", removable: bool = False) -> Risposta:
        """Ask for one field alone, whether it has a value or not; removable: with a way to leave it empty."""
        campo = self._conoscenza.campi[name]
        options = _choice_buttons(campo) + ((Opzione("Lascia vuoto", f"bozza.togli.{name}"),) if removable else ())
        return self._put(campo.domanda, replace(stato, chiesti=(campo.id,)), turno, before, options)

    # ---- Taking away

    def _removable(self, bozza: Bozza, saved: BozzaSalvata, name: str) -> bool:
        """Whether a field has a value and the request can do without it."""
        return bool(given(saved.valori, name)) and any(c.campo == name and c.facoltativo for c in bozza.chiesti())

    def _taken_away(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, turno: "Turno") -> Optional[Risposta]:
        """The reply to a message that takes away data already given; None to one that takes none."""
        optional = {c.campo for c in bozza.chiesti() if c.facoltativo}
        campi = fields_of(bozza, self._conoscenza)
        removal = read_removal(turno.text, campi, without_blanks(saved.valori), optional)
        changing = stato.chiesti[0] if stato.fase == RIEPILOGO and len(stato.chiesti) == 1 else ""
        if not removal.campi and changing and self._removable(bozza, saved, changing) and leaves_empty(prepare(turno.text)):
            removal = Rimozione((changing,))
        if not removal.campi or (removal.resto and not optional.issuperset(removal.campi)):  # "not X, the surname is Y"
            return None
        needed = next((c.campo for c in bozza.chiesti() if c.indispensabile and c.campo in removal.campi), "")
        if needed:
            label = self._conoscenza.campi[needed].etichetta.lower()
            return self._ask_field(stato, needed, turno, self._composer.phrase("bozza_indispensabile").replace("{dato}", label))
        return self._without(stato, bozza, saved, removal, turno)

    def _without(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, removal: Rimozione, turno: "Turno") -> Risposta:
        """The draft without some of its data, and with what else the message gives."""
        labels = ", ".join(self._conoscenza.campi[name].etichetta for name in removal.campi)
        before = self._composer.phrase("bozza_tolto").replace("{dati}", labels)
        saved = replace(saved, valori={**saved.valori, **dict.fromkeys(removal.campi, TO_WRITE)})
        stato = replace(stato, fase=RIEPILOGO if stato.fase == PRONTA else stato.fase)
        if len(stato.chiesti) > 1:
            stato = replace(stato, gruppi=stato.gruppi[:-1])  # the question that was open is put again whole
        campi = fields_of(bozza, self._conoscenza)
        more = read_correction(removal.resto, campi, saved.valori, turno.giorno) if removal.resto else None
        more = more or read_data(removal.resto, campi, saved.valori, (), turno.giorno)
        return self._took(stato, bozza, saved, more, turno, before)

    def _put(
        self, question: str, stato: Compilazione, turno: "Turno", before: str, options: Tuple[Opzione, ...] = ()
    ) -> Risposta:
        text = f"{before}\n{question}" if before else question
        record = Stato(argomento=turno.stato.argomento, opzioni=options, esito="bozza", compilazione=stato)
        return Risposta(text, options, record)

    def _again(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno", before: str = "") -> Risposta:
        question, options = self._question(stato, bozza, values)
        return self._put(question, stato, turno, before, options)

    def _question(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str]) -> Tuple[str, Tuple[Opzione, ...]]:
        """The question that is open, to be put again."""
        if not stato.chiesti:
            return self._composer.phrase("bozza_conferma"), review_buttons(bozza, values, self._conoscenza)
        if len(stato.chiesti) > 1 and stato.gruppi:
            gruppo = bozza.gruppi[stato.gruppi[-1]]
            asked = [c for c in gruppo.campi if holds(c.quando, values)]
            missing = [c.campo for c in asked if c.campo not in values and not c.facoltativo]
            return gruppo.domanda, self._group_buttons(gruppo, missing)
        campo = self._conoscenza.campi[stato.chiesti[0]]
        return campo.domanda, _choice_buttons(campo)

    def _ask_review(
        self,
        stato: Compilazione,
        bozza: Bozza,
        values: Mapping[str, str],
        turno: "Turno",
        before: str = "",
        brief: bool = False,
    ) -> Risposta:
        options = review_buttons(bozza, values, self._conoscenza)
        if brief:
            text = before
        else:
            warnings = self._warnings(stato, bozza, values, turno)
            text = review(bozza, values, self._conoscenza, turno.giorno, warnings)
            text = "\n".join(line for line in (before, text, self._composer.phrase("bozza_conferma")) if line)
        record = Stato(argomento=turno.stato.argomento, opzioni=options, esito="bozza", compilazione=replace(stato, chiesti=()))
        return Risposta(text, options, record)

    def _warnings(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> List[str]:
        known = without_blanks(values)
        found = [f"Controlli: {i.messaggio}" for i in check_coherence(known, fields_of(bozza, self._conoscenza))]
        others = archivio.all_of(turno.conversazione, turno.adesso, url=self._url)
        return found + duplicates(bozza, values, others, stato.id)

    # ---- Making

    def _save(self, stato: Compilazione, values: Mapping[str, str], turno: "Turno") -> None:
        """Keep what was given. Raises ArchivioNonDisponibile, also when the draft has been deleted meanwhile."""
        fase = RIEPILOGO if stato.fase == PRONTA else stato.fase
        saved = archivio.update(stato.id, turno.conversazione, adesso=turno.adesso, valori=values, fase=fase, url=self._url)
        if saved is None:
            raise ArchivioNonDisponibile("bozza non trovata")

    def _make(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> Risposta:
        missing = [c.campo for c in due(bozza, values) if not c.facoltativo and c.campo not in values]
        if missing:
            return self._go_on(replace(stato, fase=DATI), bozza, dict(values), turno)
        saved = archivio.get(stato.id, turno.conversazione, adesso=turno.adesso, url=self._url)
        if saved is None:
            raise ArchivioNonDisponibile("bozza non trovata")
        term = deadline(bozza, values, self._conoscenza, turno.giorno)
        warnings = [line for line in (term, *self._warnings(stato, bozza, values, turno)) if line]
        richiesta = compose(
            bozza,
            values,
            self._conoscenza,
            riferimento=saved.riferimento,
            creata=turno.giorno,
            scade=_day(saved),
            avvertenze=warnings,
        )
        made = archivio.update(
            stato.id, turno.conversazione, adesso=turno.adesso, fase=PRONTA, richiesta=richiesta, url=self._url
        )
        if made is None:
            raise ArchivioNonDisponibile("bozza non trovata")
        text = ready(richiesta, made, settings().public_url + made.percorso)
        options: Tuple[Opzione, ...] = ()
        delegated = any(values.get(c.campo) == BY_DELEGATE for c in due(bozza, values))
        if delegated and not stato.poi and bozza.codice != DELEGATION and DELEGATION in self._conoscenza.bozze:
            stato = replace(stato, poi=(DELEGATION,))
        if stato.poi:
            text += "\n" + self._composer.phrase("bozza_poi").replace("{codice}", stato.poi[0])
            options = (Opzione(f"Prepara anche il modulo {stato.poi[0]}", f"bozza.{stato.poi[0]}"),)
        record = Stato(
            argomento=turno.stato.argomento,
            opzioni=options,
            esito="bozza",
            compilazione=replace(stato, fase=PRONTA, chiesti=(), gruppi=()),
        )
        return Risposta(text, options, record)


def _told(text: str) -> str:
    """A request made as a question ("would you draft …, not urgent?") read as what it tells."""
    return text.replace("?", ".")


def _day(saved: BozzaSalvata) -> date:
    return saved.scade.astimezone(ROME).date()


def _choice_buttons(campo: Campo) -> Tuple[Opzione, ...]:
    return tuple(Opzione(s.titolo, f"bozza.valore.{campo.id}.{s.valore}") for s in campo.scelte)
