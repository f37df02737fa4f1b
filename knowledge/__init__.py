"""What the assistant knows: the YAML files of this folder, their models, and the code that loads and checks them.

Nothing here imports Rasa: the knowledge outlives any dialogue engine.
"""

from knowledge.loader import Conoscenza, KnowledgeError, load
from knowledge.models import Argomento, Fonte, Ufficio, Voce
from knowledge.models_bozze import Bozza, Campo, Percorso
from knowledge.overlay import Overlay, Versione

__all__ = [
    "Argomento",
    "Bozza",
    "Campo",
    "Conoscenza",
    "Fonte",
    "KnowledgeError",
    "Overlay",
    "Percorso",
    "Ufficio",
    "Versione",
    "Voce",
    "load",
]
