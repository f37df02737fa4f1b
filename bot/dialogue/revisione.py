"""The review of a draft: confirmed, changed, data taken away, and the document made."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Mapping, Optional, Sequence, Tuple

from bot.bozze.composizione import TO_WRITE, compose, deadline, due, fields_of, given, without_blanks
from bot.bozze.correzione import read_correction
from bot.bozze.lettura import read_data
from bot.bozze.rimozione import Rimozione, leaves_empty, read_removal
from bot.dialogue.chiedere import Asking
from bot.dialogue.divagazione import ACTED, Digressions
from bot.dialogue.lettura import prepare
from bot.dialogue.raccolta import REFUSES, Collecting
from bot.dialogue.reply import Risposta
from bot.dialogue.riepilogo import ROME, ready
from bot.dialogue.state import Compilazione, Opzione, Stato
from bot.settings import settings
from bot.storage import bozze as archivio
from bot.storage.bozze import DATI, PRONTA, RIEPILOGO, BozzaSalvata
from bot.storage.database import ArchivioNonDisponibile
from knowledge.models_bozze import Bozza

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

CHANGE = "bozza_modifica"
DELEGATION, BY_DELEGATE = "A11", "delegato"  # the form of a delegation, and the choice that calls for it
GO_AHEAD = re.compile(
    r"^\W*(?:si+|ok|va bene|confermo|conferma|perfetto|tutto (?:ok|giusto|corretto|bene)|giusto|corretto|procedi|procediamo"
    r"|prepar\w+)\b"
)


class Reviewing:
    """Answers what is said to a review. Made by Drafts (bozza.py); `database` is the address of the drafts' database."""

    def __init__(self, composer: "Composer", asking: Asking, collecting: Collecting, aside: Digressions, database: Optional[str]):
        self._composer = composer
        self._conoscenza = composer.conoscenza
        self._asking = asking
        self._collecting = collecting
        self._aside = aside
        self._url = database

    def reply(
        self,
        stato: Compilazione,
        bozza: Bozza,
        saved: BozzaSalvata,
        labels: Mapping[str, float],
        turno: "Turno",
        ranking: Sequence[Tuple[str, float]],
    ) -> Optional[Risposta]:
        """The reply to what is said to a review: go ahead, change something; None for another matter.

        Raises ArchivioNonDisponibile.
        """
        correction = read_correction(turno.text, fields_of(bozza, self._conoscenza), saved.valori, turno.giorno)
        if correction is not None:
            return self._collecting.corrected(stato, bozza, saved, correction, turno)
        found = self._collecting.read(stato, bozza, saved, turno, ranking)
        prepared = prepare(turno.text)
        if not found.valori and (self._aside.digresses(prepared, ranking) or self._aside.elsewhere(turno)):
            return None
        if found.valori or found.errori:
            return self._collecting.took(stato, bozza, saved, found, turno)
        if REFUSES.search(prepared) or labels.get(CHANGE, 0.0) >= ACTED or labels.get("rifiuto", 0.0) >= ACTED:
            return self._asking.ask_review(
                stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True
            )
        if GO_AHEAD.search(prepared) or labels.get("conferma", 0.0) >= ACTED:
            return self.make(stato, bozza, saved.valori, turno)
        if self._aside.social(ranking):
            return None
        if stato.falliti:
            return self._asking.ask_review(
                stato, bozza, saved.valori, turno, self._composer.phrase("bozza_cosa_cambio"), brief=True
            )
        return self._asking.ask_review(replace(stato, falliti=1), bozza, saved.valori, turno)

    def removable(self, bozza: Bozza, saved: BozzaSalvata, name: str) -> bool:
        """Whether a field has a value and the request can do without it."""
        return bool(given(saved.valori, name)) and any(c.campo == name and c.facoltativo for c in bozza.chiesti())

    def taken_away(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, turno: "Turno") -> Optional[Risposta]:
        """The reply to a message that takes away data already given; None to one that takes none."""
        optional = {c.campo for c in bozza.chiesti() if c.facoltativo}
        campi = fields_of(bozza, self._conoscenza)
        removal = read_removal(turno.text, campi, without_blanks(saved.valori), optional)
        changing = stato.chiesti[0] if stato.fase == RIEPILOGO and len(stato.chiesti) == 1 else ""
        if not removal.campi and changing and self.removable(bozza, saved, changing) and leaves_empty(prepare(turno.text)):
            removal = Rimozione((changing,))
        if not removal.campi or (removal.resto and not optional.issuperset(removal.campi)):  # "not X, the surname is Y"
            return None
        needed = next((c.campo for c in bozza.chiesti() if c.indispensabile and c.campo in removal.campi), "")
        if needed:
            label = self._conoscenza.campi[needed].etichetta.lower()
            return self._asking.ask_field(
                stato, needed, turno, self._composer.phrase("bozza_indispensabile").replace("{dato}", label)
            )
        return self.without(stato, bozza, saved, removal, turno)

    def without(self, stato: Compilazione, bozza: Bozza, saved: BozzaSalvata, removal: Rimozione, turno: "Turno") -> Risposta:
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
        return self._collecting.took(stato, bozza, saved, more, turno, before)

    def make(self, stato: Compilazione, bozza: Bozza, values: Mapping[str, str], turno: "Turno") -> Risposta:
        """The document, and the message that hands it over; what is missing is asked. Raises ArchivioNonDisponibile."""
        missing = [c.campo for c in due(bozza, values) if not c.facoltativo and c.campo not in values]
        if missing:
            return self._asking.go_on(replace(stato, fase=DATI), bozza, dict(values), turno)
        saved = archivio.get(stato.id, turno.conversazione, adesso=turno.adesso, url=self._url)
        if saved is None:
            raise ArchivioNonDisponibile("bozza non trovata")
        term = deadline(bozza, values, self._conoscenza, turno.giorno)
        warnings = [line for line in (term, *self._asking.warnings(stato, bozza, values, turno)) if line]
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


def _day(saved: BozzaSalvata) -> date:
    return saved.scade.astimezone(ROME).date()
