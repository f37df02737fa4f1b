"""Teaching at the desk, over the real engine and the real knowledge; no training here (tests/storia has one)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.active import models_folder
from bot.didattica import Didattica
from bot.settings import ROOT
from bot.storage import addestramenti, registro
from bot.storage.addestramenti import PRONTO
from bot.storage.database import session
from bot.storage.questions import DomandaNonCapita
from bot.training import fingerprint
from knowledge import Overlay, Versione

from .conftest import NOW, Clock, FakeSettings, Visitor

Entered = Callable[[str], Visitor]
PARKING = ["dove posso parcheggiare la macchina?", "c'è un parcheggio vicino a voi?", "parcheggio per chi viene da voi"]
DOG = "posso portare il cane in ufficio?"


@pytest.fixture
def asked(url: str, parts: object) -> None:
    with session(url) as db:
        for text in [*PARKING, PARKING[0], DOG]:
            db.add(DomandaNonCapita(testo=text, canale="web", quando=NOW))
        db.commit()


@pytest.fixture
def teaching(settings: FakeSettings, clock: Clock, lean: Path) -> Didattica:
    return Didattica(settings.data_dir, settings.database_url, clock, lean)


@pytest.fixture
def model(settings: FakeSettings) -> None:
    """A model for the knowledge as it came, as far as anybody here looks at one."""
    made = models_folder(settings.data_dir) / f"{fingerprint(ROOT, Overlay())}.tar.gz"
    made.parent.mkdir(parents=True)
    made.touch()


def groups_of(page: str) -> dict[str, str]:
    """The groups of the page: first question and address."""
    return {text: path for path, text in re.findall(r'<a href="(/staff/insegnare/[^"]+)">«([^»]+)»', page.replace("&#39;", "'"))}


def open_group(rita: Visitor, text: str) -> tuple[str, list[str]]:
    """The address of the group in which a question is, and the values of its boxes."""
    for path in groups_of(rita.get("/staff/insegnare").text).values():
        page = rita.get(path).text
        if text in page.replace("&#39;", "'"):
            return path, re.findall(r'name="domanda" value="([^"]+)"', page)
    raise AssertionError(text)


def decide(rita: Visitor, path: str, boxes: list[str], **values: str) -> object:
    body = "&".join(f"domanda={b}" for b in boxes)
    content = f"{body}&{urlencode({'conferma': rita.proof, **values})}"
    return rita.http.post(path, content=content, headers={"Content-Type": "application/x-www-form-urlencoded"})


def test_questions_are_shown_by_meaning_with_counts_and_decided(
    entered: Entered, asked: None, teaching: Didattica, url: str
) -> None:
    rita = entered("rita")
    page = rita.get("/staff/insegnare").text
    assert "5 domande" in page and len(groups_of(page)) == 2
    path, boxes = open_group(rita, PARKING[0])
    assert len(boxes) == 3
    wrong = decide(rita, path, boxes, azione="esempio", altra="non.esiste", impara=PARKING[0])
    assert wrong.status_code == 422 and "sconosciuto" in wrong.text
    none = decide(rita, path, [], azione="ignora")
    assert none.status_code == 422 and "almeno una domanda" in none.text
    done = decide(rita, path, boxes, azione="esempio", altra="uffici.urapi_dove", impara="\n".join(PARKING))
    assert done.status_code == 200 and "Salvato" in done.text
    (step,) = teaching.waiting()
    assert step.insegna and step.cambiamento.autore == "rita"
    assert list(groups_of(rita.get("/staff/insegnare").text)) == [DOG]
    path, boxes = open_group(rita, DOG)
    decide(rita, path, boxes, azione="fuori", impara=DOG)
    assert "Nessuna domanda da guardare" in rita.get("/staff/insegnare").text
    assert rita.get(path).status_code == 404
    acts = {(a.collega, a.azione) for a in registro.latest(20, url=url)}
    assert {("rita", "domande insegnate"), ("rita", "domande fuori tema")} <= acts
    assert DOG not in str(registro.latest(20, url=url))


def test_a_new_answer_is_checked_before_it_is_kept(entered: Entered, asked: None, teaching: Didattica) -> None:
    rita = entered("rita")
    path, boxes = open_group(rita, DOG)
    values = {"azione": "nuova", "argomento": "uffici", "etichetta": "Animali", "risposta": "Chieda all'ingresso."}
    refused = decide(rita, path, boxes, **values, impara=DOG)
    assert refused.status_code == 422 and "tre modi" in refused.text and "Chieda all&#39;ingresso." in refused.text
    nowhere = decide(rita, path, boxes, **{**values, "argomento": ""}, impara=DOG)
    assert nowhere.status_code == 422 and "Scelga l&#39;argomento" in nowhere.text
    three = "\n".join([DOG, "si può entrare con il cane?", "animali ammessi in procura"])
    assert "Salvato" in decide(rita, path, boxes, **values, impara=three).text
    assert [s.cambiamento.tipo for s in teaching.waiting()] == ["voce"]


def test_facts_are_changed_after_seeing_what_changes_and_undone(
    entered: Entered, teaching: Didattica, url: str, model: None
) -> None:
    rita = entered("rita")
    page = rita.get("/staff/fatti/ufficio/urapi").text
    fields = dict(re.findall(r'<input id="[^"]+" name="(c\.[^"]+)" type="[^"]+" value="([^"]*)"', page))
    fields = {k: v.replace("&#39;", "'").replace("&amp;", "&") for k, v in fields.items()}
    typed = {**fields, "c.orari": "lunedì-venerdì 7.45-12.15", "c.dove": "stanza 999"}
    wrong = rita.post("/staff/fatti/ufficio/urapi", {**typed, "c.orari": "quando capita", "azione": "anteprima"})
    assert wrong.status_code == 422 and "orario non valido" in wrong.text and "quando capita" in wrong.text
    seen = rita.post("/staff/fatti/ufficio/urapi", {**typed, "azione": "anteprima"})
    assert seen.status_code == 200 and re.search(r'class="detto">[^<]*stanza 999', seen.text) and "Se si salva" in seen.text
    assert teaching.history() == [], "guardare non salva"
    saved = rita.post("/staff/fatti/ufficio/urapi", {**typed, "azione": "salva", "motivo": "orario estivo"})
    assert "il cambiamento è salvato" in saved.text.lower()
    assert "stanza 999" in rita.get("/staff/linea?anteprima=1").text
    assert "orario estivo" in rita.get("/staff/linea/storia").text
    assert "in attesa" in rita.get("/staff/linea/storia").text
    live = rita.post("/staff/linea", {"azione": "pubblica"})
    assert "Messo in linea" in live.text and teaching.waiting() == []
    number = str(teaching.history()[0].cambiamento.numero)
    assert "annullato" in rita.post("/staff/linea", {"azione": "annulla", "numero": number}).text
    assert rita.post("/staff/linea", {"azione": "annulla", "numero": "999"}).status_code == 422
    assert "annullato da rita" in rita.get("/staff/linea/storia").text
    acts = [a.azione for a in reversed(registro.latest(20, url=url))][1:]
    assert acts == ["fatti cambiati", "fatti messi in linea", "cambiamento annullato"]


def test_an_answer_is_changed_from_its_sheet(entered: Entered, teaching: Didattica) -> None:
    rita, anna = entered("rita"), entered("anna")
    assert "/staff/risposta/uffici.principali" in rita.get("/staff/scheda/uffici.principali").text
    assert "/staff/risposta/" not in anna.get("/staff/scheda/uffici.principali").text
    rita.get("/staff/risposta/uffici.principali")
    broken = {"c.etichetta": "I principali uffici", "c.risposta": "Costa {{ ufficio.inventato.telefono }}", "azione": "anteprima"}
    refused = rita.post("/staff/risposta/uffici.principali", broken)
    assert refused.status_code == 422 and "inventato" in refused.text
    good = {"c.etichetta": "I principali uffici", "c.risposta": "Chieda allo sportello <b>.", "azione": "anteprima"}
    seen = rita.post("/staff/risposta/uffici.principali", good).text
    assert "Chieda allo sportello &lt;b&gt;." in seen and "Cambia una risposta" in seen
    rita.post("/staff/risposta/uffici.principali", {**good, "azione": "salva"})
    assert [s.cambiamento.tipo for s in teaching.waiting()] == ["risposta"]
    assert rita.get("/staff/risposta/uffici.inventata").status_code == 404


def test_a_notice_is_written_and_taken_away(entered: Entered, teaching: Didattica) -> None:
    rita = entered("rita")
    rita.get("/staff/fatti/avviso_sito/nuovo")
    notice = {
        "c.titolo": "Sportello chiuso",
        "c.testo": "Il 2 dicembre lo sportello è chiuso.",
        "c.dal": "2026-12-01",
        "c.al": "2026-12-02",
    }
    empty = rita.post("/staff/fatti/avviso_sito/nuovo", {"azione": "anteprima"})
    assert empty.status_code == 422 and empty.text.count("va compilato") >= 3
    rita.post("/staff/fatti/avviso_sito/nuovo", {**notice, "azione": "salva"})
    path = next(
        p for p in re.findall(r'href="(/staff/fatti/avviso_sito/[^"]+)"', rita.get("/staff/fatti").text) if "nuovo" not in p
    )
    rita.get(path)
    assert "non c&#39;è più" in rita.post(path, {"azione": "togli"}).text
    rita.post(path, {"azione": "salva-togli"})
    assert rita.get(path).status_code == 404


def test_every_form_of_facts_opens(entered: Entered) -> None:
    rita = entered("rita")
    paths = re.findall(r'href="(/staff/fatti/[^"]+)"', rita.get("/staff/fatti").text)
    assert len(paths) > 40
    for path in paths:
        assert rita.get(path).status_code == 200, path
    assert rita.get("/staff/fatti/ufficio/inventato").status_code == 404


def test_a_training_is_shown_and_goes_live_only_on_a_yes(entered: Entered, teaching: Didattica, url: str) -> None:
    rita = entered("rita")
    assert ">Addestra<" not in rita.get("/staff/linea").text, "non c'è niente da imparare"
    nothing = rita.post("/staff/linea", {"azione": "addestra"})
    assert nothing.status_code == 422 and "niente di nuovo" in nothing.text
    numero = addestramenti.create("rita", Versione(1, 0), NOW, url=url)
    outcome = {
        "prove": 10,
        "superate_prima": 9,
        "superate": 9,
        "uguali": 8,
        "peggiorate": [{"nome": "costo del casellario", "che_cosa": ["attesa <x>"]}],
        "migliorate": [{"nome": "saluti"}],
        "ancora_no": [],
        "riuscite": 1,
        "insegnate": [{"domanda": DOG, "voce": "uffici.animali", "prima": "", "dopo": "uffici.animali", "riuscita": True}],
    }
    addestramenti.finish(numero, PRONTO, NOW, impronta="x", esito=outcome, url=url)
    page = rita.get("/staff/linea").text
    assert "9 su 10" in page and "attesa &lt;x&gt;" in page and "Metti in linea" in page
    refused = rita.post("/staff/linea", {"azione": "attiva", "numero": str(numero)})
    assert refused.status_code == 422
    assert rita.post("/staff/linea", {"azione": "attiva", "numero": "77"}).status_code == 422
    assert rita.post("/staff/linea", {"azione": "precedente"}).status_code == 422
    assert rita.post("/staff/linea", {"azione": "esplodi"}).status_code == 422
