"""Speed over REST, side by side: the assistant as `make run` starts it, and a Rasa with one rule and one fixed text."""

from __future__ import annotations

import asyncio
import socket
import statistics
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from bot.launcher import LEAN, QUIET
from bot.ports import LOOPBACK
from bot.supervisor import Program, Supervisor
from bot.warmup import warm_up

from .options import Speed
from .rasa_models import BARE_KEYWORD, RASA
from .running import MeasureFailed, family, load, resident_bytes, say, speaking

READY = "pronto:"
PERCENTILES = 100
AT = 95


@dataclass(frozen=True)
class Run:
    """A number of messages by so many people at once: milliseconds of a reply, replies a second."""

    users: int
    messages: int
    median: float
    p95: float
    rate: float
    load_before: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True)
class Server:
    """A server that was measured: seconds from the command to the first quick reply, bytes in RAM after the last message."""

    start: float
    runs: tuple[Run, ...]
    memory: int
    memory_of_rasa: int

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "runs": [run.as_dict() for run in self.runs]}


@dataclass(frozen=True)
class _Started:
    seconds: float
    webhook: str
    pid: int


def measure_ours(folder: Path, questions: Sequence[str], options: Speed) -> Server:
    """Rasa and the action server, as the launcher starts them; the model is there already."""
    with _ours(folder) as started:
        return _measure(started, questions, options)


def measure_bare(folder: Path, model: Path, questions: Sequence[str], options: Speed) -> Server:
    """The bare Rasa, with the same kind of tracker store. The keyword that its classifier looks for opens each question."""
    with _bare(folder, model) as started:
        return _measure(started, [f"{BARE_KEYWORD}, {text}" for text in questions], options)


def _measure(started: _Started, texts: Sequence[str], options: Speed) -> Server:
    runs, asked = [], 0
    for users in options.utenti:  # other questions for each run: what was asked before is in the encoder's cache
        runs.append(asyncio.run(_ask(started.webhook, texts[asked : asked + options.messaggi], users, options.secondi)))
        asked += options.messaggi
    members = family(started.pid)
    rasa = [pid for pid, command in members.items() if " -m rasa run" in command]
    return Server(started.seconds, tuple(runs), resident_bytes(list(members)), resident_bytes(rasa))


@contextmanager
def _ours(folder: Path) -> Iterator[_Started]:
    rasa_port, actions_port = _free_port(), _free_port()
    env = {"RASA_PORT": str(rasa_port), "ACTIONS_PORT": str(actions_port), "DATI": str(folder)}
    began = time.monotonic()
    say("avvio l'assistente, senza il sito…")
    with speaking([sys.executable, "-m", "bot.launcher", "--senza-front"], READY, env) as process:
        yield _Started(time.monotonic() - began, f"http://{LOOPBACK}:{rasa_port}/webhooks/rest/webhook", process.pid)


@contextmanager
def _bare(folder: Path, model: Path) -> Iterator[_Started]:
    port = _free_port()
    address = f"http://{LOOPBACK}:{port}/webhooks/rest/"
    credentials, endpoints = folder / "credentials.yml", folder / "endpoints.yml"
    credentials.write_text("rest:\n", encoding="utf-8")
    store = f"tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: {folder / 'conversazioni.db'}\n"
    endpoints.write_text(store, encoding="utf-8")
    files = ["--model", str(model), "--endpoints", str(endpoints), "--credentials", str(credentials)]
    command = [*RASA, "run", *files, "-i", LOOPBACK, "-p", str(port)]
    env = {**QUIET, **LEAN, "LOG_LEVEL": "WARNING", "SANIC_WORKERS": "1"}
    program = Program("la Rasa minima", command, folder / "rasa.log", address, env)
    supervisor, began = Supervisor([program], say), time.monotonic()
    say("avvio la Rasa minima…")
    try:
        supervisor.start()
        warm_up(f"{address}webhook")
        assert program.process
        yield _Started(time.monotonic() - began, f"{address}webhook", program.process.pid)
    finally:
        supervisor.stop()


async def _ask(webhook: str, texts: Sequence[str], users: int, most_seconds: float) -> Run:
    """Every text once, each from a sender of its own, by so many people who wait for a reply before asking again."""
    waiting, spent = iter(texts), []  # type: Iterator[str], list[float]
    before, began = load(), time.monotonic()

    async def person(client: httpx.AsyncClient) -> None:
        for text in waiting:
            if time.monotonic() - began > most_seconds:
                return
            asked = time.perf_counter()
            response = await client.post(webhook, json={"sender": f"misura-{uuid.uuid4()}", "message": text})
            spent.append((time.perf_counter() - asked) * 1000)
            if response.status_code != httpx.codes.OK or not response.json():
                raise MeasureFailed(f"{webhook} ha risposto {response.status_code}: {response.text[:200]}")

    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    async with httpx.AsyncClient(trust_env=False, timeout=60.0, limits=limits) as client:
        await asyncio.gather(*(person(client) for _ in range(users)))
    took = time.monotonic() - began
    p95 = statistics.quantiles(spent, n=PERCENTILES)[AT - 1]
    return Run(users, len(spent), round(statistics.median(spent), 2), round(p95, 2), round(len(spent) / took, 1), before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
