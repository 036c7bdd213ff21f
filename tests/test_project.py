"""The project's own files: what a newcomer gets from a clone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


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
