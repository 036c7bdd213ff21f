"""The pages behind the numbers: from a promise's count to its records, from a record to its why; nothing personal."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from gallra.office import entries
from gallra.office.references import opened, reference
from gallra.registers.support.models import Case
from gallra.rights import reasons
from gallra.rights.models import StopReason
from gallra.running import board, holds
from gallra.running.asking import why
from gallra.running.models import Adoption
from gallra.site import saying
from gallra.site.models import User
from gallra.systems.own import every
from tests.running.world import MINI, NIGHT, adopted, case, contact
from tests.web.conftest import OFFICE, Open, alva, session_of

LIST = "/office/records/support.case/"


@pytest.fixture
def signed_in(db: object, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Alva on the night on which a case is due, with what a real check counted."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NIGHT)
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    bo = contact()
    for days in (92, 200, 300):
        case(closed=NIGHT - timedelta(days=days), contact=bo)
    case(contact=bo)
    case(closed=NIGHT - timedelta(days=30))
    board.check(NIGHT, audit=True)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(alva())
    return client


def links(html: str, start: str) -> dict[str, str]:
    """Links to addresses that begin so, with what they say."""
    found = re.findall(rf'<a href="({re.escape(start)}[^"]*)"[^>]*>([^<]*)</a>', html)
    return {address.replace("&amp;", "&"): said for address, said in found}


def test_every_number_of_a_promise_leads_to_as_many_records(signed_in: Client) -> None:
    numbers = links(signed_in.get("/office/promises/M16").content.decode(), LIST)
    assert {re.findall("state=([a-z-]+)", address)[0]: said for address, said in numbers.items()} == {
        "all": "5", "waiting": "1", "next": "1", "not-yet": "1", "due": "3", "late": "2 late",
    }  # fmt: skip
    for address, said in numbers.items():
        html = signed_in.get(address).content.decode()
        assert len(re.findall(r'<th scope="row"><a href="/office/records/support.case/\d+"', html)) == int(
            said[0]
        )
    sums = links(signed_in.get("/office/").content.decode(), LIST)
    assert sorted(sums.values()) == ["3", "5"]


def test_a_list_goes_on_from_page_to_page(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallra.office.records.PAGE", 2)
    seen: list[str] = []
    address = f"{LIST}?rule=M16+support.case&state=all"
    while address:
        html = signed_in.get(address).content.decode()
        seen += re.findall(r'href="/office/records/support.case/(\d+)"', html)
        following = re.search(r'<a href="(\?[^"]+)" rel="next"', html)
        address = LIST + following[1].replace("&amp;", "&") if following else ""
    assert seen == [str(key) for key in Case.objects.order_by("pk").values_list("pk", flat=True)]


def test_a_record_says_what_why_says_and_nothing_personal(signed_in: Client) -> None:
    due = Case.objects.order_by("closed_at")[0]
    holds.hold_record("case", str(due.number), ground="Bo Ek stämmer oss", now=NIGHT, by="command line")
    for made in Case.objects.all():
        html = signed_in.get(f"{LIST}{made.pk}").content.decode()
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        answer = why("support.case", str(made.number), now=NIGHT)
        assert re.split(r"\d{4}-", answer.text.en)[0].strip().lower() in said.lower()
        assert f"Case {made.number}" in said
        assert "keep = &quot;3 months&quot;" in html
        assert 'href="/office/promises/M16"' in html
        for personal in ("Bo Ek", "bo@example.com", "Programmet startar inte", "stämmer", "Hej"):
            assert personal not in html
    held = signed_in.get(f"{LIST}{due.pk}").content.decode()
    assert "On hold" in held
    assert "Hold added" in held
    listed = signed_in.get(f"{LIST}?rule=M16+support.case&state=all").content.decode()
    assert "bo@example.com" not in listed


def test_a_session_is_shown_by_a_reference_that_signs_nobody_in(signed_in: Client) -> None:
    key, kind = session_of(User.objects.get()), every()["gallra.session"]
    html = signed_in.get("/office/records/gallra.session/?rule=default+gallra.session").content.decode()
    assert key not in html
    address = f"/office/records/gallra.session/{reference(kind, key)}"
    assert address in html
    page = signed_in.get(address)
    assert page.status_code == 200
    assert key not in page.content.decode()
    assert opened(kind, reference(kind, key)) == key
    with pytest.raises(ValueError, match="reference"):
        opened(every()["gallra.job"], reference(kind, key))


NOWHERE = (
    "support.case/999999999", "support.case/x", "support.case/-1", "support.case/%C2%B2", "support.case/~AAAA",
    "support.case/99999999999999999999999", "no.kind/1", "no.kind/?rule=M16+support.case",
    "support.case/?rule=M17+support.case", "support.case/?rule=M16+support.case&state=gone",
    "support.case/?rule=M16+support.case&after=x", "support.case/?rule=M16+support.case&state=next&day=x",
    "crm.customer/?rule=M16+support.case",
)  # fmt: skip


def test_a_record_whose_key_is_no_number_opens_from_its_list(signed_in: Client) -> None:
    reasons.give("För många mejl", on=timezone.localdate())
    row = StopReason.objects.get()
    listed = signed_in.get(
        "/office/records/gallra.reason/?rule=default+gallra.reason&state=all"
    ).content.decode()
    assert f'href="/office/records/gallra.reason/{row.pk}"' in listed
    assert signed_in.get(f"/office/records/gallra.reason/{row.pk}").status_code == 200
    assert signed_in.get("/office/records/gallra.reason/no-uuid").status_code == 404


def test_an_entry_says_its_words_in_the_language_of_the_page() -> None:
    at = "2026-11-22T13:42:12+00:00"
    body = {"event": "received", "right": "stop", "channel": "phone", "statuses": {"kept": 2, "broken": 1},
            "findings": {"advice": 3}, "outcome": "finished", "risk": "high", "known": at}  # fmt: skip
    with translation.override("sv"), timezone.override("Europe/Stockholm"):
        said = {fact.value for fact in entries.facts(body, "sv")}
    assert said == {
        "mottagen", "avregistrering", "telefon", "brutet 1, hålls 2", "råd 3", "slutförd", "en hög risk",
        f"{saying.day(date(2026, 11, 22), 'sv')} 14.42",
    }  # fmt: skip


def test_what_is_not_there_is_not_found(signed_in: Client) -> None:
    answers = {path: signed_in.get(f"/office/records/{path}").status_code for path in NOWHERE}
    assert answers == dict.fromkeys(NOWHERE, 404)


def test_before_the_first_policy_there_are_no_records(db: object) -> None:
    client = Client()
    client.force_login(alva())
    assert not Adoption.objects.exists()
    assert client.get(f"{LIST}?rule=M16+support.case").status_code == 404


def test_numbers_lead_to_a_record_by_keyboard(open_page: Open, company: User) -> None:
    page = open_page(
        next(path for path in OFFICE if "/records/support.case/?" in path), user=company, lang="en"
    )
    link = page.locator("tbody th a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/records/support.case/*")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Case ")
    page.locator("main a", has_text="M16").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/promises/M16#now")
