"""The pages of the desk: who may see which, and what each does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime

import pytest

from bot.bozze.richiesta import Richiesta
from bot.settings import ROOT
from bot.storage import bozze, colleghi, eventi, note_interne, registro
from bot.storage.colleghi import RUOLI

from .conftest import ACCOUNTS, NOW, Clock, Visitor

Entered = Callable[[str], Visitor]
OF_ALL = [
    "/staff",
    "/staff/",
    "/staff/domande",
    "/staff/ricerca?q=bollo",
    "/staff/scheda/casellario",
    "/staff/bozza",
    "/staff/cifre",
]
OF_ALL += ["/staff/posta", "/staff/posta/elenchi", "/staff/richieste", "/staff/cifre.csv", "/staff/parola", "/staff/resto"]
OF_EDITORS = ["/staff/insegnare", "/staff/fatti", "/staff/fatti/ufficio/casellario", "/staff/risposta/uffici.principali"]
OF_EDITORS += ["/staff/linea", "/staff/linea/addestramenti", "/staff/linea/storia"]
OF_ADMINISTRATORS = ["/staff/registro", "/staff/colleghi"]
SECRET = "chiamare Zuffellato allo scaffale 7"


@pytest.mark.parametrize("path", OF_ALL + OF_EDITORS + OF_ADMINISTRATORS)
def test_nobody_sees_a_page_without_entering(visitor: Callable[[], Visitor], path: str) -> None:
    answer = visitor().get(path, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/staff/entra")


@pytest.mark.parametrize("nome", list(ACCOUNTS))
def test_each_role_sees_its_pages_and_no_other(entered: Entered, nome: str) -> None:
    somebody, level = entered(nome), RUOLI.index(ACCOUNTS[nome])
    for path in OF_ALL:
        assert somebody.get(path).status_code == 200, path
    for least, paths in ((1, OF_EDITORS), (2, OF_ADMINISTRATORS)):
        expected = 200 if level >= least else 403
        for path in paths:
            assert somebody.get(path).status_code == expected, path
    home = somebody.get("/staff").text
    for path in OF_ADMINISTRATORS:
        assert (f'href="{path}"' in home) == (level == 2)
    assert ('href="/staff/insegnare"' in home) == (level >= 1)
    blocked = somebody.post("/staff/colleghi", {"nome": "bruno", "azione": "blocca"})
    assert (blocked.status_code == 200) == (level == 2)
    written = somebody.post("/staff/scheda/casellario", {"azione": "nota", "testo": SECRET})
    assert written.status_code == (200 if level >= 1 else 403)


# ---- Search and sheets


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("casellario costo", "casellario.costo"),
        ("CASELLÀRIO   Costo!", "casellario.costo"),
        ("casellaro coto", "casellario.costo"),
        ("A01", "modulo/A01"),
        ("bolo", "bollo"),
        ("0165306254", "ufficio/urapi"),
        ("urapi telefono", "uffici.urapi_contatti"),
    ],
)
def test_search_forgives_accents_capitals_and_errors(entered: Entered, query: str, first: str) -> None:
    page = entered("anna").get("/staff/ricerca", params={"q": query}).text
    found = [part.split('"')[0] for part in page.split('<h2><a href="/staff/scheda/')[1:]]
    assert first in found[:5]


def test_a_search_that_finds_nothing_says_so_and_shows_what_was_asked_as_text(entered: Entered) -> None:
    page = entered("anna").get("/staff/ricerca", params={"q": "zzqx<img>kkqw"}).text
    assert "Nessun risultato" in page and "zzqx&lt;img&gt;kkqw" in page and "<img" not in page


def test_every_sheet_opens(entered: Entered, conoscenza: object) -> None:
    from bot.staff.sheets import sheets

    anna = entered("anna")
    keys = [s.chiave for s in sheets(conoscenza)]
    assert len(keys) > 1000 and len(set(keys)) == len(keys)
    for key in keys[::40] + keys[-60:]:
        page = anna.get(f"/staff/scheda/{key}")
        assert page.status_code == 200 and "Note interne" in page.text, key
    assert anna.get("/staff/scheda/non_esiste").status_code == 404


def test_notes_are_written_searched_and_taken_away_with_their_author(entered: Entered, url: str) -> None:
    rita, anna = entered("rita"), entered("anna")
    rita.get("/staff/scheda/casellario.costo")
    assert rita.post("/staff/scheda/casellario.costo", {"azione": "nota", "testo": "  "}).status_code == 422
    page = rita.post("/staff/scheda/casellario.costo", {"azione": "nota", "testo": f"{SECRET}\n<b>grassetto</b>"})
    assert SECRET in page.text and "&lt;b&gt;" in page.text and "La nota è salvata" in page.text
    assert SECRET in anna.get("/staff/scheda/casellario.costo").text
    assert SECRET not in anna.get("/staff/scheda/carichi_pendenti.costo").text
    assert "Nota su" in anna.get("/staff/ricerca?q=zuffellatto").text
    assert SECRET in anna.get("/staff").text
    (note,) = note_interne.all_notes(url=url)
    assert (note.autore, note.scheda) == ("rita", "casellario.costo")
    refused = anna.post("/staff/scheda/casellario.costo", {"azione": "togli", "nota": str(note.id)})
    assert refused.status_code == 403
    rita.post("/staff/scheda/casellario.costo", {"azione": "togli", "nota": str(note.id)})
    assert note_interne.all_notes(url=url) == []
    done = [(a.collega, a.azione, a.oggetto) for a in registro.latest(9, url=url) if a.azione.startswith("nota")]
    assert done == [("rita", "nota tolta", "casellario.costo"), ("rita", "nota scritta", "casellario.costo")]


# ---- A draft at the counter


def a_draft(url: str, richiesta: Richiesta | None, adesso: datetime) -> str:
    made = bozze.create("web:x", "A02", adesso, url=url)
    if richiesta is not None:
        values = {"cognome": "D'Àvise"}
        bozze.update(made.id, "web:x", adesso=adesso, valori=values, fase=bozze.PRONTA, richiesta=richiesta, url=url)
    return made.riferimento


@pytest.fixture
def richiesta() -> Richiesta:
    return Richiesta(
        codice="A02",
        titolo="Richiesta del certificato dei carichi pendenti",
        riferimento="7K3M-9QXT",
        ufficio="Ufficio casellario",
        destinatario=("Alla Procura della Repubblica", "Aosta"),
        oggetto="Carichi pendenti",
        richiedente=(("Cognome", "D'Àvise"), ("Nome", "Zoë")),
        dati=(),
        righe=("Chiede il certificato.",),
        allegati=("Copia del documento",),
        costi=("€ 16,00 di bollo",),
        consegna=(("Dove", "secondo piano"),),
        ricorda=(),
        firma="L'interessato",
        fonte="Carta dei servizi",
        creata=NOW.date(),
        scade=NOW.date(),
    )


def test_a_code_shows_the_draft_and_is_written_down(entered: Entered, url: str, richiesta: Richiesta) -> None:
    code = a_draft(url, richiesta, NOW)
    anna = entered("anna")
    anna.get("/staff/bozza")
    page = anna.post("/staff/bozza", {"riferimento": code.lower().replace("-", " ")})
    assert page.status_code == 200 and "Zoë" in page.text and f"A02-{code}.pdf" in page.text
    (act,) = [a for a in registro.latest(9, url=url) if a.azione == "bozza aperta"]
    assert (act.collega, act.oggetto) == ("anna", f"{code} (A02)") and "Zoë" not in str(act)


@pytest.mark.parametrize("code", ["", "ZZZZ-ZZZZ", "7K3M-9QX", "<script>", "7K3M-9QXT' --"])
def test_a_code_of_no_draft_says_so_and_is_not_written_down(entered: Entered, url: str, code: str) -> None:
    anna = entered("anna")
    anna.get("/staff/bozza")
    page = anna.post("/staff/bozza", {"riferimento": code})
    assert page.status_code == 404 and "Nessuna bozza" in page.text and "<script>" not in page.text
    assert [a.azione for a in registro.latest(9, url=url)] == ["accesso"]


def test_a_draft_not_ready_shows_none_of_its_data(entered: Entered, url: str) -> None:
    code = a_draft(url, None, NOW)
    anna = entered("anna")
    anna.get("/staff/bozza")
    assert "ancora confermata" in anna.post("/staff/bozza", {"riferimento": code}).text


def test_an_expired_draft_is_gone(entered: Entered, url: str, richiesta: Richiesta, clock: Clock) -> None:
    code = a_draft(url, richiesta, NOW)
    clock.forward(hours=25)
    anna = entered("anna")
    anna.get("/staff/bozza")
    assert anna.post("/staff/bozza", {"riferimento": code}).status_code == 404


# ---- The assistant for colleagues


def test_a_colleague_asks_the_assistant(entered: Entered, rasa: object, url: str) -> None:
    anna = entered("anna")
    anna.get("/staff/domande")
    page = anna.post("/staff/domande", {"azione": "chiedi", "testo": "quanto costa?"})
    assert "€ 16,00 di bollo" in page.text and "<strong>Fonte:</strong> Carta dei servizi" in page.text
    assert {item["sender"] for item in rasa.received} == {"int:anna"}
    bruno = entered("bruno")
    assert "€ 16,00" not in bruno.get("/staff/domande").text
    anna.post("/staff/domande", {"azione": "chiedi", "testo": "menu"})
    token = anna.get("/staff/domande").text.split('name="scelta" value="')[1].split('"')[0]
    page = anna.post("/staff/domande", {"scelta": token})
    assert "quello che ha scelto" in page.text
    assert bruno.post("/staff/domande", {"scelta": token}).status_code == 422
    page = anna.post("/staff/domande", {"azione": "nuova"})
    assert "è stata cancellata" in page.text and "€ 16,00" not in page.text
    assert "€ 16,00" in anna.post("/staff/domande", {"azione": "chiedi", "testo": "costa?"}).text


def test_readings_and_notes_stand_beside_the_answer(entered: Entered, rasa: object, url: str) -> None:
    note_interne.add("casellario", SECRET, "rita", NOW, url=url)
    told = {"argomento": "casellario", "voce": "casellario.costo", "esito": "risposta", "gradino": 0}
    told["letture"] = [["casellario.costo", 0.91], ["?costo", 0.05], ["calcolo/bollo", 0.03], ["saluto", 0.01]]
    rasa.scripted = [{"text": "Costa.", "metadata": told}]
    anna = entered("anna")
    anna.get("/staff/domande")
    page = anna.post("/staff/domande", {"azione": "chiedi", "testo": "costo del casellario"}).text
    assert "sicurezza 91" in page and 'href="/staff/scheda/casellario.costo"' in page and SECRET in page
    assert "Calcolo: Marche da bollo" in page


def test_errors_keep_what_was_typed(entered: Entered, rasa: object) -> None:
    anna = entered("anna")
    anna.get("/staff/domande")
    assert anna.post("/staff/domande", {"azione": "chiedi", "testo": "  "}).status_code == 422
    page = anna.post("/staff/domande", {"azione": "chiedi", "testo": "è" * 1001})
    assert page.status_code == 422 and "è" * 1001 in page.text
    rasa.broken = True
    page = anna.post("/staff/domande", {"azione": "chiedi", "testo": "domanda <b>"})
    assert page.status_code == 503 and "domanda &lt;b&gt;" in page.text and "non risponde" in page.text


# ---- Figures


def test_figures_of_a_period(entered: Entered, url: str) -> None:
    for canale, esito in [("web", "risposta"), ("web", "non_capito"), ("tg", "risposta"), ("int", "risposta"), ("web", "saluto")]:
        eventi.record("risposta", canale, NOW, argomento="casellario", voce="casellario.costo", esito=esito, url=url)
    eventi.record("bozza", "web", NOW, voce="A02", url=url)
    eventi.record("calcolo", "web", NOW, voce="bollo", url=url)
    page = entered("anna").get("/staff/cifre").text
    assert "<dt>Messaggi</dt><dd><strong>4</strong>" in page and "67 %" in page
    assert "A02 – " in page and "Marche da bollo" in page and "<svg" in page
    assert "<dt>Messaggi</dt><dd><strong>0</strong>" in entered("anna").get("/staff/cifre?dal=2026-10-01&al=2026-10-02").text


@pytest.mark.parametrize(
    "asked", ["dal=x&al=y", "dal=9999-12-31", "dal=0001-01-01&al=0001-01-02", "dal=2026-11-20&al=2026-11-01"]
)
def test_figures_of_a_period_that_is_none(entered: Entered, asked: str) -> None:
    assert entered("anna").get(f"/staff/cifre?{asked}").status_code == 200


def test_the_table_is_downloaded_and_written_down(entered: Entered, url: str) -> None:
    eventi.record("risposta", "web", NOW, argomento="=cmd()", esito="risposta", url=url)
    answer = entered("anna").get("/staff/cifre.csv?dal=2026-11-01&al=2026-11-30")
    assert answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    assert (
        answer.content.startswith(b"\xef\xbb\xbfgiorno;canale") and "2026-11-20;web;'=cmd();risposta;;risposta;1;" in answer.text
    )
    assert "cifre scaricate" in {a.azione for a in registro.latest(5, url=url)}


# ---- Administration


def test_an_administrator_changes_accounts_but_not_the_own_one(entered: Entered, url: str) -> None:
    carla, anna = entered("carla"), entered("anna")
    carla.get("/staff/colleghi")
    carla.post("/staff/colleghi", {"nome": "anna", "azione": "ruolo", "ruolo": "redattore"})
    assert colleghi.get("anna", url=url).ruolo == "redattore"
    carla.post("/staff/colleghi", {"nome": "anna", "azione": "sessioni"})
    assert anna.get("/staff", follow_redirects=False).status_code == 303
    carla.post("/staff/colleghi", {"nome": "anna", "azione": "blocca"})
    assert colleghi.get("anna", url=url).bloccato
    carla.post("/staff/colleghi", {"nome": "anna", "azione": "riapri"})
    assert not colleghi.get("anna", url=url).bloccato
    for values, code in [
        ({"nome": "carla", "azione": "blocca"}, 422),
        ({"nome": "nessuno", "azione": "blocca"}, 404),
        ({"nome": "anna", "azione": "ruolo", "ruolo": "imperatore"}, 400),
    ]:
        assert carla.post("/staff/colleghi", values).status_code == code
    log = carla.get("/staff/registro").text
    for act in ("ruolo cambiato", "sessioni chiuse", "account bloccato", "account riaperto"):
        assert act in log


def test_the_log_is_read_page_by_page(entered: Entered, url: str) -> None:
    for number in range(150):
        registro.record("rita", "prova", f"n. {number}", NOW, url=url)
    carla = entered("carla")
    page = carla.get("/staff/registro?collega=rita").text
    assert "n. 149" in page and "n. 49<" not in page
    older = page.split('href="/staff/registro?prima=')[1].split('"')[0].replace("&amp;", "&")
    assert "n. 49<" in carla.get(f"/staff/registro?prima={older}").text


# ---- What the public never sees


def test_only_the_desk_reads_the_internal_notes() -> None:
    """No module outside bot/staff imports them: so no program that answers the public can say one."""
    readers = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py"), *(ROOT / "knowledge").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            if any("note_interne" in name for name in names):
                readers.add(path.relative_to(ROOT).parts[:2])
    assert readers == {("bot", "staff")}
