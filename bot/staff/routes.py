"""All the addresses of the desk, with the role that each asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.didattica import Didattica
from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.office import Office
from bot.passaggio import SportelloOperatori
from bot.staff.accounts import Accounts
from bot.staff.admin_pages import AdminPages
from bot.staff.contact_pages import ContactPages
from bot.staff.counter_pages import CounterPages
from bot.staff.desk import Desk
from bot.staff.entrance import Entrance
from bot.staff.facts_pages import FactsPages
from bot.staff.figures_page import FiguresPage
from bot.staff.inbox_pages import InboxPages
from bot.staff.knowledge_pages import KnowledgePages
from bot.staff.live_pages import LivePages
from bot.staff.passwords import Passwords
from bot.staff.presence import Presence
from bot.staff.questions_page import QuestionsPage
from bot.staff.rendering import StaffPages
from bot.staff.teaching_pages import TeachingPages
from bot.staff.visits import Doors, Handler
from bot.storage.colleghi import AMMINISTRATORE, OPERATORE, REDATTORE
from knowledge import Conoscenza

STATIC = Path(__file__).parent / "static"


def routes(
    settings: FrontSettings,
    office: Office,
    conversations: Conversations,
    knowledge: Callable[[], Conoscenza | None],
    clock: Callable[[], datetime],
    inbox: SportelloOperatori | None = None,
    teaching: Didattica | None = None,
    passwords: Passwords | None = None,
) -> list[BaseRoute]:
    """The routes to mount in the front.

    inbox, teaching: the hand-over and the teaching, where the knowledge loads; passwords: for the tests.
    """
    idle = timedelta(minutes=settings.sportello_minuti)
    accounts = Accounts(settings.database_url, settings.secret, idle, clock, passwords or Passwords())
    doors = Doors(accounts, StaffPages(office), settings.secret)
    desk = Desk(settings, clock, conversations, knowledge)
    entrance, questions, sheets = Entrance(doors), QuestionsPage(desk), KnowledgePages(desk)
    counter, numbers, admin = CounterPages(desk), FiguresPage(desk), AdminPages(desk)

    presence = Presence(inbox, doors, conversations.bell) if inbox else None

    def get(path: str, handler: Handler, ruolo: str = OPERATORE) -> Route:
        return Route(f"/staff{path}", doors.open(handler, ruolo), methods=["GET"])

    def post(path: str, handler: Handler, ruolo: str = OPERATORE) -> Route:
        return Route(f"/staff{path}", doors.open(handler, ruolo), methods=["POST"])

    found: list[BaseRoute] = [
        Route("/staff/entra", entrance.show, methods=["GET"]),
        Route("/staff/entra", entrance.enter, methods=["POST"]),
        Mount("/staff/static", StaticFiles(directory=STATIC)),
        post("/esci", entrance.leave),
        get("/resto", entrance.stay),
        get("/parola", entrance.password),
        post("/parola", entrance.password),
        get("", counter.today),
        get("/", counter.today),
        get("/domande", questions.show),
        post("/domande", questions.ask),
        get("/ricerca", sheets.search),
        get("/scheda/{chiave:path}", sheets.show),
        post("/scheda/{chiave:path}", sheets.note),
        get("/bozza", counter.draft),
        post("/bozza", counter.draft),
        get("/cifre", numbers.show),
        get("/cifre.csv", numbers.download),
        get("/registro", admin.log, AMMINISTRATORE),
        get("/colleghi", admin.accounts, AMMINISTRATORE),
        post("/colleghi", admin.change, AMMINISTRATORE),
    ]
    if teaching is not None:
        lessons, facts, live = TeachingPages(desk, teaching), FactsPages(desk, teaching), LivePages(desk, teaching)
        found += [
            get("/insegnare", lessons.show, REDATTORE),
            get("/insegnare/{gruppo}", lessons.group, REDATTORE),
            post("/insegnare/{gruppo}", lessons.decide, REDATTORE),
            get("/fatti", facts.show, REDATTORE),
            get("/fatti/{modulo:path}", facts.form, REDATTORE),
            post("/fatti/{modulo:path}", facts.form, REDATTORE),
            get("/risposta/{chiave}", facts.answer, REDATTORE),
            post("/risposta/{chiave}", facts.answer, REDATTORE),
            get("/linea", live.show, REDATTORE),
            get("/linea/addestramenti", live.trainings, REDATTORE),
            get("/linea/storia", live.history, REDATTORE),
            post("/linea", live.act, REDATTORE),
        ]
    if inbox is None or presence is None:
        return found
    doors.seen = presence.touch
    doors.left = inbox.absent
    mail, contacts = InboxPages(desk, inbox, presence), ContactPages(desk, inbox)
    return [
        *found,
        get("/novita", presence.stream),
        post("/presenza", presence.change),
        get("/posta", mail.show),
        get("/posta/elenchi", mail.lists),
        get("/posta/{id}", mail.conversation),
        get("/posta/{id}/turni", mail.turns),
        post("/posta/{id}", mail.act),
        get("/richieste", contacts.show),
        post("/richieste", contacts.act),
    ]
