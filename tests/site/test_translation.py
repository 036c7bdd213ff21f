"""Everything that is said to people is said in Swedish too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import gallra

PACKAGE = Path(gallra.__file__).parent
CATALOGUE = Path("locale", "sv", "LC_MESSAGES", "django.po")


def read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale="sv")


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def test_every_message_is_translated() -> None:
    lacking = [first(m) for m in read(PACKAGE / CATALOGUE) if first(m) and (m.fuzzy or not all(_forms(m)))]
    assert lacking == []


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_the_catalogue_has_every_message_and_no_other(tmp_path: Path) -> None:
    """`makemessages` on a copy finds what the catalogue has: run scripts/messages when this fails."""
    copy = tmp_path / "gallra"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.pyc", "static"))
    (copy / CATALOGUE).unlink()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale",
            "sv",
            "--no-location",
            "--verbosity",
            "0",
        ],
        cwd=copy,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"},
        capture_output=True,
    )
    found, kept = ({first(m) for m in read(root / CATALOGUE)} for root in (copy, PACKAGE))
    assert found - kept == set()
    assert kept - found == set()


def test_people_are_called_du() -> None:
    """One tone throughout."""
    said = [form for message in read(PACKAGE / CATALOGUE) for form in _forms(message)]
    assert [form for form in said if re.search(r"\b[Nn]i\b|\bEr[at]?\b", form)] == []
