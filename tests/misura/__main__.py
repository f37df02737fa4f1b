"""`python -m tests.misura`: measure understanding and speed in one run, print one table, keep the figures in var/misura.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.launcher import QUIET
from bot.settings import settings
from bot.training import TrainingFailed
from knowledge import load as load_knowledge

from . import speed, understanding
from .held_out import Judge, questions
from .options import Options, read
from .rasa_models import bare_model, own_model
from .report import show_speed, show_understanding
from .running import MeasureFailed, load
from .speed import Server
from .table import Table

PARTS = ("comprensione", "velocita")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="tests.misura", description="Misura quanto bene e quanto in fretta si risponde.")
    parser.add_argument("--solo", choices=PARTS, help="una sola delle due parti (senza, tutte e due)")
    only = parser.parse_args().solo
    os.environ.update(QUIET)
    try:
        with tempfile.TemporaryDirectory(prefix="misura-") as folder:
            result, table = measure(Path(folder), [only] if only else list(PARTS), read())
    except (MeasureFailed, TrainingFailed) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    print(f"\n{table}\nCarico della macchina: {result['carico']}. I numeri sono anche in {keep(result)}")
    return 0


def keep(result: dict[str, Any]) -> Path:
    """Write what was measured so far, so that a measure that is interrupted is not lost; where."""
    kept = settings().data_dir / "misura.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return kept


def measure(folder: Path, parts: list[str], options: Options) -> tuple[dict[str, Any], Table]:
    """Everything that was asked for: the figures, and the table that shows them."""
    began, table, conoscenza = time.monotonic(), Table(), load_knowledge()
    now = datetime.now().isoformat(timespec="minutes")
    result: dict[str, Any] = {
        "quando": now,
        "processori": os.cpu_count(),
        "opzioni": options.dict(),
        "carico": {"inizio": load()},
    }
    model, seconds = own_model(folder)
    result["addestramento"] = round(seconds, 1)
    if "velocita" in parts:
        ours, bare = _speed(folder, model, Judge(conoscenza), options)
        result["velocita"] = {"assistente": ours.as_dict(), "rasa_minima": bare.as_dict()}
        show_speed(table, ours, bare, seconds, options)
        keep(result)
    if "comprensione" in parts:
        understood = understanding.measure(model, folder, options, conoscenza)
        result["comprensione"] = understood.as_dict()
        show_understanding(table, understood, options)
    result["carico"]["fine"], result["minuti"] = load(), round((time.monotonic() - began) / 60, 1)
    return result, table


def _speed(folder: Path, model: Path, judge: Judge, options: Options) -> tuple[Server, Server]:
    asked = [q.text for q in questions() if judge.scope(q) != "emergenza"]
    fixed = bare_model(folder / "minima")
    (folder / "dati").mkdir()
    ours = speed.measure_ours(folder / "dati", asked, options.velocita)
    return ours, speed.measure_bare(folder / "minima", fixed, asked, options.velocita)


if __name__ == "__main__":
    sys.exit(main())
