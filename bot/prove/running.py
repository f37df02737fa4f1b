"""A Rasa of its own for a model that is to be tried: on free ports, with data that are thrown away."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bot import ports
from bot.launcher import rasa
from bot.prove.cases import Reply
from bot.settings import Settings
from bot.supervisor import Supervisor

ANSWER_SECONDS = 60.0  # at low priority, beside the assistant that people use


class Talker:
    """Holds conversations with the Rasa of a webhook."""

    def __init__(self, client: httpx.Client, webhook: str) -> None:
        self._client, self._webhook = client, webhook

    def conversation(self) -> "Talk":
        """A new one."""
        return Talk(self._client, self._webhook)


class Talk:
    """One conversation. Call it with what is said."""

    def __init__(self, client: httpx.Client, webhook: str) -> None:
        self._client, self._webhook, self._sender = client, webhook, f"prova-{uuid.uuid4()}"

    def __call__(self, text: str) -> Reply:
        """The reply. Raises httpx.HTTPError."""
        started = time.monotonic()
        response = self._client.post(self._webhook, json={"sender": self._sender, "message": text})
        response.raise_for_status()
        return Reply(response.json(), time.monotonic() - started)


@contextmanager
def rasa_of(model: Path, data: Path, values: Settings) -> Iterator[Talker]:
    """A Rasa with a model and the knowledge that is live in a data folder; it ends with the context. Raises StartFailed.

    Without the action server: it only keeps the questions without an answer, and those of a trial are nobody's.
    """
    rasa_port, actions_port = free_ports(2)
    own = values.copy(update={"data_dir": data, "rasa_port": rasa_port, "actions_port": actions_port})
    program = rasa(own, model)
    database = {"DATI": str(data), "DATABASE_URL": f"sqlite:///{data / 'assistente.db'}"}
    program = replace(program, env={**program.env, **database})
    supervisor = Supervisor([program], lambda line: None)
    try:
        supervisor.start()
        with httpx.Client(trust_env=False, timeout=ANSWER_SECONDS) as client:
            yield Talker(client, own.rasa_webhook)
    finally:
        supervisor.stop()


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for opened in sockets:
            opened.bind((ports.LOOPBACK, 0))
        return [int(opened.getsockname()[1]) for opened in sockets]
    finally:
        for opened in sockets:
            opened.close()
