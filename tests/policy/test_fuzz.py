"""Any text gives a policy or its mistakes, never a traceback: random text, mutated files, random tables."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallra.policy import PolicyMistakes, read_policy
from gallra.policy.check import check
from gallra.policy.law import load_law
from gallra.policy.model import Policy
from gallra.policy.rules import rules
from gallra.systems import own
from tests.policy.editing import FOUR, text_of

TEXTS = [text_of(name) for name in FOUR]
LINES = sorted({line for text in TEXTS for line in text.split("\n")})
WORDS = sorted(
    {*Policy.model_fields, "records", "after", "keep", "then", "promises", "reading", "own", "support", "sv"}
)


def whole(error: PolicyMistakes) -> None:
    """Every mistake has its sentence in both languages."""
    assert error.mistakes
    assert all(m.sentence.sv and m.sentence.en and m.line >= 0 for m in error.mistakes)
    assert error.told("sv")
    assert error.told("en")


def known(error: PolicyMistakes, ids: set[str]) -> None:
    """What cannot be compiled is a finding of `check` as well."""
    assert {mistake.code for mistake in error.mistakes} <= ids


def assert_policy_or_mistakes(text: str | bytes) -> None:
    """The text is a policy or has its mistakes, in both languages; what is a policy is compiled and checked as well,
    and what cannot be compiled is a finding. Anything else raised fails the test."""
    try:
        policy = read_policy(text)
    except PolicyMistakes as error:
        whole(error)
        return
    assert policy.version == sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
    for promise in policy.promises():
        assert policy.lines(promise)
    found = check(policy, law=load_law(), kinds=own.kinds())
    try:
        rules(policy, law=load_law(), kinds=own.kinds())
    except PolicyMistakes as error:
        known(error, {finding.id for finding in found})


@given(st.text())
@example("[[[[")
@example("a = [" * 1000)
@example("controller = 1\nsystem = [1]\nretention = 7\nplace = [[]]")
@example(
    "[place]\nx = 1\n[recipient]\nplace = 3\n[system.a]\nrecipients = [1, {}, []]\n[backups]\nplace = [2]"
)
@example("[controller.name.x]\n[system]\na = {title = {sv = {}}}")
def test_any_text_is_a_policy_or_has_its_mistakes(text: str) -> None:
    assert_policy_or_mistakes(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_have_their_mistakes(content: bytes) -> None:
    assert_policy_or_mistakes(content)


@given(st.sampled_from(TEXTS), st.data())
def test_files_with_letters_changed_are_policies_or_have_their_mistakes(
    text: str, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = (
            text[:at] + data.draw(st.text(alphabet='"[]{}=.,#\n abc159å\\', max_size=4)) + text[at + gone :]
        )
    assert_policy_or_mistakes(text)


@given(st.sampled_from(TEXTS), st.data())
def test_files_with_lines_moved_are_policies_or_have_their_mistakes(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        new = data.draw(st.lists(st.sampled_from(LINES), max_size=2))
        lines[at : at + data.draw(st.integers(0, 3))] = new
        lines = lines or [""]
    assert_policy_or_mistakes("\n".join(lines))


scalars = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
    st.sampled_from(["support.case", "3 months", "erase", "own", "2026-01-01", "S17", "", "\ud7ff"]),
)  # fmt: skip
tables = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(WORDS), tables, max_size=6))
@settings(max_examples=200)
def test_any_tables_are_a_policy_or_have_their_mistakes(values: dict[str, Any]) -> None:
    assert_policy_or_mistakes("\n".join(f"{key} = {_toml(value)}" for key, value in values.items()))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
