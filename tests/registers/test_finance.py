"""Agreements and invoices: the clocks of S17 and S18, gapless numbers, rows that are never altered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.finance import actions
from gallra.registers.finance.models import Agreement, Invoice, Line, Year
from gallra.registers.given import Origin
from tests.registers.cast import ALVA, BO, FIRM, NOW, STAFF, at_once

ORDER = Origin(where="order")
LINE = actions.NewLine(text="Underhåll 2026", quantity=Decimal(2), unit_price=Decimal("1000.005"))


def signed(starts_on: date = date(2024, 1, 1), ends_on: date | None = None) -> Agreement:
    return actions.sign_agreement(
        FIRM, person=BO, starts_on=starts_on, ends_on=ends_on, origin=ORDER, actor=ALVA, now=NOW
    )


def issued(agreement: Agreement | None = None) -> Invoice:
    return actions.issue_invoice(
        FIRM, person=BO, lines=[LINE], agreement_id=agreement.pk if agreement else None,
        issued_on=date(2026, 2, 14), due_on=date(2026, 3, 16), origin=ORDER, actor=ALVA, now=NOW,
    )  # fmt: skip


def clock() -> tuple[int, date | None]:
    company = Company.objects.get()
    return company.agreements_open, company.agreements_until


@pytest.mark.promise("S18")
def test_the_companys_clock_starts_with_the_last_end_and_stops_with_a_new_agreement(db: object) -> None:
    one, two = signed(), signed()
    assert clock() == (2, None)
    actions.end_agreement(one.pk, ended_on=date(2025, 6, 30), actor=ALVA, now=NOW)
    assert clock() == (1, date(2025, 6, 30))
    actions.end_agreement(two.pk, ended_on=date(2025, 3, 31), actor=ALVA, now=NOW)
    assert clock() == (0, date(2025, 6, 30))
    signed(date(2026, 1, 1))
    assert clock() == (1, date(2025, 6, 30))


@pytest.mark.promise("S17", "S18")
def test_renewing_stops_every_clock(db: object) -> None:
    agreement = signed()
    invoice = issued(agreement)
    actions.end_agreement(agreement.pk, ended_on=date(2025, 6, 30), actor=ALVA, now=NOW)
    invoice.refresh_from_db()
    assert invoice.agreement_ended_on == date(2025, 6, 30)
    actions.renew(agreement.pk, renews_on=date(2027, 1, 1), actor=ALVA, now=NOW)
    agreement.refresh_from_db()
    assert Invoice.objects.get().agreement_ended_on is None
    assert (agreement.ended_on, agreement.year_ends_on) == (None, None)
    assert clock() == (1, None)


@pytest.mark.promise("S17")
def test_an_end_falls_in_a_financial_year(db: object) -> None:
    Year.objects.create(starts_on=date(2024, 5, 1), ends_on=date(2025, 4, 30))
    agreement = signed()
    actions.end_agreement(agreement.pk, ended_on=date(2025, 6, 1), actor=ALVA, now=NOW)
    agreement.refresh_from_db()
    assert agreement.year_ends_on == date(2026, 4, 30)
    with pytest.raises(Refused) as refused:
        actions.end_agreement(agreement.pk, ended_on=date(2025, 7, 1), actor=ALVA, now=NOW)
    assert refused.value.code == "agreement_ended"
    actions.end_agreement(agreement.pk, ended_on=date(2025, 2, 1), actor=ALVA, now=NOW)
    assert clock() == (0, date(2025, 2, 1))
    with pytest.raises(Refused):
        actions.end_agreement(agreement.pk, ended_on=date(2020, 2, 1), actor=ALVA, now=NOW)


@pytest.mark.promise("S17")
@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ([], date(2024, 2, 29), (date(2024, 1, 1), date(2024, 12, 31))),
        ([("2024-05-01", "2025-04-30")], date(2027, 4, 30), (date(2026, 5, 1), date(2027, 4, 30))),
        ([("2024-05-01", "2025-04-30")], date(2022, 5, 1), (date(2022, 5, 1), date(2023, 4, 30))),
        # A year was changed: the gap is filled, and no year overlaps another.
        (
            [("2023-01-01", "2023-12-31"), ("2024-07-01", "2025-06-30")],
            date(2024, 3, 1),
            (date(2024, 1, 1), date(2024, 6, 30)),
        ),
    ],
)
def test_financial_years_follow_the_known_ones(
    db: object, known: list[tuple[str, str]], day: date, expected: tuple[date, date]
) -> None:
    for start, end in known:
        Year.objects.create(starts_on=date.fromisoformat(start), ends_on=date.fromisoformat(end))
    year = actions.year_of(day)
    assert (year.starts_on, year.ends_on) == expected
    assert actions.year_of(day).pk == year.pk


def test_years_do_not_overlap(db: object) -> None:
    Year.objects.create(starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    with pytest.raises(IntegrityError, match="year_overlaps_none"), transaction.atomic():
        Year.objects.create(starts_on=date(2024, 12, 31), ends_on=date(2025, 12, 30))


@pytest.mark.promise("S18")
def test_two_last_agreements_ended_at_once_leave_none_open(fresh_database: object) -> None:
    """Without the company's lock, each would see the other still open, for ever (many rounds, for either
    order).
    """
    for _round in range(6):
        pair = [signed(), signed()]
        results = at_once(
            *[
                partial(actions.end_agreement, a.pk, ended_on=date(2025, 6, 30), actor=ALVA, now=NOW)
                for a in pair
            ]
        )
        assert not [r for r in results if isinstance(r, Exception)], results
        assert clock() == (0, date(2025, 6, 30))


def test_numbers_are_gapless_when_many_issue_at_once_and_some_fail(fresh_database: object) -> None:
    agreement = signed()

    def failing() -> None:
        with transaction.atomic():
            issued(agreement)
            raise RuntimeError("the caller changed its mind")

    results = at_once(*[partial(issued, agreement)] * 4, failing, *[partial(issued)] * 4, failing)
    failed = [result for result in results if isinstance(result, Exception)]
    assert [str(error) for error in failed] == ["the caller changed its mind"] * 2
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1001, 1009))


@pytest.mark.promise("M3")
def test_an_invoice_says_what_it_said_when_it_was_booked(db: object) -> None:
    invoice = issued(signed())
    assert (invoice.net, invoice.vat, invoice.total) == (
        Decimal("2000.01"),
        Decimal("500.00"),
        Decimal("2500.01"),
    )
    assert (invoice.buyer_name, invoice.buyer_reference, invoice.buyer_email) == (
        "Kundbolaget AB", "Bo Exempelsson", "bo@kund.example",
    )  # fmt: skip
    Company.objects.update(name="Nytt Namn AB")
    invoice.refresh_from_db()
    assert invoice.buyer_name == "Kundbolaget AB"
    assert invoice.year_ends_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("statement", "altered"),
    [
        ("UPDATE finance_invoice SET total = 1, net = 1, vat = 0", True),
        ("UPDATE finance_invoice SET buyer_name = 'Annan'", True),
        ("UPDATE finance_invoice SET number = 7", True),
        ("UPDATE finance_line SET text = 'Annat'", True),
        ("UPDATE finance_invoice SET agreement_ended_on = '2025-01-01', contact_id = NULL", False),
    ],
)
def test_booked_rows_are_never_altered_whatever_the_way_in(db: object, statement: str, altered: bool) -> None:
    issued(signed())
    with connection.cursor() as cursor:
        if altered:
            with pytest.raises(IntegrityError, match="is not altered"), transaction.atomic():
                cursor.execute(statement)
        else:
            cursor.execute(statement)


def test_a_credit_turns_every_amount_once(db: object) -> None:
    invoice = issued(signed())
    credit = actions.credit_invoice(invoice.pk, issued_on=date(2026, 2, 20), actor=ALVA, now=NOW)
    assert (credit.total, credit.credits_id, credit.number) == (
        -invoice.total,
        invoice.pk,
        invoice.number + 1,
    )
    assert (credit.buyer_email, credit.agreement_id) == (invoice.buyer_email, invoice.agreement_id)
    assert Line.objects.get(invoice=credit).quantity == -2
    for key, code in ((invoice.pk, "invoice_credited"), (credit.pk, "invoice_is_credit"), (0, "unknown")):
        with pytest.raises(Refused) as refused:
            actions.credit_invoice(key, issued_on=date(2026, 2, 20), actor=ALVA, now=NOW)
        assert refused.value.code == code


@pytest.mark.promise("S17")
def test_an_invoices_clock_outlives_its_agreements_row(db: object) -> None:
    agreement = signed()
    invoice = issued(agreement)
    actions.end_agreement(agreement.pk, ended_on=date(2026, 2, 28), actor=ALVA, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM finance_agreement WHERE id = %s", [agreement.pk])
    invoice.refresh_from_db()
    assert (invoice.agreement_id, invoice.agreement_ended_on) == (None, date(2026, 2, 28))


def test_what_is_wrong_is_refused(db: object) -> None:
    with pytest.raises(Refused) as refused:
        signed(ends_on=date(2023, 1, 1))
    assert refused.value.code == "ends_before_it_starts"
    day = date(2026, 1, 1)
    for lines, due_on, code in (
        ([], day, "invoice_empty"),
        ([LINE], date(2025, 1, 1), "ends_before_it_starts"),
    ):
        with pytest.raises(Refused) as refused:
            actions.issue_invoice(
                FIRM, lines=lines, issued_on=day, due_on=due_on, origin=STAFF, actor=ALVA, now=NOW
            )
        assert refused.value.code == code
    assert not Invoice.objects.exists()
