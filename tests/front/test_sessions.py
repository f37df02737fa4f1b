from __future__ import annotations

import pytest

from bot.front import sessions as module
from bot.front.sessions import IDLE_SECONDS, MAX_AGE_SECONDS, InvalidSession, Sessions, Turn

from .conftest import Clock


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions("segreto", clock)


def test_ids_are_made_here_long_and_different(sessions: Sessions) -> None:
    ids = {sessions.open(sessions.create()).id for _ in range(50)}
    assert len(ids) == 50
    assert all(i.startswith("web:") and len(i) >= 4 + 32 for i in ids)


def test_a_token_of_another_secret_or_a_changed_one_is_refused(sessions: Sessions) -> None:
    token = sessions.create()
    changed = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    for foreign in (Sessions("altro").create(), changed, "web:indovinato", "", "è", "a.b.c"):
        with pytest.raises(InvalidSession):
            sessions.open(foreign)


def test_a_session_lasts_an_hour_from_its_last_use(sessions: Sessions, clock: Clock) -> None:
    token = sessions.create()
    for _ in range(3):
        clock.ahead += IDLE_SECONDS - 60
        sessions.open(token)
    clock.ahead += IDLE_SECONDS + 60
    with pytest.raises(InvalidSession):
        sessions.open(token)


def test_an_unused_token_expires_too(sessions: Sessions, clock: Clock) -> None:
    token = sessions.create()
    clock.ahead += IDLE_SECONDS + 5
    with pytest.raises(InvalidSession):
        sessions.open(token)


def test_no_session_is_eternal(sessions: Sessions, clock: Clock) -> None:
    token = sessions.create()
    with pytest.raises(InvalidSession):
        for _ in range(MAX_AGE_SECONDS // 1800 + 2):
            clock.ahead += 1800
            sessions.open(token)


def test_a_restart_of_the_front_does_not_end_a_fresh_session(clock: Clock) -> None:
    token = Sessions("segreto", clock).create()
    assert Sessions("segreto", clock).open(token).id.startswith("web:")


def test_a_forgotten_session_stays_refused(sessions: Sessions) -> None:
    token = sessions.create()
    session = sessions.open(token)
    session.turns.append(Turn("lei", "ciao"))
    sessions.forget(session)
    assert not session.turns and session.deleted
    with pytest.raises(InvalidSession):
        sessions.open(token)


def test_choices_are_of_one_session_only(sessions: Sessions) -> None:
    mine, other = sessions.open(sessions.create()), sessions.open(sessions.create())
    for session in (mine, other):
        turn = Turn("assistente", "Quale?")
        sessions.offer(session, turn, [("A", "/scegli{}")])
        session.turns.append(turn)
    token = mine.turns[0].scelte[0].token
    found = sessions.chosen(mine, token)
    assert found and found[1].payload == "/scegli{}"
    assert len(token) < 48
    assert sessions.chosen(other, token) is None
    for forged in ("", "abc", token[:-2] + "xx", "/scegli{}", "è"):
        assert sessions.chosen(mine, forged) is None


def test_a_signed_choice_that_is_no_longer_held_is_refused(sessions: Sessions) -> None:
    session = sessions.open(sessions.create())
    turn = Turn("assistente", "Quale?")
    sessions.offer(session, turn, [("A", "/scegli{}")])
    assert sessions.chosen(session, turn.scelte[0].token) is None


def test_memory_is_bounded(sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 3)
    tokens = [sessions.create() for _ in range(5)]
    for token in tokens:
        sessions.open(token).turns.append(Turn("lei", "x"))
    assert len(sessions._sessions) == 3
    assert [len(sessions.open(t).turns) for t in reversed(tokens)][:2] == [1, 1]
    clock.ahead += IDLE_SECONDS + 5
    with pytest.raises(InvalidSession):
        sessions.open(tokens[0])
    assert len(sessions._sessions) == 0
