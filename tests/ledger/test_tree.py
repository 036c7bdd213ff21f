"""The tree is RFC 6962's: its published vectors, and a naive oracle."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.ledger.tree import Range, consistency_proof, inclusion_proof, root_of
from gallra.ledger.verifier import Frontier, consistent, included, leaf_hash, node_hash

# The inputs and roots of the Certificate Transparency reference tests.
INPUTS = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def ranges(leaves: list[bytes]):  # type: ignore[no-untyped-def]
    def root_of_range(asked: Range) -> bytes:
        return naive_root(leaves[asked[0] : asked[1]])

    return root_of_range


def test_empty_tree() -> None:
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert root_of(map(leaf_hash, INPUTS[:size])).hex() == ROOTS[size - 1]


def test_published_inclusion_paths() -> None:
    leaves = [leaf_hash(each) for each in INPUTS]
    path = inclusion_proof(5, 8, ranges(leaves))
    assert [node.hex() for node in path] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_published_consistency_path() -> None:
    leaves = [leaf_hash(each) for each in INPUTS]
    path = consistency_proof(6, 8, ranges(leaves))
    assert [node.hex() for node in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.integers(0, 70))
def test_root_is_the_naive_one(size: int) -> None:
    assert root_of(leaves_of(size)) == naive_root(leaves_of(size))


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_tree_goes_on_from_its_frontier(first: int, more: int) -> None:
    leaves = leaves_of(first + more)
    before = Frontier()
    for leaf in leaves[:first]:
        before.add(leaf)
    after = Frontier(before.size, before.peaks)
    for leaf in leaves[first:]:
        after.add(leaf)
    assert after.root() == naive_root(leaves)


@given(st.data(), st.integers(1, 70))
def test_inclusion_proofs_hold_and_nothing_else_does(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_proof(index, size, ranges(leaves)), naive_root(leaves)
    assert included(leaves[index], index, size, path, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not included(leaves[other], index, size, path, root)
        assert not included(leaves[index], other, size, path, root)
    assert not included(leaves[index], index, size, [*path, root], root)
    if path:
        assert not included(leaves[index], index, size, path[:-1], root)
        wrong = data.draw(st.integers(0, len(path) - 1))
        assert not included(leaves[index], index, size, [*path[:wrong], root, *path[wrong + 1 :]], root)
    assert not included(leaves[index], index, size, path, leaf_hash(b"another"))
    assert not included(leaves[index], size, size, path, root)


@given(st.data(), st.integers(1, 70))
def test_consistency_proofs_hold_and_nothing_else_does(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    path = consistency_proof(old, size, ranges(leaves))
    before, after = (old, naive_root(leaves[:old])), (size, naive_root(leaves))
    assert consistent(before, after, path)
    assert not consistent(before, after, [*path, before[1]])
    forged = [*leaves]
    forged[data.draw(st.integers(0, old - 1))] = leaf_hash(b"forged")
    assert not consistent((old, naive_root(forged[:old])), after, path)
    if old < size:
        assert not consistent(before, (size, naive_root(forged)), path)
        assert not consistent(before, after, path[:-1])
        assert not consistent(before, after, []) or not path
    assert not consistent((0, naive_root([])), after, path)


def test_a_tree_of_a_power_of_two_needs_a_path() -> None:
    leaves = leaves_of(5)
    assert not consistent((3, naive_root(leaves[:3])), (5, naive_root(leaves)), [])
    assert not consistent((4, naive_root(leaves[:4])), (5, naive_root(leaves)), [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(index, size, ranges(leaves_of(size)))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_proof_of_a_tree_that_is_not_the_beginning(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(old, new, ranges(leaves_of(new)))
