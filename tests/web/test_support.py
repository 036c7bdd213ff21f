"""The customers' portal: one's own cases and letters (M6)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallra.mail.models import CaseNews
from gallra.portal import support
from gallra.registers.directory import restricting
from gallra.registers.support.models import Account, Case, Message
from gallra.site.models import User
from tests.web.portal import BO, CLEO
from tests.web.support import (
    NOW,
    customer,
    open_case,
    sign_in,
)
from tests.web.support import support_portal as support_portal

pytestmark = pytest.mark.usefixtures("support_portal")


@pytest.mark.promise("M6", "M7")
def test_ones_own_cases_are_listed_and_read() -> None:
    bo = customer()
    mine, done = open_case(bo), open_case(bo, closed=NOW - timedelta(days=2))
    client = sign_in()
    listed = client.get("/support/").content.decode()
    assert 'role="status"' not in listed, "nobody is told which number their sign-in has"
    assert re.findall(r"/support/cases/(\d+)", listed) == [str(mine.number)]
    assert re.findall(r"/support/cases/(\d+)", client.get("/support/?show=closed").content.decode()) == [
        str(done.number)
    ]
    page = client.get(f"/support/cases/{mine.number}")
    for said in (mine.subject, mine.description, "Hej"):
        assert str(said) in page.content.decode()
    assert "Alva" not in page.content.decode(), "who of the staff has it is not told"
    assert "no-store" in page.headers["Cache-Control"]
    assert Account.objects.get().signed_in_at is not None
    for path in ("/support/new/", "/support/account/", "/support/account/close"):
        assert client.get(path).status_code == 200, path


@pytest.mark.promise("M6")
def test_a_new_case_needs_nothing_but_the_matter() -> None:
    bo, client = customer(), sign_in()
    page = client.get("/support/new/").content.decode()
    for known in ("Bo Ek", BO, "Exempelbolaget AB"):
        assert known in page
    refused = client.post("/support/new/", {"subject": "", "matter": ""})
    assert refused.content.decode().count('class="errors"') == 2
    answer = client.post("/support/new/", {"subject": "Startar inte", "matter": "Fel 17", "email": CLEO})
    made = Case.objects.get()
    assert answer.headers["Location"] == f"/support/cases/{made.number}"
    assert (made.contact_id, made.company_id, made.source) == (bo.pk, bo.company_id, "support")
    assert (made.subject, made.description) == ("Startar inte", "Fel 17")
    assert [(row.case, row.opened) for row in CaseNews.objects.all()] == [(made.number, True)], (
        "support is told"
    )


@pytest.mark.promise("M6", "M16")
def test_a_letter_opens_a_closed_case_again() -> None:
    done = open_case(customer(), closed=NOW - timedelta(days=2))
    answer = sign_in().post(f"/support/cases/{done.number}/reply", {"body": "Det hände igen"}, follow=True)
    assert "The case is open again" in answer.content.decode()
    done.refresh_from_db()
    assert (done.status, done.closed_at) == ("open", None)
    assert Message.objects.latest("pk").direction == "in"


def test_another_sites_form_sends_nothing() -> None:
    mine = open_case(customer(), messages=0)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    for path in (f"/support/cases/{mine.number}/reply", "/support/new/", "/support/account/close"):
        assert client.post(path, {"body": "Hej", "subject": "a", "matter": "b"}).status_code == 403, path
    assert not Message.objects.exists()
    assert Account.objects.get().closed_at is None


def test_a_restricted_person_is_told_what_to_do_instead() -> None:
    bo = customer()
    mine = open_case(bo, messages=0)
    restricting.restrict(BO, now=NOW)
    client = sign_in()
    assert "Article 18" in client.get("/support/").content.decode()
    assert 'name="body"' not in client.get(f"/support/cases/{mine.number}").content.decode()
    for path in (
        f"/support/cases/{mine.number}/reply",
        "/support/new/",
        "/support/account/",
        "/support/account/close",
    ):
        answer = client.post(path, {"body": "Hej", "subject": "a", "matter": "b", "name": "Nytt"})
        assert answer.status_code == 403
        assert "Article 18" in answer.content.decode()
    assert not Message.objects.exists()
    bo.refresh_from_db()
    assert (bo.name, Account.objects.get().signed_in_at) == ("Bo Ek", None)


def test_many_cases_and_long_letters_are_read_page_by_page() -> None:
    bo = customer()
    numbers = [open_case(bo, messages=0).number for _ in range(support.PAGE + 3)]
    mine = Case.objects.get(number=numbers[0])
    Message.objects.bulk_create(
        Message(
            case=mine, contact=bo, direction="in", body=f"Brev {n} " + "x" * 9_000, sent_at=NOW + timedelta(n)
        )
        for n in range(25)
    )
    client, path, seen = sign_in(), "/support/", []
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert len(captured) <= 10
    while path:
        html = client.get(path).content.decode()
        seen += re.findall(r"/support/cases/(\d+)", html)
        older = re.search(r'href="(\?before=\d+)', html)
        path = f"/support/{older[1]}" if older else ""
    assert seen == [str(number) for number in reversed(numbers)]
    path, letters = f"/support/cases/{mine.number}", list[str]()
    while path:
        answer = client.get(path)
        assert len(answer.content) < 100_000
        letters = re.findall(r"Brev (\d+) ", answer.content.decode()) + letters
        earlier = re.search(r'href="(\?from=\d+)[^"]*">Earlier', answer.content.decode())
        path = f"/support/cases/{mine.number}{earlier[1]}" if earlier else ""
    assert letters == [str(n) for n in range(25)]
