"""The ways in (S4): which forms there are and what they ask for under each policy, what sending one makes, with which
source, and that no answer tells who is known."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallra.mail.models import CaseNews, Outgoing
from gallra.portal import arrivals, limits
from gallra.portal.models import Arrival
from gallra.portal.ways import WAYS
from gallra.registers.crm.models import Case as Asked
from gallra.registers.crm.models import Contact as Lead
from gallra.registers.crm.models import Relation, Sale
from gallra.registers.directory import fields, restricting
from gallra.registers.directory.models import Company
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.support.models import Case, Contact
from gallra.rights.models import Request
from gallra.running.installed import running
from gallra.running.persons import suppression_key
from tests.person.world import Seed
from tests.web.portal import BO, CLEO, everything, policy, visitor

SWINX = {"name", "company", "organisation_number", "address", "town", "phone", "email", "business_system"}
TEXT = {"subject", "said"}
FORMS: dict[str, dict[str, set[str]]] = {
    "swinx": {
        "order": SWINX | TEXT | {"no_news"},
        "demo": {"email"} | TEXT,  # no purpose names a prospect: nothing but the address is asked for
        "support": SWINX | TEXT,
        "newsletter": {"name", "company", "email"},
    },
    "swinx-mended": {
        "order": SWINX | TEXT | {"no_news"},
        "demo": SWINX | TEXT,
        "support": SWINX | TEXT,
        "newsletter": {"name", "company", "email"},
    },
    "munkeby": {},
    "munkeby-mended": {
        "support": {"name", "company", "email", "phone"} | TEXT,
        "newsletter": {"name", "email"},
    },
}
GIVEN = {
    "name": "Bo Ek",
    "company": "Kundbolaget AB",
    "phone": "+46 40 123 456",
    "subject": "Tio användare till",
}


@pytest.fixture(autouse=True)
def _database(db: object) -> None:
    """Each test adopts the policy it is about."""


def runs(name: str = "swinx-mended", **changes: str) -> None:
    """The policy runs, and the database's guards are those of its fields."""
    policy(name, **changes)
    found = running()
    fields.adopt(found.rules.fields, found.rules.kinds)


def send(slug: str, client: Client | None = None, **given: str) -> Arrival:
    """Send a form as somebody who writes Bo's address; the row it wrote."""
    answer = (client or visitor()).post(
        f"/ways/{slug}/", {"email": BO, "said": "Till i dag", **GIVEN, **given}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Arrival.objects.latest("pk")


def taken_in(slug: str, client: Client | None = None, **given: str) -> Arrival:
    arrival = send(slug, client, **given)
    arrivals.take_in(arrival.pk, now=timezone.now())
    return arrival


def names(html: str) -> set[str]:
    main = html.partition("<main")[2]
    return set(re.findall(r'name="([\w-]+)"', main)) - {"csrfmiddlewaretoken"}


@pytest.mark.promise("S2", "S4", "S6", "M2", "M4", "M5")
@pytest.mark.parametrize("name", FORMS)
def test_each_policy_has_its_forms_with_its_fields_and_no_others(name: str) -> None:
    runs(name)
    for way in WAYS:
        answer = visitor().get(f"/ways/{way.slug}/")
        if way.slug not in FORMS[name]:
            assert answer.status_code == 404
            assert visitor().post(f"/ways/{way.slug}/", {"email": BO}).status_code == 404
            assert visitor().get(f"/ways/{way.slug}/received/").status_code == 404
            continue
        html = answer.content.decode()
        assert names(html) == FORMS[name][way.slug], way.slug
        assert html.count('class="button"') == 1
        accounts = way.slug == "support" and name == "munkeby-mended"
        assert ('href="/support/' in html.partition("<main")[2]) == accounts, (
            "customers with an account sign in"
        )
        assert "no-store" in answer.headers["Cache-Control"]
        assert len(answer.content) < 100_000
    every = visitor().get("/ways/")
    assert every.status_code == (200 if FORMS[name] else 404)
    page = visitor().get("/en/").content.decode()
    assert set(re.findall(r'href="/ways/(\w+)/', page)) == set(FORMS[name])
    assert ('href="/ways/?' in page) == bool(FORMS[name])


@pytest.mark.promise("S2", "S4")
@pytest.mark.article("13")
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_form_says_who_what_for_how_long_and_which_rights(lang: str) -> None:
    """In the sentences of the policy page, every one of them."""
    runs()
    page = visitor(lang).get(f"/{lang}/").content.decode()
    for way, basis, period in (
        ("order", ("Article 6(1)(b)", "artikel 6.1 b"), ("seven years after", "sju år efter")),
        ("demo", ("Article 6(1)(f)", "artikel 6.1 f"), ("24 months after", "24 månader efter")),
        ("support", ("Article 6(1)(f)", "artikel 6.1 f"), ("five years after", "fem år efter")),
        ("newsletter", ("Article 6(1)(a)", "artikel 6.1 a"), ("one day after", "en dag efter")),
    ):
        answer = visitor(lang).get(f"/ways/{way}/")
        assert answer.headers["Content-Language"] == lang
        told = answer.content.decode().partition('id="told"')[2].replace("\xa0", " ")
        for said in (basis, period):
            assert said[0 if lang == "en" else 1] in told, (way, said)
        assert "SWINX" in told
        assert "info@swinx.se" in told
        assert "/rights/access/" in told
        assert ("invända" if lang == "sv" else "object to our") in told or way == "newsletter"
        parts = [
            re.sub(r"<[^>]+>|\s+", " ", part).strip()
            for part in re.findall(r"<p class=.measure.>(.*?)</p>", told)
        ]
        assert len(parts) > 4
        for sentence in (each for part in parts[:2] for each in part.split(". ")):
            assert sentence.strip(". ") in re.sub(r"<[^>]+>|\s+", " ", page.replace("\xa0", " ")), sentence


@pytest.mark.promise("S4", "S6")
@pytest.mark.parametrize(
    ("slug", "word", "role", "number"),
    [("order", "order", "customer", "Your order"), ("demo", "demo request", "prospect", "Your request")],
)
def test_an_order_and_a_request_for_a_demonstration_reach_sales(
    slug: str, word: str, role: str, number: str
) -> None:
    runs()
    arrival = taken_in(slug, organisation_number="559999-0016", business_system="Bokföring 3", town="Malmö")
    assert not Arrival.objects.filter(pk=arrival.pk).exists()
    [relation] = Relation.objects.all()
    assert (relation.role, relation.source, relation.sales_open) == (role, word, 1)
    assert relation.company_dialogue, "it came from them"
    lead = Lead.objects.get()
    assert (lead.name, lead.email, lead.town) == ("Bo Ek", BO, "Malmö")
    assert {said["from"] for said in lead.sources.values()} == {word}
    assert lead.notice_from is None, "the person gave it: no notice by Article 14"
    company = Company.objects.get()
    assert (company.organisation_number, company.business_system) == ("5599990016", "Bokföring 3")
    assert not company.sole_trader
    case = Asked.objects.get()
    assert (case.kind, case.subject, case.description) == (word, "Tio användare till", "Till i dag")
    [mail] = Outgoing.objects.all()
    assert (mail.address, mail.text, mail.subject) == (BO, "portal/arrived", mail.subject)
    assert mail.subject.startswith(f"{number} {case.number}")
    assert str(case.number) in mail.plain
    for theirs in ("Bo Ek", "Tio", "Till i dag", "Kundbolaget"):
        assert theirs not in mail.plain + mail.html + mail.subject, "a form writes to anybody's address"


@pytest.mark.promise("S4", "S6", "S8", "M2")
@pytest.mark.parametrize("name", ["swinx-mended", "munkeby-mended"])
def test_a_matter_for_support_is_a_case(name: str) -> None:
    runs(name)
    taken_in("support", visitor("sv"))
    assert [row.opened for row in CaseNews.objects.all()] == [True], "support is told"
    case = Case.objects.get()
    assert (case.source, case.subject, case.description) == ("support", "Tio användare till", "Till i dag")
    contact = Contact.objects.get()
    assert case.contact_id == contact.pk
    assert {said["from"] for said in contact.sources.values()} == {"support"}
    assert Company.objects.get().name == "Kundbolaget AB"
    [mail] = Outgoing.objects.all()
    assert (mail.language, mail.subject) == ("sv", f"Ditt ärende {case.number}")


def test_who_is_a_customer_already_stays_the_one_they_are() -> None:
    runs()
    taken_in("demo")
    taken_in("order")
    [customer] = Relation.objects.all()
    assert (customer.role, customer.source) == ("customer", "demo request"), "with its history"
    Relation.objects.update(erase_decided_at=timezone.now())
    taken_in("demo", name="Någon Annan")
    [customer] = Relation.objects.all()
    assert customer.erase_decided_at is None, "they have come back"
    assert Asked.objects.count() == Sale.objects.count() == 3
    assert Lead.objects.get().name == "Bo Ek", "what is known is not written over by a form"


@pytest.mark.promise("M5", "S2")
def test_a_field_without_a_purpose_cannot_be_sent_in() -> None:
    runs("munkeby-mended")
    arrival = send("support", title="Chef", address="Gatan 1", organisation_number="559999-0016")
    assert set(arrival.given) == {"name", "company", "phone", "email"}
    runs("munkeby-mended", **{'fields = ["name", "company", "email", "phone"]': 'fields = ["name", "email"]'})
    arrivals.take_in(arrival.pk, now=timezone.now())  # the policy has changed meanwhile: the verb refuses
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reason) == ("by hand", "field_without_purpose")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("slug", "given", "said"),
    [
        ("order", {"email": ""}, "required"),
        ("order", {"email": "bo"}, "valid email"),
        ("order", {"company": ""}, "required"),
        ("support", {"said": "x" * 20_000}, "at most"),
        ("support", {"subject": ""}, "required"),
        ("support", {"organisation_number": "12"}, "not a Swedish organisation number"),
        ("support", {"company": "", "business_system": "X"}, "Write the company"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(slug: str, given: dict[str, str], said: str) -> None:
    runs()
    answer = visitor().post(f"/ways/{slug}/", {"email": BO, "said": "Till i dag", **GIVEN, **given})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert said in html.replace("&#x27;", "'")
    assert 'aria-invalid="true"' in html
    assert not Arrival.objects.exists()


@pytest.mark.promise("S3")
def test_a_sole_traders_number_is_a_persons() -> None:
    runs()
    taken_in("order", organisation_number="850709-9805")
    assert Company.objects.get().sole_trader


@pytest.mark.promise("S12")
def test_whoever_orders_can_say_no_to_offers_at_once() -> None:
    runs()
    arrival = send("order", no_news="on")
    assert arrival.no_news
    arrivals.take_in(arrival.pk, now=timezone.now())
    assert newsletter.is_suppressed(BO, key=suppression_key())
    assert not newsletter.is_suppressed(CLEO, key=suppression_key())


@pytest.mark.promise("S4")
@pytest.mark.article("18")
def test_a_restricted_person_is_told_the_same_and_staff_deal_with_it() -> None:
    Seed("Bo Ek", BO).everything()
    runs()
    restricting.restrict(BO, now=timezone.now())
    before = Case.objects.count()
    answers = {}
    for address in (BO, CLEO):
        client = visitor()
        page = client.post("/ways/support/", {"said": "Hjälp", **GIVEN, "email": address}, follow=True)
        answers[address] = page.content.decode()
        arrivals.take_in(Arrival.objects.latest("pk").pk, now=timezone.now())
    assert answers[BO] == answers[CLEO]
    assert Case.objects.count() == before + 1
    [by_hand] = Arrival.objects.all()
    assert (by_hand.address, by_hand.state, by_hand.reason) == (BO, "by hand", "restricted")
    to_bo = Outgoing.objects.filter(address=BO).latest("pk")
    assert to_bo.subject == "We have got what you sent"
    staff = Outgoing.objects.get(text="portal/by_hand")
    assert f"/office/incoming/{by_hand.pk}" in staff.plain
    assert BO not in staff.plain + staff.subject
    arrivals.take_in(by_hand.pk, now=timezone.now())  # the job comes twice
    assert Outgoing.objects.filter(text="portal/by_hand").count() == 1


@pytest.mark.promise("S4", "S12")
@pytest.mark.parametrize("slug", ["order", "demo", "support", "newsletter"])
def test_the_answer_never_tells_whether_an_address_is_known(slug: str) -> None:
    """By text, status, headers or statements (ASVS 6.3.8): of somebody known everywhere, a stranger, somebody who has
    objected, and a restricted person."""
    Seed("Bo Ek", BO).everything()
    Seed("Dan Al", "dan@kund.example").everything()
    runs()
    newsletter.stop("eva@kund.example", key=suppression_key(), actor="form", now=timezone.now())
    restricting.restrict("dan@kund.example", now=timezone.now())
    ticks = re.findall(r'name="topics" value="([\w-]+)"', visitor().get(f"/ways/{slug}/").content.decode())
    seen = []
    for address in ("warm@up.example", BO, CLEO, "eva@kund.example", "dan@kund.example"):
        client = visitor()
        given = {"said": "Hej", **GIVEN, "topics": ticks, "email": address}
        with CaptureQueriesContext(connection) as captured:
            first = client.post(f"/ways/{slug}/", given)
            shapes = [_shape(query["sql"].replace(address, "?")) for query in captured.captured_queries]
        assert first.status_code == 302, first.content.decode()
        page = client.get(first.headers["Location"])
        seen.append((first.status_code, first.headers["Location"], page.status_code, page.content, shapes))
    assert seen[1] == seen[2] == seen[3] == seen[4]
    assert len(seen[1][4]) > 3


def _shape(statement: str) -> str:
    said = re.sub(r"'(?:[^']|'')*'", "?", statement)
    return re.sub(r"\b\d+\b", "?", re.sub(r'"s\d+_x\d+"', "savepoint", said))


def test_nobody_is_flooded_and_a_look_changes_nothing() -> None:
    runs()
    before = everything()
    for path in (
        "/ways/",
        "/ways/order/",
        "/ways/newsletter/",
        "/ways/order/received/",
        "/ways/newsletter/confirm/x",
    ):
        assert visitor().get(path).status_code == 200
    assert everything() == before
    for _ in range(limits.ADDRESS.most):
        send("support")
    assert visitor().post("/ways/support/", {"said": "x", **GIVEN, "email": BO.upper()}).status_code == 429
    assert Arrival.objects.count() == limits.ADDRESS.most
    assert visitor().post("/rights/access/", {"address": BO}).status_code == 429, "one limit for all forms"
    assert not Request.objects.exists()
    assert send("support", email=CLEO).address == CLEO


def test_a_form_whose_job_was_lost_gets_another_once() -> None:
    runs()
    arrival, now = send("support"), timezone.now()
    assert arrivals.take_up(now) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'take_in_form'")
    assert arrivals.take_up(now + timedelta(minutes=11)) == 1
    assert arrivals.take_up(now + timedelta(minutes=11)) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'take_in_form'")
        assert {row[0] for row in cursor.fetchall()} == {f'{{"arrival": {arrival.pk}}}'}
