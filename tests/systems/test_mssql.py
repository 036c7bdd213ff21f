"""MSSQL's statements as text, against golden files. Renewed by: python -m tests.systems.test_mssql"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Dialect

from gallra.engine.brake import whole
from gallra.engine.compile import compiled
from gallra.engine.cover import cover_statement, due_statement
from gallra.engine.days import Today
from gallra.engine.forecast import months_from
from gallra.engine.forecast import statement as forecast_statement
from gallra.engine.person.people import People
from gallra.engine.plan import questions
from gallra.engine.question import Question, counted, keys_of
from gallra.policy import read_policy
from gallra.systems.sql import blanking, correcting, mentioning, reviewing, sweeping
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
    found |= {f"mssql {name}": _texts(clauses, dialect) for name, clauses in _others()}
    found["mssql find"] = "\n\n".join(f"-- {s.name}\n{s.text}" for s in (*people.by_email.values(), *asked_))
    return {
        name.replace(" ", "-"): re.sub(r" +$", "", text, flags=re.M) + "\n" for name, text in found.items()
    }


def _texts(clauses: list[tuple[str, Any]], dialect: Dialect) -> str:
    return "\n\n".join(f"-- {name}\n{compiled(name, clause, dialect).text}" for name, clause in clauses)


def _others() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """What is sent beside sweeps and searches: blanking, corrections, decisions of reviews."""
    from gallra.running.foreign import systems_of
    from tests.systems.test_killed import fewer_fields
    from tests.systems.test_reviewing import reviewed_kinds, reviewed_policy

    (desk,) = systems_of(read_policy(fewer_fields()), {"desk": reviewed_kinds()})
    for each in blanking.blankings(desk.rules, desk.declaration):
        yield each.name, [
            ("pick", blanking.picked(each, HOLDS, NOW.date(), 7, 1000)), ("lock", blanking.locking(each, [1, 2])),
            ("ask", blanking.asking(each, HOLDS, NOW.date(), [1, 2])), (each.name, blanking.change(each, [1, 2])),
        ]  # fmt: skip
    values = {"phone": "1", "email": "bo@example.com", "company": ""}
    yield (
        "correct",
        [
            (f"{what} {place.name}", clause)
            for place in correcting.places(desk.kinds)
            for what, clauses in (
                ("lock", correcting.locking(place, "bo@example.com", [1], "b@example.com")),
                ("correct", correcting.changes(place, [1, 2], values)),
            )
            for clause in clauses
        ],
    )
    terms = ["bo_ek@example.com", "Åsa Öberg", "+46401234567"]
    yield (
        "mentions",
        [
            (f"page {place.table.name}", mentioning.page(place, terms, last))
            for place, last in zip(mentioning.places(desk.kinds), (None, 7, "O-1"), strict=True)
        ],
    )
    messages = next(p.table for p in desk.kinds["desk.case"].parts if p.table.name == "meddelanden")
    yield "mention", [
        ("texts", mentioning.reading(messages, "brodtext", [1, 2])),
        ("lock", mentioning.locking(messages, "brodtext", 1)),
        ("replace", mentioning.replaced(messages, "brodtext", 1, "[redacted]")),
    ]  # fmt: skip
    (desk,) = systems_of(read_policy(reviewed_policy()), {"desk": reviewed_kinds()})
    quote, today = desk.kinds["desk.quote"], Today.of(NOW, desk.rules.timezone)
    yield "review", [
        ("lock", sweeping.locking(quote, ["O-1"])), ("standing", reviewing.standing(quote, ["O-1"])),
        ("keep", reviewing.written(quote, "O-1", "keep", today)),
        ("erase", reviewing.written(quote, "O-1", "erase", today)),
    ]  # fmt: skip
    asked = questions(desk.rules, desk.kinds, today, HOLDS)
    decided = next(question for question in asked if question.decision)
    yield (
        "review decided",
        [("pick", sweeping.picked(decided, "O-1", 1000)), ("ask", sweeping.asking(decided, ["O-1"]))],
    )
    due = next(question for question in asked if question.verb == "review")
    yield "review due", [("keys", keys_of(due, dialect_for("mssql", ZoneInfo("Europe/Stockholm"))))]


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
        if name not in ("mssql-find", "mssql-mentions", "mssql-review-decided", "mssql-review-due"):
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
