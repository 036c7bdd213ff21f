"""Each statement of each rule of the four policies is an index range where it matters, on a night with nothing due."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from bench.idle import FILL

from gallra.engine.compile import Statement
from gallra.engine.cover import due_statement
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import questions
from gallra.engine.work import work
from gallra.policy import read_policy
from gallra.policy.law import load_law
from gallra.policy.rules import Rules, rules
from gallra.running.installed import own_kinds
from gallra.site import database as site_database
from tests.conftest import Database
from tests.engine.test_plans import explained

POLICIES = Path(__file__).parents[2] / "policies"
NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ROWS, COMPANIES, ENDED = 40_000, 8_000, 400
LARGE = frozenset(re.findall(r"INSERT INTO (\w+)", FILL)) - {"newsletter_topic"}


def rules_of(name: str) -> Rules:
    policy = read_policy((POLICIES / f"{name}.toml").read_text(encoding="utf-8"))
    return rules(policy, law=load_law(), kinds=own_kinds())


def whole(statement: Statement) -> list[str]:
    """The large tables that a statement reads from end to end."""
    return [table for table in re.findall(r"Seq Scan on (\w+)", explained(statement)) if table in LARGE]


def fill(database: Database) -> None:
    text = FILL.format(
        rows=ROWS, companies=COMPANIES, ended=ENDED, company=f"{ENDED} + 1 + n % {COMPANIES - ENDED}"
    )
    address = psycopg.conninfo.make_conninfo(site_database.superuser_address(), dbname=database.name)
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in text.split(";\n"):
            if statement.strip():
                superuser.execute(statement)
        superuser.execute("VACUUM (ANALYZE)")


@pytest.mark.slow
def test_no_rule_of_any_policy_reads_a_large_table_from_end_to_end(fresh_database: Database) -> None:
    fill(fresh_database)
    keys = list(range(1, 200))
    wrong: list[str] = []
    for name in ("swinx", "swinx-mended", "munkeby", "munkeby-mended"):
        made = rules_of(name)
        for asked in questions(made, own_kinds(), Today.of(NIGHT, made.timezone), OwnHolds()):
            question = replace(asked, before=())
            if question.kind.table.name not in LARGE:
                continue
            done = work(question)
            # A review is counted and shown, never picked or locked.
            ready = [due_statement(question), done.count]
            if question.verb != "review":
                ready += [done.pick, *(s.bind(keys=keys) for s in done.statements() if "keys" in s.params)]
            wrong += [
                f"{name}: {question.name}: {s.name} reads {found}" for s in ready if (found := whole(s))
            ]
    assert not wrong, "\n".join(wrong)
