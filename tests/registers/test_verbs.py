"""What every verb has in common: one transaction, tried again when another writer won, a log line without persons."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest
from django.db import OperationalError, connection, transaction
from psycopg import errors as postgres

from gallra.registers.directory.models import Recheck
from gallra.registers.errors import Refused
from gallra.registers.support import actions
from gallra.registers.support.models import Case
from gallra.registers.verbs import ATTEMPTS, clean, latest, lock, verb
from tests.registers.cast import ALVA, BO, NOW, ORIGIN, at


class Losing:
    """A verb that loses to another writer a number of times."""

    def __init__(self, times: int, *, why: type[Exception] = postgres.DeadlockDetected) -> None:
        self.times, self.why, self.tried = times, why, 0

    def __call__(self) -> int:
        @verb
        def lose(*, actor: str, now: datetime) -> int:
            self.tried += 1
            Recheck.objects.create(what="test", key=self.tried, queued_at=now)
            if self.tried <= self.times:
                raise OperationalError("lost") from self.why()
            return self.tried

        return lose(actor=ALVA, now=NOW)


@pytest.mark.parametrize("why", [postgres.DeadlockDetected, postgres.SerializationFailure])
def test_a_verb_that_loses_is_tried_again_and_leaves_the_last_try_only(
    fresh_database: object, why: type[Exception]
) -> None:
    assert Losing(2, why=why)() == 3
    assert list(Recheck.objects.values_list("key", flat=True)) == [3]


def test_a_verb_that_always_loses_says_so(fresh_database: object) -> None:
    losing = Losing(ATTEMPTS)
    with pytest.raises(OperationalError):
        losing()
    assert losing.tried == ATTEMPTS
    assert not Recheck.objects.exists()


def test_other_failures_and_callers_transactions_are_not_tried_again(fresh_database: object) -> None:
    broken = Losing(1, why=postgres.DiskFull)
    with pytest.raises(OperationalError):
        broken()
    assert broken.tried == 1
    inner = Losing(1)
    with pytest.raises(OperationalError), transaction.atomic():
        inner()
    assert inner.tried == 1, "the caller's transaction is lost as a whole: only the caller can begin anew"


def test_verbs_in_one_transaction_come_and_go_together(fresh_database: object) -> None:
    def all_or_nothing() -> None:
        with transaction.atomic():
            case = actions.open_case(BO, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
            actions.close_case(case.pk, actor=ALVA, now=NOW)
            actions.close_case(case.pk, actor=ALVA, now=NOW)

    with pytest.raises(Refused):
        all_or_nothing()
    assert not Case.objects.exists()
    assert not connection.in_atomic_block


def test_the_log_names_the_verb_and_nobody(db: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="gallra.registers"):
        actions.open_case(BO, subject="Bo har fel", origin=ORIGIN, actor=ALVA, now=NOW)
    assert "open_case by user:7" in caplog.text
    assert "Bo" not in caplog.text
    assert "kund.example" not in caplog.text


def test_people_and_companies_do_not_show_themselves(db: object) -> None:
    """What is printed in logs and tracebacks says which row, never who."""
    assert "Bo" not in repr(BO)
    case = actions.open_case(BO, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
    assert case.contact is not None
    assert "Bo" not in f"{case!r} {case.contact!r} {case.contact}"


def test_small_helpers() -> None:
    assert latest(None, at("2026-01-02"), at("2026-01-01")) == at("2026-01-02")
    assert latest(None) is None
    assert clean("  ") is None
    assert clean(" a ") == "a"


def test_a_row_that_is_gone_is_refused(db: object) -> None:
    with pytest.raises(Refused) as refused:
        lock(Case, 1)
    assert refused.value.code == "unknown"
