"""What Gallra runs on: named once, pinned without an address, explained, and used."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNSEEN = {"tzdata": "zoneinfo reads it where the machine has no time zones"}
"""Direct dependencies that no source of ours names, and why they are wanted all the same."""


def _wanted(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[ ~=<>;]", line, maxsplit=1)[0] for line in lines if line and line[0].isalnum()}


@cache
def _named() -> frozenset[str]:
    """Every package the sources import, and every word of their strings: Django's settings and database addresses name
    modules so."""
    found: set[str] = set()
    for file in (ROOT / "src" / "gallra").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
                found.update(re.split(r"[.+:/]", node.value))
    return frozenset(found)


@pytest.mark.parametrize("name", ["base", "test"])
def test_requirements_are_pinned_and_carry_no_address(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert pins
    for line in pins:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==[0-9][\w.]*( |$)", line), line
    assert not re.search(r"://|--(index|extra|find|trusted)", "\n".join(lines))


@pytest.mark.parametrize("name", ["base", "test"])
def test_every_wanted_package_is_pinned(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert _wanted(name) <= {line.split("==")[0].split("[")[0] for line in lines}


def test_every_dependency_is_used() -> None:
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(re.sub(r"[-_.]+", "-", distribution).lower(), set()).add(module)
    unused = {package for package in _wanted("base") if not modules.get(package, set()) & _named()}
    assert unused == set(UNSEEN)


@pytest.mark.parametrize("name", ["base", "test"])
def test_every_dependency_has_a_row(name: str) -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = {
        package.strip()
        for line in text.splitlines()
        if line.startswith("| ")
        for package in line.split("|")[1].split(",")
    }
    assert _wanted(name) <= rows, "named, but not explained"
    if name == "base":
        assert rows - {"package"} <= _wanted("base") | _wanted("test"), "explained, but not wanted"
