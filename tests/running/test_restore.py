"""After an older backup was put back, `gallra restore` brings the ledger's tail and does again what was done since."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import translation
from psycopg import sql

from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Entry
from gallra.ledger.signing import load_signer
from gallra.ledger.verify import verify
from gallra.registers.crm.models import Relation, Review
from gallra.registers.directory.models import Company
from gallra.registers.given import Origin, Person
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Evidence, Subscription, Suppression
from gallra.registers.support.models import Case, Concerned, Contact, Message
from gallra.running import (
    adopting,
    attesting,
    erasures,
    holds,
    marks,
    persons,
    replay,
    restoring,
    reviewing,
    runs,
    unsettled,
)
from gallra.running.behind import behind
from gallra.running.installed import running
from gallra.running.models import Adoption, Attestation, Hold, OpenErasure, Run
from gallra.site import database as site_database
from tests.conftest import Database
from tests.person.conftest import POLICY
from tests.person.world import BO, LONG_AGO, Seed
from tests.running.world import NIGHT, adopted, case, contact
from tests.waiting import until_locks_are_gone

ROOT = Path(__file__).parents[2]
BY = "command line"
CLOSED = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
CLEO, ALVA, DAN = "cleo@annan.example", "alva@kund.example", "dan@kund.example"
EVA, FILIP = "eva@kund.example", "filip@kund.example"
NEXT = POLICY + "\n# En ny version.\n"


@contextmanager
def backup(database: Database) -> Iterator[str]:
    """A copy of the database as it is now."""
    name = f"{database.name}_backup"
    copied(database.name, name)
    try:
        yield name
    finally:
        with psycopg.connect(site_database.superuser_address(), autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def copied(source: str, target: str) -> None:
    connections.close_all()
    names = {"source": sql.Identifier(source), "target": sql.Identifier(target)}
    owner = sql.Identifier(site_database.OWNER)
    with psycopg.connect(site_database.superuser_address(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {target} WITH (FORCE)").format(**names))
        superuser.execute(
            sql.SQL("CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY OWNER {owner}").format(
                **names, owner=owner
            )
        )


class Before:
    """What there is when the backup is made: Bo, who will be erased; Cleo, corrected; Alva's case, held; Dan's, due."""

    def __init__(self, tmp_path: Path) -> None:
        settings.DOCUMENTS_ROOT = tmp_path / "documents"
        adopted(POLICY, at=NIGHT - timedelta(days=300))
        Seed("Bo", BO).everything()
        cleo = contact(CLEO)
        self.cleos = case(contact=cleo, opened=LONG_AGO, messages=1)
        bo = Contact.objects.get(email=BO)
        self.bos_message = Message.objects.create(
            case=self.cleos, contact=bo, direction="in", body="Bo skriver", sent_at=LONG_AGO
        )
        Concerned.objects.create(case=self.cleos, contact=bo, added_at=LONG_AGO)
        self.held = case(contact=contact(ALVA), closed=CLOSED)
        self.due = case(contact=contact(DAN), closed=CLOSED)
        self.released = holds.hold_person(DAN, ground="Tvist", now=LONG_AGO, by=BY)
        self.eva, self.filip = (self.subscribed(address) for address in (EVA, FILIP))
        self.customer = Relation.objects.create(
            role="customer", company=Company.objects.create(name="Exempel AB", agreements_open=1), source="order",
            added_at=LONG_AGO, became_customer_at=LONG_AGO,
        )  # fmt: skip
        make_checkpoint(NIGHT - timedelta(days=1))

    def subscribed(self, address: str) -> Subscription:
        newsletter.add_topic("nytt", title_sv="Nytt", title_en="News", actor="system", now=LONG_AGO)
        [asked] = newsletter.subscribe(
            Person(name="E", email=address), topics=["nytt"], wording="Ja tack", actor="form", now=NIGHT,
            origin=Origin(where="newsletter sign-up"), key=persons.suppression_key(),
        )  # fmt: skip
        assert asked.token
        return newsletter.confirm(asked.token, key=persons.suppression_key(), actor="form", now=NIGHT)

    def go_on(self) -> None:
        """What is done after the backup; the last of it is not signed any more."""
        erasures.erase(BO, now=NIGHT, by=BY, stop_mailings=True)
        persons.correct(CLEO, {"phone": "08-123 45 67"}, now=NIGHT, by=BY)
        holds.hold_record("support.case", str(self.held.number), ground="Revision", now=NIGHT, by=BY)
        holds.release(self.released.pk, now=NIGHT, by=BY)
        newsletter.unsubscribe(self.eva.pk, actor="form", now=NIGHT)
        newsletter.stop(FILIP, key=persons.suppression_key(), actor="form", now=NIGHT)
        attesting.attest("M10", by="vd", words="Jag har varit där", now=NIGHT)
        reviewing.decide(
            "crm.customer", str(self.customer.pk), decision="keep", reason="Köper än", now=NIGHT, by="Alva"
        )
        adopting.adopt(NEXT, reason="Ny version", now=NIGHT)
        assert runs.sweep(NIGHT, confirmed=frozenset({"clock", "*"})).outcome == "finished"
        marks.keep()
        make_checkpoint(NIGHT)
        holds.hold_person(CLEO, ground="Fråga från myndighet", now=NIGHT, by=BY)

    def check(self) -> None:
        """The end that must be the same, whether the database was put back or not."""
        self.bos_message.refresh_from_db()
        assert (self.bos_message.contact_id, self.bos_message.body) == (None, None)
        assert persons.find(BO, now=NIGHT).systems["own"].counts().keys() <= KEPT
        assert persons.find(BO, now=NIGHT).sign_in is None
        assert not Concerned.objects.exists()
        assert Contact.objects.get(email=CLEO).phone == "08-123 45 67"
        assert Case.objects.get(pk=self.due.pk).archived_at is not None
        assert not Contact.objects.filter(email=DAN).exists()
        assert Case.objects.get(pk=self.held.pk).archived_at is None
        assert Hold.objects.filter(kind="support.case", key=str(self.held.pk), released_at=None).count() == 1
        assert Hold.objects.filter(email=CLEO, ground="Fråga från myndighet").count() == 1
        assert Hold.objects.get(pk=self.released.pk).email == ""
        assert {row.reason for row in Suppression.objects.all()} == {"asked", "erased"}
        ended = Subscription.objects.filter(pk__in=[self.eva.pk, self.filip.pk], ended_at=NIGHT)
        assert [Evidence.objects.filter(subscription=each, what="ended").count() for each in ended] == [1, 1]
        assert newsletter.is_suppressed(FILIP, key=persons.suppression_key())
        [word] = Attestation.objects.all()
        assert (word.promise, word.by, word.words, word.at) == ("M10", "vd", "Jag har varit där", NIGHT)
        [review] = Review.objects.all()
        assert (review.decision, review.reason, review.decided_by) == ("keep", "Köper än", "Alva")
        self.customer.refresh_from_db()
        assert self.customer.reviewed_at == NIGHT
        adoption = Adoption.objects.get(pk=running().adoption.pk)
        assert (adoption.text, adoption.reason, adoption.at) == (NEXT, "Ny version", NIGHT)
        assert not Run.objects.filter(outcome="running").exists()


KEPT = {"finance_invoice", "finance_agreement", "finance_contact"}


def state() -> tuple[object, ...]:
    waiting = OpenErasure.objects.filter(completed_at=None).order_by("kind", "until")
    return (
        sorted(Case.objects.values_list("pk", "archived_at")), sorted(Message.objects.values_list("pk", "body")),
        sorted(Contact.objects.values_list("pk", "email", "phone")),
        list(waiting.values_list("email", "kind", "until", "asked_at")),
    )  # fmt: skip


def entries() -> list[tuple[object, ...]]:
    return list(Entry.objects.order_by("number").values_list("number", "at", "action", "body"))


def sequence(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = %s", [name])
        return int(cursor.fetchone()[0])


@pytest.mark.slow
@pytest.mark.promise("S19", "S20", "M21")
def test_what_was_done_since_the_backup_is_done_again(fresh_database: Database, tmp_path: Path) -> None:
    before = Before(tmp_path)
    with backup(fresh_database) as kept:
        before.go_on()
        before.check()
        wanted, ledger, high = state(), entries(), marks.kept()["sequences"]
        copied(kept, fresh_database.name)
    assert Contact.objects.filter(email=BO).exists()
    assert behind()
    assert restoring.look().unlisted == {}
    with pytest.raises(runs.Refused, match="gallra restore"):
        runs.sweep(NIGHT)
    assert unsettled.findings(), "the board says so"
    done = restoring.restore(NIGHT)
    assert done.complete, "nothing is left to a person"
    before.check()
    assert state() == wanted
    assert entries()[: len(ledger)] == ledger
    assert done.counts["erasure.receipt"] == done.counts["correction"] == 1
    assert all(sequence(name) > mark for name, mark in high.items())
    [told] = Entry.objects.filter(action="restore")
    assert told.number > max(number for number, *_ in ledger if isinstance(number, int))
    make_checkpoint(NIGHT)
    assert verify(load_signer().key).faults == ()
    assert not behind()
    assert not unsettled.findings()
    ledger = entries()
    assert restoring.restore(NIGHT).nothing
    assert (entries(), state()) == (ledger, wanted)
    assert runs.sweep(NIGHT, confirmed=frozenset({"clock"})).records == 0


@pytest.mark.slow
def test_a_restore_that_is_killed_goes_on_where_it_was(fresh_database: Database, tmp_path: Path) -> None:
    before = Before(tmp_path)
    with backup(fresh_database) as kept:
        before.go_on()
        wanted, missing = state(), 0
        copied(kept, fresh_database.name)
        missing = len(restoring.look().entries)
        connections.close_all()
        for at in (1, missing // 2, missing):
            copied(kept, fresh_database.name)
            replay.path().with_name("restoring").unlink(missing_ok=True)
            killed = subprocess.run(
                [sys.executable, "-m", "tests.running.restoring", str(at)],
                cwd=ROOT, env={**os.environ, **fresh_database.environment}, capture_output=True, text=True,
                check=False, timeout=120,
            )  # fmt: skip
            assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
            until_locks_are_gone()
            assert behind()
            restoring.restore(NIGHT)
            before.check()
            assert state() == wanted
            assert Entry.objects.filter(action="restore").count() == 1
            assert verify(load_signer().key).faults == () or make_checkpoint(NIGHT)
            connections.close_all()


def test_the_list_says_nothing_of_anyone(fresh_database: Database, tmp_path: Path) -> None:
    Before(tmp_path).go_on()
    file = replay.path()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"
    text = file.read_text("utf-8")
    for word in (
        BO,
        CLEO,
        ALVA,
        DAN,
        EVA,
        FILIP,
        "08-123",
        "Revision",
        "myndighet",
        "Tvist",
        "varit där",
        "Köper",
    ):
        assert word not in text
    assert len(replay.lines()) >= 6


def test_lines_go_with_the_oldest_backup(fresh_database: Database, tmp_path: Path) -> None:
    Before(tmp_path).go_on()
    policy = running().policy
    every = len(replay.lines())
    assert replay.drop_old(policy, NIGHT) < every
    there = len(replay.lines())
    assert there
    assert replay.drop_old(policy, NIGHT + timedelta(days=4000)) == there
    assert replay.lines() == []


def test_a_database_that_went_on_by_itself_is_refused(fresh_database: Database, tmp_path: Path) -> None:
    before = Before(tmp_path)
    with backup(fresh_database) as kept:
        before.go_on()
        copied(kept, fresh_database.name)
    holds.hold_person(ALVA, ground="För tidigt", now=NIGHT, by=BY)
    with translation.override("en"), pytest.raises(restoring.CannotRestore, match="gone on by itself"):
        restoring.restore(NIGHT)
    assert Contact.objects.filter(email=BO).exists(), "nothing was touched"
