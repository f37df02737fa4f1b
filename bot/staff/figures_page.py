"""The figures of a period: numbers, charts by day with their table, and the table as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from bot.staff.charts import by_day
from bot.staff.desk import Desk
from bot.staff.figures import CHANNELS, PUBLIC, Figures, Period, Row, as_csv, figures, period
from bot.staff.rendering import lasting, percent
from bot.staff.sheets import topic_name
from bot.staff.visits import Visit, stored
from bot.storage import eventi
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza

DASH = "–"
COLUMNS = ("Messaggi", "Risposte", "Non capite", "Quota capite", "Utili", "Non utili")


@dataclass(frozen=True)
class Table:
    """A table under the charts: its title, the heading of its first column and of the others, its rows as (name, values)."""

    titolo: str
    prima: str
    colonne: tuple[str, ...]
    righe: list[tuple[str, list[Any]]]


class FiguresPage:
    """GET of /staff/cifre and /staff/cifre.csv."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, visit: Visit) -> Response:
        """The figures of the period asked for."""
        found = await self._figures(visit)
        conoscenza, days = self._desk.knowledge(), found.period.days
        rows = [found.giorni[d] for d in days]
        charts = [
            by_day("Messaggi al giorno", days, [r.messaggi for r in rows]),
            by_day("Domande non capite al giorno", days, [r.non_capite for r in rows]),
            by_day("Richieste di una persona al giorno", days, [r.passaggi for r in rows]),
        ]
        by_days = [
            (d, [r.messaggi, r.risposte, r.non_capite, r.passaggi, r.presi, r.bozze, r.calcoli]) for d, r in found.giorni.items()
        ]
        return visit.render(
            "cifre.html",
            f=found,
            riassunto=summary(found),
            grafici=charts,
            colonne=("Messaggi", "Risposte", "Non capite", "Chieste persone", "Prese da persone", "Bozze", "Calcoli"),
            giorni=by_days,
            tabelle=_tables(found, conoscenza),
            periodi=self._periods(),
        )

    async def download(self, visit: Visit) -> Response:
        """The counts as CSV."""
        of = self._period(visit)
        table = as_csv(await stored(eventi.between, *of.moments, url=self._desk.url))
        await stored(self._desk.log, visit.presente.nome, "cifre scaricate", f"{of.dal} – {of.al}")
        name = f"cifre-{of.dal}-{of.al}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(table.encode(), media_type="text/csv; charset=utf-8", headers=headers)

    async def _figures(self, visit: Visit) -> Figures:
        of = self._period(visit)
        return figures(await stored(eventi.between, *of.moments, url=self._desk.url), of, PUBLIC)

    def _period(self, visit: Visit) -> Period:
        asked = visit.request.query_params
        return period(asked.get("dal", ""), asked.get("al", ""), self._desk.today)

    def _periods(self) -> list[tuple[str, str, str]]:
        today = self._desk.today
        this_month = today.replace(day=1)
        last_month = this_month - timedelta(days=1)
        spans = [
            ("Ultimi 7 giorni", today - timedelta(days=6), today),
            ("Ultimi 30 giorni", today - timedelta(days=29), today),
            ("Questo mese", this_month, today),
            ("Mese scorso", last_month.replace(day=1), last_month),
            ("Quest'anno", today.replace(month=1, day=1), today),
        ]
        return [(name, start.isoformat(), end.isoformat()) for name, start, end in spans]


def summary(f: Figures) -> list[tuple[str, str, str]]:
    """The numbers above the charts: name, value, what it counts."""
    t = f.totale
    return [
        ("Messaggi", str(t.messaggi), ""),
        ("Domande capite", _share(t), f"{t.risposte} risposte, {t.non_capite} non capite"),
        ("Richieste di una persona", str(t.passaggi), f"{t.presi} prese da un operatore"),
        ("Attesa di una persona", _wait(f), f"mediana di {len(f.attese)}" if f.attese else "nessuna"),
        ("Bozze preparate", str(t.bozze), ""),
        ("Calcoli fatti", str(t.calcoli), ""),
        ("Giudizi", f"{t.utili} utili, {t.non_utili} no", ""),
    ]


def _wait(f: Figures) -> str:
    return DASH if f.attesa_mediana is None else lasting(f.attesa_mediana)


def _share(row: Row) -> str:
    return DASH if row.quota is None else percent(row.quota)


def _tables(f: Figures, conoscenza: Conoscenza) -> list[Table]:
    def cells(row: Row) -> list[Any]:
        return [row.messaggi, row.risposte, row.non_capite, _share(row), row.utili, row.non_utili]

    return [
        Table("Per canale", "Canale", COLUMNS, [(CHANNELS.get(name, name), cells(row)) for name, row in f.canali.items()]),
        Table("Per argomento", "Argomento", COLUMNS, [(topic_name(conoscenza, t), cells(row)) for t, row in f.argomenti.items()]),
        Table("Bozze preparate", "Modulo", ("Bozze",), [(_form(conoscenza, code), [n]) for code, n in f.bozze.items()]),
        Table("Calcoli fatti", "Calcolo", ("Calcoli",), [(_calculator(name), [n]) for name, n in f.calcoli.items()]),
    ]


def _calculator(name: str) -> str:
    return CALCOLATORI[name].titolo if name in CALCOLATORI else name


def _form(conoscenza: Conoscenza, codice: str) -> str:
    modulo = conoscenza.moduli.get(codice)
    return f"{codice} – {modulo.titolo}" if modulo else codice
