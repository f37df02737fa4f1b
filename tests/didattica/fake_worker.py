"""A stand-in for the process that trains: fake_worker.py MODELS WHAT NUMBER DESCRIPTOR, on the data folder and database of the environment.

WHAT: "bene" writes a model and ends well, "male" fails, "dorme" never ends.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from bot import active
from bot.storage import addestramenti
from bot.training import fingerprint
from knowledge import Overlay

if __name__ == "__main__":
    root, what, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    data, url = Path(os.environ["DATI"]), os.environ["DATABASE_URL"]
    addestramenti.progress(number, "addestramento", 30, url=url)
    if what == "dorme":
        time.sleep(300)
    moment = datetime.now(timezone.utc)
    if what == "male":
        addestramenti.finish(number, "fallito", moment, errore="Che disastro.", url=url)
        sys.exit(1)
    training = addestramenti.get(number, url=url)
    assert training is not None
    name = fingerprint(root, Overlay.read(active.changes_folder(data), training.versione))
    active.models_folder(data).mkdir(parents=True, exist_ok=True)
    (active.models_folder(data) / f"{name}.tar.gz").write_text("modello")
    addestramenti.finish(number, "pronto", moment, impronta=name, esito={"peggiorate": []}, url=url)
