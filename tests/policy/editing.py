"""Small edits to the policy files, so that a test says only what it changes."""

from __future__ import annotations

import re
from pathlib import Path

POLICIES = Path(__file__).parents[2] / "policies"
FOUR = ("swinx", "munkeby", "swinx-mended", "munkeby-mended")


def text_of(name: str) -> str:
    """The text of one of the four files."""
    return (POLICIES / f"{name}.toml").read_text("utf-8")


def put(text: str, table: str, key: str, value: str | None) -> str:
    """The text with `key = value` in a table ("retention[3]", "purpose.news"); None takes the key out. The
    table must be there, and so must a key that is taken out."""
    lines, start, end = _bounds(text, table)
    kept = [line for line in lines[start + 1 : end] if not re.match(rf"{re.escape(key)} *=", line)]
    if value is None:
        assert len(kept) == end - start - 2, f"{table}.{key} is not there"
        added = []
    else:
        added = [f"{key} = {value}"]
    return "\n".join([*lines[: start + 1], *added, *kept, *lines[end:]])


def cut(text: str, table: str) -> str:
    """The text without a table."""
    lines, start, end = _bounds(text, table)
    return "\n".join([*lines[:start], *lines[end:]])


def _bounds(text: str, table: str) -> tuple[list[str], int, int]:
    lines = text.split("\n")
    name, _, number = table.partition("[")
    header = f"[[{name}]]" if number else f"[{name}]"
    heads = [n for n, line in enumerate(lines) if line.startswith(header)]
    start = heads[int(number.rstrip("]")) if number else 0]
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    return lines, start, end
