"""MSSQL's statements as text, against golden files. Renewed by: python -m tests.systems.test_mssql"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Dialect

from gallra.engine.brake import whole
from gallra.engine.compile import compiled
from gallra.engine.cover import cover_statement, due_statement
from gallra.engine.forecast import months_from
from gallra.engine.forecast import statement as forecast_statement
from gallra.engine.person.people import People
from gallra.engine.work import Question, counted
from gallra.systems.sql import sweeping
from gallra.systems.sql.dialect import NotPortable, dialect_for
from gallra.systems.sql.holds import KnownHolds
from tests.systems.world import NOW

GOLDEN = Path(__file__).parent / "golden"
HOLDS = KnownHolds(frozenset({("desk.case", "3")}), frozenset({"bo@example.com"}))


def told() -> dict[str, str]:
    """The text of every statement of a sweep, a check and a search, by rule."""
    from tests.systems.books import asked, example

    dialect = dialect_for("mssql", ZoneInfo("Europe/Stockholm"))
    found: dict[str, str] = {}
    for question in asked(example(), HOLDS):
        texts = [
            f"-- {name}\n{compiled(name, clause, dialect).text}"
            for name, clause in _clauses(question, dialect)
        ]
        rules = tuple(rule for rule in example().rules.rules if rule.kind == question.kind.name)
        texts.append(f"-- due\n{due_statement(question, dialect).text}")
        texts.append(f"-- cover\n{cover_statement(question, rules, dialect).text}")
        texts.append(
            f"-- forecast\n{forecast_statement((question,), months_from(NOW.date(), 2), dialect).text}"
        )
        found[f"mssql {question.name}"] = "\n\n".join(texts)
    people = People(example().kinds, dialect)
    asked_ = [
        s
        for each in people.asked
        for s in each.bound("locked", address="bo@example.com", contacts={"kontakter": [1]})
    ]
    found["mssql find"] = "\n\n".join(f"-- {s.name}\n{s.text}" for s in (*people.by_email.values(), *asked_))
    return {
        name.replace(" ", "-"): re.sub(r" +$", "", text, flags=re.M) + "\n" for name, text in found.items()
    }


def _clauses(question: Question, dialect: Dialect) -> list[tuple[str, Any]]:
    keys = [1, 2] if question.kind.name == "desk.case" else ["O-1", "O-2"]
    found: list[tuple[str, Any]] = [("pick", sweeping.picked(question, keys[0], 1000))]
    found += sweeping.hop_locks(question, keys)
    found += [("lock", sweeping.locking(question.kind, keys)), ("ask", sweeping.asking(question, keys))]
    found += [(f"{effect.verb} {effect.table}", effect.change) for effect in sweeping.changes(question, keys)]
    contacts = question.kind.contacts
    assert contacts is not None
    found += [("referred", clause) for clause in sweeping.referred(question.kind, contacts, keys)]
    tables = {table.name: table for kind in question.kinds for table in kind.tables()}
    found.append(("settle", sweeping.unreferred(contacts, tables, [1, 2], ["bo@example.com"])))
    return [*found, ("count", counted(question, dialect)), ("total", whole(question.kind))]


@pytest.mark.parametrize("name", [path.stem for path in sorted(GOLDEN.glob("mssql-*.sql"))])
def test_a_statement_is_what_the_golden_file_says(name: str) -> None:
    assert told()[name] == (GOLDEN / f"{name}.sql").read_text("utf-8")


def test_every_rule_has_its_file() -> None:
    assert set(told()) == {path.stem for path in GOLDEN.glob("mssql-*.sql")}


def test_no_statement_has_a_form_that_mssql_does_not_know() -> None:
    for text in told().values():
        for form in (
            " IS 1",
            " IS NOT 1",
            "FILTER",
            "FOR UPDATE",
            "RETURNING",
            "LIMIT",
            "NULLS",
            "ANY (",
            " true",
            " false",
            "END THEN",
        ):
            assert form not in text
    for name, text in told().items():
        if name != "mssql-find":
            assert "WITH (UPDLOCK, ROWLOCK)" in text


def test_what_is_not_portable_is_refused() -> None:
    from sqlalchemy import any_, bindparam, column, delete, func, select, table, tuple_

    t = table("t", column("a"), column("b"))
    wrong = (
        delete(t).returning(t.c.a),
        select(t.c.a).where(tuple_(t.c.a, t.c.b) > tuple_(1, 2)),
        select(t.c.a).order_by(t.c.a.nulls_last()),
        select(t.c.a).with_for_update(skip_locked=True),
        select(t.c.a).where(t.c.a == any_(bindparam("keys"))),
        select(func.timezone("UTC", t.c.a)),
    )
    for name in ("sqlite", "mariadb", "mssql"):
        for clause in wrong:
            with pytest.raises(NotPortable):
                compiled("wrong", clause, dialect_for(name, ZoneInfo("UTC")))


if __name__ == "__main__":
    import django

    django.setup()
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("mssql-*.sql"):
        old.unlink()
    for stem, text in told().items():
        (GOLDEN / f"{stem}.sql").write_text(text, "utf-8")
