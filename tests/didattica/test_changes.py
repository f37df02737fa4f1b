"""Keeping a change: checked first, written whole, undone by another; killed at any moment it leaves readable files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import active
from bot.active import Active
from bot.didattica.changes import Changes, Rifiutato
from bot.didattica.preview import compare
from bot.settings import ROOT
from knowledge import KnowledgeError, Overlay, Versione, load

from .conftest import NOW, Write
from .test_overlay import CLOSED, ENTRY, OFFICE, QUESTIONS


def test_a_change_is_kept_with_its_author_and_waits(changes: Changes, lean: Path) -> None:
    kept = changes.add(OFFICE, "anna", "lo ha detto il direttore")
    assert (kept.numero, kept.autore, kept.quando, kept.motivo) == (1, "anna", NOW, "lo ha detto il direttore")
    changes.add(QUESTIONS, "bruno")
    assert [(s.cambiamento.numero, s.cambiamento.autore, s.insegna, s.attivo) for s in changes.history()] == [
        (2, "bruno", True, False),
        (1, "anna", False, False),
    ]
    active.change(changes.data, lambda now: Active(Versione(0, 1)))
    assert [s.cambiamento.numero for s in changes.waiting()] == [2]
    assert [s.attivo for s in changes.history()] == [False, True]
    assert changes.preview_version() == Versione(0, 1)


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        ({**OFFICE, "ufficio": "cantina"}, "ufficio", "ufficio sconosciuto"),
        ({**ENTRY, "voce": {**ENTRY["voce"], "etichetta": "x" * 41}}, "voce.etichetta", "troppo lungo"),
        (
            {**ENTRY, "voce": {**ENTRY["voce"], "fonti": [{"documento": "boh", "sezione": "1"}]}},
            "voce.fonti.0.documento",
            "sconosciuto",
        ),
        ({"tipo": "annulla", "annulla": 9}, "", "si annulla soltanto"),
        ({"tipo": "avviso_sito", "id": "a", "campi": {**CLOSED, "al": "2026-12-01"}}, "campi", "finisce prima"),
    ],
)
def test_what_is_not_sound_is_refused_by_key_and_nothing_is_written(
    changes: Changes, content: dict, key: str, words: str
) -> None:
    with pytest.raises(Rifiutato) as refused:
        changes.add(content, "anna")
    assert any(name.startswith(key) and words in text for name, text in refused.value.errori.items()), refused.value.errori
    assert changes.overlay() == Overlay()


def test_undoing_is_a_change_and_knows_what_needs_what(changes: Changes) -> None:
    changes.add(ENTRY, "anna")
    changes.add({"tipo": "domande", "voce": "struttura.wi_fi", "domande": ["il wifi funziona?"]}, "anna")
    with pytest.raises(Rifiutato, match="prima del cambiamento 2"):
        changes.undo(1, "bruno")
    changes.undo(2, "bruno")
    with pytest.raises(Rifiutato, match="già annullato"):
        changes.undo(2, "bruno")
    changes.undo(1, "bruno")
    assert changes.overlay().changes == () and [s.cambiamento.numero for s in changes.history()] == [4, 3, 2, 1]
    assert {s.cambiamento.numero: s.annullato.numero for s in changes.history() if s.annullato} == {1: 4, 2: 3}
    changes.undo(4, "anna")
    assert [c.numero for c in changes.overlay().changes] == [1]


def test_a_file_that_nobody_can_read_is_set_aside(changes: Changes, write: Write) -> None:
    changes.add(OFFICE, "anna")
    with pytest.raises(Rifiutato, match="si annulla"):
        changes.set_aside(1)
    broken = write(2)
    with pytest.raises(KnowledgeError):
        changes.overlay()
    assert [g.file for g in changes.problems()] == ["conoscenza/000002.yml"]
    kept = changes.set_aside(2)
    assert kept.exists() and not broken.exists() and changes.problems() == []
    assert changes.add(QUESTIONS, "anna").numero == 2


def test_two_at_once_get_two_numbers(changes: Changes) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: changes.add({**OFFICE, "campi": {"telefono": f"0165.{n}"}}, "anna"), range(4)))
    assert sorted(change.numero for change in made) == [1, 2, 3, 4]
    assert len(changes.overlay().history) == 4


def test_killed_while_writing_it_leaves_files_that_are_read(data: Path, lean: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, timezone\n"
        "from bot.didattica.changes import Changes\n"
        "c = Changes(Path(sys.argv[1]), lambda: datetime.now(timezone.utc), Path(sys.argv[2]))\n"
        "c.checked = lambda *a: None\n"  # as many writes as the disk takes
        "print('via', flush=True)\n"
        "while True: c.add({'tipo': 'ufficio', 'ufficio': 'casellario', 'campi': {'telefono': '0165.' + '1' * 50}}, 'anna')\n"
    )
    for pause in (0.0, 0.05, 0.2):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(data), str(lean)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stdout.readline() == "via\n"
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        Overlay.read(data / "conoscenza")  # whole files only
    changes = Changes(data, lambda: NOW, lean)
    before = len(changes.overlay().history)
    assert before > 0
    assert changes.add(QUESTIONS, "anna").numero == changes.overlay().history[-1].numero == before + 1
    assert not list((data / "conoscenza").glob(".0*"))


def test_the_preview_names_the_answers_that_change_and_no_other(changes: Changes, lean: Path) -> None:
    before = load(lean)
    shown = compare(before, before, NOW.date())
    assert shown.cambi == () and shown.altro == ()
    phone = before.uffici["casellario"].telefono
    citing = {key for key, text in before.testi.items() if phone and phone in text}
    after = changes.checked(*changes.draft(OFFICE, "anna"))
    shown = compare(before, after, NOW.date())
    assert {c.chiave for c in shown.cambi} == citing != set()
    assert all(phone in c.prima and "0165.1" in c.dopo for c in shown.cambi)
    after = changes.checked(*changes.draft({"tipo": "avviso_sito", "id": "a", "campi": CLOSED}, "anna"))
    shown = compare(before, after, NOW.date())
    assert [(c.chiave, c.prima) for c in shown.cambi] == [("sito/a", "")] and "7/12/2026" in shown.cambi[0].dopo
    assert any("risultano chiusi" in line for line in shown.altro)
    assert changes.overlay() == Overlay()  # thought of, not kept
