"""Each statement of a sweep is an index range where it matters: no large table is read whole (invariant 8)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections

from gallra import naming
from gallra.engine.compile import Statement
from gallra.engine.cover import due_statement
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.person import twins
from gallra.engine.person.mentions import _Asking, places
from gallra.engine.plan import questions
from gallra.engine.settle import settlings
from gallra.engine.work import work
from gallra.policy.periods import Period
from gallra.policy.rules import Obligation, Rule, Rules
from gallra.running.persons import own_people
from gallra.systems.connection import OwnDatabase
from gallra.systems.own import kinds

ROWS = 30_000
LARGE = (
    "support_case",
    "support_message",
    "support_contact",
    "crm_relation",
    "finance_invoice",
    "directory_company",
)
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
FILL = f"""
INSERT INTO directory_company (name, sole_trader, sources, agreements_open, agreements_until, added_at)
SELECT 'Exempel ' || n, false, '{{}}', (n % 50 <> 0)::int, '2026-01-01'::date + (n % 300), now()
FROM generate_series(1, {ROWS}) n;
INSERT INTO support_contact (name, email, sources, added_at)
SELECT 'Bo', n || '@example.com', '{{}}', now() FROM generate_series(1, {ROWS}) n;
INSERT INTO support_case (number, contact_id, company_id, subject, status, priority, source, opened_at, closed_at)
SELECT n, n, n, 'Fel', 'closed', 'normal', 'support', '2026-01-01',
  '2026-11-01'::timestamptz - (n % 72) * interval '1 day'
FROM generate_series(1, {ROWS}) n;
INSERT INTO support_message (case_id, contact_id, direction, body, sent_at)
SELECT n, n, 'in', 'Hej', now() FROM generate_series(1, {ROWS}) n;
INSERT INTO crm_contact (name, email, sources, added_at)
SELECT 'Bo', n || '@example.com', '{{}}', now() FROM generate_series(1, {ROWS}) n;
INSERT INTO crm_relation (role, contact_id, company_id, source, added_at, became_customer_at, company_last_contact_at,
  company_dialogue, sales_open, reviewed_at)
SELECT (ARRAY['prospect','customer','prospect'])[1 + n % 3], n, n, 'staff',
  '2026-11-01'::timestamptz - (n % 300) * interval '1 day',
  '2020-01-01', '2026-11-01'::timestamptz - (n % 700) * interval '1 day', n % 2 = 0, 0,
  '2026-11-01'::timestamptz - (n % 360) * interval '1 day'
FROM generate_series(1, {ROWS}) n;
INSERT INTO finance_invoice (number, agreement_ended_on, issued_on, due_on, year_ends_on, currency, net, vat, total,
  booked_at)
SELECT n, '2026-01-01'::date - (n % 2400), '2018-01-01', '2018-02-01', '2018-12-31', 'SEK', 0, 0, 0, now()
FROM generate_series(1, {ROWS}) n;
"""
ENDED = "the company's last agreement ended"
RULES = Rules(
    "0" * 64,
    "Europe/Stockholm",
    (
        Rule("M16", ("M16",), "a", "support.case", "archive", "the case was closed", Period(3)),
        Rule("S18", ("S18",), "b", "support.case", "erase", ENDED, Period(36)),
        Rule(
            "M19",
            ("M19",),
            "c",
            "crm.prospect",
            "erase",
            "last contact with the company",
            Period(24),
            when="dialogue with the company",
        ),
        Rule(
            "M20",
            ("M20",),
            "d",
            "crm.prospect",
            "erase",
            "added",
            Period(12),
            unless="dialogue with the company",
        ),
        Rule("S17", ("S17",), "e", "finance.invoice", "erase", "the agreement ended", Period(84)),
    ),
    (Obligation("law", "lag", "act", 7),),
    {},
    ("support.case", "crm.prospect", "finance.invoice"),
)


def explained(statement: Statement) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.text, statement.params)
        return "\n".join(row[0] for row in cursor.fetchall())


def scans(plan: str) -> list[str]:
    return [table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in LARGE]


@pytest.fixture
def filled(fresh_database: str) -> None:
    """Tables of 30,000 rows, analysed."""
    with connections["owner"].cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        for table in (*LARGE, "crm_contact"):
            cursor.execute(f"ANALYZE {table}")


@pytest.mark.usefixtures("filled")
def test_no_statement_of_a_sweep_reads_a_large_table_from_end_to_end() -> None:
    today = Today.of(NOW, RULES.timezone)
    keys = list(range(1, 200))
    wrong: list[str] = []
    for asked in questions(RULES, kinds(), today, OwnHolds()):
        if asked.kind.table.name in scans(explained(due_statement(asked))):
            wrong.append(f"{asked.name} beside other rules")
        question = replace(asked, before=())
        made = work(question)
        ready = [made.pick, due_statement(question)]
        if made.paged_by_event:
            ready.append(
                made.following.bind(
                    after_key=1, after_event=today.now if question.rule.id[0] == "M" else today.day
                )
            )
        ready += [s.bind(keys=keys) for s in made.statements() if "keys" in s.params]
        wrong += [f"{question.name} {s.name}: {scans(explained(s))}" for s in ready if scans(explained(s))]
    for settling in settlings(kinds().values(), OwnHolds(), today):
        ready = [settling.lock, settling.ask, settling.remove]
        wrong += [
            f"{settling.table} {s.name}: {scans(explained(s.bind(keys=keys)))}"
            for s in ready
            if scans(explained(s.bind(keys=keys)))
        ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.usefixtures("filled")
def test_a_search_for_a_name_asks_the_index_of_words_whatever_the_planner_knows() -> None:
    """It knows nothing of how common a word is: no sample of texts is kept."""
    nobody: frozenset[tuple[str, Any]] = frozenset()
    spellings = " | ".join(f"'{name}' <-> 'hagstrand'" for name in ("bo", "bos", "bosse", "bosses", "boel"))
    for query in ("'bo' & 'hagstrand'", spellings):
        asking = _Asking(OwnDatabase(), own_people(), nobody, nobody, query, naming.NOTHING, "'wa'")
        everywhere = places(own_people())
        together = asking.fused(everywhere).bound(asked=asking.query, tokens=asking.tokens)
        for place in everywhere:
            if place.table.name not in LARGE:
                continue
            for asked in (asking.statement(place), asking.statement(place, 5)):
                plan = explained(asked)
                assert f"Bitmap Index Scan on {place.table.name}_words" in plan, plan
                assert "Filter: (directory_words" not in plan, plan
            plan = explained(together)
            assert f"Bitmap Index Scan on {place.table.name}_words" in plan, plan
            assert not scans(plan), plan


@pytest.mark.usefixtures("filled")
def test_who_may_be_the_same_person_is_found_by_the_indexes_of_names_and_of_digits() -> None:
    asked = twins.statement(own_people()).bound(names=["bo hagstrand"], phones=["0701234567"])
    plan = explained(asked)
    assert not scans(plan), plan
    for index in (
        "support_contact_sorted",
        "support_contact_digits",
        "crm_contact_sorted",
        "crm_contact_digits",
    ):
        assert f"Bitmap Index Scan on {index}" in plan, plan


@pytest.mark.usefixtures("db")
def test_the_check_for_scans_can_fail() -> None:
    assert scans(explained(Statement("all", "SELECT * FROM support_case WHERE subject LIKE '%%x'", {}))) == [
        "support_case"
    ]
