"""Collecting the data of a draft: what a message gives, corrects or leaves out, and what is said of what could not be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Mapping, Optional, Sequence, Tuple

from bot.bozze.composizione import TO_WRITE, costs, due, fields_of
from bot.bozze.correzione import read_correction
from bot.bozze.lettura import Lettura, named_fields, read_data
from bot.bozze.mostra import show
from bot.dialogue.chiedere import Asking
from bot.dialogue.divagazione import ACTED, DIGRESSION, Digressions
from bot.dialogue.domande import ASKS_COST
from bot.dialogue.lettura import prepare
from bot.dialogue.percorso import ASKS_WHY
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Compilazione
from bot.storage.bozze import PRONTA, RIEPILOGO, BozzaSalvata
from knowledge.models_bozze import Bozza

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

SHORT = 6  # words: a free text this short may be an act of conversation
WHY = "bozza_perche"
REFUSES = re.compile(r"^\W*(?:no+|nessun\w*|niente|nulla|per ora no|preferisco (?:di )?no)\b")
_LEAVE = re.compile(
    r"\bnon (?:lo |la |li |l )?(?:so|ricordo|saprei|conosco)\b|\bnon (?:ce )?l ho\b|\bsalt[ao]\w*\b|\ba mano\b|\bpiu tardi\b"
    r"|\bboh\b|\bnon (?:lo |la )?(?:voglio|vorrei) (?:dire|dare|scrivere)\b|\blasci\w* (?:in )?(?:bianco|vuoto)\b"
    r"|\bpreferisco (?:di )?no\b"
)
_CORRECTS = re.compile(r"\bsbagli\w+|\bcorregg\w+|\berrat[oa]\b")


class Collecting:
    """Fills in a draft from messages. Made by Drafts (bozza.py)."""

    def __init__(self, composer: "Composer", asking: Asking, aside: Digressions):
        self._composer = composer
        self._conoscenza = composer.conoscenza
        self._asking = asking
        self._aside = aside

    def reply(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        labels: Mapping[str, float],
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Optional[Risposta]:
        """The reply to a message while data are asked; None for another matter. Raises ArchivioNonDisponibile."""
        campi = fields_of(bozza, self._conoscenza)
        prepared = prepare(turno.text)
        if ASKS_WHY.search(prepared) or labels.get(WHY, 0.0) >= ACTED:
            named = [name for name in named_fields(turno.text, campi) if name in stato.chiesti]
            campo = self._conoscenza.campi[(named or stato.chiesti)[0]]
            return self._asking.again(stato, bozza, saved.valori, turno, campo.perche)
        found = self.read(stato, bozza, saved, turno, ranking)
        answered = any(name in found.valori or name in found.errori for name in stato.chiesti)
        if not answered or _CORRECTS.search(prepared):
            correction = read_correction(turno.text, campi, saved.valori, turno.giorno)
            # "the surname is wrong, it is X", while another surname is asked, corrects the one given
            given = correction is not None and bool(correction.valori) and set(correction.valori) <= set(saved.valori)
            if correction is not None and (given or not answered):
                return self.corrected(stato, bozza, saved, correction, turno)
        another = "" if answered else self._aside.another(stato, prepared, turno)
        if another:
            return self._composer.guide.start(another, turno, bozza=True)
        if not answered and ASKS_COST.search(prepared):
            due_now = " ".join(costs(bozza, saved.valori, self._conoscenza, turno.giorno))
            return self._asking.again(stato, bozza, saved.valori, turno, f"Da pagare: {due_now}")
        if not answered and (self._aside.digresses(prepared, ranking) or self._aside.elsewhere(turno)):
            return None
        if not answered and self._aside.wish(turno)[1] >= DIGRESSION:  # "yes, let us write it"
            return self._asking.again(stato, bozza, saved.valori, turno)
        if found.valori or found.errori:
            return self.took(stato, bozza, saved, found, turno, self._aside.help(turno))
        if _LEAVE.search(prepared) or (REFUSES.search(prepared) and self._all_optional(stato, bozza)):
            return self.left(stato, bozza, saved.valori, turno)
        if self._aside.social(ranking):
            return None
        return self._not_read(stato, bozza, saved.valori, turno)

    def read(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Lettura:
        """What a message says of the data of the draft; an act of conversation is no free text."""
        found = read_data(turno.text, fields_of(bozza, self._conoscenza), saved.valori, stato.chiesti, turno.giorno)
        if self._aside.social(ranking) and self._only_text(found) and len(prepare(turno.text).split()) <= SHORT:
            return Lettura()  # whatever is written would do for a free text: "I want to talk to somebody" is no datum
        return found

    def _only_text(self, found: Lettura) -> bool:
        given = [*found.valori, *found.errori]
        return bool(given) and all(self._conoscenza.campi[name].tipo == "testo" for name in given)

    def took(
        self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, found: Lettura, turno: "Turno", before: str = ""
    ) -> Risposta:
        """What was read is kept, and what does not hold is explained and asked again; before: what is said first."""
        values = {**saved.valori, **found.valori}
        faults = {name: message for name, message in found.errori.items() if name not in found.valori}
        if faults:
            self._asking.save(stato, values, turno)
            told = "\n".join(line for line in (before, *faults.values()) if line)
            return self._asking.ask_field(stato, next(iter(faults)), turno, before=told)
        return self._asking.go_on(stato, bozza, values, turno, before)

    def corrected(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, correction: Lettura, turno: "Turno") -> Risposta:
        """The draft with what a message corrects; what it names without a value is asked."""
        fase = RIEPILOGO if stato.fase in (PRONTA, RIEPILOGO) else stato.fase
        stato = replace(stato, fase=fase)
        if len(stato.chiesti) > 1 and not set(stato.chiesti) & {*correction.valori, *correction.errori}:
            stato = replace(stato, gruppi=stato.gruppi[:-1])  # the question that was open is put again whole
        if not correction.valori and not correction.errori and correction.nominati:
            return self._asking.ask_field(stato, correction.nominati[0], turno)
        if not (correction.valori or correction.errori):  # "I made a mistake"
            return self._asking.ask_review(
                stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True
            )
        changed = "; ".join(self._said(name, value) for name, value in correction.valori.items())
        before = self._composer.phrase("bozza_corretto").replace("{dati}", changed) if changed else ""
        return self.took(stato, bozza, saved, correction, turno, before)

    def _said(self, name: str, value: str) -> str:
        campo = self._conoscenza.campi[name]
        return f"{campo.etichetta}: {show(campo, value)}"

    def left(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> Risposta:
        """What was asked is left to be written by hand, unless the request is nothing without it."""
        asked = [c for c in due(bozza, values) if c.campo in stato.chiesti and c.campo not in values]
        needed = [c.campo for c in asked if c.indispensabile]
        left = {c.campo: TO_WRITE for c in asked if not c.indispensabile and (not c.facoltativo or len(stato.chiesti) == 1)}
        if needed and not left:
            label = self._conoscenza.campi[needed[0]].etichetta.lower()
            before = self._composer.phrase("bozza_indispensabile").replace("{dato}", label)
            return self._asking.ask_field(stato, needed[0], turno, before=before)
        if len(stato.chiesti) > 1 and len(asked) > 1:  # of several things asked together, each is asked alone before it is left
            return self._asking.go_on(stato, bozza, dict(values), turno)
        return self._asking.go_on(stato, bozza, {**values, **left}, turno)

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
        return self._asking.ask_field(replace(stato, falliti=failed), name, turno, before=before)
