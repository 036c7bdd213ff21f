"""Whatever people asked for and staff decided since an older backup is as it was, once it was put back and `gallra
restore` has run: a mixed sequence, compared row by row with a plain copy of what there was (no ledger, no replay).
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gallra.ledger.checkpoint import make_checkpoint
from gallra.mail.models import Outgoing
from gallra.registers.crm import actions as crm
from gallra.registers.crm.models import Relation, RelationDocument
from gallra.registers.directory import restricting
from gallra.registers.errors import Refused as RegisterRefused
from gallra.registers.given import Origin, Person
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support import accounts
from gallra.registers.support import actions as support
from gallra.registers.support.models import Account, CaseDocument, Concerned, Message
from gallra.rights import (
    breach_affected,
    breach_telling,
    breaches,
    carrying,
    deciding,
    disclosures,
    looking,
    requests,
    restriction,
)
from gallra.rights.errors import Refused
from gallra.rights.models import Breach, Notice, Request, Restriction
from gallra.running import attesting, erasures, holds, marks, persons, restoring, reviewing, runs
from gallra.running.asking import Unknown
from gallra.running.holds import NotAHold
from gallra.running.models import Hold
from gallra.site.accounts import close_account, reopen_account
from gallra.site.models import User
from tests.conftest import Database
from tests.person.world import Seed
from tests.rights.test_mentions import decided
from tests.rights.world import ALVA, DAY, NOW, policy
from tests.running.test_restore import backup, copied

SEED = int(os.environ.get("GALLRA_TEST_SEED", "20261122"))
PEOPLE = tuple(f"person{number}@kund.example" for number in range(5))
LAST = "last@kund.example"
NO = (Refused, RegisterRefused, NotAHold, Unknown, persons.CannotCorrect, reviewing.NotReviewed)
"""What a verb may say to what does not fit; then nothing was done."""

LEFT_OUT = {
    "rights_answer", "rights_link", "rights_opening", "running_run", "running_adoption", "directory_recheck",
    "running_covered", "newsletter_topic",
}  # fmt: skip
"""Tables of what does not come back (docs/operation.md), and of what says nothing of anyone."""
ANEW = {
    "newsletter_evidence", "running_hold", "running_openerasure", "crm_review", "rights_affected",
    "rights_breachmessage", "running_attestation",
}  # fmt: skip
"""Tables whose rows nothing names by key: they may come back under another."""
WITHOUT = {"rights_restriction": ["mail"]}
"""What a restore leaves behind on purpose: a message that is lost is written anew. So is what waits for messages."""


class World:
    """Five people in every register, each mentioned in the next one's case; and what is done with them, by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.now, self.done = chance, NOW, Counter[str]()
        self.tokens: dict[str, str] = {}
        newsletter.add_topic("nytt", title_sv="Nytt", title_en="News", actor="system", now=NOW)
        for number, address in enumerate(PEOPLE):
            seed = Seed(f"Mark{number}a", address).everything()
            User.objects.create_user(email=address, name="K")
            [asked] = newsletter.subscribe(
                Person(email=address), topics=["nytt"], wording="Ja", actor="form", now=NOW,
                origin=Origin(where="newsletter sign-up"), key=persons.suppression_key(),
            )  # fmt: skip
            self.tokens[address] = asked.token or ""
            other = PEOPLE[(number + 1) % len(PEOPLE)]
            Message.objects.create(
                case_id=seed.keys["support_case"][0], direction="in", body=f"Hej, {other} skrev.", sent_at=NOW
            )
        Hold.objects.all().delete()

    def step(self, name: str) -> None:
        """One thing with the first whom it fits, half an hour or some days later."""
        self.now += self.chance.choice((timedelta(minutes=30), DAY, 3 * DAY))
        for address in self.chance.sample(PEOPLE, len(PEOPLE)):
            try:
                ACTS[name](self, address)
            except NO:
                continue
            self.done[name] += 1
            return

    def one(self, model: Any, **such: Any) -> Any:
        """A row by chance; what does not fit where there is none."""
        keys = list(model._default_manager.filter(**such).order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Refused("unknown")
        return model._default_manager.get(pk=self.chance.choice(keys))


def details(world: World, address: str) -> None:
    phone = f"08-{world.chance.randrange(10**6)}"
    account = world.one(Account, contact__email=address)
    accounts.change_details(account.pk, Person(phone=phone), actor=f"account:{account.pk}", now=world.now)


def close(world: World, address: str) -> None:
    accounts.close_account(world.one(Account, closed_at=None).pk, actor="form", now=world.now)
    close_account(world.one(User, is_active=True).pk, now=world.now)


def reopen(world: World, address: str) -> None:
    reopen_account(world.one(User, is_active=False).pk, now=world.now)
    accounts.reopen_account(world.one(Account, closed_at__isnull=False).pk, actor="form", now=world.now)


def correct(world: World, address: str) -> None:
    persons.correct(address, {"name": f"Namn {world.chance.randrange(99)}"}, now=world.now, by=ALVA)


def stop(world: World, address: str) -> None:
    newsletter.stop(address, key=persons.suppression_key(), actor="form", now=world.now)


def leave(world: World, address: str) -> None:
    newsletter.unsubscribe(world.one(Subscription, ended_at=None).pk, actor="form", now=world.now)


def confirm(world: World, address: str) -> None:
    newsletter.confirm(world.tokens[address], key=persons.suppression_key(), actor="form", now=world.now)


def restrict(world: World, address: str) -> None:
    restriction.add(address, ground=f"Fel om {address}", by=ALVA, now=world.now)


def end(world: World, address: str) -> None:
    how = world.chance.choice(("", "", "brev"))
    found = world.one(Restriction, lifted_at=None)
    restriction.end(found.pk, reason="Rättat nu", by=ALVA, now=world.now, told_how=how)
    if not how and world.chance.random() < 0.7:  # the others are not sent before the disaster
        told = Restriction.objects.get(pk=found.pk).mail
        assert told is not None
        Outgoing.objects.filter(pk=told).update(state="sent", fate="sent", sent_at=world.now)


def go_on(world: World, address: str) -> None:
    restriction.go_on(world.one(Restriction, lifted_at=None).pk, by=ALVA, now=world.now)


def lift(world: World, address: str) -> None:
    restriction.lift_due(world.now)


def hold(world: World, address: str) -> None:
    holds.hold_person(address, ground="Tvist", now=world.now, by=ALVA)


def release(world: World, address: str) -> None:
    holds.release(world.one(Hold, released_at=None).pk, now=world.now, by=ALVA)


def disclose(world: World, address: str) -> None:
    disclosures.record(
        to="authority", recipient="Polisen", ground="law", why="Beslut 7", extent="allt", approved_by="vd",
        address=address, by=ALVA, now=world.now,
    )  # fmt: skip


def tell_recipient(world: World, address: str) -> None:
    disclosures.tell(world.one(Notice, state="to tell").pk, how="Ringde", by=ALVA, now=world.now)


def breach(world: World, address: str) -> None:
    made = breaches.enter(
        what="En kopia kom bort", known_at=world.now, kinds=["support.case"], by=ALVA, now=world.now
    )
    breaches.judge(made.pk, risk="high", consequences="Läst", measures="Spärrat", by=ALVA, now=world.now)


def tell_of_breach(world: World, address: str) -> None:
    found = world.one(Breach, closed_at=None)
    breach_affected.look(found.pk, by=ALVA, now=world.now)
    breach_telling.tell(found.pk, message="Vi tappade en kopia.", by=ALVA, now=world.now)
    breach_telling.send(found.pk, now=world.now)


def report(world: World, address: str) -> None:
    found = world.one(Breach, reported_at=None)
    breaches.reported(found.pk, at=world.now, by=ALVA, now=world.now, reference="IMY-1", late_because="Helg")


def ask(world: World, address: str) -> None:
    right = world.chance.choice(("access", "restriction"))
    requests.receive(right=right, channel="phone", address=address, by=ALVA, said="Ring mig", now=world.now)


def decline(world: World, address: str) -> None:
    """Refused, or taken back, after it was looked up and the likenesses decided."""
    found = world.one(Request, state="open", right__in=("access", "restriction"))
    requests.identify(found.pk, reason="Känner rösten", by=ALVA, now=world.now)
    looking.look_up(found.pk, now=world.now)
    for twin in found.twins.all():
        deciding.decide_twin(found.pk, twin.pk, verdict="other", reason="En annan", by=ALVA, now=world.now)
    if world.chance.random() < 0.5:
        deciding.refuse(found.pk, reasons="Upprepad", by=ALVA, now=world.now)
    else:
        requests.withdraw(found.pk, by=ALVA, reason="Ångrade sig", now=world.now)


def carry_out(world: World, address: str) -> None:
    """An erasure or restriction from the call to the answer, with what others' texts say of the person."""
    right = world.chance.choice(("erasure", "restriction"))
    made = requests.receive(
        right=right, channel="phone", address=address, by=ALVA, said="Radera", now=world.now
    )
    requests.identify(made.pk, reason="Känner rösten", by=ALVA, now=world.now)
    looking.look_up(made.pk, now=world.now)
    for twin in made.twins.all():
        deciding.decide_twin(made.pk, twin.pk, verdict="other", reason="En annan", by=ALVA, now=world.now)
    decided(made)
    deciding.approve(made.pk, by=ALVA, now=world.now)
    carrying.carry_out(made.pk, now=world.now)


def erase(world: World, address: str) -> None:
    erasures.erase(address, now=world.now, by=ALVA, stop_mailings=world.chance.random() < 0.5)


def take_out_document(world: World, address: str) -> None:
    if world.chance.random() < 0.5:
        support.remove_document(world.one(CaseDocument).pk, actor="user:7", now=world.now)
    else:
        crm.remove_document(world.one(RelationDocument).pk, actor="user:7", now=world.now)


def take_out_person(world: World, address: str) -> None:
    found = world.one(Concerned)
    support.remove_concerned(found.case_id, found.contact_id, actor="user:7", now=world.now)


def review(world: World, address: str) -> None:
    found = world.one(Relation, role="customer")
    decision: reviewing.Decision = world.chance.choice(("keep", "erase"))
    reviewing.decide(
        "crm.customer", str(found.pk), decision=decision, reason="Köper än", now=world.now, by="Alva"
    )


def attest(world: World, address: str) -> None:
    attesting.attest("M10", by="vd", words="Jag har varit där", now=world.now)


ACTS: Mapping[str, Callable[[World, str], None]] = {
    act.__name__: act
    for act in (
        details, close, reopen, correct, stop, leave, confirm, restrict, end, go_on, lift, hold, release,
        disclose, tell_recipient, breach, tell_of_breach, report, ask, decline, carry_out, erase, take_out_document,
        take_out_person, review, attest,
    )
}  # fmt: skip


def oracle() -> dict[str, Counter[str]]:
    """Every row of every table about people, as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
            " AND c.relname ~ '^(support|crm|finance|licensing|newsletter|directory|rights|running|site_user)'"
        )
        tables = sorted({str(row[0]) for row in cursor.fetchall()} - LEFT_OUT)
        found = {}
        for table in tables:
            without = WITHOUT.get(table, []) + (["id"] if table in ANEW else [])
            cursor.execute(f"SELECT to_jsonb(t) - %s::text[] FROM {table} t", [without])
            rows = [str(row[0]) for row in cursor.fetchall()]
            found[table] = Counter(
                row for row in rows if "'gallra.mail'" not in row and '"gallra.mail"' not in row
            )
    return found


def different(
    wanted: Mapping[str, Counter[str]], found: Mapping[str, Counter[str]]
) -> dict[str, list[object]]:
    """By table: the rows that are missing, and those that should not be there."""
    return {
        table: [sorted(wanted[table] - found[table]), sorted(found[table] - wanted[table])]
        for table in wanted
        if wanted[table] != found[table]
    }


@pytest.mark.slow
@pytest.mark.promise("S19", "S20", "S21", "M21", "M23")
@pytest.mark.article("5", "17", "18")
def test_everything_that_was_decided_since_the_backup_is_as_it_was(
    fresh_database: Database, files: Path
) -> None:
    chance = random.Random(SEED)
    policy()
    world = World(chance)
    marks.keep()
    make_checkpoint(NOW)
    with backup(fresh_database) as kept:
        sequence = [*ACTS, *ACTS, "end", "lift"]
        chance.shuffle(sequence)
        sequence.append("report")
        for number, name in enumerate(sequence):
            world.step(name)
            if number == len(sequence) // 2:
                make_checkpoint(world.now)
        last = restriction.add(LAST, ground="Uppgifterna är fel", by=ALVA, now=world.now)
        restriction.end(last.pk, reason="Uppgifterna stämmer", by=ALVA, now=world.now)
        runs.sweep(world.now, confirmed=frozenset({"clock", "*"}))
        marks.keep()
        wanted = oracle()
        untold = set(
            Restriction.objects.filter(told_at=None).exclude(ends_on=None).values_list("pk", flat=True)
        )
        copied(kept, fresh_database.name)
        assert oracle() != wanted
    restored = restoring.restore(world.now)
    assert restored.complete, restored
    assert different(wanted, oracle()) == {}, f"seed {SEED}, done: {world.done}"
    if "GALLRA_TEST_SEED" not in os.environ:
        assert set(world.done) == set(ACTS), "the sequence has everything in it"
    assert last.pk in untold
    assert not Outgoing.objects.filter(text="rights/lifting").exists(), (
        "what was written is lost with the database"
    )
    restriction.lift_due(world.now)
    assert (
        set(Restriction.objects.exclude(mail=None).filter(told_at=None).values_list("pk", flat=True))
        == untold
    )
    told = Outgoing.objects.filter(text="rights/lifting", address=LAST).get()
    assert "Uppgifterna stämmer" in told.plain
    Outgoing.objects.update(state="sent", fate="sent", sent_at=world.now)
    restriction.lift_due(world.now + 7 * DAY)
    assert not restricting.is_restricted(LAST)
