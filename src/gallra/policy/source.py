"""Where things stand in a policy file: the lines of every table and key, so that evidence can show them.

`tomllib` gives values without positions; this walks the same text, which `tomllib` has already found valid,
and notes on which lines each table and key stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Source:
    """The text of a policy file. version: SHA-256 of its bytes, hexadecimal."""

    text: str
    version: str

    @classmethod
    def of(cls, content: bytes) -> Source:
        """The source in `content`. Raises UnicodeDecodeError where that is no UTF-8."""
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        return cls(text, hashlib.sha256(content).hexdigest())

    @cached_property
    def _marks(self) -> Mapping[str, tuple[int, int]]:
        return _Walk(self.text).marks()

    def span(self, place: str) -> tuple[int, int]:
        """First and last line, counted from 1, of the table or key at `place`, else of the nearest thing
        around it; (0, 0) where there is nothing."""
        while place:
            if place in self._marks:
                return self._marks[place]
            inside = [s for p, s in self._marks.items() if p.startswith((f"{place}.", f"{place}["))]
            if inside:
                return min(first for first, _ in inside), max(last for _, last in inside)
            place = re.sub(r"(\[\d+\]|\.?[^.\[\]]+|.)$", "", place)
        return (0, 0)

    def lines(self, place: str) -> tuple[str, ...]:
        """The lines of the table or key at `place`, as they stand in the file."""
        first, last = self.span(place)
        return tuple(line.rstrip() for line in self.text.split("\n")[max(first - 1, 0) : last])


@dataclass
class _Walk:
    """One pass over a valid TOML text."""

    text: str
    at: int = 0
    arrays: dict[str, int] = field(default_factory=dict)

    def marks(self) -> dict[str, tuple[int, int]]:
        """Every place with its first and last line."""
        found: dict[str, tuple[int, int]] = {}
        table = ""
        for header, keys, first, last in self._statements():
            if header:
                table = self._resolve(keys, array=header == 2)
                found[table] = (first, last)
            else:
                place = self._resolve([*_split(table), *keys])
                found[place] = (first, last)
                if table in found:
                    found[table] = (found[table][0], last)
        return found

    def _resolve(self, keys: list[str], *, array: bool = False) -> str:
        """The place that a header or key names: the last element of every array of tables on the way."""
        place = ""
        for number, key in enumerate(keys):
            place = f"{place}.{key}" if place else key
            if array and number == len(keys) - 1:
                self.arrays[place] = self.arrays.get(place, -1) + 1
            if place in self.arrays:
                place = f"{place}[{self.arrays[place]}]"
        return place

    def _statements(self) -> Iterator[tuple[int, list[str], int, int]]:
        """(brackets of a header or 0 for a key, key parts, first line, last line), in the order of the
        file."""
        line, counted = 1, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t\n":
                self.at += 1
            elif char == "#":
                self._to_line_end()
            else:
                start = self.at
                brackets = 2 if self.text.startswith("[[", start) else 1 if char == "[" else 0
                self.at += brackets
                keys = self._keys("]" if brackets else "=")
                if brackets:
                    self._to_line_end()
                else:
                    self._value()
                line += self.text.count("\n", counted, start)
                yield brackets, keys, line, line + self.text.count("\n", start, self.at)
                counted = start

    def _keys(self, end: str) -> list[str]:
        keys: list[str] = []
        while self.text[self.at] != end:
            char = self.text[self.at]
            if char in "\"'":
                start = self.at
                self._string()
                keys.append(self.text[start + 1 : self.at - 1])
            elif match := _BARE.match(self.text, self.at):
                keys.append(match.group())
                self.at = match.end()
            else:
                self.at += 1
        return keys

    def _value(self) -> None:
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "\"'":
                self._string()
                continue
            if char == "#":
                self._to_line_end()
                continue
            if char == "\n" and depth == 0:
                return
            depth += (char in "[{") - (char in "]}")
            self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        marks = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(marks)
        while not self.text.startswith(marks, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(marks)
        while len(marks) == 3 and self.text.startswith(quote, self.at):
            self.at += 1

    def _to_line_end(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end


def _split(place: str) -> list[str]:
    """The key parts of a place of ours, indices left to `_resolve`."""
    return [part.split("[")[0] for part in place.split(".")] if place else []
