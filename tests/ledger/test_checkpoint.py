"""Checkpoints: what they cover when several write at once, and what a crash leaves behind."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gallra.ledger import checkpoint as checkpoints
from gallra.ledger import copy
from gallra.ledger.append import append_statement, append_to
from gallra.ledger.checkpoint import gaps_after, make_checkpoint
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.signing import load_signer
from gallra.ledger.verify import verify
from tests.conftest import Database
from tests.ledger.writing import NOW, ledger, receipt

STATEMENT = append_statement(action="settle", body={"contacts": 1}, now=NOW)


def test_an_empty_ledger_has_none(fresh_database: Database) -> None:
    assert make_checkpoint(NOW) is None


def test_where_nothing_is_new_the_last_stays(fresh_database: Database) -> None:
    ledger(2)
    again = make_checkpoint(NOW + timedelta(hours=1))
    assert again is not None
    assert (again.size, again.at) == (2, NOW)
    assert str(again) == "2 2026-02-14 01:00"
    assert str(Leaf.objects.get(index=1)) == "1: 2"
    assert Checkpoint.objects.count() == 1


def test_its_time_never_runs_back(fresh_database: Database) -> None:
    key = ledger(1)
    receipt()
    make_checkpoint(NOW - timedelta(days=3))
    assert {row.at for row in Checkpoint.objects.all()} == {NOW}
    assert verify(key).holds


def test_writers_do_not_wait_and_commit_in_any_order(fresh_database: Database) -> None:
    """The first to get a number commits last: its entry is taken by the next checkpoint, and told of as late."""
    with (
        psycopg.connect(fresh_database.address()) as first,
        psycopg.connect(fresh_database.address()) as second,
    ):
        for each in (first, second):
            each.execute("SET statement_timeout = '5s'")
        early, late = append_to(first, STATEMENT), append_to(second, STATEMENT)
        assert early < late
        second.commit()
        made = make_checkpoint(NOW)
        assert made is not None
        assert (made.size, made.high, made.gaps) == (1, late, [[early, early]])
        assert verify(load_signer().key).holds
        first.commit()
        verified = verify(load_signer().key)
        assert (verified.holds, verified.entries, verified.signed) == (True, 2, 1)
        made = make_checkpoint(NOW)
        assert made is not None
        assert (made.size, made.gaps) == (2, [])
    verified = verify(load_signer().key)
    assert (verified.holds, verified.late) == (True, (early,))


def test_a_rolled_back_number_stays_a_gap(fresh_database: Database) -> None:
    receipt()
    with psycopg.connect(fresh_database.address()) as plain:
        append_to(plain, STATEMENT)
        plain.rollback()
    receipt()
    made = make_checkpoint(NOW)
    assert made is not None
    assert (made.size, made.gaps) == (2, [[2, 2]])
    assert verify(load_signer().key).holds


@pytest.mark.parametrize("writers", [6])
def test_many_writers_and_checkpoints_at_once(fresh_database: Database, writers: int) -> None:
    def write(number: int) -> None:
        with psycopg.connect(fresh_database.address()) as plain:
            for turn in range(15):
                append_to(plain, STATEMENT)
                if (turn + number) % 5 == 0:
                    plain.rollback()
                else:
                    plain.commit()

    def sign() -> None:
        for _ in range(8):
            make_checkpoint(NOW)
        connection.close()

    load_signer()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    threads += [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make_checkpoint(NOW)
    verified = verify(load_signer().key)
    assert verified.holds
    assert verified.signed == verified.entries == verified.copied == Entry.objects.count() == writers * 12


def test_a_crash_between_commit_and_copy_is_made_good(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ledger(2)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(copy, "catch_up", crash)
        receipt()
        with pytest.raises(KeyboardInterrupt):
            make_checkpoint(NOW)
    behind = verify(key)
    assert [(fault.kind, fault.leaf) for fault in behind.faults] == [("copy", 2)]
    make_checkpoint(NOW)
    assert verify(key).holds


@pytest.mark.parametrize("kept", [0, 10, 300, 1200, -1, -20])
def test_a_line_half_written_is_written_anew(fresh_database: Database, kept: int) -> None:
    key = ledger(2, 3)
    file = copy.path()
    whole = file.read_bytes()
    file.write_bytes(whole[:kept])
    make_checkpoint(NOW)
    assert file.read_bytes() == whole
    assert verify(key).holds


def test_a_checkpoint_of_many_entries_is_read_back(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy, "_BLOCK", 64)
    monkeypatch.setattr(checkpoints, "_CHUNK", 4)
    key = ledger(9, 9)
    assert copy.size() == 18
    assert verify(key).holds


def test_the_copy_is_its_owners_only(fresh_database: Database) -> None:
    ledger(1)
    assert copy.path().stat().st_mode & 0o777 == 0o600
    assert copy.path().parent.stat().st_mode & 0o777 == 0o700


def test_without_another_place_the_copy_is_in_the_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.delenv("GALLRA_LEDGER_FOLDER", raising=False)
    monkeypatch.setenv("GALLRA_HOME", str(home))
    assert copy.path() == home / "ledger" / "ledger.jsonl"
    assert copy.size() == 0


@given(st.lists(st.sets(st.integers(1, 60)), max_size=5))
def test_gaps_are_what_is_missing(batches: list[set[int]]) -> None:
    seen: set[int] = set()
    gaps: list[list[int]] = []
    high = 0
    for batch in batches:
        new = sorted(batch - seen)
        gaps = gaps_after(gaps, high, new)
        seen |= batch
        high = max(seen, default=0)
        missing = {number for first, last in gaps for number in range(first, last + 1)}
        assert missing == set(range(1, high + 1)) - seen
        assert all(one[1] + 1 < two[0] for one, two in pairwise(gaps))
