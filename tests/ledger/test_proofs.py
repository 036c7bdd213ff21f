"""Proofs of a long ledger: what is read for one does not grow with it, and what was learnt is never trusted blindly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from gallra.ledger import hashes
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Leaf
from gallra.ledger.proof import Prover, prove
from gallra.ledger.signing import load_signer
from gallra.ledger.verifier import Key, read_proof
from tests.conftest import Database
from tests.ledger.writing import NOW, receipt

LONG = 4 * hashes.BLOCK + 77
INSERT = """
INSERT INTO ledger_entry (at, action, body)
SELECT '2026-02-14', 'erasure', '{"records": 1}' FROM generate_series(1, %s)
"""


@pytest.fixture
def key(fresh_database: Database) -> Iterator[Key]:
    hashes._kept.clear()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [LONG])
    make_checkpoint(NOW)
    yield load_signer().key
    hashes._kept.clear()


def read_by(key: Key, numbers: list[int]) -> tuple[int, int]:
    """Statements sent and leaves read for the proofs of these entries, which hold."""
    sent = 0

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal sent
        sent += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        prover = Prover(key, numbers)
        for number in numbers:
            proof = read_proof(prover.prove(number))
            assert proof.check(key).size == LONG
    return sent, len(prover._hashes._leaves)


def test_a_proof_reads_the_leaves_around_its_entry_and_not_the_whole_ledger(key: Key) -> None:
    places = [1, 2, hashes.BLOCK, hashes.BLOCK + 1, 3 * hashes.BLOCK, LONG - 1, LONG]
    assert read_by(key, [1]) == (3, LONG)  # the first time, everything once
    for place in places:
        statements, leaves = read_by(key, [place])
        assert (statements, leaves <= hashes.BLOCK + 77) == (3, True)
    assert read_by(key, places)[0] == 3


def test_what_was_learnt_of_another_ledger_does_not_spoil_a_proof(key: Key) -> None:
    """A database that was put back, while the process runs."""
    read_by(key, [1])
    hashes._kept[hashes.BLOCK] = b"0" * 32
    assert read_proof(prove(5, key)).check(key).size == LONG
    assert hashes._kept[hashes.BLOCK] != b"0" * 32


def test_what_is_added_later_is_proved_too(key: Key) -> None:
    read_by(key, [1])
    for number in range(LONG + 1, LONG + 4):
        assert receipt() == number
    make_checkpoint(NOW)
    for number in (1, LONG, LONG + 2):
        assert read_proof(prove(number, key)).check(key).size == LONG + 3
    assert Leaf.objects.count() == LONG + 3
