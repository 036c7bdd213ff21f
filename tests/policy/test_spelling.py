"""Periods in words, in figures and in ISO 8601, in Swedish and English; what is none says what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.periods import Period
from gallra.policy.spelling import NotAPeriod, Span, read_span

UNITS = ("day", "week", "month", "year")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3 months", Period(months=3)),
        ("tre månader", Period(months=3)),
        ("Tre  Månader", Period(months=3)),
        ("24 månader", Period(months=24)),
        ("tjugofyra månader", Period(months=24)),
        ("twenty-four months", Period(months=24)),
        ("two years", Period(months=24)),
        ("ett år", Period(months=12)),
        ("a year", Period(months=12)),
        ("tjugoett år", Period(months=21 * 12)),
        ("10 days", Period(days=10)),
        ("ett dygn", Period(days=1)),
        ("2 weeks", Period(days=14)),
        ("en vecka", Period(days=7)),
        ("1 year and 6 months", Period(months=18)),
        ("ett år och sex månader", Period(months=18)),
        ("1 year, 6 months and 10 days", Period(months=18, days=10)),
        ("P3M", Period(months=3)),
        ("P1Y6M", Period(months=18)),
        ("P2W", Period(days=14)),
        ("P1Y2M10D", Period(months=14, days=10)),
        ("ett halvår", Period(months=6)),
        ("half a year", Period(months=6)),
        ("at once", Period()),
        ("genast", Period()),
        ("0 days", Period()),
    ],
)
@pytest.mark.promise("M16", "M19", "M20", "S17", "S18")
def test_a_period_is_read(text: str, period: Period) -> None:
    assert read_span(text).period == period


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("3 monhts", "3 months"),
        ("tre månder", "tre månader"),
        ("thre months", "three months"),
        ("3months", "3 months"),
        ("month", "1 month"),
        ("två åår", "två år"),
        ("3", None),
        ("", None),
        ("soon", None),
        ("for ever and ever", None),
        ("1 year and 2 years", None),
        ("-3 months", None),
        ("3,5 months", None),
        ("P", None),
        ("PT3H", None),
        ("P" + "9" * 60 + "Y", None),
        ("٣ months", None),
    ],
)
def test_what_is_no_period_says_what_was_meant(text: str, near: str | None) -> None:
    with pytest.raises(NotAPeriod) as error:
        read_span(text)
    assert (error.value.nearest, error.value.too_long) == (near, False)
    if near:
        read_span(near)


@pytest.mark.parametrize("text", ["201 years", "P999999999Y", "999999999 days"])
def test_a_slip_of_the_finger_is_too_long(text: str) -> None:
    with pytest.raises(NotAPeriod) as error:
        read_span(text)
    assert error.value.too_long


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(UNITS)), min_size=1, unique_by=lambda part: part[1]
    )
)
def test_what_a_span_says_of_itself_is_read_back(parts: list[tuple[int, str]]) -> None:
    span = Span(tuple(parts))  # type: ignore[arg-type]
    again = read_span(str(span))
    assert again.period == span.period
    assert again.at_once == (sum(n for n, _ in parts) == 0)
    assert span.period.months * 28 + span.period.days <= span.longest_days


@given(st.text(max_size=60))
def test_any_text_is_a_period_or_none(text: str) -> None:
    word = text
    try:
        read_span(text)
    except NotAPeriod as error:
        word = error.word
    assert word == text


def test_months_stay_months() -> None:
    assert read_span("24 months").parts == ((24, "month"),)
    assert read_span("2 years").parts == ((2, "year"),)
