"""Requests to try the documents on: a citizen's, a lawyer's with foreign names, the portal's claim, and one as long as they come.

People, codes and addresses are made up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.bozze.richiesta import Richiesta

INDIRIZZO = "https://assistente.procura.example/bozze/7K3M-9QXT"

CARICHI = Richiesta(
    codice="A01",
    titolo="Richiesta certificato dei carichi pendenti da parte dei privati",
    riferimento="7K3M-9QXT",
    ufficio="Ufficio Ricezione Atti e Pubbliche Informazioni (U.R.A.P.I.)",
    destinatario=("Alla Procura della Repubblica", "presso il Tribunale di Aosta"),
    oggetto="rilascio del certificato dei carichi pendenti",
    richiedente=(
        ("Cognome", "D’Agostino"),
        ("Nome", "Niccolò"),
        ("Luogo di nascita", "Châtillon (AO)"),
        ("Data di nascita", "21 agosto 1999"),
        ("Codice fiscale", "DGSNCL99M21C294X"),
        ("Residenza", "via Monte Emilius 12, 11100 Aosta"),
        ("Telefono", "+39 347 120 0984"),
    ),
    dati=(("Uso del certificato", "concorso pubblico"), ("Copie", "1"), ("Urgenza", "no"), ("Ritiro", "allo sportello")),
    righe=(
        "Il sottoscritto Niccolò D’Agostino, nato a Châtillon (AO) il 21 agosto 1999, chiede il rilascio del certificato dei carichi "
        "pendenti a proprio nome, per uso concorso pubblico.",
        "Dichiara di essere consapevole che il certificato ha validità di sei mesi dalla data del rilascio.",
    ),
    allegati=("copia di un documento di identità in corso di validità", "i diritti di cancelleria dovuti"),
    costi=("1 marca da bollo da € 16,00", "1 marca per diritti di cancelleria da € 3,84"),
    consegna=(
        ("Ufficio", "U.R.A.P.I., piano terra"),
        ("Orario", "dal lunedì al venerdì, dalle 8.30 alle 12.30"),
        ("Telefono", "0165 000000"),
    ),
    ricorda=("Porti l’originale del documento di identità.", "Le marche non si comprano allo sportello: le porti con sé."),
    firma="l’interessato",
    fonte="Carta dei Servizi 2018 della Procura della Repubblica di Aosta, par. 5.3",
    creata=date(2026, 3, 9),
    scade=date(2026, 3, 10),
)

REGISTRO = replace(
    CARICHI,
    codice="A10",
    titolo="Richiesta di comunicazione delle iscrizioni risultanti dal Registro generale per il difensore",
    riferimento="Q2WZ-41HF",
    oggetto="comunicazione delle iscrizioni risultanti dal Registro generale (art. 335 c.p.p.)",
    richiedente=(
        ("Difensore", "Avv. Żaneta Kowalczyk-Ðorđević"),
        ("Ordine degli Avvocati", "Aosta"),
        ("PEC", "zaneta.kowalczyk-dordevic@ordineavvocatiaosta.example"),
    ),
    dati=(
        ("Assistito", "Ştefan-Iuliu Țîrlea"),
        ("Come scritto sul passaporto", "Στέφανος Παπαδόπουλος / Стефан Цырля / محمد الأمين"),
        ("Luogo di nascita", "Cluj-Napoca (Romania)"),
        ("Data di nascita", "1º febbraio 1984"),
        ("Qualità dell’assistito", "persona sottoposta alle indagini"),
    ),
    righe=(
        "La sottoscritta Avv. Żaneta Kowalczyk-Ðorđević, difensore di fiducia di Ştefan-Iuliu Țîrlea, chiede di conoscere se a nome del "
        "proprio assistito vi siano iscrizioni nel Registro delle notizie di reato suscettibili di comunicazione, ai sensi dell’art. 335 "
        "del codice di procedura penale.",
    ),
    allegati=(
        "fotocopia del tesserino di iscrizione all’Ordine degli Avvocati di appartenenza",
        "la nomina in originale, con firma autentica, da parte dell’assistito",
        "fotocopia di un documento di identità dell’assistito",
    ),
    costi=("Non sono dovuti diritti né marche da bollo.",),
    ricorda=("La comunicazione si ritira di persona o con delega scritta.",),
    firma="il difensore",
    fonte="Carta dei Servizi 2018 della Procura della Repubblica di Aosta, par. 8.4",
)

LSG = replace(
    CARICHI,
    codice="LSG",
    portale="LSG",
    titolo="Istanza di liquidazione attraverso il portale LSG",
    riferimento="M8TR-K2VD",
    ufficio="Ufficio Spese di giustizia",
    destinatario=("Alla Procura della Repubblica", "presso il Tribunale di Alessandria", "Ufficio Spese di giustizia"),
    oggetto="liquidazione del compenso per l’incarico di consulente tecnico, procedimento 1770/2026",
    dati=(
        ("1. Sede", "Procura della Repubblica di Alessandria"),
        ("2. Magistrato", "dott.ssa Anna Maria Esposito"),
        ("3. Numero di procedimento", "1770/2026"),
        ("4. Registro", "mod. 21 (noti)"),
        ("5. Tipologia di beneficiario", "consulente tecnico del pubblico ministero"),
        ("6. Inizio dell’incarico", "12 gennaio 2026"),
        ("7. Fine dell’incarico", "2 marzo 2026"),
        ("8. Onorario", "€ 1.234,56"),
        ("9. IBAN", "IT60 X054 2811 1010 0000 0123 456"),
        ("10. Note", "Relazione depositata il 2 marzo 2026.\nUna sola trasferta, con mezzo proprio."),
    ),
    righe=("Si chiede la liquidazione del compenso e il rimborso delle spese per l’incarico indicato sopra.",),
    allegati=(
        "il decreto o verbale di nomina",
        "la relazione depositata",
        "il modulo di istanza firmato: il PDF del portale non lo sostituisce",
        "la dichiarazione sulle spese sostenute, con gli scontrini e i biglietti in originale",
    ),
    costi=("Nessuna marca da bollo.",),
    consegna=(
        ("Come", "dal portale delle liquidazioni (LSG), poi in ufficio con gli originali"),
        ("Termine", "10 giugno 2026 (100 giorni dalla fine dell’incarico)"),
    ),
    ricorda=("La fattura elettronica si emette solo dopo il decreto di liquidazione.",),
    firma="il consulente",
    fonte="Istruzioni della Procura della Repubblica di Alessandria per le istanze di liquidazione via web (LSG), par. 5",
)

SIAMM = replace(
    LSG,
    codice="SIAMM",
    portale="SIAMM",
    titolo="Istanza di liquidazione del difensore in patrocinio, sul portale SIAMM",
    riferimento="Q4HN-W7BC",
    destinatario=("All’ufficio giudiziario che tratta la causa civile", "tramite il portale SIAMM e il deposito con Consolle"),
    oggetto="Dati da inserire nell’istanza di liquidazione sul portale SIAMM",
    dati=(("Data inizio incarico", "12/01/2026"), ("Numero di patrocinio", "345/2025"), ("Compenso complessivo", "€ 1.200,00")),
    righe=(
        "Sezione «Beneficiario», riquadro «Tipo Beneficiario»: scegliere «Difensore».",
        "Per finire: «Registra i dati inviati».",
    ),
    firma="il difensore",
    fonte="Protocollo per la liquidazione dei compensi del patrocinio (distretto di Trieste), par. 1.2",
)

PAROLE = tuple(f"parola{n:04d}" for n in range(500))  # 5,000 characters, each word to be found again
COGNOME = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"  # 60 letters and no space
LUNGA = replace(
    CARICHI,
    codice="A06",
    titolo="Richiesta di copie atti",
    riferimento="P0XC-77LM",
    richiedente=(("Cognome", COGNOME), ("Nome", "W" * 60), *CARICHI.richiedente[2:]),
    dati=(("Atti richiesti", " ".join(PAROLE)), *((f"Dato {n}", f"valore{n}") for n in range(60))),
    righe=(f"Il sottoscritto {COGNOME} chiede copia degli atti.", " ".join(reversed(PAROLE))),
    allegati=tuple(f"allegato{n:02d}: " + "copia semplice " * 6 for n in range(30)),
)

ESEMPI = {"carichi": CARICHI, "registro": REGISTRO, "lsg": LSG, "siamm": SIAMM, "lunga": LUNGA}
