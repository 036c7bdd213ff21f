"""Deciding a review (M17, M18): what is due for one is listed with what the policy wants looked at; a decision to keep
sets the next one a year ahead, one to erase is carried out by the next sweep, unless a hold keeps the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.registers.crm.models import Contact, Relation, Review
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.running import reviewing
from gallra.running.adopting import adopt
from gallra.running.asking import Unknown, why
from gallra.running.board import check
from gallra.running.holds import hold_record, release
from gallra.running.reviewing import Facts, NotReviewed, decide, means, waiting
from gallra.running.runs import sweep
from tests.running.world import NIGHT, POLICIES

pytestmark = [pytest.mark.promise("M17", "M18"), pytest.mark.usefixtures("db")]
LATE = datetime(2025, 11, 1, 12, tzinfo=UTC)
BY = "försäljningschefen"
REASON = "Bo Ek vill förlänga"


@pytest.fixture(autouse=True)
def _munkeby(db: object) -> None:
    adopt(Path(POLICIES / "munkeby.toml"), reason="prov", now=NIGHT - timedelta(hours=1))


def customer(
    *,
    reviewed: datetime | None = LATE,
    ended: date | None = None,
    contact: datetime | None = None,
    sales: int = 0,
) -> Relation:
    firm = Company.objects.create(
        name="Exempel AB", agreements_open=0 if ended else 2, agreements_until=ended
    )
    bo, _ = Contact.objects.get_or_create(email="bo@example.com", defaults={"name": "Bo Ek"})
    return Relation.objects.create(
        role="customer", company=firm, contact=bo,
        source="order", added_at=datetime(2020, 1, 1, tzinfo=UTC), reviewed_at=reviewed,
        became_customer_at=datetime(2020, 1, 1, tzinfo=UTC), company_last_contact_at=contact, sales_open=sales,
    )  # fmt: skip


def status(now: datetime) -> str:
    return {promise.id: promise.status for promise in check(now, audit=True).promises}["M18"]


def test_what_is_due_is_listed_with_what_the_policy_wants_looked_at() -> None:
    late = customer(contact=datetime(2026, 3, 2, 12, tzinfo=UTC), sales=1)
    ended = customer(reviewed=datetime(2026, 6, 1, tzinfo=UTC), ended=date(2026, 11, 21))
    customer(reviewed=datetime(2026, 6, 1, tzinfo=UTC))
    first, second = waiting(NIGHT).waiting
    assert (first.key, first.since, first.late, first.sooner) == (
        str(late.pk),
        date(2026, 11, 1),
        True,
        False,
    )
    assert first.facts == Facts(date(2026, 3, 2), 2, None, 1)
    assert (second.key, second.since, second.late, second.sooner) == (
        str(ended.pk), date(2026, 11, 21), False, True
    )  # fmt: skip
    assert second.facts == Facts(None, 0, date(2026, 11, 21), 0)
    assert second.promises == ("M17", "M18")


def test_a_list_costs_the_same_statements_however_long() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        for _ in range(3):
            customer()
        with CaptureQueriesContext(connection) as asked:
            assert waiting(NIGHT).waiting
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_late_review_decided_to_keep_comes_back_a_year_later() -> None:
    one = customer()
    assert status(NIGHT) == "broken"
    assert means("customer", str(one.pk), decision="keep", now=NIGHT).next == date(2027, 11, 22)
    made = decide("customer", str(one.pk), decision="keep", reason=REASON, by=BY, now=NIGHT)
    assert made.next == date(2027, 11, 22)
    assert status(NIGHT) == "kept"
    assert waiting(NIGHT).waiting == ()
    a_year_later = datetime(2027, 11, 22, 1, 0, tzinfo=UTC)
    assert waiting(a_year_later - timedelta(days=1)).waiting == ()
    assert [found.key for found in waiting(a_year_later).waiting] == [str(one.pk)]
    assert sweep(NIGHT).records == 0
    assert Relation.objects.filter(pk=one.pk).exists()


def test_a_decision_to_erase_goes_with_the_next_sweep() -> None:
    one, other = customer(), customer()
    decide("customer", str(one.pk), decision="erase", reason="Ingen försäljning", by=BY, now=NIGHT)
    assert [found.key for found in waiting(NIGHT).waiting] == [str(other.pk)]
    assert Relation.objects.filter(pk=one.pk).exists()
    assert sweep(NIGHT).records == 1
    assert list(Relation.objects.values_list("pk", flat=True)) == [other.pk]
    with pytest.raises(NotReviewed, match=r"2026-11-22"):
        decide("customer", str(one.pk), decision="keep", reason=REASON, by=BY, now=NIGHT)


def test_what_a_hold_keeps_stays_until_it_ends() -> None:
    one = customer()
    hold = hold_record("customer", str(one.pk), ground="tvist", now=NIGHT, by="user 1")
    assert waiting(NIGHT).waiting[0].held
    assert means("customer", str(one.pk), decision="erase", now=NIGHT).held
    decide("customer", str(one.pk), decision="erase", reason=REASON, by=BY, now=NIGHT)
    assert sweep(NIGHT).records == 0
    held = why("customer", str(one.pk), now=NIGHT)
    assert (held.state, held.promises) == ("held", ("M17", "M18"))
    assert held.text.en == "kept by a hold; a review decided that it is erased, and it is when the hold ends"
    release(hold.pk, now=NIGHT + timedelta(hours=1), by="user 1")
    assert why("customer", str(one.pk), now=NIGHT).state == "due"
    assert sweep(NIGHT + timedelta(hours=2)).records == 1


def test_deciding_to_keep_undoes_a_decision_to_erase() -> None:
    one = customer()
    decide("customer", str(one.pk), decision="erase", reason=REASON, by=BY, now=NIGHT)
    for again in (means, lambda *a, **k: decide(*a, reason=REASON, by=BY, **k)):
        with pytest.raises(Refused) as refused:
            again("customer", str(one.pk), decision="erase", now=NIGHT)
        assert refused.value.code == "erasure_decided"
    decide("customer", str(one.pk), decision="keep", reason=REASON, by=BY, now=NIGHT + timedelta(hours=1))
    assert sweep(NIGHT + timedelta(hours=2)).records == 0
    assert why("customer", str(one.pk), now=NIGHT).state == "review"


def test_the_ledger_has_the_decision_and_no_word_of_the_reason() -> None:
    one = customer()
    made = decide("customer", str(one.pk), decision="keep", reason=f" {REASON} ", by=BY, now=NIGHT)
    entry, review = Entry.objects.get(number=made.entry), Review.objects.get()
    assert (entry.action, entry.body["record"], entry.body["decision"]) == ("review", one.pk, "keep")
    assert (entry.body["next"], entry.body["promises"]) == ("2027-11-22", ["M17", "M18"])
    assert not any(word in json.dumps(entry.body) for word in ("Bo", REASON, BY, "Exempel"))
    assert (review.reason, review.decided_by, review.decided_at) == (REASON, BY, NIGHT)
    salt = bytes(review.salt or b"")
    assert matches(entry.body["reason"], REASON, salt=salt)
    assert matches(entry.body["by"], BY, salt=salt)


def test_decision_and_entry_are_written_both_or_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    one = customer()

    def fail(**_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(reviewing, "append", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        decide("customer", str(one.pk), decision="erase", reason=REASON, by=BY, now=NIGHT)
    one.refresh_from_db()
    assert (one.reviewed_at, one.erase_decided_at, Review.objects.count()) == (LATE, None, 0)


def test_what_is_no_review_is_refused() -> None:
    one = customer()
    for kind, key, reason, by, error in (
        ("customer", str(one.pk), " ", BY, NotReviewed),
        ("customer", str(one.pk), REASON, "alva@example.com", NotReviewed),
        ("customer", str(one.pk), REASON, " ", NotReviewed),
        ("case", "1", REASON, BY, NotReviewed),
        ("prospect", str(one.pk), REASON, BY, NotReviewed),
        ("customer", "987654", REASON, BY, Unknown),
        ("customer", "Bo", REASON, BY, Unknown),
        ("nothing", "1", REASON, BY, Unknown),
    ):
        with pytest.raises(error):
            decide(kind, key, decision="erase", reason=reason, by=by, now=NIGHT)
    assert not Review.objects.exists()
    assert not Entry.objects.filter(action="review").exists()


def told(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    @contextmanager
    def installation() -> Iterator[None]:
        yield

    monkeypatch.setattr("gallra.cli.reviewing.installation", installation)
    result = CliRunner().invoke(app, ["review", *arguments])
    return result.exit_code, result.output


def test_the_commands_show_their_plan_and_decide_only_with_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    one = customer(reviewed=timezone.now() - timedelta(days=400))
    listed = json.loads(told(monkeypatch, "list", "--json")[1])["waiting"]
    assert [(found["key"], found["late"], found["facts"]["agreements_open"]) for found in listed] == [
        (str(one.pk), True, 2)
    ]
    code, text = told(monkeypatch, "list")
    assert code == 0
    assert "Bo Ek" not in text
    assert "Exempel" not in text
    asked = ("decide", "customer", str(one.pk))
    assert told(monkeypatch, *asked, "--reason", "x", "--yes")[0] == 2  # neither keep nor erase
    assert told(monkeypatch, *asked, "--erase", "--yes")[0] == 2  # no reason, and nobody to ask
    code, text = told(monkeypatch, *asked, "--erase", "--reason", "x")
    assert code == 1
    assert f"crm.customer {one.pk}" in text
    assert not Review.objects.exists()
    made = json.loads(told(monkeypatch, *asked, "--keep", "--reason", "x", "--yes", "--json")[1])
    assert (made["decision"], made["key"]) == ("keep", one.pk)
    assert Review.objects.get().decided_by == "command line"
    assert json.loads(told(monkeypatch, "list", "--json")[1])["waiting"] == []
