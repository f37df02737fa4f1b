from __future__ import annotations

import pytest

from bot.front.sessions import MAX_AGE_SECONDS, InvalidSession, Sessions

from .conftest import Clock


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions("segreto", clock)


def test_ids_are_made_here_long_and_different(sessions: Sessions) -> None:
    ids = {sessions.read(sessions.create()).id for _ in range(50)}
    assert len(ids) == 50
    assert all(i.startswith("web:") and len(i) >= 4 + 32 for i in ids)


def test_a_token_of_another_secret_or_a_changed_one_is_refused(sessions: Sessions) -> None:
    token = sessions.create()
    changed = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    for foreign in (Sessions("altro").create(), changed, "web:indovinato", "", "è", "a.b.c", "\ud800"):
        with pytest.raises(InvalidSession):
            sessions.read(foreign)


def test_no_session_is_eternal(sessions: Sessions, clock: Clock) -> None:
    token = sessions.create()
    clock.ahead = MAX_AGE_SECONDS - 60
    assert sessions.read(token).id.startswith("web:")
    clock.ahead = MAX_AGE_SECONDS + 60
    with pytest.raises(InvalidSession):
        sessions.read(token)


def test_a_restart_of_the_front_does_not_end_a_session(clock: Clock) -> None:
    token = Sessions("segreto", clock).create()
    assert Sessions("segreto", clock).read(token) == Sessions("segreto", clock).read(token)
