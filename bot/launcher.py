"""`python -m bot.launcher`: the front, Rasa and the action server, started, watched and stopped together."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import FrameType

import httpx

from bot import active, ports
from bot.settings import ROOT, Settings, SettingsError, settings
from bot.storage.database import ArchivioNonDisponibile, engine
from bot.supervisor import Program, StartFailed, Supervisor
from bot.switch import NOT_UP, Switcher
from bot.training import TrainingFailed, ensure_model_in_use, find_model, fingerprint
from bot.warmup import answers_questions, warm_up
from knowledge import KnowledgeError, Overlay, Versione

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
LEAN = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}  # one sentence at a time: threads only cost
UNPROXIED = ("--no-proxy-headers",)  # whose word is taken for who asks is a setting, PROXY_FIDATI (bot/front/web.py)
PYTHON = (sys.executable, "-m")


def rasa(values: Settings, model: Path) -> Program:
    """Rasa, on loopback. At WARNING it writes no user text to its log."""
    files = ["--model", str(model), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return Program(
        name="Rasa",
        command=[*PYTHON, "rasa", "run", *files, "-i", ports.LOOPBACK, "-p", str(values.rasa_port)],
        log=values.log_dir / "rasa.log",
        health=values.rasa_health,
        env={
            **QUIET,
            **LEAN,
            "ACTIONS_PORT": str(values.actions_port),
            "TRACKER_DB": str(values.tracker_db),
            "LOG_LEVEL": "WARNING",
            "SANIC_WORKERS": "1",
        },
    )


def action_server(values: Settings) -> Program:
    """The custom actions, on loopback."""
    return Program(
        name="il server delle azioni",
        command=[*PYTHON, "bot.action_server"],
        log=values.log_dir / "azioni.log",
        health=f"{values.actions_url}/health",
        env={**QUIET, **LEAN},
    )


def front(values: Settings) -> Program:
    """What the public sees. No access log: who asked and when is nobody's business."""
    options = ["--host", ports.ANYONE, "--port", str(values.port), "--log-level", values.log_level.lower()]
    return Program(
        name="il sito",
        command=[
            *PYTHON,
            "uvicorn",
            "bot.front.app:app",
            *options,
            "--no-access-log",
            "--no-server-header",
            *UNPROXIED,
            "--ws",
            "none",
        ],
        log=values.log_dir / "sito.log",
        health=f"http://{ports.LOOPBACK}:{values.port}/salute",
    )


def port_problems(values: Settings, with_front: bool) -> list[str]:
    """What stands in the way of the ports, in Italian."""
    wanted = [(ports.LOOPBACK, values.rasa_port, "RASA_PORT"), (ports.LOOPBACK, values.actions_port, "ACTIONS_PORT")]
    if with_front:
        wanted.insert(0, (ports.ANYONE, values.port, "PORT"))
    return [found for host, port, variable in wanted if (found := ports.problem(host, port, variable))]


def prepare_database(values: Settings) -> None:
    """Bring the tables up to date before anybody uses them. Raises StartFailed."""
    try:
        engine(values.database_url).dispose()  # its connections would only wait, here
    except ArchivioNonDisponibile as error:
        raise StartFailed(
            f"La banca dati non si può usare ({error}). Controlli che esista, che si raggiunga e che si possa scrivere "
            "(DATABASE_URL in docs/impostazioni.md), e che non sia stata usata da una versione più recente del programma."
        ) from error


def say(line: str) -> None:
    """Tell the person who started us."""
    print(f"  {line}", flush=True)


def seconds(value: float) -> str:
    """Seconds as Italians write them."""
    return f"{value:.1f} s".replace(".", ",")


def interruptible() -> None:
    """Make every polite way of ending us look like Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants us to survive the terminal
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def deaf(_signal: int, _frame: FrameType | None) -> None:
    """While stopping, a second Ctrl-C changes nothing: it takes a few seconds at most."""


def serve(programs: list[Program], ready: Callable[[], None], switcher: Switcher | None = None) -> None:
    """Start the programs, say when they are ready, and keep them alive until interrupted; whatever happens, none is left.

    switcher: what takes other programs in their place when another version of the knowledge is to be live.
    """
    supervisor = Supervisor(programs, say)
    with ExitStack() as stack:
        stack.callback(stop, supervisor)
        if switcher is None:
            supervisor.start()
        else:
            switcher.first_start(supervisor)
        ready()
        supervisor.watch(lambda: switcher.look(supervisor) if switcher else None)


def first_model(values: Settings) -> Path:
    """The model of the knowledge that is live, trained if need be. Raises TrainingFailed.

    A version that has never come up, and for which there is no model nor can one be trained, is given up for the former one.
    """
    now = active.read(values.data_dir)
    try:
        return ensure_model_in_use(say, values.data_dir)
    except TrainingFailed as error:
        if now.attivo == now.buono:
            raise
        say(str(error))
        active.change(values.data_dir, lambda found: found.gone_back(now.attivo, NOT_UP, utc_now()))
        return ensure_model_in_use(say, values.data_dir)


def switched(values: Settings, versione: Versione) -> list[Program]:
    """The programs that know a version of the taught knowledge. Raises StartFailed when there is no model for it."""
    try:
        name = fingerprint(ROOT, Overlay.read(active.changes_folder(values.data_dir), versione))
    except KnowledgeError as error:
        raise StartFailed(f"I cambiamenti della versione {versione} non si leggono.\n{error}") from error
    model = find_model(name, ROOT, active.models_folder(values.data_dir))
    if model is None:
        raise StartFailed(f"Per la versione {versione} della conoscenza non c'è un modello.")
    return [rasa(values, model), action_server(values)]


def works(values: Settings) -> bool:
    """Whether Rasa answers questions, the first ones asked by us."""
    if not answers_questions(values.rasa_webhook):
        return False
    with suppress(httpx.HTTPError):  # slow at worst
        warm_up(values.rasa_webhook)
    return True


def utc_now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(timezone.utc)


def stop(supervisor: Supervisor) -> None:
    """Stop everything and say how long it took."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, deaf)
    started = time.monotonic()
    supervisor.stop()
    say(f"tutto fermo ({seconds(time.monotonic() - started)}).")


def run(values: Settings, with_front: bool) -> None:
    """Everything, from the check of the ports to the end."""
    started = time.monotonic()
    if problems := port_problems(values, with_front):
        raise StartFailed("\n  ".join(problems))
    values.log_dir.mkdir(parents=True, exist_ok=True)
    prepare_database(values)
    model = first_model(values)
    trained = time.monotonic()
    say(f"modello pronto: {model.name} ({seconds(trained - started)})")
    programs = [rasa(values, model), action_server(values)]
    if with_front:
        programs.insert(0, front(values))

    def ready() -> None:
        up = time.monotonic()
        say(f"processi avviati ({seconds(up - trained)})")
        try:
            last = warm_up(values.rasa_webhook)
            say(f"prime risposte provate: l'ultima in {last * 1000:.0f} ms ({seconds(time.monotonic() - up)})")
        except httpx.HTTPError as error:
            say(f"Rasa non ha risposto alle domande di prova ({type(error).__name__}). Registro: {values.log_dir / 'rasa.log'}")
        address = f"http://localhost:{values.port}" if with_front else values.rasa_webhook
        print(f"pronto: {address} (in {seconds(time.monotonic() - started)}; Ctrl-C per fermare)", flush=True)

    data = values.data_dir
    serve(programs, ready, Switcher(data, partial(switched, values), partial(works, values), utc_now, say))


def main() -> int:
    """Command line; the exit status is 0 only for an end that was asked for."""
    parser = argparse.ArgumentParser(prog="bot.launcher", description="Avvia l'assistente: sito, Rasa e azioni.")
    parser.add_argument("--senza-front", action="store_true", help="solo Rasa e le azioni (prove e misure)")
    arguments = parser.parse_args()
    os.umask(0o077)  # conversations, logs and keys are for the account that runs the assistant only
    return guarded(lambda: run(settings(), with_front=not arguments.senza_front))


def guarded(work: Callable[[], None]) -> int:
    """Do it until it ends or is interrupted; the exit status, after the reason of a failure in Italian."""
    interruptible()
    try:
        work()
    except KeyboardInterrupt:
        return 0
    except (SettingsError, StartFailed, TrainingFailed) as error:
        print(f"✗ {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
