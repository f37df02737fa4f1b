"""The launcher's own serve() with a switcher and stand-ins: fake_launcher.py DATA SITE_PORT RASA_PORT.

The stand-in for Rasa says in its log for which version it was started; a version of which DATA/rotte names the number of facts
never comes up, one of which DATA/mute does comes up and cannot answer.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

from bot import active, processes
from bot.launcher import guarded, serve
from bot.supervisor import Program
from bot.switch import Switcher
from knowledge import Versione

SERVER = str(Path(__file__).parent.parent / "avvio" / "fake_server.py")


def named(data: Path, file: str) -> list[str]:
    path = data / file
    return path.read_text().split() if path.exists() else []


def program(data: Path, name: str, port: str, command: list[str] | None = None) -> Program:
    return Program(name, command or [sys.executable, SERVER, port], data / f"{name}.log", f"http://127.0.0.1:{port}/")


def rasa(data: Path, port: str, versione: Versione) -> list[Program]:
    with (data / "avvii").open("a") as file:
        file.write(f"{versione}\n")
    falls = [sys.executable, "-c", "raise SystemExit(3)"] if str(versione.fatti) in named(data, "rotte") else None
    return [program(data, "rasa", port, falls)]


if __name__ == "__main__":
    processes.STOP_SECONDS = 1.0
    folder, site, inner = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    switcher = Switcher(
        folder,
        lambda versione: rasa(folder, inner, versione),
        lambda: str(active.read(folder).attivo.fatti) not in named(folder, "mute"),
        lambda: datetime(2026, 11, 21, 18, 0, tzinfo=timezone.utc),
        lambda line: print(line, flush=True),
    )
    first = [program(folder, "sito", site), *rasa(folder, inner, active.read(folder).attivo)]
    sys.exit(guarded(lambda: serve(first, lambda: print("pronto: finto", flush=True), switcher)))
