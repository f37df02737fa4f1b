"""The facts that the staff may change in forms, and the answers: what is typed, what would change, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.didattica import Anteprima, CampoModulo, Didattica, ErroriCampi, ModuloFatti, Rifiutato
from bot.didattica.fields import SCELTE
from bot.staff.desk import Desk
from bot.staff.visits import Visit, stored

PATH = "/staff/fatti"
LIVE = "/staff/linea"
MISSING = "Questo modulo non c'è: forse quello che cambiava è stato tolto."
FIELD = "c."  # before the names of the form's fields, so that none is taken for one of ours
SHOWN = 60  # answers of a preview


class FactsPages:
    """GET of /staff/fatti; GET and POST of its forms and of the form of an answer."""

    def __init__(self, desk: Desk, teaching: Didattica) -> None:
        self._desk = desk
        self._teaching = teaching

    async def show(self, visit: Visit) -> Response:
        """All forms, by group."""
        groups: dict[str, list[ModuloFatti]] = {}
        for form in await stored(self._teaching.forms):
            groups.setdefault(form.gruppo, []).append(form)
        return visit.render("fatti.html", gruppi=groups)

    async def form(self, visit: Visit) -> Response:
        """A form: filled in, then with what it would change, then kept."""
        name = visit.request.path_params["modulo"]
        try:
            modulo = await stored(self._teaching.form, name)
        except KeyError:
            return visit.problem(404, "Modulo non trovato", MISSING)
        if visit.request.method == "GET":
            return self._page(visit, modulo)
        typed = {
            c.nome: visit.all(FIELD + c.nome) if c.tipo == SCELTE else visit.form.get(FIELD + c.nome, "") for c in modulo.campi
        }
        try:
            if visit.form.get("azione", "").endswith("togli"):
                content = await stored(self._teaching.removal, name)
            else:
                content = await stored(self._teaching.form_change, name, typed)
            return await self._go_on(visit, content, modulo, typed)
        except KeyError:
            return visit.problem(404, "Modulo non trovato", MISSING)
        except (ErroriCampi, Rifiutato) as refused:
            return self._page(visit, modulo, 422, typed, errors=refused.errori)

    async def answer(self, visit: Visit) -> Response:
        """The answer of an entry, written anew."""
        key = visit.request.path_params["chiave"]
        entry = (await stored(self._teaching.newest)).voce(key)
        if entry is None:
            return visit.problem(404, "Risposta non trovata", MISSING)
        fields = (
            CampoModulo("etichetta", "Titolo (al massimo 40 caratteri)", valore=entry.etichetta, obbligatorio=True),
            CampoModulo("risposta", "Risposta", "area", entry.risposta, True, aiuto=ANSWER_HELP),
        )
        modulo = ModuloFatti(f"risposta/{key}", f"Risposta: {entry.etichetta}", "Risposte", fields)
        if visit.request.method == "GET":
            return self._page(visit, modulo)
        typed = {c.nome: visit.form.get(FIELD + c.nome, "") for c in fields}
        text = "\n".join(line.rstrip() for line in typed["risposta"].splitlines() if line.strip())
        try:
            return await self._go_on(
                visit, await stored(self._teaching.answer_change, key, text, typed["etichetta"].strip()), modulo, typed
            )
        except Rifiutato as refused:
            return self._page(visit, modulo, 422, typed, errors=refused.errori)

    async def _go_on(self, visit: Visit, content: Mapping[str, Any], modulo: ModuloFatti, typed: dict[str, Any]) -> Response:
        """What would change or, when that was seen, the change kept. Raises Rifiutato."""
        nome, act = visit.presente.nome, visit.form.get("azione", "")
        if act not in ("salva", "salva-togli"):
            preview = await stored(self._teaching.preview, content, nome)
            return self._page(visit, modulo, typed=typed, preview=preview, removing=act == "togli")
        change = await stored(self._teaching.save, content, nome, visit.form.get("motivo", "").strip())
        await stored(self._desk.log, nome, "fatti cambiati", f"{modulo.id}, cambiamento {change.numero}")
        return visit.done(LIVE, "salvato")

    def _page(
        self,
        visit: Visit,
        modulo: ModuloFatti,
        status: int = 200,
        typed: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
        preview: Anteprima | None = None,
        removing: bool = False,
    ) -> Response:
        values = {c.nome: c.valore for c in modulo.campi} if typed is None else typed
        known = {c.nome for c in modulo.campi}
        general = [text for key, text in (errors or {}).items() if _field_of(key) not in known]
        mine = {_field_of(key): text for key, text in (errors or {}).items() if _field_of(key) in known}
        kind, _, item = modulo.id.partition("/")
        return visit.render(
            "fatti_modulo.html",
            status,
            qui=visit.request.url.path,
            m=modulo,
            valori=values,
            errori=mine,
            errore="; ".join(general) or ("Ci sono campi da correggere." if mine else ""),
            si_toglie=kind in ("avviso_sito", "chiusura") and item != "nuovo",
            anteprima=preview,
            mostrati=SHOWN,
            togli=removing,
            motivo=visit.form.get("motivo", ""),
        )


ANSWER_HELP = (
    "Si scrive come nei file della conoscenza: righe con «- » per gli elenchi, nessuna riga vuota; le parti tra {{ }} sono dati "
    "dell'ufficio e restano come sono. La fonte diventa l'ufficio, con la data di oggi."
)


def _field_of(key: str) -> str:
    """The field that an error is about: "campi.risposta" is "risposta"."""
    return key.removeprefix("campi.").split(".")[0] if not key.startswith("valori") else key
