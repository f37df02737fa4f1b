"""A draft in words: the review before it is made, the message when it is ready."""

from __future__ import annotations

from datetime import date
from typing import List, Mapping, Sequence, Tuple
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.bozze.composizione import costs, deadline, due, given, lines, shown, title_of
from bot.bozze.richiesta import Richiesta
from bot.dialogue.state import Opzione
from bot.storage.bozze import BozzaSalvata
from knowledge import Conoscenza
from knowledge.models_bozze import Bozza

KEY = "bozza"
ROME = ZoneInfo("Europe/Rome")


def heading(bozza: Bozza, conoscenza: Conoscenza) -> str:
    """What the draft is: form and title, or the claim through the portal."""
    title = title_of(bozza, conoscenza)
    return title if bozza.portale else f"Modulo {bozza.codice}, «{title}»"


def review(bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza, oggi: date, warnings: Sequence[str]) -> str:
    """All the data, what it costs, what does not agree: what is confirmed before the document is made."""
    told = [f"Riepilogo: {heading(bozza, conoscenza)}."]
    told += [f"{label}: {value}" for _, label, value in shown(bozza, valori, conoscenza)]
    told.append("Da pagare: " + " ".join(costs(bozza, valori, conoscenza, oggi)))
    attachments = lines(bozza.allegati, bozza, valori, conoscenza)
    if attachments:
        told.append("Da allegare: " + "; ".join(attachments) + ".")
    term = deadline(bozza, valori, conoscenza, oggi)
    told += [line for line in (term, *warnings) if line]
    return "\n".join(told)


def review_buttons(bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza) -> Tuple[Opzione, ...]:
    """Go ahead, or change any of the data (those still missing can be added)."""
    buttons = [Opzione("Va bene, prepara il documento", f"{KEY}.conferma")]
    for chiesto in due(bozza, valori):
        label = conoscenza.campi[chiesto.campo].etichetta
        verb = "Modifica" if given(valori, chiesto.campo) else "Aggiungi"
        buttons.append(Opzione(f"{verb}: {label[0].lower()}{label[1:]}", f"{KEY}.modifica.{chiesto.campo}"))
    return tuple(buttons)


def ready(richiesta: Richiesta, saved: BozzaSalvata, address: str) -> str:
    """The message that hands over the document; complete by itself for who cannot open it."""
    name = f"{richiesta.codice}-{richiesta.riferimento}"
    ends = format_datetime(saved.scade.astimezone(ROME), "d MMMM 'alle' H.mm", locale="it_IT")
    form = richiesta.titolo if richiesta.portale else f"Modulo {richiesta.codice}, «{richiesta.titolo}»"
    told = [f"La bozza è pronta: {form}. Codice di riferimento: {richiesta.riferimento}."]
    told += [f"PDF da stampare e firmare: {address}/{name}.pdf", f"Da modificare (DOCX): {address}/{name}.docx"]
    told += [f"{label}: {value}" for label, value in (*richiesta.dati, *richiesta.richiedente)]
    told += _listed("Da allegare", richiesta.allegati)
    told.append("Da pagare: " + " ".join(richiesta.costi))
    told += [f"{label}: {value}" for label, value in richiesta.consegna]
    told += _listed("Da ricordare", richiesta.ricorda)
    told.append("Non è presentata né firmata: la presenta Lei.")
    told.append(f"Bozza e dati si cancellano da soli il {ends}; prima, se scrive «cancella i miei dati».")
    told.append(f"Fonte: {richiesta.fonte}")
    return "\n".join(told)


def _listed(title: str, lines: Sequence[str]) -> List[str]:
    return [f"{title}:", *(f"- {line}" for line in lines)] if lines else []


def duplicates(bozza: Bozza, valori: Mapping[str, str], others: Sequence[BozzaSalvata], own: int) -> List[str]:
    """The other claims in the same portal for the same thing, whose period overlaps: each may be a duplicate of this one.

    Source: Istruzioni LSG of the Procura di Alessandria, par. 3 (start and end serve to find duplicates). A form has none.
    """
    if bozza.portale is None:
        return []
    found = []
    for other in others:
        if other.id == own or other.codice != bozza.codice:
            continue
        same = all(given(valori, k).casefold() == given(other.valori, k).casefold() for k in bozza.portale.uguali)
        if same and _overlap(bozza.portale.periodo, valori, other.valori):
            found.append(
                f"Attenzione: per lo stesso procedimento e un periodo che si sovrappone c'è già una richiesta preparata qui "
                f"(riferimento {other.riferimento}): potrebbe essere un'istanza duplicata."
            )
    return found


def _overlap(periodo: Sequence[str], one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    start_field, end_field = periodo
    spans = [(given(v, start_field), given(v, end_field)) for v in (one, other)]
    if not all(start and end for start, end in spans):
        return False
    (a_start, a_end), (b_start, b_end) = spans  # ISO dates: their order is that of the days
    return a_start <= b_end and b_start <= a_end
