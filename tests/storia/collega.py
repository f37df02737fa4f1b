"""A colleague at the desk, with a browser and nothing else: what she clicks, what she writes, what she waits to see."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from front.browser import picture
from playwright.sync_api import Locator, Page

from bot.settings import ROOT

PASSWORD = "una frase lunga con gli spazi"
PAGE_SECONDS = 120.0  # the desk checks the whole knowledge before it keeps or publishes anything
TRAINING_SECONDS, SWITCH_SECONDS = 1500.0, 300.0
_PROVED = re.compile(r"superate: (\d+) su (\d+) \(prima (\d+)\). Domande insegnate con la risposta voluta: (\d+) su (\d+)")


def create_account(data: Path, environment: dict[str, str], nome: str, mostrato: str, ruolo: str) -> None:
    """Makes an account as the office does, with the command and the password typed twice."""
    command = [sys.executable, "-m", "bot.staff", "crea", nome, "--mostrato", mostrato, "--ruolo", ruolo]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    environment = {**environment, "DATI": str(data)}
    done = subprocess.run(command, cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=PAGE_SECONDS)
    assert done.returncode == 0 and nome in done.stdout, done.stderr


@dataclass(frozen=True)
class Esito:
    """What the desk says of a training, whole and in figures, and the phases it showed while it went on."""

    superate: int
    prove: int
    prima: int
    riuscite: int
    insegnate: int
    testo: str
    fasi: set[str] = field(default_factory=set)


class Collega:
    """She who works at the desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PAGE_SECONDS * 1000)

    def enters(self, nome: str) -> None:
        self.page.get_by_label("Nome dell'account").fill(nome)
        self.page.get_by_label("Parola d'accesso").fill(PASSWORD)
        self._presses("Entra")
        self._heading("Oggi")

    # ---- Facts

    def opens_the_office(self, ufficio: str, orari: str) -> None:
        """Gives an office other hours, and puts them live."""
        self._goes("Fatti")
        self.page.locator(f'a[href="/staff/fatti/ufficio/{ufficio}"]').click()
        self.page.get_by_label("Orari").fill(orari)
        self._presses("Mostra che cosa cambia")
        self._heading("Se si salva", level=2)
        picture(self.page, "storia-fatti", full_page=True)
        self.page.get_by_label("Perché").fill("apertura straordinaria")
        self._presses("Salva")
        self._sees("Il cambiamento è salvato.")
        picture(self.page, "storia-linea-fatti", full_page=True)
        self._presses("Metti in linea")
        self._sees("Messo in linea: tra")
        self._switched()

    # ---- A person who wants a person

    def is_available(self) -> None:
        self._goes("Conversazioni")
        self._presses("Sono disponibile")
        self._sees("Lei è disponibile")

    def takes_who_waits(self, said: str) -> None:
        """Without reloading: the list is told of who comes."""
        waiting = self.page.get_by_role("region", name="In attesa di una persona").get_by_role("listitem").filter(has_text=said)
        waiting.wait_for()
        picture(self.page, "storia-posta", full_page=True)
        waiting.get_by_role("link").click()
        self._presses("Prendi la conversazione")

    def takes_from_the_assistant(self, channel: str) -> None:
        """Takes of her own accord a conversation in which nobody was promised a person."""
        found = self.page.get_by_role("region", name="Con l'assistente").get_by_role("link", name=channel)
        found.wait_for()
        found.click()
        self._presses("Prendi la conversazione")

    def answers(self, text: str) -> None:
        self.page.get_by_label("La Sua risposta").fill(text)
        self._presses("Invia la risposta")
        self.reads(text)

    def reads(self, text: str) -> None:
        """Waits for a message in the conversation that is open."""
        self.page.get_by_role("list", name="Messaggi").get_by_text(text).wait_for()

    def gives_back(self) -> None:
        picture(self.page, "storia-conversazione", full_page=True)
        self._presses("Restituisci all'assistente")
        self._sees("La conversazione è tornata all'assistente.")

    # ---- Teaching

    def teaches(self, question: str, asked: Sequence[str], argomento: str, titolo: str, risposta: str) -> None:
        """Opens the group of a question and writes the answer that is missing."""
        self._goes("Insegnare")
        link = self.page.get_by_role("link", name=f"«{question}»")
        link.wait_for()
        picture(self.page, "storia-domande", full_page=True)
        link.click()
        self.page.get_by_label("Come le deve imparare l'assistente").fill("\n".join(asked))
        self.page.get_by_text("Serve una risposta nuova").click()
        self.page.get_by_label("Argomento").select_option(argomento)
        self.page.get_by_label("Titolo, come su un pulsante").fill(titolo)
        self.page.get_by_label("Risposta", exact=True).fill(risposta)
        picture(self.page, "storia-insegnare", full_page=True)
        self._presses("Salva la risposta nuova")
        self._sees("Salvato.")
        assert link.count() == 0

    def trains(self) -> Esito:
        """Has the assistant learn, and waits to read what became better and what worse."""
        self._goes("In linea")
        self._presses("Addestra")
        self._sees("L'addestramento è cominciato")
        phases: set[str] = set()
        deadline = time.monotonic() + TRAINING_SECONDS
        while self._going().count():
            assert time.monotonic() < deadline, "l'addestramento non è finito in tempo"
            phases.update(text.rpartition(":")[0] for text in self.page.locator("[data-in-corso] label").all_inner_texts())
            if "Addestramento" in phases:
                picture(self.page, "storia-addestramento", full_page=True)
            self.page.wait_for_timeout(500)
        picture(self.page, "storia-prima-e-dopo", full_page=True)
        text = " ".join(self.page.locator("#addestramenti").inner_text().split())
        found = _PROVED.search(text)
        assert found, text
        passed, cases, before, right, taught = map(int, found.groups())
        return Esito(passed, cases, before, right, taught, text, phases)

    def puts_live(self) -> None:
        """Says yes to the training."""
        self._presses("Metti in linea l'addestramento 1")
        self._sees("Messo in linea: tra")
        self._switched()
        self._sees("Messo in linea da")
        picture(self.page, "storia-in-linea", full_page=True)

    def goes_back(self) -> None:
        """Brings the former model back, with one click."""
        self._goes("In linea")
        self._presses("Rimetti in linea il modello precedente")
        self._sees("Torna in linea il modello precedente")
        self._switched()

    def acts(self) -> str:
        """What the log says that was done."""
        self._goes("Registro")
        self._heading("Registro")
        return self.page.get_by_role("table").inner_text()

    # ---- Hands and eyes

    def _goes(self, part: str) -> None:
        self.page.get_by_role("navigation", name="Parti dello sportello").get_by_role("link", name=part).click()

    def _presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def _sees(self, text: str) -> None:
        self.page.locator("main").get_by_text(text).first.wait_for()

    def _heading(self, text: str, level: int = 1) -> None:
        self.page.get_by_role("heading", name=text, level=level, exact=True).wait_for()

    def _going(self) -> Locator:
        return self.page.locator("[data-in-corso]")

    def _switched(self) -> None:
        """Waits until the page, which looks again by itself, no longer says that the assistant is changing."""
        self._going().wait_for(state="detached", timeout=SWITCH_SECONDS * 1000)
