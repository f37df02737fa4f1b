"""The action server listens to this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT
from bot.supervisor import answers

from .test_launcher import wait_for
from .test_ports import free_port


def test_it_serves_the_actions_on_loopback(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "ACTIONS_PORT": str(port), "DATI": str(tmp_path)}
    server = subprocess.Popen([sys.executable, "-m", "bot.action_server"], cwd=ROOT, env=environment)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/health"), seconds=60)
        rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        addresses = [row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port]
        assert addresses == ["0100007F"]
    finally:
        server.terminate()
        assert server.wait(timeout=10) == 0
