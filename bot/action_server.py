"""The action server (`python -m bot.action_server`), on loopback only: rasa_sdk's own runner listens to the whole network."""

from __future__ import annotations

import logging

from rasa_sdk.endpoint import create_app
from sanic import Sanic

from bot.settings import settings

PACKAGE = "actions"
LOOPBACK = "127.0.0.1"


def app() -> Sanic:
    """The application with the actions of the package; no page of another site may read its answers."""
    return create_app(PACKAGE, cors_origins="")


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=settings().log_level, format="%(levelname)s %(name)s %(message)s")
    # one worker: it has little to do, and more of them would be processes that the launcher does not know
    app().run(LOOPBACK, settings().actions_port, workers=1, access_log=False, debug=False)


if __name__ == "__main__":
    main()
