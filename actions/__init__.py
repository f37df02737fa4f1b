"""Rasa's custom actions: thin, they hand over to bot/ and speak."""

from actions.questions import ActionRegistraDomanda

__all__ = ["ActionRegistraDomanda"]
