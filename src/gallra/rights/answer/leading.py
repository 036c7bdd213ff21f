"""The letter alone, out of a stored answer: it is the zip's first member and is stored as it is, so that it can be read
from the stream, and the rest of the zip is neither decrypted nor held."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol
from zlib import crc32

from gallra.registers.errors import Refused
from gallra.rights.answer import storing
from gallra.rights.answer.package import LETTER

_HEADER = struct.Struct("<4sHHHHHIIIHH")
"""Of a member (APPNOTE 4.3.7): signature, version, flags, method, time, day, crc, sizes, lengths of name and extra."""
_AFTER = struct.Struct("<4sIII")
"""After a member whose sizes were not known before it (4.3.9): signature, crc, sizes."""
_STORED, _SIZES_AFTER = 0, 0x08


class Stored(Protocol):
    """An answer's file and the key it is read by."""

    file: str
    secret: bytes | memoryview[int]


def letter_of(answer: Stored) -> bytes:
    """The letter's PDF. Raises registers.errors.Refused("unreadable") where file or key is gone, changed or cut, or the
    zip does not begin with a letter."""
    pieces = storing.read(answer.file, bytes(answer.secret))
    held = _at_least(b"", _HEADER.size, pieces)
    signature, _version, flags, method, _time, _day, _crc, size, _plain, name, extra = _HEADER.unpack(
        held[: _HEADER.size]
    )
    begin = _HEADER.size + name + extra
    held = _at_least(held, begin, pieces)
    named = held[_HEADER.size : _HEADER.size + name].decode("utf-8", "replace")
    if (signature, method, named) != (b"PK\x03\x04", _STORED, LETTER):
        raise Refused("unreadable", "document")
    if not flags & _SIZES_AFTER:
        return _at_least(held, begin + size, pieces)[begin : begin + size]
    return _until_descriptor(held[begin:], pieces)


def _until_descriptor(held: bytes, pieces: Iterator[bytes]) -> bytes:
    """What comes before the descriptor that tells its size and checksum."""
    at = 0
    while True:
        at = held.find(b"PK\x07\x08", at)
        if at < 0 or len(held) < at + _AFTER.size:
            at = max(0, len(held) - 3) if at < 0 else at
            held = _at_least(held, len(held) + 1, pieces)
            continue
        _mark, crc, size, _plain = _AFTER.unpack(held[at : at + _AFTER.size])
        if size == at and crc == crc32(held[:at]):
            return held[:at]
        at += 1


def _at_least(held: bytes, size: int, pieces: Iterator[bytes]) -> bytes:
    while len(held) < size:
        more = next(pieces, None)
        if more is None:
            raise Refused("unreadable", "document")
        held += more
    return held
