"""Taking a conversation from the assistant to a person of the office and back; leaving a question when nobody can answer."""

from bot.passaggio.attese import Attese
from bot.passaggio.macchina import Passaggio
from bot.passaggio.sportello_operatori import NonSua, Pratica, SportelloOperatori, Trascrizione

__all__ = ["Attese", "NonSua", "Passaggio", "Pratica", "SportelloOperatori", "Trascrizione"]
