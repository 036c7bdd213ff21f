"""The project's own files: what a newcomer gets from a clone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["base", "test"])
def test_requirements_are_pinned_and_carry_no_address(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert pins
    for line in pins:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==[0-9][\w.]*( |$)", line), line
    assert not re.search(r"://|--(index|extra|find|trusted)", "\n".join(lines))


def test_every_wanted_package_is_pinned() -> None:
    for name in ("base", "test"):
        wanted = {
            re.split(r"[\[ ~=<>;]", line, maxsplit=1)[0]
            for line in (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
            if line and line[0].isalnum()
        }
        pinned = {
            line.split("==")[0].split("[")[0]
            for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        }
        assert wanted <= pinned, wanted - pinned


def test_every_dependency_is_explained() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for line in (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").splitlines():
        if line and line[0].isalnum():
            name = re.split(r"[\[ ~=<>;]", line, maxsplit=1)[0]
            assert f"| {name} |" in text, name


def test_the_readme_says_first_what_it_is_for() -> None:
    paragraph = (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")[1].replace("\n", " ")
    assert paragraph == (
        "Gallra runs your privacy policy. Write it once: Gallra publishes it, carries out its periods in support, CRM, "
        "invoices, licences, newsletters and your other databases, answers people who ask, and shows for each sentence "
        "whether it is kept, with receipts anyone can verify."
    )


def test_scripts_can_be_started() -> None:
    for name in (
        "scripts/setup",
        "scripts/demo",
        "scripts/test",
        "scripts/lock",
        "scripts/translations",
        ".ci/run",
    ):
        assert (ROOT / name).stat().st_mode & 0o111, name


def test_sources_fetch_nothing_from_other_hosts() -> None:
    """Pages, styles and scripts of ours load nothing from elsewhere."""
    for file in _tracked():
        if file.suffix in {".html", ".css", ".js"} and "src" in file.parts:
            text = file.read_text(encoding="utf-8")
            assert not re.search(
                r"""(src|href)=["']https?:|@import\s+url\(["']?https?:|url\(["']?https?:""", text
            ), file
