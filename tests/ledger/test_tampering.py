"""Whoever may change the tables cannot do so unseen: every kind of tampering is found, and where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.ledger import copy
from gallra.ledger.checkpoint import LedgerBroken, make_checkpoint
from gallra.ledger.lines import stretches
from gallra.ledger.models import Checkpoint, Leaf
from gallra.ledger.signing import Signer
from gallra.ledger.verifier import Fault, Key, Note
from gallra.ledger.verify import Verified, verify
from tests.conftest import Database
from tests.ledger.writing import NOW, ledger, receipt

STRETCHES = (4, 1, 5)
ENTRIES = sum(STRETCHES)


def owner(*statements: str) -> None:
    """Do as somebody who has the owner's rights would, constraints out of the way."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conname, conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text LIKE 'ledger%%'"
        )
        for name, table in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for statement in statements:
            cursor.execute(statement)


def found(verified: Verified) -> set[tuple[str, int, int | None]]:
    return {(fault.kind, fault.leaf, fault.number) for fault in verified.faults}


@pytest.fixture
def key(fresh_database: Database) -> Key:
    return ledger(*STRETCHES)


def test_a_whole_ledger_holds(key: Key) -> None:
    verified = verify(key)
    assert verified.holds
    assert (verified.entries, verified.signed, verified.copied) == (ENTRIES, ENTRIES, ENTRIES)
    assert verified.signed_at == "2026-02-16T01:00:00.000000Z"
    assert verified.late == ()


def test_an_empty_ledger_holds(fresh_database: Database) -> None:
    assert verify(Signer(b"\x01" * 32).key) == Verified(0, 0, 0, None, (), ())


def test_what_no_checkpoint_covers_yet_is_counted(key: Key) -> None:
    receipt()
    verified = verify(key)
    assert verified.holds
    assert (verified.entries, verified.signed) == (ENTRIES + 1, ENTRIES)


CHANGES = [
    "at = at + interval '1 microsecond'", "action = 'check'", "policy = NULL", "run = gen_random_uuid()",
    "rule = 'M19 crm.prospect'", "batch = 7", """body = body || '{"records": 0}'""",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("number", [1, 4, 5, 10])
def test_changing_any_column_of_any_entry_is_found(key: Key, change: str, number: int) -> None:
    owner(f"UPDATE ledger_entry SET {change.replace('%', '%%')} WHERE number = {number}")
    assert found(verify(key)) == {("changed", number - 1, number)}


def rehash() -> None:
    """Adapt the tree's leaves to the entries as they now are, as a careful forger would."""
    from gallra.ledger.verifier import leaf_hash

    changed = [
        (number, leaf_hash(line))
        for stretch in stretches()
        for number, line, known in zip(stretch.numbers, stretch.lines, stretch.hashes, strict=True)
        if line is not None and leaf_hash(line) != known
    ]
    owner(
        *[
            f"UPDATE ledger_leaf SET hash = '\\x{each.hex()}' WHERE number = {number}"
            for number, each in changed
        ]
    )


def resign(signer: Signer) -> None:
    """And the checkpoints, with this key."""
    from gallra.ledger.lines import moment
    from gallra.ledger.verifier import Frontier

    tree = Frontier()
    hashes = [bytes(each) for each in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    rows = {row.size: row for row in Checkpoint.objects.order_by("size")}
    for each in hashes:
        tree.add(each)
        if row := rows.get(tree.size):
            note = signer.sign(Note(tree.size, tree.root(), moment(row.at)))
            owner(
                f"UPDATE ledger_checkpoint SET root = '\\x{tree.root().hex()}', note = '{note}',"
                f" frontier = '\\x{b''.join(tree.peaks).hex()}' WHERE size = {tree.size}"
            )


def test_a_change_with_its_hash_is_found_by_root_and_copy(key: Key) -> None:
    owner("UPDATE ledger_entry SET batch = 7 WHERE number = 6")
    rehash()
    assert found(verify(key)) == {("changed", 5, 6), ("checkpoint", 10, None)}


def test_without_the_copy_a_change_with_its_hash_is_found_between_two_checkpoints(key: Key) -> None:
    owner("UPDATE ledger_entry SET batch = 7 WHERE number = 6")
    rehash()
    copy.path().unlink()
    faults = verify(key).faults
    assert found(verify(key)) == {("checkpoint", 10, None), ("copy", 0, None)}
    assert "place 5" in next(fault.text for fault in faults if fault.kind == "checkpoint")


def test_a_ledger_signed_anew_by_another_key_is_found(key: Key) -> None:
    owner("UPDATE ledger_entry SET batch = 7 WHERE number = 6")
    rehash()
    resign(Signer(b"\x02" * 32))
    kinds = {fault.kind for fault in verify(key).faults}
    assert kinds == {"changed", "checkpoint"}


def test_a_ledger_signed_anew_by_the_stolen_key_is_found_by_its_copy(key: Key) -> None:
    from gallra.ledger.signing import load_signer

    owner("UPDATE ledger_entry SET batch = 7 WHERE number = 6")
    rehash()
    resign(load_signer())
    assert found(verify(key)) == {("changed", 5, 6)}


@pytest.mark.parametrize("number", [1, 4, 5, 10])
def test_removing_an_entry_is_found(key: Key, number: int) -> None:
    owner(f"DELETE FROM ledger_entry WHERE number = {number}")
    kind = "cut" if number == ENTRIES else "removed"
    assert (kind, number - 1, number) in found(verify(key))
    assert {fault.leaf for fault in verify(key).faults} == {number - 1}


@pytest.mark.parametrize("number", [1, 4, 5, 9])
def test_removing_an_entry_with_its_place_is_found(key: Key, number: int) -> None:
    owner(
        f"DELETE FROM ledger_entry WHERE number = {number}",
        f"DELETE FROM ledger_leaf WHERE number = {number}",
    )
    assert ("removed", number - 1, number) in found(verify(key))


def test_removing_an_entry_and_closing_the_gap_is_found(key: Key) -> None:
    owner("DELETE FROM ledger_entry WHERE number = 3", "DELETE FROM ledger_leaf WHERE number = 3")
    for index in range(3, ENTRIES):
        owner(f"UPDATE ledger_leaf SET index = {index - 1} WHERE index = {index}")
    assert ("removed", 2, 3) in found(verify(key))


def insert(number: int) -> str:
    return (
        "INSERT INTO ledger_entry (number, at, action, policy, run, rule, batch, body)"
        f" OVERRIDING SYSTEM VALUE SELECT {number}, at, action, policy, run, rule, batch, body"
        " FROM ledger_entry WHERE number = 2"
    )


def test_inserting_an_entry_among_the_signed_is_found(key: Key) -> None:
    owner(insert(0))
    assert found(verify(key)) == {("inserted", ENTRIES, 0)}


@pytest.mark.parametrize("place", [0, 3, 4, 9])
def test_inserting_an_entry_with_a_place_is_found(key: Key, place: int) -> None:
    owner(insert(0))
    for index in range(ENTRIES - 1, place - 1, -1):
        owner(f"UPDATE ledger_leaf SET index = {index + 1} WHERE index = {index}")
    owner(
        f"INSERT INTO ledger_leaf (index, number, hash) SELECT {place}, 0, hash FROM ledger_leaf WHERE number = 2"
    )
    rehash()
    assert ("inserted", place, 0) in found(verify(key))


@settings(max_examples=12)
@given(st.permutations(range(1, ENTRIES + 1)))
def test_reordering_is_found(fresh_database: Database, order: list[int]) -> None:
    """Entries given each other's places: found at the first that is not where it was."""
    if not Checkpoint.objects.exists():
        ledger(*STRETCHES)
    from gallra.ledger.signing import load_signer

    owner(
        *[
            f"UPDATE ledger_leaf SET index = {-1 - index} WHERE number = {number}"
            for index, number in enumerate(order)
        ]
    )
    owner("UPDATE ledger_leaf SET index = -1 - index")
    faults = verify(load_signer().key).faults
    owner(*[f"UPDATE ledger_leaf SET index = {-number} WHERE number = {number}" for number in order])
    owner("UPDATE ledger_leaf SET index = -1 - index")
    wrong = [index for index, number in enumerate(order) if number != index + 1]
    assert bool(faults) is bool(wrong)
    if wrong:
        moved = [fault for fault in faults if fault.kind == "reordered"]
        assert moved
        assert all(order[fault.leaf] == fault.number for fault in moved)
        assert min(fault.leaf for fault in faults) >= wrong[0]
    assert verify(load_signer().key).holds


def test_swapping_what_two_entries_say_is_found(key: Key) -> None:
    owner(
        "UPDATE ledger_entry e SET body = o.body FROM ledger_entry o"
        " WHERE (e.number, o.number) IN ((2, 8), (8, 2))"
    )
    assert found(verify(key)) == {("changed", 1, 2), ("changed", 7, 8)}


@pytest.mark.parametrize("left", [0, 4, 5, 7])
def test_cutting_the_tail_is_found(key: Key, left: int) -> None:
    owner(
        f"DELETE FROM ledger_entry WHERE number > {left}",
        f"DELETE FROM ledger_leaf WHERE number > {left}",
        f"DELETE FROM ledger_checkpoint WHERE size > {left}",
    )
    assert ("cut", left, left + 1) in found(verify(key))
    if left in (0, 4, 5):
        assert found(verify(key)) == {("cut", left, left + 1)}
    receipt()
    with pytest.raises(LedgerBroken, match="copy"):
        make_checkpoint(NOW)


def test_cutting_only_the_last_checkpoint_is_found(key: Key) -> None:
    owner("DELETE FROM ledger_checkpoint WHERE size = 10")
    assert ("cut", 5, 6) in found(verify(key)) or ("cut", 5, None) in found(verify(key))


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'", "root = sha256(root)", "high = high + 1", "gaps = '[[1, 1]]'",
        "frontier = frontier || root", "frontier = root", "size = size + 100",
        "note = replace(note, 'at 2026', 'at 2027')", "note = 'nothing'", "note = note || note",
    ],
)  # fmt: skip
def test_changing_a_checkpoint_is_found(key: Key, change: str) -> None:
    owner(f"UPDATE ledger_checkpoint SET {change} WHERE size = 5")
    assert "checkpoint" in {fault.kind for fault in verify(key).faults}


def test_the_last_checkpoint_is_not_gone_on_from_when_it_does_not_hold(key: Key) -> None:
    receipt()
    owner("UPDATE ledger_checkpoint SET frontier = root WHERE size = 10")
    with pytest.raises(LedgerBroken, match="does not say what was signed"):
        make_checkpoint(NOW)
    owner("UPDATE ledger_checkpoint SET note = 'nothing' WHERE size = 10")
    with pytest.raises(LedgerBroken, match="form"):
        make_checkpoint(NOW)


Edit = Callable[[list[bytes]], list[bytes]]
COPIES: dict[str, Edit] = {
    "changed": lambda lines: [lines[0], lines[1].replace(b"archive", b"erase"), *lines[2:]],
    "removed": lambda lines: [lines[0], *lines[2:]],
    "inserted": lambda lines: [*lines[:2], lines[2].replace(b'"records":2', b'"records":9'), *lines[2:]],
    "reordered": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "not JSON": lambda lines: [lines[0], b"nothing\n", *lines[2:]],
    "not a checkpoint": lambda lines: [*lines[:-1], b'{"checkpoint":1}\n'],
    "no size": lambda lines: [*lines[:-1], b'{"checkpoint":"a","leaves":[]}\n'],
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_damaged_copy_is_found(key: Key, kind: str) -> None:
    file = copy.path()
    file.write_bytes(b"".join(COPIES[kind](file.read_bytes().splitlines(keepends=True))))
    faults = verify(key).faults
    assert {fault.kind for fault in faults} == {"copy"}
    if kind in ("changed", "removed", "inserted", "reordered"):
        assert any(kind in fault.text for fault in faults)


def test_a_damaged_copy_is_not_gone_on_from(key: Key) -> None:
    file = copy.path()
    file.write_bytes(file.read_bytes() + b'{"checkpoint":"a","leaves":[]}\n')
    with pytest.raises(LedgerBroken, match="copy"):
        make_checkpoint(NOW)


def test_a_copy_of_another_ledger_is_found(key: Key, tmp_path: Path) -> None:
    shutil.copy(copy.path(), tmp_path / "kept")
    owner("TRUNCATE ledger_checkpoint, ledger_leaf, ledger_entry RESTART IDENTITY")
    copy.path().unlink()
    ledger(*STRETCHES[:2])
    for number in range(3):
        receipt(100 + number)
    make_checkpoint(NOW)
    shutil.copy(tmp_path / "kept", copy.path())
    assert any(isinstance(fault, Fault) and fault.leaf >= 5 for fault in verify(key).faults)
