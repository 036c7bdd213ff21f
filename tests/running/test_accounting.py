"""S17: seven years after the agreement ended, but never before the Bookkeeping Act lets go; an invoice without
agreement is never reached.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gallra.registers.finance.models import Agreement, Invoice, Line
from gallra.running.adopting import adopt
from gallra.running.asking import why
from gallra.running.board import check
from gallra.running.runs import sweep
from tests.running.world import POLICIES

pytestmark = [pytest.mark.promise("S17"), pytest.mark.usefixtures("db")]


def invoice(number: int, *, agreement: Agreement | None, issued: date, ended: date | None) -> Invoice:
    made = Invoice.objects.create(
        number=number, agreement=agreement, agreement_ended_on=ended, issued_on=issued, due_on=issued,
        year_ends_on=date(issued.year, 12, 31), net=100, vat=25, total=125,
    )  # fmt: skip
    Line.objects.create(
        invoice=made, position=1, text="Licens", quantity=1, unit_price=100, vat_rate=25, amount=100
    )
    return made


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def swept(day: date) -> int:
    return sweep(at(day), confirmed=frozenset({"clock"})).records


def test_the_act_is_the_floor() -> None:
    """An agreement that ended 2024-03-15 would go 2031-03-15; the Act keeps what was booked in 2024 through
    2031-12-31.
    """
    adopt(Path(POLICIES / "swinx.toml"), reason="prov", now=at(date(2024, 6, 1)))
    ended = date(2024, 3, 15)
    agreement = Agreement.objects.create(
        number=1, starts_on=date(2010, 1, 1), ended_on=ended, year_ends_on=date(2024, 12, 31)
    )
    invoice(1, agreement=agreement, issued=date(2010, 5, 1), ended=ended)
    new = invoice(2, agreement=agreement, issued=date(2024, 2, 1), ended=ended)
    assert swept(date(2031, 3, 14)) == 0
    answer = why("invoice", "2", now=at(date(2031, 3, 15)))
    assert (answer.state, answer.day) == ("obliged", date(2032, 1, 1))
    assert swept(date(2031, 3, 15)) == 1  # the invoice of 2010
    assert swept(date(2031, 12, 31)) == 0
    assert list(Invoice.objects.all()) == [new]
    assert swept(date(2032, 1, 1)) == 2
    assert not Agreement.objects.exists()
    assert not Line.objects.exists()


def test_an_invoice_without_agreement_is_uncovered_and_counted() -> None:
    adopt(Path(POLICIES / "swinx.toml"), reason="prov", now=at(date(2024, 6, 1)))
    invoice(1, agreement=None, issued=date(2000, 1, 1), ended=None)
    found = check(at(date(2024, 6, 2)), audit=True)
    s17 = next(promise for promise in found.promises if promise.id == "S17")
    assert s17.status == "uncovered"
    assert {count.kind: count.uncovered for count in s17.counts} == {
        "finance.agreement": 0,
        "finance.invoice": 1,
    }
    assert swept(date(2024, 6, 3)) == 0
    assert why("invoice", "1", now=at(date(2024, 6, 3)) + timedelta(hours=1)).state == "uncovered"
