"""Everything secret of the channel, derived from the front's key: pseudonyms, the cipher, the webhook's path and token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

PREFIX = "tg:"
PSEUDONYM_BYTES = 16


class Unreadable(Exception):
    """Something was encrypted with another key, or is no text of ours."""


class Keys:
    """The keys that the front's secret gives. A front with another secret knows nobody of those who wrote before."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = Fernet(base64.urlsafe_b64encode(self._derived("cifra")))

    def pseudonym(self, chat: int) -> str:
        """The id of the conversation of a chat, from which the chat cannot be found without the secret."""
        return PREFIX + self._derived(f"chat:{chat}")[:PSEUDONYM_BYTES].hex()

    @property
    def path(self) -> str:
        """The last part of the webhook's path, which nobody can guess."""
        return self._derived("percorso").hex()

    @property
    def token(self) -> str:
        """What Telegram repeats in a header of each webhook call."""
        return self._derived("intestazione").hex()

    def lock(self, value: Any) -> str:
        """A value (JSON) encrypted."""
        return self._cipher.encrypt(json.dumps(value).encode()).decode()

    def unlock(self, text: str) -> Any:
        """The value that was encrypted. Raises Unreadable."""
        try:
            return json.loads(self._cipher.decrypt(text.encode()))
        except (InvalidToken, ValueError) as error:
            raise Unreadable from error

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._secret, f"bot.telegram:{purpose}".encode(), hashlib.sha256).digest()
