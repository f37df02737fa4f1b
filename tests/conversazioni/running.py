"""The assistant really running: Rasa and the action server as the launcher starts them, on ports and data of their own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from front.servers import free_port

from bot.chat import READY
from bot.dialogue.reply import payload
from bot.prove.cases import Reply
from bot.settings import ROOT
from bot.supervisor import answers

STOP_SECONDS = 15.0
ANSWER_SECONDS = 20.0


@dataclass
class Assistant:
    """Rasa and its action server."""

    data: Path
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(trust_env=False, timeout=ANSWER_SECONDS, base_url=f"http://127.0.0.1:{self.rasa_port}")

    def start(self) -> None:
        ports = {"RASA_PORT": str(self.rasa_port), "ACTIONS_PORT": str(self.actions_port), "PORT": str(free_port())}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.launcher", "--senza-front"],
            cwd=ROOT,
            env={**os.environ, **ports, "DATI": str(self.data)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith(READY):
                return
        raise AssertionError("L'assistente non è partito:\n" + "".join(said))

    def stop(self) -> int:
        """Ends it politely; the exit status."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode

    def post(self, body: Any) -> httpx.Response:
        return self.client.post("/webhooks/rest/webhook", json=body)

    def send(self, sender: str, message: str) -> Reply:
        started = time.monotonic()
        response = self.post({"sender": sender, "message": message})
        response.raise_for_status()
        return Reply(response.json(), time.monotonic() - started)

    def unanswered(self) -> list[str]:
        """The questions kept for the staff, oldest first."""
        database = self.data / "assistente.db"
        if not database.exists():
            return []
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            return [text for (text,) in db.execute("SELECT testo FROM domande_non_capite ORDER BY id")]

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in (self.data / "log").glob("*.log*"))

    def kill_actions(self) -> None:
        """Ends the action server at once; the launcher will start it again after a pause."""
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            if b"bot.action_server" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        self._wait(lambda: not self.actions_answer())

    def actions_answer(self) -> bool:
        return answers(f"http://127.0.0.1:{self.actions_port}/health")

    def wait_actions(self) -> None:
        self._wait(self.actions_answer)

    @staticmethod
    def _wait(condition: Any, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "non è successo in tempo"
            time.sleep(0.1)


class Conversation:
    """One person's conversation."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.sender = assistant, f"prova-{uuid.uuid4()}"

    def says(self, text: str) -> Reply:
        return self.assistant.send(self.sender, text)

    def presses(self, chiave: str) -> Reply:
        return self.says(payload(chiave))
