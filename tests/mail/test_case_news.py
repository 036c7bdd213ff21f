"""Support is mailed of what customers write: by number alone, all of it in one mail, to whoever it is for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from gallra.mail import case_news, delivering, jobs
from gallra.mail.models import CaseNews, Outgoing
from gallra.registers.support import actions
from gallra.registers.support.models import Case
from gallra.site.models import Role, User
from tests.mail.servers import Mail
from tests.running.world import MINI, adopted, case, contact

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("db")


def staff(name: str, role: str = Role.SUPPORT) -> User:
    return User.objects.create_user(email=f"{name}@gallra.example", name=name.capitalize(), role=role)


def written(count: int = 1) -> list[Case]:
    """Cases in which a customer has written, twice."""
    bo = contact("bo@kund.example")
    found = [case(contact=bo, opened=NOW, messages=0) for _ in range(count)]
    for each in found:
        case_news.came(each, opened=True, now=NOW)
        case_news.came(each, opened=False, now=NOW)
    return found


@pytest.mark.promise("M7")
def test_it_arrives_with_the_number_and_nothing_of_the_case(mail: Mail, settings: Settings) -> None:
    settings.SMTP_SERVER, settings.ADDRESS = mail.plain, "https://support.munkeby.example"
    settings.DEFAULT_FROM_EMAIL = "integritet@munkeby.example"
    adopted(MINI)
    staff("eva")
    [found] = written()
    assert case_news.tell(now=NOW) == 1
    for row in Outgoing.objects.all():
        delivering.deliver(row.pk, now=NOW)
    [read] = mail.office.read("eva")
    assert read["Subject"] == f"Nytt i ärende {found.number}"
    for kind in ("plain", "html"):
        body = read.get_body((kind,))
        assert body is not None
        said = body.get_content()
        assert f"https://support.munkeby.example/office/cases/{found.number}" in said
        assert f"Ärende {found.number}, nytt" in said
        for personal in ("Bo Ek", "bo@kund", "Programmet", "Exempelbolaget"):
            assert personal not in said
    assert case_news.tell(now=NOW + timedelta(minutes=10)) == 0, "nobody is told twice"
    assert Outgoing.objects.count() == 1


def test_many_letters_are_one_mail_and_what_was_answered_is_not_named() -> None:
    adopted(MINI)
    for name in ("eva", "dan"):
        staff(name)
    staff("alva", Role.PRIVACY)
    User.objects.create_user(email="gone@gallra.example", role=Role.SUPPORT)
    User.objects.filter(email="gone@gallra.example").update(is_active=False, closed_at=NOW)
    found = written(case_news.MOST + 4)
    answered, closed, *rest = found
    actions.reply(answered.pk, body="Hej", actor="system", now=NOW)
    actions.close_case(closed.pk, actor="system", now=NOW)
    assert case_news.tell(now=NOW) == len(rest)
    assert sorted(Outgoing.objects.values_list("address", flat=True)) == [
        "dan@gallra.example",
        "eva@gallra.example",
    ]
    row = Outgoing.objects.first()
    assert row is not None
    assert row.subject == f"Nytt i {len(rest)} ärenden"
    assert row.plain.count("/office/cases/") == case_news.MOST + 1
    assert f"/office/cases/{answered.number}" not in row.plain
    assert "och 2 ärenden till" in row.plain
    assert not CaseNews.objects.exists()


def test_a_case_that_somebody_has_taken_is_theirs_alone() -> None:
    adopted(MINI)
    eva, _dan = staff("eva"), staff("dan")
    taken, left = written(2)
    actions.assign(taken.pk, assignee=f"user:{eva.pk}", actor="system", now=NOW)
    actions.assign(left.pk, assignee="user:999999999", actor="system", now=NOW)  # somebody who has left
    case_news.tell(now=NOW)
    told = {row.address: row.plain for row in Outgoing.objects.all()}
    assert str(taken.number) in told["eva@gallra.example"]
    assert str(taken.number) not in told["dan@gallra.example"]
    assert str(left.number) in told["dan@gallra.example"]


def test_where_nobody_works_with_support_the_controller_is_told() -> None:
    adopted(MINI)
    written()
    jobs.tell_support(timestamp=0)
    jobs.tell_support(timestamp=0)
    assert Outgoing.objects.get().address == "info@munkeby.example"


def test_what_comes_later_is_told_of_in_the_next_mail() -> None:
    adopted(MINI)
    staff("eva")
    [found] = written()
    case_news.tell(now=NOW)
    case_news.came(found, opened=False, now=NOW)
    assert case_news.tell(now=NOW) == 1
    assert Outgoing.objects.count() == 2
