"""Subscriptions: double opt-in, ending at once, the suppression that no import undoes (M4, M9, S12, S19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import plan
from gallra.policy import read_policy
from gallra.policy.law import load_law
from gallra.policy.rules import rules
from gallra.registers.errors import Refused
from gallra.registers.given import Origin, Person
from gallra.registers.newsletter import actions
from gallra.registers.newsletter.models import Contact, Evidence, Subscription, Suppression
from gallra.systems import own
from gallra.systems.connection import OwnDatabase
from tests.registers.cast import ALVA, CLEO, KEY, NOW, at, rows

FORM = Origin(where="newsletter sign-up")
IMPORT = Origin(where="import", by_person=False)
BO = Person(name="Bo Exempelsson", email="Bo@kund.example")
WORDING = "Jag vill ha nyheter"


def topics() -> None:
    actions.add_topic("nyheter", title_sv="Nyheter", title_en="News", actor=ALVA, now=NOW)
    actions.add_topic("kurser", title_sv="Kurser", title_en="Courses", actor=ALVA, now=NOW)


def asked(*codes: str, origin: Origin = FORM) -> list[actions.Asked]:
    return actions.subscribe(
        BO, topics=codes or ("nyheter",), wording=WORDING, origin=origin, key=KEY, actor="form", now=NOW
    )


def confirmed() -> Subscription:
    (found,) = asked()
    assert found.token
    return actions.confirm(found.token, key=KEY, actor="form", now=at("2026-02-15"))


@pytest.mark.promise("M4", "M9", "S12")
def test_a_subscription_begins_when_the_letter_is_answered(db: object) -> None:
    topics()
    first, second = asked("nyheter", "kurser")
    assert first.token != second.token
    assert [s.confirmed_at for s in Subscription.objects.all()] == [None, None]
    assert first.token
    subscription = actions.confirm(first.token, key=KEY, actor="form", now=at("2026-02-15"))
    assert subscription.confirmed_at == at("2026-02-15")
    assert Contact.objects.get().email == "bo@kund.example"
    with pytest.raises(Refused) as refused:
        actions.confirm(first.token, key=KEY, actor="form", now=at("2026-02-16"))
    assert refused.value.code == "unknown_token"
    assert first.token not in str(rows("SELECT * FROM newsletter_subscription"))


@pytest.mark.promise("M4")
def test_evidence_says_what_when_and_with_which_words_and_no_machine_address(db: object) -> None:
    topics()
    confirmed()
    assert list(Evidence.objects.order_by("pk").values_list("what", "wording")) == [
        ("asked", WORDING), ("confirmed", None),
    ]  # fmt: skip
    for table in own.tables().values():
        if table.name.startswith("newsletter_"):
            for column in table.columns:
                assert not {"ip", "opened", "opens", "clicks", "agent"} & set(column.name.split("_")), (
                    column.name
                )


@pytest.mark.promise("S19")
def test_stopping_ends_all_at_once_and_keeps_the_address_away(db: object) -> None:
    topics()
    subscription = confirmed()
    asked("kurser")
    assert actions.stop(" BO@kund.example", key=KEY, actor="form", now=at("2026-03-01")) == 2
    subscription.refresh_from_db()
    assert subscription.ended_at == at("2026-03-01")
    assert not Subscription.objects.filter(ended_at=None).exists()
    assert not Subscription.objects.exclude(token=None).exists(), "no link of the old letters works any more"
    assert actions.is_suppressed("bo@kund.example", key=KEY)
    with pytest.raises(Refused) as refused:
        asked(origin=IMPORT)
    assert refused.value.code == "suppressed"
    assert actions.stop("bo@kund.example", key=KEY, actor="form", now=at("2026-03-02")) == 0


@pytest.mark.promise("S19")
def test_an_unknown_address_is_suppressed_just_the_same(db: object) -> None:
    assert actions.stop("ingen@annan.example", key=KEY, actor="form", now=NOW) == 0
    assert actions.is_suppressed("Ingen@annan.example", key=KEY)
    assert not Contact.objects.exists()


def test_suppression_is_a_keyed_hash(db: object) -> None:
    actions.suppress("bo@kund.example", key=KEY, actor="form", now=NOW)
    actions.suppress("bo@kund.example", key=KEY, actor="form", now=NOW)
    row = Suppression.objects.get()
    assert len(bytes(row.address_hash)) == 32
    assert not actions.is_suppressed("bo@kund.example", key=b"x" * 32), "without the key it says nothing"
    with pytest.raises(ValueError, match="shorter"):
        actions.address_hash("bo@kund.example", key=b"short")


@pytest.mark.promise("S12")
def test_only_the_persons_own_confirmation_lifts_the_suppression(db: object) -> None:
    topics()
    confirmed()
    actions.stop("bo@kund.example", key=KEY, actor="form", now=at("2026-03-01"))
    (again,) = asked()
    assert actions.is_suppressed("bo@kund.example", key=KEY), (
        "asking is not enough: anybody can write an address"
    )
    assert again.token
    actions.confirm(again.token, key=KEY, actor="form", now=at("2026-03-02"))
    assert not actions.is_suppressed("bo@kund.example", key=KEY)
    assert Subscription.objects.get().ended_at is None


def test_one_topic_can_be_ended_and_asking_twice_changes_nothing(db: object) -> None:
    topics()
    subscription = confirmed()
    (again,) = asked()
    assert again.token is None
    actions.unsubscribe(subscription.pk, actor="form", now=at("2026-03-01"))
    actions.unsubscribe(subscription.pk, actor="form", now=at("2026-03-02"))
    subscription.refresh_from_db()
    assert subscription.ended_at == at("2026-03-01")
    assert not actions.is_suppressed("bo@kund.example", key=KEY)


def test_a_dead_address_ends_the_subscription(db: object) -> None:
    topics()
    subscription = confirmed()
    for hard in (True, False, True):
        actions.record_bounce(subscription.pk, hard=hard, actor="mail", now=at("2026-03-01"))
    subscription.refresh_from_db()
    assert (subscription.bounces, subscription.ended_at) == (2, None)
    actions.record_bounce(subscription.pk, hard=True, actor="mail", now=at("2026-03-02"))
    subscription.refresh_from_db()
    assert subscription.ended_at == at("2026-03-02")


def test_what_is_wrong_is_refused(db: object) -> None:
    topics()
    for person, codes, code in (
        (BO, ["okänt"], "unknown_topic"),
        (BO, [], "unknown_topic"),
        (Person(name="Bo"), ["nyheter"], "missing"),
        (Person(email="bo@kund.example", phone="040"), ["nyheter"], "field_without_purpose"),
    ):
        with pytest.raises(Refused) as refused:
            actions.subscribe(
                person, topics=codes, wording=WORDING, origin=FORM, key=KEY, actor="form", now=NOW
            )
        assert refused.value.code == code
    assert not Subscription.objects.exists()


@pytest.mark.promise("M9", "S12")
def test_one_that_ended_and_is_asked_for_again_waits_like_a_new_one(db: object) -> None:
    """Else it would go by the period of what ended, before the letter is answered."""
    topics()
    subscription = confirmed()
    actions.unsubscribe(subscription.pk, actor="form", now=at("2026-03-01"))
    asked()
    subscription.refresh_from_db()
    assert (subscription.confirmed, subscription.confirmed_at, subscription.ended_at) == (False, None, None)
    assert subscription.token is not None


@pytest.mark.parametrize("name", ["swinx-mended", "munkeby-mended"])
def test_one_that_is_never_confirmed_goes_after_a_fortnight(db: object, name: str) -> None:
    topics()
    kept = confirmed()
    Subscription.objects.filter(pk=kept.pk).update(asked_at=at("2025-01-01"))
    (waits,) = actions.subscribe(
        Person(name=CLEO.name, email=CLEO.email),
        topics=["nyheter"],
        wording=WORDING,
        origin=FORM,
        key=KEY,
        actor="form",
        now=NOW,
    )
    policy = read_policy((Path(__file__).parents[2] / "policies" / f"{name}.toml").read_text("utf-8"))
    found = rules(policy, law=load_law(), kinds=own.kinds())

    def due(moment: datetime) -> set[int]:
        today = Today.of(moment, "Europe/Stockholm")
        steps = plan(OwnDatabase(), found, own.kinds(), today, OwnHolds()).steps
        mine = [step for step in steps if step.kind == "newsletter.subscription"]
        return {row[0] for step in mine for row in OwnDatabase().rows(step.keys())}

    assert due(NOW + timedelta(days=13)) == set()
    assert due(NOW + timedelta(days=14)) == {waits.subscription.pk}
