"""What a document says and in which order, the same for PDF and DOCX: each renderer only decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Tuple

from bot.bozze.richiesta import Richiesta
from calculators.testi import data_estesa

AVVISO = "Bozza: non presentata, non firmata"
AVVISO_ESTESO = (
    "Questo documento è una bozza preparata dall’assistente: non è stata presentata e non è firmata. "
    "Vale solo dopo che chi la presenta l’ha controllata, firmata e consegnata all’ufficio."
)
INTESTAZIONI = ("Dato", "Valore")
LUOGO, DATA, FIRMA = "Luogo", "Data", "Firma"
ALLEGATI = "Si allegano (da spuntare prima della consegna):"

TABELLA, TESTO, CASELLE, ELENCO, DA_FIRMARE = "tabella", "testo", "caselle", "elenco", "firma"


class DocumentoNonCreato(Exception):
    """A document that could not be made. The message is Italian and holds no personal data."""

    def __init__(self) -> None:
        super().__init__("Non è stato possibile preparare il documento. Riprovi tra qualche minuto.")


@dataclass(frozen=True)
class Sezione:
    """A part with a heading.

    tipo: TABELLA (coppie), TESTO (righe are paragraphs), CASELLE (righe are a checklist), ELENCO (a list) or DA_FIRMARE
    (righe say who signs; place, day and signature are left to the hand). promemoria: for the person, no part of the request.
    """

    titolo: str
    tipo: str
    righe: Tuple[str, ...] = ()
    coppie: Tuple[Tuple[str, str], ...] = ()
    promemoria: bool = False


@dataclass(frozen=True)
class Documento:
    """All the text of a document, in reading order; `nome` is its title among its properties, without personal data."""

    nome: str
    modulo: str
    titolo: str
    riferimento: str
    etichetta_riferimento: str
    alternativa_qr: str
    ufficio: str
    destinatario: Tuple[str, ...]
    oggetto: str
    sezioni: Tuple[Sezione, ...]
    titolo_promemoria: str
    nota_promemoria: str
    nota: str


def documento(richiesta: Richiesta, pulisci: Callable[[str], str]) -> Documento:
    """The text of the request, each datum passed through `pulisci`; sections with nothing to say are left out."""
    portale = pulisci(richiesta.portale)

    def lines(texts: Tuple[str, ...]) -> Tuple[str, ...]:
        return tuple(line for line in map(pulisci, texts) if line)

    def pairs(data: Tuple[Tuple[str, str], ...]) -> Tuple[Tuple[str, str], ...]:
        return tuple((pulisci(label), pulisci(value)) for label, value in data)

    modulo = f"Promemoria per il portale {portale}" if portale else f"Modulo {pulisci(richiesta.codice)}"
    titolo = pulisci(richiesta.titolo)
    riferimento = pulisci(richiesta.riferimento)
    sezioni = (
        Sezione("Chi chiede", TABELLA, coppie=pairs(richiesta.richiedente)),
        Sezione("Dati da inserire nel portale" if portale else "Dati della richiesta", TABELLA, coppie=pairs(richiesta.dati)),
        Sezione("Richiesta", TESTO, lines(richiesta.righe)),
        Sezione("Firma", DA_FIRMARE, lines((richiesta.firma,))),
        Sezione("Allegati", CASELLE, lines(richiesta.allegati)),
        Sezione("Da pagare", ELENCO, lines(richiesta.costi), promemoria=True),
        Sezione("Dove e quando consegnarla", TABELLA, coppie=pairs(richiesta.consegna), promemoria=True),
        Sezione("Da ricordare", ELENCO, lines(richiesta.ricorda), promemoria=True),
        Sezione("Fonte", TESTO, lines((richiesta.fonte,)), promemoria=True),
    )
    return Documento(
        nome=f"{titolo} ({modulo}), bozza {riferimento}",
        modulo=modulo,
        titolo=titolo,
        riferimento=riferimento,
        etichetta_riferimento=f"Riferimento {riferimento}",
        alternativa_qr=f"Codice QR con l’indirizzo del riferimento {riferimento}",
        ufficio=pulisci(richiesta.ufficio),
        destinatario=lines(richiesta.destinatario),
        oggetto=pulisci(richiesta.oggetto),
        sezioni=tuple(s for s in sezioni if s.righe or s.coppie),
        titolo_promemoria="Promemoria per la consegna",
        nota_promemoria="Questa parte resta a chi presenta la richiesta: non si consegna.",
        nota=(
            f"Bozza preparata il {data_estesa(richiesta.creata)}. "
            f"La copia conservata dall’assistente viene cancellata il {data_estesa(richiesta.scade)}."
        ),
    )
