"""`python -m bot.chat`: talk with the assistant in the terminal, through Rasa's REST channel."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bot.processes import tied
from bot.settings import ROOT, SettingsError, settings
from bot.supervisor import answers

READY = "pronto:"
STOP_SECONDS = 12.0  # the launcher takes 10 at most
GOODBYES = {"fine", "esci", "exit", "quit"}
HELP = "Scriva una domanda, o il numero di un bottone; «fine» per uscire."


class Unavailable(Exception):
    """There is nobody to talk with; the message says why, in Italian."""


class Conversation:
    """One sender's conversation; remembers the buttons of the last reply, to be chosen by number."""

    def __init__(self, client: httpx.Client, webhook: str) -> None:
        self._client, self._webhook = client, webhook
        self._sender = f"chat-{uuid.uuid4()}"
        self._payloads: list[str] = []

    def send(self, typed: str) -> list[str]:
        """The lines that answer what was typed. Raises Unavailable."""
        number = int(typed) - 1 if typed.isdecimal() else -1
        message = self._payloads[number] if 0 <= number < len(self._payloads) else typed
        try:
            response = self._client.post(self._webhook, json={"sender": self._sender, "message": message})
            response.raise_for_status()
            return list(self._lines(response.json()))
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"Rasa non risponde ({type(error).__name__}).") from error

    def _lines(self, replies: list[dict[str, Any]]) -> Iterator[str]:
        self._payloads = []
        for reply in replies:
            if reply.get("text"):
                yield str(reply["text"])
            for button in reply.get("buttons") or []:
                self._payloads.append(str(button["payload"]))
                yield f"  [{len(self._payloads)}] {button['title']}"


@contextmanager
def own_rasa() -> Iterator[None]:
    """Rasa and the actions for the time of a conversation, without the front. Raises Unavailable."""
    command = tied([sys.executable, "-m", "bot.launcher", "--senza-front"])
    launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert launcher.stdout is not None
    try:
        for line in launcher.stdout:
            if line.startswith(READY):
                break
            print(line, end="", flush=True)
        else:
            raise Unavailable("L'assistente non è partito.")
        yield
    finally:
        if launcher.poll() is None:
            launcher.send_signal(signal.SIGTERM)
        launcher.communicate(timeout=STOP_SECONDS)


def converse(conversation: Conversation, read: Callable[[str], str] = input) -> None:
    """Read and answer until the person has had enough."""
    print(HELP)
    while True:
        try:
            typed = read("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if typed.lower() in GOODBYES:
            return
        print("\n".join(conversation.send(typed)))


def main() -> int:
    """Talk with the Rasa that is up, or with one of our own."""
    try:
        values = settings()
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            conversation = Conversation(client, values.rasa_webhook)
            if answers(values.rasa_health):
                converse(conversation)
            else:
                print("Rasa non è in funzione: la avvio per questa conversazione.", flush=True)
                with own_rasa():
                    converse(conversation)
    except KeyboardInterrupt:
        return 0
    except (SettingsError, Unavailable) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
