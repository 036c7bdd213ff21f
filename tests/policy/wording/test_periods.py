"""Periods in words: units as the author wrote them, correct gender and plural, intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.periods import Period
from gallra.policy.spelling import read_span
from gallra.policy.wording.periods import every, words


@pytest.mark.parametrize(
    ("written", "sv", "en"),
    [
        ("3 months", "tre månader", "three months"),
        ("1 month", "en månad", "one month"),
        ("1 year", "ett år", "one year"),
        ("12 months", "tolv månader", "twelve months"),
        ("24 months", "24 månader", "24 months"),
        ("7 years", "sju år", "seven years"),
        ("1 week", "en vecka", "one week"),
        ("2 weeks", "två veckor", "two weeks"),
        ("1 day", "en dag", "one day"),
        ("30 days", "30 dagar", "30 days"),
        ("P1Y6M", "ett år och sex månader", "one year and six months"),
        ("at once", "genast", "immediately"),
    ],
)
def test_a_period_is_told_in_its_authors_units(written: str, sv: str, en: str) -> None:
    assert words(read_span(written), "sv") == sv
    assert words(read_span(written), "en") == en


@pytest.mark.parametrize(
    ("period", "sv"),
    [
        (Period(months=84), "sju år"),
        (Period(months=12), "ett år"),
        (Period(months=18), "18 månader"),
        (Period(months=30), "två år och sex månader"),
        (Period(months=3, days=1), "tre månader och en dag"),
        (Period(), "genast"),
    ],
)
def test_a_bare_period_counts_in_years_where_it_can(period: Period, sv: str) -> None:
    assert words(period, "sv") == sv


@pytest.mark.parametrize(
    ("written", "sv", "en"),
    [
        ("12 months", "varje år", "every year"),
        ("1 year", "varje år", "every year"),
        ("24 months", "vartannat år", "every other year"),
        ("3 years", "vart tredje år", "every three years"),
        ("1 month", "varje månad", "every month"),
        ("2 months", "varannan månad", "every other month"),
        ("3 months", "var tredje månad", "every three months"),
        ("18 months", "var 18:e månad", "every 18 months"),
        ("14 days", "var 14:e dag", "every 14 days"),
        ("1 week", "varje vecka", "every week"),
        ("P1Y6M", "med ett år och sex månaders mellanrum", "at intervals of one year and six months"),
    ],
)
def test_how_often(written: str, sv: str, en: str) -> None:
    assert every(read_span(written), "sv") == sv
    assert every(read_span(written), "en") == en


@given(st.integers(0, 2400), st.integers(0, 400))
def test_no_two_bare_periods_are_told_alike(months: int, days: int) -> None:
    told = {lang: words(Period(months, days), lang) for lang in ("sv", "en")}
    other = words(Period(months + 1, days), "sv")
    assert told["sv"] != other
    assert "  " not in told["en"]
