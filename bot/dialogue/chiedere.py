"""What a draft asks next: a group of data, one datum alone, or the review when nothing is missing; what was given is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.bozze.coerenza import check_coherence
from bot.bozze.composizione import fields_of, holds, with_implied, without_blanks
from bot.dialogue.reply import Risposta
from bot.dialogue.riepilogo import duplicates, review, review_buttons
from bot.dialogue.state import Compilazione, Opzione, Stato
from bot.storage import bozze as archivio
from bot.storage.bozze import PRONTA, RIEPILOGO
from bot.storage.database import ArchivioNonDisponibile
from knowledge.models_bozze import Bozza, Campo, Gruppo

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno


class Asking:
    """Puts the questions of a draft. Made by Drafts (bozza.py); `database` is the address of the drafts' database."""

    def __init__(self, composer: "Composer", database: Optional[str]):
        self._composer = composer
        self._conoscenza = composer.conoscenza
        self._url = database

    def save(self, stato: Compilazione, values: Mapping[str, str], turno: "Turno") -> None:
        """Keep what was given. Raises ArchivioNonDisponibile, also when the draft has been deleted meanwhile."""
        fase = RIEPILOGO if stato.fase == PRONTA else stato.fase
        saved = archivio.update(stato.id, turno.conversazione, adesso=turno.adesso, valori=values, fase=fase, url=self._url)
        if saved is None:
            raise ArchivioNonDisponibile("bozza non trovata")

    def go_on(self, stato: Compilazione, bozza: Bozza, values: Dict[str, str], turno: "Turno", before: str = "") -> Risposta:
        """Save, then ask for what is missing; the review when nothing is."""
        values = with_implied(bozza, values)
        self.save(stato, values, turno)
        stato = replace(stato, falliti=0)
        campi = fields_of(bozza, self._conoscenza)
        known = without_blanks(values)
        for grave in (i for i in check_coherence(known, campi) if i.grave):
            values = {name: value for name, value in values.items() if name != grave.campo}
            self.save(stato, values, turno)
            told = "\n".join(line for line in (before, grave.messaggio) if line)
            return self.ask_field(stato, grave.campo, turno, before=told)
        for number, gruppo in enumerate(bozza.gruppi):
            asked = [c for c in gruppo.campi if holds(c.quando, values)]
            missing = [c.campo for c in asked if c.campo not in values and not c.facoltativo]
            alone = number in stato.gruppi or any(c.campo in values for c in asked)
            if missing and (alone or len(missing) == 1):
                return self.ask_field(stato, missing[0], turno, before)
            if missing or (asked and not alone):
                record = replace(stato, gruppi=(*stato.gruppi, number), chiesti=tuple(c.campo for c in asked))
                return self._put(gruppo.domanda, record, turno, before, self._group_buttons(gruppo, missing))
        return self.ask_review(replace(stato, fase=RIEPILOGO, chiesti=()), bozza, values, turno, before)

    def again(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno", before: str = "") -> Risposta:
        """The open question once more; before: what is said first."""
        question, options = self.question(stato, bozza, values)
        return self._put(question, stato, turno, before, options)

    def question(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str]) -> Tuple[str, Tuple[Opzione, ...]]:
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

    def ask_field(self, stato: Compilazione, name: str, turno: "Turno", before: str = "", removable: bool = False) -> Risposta:
        """Ask for one field alone, whether it has a value or not; removable: with a way to leave it empty."""
        campo = self._conoscenza.campi[name]
        options = _choice_buttons(campo) + ((Opzione("Lascia vuoto", f"bozza.togli.{name}"),) if removable else ())
        return self._put(campo.domanda, replace(stato, chiesti=(campo.id,)), turno, before, options)

    def ask_review(
        self,
        stato: Compilazione,
        bozza: Bozza,
        values: Mapping[str, str],
        turno: "Turno",
        before: str = "",
        brief: bool = False,
    ) -> Risposta:
        """All the data, to be confirmed; brief: only the buttons, after what is said before."""
        options = review_buttons(bozza, values, self._conoscenza)
        if brief:
            text = before
        else:
            warnings = self.warnings(stato, bozza, values, turno)
            text = review(bozza, values, self._conoscenza, turno.giorno, warnings)
            text = "\n".join(line for line in (before, text, self._composer.phrase("bozza_conferma")) if line)
        record = Stato(argomento=turno.stato.argomento, opzioni=options, esito="bozza", compilazione=replace(stato, chiesti=()))
        return Risposta(text, options, record)

    def warnings(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> List[str]:
        """What does not agree in a draft, and the claims of which it may be a duplicate."""
        known = without_blanks(values)
        found = [f"Controlli: {i.messaggio}" for i in check_coherence(known, fields_of(bozza, self._conoscenza))]
        others = archivio.all_of(turno.conversazione, turno.adesso, url=self._url)
        return found + duplicates(bozza, values, others, stato.id)

    def _group_buttons(self, gruppo: Gruppo, missing: Sequence[str]) -> Tuple[Opzione, ...]:
        """The choices of a group that asks for one thing only; the way past one that asks for nothing needed."""
        if not missing:
            return (Opzione("Prosegui senza", "bozza.salta"),)
        fields = [self._conoscenza.campi[c.campo] for c in gruppo.campi]
        return _choice_buttons(fields[0]) if len(missing) == 1 and fields[0].id == missing[0] else ()

    def _put(
        self, question: str, stato: Compilazione, turno: "Turno", before: str, options: Tuple[Opzione, ...] = ()
    ) -> Risposta:
        text = f"{before}\n{question}" if before else question
        record = Stato(argomento=turno.stato.argomento, opzioni=options, esito="bozza", compilazione=stato)
        return Risposta(text, options, record)


def _choice_buttons(campo: Campo) -> Tuple[Opzione, ...]:
    return tuple(Opzione(s.titolo, f"bozza.valore.{campo.id}.{s.valore}") for s in campo.scelte)
