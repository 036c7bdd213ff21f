"""Appending: one statement in the caller's transaction, and no right to anything else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from gallra.ledger.append import append, append_statement, append_to
from gallra.ledger.bodies import BodyError
from gallra.ledger.models import Checkpoint, Entry, Leaf
from tests.conftest import Database
from tests.ledger.writing import NOW, RUN, ledger, receipt

pytestmark = pytest.mark.promise("S14")
REFUSED = r"permission denied|must be owner|must be able to SET"
TABLES = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")


def test_an_entry_says_what_it_was_given(db: Database) -> None:
    number = receipt(7, batch=1)
    entry = Entry.objects.get(number=number)
    assert (entry.action, entry.at, entry.policy) == ("sweep.receipt", NOW, "ab" * 32)
    assert (entry.run, entry.rule, entry.batch) == (UUID(RUN), "M16 support.case", 1)
    assert entry.body == {
        "kind": "support.case",
        "verb": "archive",
        "records": 7,
        "parts": {"support.message": 2},
    }
    assert str(entry) == f"{number} sweep.receipt"


def test_a_batch_has_one_receipt(db: Database) -> None:
    receipt(batch=1)
    receipt(batch=2)
    with pytest.raises(IntegrityError, match="ledger_entry_batch_once"), transaction.atomic():
        receipt(batch=1)
    with transaction.atomic():
        append(
            action="sweep.intent", body={"kind": "support.case", "verb": "erase"}, now=NOW,
            run=UUID(RUN), rule="M16 support.case", batch=1,
        )  # fmt: skip
    receipt()
    receipt()


def test_effect_and_entry_commit_together_or_not_at_all(fresh_database: Database) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append(action="check", body={}, now=NOW)
    with transaction.atomic():
        receipt()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_it_is_one_statement(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.address()) as plain:
        first = append_to(plain, append_statement(action="settle", body={"contacts": 2}, now=NOW))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*append_statement(action="settle", body={"contacts": 3}, now=NOW))
        second = cursor.fetchone()[0]
    assert [*Entry.objects.order_by("number").values_list("number", "body__contacts")] == [
        (first, 2),
        (second, 3),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE", "DROP TABLE {}",
        "ALTER TABLE {} ADD COLUMN more int", "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} OWNER TO gallra_app", "CREATE RULE r AS ON DELETE TO {} DO INSTEAD NOTHING",
        "SET ROLE gallra_owner; DELETE FROM {}", "SET session_replication_role = replica; DELETE FROM {}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("table", TABLES)
def test_the_working_role_can_only_add(fresh_database: Database, table: str, change: str) -> None:
    ledger(2)
    column = "size" if table == "ledger_checkpoint" else "number"
    before = [list(model.objects.values_list()) for model in (Entry, Leaf, Checkpoint)]
    with pytest.raises(ProgrammingError, match=REFUSED), connection.cursor() as cursor:
        cursor.execute(change.format(table, column, column))
    assert [list(model.objects.values_list()) for model in (Entry, Leaf, Checkpoint)] == before


def test_nor_can_it_turn_back_the_numbers(fresh_database: Database) -> None:
    receipt()
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT setval('ledger_entry_number_seq', 1)")


def test_it_owns_nothing(fresh_database: Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.parametrize("committed", [False, True])
def test_killed_between_append_and_commit(fresh_database: Database, committed: bool) -> None:
    program = (
        "import sys, django; django.setup()\n"
        "from django.db import transaction; from tests.ledger.writing import receipt\n"
        "with transaction.atomic():\n"
        "    receipt()\n"
        f"    {'pass' if committed else 'print(1, flush=True); sys.stdin.read()'}\n"
        "print(2, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=fresh_database.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline().strip() == ("2" if committed else "1")
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert Entry.objects.count() == (1 if committed else 0)


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"now": datetime(2026, 2, 14)}, "time zone"),  # noqa: DTZ001
        ({"policy": "the policy"}, "policy is not a hash"),
        ({"rule": "bo@kund.example"}, "rule is not the name"),
        ({"run": "tonight"}, "run is not a UUID"),
    ],
)
def test_what_stands_beside_the_body_has_its_form_too(named: dict[str, object], says: str) -> None:
    with pytest.raises(BodyError, match=says) as caught:
        append_statement(**{"action": "check", "body": {}, "now": NOW, **named})  # type: ignore[arg-type]
    assert str(next(iter(named.values()))) not in str(caught.value)
