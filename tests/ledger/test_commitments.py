"""The ledger refers to people by salted commitments, never by a plain hash."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gallra.ledger.bodies import commitment
from gallra.ledger.commitments import commit, commit_all, matches, new_salt

BO = "bo@kund.example"


def test_a_commitment_says_nothing_without_its_salt() -> None:
    first, second = new_salt(), new_salt()
    made = commit(BO, salt=first)
    assert made == hmac.new(first, BO.encode(), hashlib.sha256).hexdigest()
    assert made != commit(BO, salt=second)
    assert made != hashlib.sha256(BO.encode()).hexdigest()
    assert commitment(made)


def test_with_its_salt_it_shows_whom_it_is_of() -> None:
    salt = new_salt()
    made = commit(BO, salt=salt)
    assert matches(made, BO, salt=salt)
    assert not matches(made, "cleo@annan.example", salt=salt)
    assert not matches(made, BO, salt=new_salt())


def test_a_set_of_records_has_one_commitment_whatever_its_order() -> None:
    salt = new_salt()
    assert commit_all(["1", "2", "3"], salt=salt) == commit_all(["3", "1", "2"], salt=salt)
    assert commit_all(["1", "2"], salt=salt) != commit_all(["1", "2", "3"], salt=salt)
    assert commit_all(["12"], salt=salt) != commit_all(["1", "2"], salt=salt)


@pytest.mark.parametrize("length", [0, 16, 33])
def test_a_salt_has_its_length(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(BO, salt=b"x" * length)
