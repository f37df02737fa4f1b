"""`make verifica`: whoever breaks a knowledge file reads in Italian which file, which key, and what is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import KnowledgeError, load
from knowledge import verify as verifica
from knowledge.loader import FOLDER, Guasto
from knowledge.verify import verify

from .lean import Content, Slip, lean_knowledge, spoil

CASELLARIO = "argomenti/casellario.yml"


@pytest.fixture(scope="session")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lean_knowledge(tmp_path_factory.mktemp("conoscenza"))


@pytest.fixture
def folder(lean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lean, tmp_path / "knowledge"))


def edition(**changes: Any) -> Slip:
    """Change the first edition of the first table of a file; None takes a key away."""

    def slip(content: Content) -> None:
        first = content["tariffe"][0]["edizioni"][0]
        first.update(changes)
        for key in [k for k, v in changes.items() if v is None]:
            del first[key]

    return slip


def one_more_edition(**changes: Any) -> Slip:
    """Add a later edition to the first table of a file."""

    def slip(content: Content) -> None:
        editions = content["tariffe"][0]["edizioni"]
        editions.append({**editions[-1], "edizione": "9999", **changes})

    return slip


def entry(key: str, value: Any) -> Slip:
    return lambda content: content["voci"][0].__setitem__(key, value)


def without(*keys: str) -> Slip:
    return lambda content: [content["voci"][0].pop(key) for key in keys]


def same_question(content: Content) -> None:
    first, second = content["voci"][:2]
    second["domande"].append(first["domande"][0].upper() + " ?!")


def closure(**values: Any) -> Slip:
    """A closure like the commented example of chiusure.yml, with some other values."""
    good = {"id": "ponte", "dal": "2026-11-02", "al": "2026-11-02", "dalle": "8.30", "uffici": ["casellario"], "motivo": "ponte"}
    return lambda content: content.update(chiusure=[{**good, **values}])


def notice(**values: Any) -> Slip:
    good = {"id": "ponte", "titolo": "Chiuso", "testo": "Chiuso.", "dal": "2026-11-02", "al": "2026-11-02", "chiude": ["urapi"]}
    return lambda content: content.update(avvisi_del_sito=[{k: v for k, v in {**good, **values}.items() if v is not None}])


def recurring(**values: Any) -> Slip:
    return lambda content: content["ricorrenze"][0].update(values)


def twice(content: Content) -> None:
    content["ricorrenze"] *= 2


CERTIFICATI = "tariffe/certificati.yml"
CHIUSURE = "chiusure.yml"
HANDOVER = "passaggio.yml"
SLIPS: list[tuple[str, Slip, str, str]] = [
    # file, what goes wrong, the key and the words of the message
    (CASELLARIO, without("fonti"), "voci.0.fonti", "manca la fonte"),
    (CASELLARIO, entry("fonti", []), "voci.0.fonti", "manca la fonte"),
    (CASELLARIO, lambda c: c.pop("fonti"), "fonti", "manca la fonte"),
    (CASELLARIO, lambda c: c["moduli"].append("A12"), "moduli.4", "codice di modulo sconosciuto: A12"),
    ("moduli.yml", lambda c: c["moduli"][0].update(codice="D01"), "moduli.0.codice", "codice di modulo sconosciuto: D01"),
    (CASELLARIO, lambda c: c.update(ufficio="anagrafe"), "ufficio", "ufficio sconosciuto: anagrafe"),
    ("profilo.yml", lambda c: c.update(sportello="portineria"), "sportello", "ufficio sconosciuto: portineria"),
    (CASELLARIO, lambda c: c["voci"].append(dict(c["voci"][0])), "voci.{last}.id", "compare due volte"),
    ("uffici.yml", lambda c: c["uffici"].append(dict(c["uffici"][0])), "uffici.{last}.id", "«urapi» compare due volte"),
    (CERTIFICATI, edition(valori={"importi": {"ordinario": 3.87}}), "importi.ordinario", "importo non valido: 3.87"),
    (CERTIFICATI, edition(valori={"importi": {"ordinario": "3.87"}}), "importi.ordinario", 'per esempio "1.276,50"'),
    (CERTIFICATI, edition(valori={"importi": {"ordinario": 4}}), "importi.ordinario", "importo non valido: 4"),
    (CERTIFICATI, edition(in_vigore_dal="10/08/2018"), "tariffe.0.edizioni.0.in_vigore_dal", "data non valida"),
    (CERTIFICATI, edition(in_vigore_dal=2018), "tariffe.0.edizioni.0.in_vigore_dal", "data non valida"),
    ("avvisi.yml", lambda c: c["avvisi"][0].update(dal="maggio 2025"), "avvisi.0.dal", "data non valida"),
    (CASELLARIO, entry("risposta", ""), "voci.0.risposta", "il testo è vuoto"),
    (CASELLARIO, entry("risposta", None), "voci.0.risposta", "è vuoto"),
    (CASELLARIO, entry("risposta", "Una riga.\n\nUn'altra."), "voci.0.risposta", "riga vuota"),
    (CASELLARIO, entry("etichetta", "x" * 41), "voci.0.etichetta", "troppo lungo (al massimo 40 caratteri)"),
    (CASELLARIO, entry("id", "Che cos'è"), "voci.0.id", "deve essere in minuscolo"),
    (CASELLARIO, entry("fonti", [{"documento": "carta", "sezione": "99"}]), "voci.0.fonti.0.sezione", "non ha la sezione «99»"),
    (CASELLARIO, entry("fonti", [{"documento": "carta"}]), "voci.0.fonti.0", "manca la sezione"),
    (CASELLARIO, entry("fonti", [{"documento": "blog"}]), "voci.0.fonti.0", "manca la sezione"),
    (
        CASELLARIO,
        entry("fonti", [{"documento": "blog", "sezione": "1"}]),
        "voci.0.fonti.0.documento",
        "documento sconosciuto: blog",
    ),
    (CASELLARIO, entry("fonti", [{"documento": "pubblica"}]), "voci.0.fonti.0", "una fonte pubblica deve avere un titolo"),
    (CASELLARIO, entry("rispota", "Sì."), "voci.0.rispota", "chiave sconosciuta"),
    (CASELLARIO, without("risposta"), "voci.0.risposta", "manca (è obbligatorio)"),
    (CASELLARIO, lambda c: c.update(tipo="informazioni"), "tipo", ""),
    (CASELLARIO, lambda c: c.update(id="cassellario"), "id", "deve essere il nome del file"),
    (CASELLARIO, lambda c: c.update(avvisi=["chiusura"]), "avvisi.0", "avviso sconosciuto: chiusura"),
    (CASELLARIO, entry("risposta", "Vada: {{ ufficio.xyz.dove }}."), "voci.0.risposta", "riferimento sbagliato nel testo"),
    (CASELLARIO, entry("risposta", "Costa {{ importo.marca }}."), "voci.0.risposta", "riferimento sbagliato nel testo"),
    (CASELLARIO, entry("risposta", "Telefono {{ ufficio.dibattimento.telefono }}."), "voci.0.risposta", "riferimento sbagliato"),
    (CASELLARIO, entry("risposta", "Costa {{ importo.marca_bollo ."), "voci.0.risposta", "riferimento sbagliato nel testo"),
    (CASELLARIO, lambda c: c.update(sintesi="Si veda {{ modulo.A99 }}."), "sintesi", "riferimento sbagliato nel testo"),
    ("uffici.yml", lambda c: c["uffici"][0]["orari"][0].update(dalle="8,30"), "uffici.0.orari.0.dalle", "ora non valida"),
    (HANDOVER, lambda c: c.update(ufficio="portineria"), "ufficio", "ufficio sconosciuto: portineria"),
    (HANDOVER, lambda c: c.update(per_operatore=0), "per_operatore", "deve essere almeno 1"),
    (HANDOVER, lambda c: c.update(attivo="forse"), "attivo", "deve essere true o false"),
    (HANDOVER, lambda c: c["testi"].update(preso="Le risponde {cognome}."), "testi.preso", "{cognome} non esiste"),
    (HANDOVER, lambda c: c["foglie"]["coda"].update(testo="Posto {x}."), "foglie.coda.testo", "{x} non esiste"),
    (HANDOVER, lambda c: c["testi"].update(chiuso="Vada {{ ufficio.xyz.dove }}."), "testi.chiuso", "riferimento sbagliato"),
    (HANDOVER, lambda c: c["testi"].pop("preso"), "testi.preso", "manca (è obbligatorio)"),
    (HANDOVER, lambda c: c["pulsanti"].update(domanda="x" * 41), "pulsanti.domanda", "troppo lungo"),
    (
        "uffici.yml",
        lambda c: c["uffici"][0]["orari"][0].update(giorni=["lunedi"]),
        "orari.0.giorni.0",
        "giorno sconosciuto: lunedi",
    ),
    ("importi.yml", lambda c: c["importi"].update(x=["bollo.y"]), "importi.x", "la casella «bollo.y» non c'è"),
    ("chiarimenti.yml", lambda c: c["chiarimenti"][0]["opzioni"].append("boh"), "chiarimenti.0.opzioni", "sconosciuto: boh"),
    ("aspetti.yml", lambda c: c["aspetti"][0].update(ripiego=["quanto"]), "aspetti.0.ripiego", "aspetto sconosciuto: quanto"),
    ("moduli.yml", lambda c: c["moduli"][0]["servizi"].append("boh"), "moduli.0.servizi", "argomento sconosciuto: boh"),
    (
        "documenti.yml",
        lambda c: c["documenti"][0]["sezioni"].update({"12": "Nuova"}),
        "carta.12",
        "nessuna risposta cita questa sezione",
    ),
    (CERTIFICATI, edition(atto=None), "tariffe.0.edizioni.0.atto", "manca (è obbligatorio)"),
    (CERTIFICATI, edition(valori={"importi": {}}), "tariffe.0.edizioni.0.valori", "non contiene nessun importo"),
    (CERTIFICATI, one_more_edition(in_vigore_dal="2018-08-10"), "diritto_certificato.9999", "si sovrappone all'edizione 2018"),
    (CERTIFICATI, one_more_edition(in_vigore_dal="2017-01-01"), "diritto_certificato.9999", "si sovrappone all'edizione 2018"),
    (CASELLARIO, entry("domande", ["Perché?"]), "che_cosa.domande", "servono almeno 3 modi diversi di chiederlo"),
    (CASELLARIO, entry("id", "che_cosa_e_poi_questo_certificato_del_casellario"), "id", "id troppo lungo"),
    (CASELLARIO, same_question, ".domande", "è già tra le domande di casellario."),
    ("uffici.yml", lambda c: c["uffici"][0]["orari"][0].update(alle="8.00"), "uffici.0.orari.0", "chiude prima di aprire"),
    ("uffici.yml", lambda c: c["uffici"][0]["orari"][0].update(alle="25.00"), "uffici.0.orari.0.alle", "ora non valida"),
    (CHIUSURE, closure(uffici=["portineria"]), "chiusure.0.uffici", "ufficio sconosciuto: portineria"),
    (CHIUSURE, closure(uffici=[]), "chiusure.0.uffici", "l'elenco è vuoto"),
    (CHIUSURE, closure(al="2026-11-01"), "chiusure.0", "finisce prima di cominciare (al)"),
    (CHIUSURE, closure(alle="8.00"), "chiusure.0", "finisce prima di cominciare (alle)"),
    (CHIUSURE, closure(dal="2 novembre"), "chiusure.0.dal", "data non valida: si scrive 2025-05-12"),
    (CHIUSURE, closure(dalle=8.3), "chiusure.0.dalle", "ora non valida"),
    (CHIUSURE, closure(perche="ponte"), "chiusure.0.perche", "chiave sconosciuta"),
    (CHIUSURE, notice(chiude=["portineria"]), "avvisi_del_sito.0.chiude", "ufficio sconosciuto: portineria"),
    (CHIUSURE, notice(al=None), "avvisi_del_sito.0", "deve dire anche fino a quando (al)"),
    (CHIUSURE, notice(chiude=[], motivo="ponte"), "avvisi_del_sito.0", "solo in un avviso che chiude un ufficio"),
    (CHIUSURE, notice(mostra_dal="2026-11-03"), "avvisi_del_sito.0", "quando è già finito (mostra_dal)"),
    (CHIUSURE, notice(titolo="chiuso " * 20), "avvisi_del_sito.0.titolo", "è troppo lungo"),
    (CHIUSURE, recurring(giorno="31 settembre"), "ricorrenze.0.giorno", "giorno non valido: '31 settembre'"),
    (CHIUSURE, recurring(giorno="2026-09-07"), "ricorrenze.0.giorno", "Si scrive per esempio 7 settembre"),
    (CHIUSURE, recurring(fonti=[]), "ricorrenze.0.fonti", "manca la fonte"),
    (CHIUSURE, recurring(fonti=[{"documento": "carta", "sezione": "99"}]), "ricorrenze.0.fonti", "non ha la sezione «99»"),
    (CHIUSURE, twice, "ricorrenze", "«san_grato» compare due volte"),
]


def last_place(folder: Path, file: str, key: str) -> str:
    if "{last}" not in key:
        return key
    content = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    return key.replace("{last}", str(len(content[key.partition(".")[0]]) - 1))


def test_the_knowledge_as_it_is_has_no_fault() -> None:
    faults, summary = verify()
    assert [str(fault) for fault in faults] == []
    assert "argomenti" in summary


@pytest.mark.parametrize("text", ["", "# niente\n", "ricorrenze:\nchiusure: []\navvisi_del_sito: []\n", None])
def test_the_closures_may_be_left_empty(folder: Path, text: str | None) -> None:
    path = folder / CHIUSURE
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert verify(folder)[0] == []
    calendario = load(folder).calendario
    assert not calendario.ricorrenze and not list(calendario.tutte())


def test_the_examples_of_the_closures_are_good(folder: Path) -> None:
    """The commented lines of chiusure.yml, with the comment signs taken away, as a clerk would."""
    path = folder / CHIUSURE
    text = (FOLDER / CHIUSURE).read_text(encoding="utf-8")
    text = text.replace("#   ", "  ").replace("chiusure: []", "").replace("avvisi_del_sito: []", "")
    text = text.replace("# Le chiusure straordinarie", "chiusure:\n# Le chiusure straordinarie")
    path.write_text(text.replace("# Gli avvisi in cima al sito. Con", "avvisi_del_sito:\n# Con"), encoding="utf-8")
    calendario = load(folder).calendario
    assert [c.id for c in calendario.tutte()] == ["formazione", "ponte_ognissanti"]


def test_the_lean_copy_has_no_fault(folder: Path) -> None:
    assert verify(folder)[0] == []


@pytest.mark.parametrize(("file", "slip", "key", "words"), SLIPS, ids=[f"{n:02d}-{s[2]}" for n, s in enumerate(SLIPS)])
def test_a_slip_is_found_and_told(folder: Path, file: str, slip: Slip, key: str, words: str) -> None:
    spoil(folder, file, slip)
    faults, _ = verify(folder)
    key = last_place(folder, file, key)
    mine = [f for f in faults if f.file in (file, "tariffe/") and key in f.chiave and words in f.messaggio]
    assert mine, "\n".join(map(str, faults))
    told = str(mine[0])
    assert told.startswith(mine[0].file) and f"«{mine[0].chiave}»: " in told
    assert [word for word in ("field", "value", "type", "error", "object", "permitted", "__root__") if word in told.lower()] == []


def test_the_line_is_the_one_to_correct(folder: Path) -> None:
    spoil(folder, CASELLARIO, entry("fonti", [{"documento": "carta", "sezione": "99"}]))
    (fault,) = [f for f in verify(folder)[0] if f.file == CASELLARIO]
    assert fault.riga is not None
    assert "'99'" in (folder / CASELLARIO).read_text(encoding="utf-8").splitlines()[fault.riga - 1]
    assert f"riga {fault.riga}" in str(fault)


def test_every_fault_is_told_not_the_first_only(folder: Path) -> None:
    spoil(folder, CASELLARIO, without("fonti"))
    spoil(folder, "profilo.yml", lambda content: content.pop("nome"))
    spoil(folder, CERTIFICATI, edition(atto=None))
    assert {fault.file for fault in verify(folder)[0]} >= {CASELLARIO, "profilo.yml", CERTIFICATI}


def rewrite(folder: Path, file: str, change: Callable[[str], str]) -> None:
    path = folder / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_key_written_twice(folder: Path) -> None:
    rewrite(folder, CASELLARIO, lambda text: text + "\ntipo: informazione\n")
    (fault,) = [f for f in verify(folder)[0] if f.file == CASELLARIO]
    assert "la chiave «tipo» compare due volte" in fault.messaggio
    assert fault.riga and fault.riga > 1


def test_a_telephone_without_quotes(folder: Path) -> None:
    """To YAML, digits that begin with 0 are an octal number: 0165306254 would become 30772396 without a word."""
    rewrite(folder, "uffici.yml", lambda text: re.sub(r"telefono: .*", "telefono: 0165306254", text, count=1))
    (fault,) = [f for f in verify(folder)[0] if f.file == "uffici.yml"]
    assert "virgolette" in fault.messaggio and fault.riga


@pytest.mark.parametrize("broken", ["voci: [uno, due\n", "nome: 'senza fine\n", "\tnome: x\n", "a: b: c\n", ": :\n - x\n"])
def test_broken_yaml(folder: Path, broken: str) -> None:
    rewrite(folder, CASELLARIO, lambda text: text + "\n" + broken)
    faults = [f for f in verify(folder)[0] if f.file == CASELLARIO]
    assert [f.messaggio for f in faults if f.messaggio.startswith("non è YAML valido")]
    assert all(f.riga for f in faults)


@pytest.mark.parametrize("content", ["", "# solo un commento\n", "- uno\n- due\n", "testo\n", "42\n"])
def test_a_file_that_is_no_block_of_keys(folder: Path, content: str) -> None:
    (folder / "uffici.yml").write_text(content, encoding="utf-8")
    (fault,) = [f for f in verify(folder)[0] if f.file == "uffici.yml"]
    assert "vuoto o non è un blocco di chiavi" in fault.messaggio


@pytest.mark.parametrize("file", ["profilo.yml", "uffici.yml", "importi.yml"])
def test_a_file_that_is_not_there(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert [f.messaggio for f in verify(folder)[0] if f.file == file] == ["il file non c'è"]


# What a text editor or a moment of distraction makes of a file: never a traceback.
ODD: list[tuple[str, Slip]] = [
    ("importi.yml", lambda c: c.update(importi=["marca_bollo"])),
    ("importi.yml", lambda c: c["importi"].update(marca_bollo="imposta_bollo.marca")),
    ("importi.yml", lambda c: c["importi"].update(marca_bollo=None)),
    ("importi.yml", lambda c: c["importi"].update(marca_bollo=16)),
    ("uffici.yml", lambda c: c.update(uffici={"urapi": {}})),
    ("uffici.yml", lambda c: c.update(uffici="urapi")),
    ("uffici.yml", lambda c: c["uffici"].append("urapi")),
    ("uffici.yml", lambda c: c["uffici"][0].update(fonti="carta")),
    ("uffici.yml", lambda c: c["uffici"][0].update(id=7)),
    ("uffici.yml", lambda c: c["uffici"][0].update({1: "uno"})),
    (CASELLARIO, lambda c: c.update(voci="nessuna")),
    (CASELLARIO, lambda c: c.update(voci=None)),
    (CASELLARIO, lambda c: c.update(domande=None)),
    (CASELLARIO, entry("fonti", ["carta 5.1"])),
    (CASELLARIO, entry("domande", "perché?")),
    (CASELLARIO, entry("domande", [None])),
    (CASELLARIO, entry("risposta", ["una", "due"])),
    (CASELLARIO, entry("risposta", "{% for x in range(10**9) %}a{% endfor %}")),
    (CASELLARIO, entry("risposta", "{{ 1/0 }}")),
    (CASELLARIO, entry("risposta", "{{ importo['marca_bollo'] + 1 }}")),
    ("profilo.yml", lambda c: c.update(tariffe_pubblicate_al=None)),
    (CERTIFICATI, lambda c: c.update(tariffe=None)),
    (CERTIFICATI, lambda c: c["tariffe"][0].update(edizioni=[])),
    (CERTIFICATI, edition(valori=None)),
]  # fmt: skip


@pytest.mark.parametrize(("file", "slip"), ODD, ids=[f"{n:02d}-{s[0]}" for n, s in enumerate(ODD)])
def test_an_odd_shape_is_a_fault_not_a_crash(folder: Path, file: str, slip: Slip) -> None:
    spoil(folder, file, slip)
    faults, _ = verify(folder)
    assert [f for f in faults if f.file == file], "\n".join(map(str, faults))


def test_a_file_saved_in_another_encoding(folder: Path) -> None:
    """As an old Windows editor saves it."""
    path = folder / CASELLARIO
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", "replace"))
    assert [f.file for f in verify(folder)[0]] and verify(folder)[0][0].file == CASELLARIO


def test_a_file_saved_with_a_byte_order_mark(folder: Path) -> None:
    """As Windows' Notepad saves it: it is the same file."""
    path = folder / CASELLARIO
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert verify(folder)[0] == []


def test_load_refuses_what_verify_refuses(folder: Path) -> None:
    spoil(folder, CASELLARIO, without("fonti"))
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    assert "casellario.yml" in str(refused.value) and "manca la fonte" in str(refused.value)


def test_the_command_line(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["verify", str(folder)])
    assert verifica.main() == 0
    assert capsys.readouterr().out.startswith("✓ La conoscenza è in ordine")
    spoil(folder, CASELLARIO, without("fonti"))
    assert verifica.main() == 1
    said = capsys.readouterr().out
    assert "✗ argomenti/casellario.yml" in said and "1 problemi da correggere." in said


def test_a_fault_reads_well() -> None:
    assert str(Guasto("uffici.yml", "uffici.0.nome", "manca", 4)) == "uffici.yml, riga 4: «uffici.0.nome»: manca"
    assert str(Guasto("uffici.yml", "", "il file non c'è")) == "uffici.yml: il file non c'è"
