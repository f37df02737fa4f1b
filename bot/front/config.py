"""The settings the front needs, whoever provides them: bot.settings in service, a small object in the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class FrontSettings(Protocol):
    """The part of bot.settings.Settings that the front reads."""

    @property
    def rasa_url(self) -> str:
        """Address of Rasa, on loopback."""

    @property
    def data_dir(self) -> Path:
        """The data folder."""

    @property
    def tracker_db(self) -> Path:
        """SQLite file of Rasa's conversations."""

    @property
    def secret(self) -> str:
        """The key that signs tokens and cookies."""

    @property
    def max_chars(self) -> int:
        """Most characters of a message."""

    @property
    def database_url(self) -> str:
        """The project's own database."""

    @property
    def public_url(self) -> str:
        """The address of the site as visitors write it, without a slash at the end."""

    @property
    def bozze_ore(self) -> int:
        """Hours a draft lives after its last change."""

    @property
    def conversazioni_giorni(self) -> int:
        """Days a conversation lives after its last message."""

    @property
    def domande_giorni(self) -> int:
        """Days an unanswered question lives."""

    @property
    def sessione_minuti(self) -> int:
        """Minutes without a message after which a conversation of the website is over."""

    @property
    def sportello_minuti(self) -> int:
        """Minutes without a click after which a session of the staff's desk is over."""

    @property
    def registro_giorni(self) -> int:
        """Days a line of the desk's log of acts lives."""

    @property
    def origini(self) -> tuple[str, ...]:
        """The other sites whose pages may show the assistant."""

    @property
    def richieste_sessione(self) -> int:
        """Messages of a conversation of the website in a minute."""

    @property
    def richieste_indirizzo(self) -> int:
        """Requests of an address in a minute."""

    @property
    def proxy_fidati(self) -> tuple[str, ...]:
        """Addresses of the reverse proxies whose word is taken for who is asking."""

    @property
    def passaggio_minuti(self) -> int:
        """Minutes of waiting for a person, or of silence of that person, after which the assistant is back."""

    @property
    def contatti_giorni(self) -> int:
        """Days a question left with a contact lives."""

    @property
    def telegram_token(self) -> str:
        """The key of the bot at Telegram; empty: no Telegram."""

    @property
    def telegram_api_url(self) -> str:
        """The address of the Bot API, without a slash at the end."""

    @property
    def telegram_webhook(self) -> str:
        """The public address at which Telegram brings updates; empty: they are asked for."""
