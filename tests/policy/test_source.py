"""The lines of the file behind a promise, whatever form of TOML it is written in."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy import read_policy
from gallra.policy.source import Source
from tests.policy.editing import FOUR, text_of

TEXT = '''title = "a # b"   # not a header: [x]
dotted.key."quoted" = 1
[controller] # c
name = """
[not.a.header]
""" + ""
'''

FORMS = """
promises = 1
dotted.first = "a"
dotted.second = 'b # c'
list = [
  "one", # [a]
  "two",
]

[table]  # comment
long = \"\"\"
[no.header]
x = 1 \\\\\"\"\"\"\"
literal = '''
'[[none]]' '''
inline = { a = 1, b = [1, 2] }

[[array]]
x = 1

# a comment between

[array.sub]
y = 2

[[array]]
x = 3
[array.sub]
"quoted.key" = "\\"]"
"""


def place(where: str) -> tuple[int, int]:
    return Source(FORMS, "").span(where)


@pytest.mark.parametrize(
    ("where", "span"),
    [
        ("promises", (2, 2)),
        ("dotted", (3, 4)),
        ("dotted.second", (4, 4)),
        ("list", (5, 8)),
        ("list[1]", (5, 8)),
        ("table", (10, 16)),
        ("table.long", (11, 13)),
        ("table.literal", (14, 15)),
        ("table.inline.b", (16, 16)),
        ("array[0]", (18, 19)),
        ("array[0].x", (19, 19)),
        ("array[0].sub", (23, 24)),
        ("array[0].sub.y", (24, 24)),
        ("array[1].x", (27, 27)),
        ("array[1].sub.quoted.key", (29, 29)),
        ("array[1].nothing", (26, 27)),
        ("array", (18, 29)),
        ("nothing", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_every_form_is_found(where: str, span: tuple[int, int]) -> None:
    tomllib.loads(FORMS)
    assert place(where) == span


@pytest.mark.promise("M16")
def test_the_lines_of_a_promise_are_those_of_its_tables() -> None:
    policy = read_policy(text_of("munkeby"))
    lines = policy.lines("M16")
    assert lines[:5] == (
        "[[retention]]",
        'records = ["support.case"]',
        'after = "the case was closed"',
        'keep = "3 months"',
        'then = "archive"',
    )
    assert lines[-1].startswith("reading = ")
    assert policy.lines("X1") == ()


def test_the_lines_of_a_promise_of_two_tables_stand_apart() -> None:
    lines = read_policy(text_of("munkeby")).lines("M10")
    assert lines[0] == "[place.own]"
    assert "" in lines
    assert lines[lines.index("") + 1] == "[staff]"


@pytest.mark.parametrize("name", FOUR)
def test_every_table_and_key_of_the_files_is_found(name: str) -> None:
    policy = read_policy(text_of(name))
    lines = text_of(name).split("\n")
    for where, piece in policy.pieces():
        if where == "page":
            continue
        assert lines[policy.line(where) - 1].startswith("[")
        for key in piece.model_fields_set:
            key = key.rstrip("_")
            line = lines[policy.line(f"{where}.{key}") - 1]
            assert line.startswith((f"{key} =", f"[{where}.{key}]"))


@given(st.text(alphabet="ab.=\"'[]{}#\n 1,\\", max_size=60))
def test_any_toml_has_its_lines(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    source = Source(text, "")
    for key in values:
        first, last = source.span(key)
        assert 0 <= first <= last <= text.count("\n") + 1
