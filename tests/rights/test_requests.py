"""Requests from receipt to a settled identity: their clock, links, pauses, and what each verb refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.rights import again, book, deciding, links, reasons, requests
from gallra.rights.errors import Refused
from gallra.rights.models import Link, Request, StopReason
from gallra.running import replay
from gallra.running.persons import suppression_key
from tests.person.world import Seed
from tests.rights.world import (
    ALVA,
    BO,
    CLEO,
    DAY,
    NOW,
    ask,
    confirmed,
    entries,
    events,
    jobs,
    mails,
    policy,
    token,
)


@pytest.fixture(autouse=True)
def _policy(db: Any) -> None:
    policy()


def refused(code: str, act: Callable[[], object]) -> None:
    """The verb refuses by that code, and leaves everything as it was."""
    before = _everything()
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert str(caught.value)
    assert _everything() == before


def _everything() -> tuple[object, ...]:
    return (
        list(Request.objects.order_by("pk").values()),
        list(Link.objects.order_by("pk").values()),
        Entry.objects.count(),
        mails(),
        jobs(),
    )


@pytest.mark.promise("S15", "S21", "M23")
@pytest.mark.article("12")
def test_a_form_makes_a_request_with_a_day_a_link_and_an_entry() -> None:
    made = ask("erasure", said="Allt ni har", name="Bo Ek")
    assert (made.state, made.due_on, made.identity) == ("waiting for confirmation", date(2026, 12, 23), "")
    assert mails() == [("rights/link", BO)]
    assert jobs() == []
    [entry] = entries(made)
    assert entry.body["due"] == "2026-12-23"
    assert matches(entry.body["person"], BO, salt=bytes(made.salt))
    said = json.dumps(entry.body)
    assert BO not in said
    assert "Bo Ek" not in said


@pytest.mark.promise("S21")
def test_the_link_settles_who_it_is_and_starts_the_look_up() -> None:
    made = ask("erasure")
    found = requests.confirm(token(made), now=NOW + timedelta(hours=47))
    assert (found.state, found.identity, found.identified_at) == (
        "deciding", "link", NOW + timedelta(hours=47),
    )  # fmt: skip
    assert jobs() == [("look_up_request", {"request": made.pk})]
    assert events(made) == ["received", "confirmed"]


@pytest.mark.promise("S21")
def test_a_link_works_once_within_two_days_and_only_whole() -> None:
    made = ask("erasure")
    used = token(made)
    for wrong in (used[:-1], used[:-1] + "å", used + "x", "", "x" * 10_000, used.swapcase()):
        refused("link_unknown", partial(requests.confirm, wrong, now=NOW))
    refused("link_expired", lambda: requests.confirm(used, now=NOW + timedelta(hours=48)))
    requests.confirm(used, now=NOW + timedelta(hours=1))
    refused("link_used", lambda: requests.confirm(used, now=NOW + timedelta(hours=2)))
    assert Request.objects.get(pk=made.pk).state == "deciding"


def test_looking_at_a_link_changes_nothing() -> None:
    made = ask()
    before = _everything()
    for _ in range(3):
        assert links.look(token(made), links.CONFIRM, now=NOW).pk == made.pk
    assert _everything() == before


def test_a_link_is_for_its_purpose_and_its_request_alone() -> None:
    bos, cleos = ask(address=BO), ask(address=CLEO)
    stolen = token(bos)
    refused("link_unknown", lambda: links.look(stolen, links.ANSWER, now=NOW))
    requests.confirm(stolen, now=NOW)
    cleos.refresh_from_db()
    assert (cleos.state, cleos.identity) == ("waiting for confirmation", "")
    answer = links.issue(cleos, links.ANSWER, now=NOW).rpartition("/")[2]
    refused("link_unknown", lambda: requests.confirm(answer, now=NOW))


def test_a_new_link_ends_the_old_one() -> None:
    made = ask()
    old = token(made)
    requests.send_link(made.pk, by=ALVA, now=NOW + DAY)
    refused("link_unknown", lambda: requests.confirm(old, now=NOW + DAY))
    assert requests.confirm(token(made), now=NOW + DAY).identity == "link"


def test_the_token_stands_nowhere_but_in_the_mail() -> None:
    made = ask()
    secret = token(made)
    said = json.dumps(
        [list(Link.objects.values("digest", "purpose")), *[e.body for e in entries(made)]], default=str
    )
    assert secret not in said
    assert bytes(Link.objects.get().digest) != secret.encode()


@pytest.mark.promise("S19")
@pytest.mark.parametrize("right", ["stop", "objection", "erasure"])
def test_mailings_stop_at_once_before_anything_is_confirmed(right: str) -> None:
    made = ask(right, stop_mailings=True)
    assert newsletter.is_suppressed(BO, key=suppression_key())
    assert not newsletter.is_suppressed(CLEO, key=suppression_key())
    expected = "working" if right == "stop" else "waiting for confirmation"
    assert made.state == expected


@pytest.mark.promise("S19")
def test_stopping_needs_no_confirmation() -> None:
    made = ask("stop")
    assert mails() == []
    assert jobs() == [("carry_out_request", {"request": made.pk})]


@pytest.mark.promise("S22")
def test_the_reason_is_kept_without_the_person() -> None:
    made = ask("stop")
    assert reasons.give("För många brev. Ring 0701-234567 eller bo@kund.example", on=NOW.date())
    assert not reasons.give("  ", on=NOW.date())
    [row] = reasons.given()
    assert row.text == "För många brev. Ring … eller …"
    assert {field.name for field in StopReason._meta.fields} == {"id", "text", "on"}
    assert str(made.pk) not in (row.pk.hex, row.text)


@pytest.mark.parametrize("right", ["access", "erasure", "stop", "objection"])
def test_a_known_and_an_unknown_address_cause_the_same_statements(right: str) -> None:
    """Not by text, status, mail or statement (ASVS 6.3.8)."""
    Seed("Bo", BO).everything()
    seen = []
    for address in ("alva@okand.example", BO, CLEO):
        with CaptureQueriesContext(connection) as captured:
            made = ask(right, address=address)
        statements = [query["sql"].replace(address, "?") for query in captured.captured_queries]
        seen.append(([_shape(s) for s in statements], made.state, made.due_on, len(mails()), len(jobs())))
    known, unknown = seen[1], seen[2]
    assert known[:3] == unknown[:3]
    assert known[3] - seen[0][3] == unknown[3] - known[3]
    assert known[4] - seen[0][4] == unknown[4] - known[4]


def _shape(statement: str) -> str:
    """A statement without its values."""
    said = re.sub(r"'(?:[^']|'')*'", "?", statement)
    said = re.sub(r'"s\d+_x\d+"', "savepoint", said)
    return re.sub(r"\b\d+\b", "?", said)


@pytest.mark.promise("S16")
@pytest.mark.parametrize("channel", ["phone", "letter"])
def test_what_came_by_phone_or_letter_runs_from_its_receipt(channel: str) -> None:
    made = ask(channel=channel, by=ALVA, received_at=NOW - 10 * DAY)
    assert (made.state, made.due_on) == ("open", date(2026, 12, 14))  # 13 December is a Sunday
    assert mails() == []
    assert requests.send_link(made.pk, by=ALVA, now=NOW).state == "waiting for confirmation"
    assert requests.confirm(token(made), now=NOW).due_on == date(2026, 12, 14)


@pytest.mark.promise("S16")
def test_a_letter_without_an_address_gets_one_when_staff_vouch() -> None:
    made = ask(channel="letter", address="", name="Bo Ek", by=ALVA)
    refused("address_needed", lambda: requests.send_link(made.pk, by=ALVA, now=NOW))
    refused("address_needed", lambda: requests.identify(made.pk, reason="ringde upp", by=ALVA, now=NOW))
    refused("reason_needed", lambda: requests.identify(made.pk, reason=" ", by=ALVA, now=NOW, address=BO))
    found = requests.identify(made.pk, reason="ringde upp numret vi har", by=ALVA, now=NOW, address=BO)
    assert (found.state, found.identity, found.address) == ("deciding", "vouched", BO)
    assert jobs() == [("look_up_request", {"request": made.pk})]


@pytest.mark.promise("M24")
def test_a_mail_waits_to_be_sorted_and_its_sender_proves_nothing() -> None:
    made = ask("unsorted", channel="mail", said="Hej, ta bort mig")
    assert (made.state, made.due_on, mails()) == ("unsorted", date(2026, 12, 23), [])
    for act in (
        lambda: requests.send_link(made.pk, by=ALVA, now=NOW),
        lambda: requests.identify(made.pk, reason="känd", by=ALVA, now=NOW),
    ):
        refused("not_sorted", act)
    refused("not_a_right", lambda: requests.sort(made.pk, right="unsorted", by=ALVA, now=NOW))
    found = requests.sort(made.pk, right="erasure", by=ALVA, now=NOW + DAY, stop_mailings=True)
    assert (found.state, found.due_on) == ("waiting for confirmation", date(2026, 12, 23))
    assert mails() == [("rights/link", BO)]
    assert newsletter.is_suppressed(BO, key=suppression_key())
    refused("sorted", lambda: requests.sort(made.pk, right="access", by=ALVA, now=NOW))


def test_a_session_under_the_address_needs_no_link() -> None:
    made = ask(signed_in=True)
    assert (made.state, made.identity, mails()) == ("deciding", "account", [])
    assert jobs() == [("look_up_request", {"request": made.pk})]
    refused("identified", lambda: requests.send_link(made.pk, by=ALVA, now=NOW))
    refused("identified", lambda: requests.identify(made.pk, reason="känd", by=ALVA, now=NOW))
    refused("identified", lambda: requests.ask_identity(made.pk, reason="osäkert", by=ALVA, now=NOW))


@pytest.mark.article("12")
def test_the_clock_stands_while_identity_is_asked_for() -> None:
    made = ask(channel="phone", by=ALVA)
    refused("not_paused", lambda: requests.resume(made.pk, by=ALVA, now=NOW))
    refused("reason_needed", lambda: requests.ask_identity(made.pk, reason="", by=ALVA, now=NOW))
    found = requests.ask_identity(made.pk, reason="en annan röst än vanligt", by=ALVA, now=NOW)
    assert (found.paused, found.due_on) == (True, date(2026, 12, 23))
    assert mails() == [("rights/identity", BO)]
    refused("paused", lambda: requests.ask_identity(made.pk, reason="igen", by=ALVA, now=NOW))
    found = requests.resume(made.pk, by=ALVA, now=NOW + 10 * DAY)
    assert (found.paused, found.paused_days, found.due_on) == (False, 10, date(2027, 1, 4))
    requests.ask_identity(made.pk, reason="ännu en gång", by=ALVA, now=NOW + 12 * DAY)
    found = requests.identify(made.pk, reason="visade legitimation", by=ALVA, now=NOW + 15 * DAY)
    assert (found.paused, found.paused_days, found.due_on) == (False, 13, date(2027, 1, 5))
    assert events(made) == ["received", "identity asked", "resumed", "identity asked", "identified"]


@pytest.mark.article("12")
def test_two_months_more_are_told_with_reasons_within_the_first() -> None:
    made = ask()
    refused("reason_needed", lambda: requests.extend(made.pk, reason="", by=ALVA, now=NOW))
    refused(
        "too_late_to_extend", lambda: requests.extend(made.pk, reason="stort", by=ALVA, now=NOW + 31 * DAY)
    )
    found = requests.extend(made.pk, reason="ovanligt många ärenden", by=ALVA, now=NOW + 29 * DAY)
    assert (found.due_on, book.due_of(found).extended) == (date(2027, 2, 23), True)
    assert mails()[-1] == ("rights/extended", BO)
    refused("extended", lambda: requests.extend(made.pk, reason="igen", by=ALVA, now=NOW + 29 * DAY))


def test_what_is_taken_back_ends_and_its_link_with_it() -> None:
    made = ask()
    link = token(made)
    refused("reason_needed", lambda: requests.withdraw(made.pk, by=ALVA, now=NOW))
    found = requests.withdraw(made.pk, by="", now=NOW)
    assert (found.state, found.closed_at) == ("withdrawn", NOW)
    refused("link_unknown", lambda: requests.confirm(link, now=NOW))
    for act in (
        lambda: requests.withdraw(made.pk, by="", now=NOW),
        lambda: requests.extend(made.pk, reason="stort", by=ALVA, now=NOW),
        lambda: requests.identify(made.pk, reason="känd", by=ALVA, now=NOW),
        lambda: requests.ask_identity(made.pk, reason="tvivel", by=ALVA, now=NOW),
        lambda: requests.resume(made.pk, by=ALVA, now=NOW),
        lambda: requests.send_link(made.pk, by=ALVA, now=NOW),
        lambda: requests.sort(made.pk, right="access", by=ALVA, now=NOW),
        lambda: deciding.refuse(made.pk, reasons="nej", by=ALVA, now=NOW),
        lambda: deciding.approve(made.pk, by=ALVA, now=NOW),
    ):
        refused("closed", act)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("not_a_right", {"right": "forgiveness"}),
        ("not_a_right", {"channel": "pigeon"}),
        ("not_an_address", {"address": "bo at kund"}),
        ("address_needed", {"address": " "}),
        ("received_later", {"received_at": NOW + timedelta(seconds=1)}),
        ("too_long", {"said": "a" * 20_001}),
    ],
)
def test_what_receiving_refuses(code: str, given: dict[str, Any]) -> None:
    refused(code, lambda: ask(**given))


def test_an_unknown_number_is_refused_by_every_verb() -> None:
    for act in (
        lambda: requests.send_link(0, by=ALVA, now=NOW),
        lambda: requests.sort(0, right="access", by=ALVA, now=NOW),
        lambda: requests.identify(0, reason="känd", by=ALVA, now=NOW),
        lambda: requests.extend(0, reason="stort", by=ALVA, now=NOW),
        lambda: requests.withdraw(0, by="", now=NOW),
        lambda: deciding.refuse(0, reasons="nej", by=ALVA, now=NOW),
        lambda: deciding.approve(0, by=ALVA, now=NOW),
    ):
        refused("unknown", act)


@pytest.mark.article("12")
def test_a_refusal_names_reasons_authority_and_court() -> None:
    made = confirmed("erasure", language="en")
    refused("reason_needed", lambda: deciding.refuse(made.pk, reasons="", by=ALVA, now=NOW))
    found = deciding.refuse(made.pk, reasons="The same was answered last week.", by=ALVA, now=NOW + DAY)
    assert (found.state, found.refusal) == ("refused", "The same was answered last week.")
    mail = Outgoing.objects.filter(text="rights/refused").get()
    for words in (
        "The same was answered last week.",
        "Integritetsskyddsmyndigheten",
        "IMY",
        "district court",
    ):
        assert words in mail.plain
        assert words in mail.html


def test_no_yes_before_it_is_known_who_asks_and_what_there_is() -> None:
    made = ask()
    refused("not_identified", lambda: deciding.approve(made.pk, by=ALVA, now=NOW))
    requests.confirm(token(made), now=NOW)
    refused("not_looked_up", lambda: deciding.approve(made.pk, by=ALVA, now=NOW))


def test_subscriptions_go_on_for_everybody_else() -> None:
    Seed("Cleo", CLEO).everything()
    ask("stop", address=BO)
    assert Subscription.objects.filter(ended_at=None).exists()


def test_a_request_comes_back_after_a_restore_and_what_was_decided_is_decided_anew() -> None:
    made = confirmed("erasure", said="Allt ni har", wants_told=True)
    Request.objects.filter(pk=made.pk).update(
        looked_up_at=NOW, state="working", approved_at=NOW, approved_by=ALVA
    )
    made.refresh_from_db()
    number = book.entered(made, "approved", now=NOW, by=ALVA)
    line = _line(number, made)
    assert BO not in line.sealed
    Request.objects.filter(pk=made.pk).delete()
    again.receive_again(line, at=NOW)
    back = Request.objects.get(pk=made.pk)
    assert (back.address, back.said, back.due_on, bytes(back.salt)) == (
        BO, "Allt ni har", made.due_on, bytes(made.salt),
    )  # fmt: skip
    assert (back.state, back.looked_up_at, back.approved_by) == ("deciding", None, "")
    again.receive_again(line, at=NOW)
    assert Request.objects.count() == 1


def _line(number: int, request: Request) -> replay.Line:
    """The line that goes into the list once the transaction commits."""
    kept: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "_add", lambda line, **rest: kept.append(line))
        again.noted(number, request)
    said = json.loads(kept[0])
    return replay.Line(said["entry"], said["keys"], said["sealed"])
