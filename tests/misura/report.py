"""What the one table of `make misura` says, from the figures."""

from __future__ import annotations

from .options import Options
from .speed import Run, Server
from .table import Row, Table, megabytes, number, percent, times
from .understanding import Understood

TARGET = 3  # how many times as slow as a bare Rasa we may be, at the 95th percentile
TITLES = {
    "domande": "domande sole",
    "domande_con_errori": "domande sole, con errori di battitura",
    "conversazioni_primi": "conversazioni, primo messaggio",
    "conversazioni_seguenti": "conversazioni, messaggi seguenti",
}


def show_speed(table: Table, ours: Server, bare: Server, training: float, options: Options) -> None:
    """Ours beside the bare Rasa."""
    rows: list[Row] = []
    for run, beside in zip(ours.runs, bare.runs, strict=True):
        people = "una persona alla volta" if run.users == 1 else f"{run.users} persone insieme"
        rows.append((f"l'assistente, {people}", _cells(run)))
        rows.append((f"Rasa minima, {people}", _cells(beside)))
        pairs = ((run.median, beside.median), (run.p95, beside.p95), (run.rate, beside.rate))
        rows.append(("    rapporto", [times(one, other) for one, other in pairs]))
    notes = [
        f"Ogni prova: {options.velocita.messaggi} domande diverse, ognuna in una conversazione nuova.",
        f"Obiettivo: il 95° percentile al più {TARGET} volte quello della Rasa minima.",
        f"Addestramento: {number(training, 0)} s.",
        f"Avvio con il modello pronto: {number(ours.start)} s; Rasa minima {number(bare.start)} s.",
        f"Memoria: {megabytes(ours.memory)} in tutto, {megabytes(ours.memory_of_rasa)} la sola Rasa; "
        f"Rasa minima {megabytes(bare.memory_of_rasa)}.",
    ]
    table.section("VELOCITÀ (REST)", ["mediana ms", "95° ms", "msg/s", "carico"], rows, notes)


def _cells(run: Run) -> list[str]:
    return [number(run.median), number(run.p95), number(run.rate, 0), number(run.load_before)]


def show_understanding(table: Table, found: Understood, options: Options) -> None:
    """Ours beside Rasa's default pipeline and full-text search; then what people get."""
    rows: list[Row] = []
    for system in found.systems:
        for name, s in ((system.name, system.clean), ("    con errori di battitura", system.typos)):
            rows.append((name, [percent(v) for v in (s.top1, s.top3, s.topic, s.refused_rightly, s.refused_wrongly)]))
    n = found.counts
    notes = [
        f"{n['prova']} domande di prova: {n['dentro']} nell'ambito, {n['fuori']} fuori, {n['emergenza']} emergenze; "
        f"altre {n['convalida']} servono a scegliere le soglie. Fuori dal conto {n['tutte'] - n['prova'] - n['convalida']} "
        "che stanno parola per parola fra gli esempi.",
        f"Rasa di serie: DIET {options.epoche_diet} epoche (di suo 100), addestramento {number(found.default_seconds, 0)} s.",
        f"Ricerca nei documenti: {found.in_documents} domande con la risposta nei documenti; basta trovare la sezione.",
    ]
    table.section("COMPRENSIONE", ["giuste", "nelle prime 3", "argomento", "fuori: sì", "rifiuti errati"], rows, notes)
    rows = [
        (f"{TITLES[key]} ({r.number})", [percent(v) for v in (r.right, r.within_reach, r.refused_rightly, r.refused_wrongly)])
        for key, r in found.replies.items()
    ]
    table.section("RISPOSTE (con il dialogo)", ["giuste", "o un bottone", "fuori: sì", "rifiuti errati"], rows)
