"""The questions without an answer, by meaning, and what the staff decide of them."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from bot.didattica import Didattica, Domanda, Gruppo, Rifiutato
from bot.staff.desk import Desk
from bot.staff.visits import Visit, stored
from bot.storage.decisioni import fingerprint
from knowledge import Conoscenza

PATH = "/staff/insegnare"
SHOWN = 25  # groups on a page
GONE = "Su queste domande si è già deciso, oppure non si conservano più."
NONE_CHOSEN = "Scelga almeno una domanda."
NO_TOPIC = "Scelga l'argomento della risposta nuova."
NO_ENTRY = "Scelga la risposta, oppure ne scriva la chiave (si legge nella sua scheda)."


class TeachingPages:
    """GET of /staff/insegnare and of a group, POST of a decision."""

    def __init__(self, desk: Desk, teaching: Didattica) -> None:
        self._desk = desk
        self._teaching = teaching
        self._one = asyncio.Lock()  # grouping takes the processor for seconds: once at a time, and once for the same questions
        self._grouped: tuple[object, list[Gruppo]] | None = None

    async def show(self, visit: Visit) -> Response:
        """The groups, the most asked first."""
        groups = await self.groups()
        page = visit.request.query_params.get("pagina", "1")
        number = max(1, int(page[:4])) if page.isdecimal() else 1
        shown = groups[(number - 1) * SHOWN : number * SHOWN]
        return visit.render(
            "insegnare.html",
            gruppi=[(fingerprint(g.domande[0].testo), g) for g in shown],
            in_tutto=len(groups),
            volte=sum(g.volte for g in groups),
            pagina=number,
            pagine=-(-len(groups) // SHOWN),
        )

    async def group(self, visit: Visit) -> Response:
        """One group and what may be decided of it."""
        found = await self._group(visit)
        return visit.problem(404, "Domande non trovate", GONE) if found is None else await self._page(visit, found)

    async def decide(self, visit: Visit) -> Response:
        """Example of an entry, new entry, out of scope, ignored."""
        found = await self._group(visit)
        if found is None:
            return visit.problem(404, "Domande non trovate", GONE)
        asked = [text for text in found.testi if fingerprint(text) in visit.all("domanda")]
        if not asked:
            return await self._page(visit, found, 422, {"": NONE_CHOSEN})
        try:
            what = await self._decide(visit, asked)
        except Rifiutato as refused:
            return await self._page(visit, found, 422, refused.errori)
        await stored(self._desk.log, visit.presente.nome, *what)
        return visit.done(PATH, "deciso")

    async def _decide(self, visit: Visit, asked: list[str]) -> tuple[str, str]:
        """Do what the form says; how it is written down. Raises Rifiutato."""
        form, nome, act = visit.form, visit.presente.nome, visit.form.get("azione", "")
        learnt = [line.strip() for line in form.get("impara", "").splitlines() if line.strip()]
        if act == "esempio":
            voce = form.get("altra", "").strip() or form.get("voce", "")
            if not voce:
                raise Rifiutato({"voce": NO_ENTRY})
            await stored(self._teaching.teach_example, asked, voce, nome, learnt)
            return "domande insegnate", f"{voce} ({len(learnt)})"
        if act == "nuova":
            if not form.get("argomento"):
                raise Rifiutato({"argomento": NO_TOPIC})
            change = await stored(
                self._teaching.teach_entry,
                asked,
                form.get("argomento", ""),
                nome,
                etichetta=form.get("etichetta", "").strip(),
                risposta=form.get("risposta", "").strip(),
                domande=learnt,
            )
            return "risposta nuova", f"{form.get('argomento', '')}, cambiamento {change.numero}"
        if act == "fuori":
            await stored(self._teaching.teach_out_of_scope, asked, nome, learnt)
            return "domande fuori tema", f"{len(asked)}"
        if act == "ignora":
            await stored(self._teaching.ignore, asked, nome)
            return "domande ignorate", f"{len(asked)}"
        raise Rifiutato({"": "Richiesta non riconosciuta: usi i pulsanti della pagina."})

    async def groups(self) -> list[Gruppo]:
        """The groups of the questions that are open now."""
        async with self._one:
            questions: list[Domanda] = await stored(self._teaching.open_questions)
            newest: Conoscenza = await stored(self._teaching.newest)
            key = ([(d.testo, d.volte) for d in questions], id(newest.argomenti))
            if self._grouped is None or self._grouped[0] != key:
                self._grouped = (key, await stored(self._teaching.groups))
            return self._grouped[1]

    async def _group(self, visit: Visit) -> Gruppo | None:
        wanted = visit.request.path_params["gruppo"]
        return next((g for g in await self.groups() if any(fingerprint(t) == wanted for t in g.testi)), None)

    async def _page(self, visit: Visit, found: Gruppo, status: int = 200, errors: dict[str, str] | None = None) -> Response:
        newest = await stored(self._teaching.newest)
        form: Any = visit.form
        chosen = visit.all("domanda")
        return visit.render(
            "insegnare_gruppo.html",
            status,
            qui=visit.request.url.path,
            domande=[(fingerprint(d.testo), d, not form or fingerprint(d.testo) in chosen) for d in found.domande],
            gruppo=found,
            argomenti=[(a.id, a.etichetta) for a in newest.argomenti.values()],
            voci=[(key, f"{a.etichetta}: {v.etichetta}") for key, a, v in newest.voci()],
            impara=form.get("impara", "\n".join(found.testi)),
            scritto=form,
            errori=errors or {},
            errore="; ".join((errors or {}).values()),
        )
