"""The site on a loopback port with a database of the test's own, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gallra.ledger.append import append
from gallra.ledger.models import Entry
from gallra.portal.models import Arrival
from gallra.registers import documents
from gallra.registers.crm import asked as sales
from gallra.registers.crm.models import Case as Order
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.newsletter.models import Topic
from gallra.registers.support.models import Account, Case, CaseDocument, Contact
from gallra.rights import looking, requests
from gallra.rights.models import Request
from gallra.running.models import Adoption
from gallra.running.report import Board
from gallra.site.models import Role, User
from tests.conftest import Database, locked
from tests.mail.conftest import mail as mail
from tests.mail.conftest import mail_servers as mail_servers
from tests.running.world import POLICIES, adopted, case, contact
from tests.web import beside, boards

# Playwright's loop runs in the thread of the tests; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run",
]  # fmt: skip


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at answers."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Board], None]:
    """Lets the pages show a given board instead of the one measured now."""

    def tell(board: Board) -> None:
        def standing(now: datetime) -> Board:
            return board

        monkeypatch.setattr("gallra.office.views.standing", standing)
        monkeypatch.setattr("gallra.portal.views.standing", standing)
        monkeypatch.setattr("django.utils.timezone.now", lambda: board.as_of)

    return tell


def adopt(name: str) -> Adoption:
    """A policy of the repository made the running one, as `gallra adopt` leaves it."""
    policy = boards.policy(name)
    return Adoption.objects.create(
        version=policy.version,
        text=policy.text,
        reason="first version",
        by="command line",
        at=boards.board(name).adopted_at,
        salt=os.urandom(32),
    )


def alva() -> User:
    """Who answers for privacy at the controller."""
    return User.objects.create_user(email="alva@gallra.example", name="Alva Ek", role=Role.PRIVACY)


def session_of(user: User) -> str:
    """The key of a new session of the user's."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def ledger_entries(count: int = 12) -> None:
    """Receipts in the ledger, numbered from 1."""
    for number in range(count):
        with transaction.atomic():
            append(
                action="sweep.receipt",
                body={
                    "kind": "support.case",
                    "verb": "archive",
                    "records": 100 - number,
                    "parts": {"message": 112},
                },
                now=boards.SWEPT,
                policy="a" * 64,
                rule="M16 support.case",
            )


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """The static files under their hashed names, as `gallra up` leaves them: once a run, for whoever writes them anew
    takes them away for a moment from a worker that reads them."""
    with locked("static"):
        done = Path(os.environ["GALLRA_HOME"]) / "static-collected"
        if not done.exists():
            call_command("collectstatic", interactive=False, verbosity=0)
            done.touch()


@pytest.fixture
def site(fresh_database: Database) -> Iterator[str]:
    """The address of the site, served from this process."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(found for name in names if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        with suppress(Exception):
            browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens an address of the site: `open_page("/office/", user=alva, lang="en", dark=True, width=360)`.

    A test fails when a page it opened was refused something by the content security policy or had a script error.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_(
        path: str, *, user: User | None = None, lang: str = "sv", dark: bool = False, width: int = 1280
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="sv-SE" if lang == "sv" else "en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": site}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto(site + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def company(request: pytest.FixtureRequest, told: Callable[[Board], None]) -> User:
    """An adopted policy, its board and ledger, and Alva, who may see it all. Committed where the site is served."""
    request.getfixturevalue("fresh_database" if "site" in request.fixturenames else "db")
    adopt("munkeby")
    told(boards.board("munkeby"))
    ledger_entries()
    bo = contact()
    for days in (200, 95, 10):
        case(closed=boards.NOW - timedelta(days=days), contact=bo, messages=0)
    customer(bo)
    came_in()
    asked()
    beside.beside(boards.NOW)
    return alva()


def customer(who: Contact) -> None:
    """An account for somebody, with an open case in which something has been written."""
    Account.objects.create(contact=who)
    User.objects.create_user(email=who.email or "")
    case(closed=None, opened=boards.NOW - timedelta(days=3), contact=who)


def asked() -> None:
    """Requests as staff meet them: an erasure of Bo's that is ready, a copy of Cleo's with a likeness and a mention to
    decide on, and a mail to sort."""
    long_ago = boards.NOW - timedelta(days=400)
    for address in ("cleo@example.com", "cleo.al@example.com"):
        Contact.objects.create(name="Cleo Al", email=address)
    bos = case(closed=None, opened=long_ago, contact=Contact.objects.get(email="bo@example.com"), messages=0)
    Case.objects.filter(pk=bos.pk).update(description="Cleo Al ringde om samma fel.")
    paper = documents.store([b"Offert till Cleo Al"])
    CaseDocument.objects.create(
        case=bos, name="offert.txt", size=paper.size, file=paper.file, secret=paper.secret, words=paper.words,
        added_at=long_ago,
    )  # fmt: skip
    asked_at = boards.NOW - timedelta(days=2)
    for right, address in (("erasure", "bo@example.com"), ("access", "cleo@example.com")):
        made = requests.receive(
            right=right, channel="web", address=address, said="Allt ni har", signed_in=True, now=asked_at
        )
        looking.look_up(made.pk, now=asked_at)
    requests.receive(
        right="unsorted", channel="mail", address="bo@example.com", said="Vad har ni om mig?", by="mailbox",
        now=asked_at,
    )  # fmt: skip


def came_in() -> None:
    """An order for sales, and a form that staff deal with by hand."""
    dan = Person(name="Dan Al", email="dan@example.com", phone="+46 40 123 456")
    sales.ask(
        dan, firm=Firm(name="Exempelbolaget AB"), kind=sales.ORDER, subject="Tio licenser", description="Till i dag",
        origin=Origin(where="order"), actor="form", now=boards.NOW,
    )  # fmt: skip
    Arrival.objects.create(
        way="support", fate="form", state="by hand", reason="restricted", language="sv", address="eva@example.com",
        given={"email": "eva@example.com"}, subject="Hjälp", said="Det går inte", came_at=boards.NOW,
    )  # fmt: skip


OFFICE = (
    "/office/", "/office/promises/M16", "/office/promises/M7", "/office/ledger/",
    "/office/ledger/ENTRY", "/office/records/support.case/?rule=M16+support.case&state=due",
    "/office/records/support.case/RECORD", "/office/requests/", "/office/requests/?show=closed",
    "/office/requests/enter", "/office/requests/ERASURE", "/office/requests/ERASURE/preview",
    "/office/requests/COPY", "/office/requests/MAIL", "/office/cases/", "/office/cases/?show=closed",
    "/office/cases/new/", "/office/cases/NUMBER", "/office/incoming/", "/office/incoming/FORM",
    "/office/incoming/sales/SALE", *beside.PAGES,
)  # fmt: skip
"""Every kind of page that staff see where `company` is; `whole` puts a number where one is wanted."""
EVERYONE = (
    "/sv/", "/en/", "/account/login/", "/account/login/code/", "/no/such/page", "/rights/", "/rights/rectification/",
    "/rights/erasure/received/", "/rights/confirm/x", "/my/address/", "/unsubscribe/x",
    "/support/sign-in/", "/ways/newsletter/confirm/x",
)  # fmt: skip
"""Those that anyone sees."""
WAYS = (
    "/ways/", "/ways/order/", "/ways/demo/", "/ways/support/", "/ways/newsletter/", "/ways/support/received/",
)  # fmt: skip
"""Those that anyone sees after `ways_in`."""
CUSTOMER = (
    "/support/", "/support/?show=closed", "/support/new/", "/support/cases/NUMBER", "/support/account/",
    "/support/account/close", "/account/2fa/",
)  # fmt: skip
"""Those that Bo sees, signed in with his account."""


def ways_in() -> None:
    """From now on a policy runs that declares every way in; there is more than one topic to read about."""
    adopted((POLICIES / "swinx-mended.toml").read_text("utf-8"), at=boards.NOW)
    for code in ("news", "courses"):
        Topic.objects.create(code=code, title_sv=f"Ämnet {code}", title_en=f"Topic {code}")


def whole(path: str) -> str:
    """The address with the number of the ledger's first entry where it says ENTRY, a case's key where RECORD, a
    request's number where ERASURE, COPY or MAIL, Bo's case where NUMBER, a form where FORM, an order
    where SALE."""
    for word, numbers in (
        ("ENTRY", Entry.objects.order_by("number")),
        ("RECORD", Case.objects.order_by("pk")),
        ("ERASURE", Request.objects.filter(right="erasure")),
        ("COPY", Request.objects.filter(right="access")),
        ("MAIL", Request.objects.filter(right="unsorted")),
        ("FORM", Arrival.objects.order_by("pk")),
        *((name, model._default_manager.order_by("pk")) for name, model in beside.NUMBERS),
    ):
        if word in path:
            path = path.replace(word, str(numbers.values_list("pk", flat=True).first()))
    path = path.replace("SALE", str(Order.objects.values_list("number", flat=True).first()))
    mine = Case.objects.filter(contact__email="bo@example.com", status="open").order_by("pk")
    return path.replace("NUMBER", str(mine.values_list("number", flat=True).first()))
