"""Documents: encrypted at rest, a key each, unreadable once the key is gone; what a kill leaves is collected
(S8).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from gallra.registers import documents
from gallra.registers.crm import actions as crm
from gallra.registers.errors import Refused
from gallra.registers.support import actions
from gallra.registers.support.models import CaseDocument
from tests.registers.cast import ALVA, BO, FIRM, NOW, ORIGIN, STAFF, rows

TEXT = b"Bo Exempelsson har fel 17. " * 9000  # several pieces


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DOCUMENTS_ROOT = tmp_path / "documents"
    return tmp_path / "documents"


def attached(data: bytes = TEXT, part: int = 10_000) -> CaseDocument:
    case = actions.open_case(BO, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    chunks = (data[start : start + part] for start in range(0, len(data), part))
    return actions.attach(
        case.pk, chunks, name="fel.log", description="Loggen", media_type="text/plain", actor=ALVA, now=NOW
    )


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def later() -> datetime:
    return datetime.now(UTC) + documents.GRACE + timedelta(minutes=1)


@pytest.mark.promise("S8")
@pytest.mark.parametrize(
    "size", [0, 1, documents.PIECE - 1, documents.PIECE, documents.PIECE + 1, 3 * documents.PIECE]
)
def test_what_goes_in_comes_out(db: object, size: int) -> None:
    data = os.urandom(size)
    document = attached(data, part=70_001)
    assert document.size == size
    assert b"".join(documents.read(document)) == data


@pytest.mark.promise("S8")
def test_nothing_readable_lies_on_the_disk(db: object, folder: Path) -> None:
    document = attached()
    (file,) = files(folder)
    stored = file.read_bytes()
    assert b"Exempelsson" not in stored
    assert b"fel.log" not in stored
    assert "fel" not in str(file.relative_to(folder))
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(bytes(document.secret)) == 12 + 32 + 16, "the key is wrapped, not stored as it is"


def test_two_documents_have_two_keys(db: object) -> None:
    one, two = attached(b"samma"), attached(b"samma")
    one.secret = two.secret
    with pytest.raises(Refused) as refused:
        list(documents.read(one))
    assert refused.value.code == "unreadable"


@pytest.mark.promise("S8", "S20")
def test_once_the_row_is_gone_the_file_is_unreadable_and_then_collected(db: object, folder: Path) -> None:
    document = attached()
    actions.remove_document(document.pk, actor=ALVA, now=NOW)
    assert rows("SELECT count(*) FROM support_document") == [(0,)]
    (file,) = files(folder)
    document.secret = os.urandom(len(bytes(document.secret)))
    with pytest.raises(Refused):
        list(documents.read(document))
    assert documents.collect_orphans(now=datetime.now(UTC)) == documents.Collected(0, 0), (
        "too young to be told"
    )
    assert documents.collect_orphans(now=later()) == documents.Collected(1, 0)
    assert not file.exists()


def test_documents_of_every_register_are_kept_while_their_rows_are(db: object, folder: Path) -> None:
    attached()
    relation = crm.add_prospect(BO, firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    offer = crm.attach(relation.pk, [b"anbud"], name="anbud.pdf", actor=ALVA, now=NOW)
    assert documents.collect_orphans(now=later()) == documents.Collected(0, 0)
    assert b"".join(documents.read(offer)) == b"anbud"
    (folder / offer.file).unlink()
    assert documents.collect_orphans(now=later()) == documents.Collected(0, 1), (
        "a missing file is told, not hidden"
    )


@pytest.mark.parametrize("damage", ["changed", "cut", "swapped", "gone", "emptied", "lengthened"])
def test_a_file_that_was_touched_is_not_read(db: object, folder: Path, damage: str) -> None:
    document = attached()
    (file,) = files(folder)
    data = bytearray(file.read_bytes())
    start, piece = len(documents.MARK) + 7, documents.PIECE + documents.TAG
    if damage == "changed":
        data[-1] ^= 1
    elif damage == "cut":
        del data[start + piece :]
    elif damage == "swapped":
        first, second = data[start : start + piece], data[start + piece : start + 2 * piece]
        data[start : start + 2 * piece] = second + first
    elif damage == "emptied":
        del data[start:]
    elif damage == "lengthened":
        data += b"x"
    file.write_bytes(data)
    if damage == "gone":
        file.unlink()
    with pytest.raises(Refused) as refused:
        list(documents.read(document))
    assert refused.value.code == "unreadable"


def test_a_source_that_fails_leaves_no_file_and_no_row(db: object, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield TEXT
        raise OSError("the line broke")

    case = actions.open_case(BO, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    with pytest.raises(OSError, match="the line broke"):
        actions.attach(case.pk, broken(), name="fel.log", actor=ALVA, now=NOW)
    assert files(folder) == []
    assert not CaseDocument.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    db: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 100_000)
    with pytest.raises(Refused) as refused:
        attached()
    assert refused.value.code == "too_large"
    assert files(folder) == []


def test_killed_while_writing_leaves_a_draft_that_is_collected(db: object, folder: Path) -> None:
    program = f"""
import django, sys, time
from django.conf import settings
django.setup()
settings.DOCUMENTS_ROOT = {str(folder)!r}
from gallra.registers import documents
def slowly():
    while True:
        yield b"x" * 200_000
        print("writing", flush=True)
        time.sleep(0.05)
documents.store(slowly())
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"},
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"writing\n"
        child.send_signal(signal.SIGKILL)
        child.wait(20)
    (draft,) = files(folder)
    assert draft.suffix == ".draft"
    assert documents.collect_orphans(now=later()) == documents.Collected(1, 0)
    assert files(folder) == []
