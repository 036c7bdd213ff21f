"""Checks an exported ledger, or the proof of one receipt. This one file, and Python 3.11 or newer, are all it
takes:

    python verifier.py --key KEY ledger.jsonl
    python verifier.py --key KEY proof.json ledger.jsonl

KEY is the ledger's public key as its controller publishes it (`gallra ledger key`). A proof given together
with an export must be part of it: that finds an export that was cut short after the proof was handed out.
Exit code: 0 when everything holds, 1 when something does not (it says what and where), 2 when a file cannot
be read as what it should be.

An export is a text file of lines. Each entry is one line, and the bytes of that line are what is hashed (RFC
6962: SHA-256 of a zero byte and the line). After the entries that a checkpoint covers stands the checkpoint:
the entries' hashes, and a note (C2SP signed note) with the ledger's name, the number of entries so far, the
root hash of the tree and the time, signed with Ed25519. docs/ledger.md describes the format.
"""

# ruff: noqa: T201 (a program of its own, which prints)
from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

FORMAT, PROOF = "gallra-ledger-1", "gallra-ledger-proof-1"


class Malformed(ValueError):
    """A file, line, key or note is not what it should be."""


# --- the tree: RFC 6962, section 2 --------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows by one leaf at a time, kept as the hashes of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)

    def add(self, leaf: bytes) -> None:
        self.peaks.append(leaf)
        complete = self.size
        while complete & 1:
            right = self.peaks.pop()
            self.peaks.append(node_hash(self.peaks.pop(), right))
            complete >>= 1
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` stands at `index` of the tree with `size` leaves and `root` (RFC
    9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    left, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if left & 1 or left == last:
            node = node_hash(sibling, node)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        left, last = left >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree `old` (size, root) is the beginning of the tree `new` (RFC 9162,
    2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 < old_size < new_size:
        return old == new and not path
    nodes = list(path)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    left, last = old_size - 1, new_size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if left & 1 or left == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            second = node_hash(second, node)
        left, last = left >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# --- the signature: Ed25519, RFC 8032, section 5.1 ----------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % _P, y * z % _P, x * y % _P, w * z % _P


def _times(factor: int, point: _Point) -> _Point:
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point, factor = _add(point, point), factor >> 1
    return result


def _point(data: bytes) -> _Point | None:
    """The point that 32 bytes stand for, or None where they stand for none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` was made with the key whose public half is `public` (32
    bytes)."""
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or commitment is None or _BASE is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    left, right = _times(scalar, _BASE), _add(commitment, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


# --- the note: C2SP signed-note and tlog-checkpoint ---------------------------------------------------------

Signed = Callable[[bytes, bytes, bytes], bool]


class Key(NamedTuple):
    """The ledger's public key: `origin` is the ledger's name, `public` 32 bytes."""

    origin: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.origin.encode() + b"\n\x01" + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """As it is published: name, key id and key, joined by plus signs."""
        encoded = base64.b64encode(b"\x01" + self.public).decode()
        return f"{self.origin}+{self.id.hex()}+{encoded}"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.public).hexdigest()


class Note(NamedTuple):
    """What a checkpoint says: the first `size` leaves have `root`, as of `at` (ISO, UTC)."""

    size: int
    root: bytes
    at: str


def read_key(text: str) -> Key:
    origin, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = unbase64(encoded)
    key = Key(origin, data[1:])
    if len(data) != 33 or data[0] != 1 or key.id.hex() != key_id:
        raise Malformed("this is not the public key of a ledger")
    return key


def note_text(key: Key, note: Note) -> str:
    """What is signed."""
    return f"{key.origin}\n{note.size}\n{base64.b64encode(note.root).decode()}\nat {note.at}\n"


def open_note(text: str, key: Key, signed: Signed = signed_by) -> Note:
    """The note, once its signature by `key` holds; Malformed where it does not."""
    body, _, signatures = text.partition("\n\n")
    lines = body.split("\n")
    mark, _, encoded = signatures.rstrip("\n").rpartition(" ")
    if len(lines) != 4 or not lines[1].isascii() or not lines[1].isdigit() or not lines[3].startswith("at "):
        raise Malformed("a checkpoint is not in the form of one")
    note = Note(int(lines[1]), unbase64(lines[2]), lines[3][3:])
    data = unbase64(encoded)
    if mark != f"— {key.origin}" or lines[0] != key.origin or data[:4] != key.id:
        raise Malformed("a checkpoint is of another ledger, or signed by another key")
    if body + "\n" != note_text(key, note) or not signed(key.public, (body + "\n").encode(), data[4:]):
        raise Malformed("the signature of a checkpoint does not hold")
    return note


def unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("something that should be base64 is not") from None


# --- comparing, and an export as a whole --------------------------------------------------------------------


class Fault(NamedTuple):
    """Something that does not hold, and where.

    kind: changed, removed, inserted, reordered, cut, checkpoint, unsigned or copy. leaf: the place in the
    tree, from 0, at which (for checkpoint: up to which) it was found. number: of the entry, where it is
    known.
    """

    kind: str
    leaf: int
    number: int | None
    text: str


class Line(NamedTuple):
    """An entry as it stands: its leaf hash and the number it claims."""

    hash: bytes
    number: int | None


def compare(expected: Sequence[bytes], actual: Sequence[Line], start: int = 0) -> list[Fault]:
    """How the entries differ from the leaves they should be; `start` is the place of the first."""
    hashes = [line.hash for line in actual]
    if list(expected) == hashes:
        return []
    matcher = SequenceMatcher(None, expected, hashes, autojunk=False)
    differ = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    gone = {expected[i] for a, b, _, _ in differ for i in range(a, b)}
    moved = gone & {hashes[j] for _, _, c, d in differ for j in range(c, d)}
    faults: list[Fault] = []
    for a, b, c, d in differ:
        lost = [start + i for i in range(a, b) if expected[i] not in moved]
        new = [(start + j, actual[j].number) for j in range(c, d) if hashes[j] not in moved]
        for leaf, (_, number) in zip(lost, new, strict=False):
            faults.append(Fault("changed", leaf, number, "this entry is not the one that was signed"))
        for leaf in lost[len(new) :]:
            faults.append(Fault("removed", leaf, None, "the entry that stood here is gone"))
        for leaf, number in new[len(lost) :]:
            faults.append(Fault("inserted", leaf, number, "this entry was put in afterwards"))
        for j in range(c, d):
            if hashes[j] in moved:
                faults.append(Fault("reordered", start + j, actual[j].number, "this entry stood elsewhere"))
    return sorted(faults, key=lambda fault: fault.leaf)


class Result(NamedTuple):
    """What checking an export gave: its faults, the last note that holds, and the root of the tree at each
    size asked for."""

    faults: list[Fault]
    last: Note | None
    entries: int
    roots: dict[int, bytes]


def check_export(
    lines: Iterable[bytes], key: Key, *, signed: Signed = signed_by, roots_at: Iterable[int] = ()
) -> Result:
    """Check an export, line by line without its header. Memory follows the longest stretch between two
    checkpoints."""
    tree, waiting, faults = Frontier(), list[Line](), list[Fault]()
    roots, last, broken = dict.fromkeys(roots_at, b""), None, False
    for raw in lines:
        data = raw.rstrip(b"\n")
        if not data.startswith(b'{"checkpoint":'):
            waiting.append(read_entry(data))
            continue
        leaves, text = read_checkpoint(data)
        start = tree.size
        faults += compare(leaves, waiting, start)
        waiting = []
        for leaf in leaves:
            tree.add(leaf)
            if tree.size in roots:
                roots[tree.size] = tree.root()
        try:
            note = open_note(text, key, signed)
            if (note.size, note.root) != (tree.size, tree.root()):
                raise Malformed(f"the entries from place {start} on are not those that were signed")
            if last is not None and (note.at < last.at or note.size <= last.size):
                raise Malformed("a checkpoint is not later than the one before it")
            last = note
        except Malformed as error:
            # Every later root depends on this one: said once, where it begins.
            faults += [] if broken else [Fault("checkpoint", tree.size, None, str(error))]
            broken = True
    if waiting:
        text = f"{len(waiting)} entries at the end are covered by no checkpoint"
        faults.append(Fault("unsigned", tree.size, waiting[0].number, text))
    return Result(faults, last, tree.size, roots)


def read_entry(data: bytes) -> Line:
    number = _json(data).get("number")
    return Line(leaf_hash(data), number if type(number) is int else None)


def read_checkpoint(data: bytes) -> tuple[list[bytes], str]:
    """The leaf hashes that a checkpoint's line lists, and its note."""
    parsed = _json(data)
    leaves, note = parsed.get("leaves"), parsed.get("checkpoint")
    if not isinstance(leaves, list) or not isinstance(note, str):
        raise Malformed("a checkpoint's line is not in the form of one")
    return [unbase64(str(leaf)) for leaf in leaves], note


def _json(data: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Malformed("a line is not a JSON object")
    return parsed


class Proof(NamedTuple):
    """That one entry is in the ledger: its line, place and path, and the note that covers it."""

    line: bytes
    place: int
    path: list[bytes]
    note: str

    def check(self, key: Key) -> Note:
        """The note, once entry, path and signature hold; else Malformed."""
        note = open_note(self.note, key)
        if not included(leaf_hash(self.line), self.place, note.size, self.path, note.root):
            raise Malformed("the entry is not in the ledger that was signed")
        return note


def read_proof(text: bytes) -> Proof:
    parsed = _json(text)
    entry, place, path, note = (parsed.get(name) for name in ("entry", "place", "path", "checkpoint"))
    if parsed.get("format") != PROOF or not isinstance(entry, str) or type(place) is not int:
        raise Malformed("this is not the proof of a receipt")
    if not isinstance(path, list) or not isinstance(note, str):
        raise Malformed("this is not the proof of a receipt")
    return Proof(entry.encode(), place, [unbase64(str(node)) for node in path], note)


# --- the command --------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check an exported ledger, or the proof of one receipt.")
    parser.add_argument("--key", required=True, help="the ledger's public key, or a file that holds it")
    parser.add_argument("files", nargs="+", type=Path, help="exports and proofs")
    options = parser.parse_args(arguments)
    try:
        key_file = Path(options.key)
        key = read_key(key_file.read_text("utf-8") if key_file.is_file() else options.key)
        print(f"Key {key.fingerprint}")
        return _check_files(options.files, key)
    except (Malformed, OSError, UnicodeDecodeError) as error:
        print(f"Cannot be checked: {error}", file=sys.stderr)
        return 2


def _check_files(files: Sequence[Path], key: Key) -> int:
    bad, known, exports = 0, dict[int, bytes](), list[Path]()
    for path in files:
        with path.open("rb") as file:
            header = _json(file.readline())
        if header.get("format") == FORMAT:
            exports.append(path)
            continue
        try:
            proof = read_proof(path.read_bytes())
            note = proof.check(key)
            known[note.size] = note.root
            print(f"{path}: holds. The receipt is entry {read_entry(proof.line).number} of a ledger with "
                  f"{note.size} entries, signed {note.at}.\n  {proof.line.decode()}")  # fmt: skip
        except Malformed as error:
            print(f"{path}: DOES NOT HOLD: {error}")
            bad = 1
    for path in exports:
        with path.open("rb") as file:
            file.readline()
            result = check_export(file, key, roots_at=known)
        faults = result.faults + [
            Fault(
                "cut",
                result.entries,
                None,
                f"the ledger with {size} entries that a proof knows is not this one",
            )
            for size, root in known.items()
            if result.roots[size] != root
        ]
        for fault in faults:
            entry = "" if fault.number is None else f", entry {fault.number}"
            print(f"{path}: {fault.kind.upper()} at place {fault.leaf}{entry}: {fault.text}")
        if faults:
            bad = 1
        else:
            signed = f"signed up to {result.last.at}" if result.last else "no checkpoint yet"
            print(f"{path}: holds. {result.entries} entries, {signed}.")
    return bad


if __name__ == "__main__":  # pragma: no cover (so strangers and tests/ledger/test_export.py run it)
    sys.exit(main())
