"""The launcher's own serve() with stand-ins for its programs: fake_launcher.py FOLDER PORT PORT..., one program a port."""

from __future__ import annotations

import sys
from pathlib import Path

from bot import processes
from bot.launcher import guarded, serve
from bot.supervisor import Program

SERVER = str(Path(__file__).with_name("fake_server.py"))


def program(folder: Path, port: str, *options: str) -> Program:
    command = [sys.executable, SERVER, port, *options]
    return Program(f"finto-{port}", command, folder / f"{port}.log", f"http://127.0.0.1:{port}/")


if __name__ == "__main__":
    processes.STOP_SECONDS = 1.0  # the deaf one is not waited for as long as a real program
    folder, ports = Path(sys.argv[1]), sys.argv[2:]
    options = ("--figlio", str(folder / "figlio"))
    programs = [program(folder, ports[0], *options), *[program(folder, port, "--sordo") for port in ports[1:]]]
    sys.exit(guarded(lambda: serve(programs, lambda: print("pronto: finto", flush=True))))
