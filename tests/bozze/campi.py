"""Fields as drafts declare them, for the tests of reading and checking."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List

from knowledge.models_bozze import Campo

OGGI = date(2026, 11, 21)


def campo(id: str, tipo: str, *parole: str, **more: Any) -> Campo:
    return Campo(
        id=id, tipo=tipo, etichetta=id.replace("_", " ").capitalize(), domanda="?", perche="!", parole=parole or [id], **more
    )


def scelte(*valori: "tuple[str, str, str]") -> List[Dict[str, Any]]:
    return [{"valore": v, "titolo": t, "modi": [m] if m else []} for v, t, m in valori]


CAMPI = [
    campo("nome", "nome", r"\bnome\b"),
    campo("cognome", "cognome", r"\bcognome\b"),
    campo("nato_a", "luogo", r"\bluogo di nascita\b", r"\bnat[oa] (?:a|ad|in)\b"),
    campo("nato_il", "data", r"\bdata di nascita\b", r"\bnat[oa] il\b", solo_passato=True),
    campo("codice_fiscale", "codice_fiscale", r"\bcodice fiscale\b", r"\bc\W?f\b"),
    campo("residenza", "indirizzo", r"\bresiden\w+\b", r"\bindirizzo\b", r"\babito\b"),
    campo("telefono", "telefono", r"\btelefono\b", r"\bcell\w*\b"),
    campo("email", "email", r"\be?-?mail\b"),
    campo("pec", "pec", r"\bpec\b"),
    campo(
        "urgente",
        "scelta",
        r"\burgenza\b",
        scelte=scelte(("no", "Senza urgenza", r"senza (?:urgenza|fretta)"), ("si", "Con urgenza", r"\burgen\w+")),
    ),
    campo(
        "tipo_certificato",
        "scelta",
        r"\btipo di certificato\b",
        scelte=[
            {
                "valore": "generale",
                "titolo": "Certificato generale",
                "stampa": "certificato generale (art. 24)",
                "modi": [r"\bgenerale\b"],
            },
            {"valore": "penale", "titolo": "Certificato penale", "modi": [r"\bfedina\b"]},
        ],
    ),
    campo("copie", "intero", r"\bcopi[ae]\b", massimo=50),
    campo("numero_procedimento", "procedimento", r"\bnumero di procedimento\b", r"\brgnr\b"),
    campo("magistrato", "denominazione", r"\bmagistrato\b", r"\bpubblico ministero\b"),
    campo("incarico_inizio", "data", r"\binizio incarico\b"),
    campo("incarico_fine", "data", r"\bfine incarico\b"),
    campo("onorario", "importo", r"\bonorario\b", r"\bcompenso\b"),
    campo("spese", "importo", r"\bspese\b"),
    campo("partita_iva", "partita_iva", r"\bpartita iva\b", r"\bp\W{0,2}iva\b"),
    campo("iban", "iban", r"\biban\b"),
    campo("bic", "bic", r"\bbic\b", r"\bswift\b"),
    campo("motivo", "testo", r"\bmotivo\b", massimo=200),
    campo("delegato_nome", "nome", r"\bnome del delegato\b", soggetto="delegato"),
    campo("delegato_cognome", "cognome", r"\bcognome del delegato\b", soggetto="delegato"),
    campo("delegato_nato_a", "luogo", r"\bluogo di nascita del delegato\b", soggetto="delegato"),
    campo("delegato_nato_il", "data", r"\bdata di nascita del delegato\b", soggetto="delegato", solo_passato=True),
    campo("delegato_residenza", "indirizzo", r"\bresidenza del delegato\b", soggetto="delegato"),
]
PER_ID = {c.id: c for c in CAMPI}
PERSONA = ["nome", "cognome", "nato_a", "nato_il", "codice_fiscale", "residenza", "telefono", "email"]
DELEGATO = [c.id for c in CAMPI if c.soggetto == "delegato"]
