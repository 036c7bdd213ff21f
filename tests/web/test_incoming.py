"""What staff see of what came in by the public forms (S4): orders for sales, what needs a person for privacy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallra.portal import arrivals
from gallra.portal.models import Arrival
from gallra.registers.crm.models import Case
from gallra.registers.directory import restricting
from gallra.rights.models import Opening
from gallra.running import board
from gallra.site.models import Role, User
from tests.web.portal import BO
from tests.web.test_ways import runs, send, taken_in


def staff(role: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_user(email=f"{role}@swinx.example", name="Alva Ek", role=role))
    return client


@pytest.fixture(autouse=True)
def _policy(db: object) -> None:
    runs()


@pytest.mark.promise("S4", "M10")
def test_sales_reads_an_order_and_says_that_it_is_dealt_with() -> None:
    taken_in("order", organisation_number="559999-0016", business_system="Bokföring 3")
    number, sales = Case.objects.get().number, staff(Role.SALES)
    listed = sales.get("/office/incoming/").content.decode()
    assert f'href="/office/incoming/sales/{number}"' in listed
    assert "Tio användare till" in listed
    assert "dealt with by hand" not in listed
    html = sales.get(f"/office/incoming/sales/{number}").content.decode()
    for said in ("Till i dag", "Bo Ek", BO, "+46 40 123 456", "Kundbolaget AB", "5599990016", "Bokföring 3"):
        assert said in html, said
    assert 'href="/office/records/crm.customer/' in html
    assert html.count('class="button"') == 1
    assert [opening.role for opening in Opening.objects.all()] == [Role.SALES], (
        "that sales looked is recorded"
    )
    assert sales.post(f"/office/incoming/sales/{number}").status_code == 302
    assert Case.objects.get().closed_at is not None
    again = sales.post(f"/office/incoming/sales/{number}")
    assert (again.status_code, "closed already" in again.content.decode()) == (409, True)
    assert "Nothing waits for sales" in sales.get("/office/incoming/").content.decode()


@pytest.mark.promise("M7")
def test_who_has_no_part_in_it_sees_none_of_it() -> None:
    taken_in("demo")
    number, form = Case.objects.get().number, send("support")
    Arrival.objects.update(state="by hand", reason="restricted")
    pages = ("/office/incoming/", f"/office/incoming/sales/{number}", f"/office/incoming/{form.pk}")
    for role in (Role.SUPPORT, Role.FINANCE, Role.MARKETING, Role.OPERATOR, ""):
        client = staff(role or Role.SUPPORT) if role else Client()
        assert {client.get(path).status_code for path in pages} <= {302, 403}
        assert {client.post(path).status_code for path in pages[1:]} <= {302, 403}
    sales = staff(Role.SALES)
    assert sales.get(pages[2]).status_code == 403
    restricting.restrict(BO, now=timezone.now())
    assert sales.get(pages[1]).status_code == 403
    listed = sales.get(pages[0]).content.decode()
    assert "Tio användare till" not in listed
    assert "restricted" in listed


@pytest.mark.article("18")
def test_privacy_deals_with_a_form_by_hand() -> None:
    form, privacy = send("support", no_such="x"), staff(Role.PRIVACY)
    restricting.restrict(BO, now=timezone.now())
    restricting.lift(BO)
    assert str(form.pk) not in privacy.get("/office/incoming/").content.decode().partition("<main")[2]
    Arrival.objects.update(state="by hand", reason="restricted")
    assert f'href="/office/incoming/{form.pk}"' in privacy.get("/office/incoming/").content.decode()
    html = privacy.get(f"/office/incoming/{form.pk}").content.decode()
    for said in ("Bo Ek", BO, "Tio användare till", "Till i dag", "data is restricted", "Telephone number"):
        assert said in html, said
    assert html.count('class="button"') == 1
    assert privacy.post(f"/office/incoming/{form.pk}").status_code == 302
    form.refresh_from_db()
    assert form.settled_at is not None
    assert form.settled_by.startswith("user ")
    assert "It has been dealt with" not in privacy.get(f"/office/incoming/{form.pk}").content.decode()
    assert privacy.post(f"/office/incoming/{form.pk}").status_code == 404
    assert privacy.get("/office/incoming/999999").status_code == 404
    assert privacy.get("/office/incoming/sales/999999").status_code == 404


@pytest.mark.promise("S4")
def test_the_board_counts_what_waits_for_a_hand_and_leads_to_it() -> None:
    privacy, support, now = staff(Role.PRIVACY), staff(Role.SUPPORT), timezone.now()

    def s4() -> tuple[str, str]:
        found = next(promise for promise in board.check(now).promises if promise.id == "S4")
        return found.status, found.reason["en"]

    assert s4() == ("kept", "tested in this release; no form waits to be dealt with by hand")
    form, other = send("support"), send("demo", email="dan@kund.example")
    assert s4()[0] == "kept", "their jobs have them"
    Arrival.objects.filter(pk=form.pk).update(state="by hand", reason="restricted")
    assert s4() == ("waiting", "1 form waits to be dealt with by hand")
    Arrival.objects.update(came_at=now - timedelta(hours=49))  # the other's job was lost
    assert s4() == ("broken", "2 forms wait to be dealt with by hand, 2 for more than two days")
    page = privacy.get("/office/promises/S4").content.decode()
    assert '<a href="/office/incoming/#by-hand">2 wait</a>' in page
    assert "2 late" in page
    assert 'href="/office/incoming/#by-hand">Forms to deal with by hand</a>: 2.' in (
        privacy.get("/office/").content.decode()
    )
    assert "/office/incoming/#by-hand" not in support.get("/office/promises/S4").content.decode()
    for each in (form, other):
        arrivals.settle(each.pk, by="user 1", now=now)
    assert s4()[0] == "kept"


def test_the_list_asks_as_often_for_many_as_for_few() -> None:
    privacy = staff(Role.PRIVACY)
    taken_in("order")
    lost = send("support", email="dan@kund.example")
    Arrival.objects.update(
        came_at=timezone.now() - timedelta(minutes=30)
    )  # its job was lost: staff see it, too

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            html = privacy.get("/office/incoming/").content.decode()
        assert f'href="/office/incoming/{lost.pk}"' in html
        return len(captured)

    few = asked()
    for number in range(4):
        arrivals.take_in(send("order", email=f"p{number}@kund.example").pk, now=timezone.now())
        send("support", email=f"q{number}@kund.example")
    Arrival.objects.update(state="by hand")
    assert asked() == few
    assert few <= 8
    first = Case.objects.order_by("pk").first()
    assert first is not None
    html = privacy.get("/office/incoming/?from=1").content.decode()
    assert f"/office/incoming/sales/{first.number}" not in html
    assert "From the beginning" in html
