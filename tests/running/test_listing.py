"""Every number of the board leads to as many records as it counts, each with the answer that `gallra why` gives."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallra.engine.listing import State
from gallra.registers.generate.making import make_company
from gallra.running import adopting, asking, board, holds, listing
from gallra.running.asking import Unknown
from gallra.running.report import KindCount
from tests.running.world import MINI, NIGHT, POLICIES, adopted, case, contact

pytestmark = pytest.mark.usefixtures("db")
VALUES: dict[State, str] = {
    "all": "total", "waiting": "waiting", "next": "next_count", "not yet": "not_yet", "due": "due", "late": "late",
    "held": "held", "obliged": "obliged", "uncovered": "uncovered",
}  # fmt: skip


def every(count: KindCount, state: State, most: int = 400) -> list[listing.Line]:
    """All pages of a number."""
    found: list[listing.Line] = []
    shown = listing.page(count.rule, state, now=NIGHT, most=most, day=count.next_day)
    found += shown.lines
    while shown.more:
        shown = listing.page(
            count.rule, state, now=NIGHT, most=most, day=count.next_day, after=shown.lines[-1].key
        )
        found += shown.lines
    return found


@pytest.mark.parametrize(("policy", "rule"), [("swinx", "S18 support.case"), ("munkeby", "M16 support.case")])
def test_a_number_leads_to_as_many_records(policy: str, rule: str) -> None:
    adopting.adopt(
        POLICIES / f"{policy}.toml", reason="first", by="command line", now=NIGHT - timedelta(days=1)
    )
    make_company(policy_name=policy, people=30, seed=3, now=NIGHT)
    due = listing.page(rule, "due", now=NIGHT, most=1).lines[0]
    holds.hold_record("support.case", f"key:{due.key}", ground="tvist", now=NIGHT, by="command line")
    found = board.check(NIGHT, audit=True)
    counts = {c.rule: c for report in found.promises for c in report.counts} | {c.rule: c for c in found.own}
    seen: dict[State, int] = dict.fromkeys(get_args(State), 0)
    for count in counts.values():
        for state in get_args(State):
            if state == "next" and count.next_day is None:
                continue
            lines = every(count, state)
            assert len({line.key for line in lines}) == len(lines) == getattr(count, VALUES[state]), (
                count,
                state,
            )
            seen[state] += len(lines)
            for line in lines[:1]:
                answer = asking.why(count.kind, f"key:{line.key}", now=NIGHT)
                assert answer.text == line.answer.text or answer.state == "archived"
    wanted = {"all", "waiting", "next", "due", "held", *(["uncovered"] if policy == "swinx" else [])}
    assert {state for state, number in seen.items() if number} >= wanted


def test_pages_follow_the_key_and_cost_the_same_for_many_as_for_few() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    made = [case(closed=NIGHT - timedelta(days=200), messages=0).pk for _ in range(10)]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown = listing.page("M16 support.case", "due", now=NIGHT, most=4, after=made[3])
        assert [line.key for line in shown.lines] == made[4:8]
        assert shown.more
        return len(captured)

    few = queries()
    first = made[-1] + 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO support_case (id, number, status, priority, source, opened_at, closed_at) SELECT %s + n,"
            " 900000 + n, 'closed', 'normal', 'support', '2025-01-01', '2026-01-01' FROM generate_series(0, 9999) n",
            [first],
        )
    assert queries() == few <= 6
    last = listing.page("M16 support.case", "due", now=NIGHT, most=4, after=first + 9_997)
    assert (len(last.lines), last.more) == (2, False)


def test_what_a_record_says_of_itself() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    bo = contact()
    late, open_, held = case(closed=NIGHT - timedelta(days=200), contact=bo), case(), case(closed=NIGHT)
    made = holds.hold_record("case", str(held.number), ground="tvist", now=NIGHT, by="command line")
    about = listing.about("support.case", f"key:{late.pk}", now=NIGHT)
    assert (about.standing, about.number, about.promises) == ("late", str(late.number), ("M16",))
    assert listing.about("support.case", f"key:{open_.pk}", now=NIGHT).standing == "not yet"
    about = listing.about("support.case", f"key:{held.pk}", now=NIGHT)
    assert about.standing == "held"
    assert [hold.pk for hold in about.holds] == [made.pk]
    assert [entry.action for entry in about.entries] == ["hold.added"]
    assert not about.by_person
    holds.hold_person("bo@example.com", ground="tvist", now=NIGHT, by="command line")
    about = listing.about("support.case", f"key:{late.pk}", now=NIGHT)
    assert (about.standing, about.by_person) == ("held", True)


def test_a_number_of_a_rule_that_is_not_there_is_unknown() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    with pytest.raises(Unknown):
        listing.page("M17 support.case", "due", now=NIGHT)
    with pytest.raises(Unknown):
        listing.page("M16 support.case", "next", now=NIGHT)
