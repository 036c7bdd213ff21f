"""Arrows point one way (design.md section 2): what may know of what."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "gallra"


def _imports(file: Path) -> set[str]:
    """Every module that a file names in an import, wherever in the file it stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def _names(folder: str, *unwanted: str) -> dict[str, set[str]]:
    """The files of a folder or module that import something unwanted, and what."""
    place = SOURCES / folder
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    wrong = {}
    for file in files:
        named = {
            name for name in _imports(file) for bad in unwanted if name == bad or name.startswith(f"{bad}.")
        }
        if named:
            wrong[str(file.relative_to(SOURCES))] = named
    return wrong


@pytest.mark.parametrize("module", ["gallra.kinds", "gallra.policy", "gallra.engine"])
def test_the_core_runs_without_django(module: str) -> None:
    """In a process of its own, every module of the package is imported and Django is not."""
    code = f"""
import importlib, pkgutil, sys
package = importlib.import_module({module!r})
for found in pkgutil.walk_packages(getattr(package, "__path__", []), {module!r} + "."):
    importlib.import_module(found.name)
print(sorted(name for name in sys.modules if name.split(".")[0] in ("django", "procrastinate")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("folder", ["kinds.py", "policy", "engine"])
def test_the_core_names_neither_django_nor_a_room_above_it(folder: str) -> None:
    above = ("ledger", "registers", "mail", "running", "rights", "portal", "office", "site", "cli")
    assert _names(folder, "django", "procrastinate", *(f"gallra.{room}" for room in above)) == {}


def test_policy_does_not_know_the_engine() -> None:
    assert _names("policy", "gallra.engine", "gallra.systems") == {}


def test_registers_know_nothing_of_rights_portal_office_or_running() -> None:
    assert (
        _names("registers", *(f"gallra.{room}" for room in ("rights", "portal", "office", "running", "cli")))
        == {}
    )


def test_mail_knows_nothing_of_rights_or_pages_and_what_is_below_nothing_of_mail() -> None:
    assert _names("mail", *(f"gallra.{room}" for room in ("rights", "portal", "office", "cli"))) == {}
    for room in ("policy", "engine", "systems", "ledger", "registers", "running"):
        assert _names(room, "gallra.mail") == {}


def test_running_knows_nothing_of_pages() -> None:
    assert _names("running", "gallra.portal", "gallra.office", "gallra.cli") == {}


def test_pages_never_erase() -> None:
    """Pages record what is wanted; a job carries it out through the engine."""
    for folder in ("portal", "office"):
        assert _names(folder, "gallra.engine.act", "gallra.running.runs") == {}


def test_nothing_below_knows_of_rights_and_rights_of_no_page() -> None:
    for folder in ("mail", "running", "ledger", "systems"):
        assert _names(folder, "gallra.rights") == {}
    assert _names("rights", "gallra.portal", "gallra.office", "gallra.cli") == {}
