"""Is the office open, and what does it announce: what the site, the hand-over and the dialogue say of it in the same words."""

from __future__ import annotations

from datetime import date, datetime
from typing import List, Optional

from calculators import orari
from calculators.orari import Apertura
from calculators.orari_in_parole import stato
from knowledge import Conoscenza
from knowledge.models_calendario import AvvisoSito

__all__ = ["Apertura", "AvvisoSito", "apertura", "avvisi_del_sito", "frase"]


def apertura(conoscenza: Conoscenza, adesso: datetime, ufficio: Optional[str] = None) -> Apertura:
    """Whether an office (by id; the desk by default) is open at that moment, an aware one.

    Raises KeyError for an office that is not there, ValueError for a moment without a time zone.
    """
    return orari.apertura(conoscenza.uffici[ufficio or conoscenza.profilo.sportello], conoscenza.calendario, adesso)


def frase(conoscenza: Conoscenza, adesso: datetime, ufficio: Optional[str] = None) -> str:
    """The same as a sentence: "L'ufficio è chiuso: riapre lunedì 23 novembre alle 8.30." """
    return stato(apertura(conoscenza, adesso, ufficio), adesso)


def avvisi_del_sito(conoscenza: Conoscenza, oggi: date) -> List[AvvisoSito]:
    """The notices that the site shows on that day, the soonest first: those in force, and closures announced some days before."""
    shown = [avviso for avviso in conoscenza.calendario.avvisi_del_sito if avviso.si_mostra(oggi)]
    return sorted(shown, key=lambda avviso: avviso.dal)
