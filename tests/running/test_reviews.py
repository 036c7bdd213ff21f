"""Reviews (M17, M18): due twelve months after the last, at once when the last agreement ended; late is broken, never
erased; a decision to erase is carried out by the next sweep.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gallra.registers.crm.models import Relation
from gallra.registers.directory.models import Company
from gallra.running.adopting import adopt
from gallra.running.asking import why
from gallra.running.board import check
from gallra.running.runs import due, sweep
from tests.running.world import NIGHT, POLICIES

pytestmark = [pytest.mark.promise("M17", "M18"), pytest.mark.usefixtures("db")]


def customer(*, reviewed: datetime | None, until: date | None = None, agreements: int = 1) -> Relation:
    firm = Company.objects.create(name="Exempel AB", agreements_open=agreements, agreements_until=until)
    return Relation.objects.create(
        role="customer", company=firm, source="order", added_at=datetime(2020, 1, 1, tzinfo=UTC),
        became_customer_at=datetime(2020, 1, 1, tzinfo=UTC), reviewed_at=reviewed,
    )  # fmt: skip


def reviews(now: datetime) -> int:
    return due(now).reviews


@pytest.fixture(autouse=True)
def _munkeby(db: object) -> None:
    adopt(Path(POLICIES / "munkeby.toml"), reason="prov", now=NIGHT - timedelta(hours=1))


def test_a_review_is_due_a_year_after_the_last_one() -> None:
    one = customer(reviewed=datetime(2025, 11, 23, 12, tzinfo=UTC))
    assert reviews(NIGHT) == 0
    assert why("customer", str(one.pk), now=NIGHT).day == date(2026, 11, 23)
    assert reviews(NIGHT + timedelta(days=1)) == 1


def test_a_review_is_due_at_once_when_the_last_agreement_ended() -> None:
    one = customer(reviewed=datetime(2026, 6, 1, tzinfo=UTC), until=date(2026, 11, 20), agreements=0)
    assert reviews(NIGHT) == 1
    Relation.objects.filter(pk=one.pk).update(reviewed_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert reviews(NIGHT) == 0  # kept on purpose, after it ended


def test_a_late_review_is_a_broken_promise_and_never_an_erasure() -> None:
    customer(reviewed=datetime(2025, 11, 1, tzinfo=UTC))
    status = {promise.id: promise.status for promise in check(NIGHT, audit=True).promises}
    assert status["M18"] == "broken"
    assert sweep(NIGHT).records == 0
    assert Relation.objects.count() == 1


def test_a_decision_to_erase_is_carried_out_by_the_next_sweep() -> None:
    one = customer(reviewed=NIGHT)
    Relation.objects.filter(pk=one.pk).update(erase_decided_at=NIGHT)
    assert reviews(NIGHT) == 0
    assert why("customer", str(one.pk), now=NIGHT).state == "due"
    assert sweep(NIGHT).taken == {"M17 M18 crm.customer decided": 1}
    assert not Relation.objects.exists()
    assert not Company.objects.exists()
    gone = why("customer", str(one.pk), now=NIGHT)
    assert (gone.state, gone.promises) == ("erased", ("M17", "M18"))
