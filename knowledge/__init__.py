"""What the assistant knows: the YAML files of this folder, their models, and the code that loads and checks them.

Nothing here imports Rasa: the knowledge outlives any dialogue engine.
"""

from knowledge.loader import Conoscenza, KnowledgeError, load
from knowledge.models import Argomento, Fonte, Ufficio, Voce

__all__ = ["Argomento", "Conoscenza", "Fonte", "KnowledgeError", "Ufficio", "Voce", "load"]
