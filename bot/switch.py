"""Going live with another version of the taught knowledge while the site goes on, and back again if that does not come up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot import active
from bot.supervisor import Program, StartFailed, Supervisor
from knowledge import Versione

Say = Callable[[str], None]
NOT_UP = "La versione nuova non è partita: l'assistente è tornato da solo a quella di prima."


class Switcher:
    """Watches DATI/modello.json and restarts the programs that know the model and the knowledge when it names another version.

    programs: those programs for a version, ready to be started; raises StartFailed where there is no model for it.
    works: whether the programs, once they answer, do what they should. clock: the moment, for the note of a going back.
    """

    def __init__(
        self,
        data: Path,
        programs: Callable[[Versione], Sequence[Program]],
        works: Callable[[], bool],
        clock: Callable[[], datetime],
        say: Say,
    ) -> None:
        self._data, self._programs, self._works, self._clock, self._say = data, programs, works, clock, say
        self._stamp = active.stamp(data)
        self.running = active.read(data).attivo

    def look(self, supervisor: Supervisor) -> None:
        """Switch if another version is to be live, back again if it does not come up."""
        stamp = active.stamp(self._data)
        if stamp == self._stamp:
            return
        self._stamp, wanted = stamp, active.read(self._data).attivo
        if wanted == self.running:
            return
        self._say(f"passo alla versione {wanted} della conoscenza…")
        try:
            supervisor.switch(self._programs(wanted))
            self._must_work()
            self._came_up(wanted)
        except StartFailed as error:
            self._say(str(error))
            self._return(supervisor, wanted)

    def first_start(self, supervisor: Supervisor) -> None:
        """Start all programs. A version that has never come up is given up for the former one if it does not come up now.

        Raises StartFailed.
        """
        now = active.read(self._data)
        try:
            supervisor.start()
            if now.attivo != now.buono:
                self._must_work()
        except StartFailed as error:
            if now.attivo == now.buono:
                raise
            self._say(str(error))
            back = self.go_back(now.attivo)
            supervisor.switch(self._programs(back))
            supervisor.wait()
            self._came_up(back)
        else:
            self._came_up(now.attivo)

    def _return(self, supervisor: Supervisor, failed: Versione) -> None:
        back = self.go_back(failed)
        try:
            supervisor.switch(self._programs(back))
            self._came_up(back)
        except StartFailed as error:  # the supervisor goes on starting it; there is nothing older to go back to
            self._say(str(error))
            self.running = back

    def go_back(self, failed: Versione) -> Versione:
        """Make the last good version live again, with a note for the staff; which one that is."""
        self._say(NOT_UP)
        return active.change(self._data, lambda now: now.gone_back(failed, NOT_UP, self._clock())).attivo

    def _must_work(self) -> None:
        if not self._works():
            raise StartFailed("Rasa è partito ma non sa rispondere.")

    def _came_up(self, versione: Versione) -> None:
        """What runs now is good. Should something else be live by now, the next look finds it."""
        self.running = versione
        if active.read(self._data).buono != versione:
            active.change(self._data, lambda now: now.came_up(versione))
