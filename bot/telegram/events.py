"""An update of Telegram, reduced to what is needed to answer it: no name, no user name, nothing of what cannot be answered."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict, dataclass
from typing import Any

from telegram import Bot, CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

logger = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "channel_post", "callback_query", "my_chat_member"]
TEXT, COMMAND, CHOICE, OTHER, EDITED, BLOCKED, GROUP = "testo", "comando", "scelta", "altro", "modifica", "bloccato", "gruppo"
_COMMAND = re.compile(r"/([a-z_]{1,32})(?:@\w+)?(?:\s.*)?", re.IGNORECASE | re.DOTALL)
START, HELP, PRIVACY, ERASE, PERSON = "start", "aiuto", "privacy", "cancella", "operatore"
_NAMES = {name: name for name in (START, HELP, PRIVACY, ERASE, PERSON)} | {"help": HELP}
_KINDS = (
    ("immagine", ("photo", "video", "animation", "sticker", "video_note", "story")),
    ("voce", ("voice", "audio")),
    ("documento", ("document",)),
    ("luogo", ("venue", "location")),
    ("contatto", ("contact",)),
    ("altro", ("poll", "dice", "game", "invoice", "paid_media", "checklist", "giveaway")),
)


@dataclass(frozen=True)
class Event:
    """What somebody did.

    tipo: one of the constants above. chat: where. testo: what was typed, the command's name, the button's token, or the kind of
    thing that is no text ("immagine"). messaggio: the message of the button. didascalia: what was written with a picture.
    """

    tipo: str
    chat: int
    testo: str = ""
    messaggio: int = 0
    didascalia: str = ""

    @property
    def erases(self) -> bool:
        """Whether it asks that everything be deleted."""
        return self.tipo == COMMAND and self.testo == ERASE

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return asdict(self)


def read(received: Any, bot: Bot) -> Update | None:
    """An update as Telegram sent it; None for one that the library cannot read, which would come again for ever."""
    try:
        update = Update.de_json(received, bot)
        event_of(update)
    except Exception as error:  # it raises whatever comes; its message would quote the update
        logger.error("Telegram: aggiornamento illeggibile (%s)", type(error).__name__)
        return None
    return update


def event_of(update: Update) -> Event | None:
    """What an update says; None when there is nothing to answer."""
    if update.callback_query is not None:
        return _choice(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.effective_message
    if message is None or (message.from_user is not None and message.from_user.is_bot):
        return None
    if message.chat.type != ChatType.PRIVATE:
        return Event(GROUP, message.chat.id) if message.left_chat_member is None else None
    if update.edited_message is not None:
        return Event(EDITED, message.chat.id)
    return _message(message)


def _message(message: Message) -> Event | None:
    chat = message.chat.id
    if message.text is not None:
        command = _COMMAND.fullmatch(message.text.strip())
        name = _NAMES.get(command[1].lower()) if command else None
        return Event(COMMAND, chat, name) if name else Event(TEXT, chat, message.text)
    kind = next((kind for kind, names in _KINDS if any(getattr(message, name, None) for name in names)), None)
    return Event(OTHER, chat, kind, didascalia=message.caption or "") if kind else None  # Telegram's own: a pinned message…


def _choice(query: CallbackQuery) -> Event | None:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE or not query.data:
        return None
    return Event(CHOICE, message.chat.id, query.data, message.message_id)


def _membership(change: ChatMemberUpdated) -> Event | None:
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if change.chat.type == ChatType.PRIVATE:
        return Event(BLOCKED, change.chat.id) if gone else None
    return None if gone else Event(GROUP, change.chat.id)
