"""Signing up for a newsletter (S4, M4, S12): nothing begins before the link of the mail is opened and its button
pressed, and an objection ends only by that."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from gallra.mail import delivering
from gallra.mail.models import Outgoing
from gallra.portal import arrivals
from gallra.portal.models import Arrival
from gallra.registers.directory import restricting
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Contact, Evidence, Subscription, Topic
from gallra.running import erasures, extracts
from gallra.running import runs as sweeps
from gallra.running.persons import suppression_key
from tests.conftest import Database
from tests.mail.servers import Mail
from tests.web.conftest import Open
from tests.web.portal import BO, CLEO, mailed, visitor
from tests.web.test_browser import faults
from tests.web.test_ways import runs

LINK = r"https?://[^/\s]+(/ways/newsletter/confirm/[\w-]{43})"


def topics() -> None:
    for code, title in (("news", "News"), ("courses", "Courses")):
        newsletter.add_topic(code, title_sv=f"{title} sv", title_en=title, actor="user:1", now=timezone.now())


def signed_up(address: str = BO, lang: str = "en", **given: str | list[str]) -> str:
    """The path of the link that was mailed."""
    answer = visitor(lang).post("/ways/newsletter/", {"email": address, "name": "Bo Ek", **given})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == "/ways/newsletter/received/"
    return mailed(address, LINK)


@pytest.mark.promise("S4", "S12", "M4", "M9")
def test_nobody_is_subscribed_before_the_link_is_used_and_it_works_once(db: object) -> None:
    runs()
    topics()
    path = signed_up(company="Kundbolaget AB", topics=["courses"])
    assert not Contact.objects.exists(), "the register knows nothing of it yet"
    before = _everything()
    for client in (visitor(), Client()):  # a mail scanner
        assert client.get(path).status_code == client.head(path).status_code == 200
    html = visitor().get(path).content.decode()
    assert "Courses" in html
    assert "News<" not in html
    assert _everything() == before
    assert visitor().post(path).headers["Location"] == "/ways/newsletter/confirmed/"
    [subscription] = Subscription.objects.all()
    assert (subscription.topic.code, subscription.source, subscription.language, subscription.confirmed) == (
        "courses", "newsletter sign-up", "en", True,
    )  # fmt: skip
    contact = Contact.objects.get()
    assert (contact.email, contact.name, contact.company_id is None) == (BO, "Bo Ek", False)
    assert {said["from"] for said in contact.sources.values()} == {"newsletter sign-up"}
    asked = Evidence.objects.get(what="asked")
    assert asked.wording == (
        "By pressing the button I ask SWINX to send me newsletters by e-mail. I can stop them whenever I like, by a "
        "link in each of them."
    )
    assert list(Evidence.objects.order_by("pk").values_list("what", flat=True)) == ["asked", "confirmed"]
    assert not Arrival.objects.exists()
    after = _everything()
    for method in ("get", "post"):
        html = getattr(visitor(), method)(path).content.decode()
        assert "used already, or is not whole" in html
    assert _everything() == after


def test_one_topic_needs_no_choice_and_several_need_one(db: object) -> None:
    runs()
    assert 'name="topics"' not in visitor().get("/ways/newsletter/").content.decode()
    visitor().post(signed_up())
    [first] = Subscription.objects.all()
    assert first.topic.code == "news", "somebody signs up before anybody has made a topic"
    topics()
    answer = visitor().post("/ways/newsletter/", {"email": CLEO})
    assert "Choose what you want to read about" in answer.content.decode()
    path = signed_up(CLEO, topics=["news", "courses"])
    Topic.objects.filter(code="courses").update(active=False)
    visitor().post(path)
    assert [each.topic.code for each in Subscription.objects.filter(contact__email=CLEO)] == ["news"]


@pytest.mark.promise("S12", "S19")
def test_an_objection_ends_only_by_the_persons_own_confirmation(db: object) -> None:
    runs()
    key, now = suppression_key(), timezone.now()
    visitor().post(signed_up())
    newsletter.stop(BO, key=key, actor="form", now=now)
    path = signed_up()
    assert newsletter.is_suppressed(BO, key=key)
    assert Subscription.objects.get().ended_at is not None
    visitor().post(path)
    assert not newsletter.is_suppressed(BO, key=key)
    assert Subscription.objects.get().ended_at is None
    newsletter.suppress(
        BO, key=key, actor="user:1", now=now
    )  # the office stops the address, not the subscription
    visitor().post(signed_up())
    assert not newsletter.is_suppressed(BO, key=key)
    assert Subscription.objects.count() == 1


@pytest.mark.article("18")
def test_a_restricted_person_learns_it_behind_their_own_link_only(db: object) -> None:
    runs()
    visitor().post(signed_up())
    restricting.restrict(BO, now=timezone.now())
    path = signed_up()
    html = visitor().post(path).content.decode()
    assert "restricted" in html
    restricting.lift(BO)
    assert visitor().post(path).status_code == 302, "the link was not used up"


@pytest.mark.promise("S4", "S15", "S20")
def test_a_sign_up_that_nobody_confirms_goes_by_itself_and_with_its_person(fresh_database: Database) -> None:
    runs()
    now = timezone.now()
    path = signed_up()
    signed_up(CLEO)
    Arrival.objects.filter(address=BO).update(expires_at=now)
    assert "The link has expired" in visitor().post(path).content.decode()
    records = extracts.answer(CLEO, now=now).data["records"]
    assert "gallra.signup" in {record["kind"] for record in records}
    assert erasures.erase(CLEO, now=timezone.now(), by="user 1").complete
    assert [arrival.address for arrival in Arrival.objects.all()] == [BO]
    form = Arrival.objects.create(
        way="support", fate="form", state="by hand", language="sv", address=CLEO, came_at=now
    )
    later = now + timedelta(days=2)
    arrivals.settle(form.pk, by="user 1", now=now - timedelta(days=31))
    done = sweeps.sweep(later, confirmed=frozenset({"clock"}))
    assert done.outcome == "finished", done.reason
    assert not Arrival.objects.exists()


def newest(mail: Mail) -> str:
    """Let the worker send what waits; what the newest mail says, after a look at both its forms."""
    for row in Outgoing.objects.filter(fate=Outgoing.Fate.UNDERWAY).order_by("pk"):
        delivering.deliver(row.pk, now=timezone.now())
    last = Outgoing.objects.latest("pk")
    found: EmailMessage = next(
        each for each in mail.office.read("bo") if each["Message-ID"] == f"<{last.message_id}>"
    )
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert set(re.findall(LINK, plain.get_content())) == set(re.findall(LINK, html.get_content()))
    return str(plain.get_content())


@pytest.mark.promise("S4", "S8", "S12")
def test_somebody_signs_up_orders_and_writes_to_support_in_a_browser(
    open_page: Open, site: str, mail: Mail, settings: Settings
) -> None:
    """Each page read by assistive technology and on a telephone; the mail through a real server."""
    settings.SMTP_SERVER = mail.plain
    runs()
    topics()
    page = open_page("/sv/", lang="sv")
    page.get_by_role("link", name="Kontakta oss").click()
    looked(page)
    page.get_by_role("link", name="Anmäl dig till nyhetsbrev").click()
    looked(page)
    page.get_by_label("E-postadress").fill(BO)
    page.get_by_label("News sv").check()
    page.get_by_role("button", name="Anmäl mig").click()
    assert "Ett steg återstår" in page.inner_text("h1")
    looked(page)
    said = newest(mail)
    assert "Någon har bett om nyhetsbrevet från SWINX" in said
    page.goto(site + (re.search(LINK, said) or [""])[1])
    looked(page)
    assert not Subscription.objects.exists()
    page.get_by_role("button", name="Ja, skicka mig nyhetsbrevet").click()
    assert "Du får nyhetsbrevet" in page.inner_text("h1")
    looked(page)
    assert Subscription.objects.get().confirmed
    page.go_back()
    page.reload()
    looked(page)
    assert "Inget har ändrats" in page.inner_text("h1")
    ordered(open_page("/ways/order/", lang="en", dark=True))
    arrivals.take_in(Arrival.objects.get().pk, now=timezone.now())
    assert re.search(r"Your order has the number|We have got your order. It has the number \d+", newest(mail))


def looked(page: Page) -> None:
    assert faults(page) == []


def ordered(page: Page) -> None:
    """By keyboard alone, from the first field to the button."""
    page.get_by_label("What it is about").focus()
    fields = []
    for _ in range(12):
        here = page.evaluate("[document.activeElement.name || '', document.activeElement.tagName]")
        if here[1] == "BUTTON":
            break
        fields.append(here[0])
        if here[0] not in ("no_news", ""):
            page.keyboard.type({"email": BO, "organisation_number": "559999-0016"}.get(here[0], "Bo"))
        page.keyboard.press("Tab")
    assert {"subject", "said", "name", "company", "email", "no_news"} <= set(fields)
    looked(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/received/")
    looked(page)


def _everything() -> list[str]:
    """Every row that a link could change."""
    found = []
    with connection.cursor() as cursor:
        for table in (
            "portal_arrival", "mail_outgoing", "newsletter_subscription", "newsletter_contact", "newsletter_evidence",
            "newsletter_suppression", "ledger_entry", "procrastinate_jobs", "django_session", "directory_recheck",
        ):  # fmt: skip
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found += [row[0] for row in cursor.fetchall()]
    return found
