"""A case that staff open for somebody who has called: who it is, with which fields, who gets no case (M2–M4, M7)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from gallra.mail.models import CaseNews, Outgoing
from gallra.registers.directory import restricting
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Case, Contact
from gallra.rights import opened
from gallra.site.models import Role, User
from tests.running.world import company, contact
from tests.web.portal import BO, CLEO, policy

pytestmark = pytest.mark.usefixtures("db")
NEW = "/office/cases/new/"
MATTER = {"subject": "Startar inte", "description": "Fel 17", "product": "Lön", "priority": "high"}
SUPPORTS = {"name", "company", "email", "phone"}
STEPS = ("find", "known", "person", "open")


def staff(role: str = Role.SUPPORT) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_user(email=f"{role or 'bo'}@gallra.example", role=role))
    return client


def names(html: str) -> set[str]:
    """What the form asks for."""
    return set(re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* id="', html))


@pytest.mark.promise("M7")
def test_a_caller_is_found_without_anything_of_them_in_an_address() -> None:
    policy("munkeby-mended")
    bo = contact(BO, company=company())
    Contact.objects.filter(pk=bo.pk).update(phone="08-505 000 17")
    contact(CLEO)
    Company.objects.create(name="Exempelbolaget i Umeå AB")  # sales know it, support does not
    client = staff()
    assert 'method="post"' in client.get(NEW).content.decode()
    assert not opened.of(BO)
    for said in (BO.upper(), "bo ek", "08 505 00017", "exempelbol"):
        html = client.post(NEW, {"step": "find", "said": said}).content.decode()
        assert f'name="contact" value="{bo.pk}"' in html, said
        assert "Umeå" not in html
    assert [one.role for one in opened.of(BO)] == ["support"], "that they were shown is recorded (M10)"
    assert "Nobody by that" in client.post(NEW, {"step": "find", "said": "%"}).content.decode()
    assert not Case.objects.exists()


@pytest.mark.promise("M6")
def test_a_case_for_somebody_known_asks_for_the_matter_and_is_acknowledged() -> None:
    policy("munkeby-mended")
    bo, client = contact(BO, company=company()), staff()
    html = client.post(NEW, {"step": "known", "contact": bo.pk}).content.decode()
    assert names(html) == {*MATTER, "company"}
    answer = client.post(NEW, {"step": "open", "contact": bo.pk, "company": "Exempelbolaget AB", **MATTER})
    made = Case.objects.get()
    assert answer.headers["Location"] == f"/office/cases/{made.number}"
    assert (made.contact_id, made.company_id, made.source, made.priority) == (
        bo.pk,
        bo.company_id,
        "staff",
        "high",
    )
    assert (made.subject, made.description, made.product) == ("Startar inte", "Fel 17", "Lön")
    mail = Outgoing.objects.get()
    assert (mail.address, mail.text) == (BO, "portal/arrived")
    assert f"ärende {made.number}" in mail.plain
    assert "Startar" not in mail.plain
    assert not CaseNews.objects.exists(), "staff know of it"
    client.post(NEW, {"step": "open", "contact": bo.pk, "company": "Annat AB", **MATTER})
    other = Case.objects.latest("pk")
    assert (other.company is not None and other.company.name) == "Annat AB"
    bo.refresh_from_db()
    assert bo.company_id == made.company_id, "one case is about another company"


@pytest.mark.promise("M2", "M3", "M4", "S2")
def test_somebody_new_is_asked_for_what_the_policy_allows_and_nothing_else() -> None:
    client = staff()
    policy("swinx-mended")
    more = {"organisation_number", "address", "town", "business_system"}
    assert names(client.post(NEW, {"step": "person"}).content.decode()) - set(MATTER) == {*SUPPORTS, *more}
    policy("munkeby-mended")
    assert names(client.post(NEW, {"step": "person"}).content.decode()) - set(MATTER) == SUPPORTS
    extra = {"title": "Chef", "address": "Gatan 1", "town": "Malmö", "organisation_number": "556016-0680"}
    given = {"name": "Bo Ek", "phone": "08-505 000 17", "company": "Exempelbolaget AB"}
    client.post(NEW, {"step": "open", **given, **extra, **MATTER})
    found = Contact.objects.select_related("company").get()
    assert (found.name, found.phone, found.email) == ("Bo Ek", "08-505 000 17", None)
    assert (found.title, found.address, found.town) == (None, None, None)
    assert found.company is not None
    assert (found.company.name, found.company.organisation_number) == ("Exempelbolaget AB", None)
    assert found.notice_from is not None, "Article 14: we wrote it down"
    assert not Outgoing.objects.exists(), "there is nowhere to write"
    answer = client.post(NEW, {"step": "open", "company": "Exempelbolaget AB", **MATTER})
    assert (answer.status_code, Case.objects.count()) == (400, 1)
    assert "at least one of" in answer.content.decode()
    assert "company_key" not in answer.content.decode()
    html = client.post(NEW, {"step": "person", "company_key": found.company.pk}).content.decode()
    assert f'name="company_key" value="{found.company.pk}"' in html
    assert "Exempelbolaget AB" in html
    assert names(html) == {*MATTER, "name", "email", "phone"}
    client.post(NEW, {"step": "open", "company_key": found.company.pk, "name": "Eva Ek", **MATTER})
    assert Contact.objects.get(name="Eva Ek").company_id == found.company_id


def test_without_a_purpose_nothing_but_the_address_is_asked_for() -> None:
    policy("munkeby-mended", **{'fields = ["name", "company", "email", "phone"]\n': ""})
    asked = names(staff().post(NEW, {"step": "person"}).content.decode()) - set(MATTER)
    assert "title" not in asked


@pytest.mark.article(18)
def test_a_restricted_person_gets_no_case_and_the_page_says_why() -> None:
    policy("munkeby-mended")
    bo = contact(BO, company=company())
    restricting.restrict(BO, now=timezone.now())
    for role, seen in ((Role.SUPPORT, False), (Role.PRIVACY, True)):
        client = staff(role)
        html = client.post(NEW, {"step": "find", "said": BO}).content.decode()
        assert f'value="{bo.pk}"' not in html
        assert ("Bo Ek" in html) == seen
        assert "Article 18" in html or "restricted: only stored" in html
        for given in ({"contact": bo.pk}, {"email": BO, "name": "Bo Ek"}):
            answer = client.post(NEW, {"step": "open", **given, **MATTER})
            assert (answer.status_code, "Article 18" in answer.content.decode()) == (409, True)
        answer = client.post(NEW, {"step": "known", "contact": bo.pk})
        assert (answer.status_code, "Bo Ek" in answer.content.decode()) == (409, seen)
    assert not Case.objects.exists()
    assert not Outgoing.objects.exists()


def test_it_is_for_support_and_privacy() -> None:
    policy("munkeby-mended")
    bo = contact(BO)
    for role in ("", *Role.values):
        client, right = staff(role), role in (Role.SUPPORT, Role.PRIVACY)
        assert client.get(NEW).status_code == (200 if right else 403)
        for step in STEPS:
            answer = client.post(NEW, {"step": step, "contact": bo.pk, "said": BO, **MATTER})
            assert (answer.status_code < 400) == right, (role, step)
    assert Case.objects.count() == 2
    client = Client()
    assert client.post(NEW, {"step": "find", "said": BO}).headers["Location"].endswith(f"?next={NEW}")
    client.force_login(User.objects.get(role=Role.SUPPORT))
    for key in ("0", "9" * 18, "9" * 40, "x", "-1"):
        assert client.post(NEW, {"step": "known", "contact": key}).status_code == 409
    assert client.post(NEW, {"step": "unknown"}).status_code == 400
