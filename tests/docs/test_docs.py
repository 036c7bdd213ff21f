"""What the documentation points to is there: links, headings, commands, options; every command is described."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^()\s]+(?:\([^()]*\))?[^()\s]*)\)")
_OTHERS = {
    "cd",
    "export",
    "git",
    "cat",
    "psql",
    "python",
    "python3",
    "pip",
    "curl",
    "echo",
    "apt-get",
    ".",
    "source",
}
"""What a reader has without us."""


def pages() -> list[Path]:
    """Every Markdown file of the project; golden files are pages of policies, not documentation."""
    named = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in named if "golden" not in name and (ROOT / name).exists()]


PAGES = pages()
IDS = [str(page.relative_to(ROOT)) for page in PAGES]


@cache
def described() -> Any:
    """scripts/commands as a module."""
    path = ROOT / "scripts" / "commands"
    loader = SourceFileLoader("scripts_commands", str(path))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual viewers make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE):
        kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(kept.replace(" ", "-"))
    return found


def console(text: str) -> list[str]:
    """The commands of a page's console blocks: after "$ ", lines that end in a backslash joined."""
    found: list[str] = []
    for language, block in _FENCE.findall(text):
        if language == "console":
            joined = block.replace("\\\n", " ")
            found += [line[2:] for line in joined.splitlines() if line.startswith("$ ")]
    return found


def words_of(command: str) -> list[list[str]]:
    """The words of each part of a pipeline, without the comment and what is set before it."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    parts: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;"):
            parts.append([])
        else:
            parts[-1].append(word)
    cut = []
    for part in parts:
        while part and re.fullmatch(r"[A-Z_]+=.*", part[0], re.DOTALL):
            part = part[1:]
        at = next((n for n, word in enumerate(part) if set(word) <= set("<>")), len(part))
        cut.append(part[:at])
    return [part for part in cut if part]


def faults_of(part: list[str]) -> list[str]:
    """What is wrong with one command: no such script, no such command of gallra, no such option of it."""
    program = part[0].removeprefix(".venv/bin/").removeprefix("./")
    if program.startswith((".ci/", "bench/", "scripts/")):
        return [] if (ROOT / program).exists() else [f"{program} is not there"]
    if program != "gallra":
        return [] if program in _OTHERS else [f"{program} is not ours, nor a reader's"]
    known = described().commands()
    plain = [word for word in part[1:] if not word.startswith("-")]
    name = next((" ".join(plain[:n]) for n in (2, 1) if " ".join(plain[:n]) in known), "")
    given = [word.split("=")[0] for word in part[1:] if word.startswith("--")]
    if not name:
        groups = {full.split()[0] for full in known if " " in full}
        alone = not plain or (len(plain) == 1 and plain[0] in groups)
        return (
            []
            if alone and set(given) <= {"--help", "--version"}
            else [f"gallra has no {' '.join(plain[:2])}"]
        )
    options = {
        option for parameter in known[name].params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return [f"gallra {name} has no {option}" for option in given if option not in options | {"--help"}]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    wrong = []
    for target in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"(https?|mailto):", target):
            continue
        path, _hash, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        if not to.exists() or (anchor and to.suffix == ".md" and anchor not in anchors(to)):
            wrong.append(target)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_shown_exist_with_their_options(page: Path) -> None:
    wrong = {}
    for command in console(page.read_text("utf-8")):
        if faults := [fault for part in words_of(command) for fault in faults_of(part)]:
            wrong[command] = faults
    assert wrong == {}


def test_what_is_wrong_in_a_page_is_found() -> None:
    assert console("```console\n$ gallra due\nNothing\n$ scripts/test \\\n  -x\n```\n") == [
        "gallra due",
        "scripts/test    -x",
    ]
    assert faults_of(["gallra", "sweep", "--dry-run"]) == []
    assert faults_of(["gallra", "hold", "list", "--json"]) == []
    assert faults_of(["gallra", "sweep", "--dry"]) == ["gallra sweep has no --dry"]
    assert faults_of(["gallra", "swep"]) == ["gallra has no swep"]
    assert faults_of(["scripts/nothing"]) == ["scripts/nothing is not there"]
    assert words_of("GALLRA_HOME=x gallra find - < file | cat  # so") == [["gallra", "find", "-"], ["cat"]]


def test_every_command_has_help_and_so_has_every_option() -> None:
    silent = []
    for name, command in described().commands().items():
        if not (command.help or "").strip():
            silent.append(name)
        silent += [
            f"{name} {parameter.name}" for parameter in command.params if not (parameter.help or "").strip()
        ]
    assert silent == []


def test_every_command_stands_on_its_page_as_it_is() -> None:
    module = described()
    page = module.PAGE.read_text("utf-8")
    headings = re.findall(r"^## gallra (.+)$", page, re.MULTILINE)
    assert headings == list(module.commands())
    assert page == module.written(), "run scripts/commands"
