"""Login, lock-out, sessions, CSRF, passwords, with a real database and a clock that the test moves."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from starlette.types import ASGIApp

from bot.staff.accounts import fingerprint
from bot.staff.entrance import REFUSED
from bot.staff.passwords import Passwords
from bot.staff.visits import COOKIE, DOOR_COOKIE, within_the_desk
from bot.storage import colleghi, registro
from knowledge import Conoscenza

from .conftest import PASSWORD, Clock, FakeSettings, Visitor

New = Callable[[], Visitor]


def inside(visitor: Visitor) -> bool:
    return visitor.get("/staff", follow_redirects=False).status_code == 200


def refusal(response: object) -> str:
    return REFUSED.replace("'", "&#39;")


def test_the_right_password_opens_and_the_cookie_is_only_for_the_desk(visitor: New) -> None:
    anna = visitor()
    assert not inside(anna)
    anna.get("/staff/entra")
    answer = anna.post("/staff/entra", {"nome": " Anna ", "parola": PASSWORD, "poi": "/staff/cifre"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/cifre")
    (cookie,) = [h for h in answer.headers.get_list("set-cookie") if h.startswith(f"{COOKIE}=")]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/staff" in cookie and "Secure" not in cookie
    assert inside(anna)
    assert "Anna" in anna.get("/staff").text


def test_under_https_the_cookie_is_secure(app: ASGIApp, visitor: New) -> None:
    anna = visitor()
    anna.http.base_url = "https://sportello.test"
    anna.get("/staff/entra")
    answer = anna.post("/staff/entra", {"nome": "anna", "parola": PASSWORD}, follow_redirects=False)
    cookies = answer.headers.get_list("set-cookie")
    assert cookies and all("Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("nome", "parola"), [("anna", "sbagliata"), ("nessuno", PASSWORD), ("", ""), ("' or 1=1 --", "x"), ("Ànna", PASSWORD)]
)
def test_every_refusal_says_the_same(visitor: New, nome: str, parola: str) -> None:
    anna = visitor()
    answer = anna.enter(nome, parola)
    assert answer.status_code == 401 and refusal(answer) in answer.text
    assert not inside(anna)


def test_five_wrong_passwords_close_the_account_for_a_quarter_of_an_hour(visitor: New, clock: Clock, url: str) -> None:
    thief, anna, bruno = visitor(), visitor(), visitor()
    for _ in range(5):
        assert thief.enter("anna", "sbagliata").status_code == 401
    refused = anna.enter("anna")
    assert refused.status_code == 401 and refusal(refused) in refused.text, "anche con la parola giusta"
    assert bruno.enter("bruno").status_code == 200, "gli altri entrano"
    clock.forward(minutes=10)
    for _ in range(6):  # trying on while it is closed does not keep it closed
        thief.enter("anna", "sbagliata")
    clock.forward(minutes=4, seconds=59)
    assert anna.enter("anna").status_code == 401
    clock.forward(seconds=2)
    assert anna.enter("anna").status_code == 200
    found = colleghi.get("anna", url=url)
    assert found is not None and (found.errori, found.sospeso_fino) == (0, None)


def test_wrong_passwords_count_in_a_row(visitor: New) -> None:
    anna = visitor()
    for _ in range(3):
        for _ in range(4):
            anna.enter("anna", "sbagliata")
        assert anna.enter("anna").status_code == 200
        anna.post("/staff/esci")


def test_one_address_cannot_try_names_for_ever(visitor: New) -> None:
    thief = visitor()
    thief.get("/staff/entra")
    codes = [thief.post("/staff/entra", {"nome": f"nome{n}", "parola": "sbagliata"}).status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    assert thief.post("/staff/entra", {"nome": "anna", "parola": PASSWORD}).headers["retry-after"].isdecimal()


def test_an_unknown_account_costs_the_same_work(settings: FakeSettings, clock: Clock) -> None:
    """Not the clock is compared, but what takes the time: the password is hashed once in each case."""

    class Counting(Passwords):
        asked: ClassVar[list[bool]] = []

        def right(self, impronta: str | None, parola: str) -> bool:
            self.asked.append(impronta is None)
            return super().right(impronta, parola)

    from datetime import timedelta

    from bot.staff.accounts import Accounts

    from .conftest import create_accounts

    create_accounts(settings.database_url, clock())
    passwords = Counting()
    accounts = Accounts(settings.database_url, "s", timedelta(minutes=30), clock, passwords)
    colleghi.change("bruno", bloccato=True, url=settings.database_url)
    started = time.perf_counter()
    for nome in ("anna", "nessuno", "bruno", "NON è un nome"):
        assert accounts.login(nome, "sbagliata") is None
    assert passwords.asked == [False, True, False, True]
    assert time.perf_counter() > started


def test_a_session_ends_when_unused_and_after_eight_hours_in_any_case(visitor: New, clock: Clock) -> None:
    anna = visitor()
    anna.enter("anna")
    for _ in range(3):
        clock.forward(minutes=29)
        assert inside(anna)
    clock.forward(minutes=31)
    assert not inside(anna)
    anna.enter("anna")
    for _ in range(16):
        clock.forward(minutes=29)
        assert inside(anna)
    clock.forward(minutes=20)
    assert not inside(anna)


def test_the_database_holds_no_token_and_no_password(visitor: New, settings: FakeSettings) -> None:
    anna = visitor()
    anna.enter("anna")
    token = anna.http.cookies[COOKIE]
    dump = "\n".join(sqlite3.connect(settings.data_dir / "assistente.db").iterdump())
    assert fingerprint(token) in dump and "$argon2id$" in dump
    assert token not in dump and PASSWORD not in dump


def test_a_token_known_beforehand_opens_nothing(visitor: New, url: str) -> None:
    """Session fixation: what a browser carries into the login is worth nothing after it."""
    anna = visitor()
    anna.http.cookies.set(COOKIE, "scelto-da-altri", domain="sportello.test", path="/staff")
    anna.enter("anna")
    token = next(c.value for c in anna.http.cookies.jar if c.name == COOKIE and c.value != "scelto-da-altri")
    assert token and token != "scelto-da-altri"
    thief = visitor()
    thief.http.cookies.set(COOKIE, "scelto-da-altri", domain="sportello.test", path="/staff")
    assert not inside(thief)


def test_a_new_login_ends_the_session_the_browser_had(visitor: New) -> None:
    anna, copy = visitor(), visitor()
    anna.enter("anna")
    old = anna.http.cookies[COOKIE]
    copy.http.cookies.set(COOKIE, old, domain="sportello.test", path="/staff")
    assert inside(copy)
    anna.http.cookies.delete(DOOR_COOKIE) if DOOR_COOKIE in anna.http.cookies else None
    page = visitor()
    page.get("/staff/entra")
    page.http.cookies.set(COOKIE, old, domain="sportello.test", path="/staff")
    page.post("/staff/entra", {"nome": "anna", "parola": PASSWORD})
    assert not inside(copy)


def test_logout_ends_the_session_itself(visitor: New) -> None:
    anna, copy = visitor(), visitor()
    anna.enter("anna")
    copy.http.cookies.set(COOKIE, anna.http.cookies[COOKIE], domain="sportello.test", path="/staff")
    anna.get("/staff")
    answer = anna.post("/staff/esci")
    assert "È uscito dallo sportello" in answer.text
    assert not inside(anna) and not inside(copy)


def test_a_login_form_of_another_browser_is_refused(visitor: New) -> None:
    anna, thief = visitor(), visitor()
    thief.get("/staff/entra")
    answer = anna.http.post("/staff/entra", data={"conferma": thief.proof, "nome": "anna", "parola": PASSWORD})
    assert answer.status_code == 403 and not inside(anna)
    assert anna.http.post("/staff/entra", data={"nome": "anna", "parola": PASSWORD}).status_code == 403


def test_a_login_sent_by_another_site_is_refused(visitor: New) -> None:
    anna = visitor()
    anna.get("/staff/entra")
    answer = anna.post("/staff/entra", {"nome": "anna", "parola": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and not inside(anna)


@pytest.mark.parametrize(
    "path",
    [
        "//altrove.example/",
        "https://altrove.example",
        "/",
        "/altro",
        "/staff/../altro",
        "/staff\\altro",
        "/staffetta",
        "javascript:1",
    ],
)
def test_after_the_login_one_stays_in_the_desk(visitor: New, path: str) -> None:
    assert within_the_desk(path) == "/staff"
    anna = visitor()
    anna.get("/staff/entra")
    answer = anna.post("/staff/entra", {"nome": "anna", "parola": PASSWORD, "poi": path}, follow_redirects=False)
    assert answer.headers["location"] == "/staff"


def test_who_is_sent_to_the_login_comes_back_where_they_were_going(visitor: New) -> None:
    anna = visitor()
    page = anna.get("/staff/ricerca?q=bollo&esito=x")
    assert str(page.url).endswith("/staff/entra?poi=%2Fstaff%2Fricerca%3Fq%3Dbollo%26esito%3Dx")
    assert 'name="poi" value="/staff/ricerca?q=bollo&amp;esito=x"' in page.text


def test_a_script_of_a_page_left_open_is_told_plainly(visitor: New) -> None:
    answer = visitor().get("/staff/posta/elenchi", headers={"Sec-Fetch-Mode": "cors"}, follow_redirects=False)
    assert answer.status_code == 401 and answer.headers["content-type"].startswith("text/plain")


POSTS = [
    "/staff/presenza",
    "/staff/posta/web:x",
    "/staff/richieste",
    "/staff/esci",
    "/staff/parola",
    "/staff/domande",
    "/staff/bozza",
    "/staff/scheda/casellario",
    "/staff/colleghi",
]


@pytest.mark.parametrize("path", POSTS)
def test_every_form_needs_the_proof_of_its_session(entered: Callable[[str], Visitor], path: str, url: str) -> None:
    carla, rita = entered("carla"), entered("rita")
    values = {"testo": "prova", "azione": "nota", "nome": "anna", "riferimento": "7K3M-9QXT"}
    for proof in ("", "0" * 64, rita.proof):
        answer = carla.http.post(path, data={**values, "conferma": proof})
        assert answer.status_code == 403, path
    other_site = carla.http.post(path, data={**values, "conferma": carla.proof}, headers={"Sec-Fetch-Site": "same-site"})
    assert other_site.status_code == 403
    assert inside(carla)
    done = {a.azione for a in registro.latest(50, url=url)}
    assert done == {"accesso"}


@pytest.mark.parametrize("path", POSTS)
def test_a_form_after_the_end_of_the_session_says_so(entered: Callable[[str], Visitor], clock: Clock, path: str) -> None:
    carla = entered("carla")
    clock.forward(hours=1)
    answer = carla.post(path, {"testo": "prova"})
    assert answer.status_code == 401 and "La sessione è finita" in answer.text and "Parola d" in answer.text


def test_changing_the_password(entered: Callable[[str], Visitor], visitor: New) -> None:
    anna, elsewhere = entered("anna"), entered("anna")
    anna.get("/staff/parola")
    new = "un'altra frase, ancora più lunga"
    for attuale, nuova, ripetuta, said in [
        ("sbagliata", new, new, "attuale non è quella"),
        (PASSWORD, new, new + "x", "non sono uguali"),
        (PASSWORD, "corta", "corta", "almeno 12 caratteri"),
        (PASSWORD, "la parola di anna", "la parola di anna", "nome dell&#39;account"),
        (PASSWORD, "aaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaab", "troppo facile"),
    ]:
        answer = anna.post("/staff/parola", {"attuale": attuale, "nuova": nuova, "ripetuta": ripetuta})
        assert answer.status_code == 422 and said in answer.text
    answer = anna.post("/staff/parola", {"attuale": PASSWORD, "nuova": new, "ripetuta": new})
    assert answer.status_code == 200 and "è cambiata" in answer.text
    assert inside(anna) and not inside(elsewhere)
    assert visitor().enter("anna").status_code == 401
    assert visitor().enter("anna", new).status_code == 200


def test_who_found_an_open_session_cannot_guess_the_password_in_it(entered: Callable[[str], Visitor]) -> None:
    anna = entered("anna")
    for _ in range(5):
        anna.post("/staff/parola", {"attuale": "sbagliata", "nuova": "x" * 12, "ripetuta": "x" * 12})
    answer = anna.post(
        "/staff/parola", {"attuale": PASSWORD, "nuova": "una parola del tutto nuova", "ripetuta": "una parola del tutto nuova"}
    )
    assert answer.status_code == 422 and "Troppi tentativi" in answer.text


def test_a_blocked_account_is_out_at_once(entered: Callable[[str], Visitor], visitor: New, url: str) -> None:
    anna = entered("anna")
    colleghi.change("anna", bloccato=True, url=url)
    assert not inside(anna)
    assert visitor().enter("anna").status_code == 401


def test_a_changed_role_holds_at_once(entered: Callable[[str], Visitor], url: str) -> None:
    anna = entered("anna")
    assert anna.get("/staff/registro").status_code == 403
    colleghi.change("anna", ruolo="amministratore", url=url)
    assert anna.get("/staff/registro").status_code == 200


def test_hashes_made_with_weaker_settings_are_made_anew(visitor: New, app: ASGIApp, url: str) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16).hash(PASSWORD)
    colleghi.change("anna", impronta=weak, url=url)
    assert visitor().enter("anna").status_code == 200
    found = colleghi.get("anna", url=url)
    assert found is not None and found.impronta != weak
    assert visitor().enter("anna").status_code == 200


def test_when_the_database_is_gone_nobody_gets_a_stack_trace(entered: Callable[[str], Visitor], settings: FakeSettings) -> None:
    anna = entered("anna")
    (settings.data_dir / "assistente.db").write_bytes(b"rotto" * 1000)
    for extra in ("-wal", "-shm"):
        Path(str(settings.data_dir / "assistente.db") + extra).unlink(missing_ok=True)
    for path in ("/staff", "/staff/cifre"):
        answer = anna.get(path)
        assert answer.status_code == 503 and "Riprovi tra qualche minuto" in answer.text
    again = anna.enter("anna")
    assert again.status_code == 503


def test_the_pages_are_not_kept_nor_framed_nor_found(entered: Callable[[str], Visitor], conoscenza: Conoscenza) -> None:
    answer = entered("anna").get("/staff")
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-robots-tag"].startswith("noindex")
