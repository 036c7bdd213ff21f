"""The rewrite: what was erased is in no file of the database any more: table, index, large value, planner's sample.

The files are read as bytes, as whoever gets hold of the disk would.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger.append import append
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Entry
from gallra.ledger.signing import known_key
from gallra.ledger.verify import verify
from gallra.registers.support.models import Message
from gallra.running import board, erasures, persons, remains, rewriting, runs, words
from gallra.running.report import Gone
from gallra.running.rewriting import Rewritten
from gallra.site import database, jobs
from gallra.site.models import User
from gallra.systems import own
from tests.conftest import Database
from tests.person.world import Seed
from tests.running.world import MINI, NIGHT, POLICIES, adopted, case, contact

TOKEN = "kvarlevan7f3"
OTHER = "granne5c1"
GONE, GONE_TOO = f"{TOKEN}@kund.example", f"{TOKEN}.2@kund.example"
STAYS = f"{OTHER}@annan.example"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def disk(fresh_database: Database, tmp_path: Path) -> Iterator[Disk]:
    """The database of the test's own, seen from the disk."""
    settings.DOCUMENTS_ROOT = tmp_path / "documents"
    superuser = psycopg.connect(database.superuser_address(fresh_database.name), autocommit=True)
    with superuser:
        yield Disk(superuser)


@dataclass(frozen=True)
class Clock:
    """What pages know of the time."""

    now: datetime


class Disk:
    """Where in the server's files a word stands."""

    def __init__(self, superuser: psycopg.Connection) -> None:
        self.superuser = superuser
        self.data = database.embedded_server().data

    def holding(self, word: str) -> set[str]:
        """The tables, indexes and toast tables of this database, the catalogue's too, whose files hold the word."""
        self.superuser.execute("CHECKPOINT")
        found = self.superuser.execute(
            "SELECT c.relname, coalesce(t.relname, ''), pg_relation_filepath(c.oid) FROM pg_class c"
            " LEFT JOIN pg_class t ON t.reltoastrelid = c.oid"
            " WHERE pg_relation_filepath(c.oid) IS NOT NULL AND NOT c.relisshared"
        ).fetchall()
        assert len(found) > 300
        return {
            f"{owner} toast" if owner else name
            for name, owner, path in found
            for file in self._files(self.data / path)
            if word.encode() in file.read_bytes()
        }

    def log_holding(self, word: str) -> set[str]:
        """The files of the write-ahead log that hold the word, once what is in memory is written to them."""
        self.superuser.execute("SET synchronous_commit = on")
        self.superuser.execute("SELECT pg_logical_emit_message(true, 'test', 'write what is before this')")
        files = [file for file in (self.data / "pg_wal").iterdir() if file.is_file()]
        return {file.name for file in files if word.encode() in file.read_bytes()}

    def logs(self, word: str) -> bool:
        """Whether the log holds a word that is written now. A checkpoint of another test may take it at once."""
        for _ in range(20):
            self.superuser.execute("SELECT pg_logical_emit_message(true, 'test', %s)", [word])
            if self.log_holding(word):
                return True
        return False

    @staticmethod
    def _files(path: Path) -> list[Path]:
        return [path, *path.parent.glob(f"{path.name}.*")]


def rewrite(*, patience: int = rewriting.PATIENCE, after: timedelta = timedelta(hours=1)) -> Rewritten | None:
    at = NIGHT + after
    return rewriting.rewrite(at, patience=patience, clock=lambda: at + timedelta(seconds=2))


def sampled() -> None:
    """As autovacuum does now and then."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections["owner"].close()


def people() -> None:
    """Two people in every column of every register, with a text too large for its row. Who goes has two accounts to
    sign in with, and nobody else has one: ANALYZE keeps its samples of a table that is empty then."""
    adopted((POLICIES / "munkeby-mended.toml").read_text(encoding="utf-8"))
    chosen = random.Random(7)
    for address in (GONE, GONE_TOO):
        User.objects.create(email=address, name=TOKEN, role="", is_active=True)
    for word, address in ((TOKEN, GONE), (OTHER, STAYS)):
        seed = Seed(word, address, year_ends=date(2010, 12, 31)).everything()
        noise = "".join(chosen.choices(string.ascii_letters + string.digits + "!#%&/()=?+-*<>,.;:", k=20_000))
        Message.objects.filter(pk=seed.keys["support_message"][0]).update(
            body=f"{noise} {word} large {noise}"
        )


@pytest.mark.promise("M23", "S15")
def test_what_was_erased_is_in_no_file_of_the_database(disk: Disk) -> None:
    people()
    sampled()
    living = disk.holding(TOKEN)
    for address in (GONE, GONE_TOO):
        erasures.erase(address, now=NIGHT, by="Alva")
    runs.sweep(NIGHT, confirmed=frozenset({"*"}), audit=True)
    sampled()
    found = disk.holding(TOKEN)
    personal = {table.name for kind in own.kinds().values() for table in kind.tables()} & living
    assert len(personal) > 15
    assert personal <= found, "an erased row's bytes stay: else this test shows nothing"
    assert {"support_message toast", "support_contact_sorted", "site_user", "pg_statistic"} <= found
    assert disk.logs(TOKEN)

    done = rewrite()

    assert done is not None
    assert (done.left, done.log_cut) == ((), True)
    assert personal <= set(done.tables)
    assert disk.holding(TOKEN) == set()
    assert disk.holding(OTHER) >= {"support_case", "support_message toast", "crm_contact"}


def test_the_write_ahead_log_is_let_go_of(disk: Disk) -> None:
    adopted(MINI)
    case(closed=datetime(2026, 1, 1, tzinfo=UTC), contact=contact(GONE))
    assert disk.logs(TOKEN)
    erasures.erase(GONE, now=NIGHT, by="Alva")
    assert rewrite() is not None
    assert disk.log_holding(TOKEN) == set()


def test_corrected_values_leave_the_files_too(disk: Disk) -> None:
    adopted(MINI)
    case(closed=None, contact=contact("bo@kund.example"))
    persons.correct("bo@kund.example", {"phone": TOKEN}, now=NIGHT, by="Alva")
    persons.correct("bo@kund.example", {"phone": "0701234567"}, now=NIGHT, by="Alva")
    assert "support_contact" in disk.holding(TOKEN)
    assert rewrite() is not None
    assert disk.holding(TOKEN) == set()


def test_one_entry_tells_of_it_and_a_second_time_there_is_nothing_to_do(disk: Disk) -> None:
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200), contact=contact(GONE))
    assert (remains.waiting(), rewrite()) == ((), None)
    runs.sweep(NIGHT)
    assert {"support_case", "support_message", "support_contact"} <= set(remains.waiting())
    assert "finance_invoice" not in remains.waiting()
    done = rewrite()
    assert done is not None
    entry = Entry.objects.get(action="rewrite")
    assert entry.body == {
        "tables": list(done.tables), "left": [], "bytes": done.bytes, "seconds": 2,
        "began": (NIGHT + timedelta(hours=1)).isoformat(), "through": entry.body["through"],
    }  # fmt: skip
    assert entry.body["through"] == max(
        Entry.objects.exclude(action="rewrite").values_list("number", flat=True)
    )
    assert (remains.waiting(), rewrite()) == ((), None)
    assert Entry.objects.filter(action="rewrite").count() == 1


def test_the_board_tells_both_times(disk: Disk) -> None:
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    assert board.check(NIGHT).gone is None
    runs.sweep(NIGHT)
    seen = board.read(NIGHT)
    assert seen.gone is not None
    assert (seen.gone.rows, seen.gone.bytes) == (NIGHT, None)
    rewrite()
    seen = board.read(NIGHT + timedelta(hours=2))
    gone = NIGHT + timedelta(hours=1, seconds=2)
    assert seen.gone is not None
    assert (seen.gone.rows, seen.gone.bytes) == (NIGHT, gone)
    promise = next(promise for promise in seen.promises if promise.id == "M16")
    assert promise.gone == seen.gone
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT + timedelta(hours=3))
    seen = board.read(NIGHT + timedelta(hours=4))
    assert seen.gone is not None
    assert (seen.gone.rows, seen.gone.bytes) == (NIGHT + timedelta(hours=3), None)
    rewrite(after=timedelta(hours=5))
    promise = next(
        promise for promise in board.read(NIGHT + timedelta(hours=6)).promises if promise.id == "M16"
    )
    assert promise.gone is not None
    assert promise.gone.bytes == NIGHT + timedelta(hours=5, seconds=2)


def test_a_table_in_use_is_left_and_taken_the_next_time(disk: Disk, fresh_database: Database) -> None:
    adopted(MINI)
    case(closed=None, contact=contact(GONE))
    erasures.erase(GONE, now=NIGHT, by="Alva")
    with psycopg.connect(fresh_database.address()) as user:
        user.execute("SELECT count(*) FROM support_message")
        done = rewrite(patience=100)
        assert done is not None
        assert done.left == ("support_message",)
        assert remains.waiting() == ("support_message",)
        seen = board.read(NIGHT + timedelta(hours=2))
        assert seen.gone is not None
        assert seen.gone.bytes is None
    done = rewrite()
    assert done is not None
    assert (done.left, disk.holding(TOKEN)) == ((), set())
    assert "support_case" not in done.tables
    seen = board.read(NIGHT + timedelta(hours=2))
    assert seen.gone is not None
    assert seen.gone.bytes is not None


def test_samples_in_use_are_left_and_taken_the_next_time(disk: Disk) -> None:
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    with disk.superuser.transaction():
        disk.superuser.execute("SELECT count(*) FROM pg_statistic")
        done = rewrite(patience=100)
    assert done is not None
    assert (done.left, remains.waiting()) == (("pg_statistic",), ("pg_statistic",))
    done = rewrite(after=timedelta(hours=2))
    assert done is not None
    assert (done.tables, done.left, remains.waiting()) == (("pg_statistic",), (), ())


def test_rows_that_an_open_transaction_still_sees_do_not_count_as_gone(
    disk: Disk, fresh_database: Database
) -> None:
    adopted(MINI)
    case(closed=None, contact=contact(GONE))
    with psycopg.connect(fresh_database.address()) as user:
        user.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        user.execute("SELECT count(*) FROM finance_invoice")  # it sees the database as before the erasure
        erasures.erase(GONE, now=NIGHT, by="Alva")
        done = rewrite(patience=100)
        assert done is not None
        assert {"support_contact", "support_case"} <= set(done.left)
        assert "support_contact" in disk.holding(TOKEN)
    done = rewrite()
    assert done is not None
    assert (done.left, disk.holding(TOKEN)) == ((), set())


def test_what_is_in_use_is_tried_again_a_moment_later(disk: Disk, fresh_database: Database) -> None:
    """As when autovacuum looks at a table, or a page is read, just then."""
    adopted(MINI)
    case(closed=None, contact=contact(GONE))
    with psycopg.connect(fresh_database.address()) as user, psycopg.connect(fresh_database.address()) as seer:
        seer.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        seer.execute("SELECT count(*) FROM finance_invoice")
        erasures.erase(GONE, now=NIGHT, by="Alva")
        user.execute("SELECT count(*) FROM support_message")
        ends = iter((user, seer))
        paused: list[float] = []

        def pause(seconds: float) -> None:
            paused.append(seconds)
            next(ends).rollback()

        at = NIGHT + timedelta(hours=1)
        done = rewriting.rewrite(at, patience=400, clock=lambda: at, pause=pause)
    assert done is not None
    assert (done.left, paused) == ((), [0.4, 0.4])
    assert len(done.tables) == len(set(done.tables))
    assert disk.holding(TOKEN) == set()
    assert Entry.objects.filter(action="rewrite").count() == 1


def test_an_erasure_that_commits_meanwhile_waits_for_the_next_rewrite(
    disk: Disk, fresh_database: Database
) -> None:
    """Its number in the ledger may be lower than others that were there when the rewrite began."""
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    with psycopg.connect(fresh_database.address()) as other:
        other.execute(
            "INSERT INTO ledger_entry (at, action, body) VALUES (now(), 'settle', '{\"contacts\": 1}')"
        )
        board.check(NIGHT)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            rewrite(patience=100)
    assert not Entry.objects.filter(action="rewrite").exists()
    assert rewrite() is not None


def test_no_rewrite_while_a_sweep_runs(disk: Disk, fresh_database: Database) -> None:
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    with psycopg.connect(fresh_database.address()) as other:
        other.execute("SELECT pg_advisory_lock(%s::integer, hashtext('sweep'))", [0x6761])
        with pytest.raises(runs.Refused):
            rewrite()
    assert not Entry.objects.filter(action="rewrite").exists()


def test_no_rewrite_before_a_restore_is_done(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its entry would take the number of one that is missing."""
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    monkeypatch.setattr("gallra.running.rewriting.behind", lambda: True)
    with pytest.raises(runs.Refused):
        rewrite()
    assert not Entry.objects.filter(action="rewrite").exists()


def test_the_ledger_holds_with_it(disk: Disk) -> None:
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    rewrite()
    make_checkpoint(NIGHT + timedelta(hours=2))
    key = known_key()
    assert key is not None
    assert verify(key).holds


def told(*arguments: str) -> tuple[int, str]:
    with translation.override("en"):
        result = CliRunner().invoke(app, ["rewrite", *arguments])
    return result.exit_code, result.output


def test_the_command_asks_shows_and_rewrites(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallra.cli.rewriting.installation", nullcontext)
    adopted(MINI, at=timezone.now() - timedelta(days=1))
    assert told() == (0, "Nothing was erased since the last rewrite. Nothing to do.\n")
    case(closed=None, contact=contact(GONE))
    erasures.erase(GONE, now=timezone.now(), by="Alva")
    code, text = told()
    assert (code, "support_contact" in text, "gallra rewrite --yes" in text) == (1, True, True)
    assert not Entry.objects.filter(action="rewrite").exists()
    code, text = told("--yes", "--json")
    data = json.loads(text)
    assert (code, data["left"], data["log_cut"]) == (0, [], True)
    assert {"support_contact", "pg_statistic"} <= set(data["tables"])
    code, text = told("--json")
    nothing = {"tables": [], "left": [], "bytes": 0, "seconds": 0, "log_cut": False}
    assert (code, json.loads(text)) == (0, nothing)
    with translation.override("sv"):
        lines = words.rewritten(Rewritten(("a",), ("support_case",), 8192, 3, log_cut=False))
    assert lines[1].startswith("Någon använder support_case")
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("language", "rows", "yet", "gone"),
    [
        ("en", "Rows gone:", "Bytes gone: not yet", "Bytes gone: "),
        ("sv", "Raderna borta:", "Spåren i filerna: inte borta än", "Spåren i filerna borta: "),
    ],
)
def test_the_pages_say_both_times(language: str, rows: str, yet: str, gone: str) -> None:
    for at, word in ((None, yet), (NIGHT, gone)):
        with translation.override(language):
            page = render_to_string("office/gone.html", {"gone": Gone(NIGHT, at), "clock": Clock(NIGHT)})
        assert rows in page
        assert word in page
        assert (yet in page) is (at is None)


def test_after_a_restore_every_table_waits_again(disk: Disk) -> None:
    """The files are the backup's then, whatever the entries that came back say of rewrites."""
    adopted(MINI)
    case(closed=NIGHT - timedelta(days=200))
    runs.sweep(NIGHT)
    rewrite()
    body = {"backup": NIGHT.isoformat(), "entries": 3, "replayed": {}}
    with transaction.atomic():
        append(action="restore", body=body, now=NIGHT + timedelta(hours=2))
    assert {"support_case", "finance_invoice", "newsletter_contact"} <= set(remains.waiting())
    seen = board.read(NIGHT + timedelta(hours=2))
    assert [promise.gone.bytes for promise in seen.promises if promise.gone is not None] == [None]
    assert seen.gone is not None
    assert (seen.gone.rows, seen.gone.bytes) == (NIGHT + timedelta(hours=2), None)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-11-22 03:00", None, True),
        ("2026-11-22 05:59", "2026-11-15 03:10", True),
        ("2026-11-22 02:59", None, False),
        ("2026-11-22 06:00", None, False),  # slept through: not on the next working day
        ("2026-11-23 03:00", None, False),
        ("2026-11-22 03:30", "2026-11-22 03:05", False),
        ("2026-03-29 03:00", None, True),  # the night of summer time
        ("2026-10-25 03:00", "2026-10-18 03:00", True),
    ],
)
def test_the_window_is_on_sunday_in_the_controllers_zone(now: str, last: str | None, due: bool) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)

    assert jobs.rewrite_is_due(at(now), zone=STOCKHOLM, last=at(last) if last else None) is due


@pytest.mark.parametrize(
    ("now", "left", "due"),
    [
        ("2026-11-22 04:00", True, False),
        ("2026-11-22 04:05", True, True),
        ("2026-11-22 04:05", False, False),
        ("2026-11-22 06:00", True, False),  # the window has closed
    ],
)
def test_what_was_left_is_tried_again_while_the_window_is_open(now: str, left: bool, due: bool) -> None:
    asked, last = (
        datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM) for text in (now, "2026-11-22 03:05")
    )
    assert jobs.rewrite_is_due(asked, zone=STOCKHOLM, last=last, left=left) is due


def test_every_name_in_a_receipt_finds_its_tables() -> None:
    kinds = list(own.every().values())
    for kind in kinds:
        assert remains.tables_of(kind.name, kinds) == {table.name for table in kind.tables()}
        for table in kind.tables():
            assert table.name in remains.tables_of(table.name, kinds)
    assert remains.tables_of("webshop.order", kinds) == frozenset()
