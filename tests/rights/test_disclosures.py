"""Disclosures (M14, M15, S13), who is told of a change (Article 19), and who has opened a person's pages (M10)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.rights import deciding, disclosures, opened
from gallra.rights.models import Disclosure, Notice, Opening
from gallra.running import board
from tests.person.world import Seed
from tests.rights.refusing import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, POLICY, confirmed, letter, policy, work
from tests.running.world import adopted

pytestmark = pytest.mark.usefixtures("db", "files")
SWINX = (Path(__file__).parents[2] / "policies" / "swinx-mended.toml").read_text("utf-8")
TO_POLICE: dict[str, Any] = {"to": "authority", "recipient": "Polisen Region Syd", "by": ALVA, "now": NOW}


@pytest.mark.promise("M15")
def test_an_authority_gets_data_only_with_ground_extent_and_approver() -> None:
    policy()
    refused(
        "not_a_ground",
        disclosures.record,
        **TO_POLICE,
        ground="purpose",
        why="x",
        extent="y",
        approved_by="z",
    )
    refused("reason_needed", disclosures.record, **TO_POLICE, ground="law", extent="y", approved_by="z")
    refused("extent_needed", disclosures.record, **TO_POLICE, ground="law", why="x", approved_by="z")
    refused("approver_needed", disclosures.record, **TO_POLICE, ground="law", why="x", extent="y")
    assert not Entry.objects.filter(action="disclosure").exists()
    made = disclosures.record(
        **TO_POLICE, ground="legal process", why="Beslut 5000-K1-26", extent="tre ärenden", kinds=["support.case"],
        approved_by="user 9", address=" Bo@Kund.example", on=date(2026, 11, 20),
    )  # fmt: skip
    body = Entry.objects.get(action="disclosure").body
    assert (body["recipient"], body["ground"], body["kinds"]) == (
        "authority",
        "legal process",
        ["support.case"],
    )
    salt = bytes(made.salt)
    said = {
        "person": BO,
        "document": "Beslut 5000-K1-26",
        "extent": "tre ärenden",
        "approver": "user 9",
        "by": ALVA,
    }
    assert all(matches(body[name], value, salt=salt) for name, value in said.items())
    assert list(disclosures.of(BO)) == [made]
    assert disclosures.counts(NOW).authorities == 1


@pytest.mark.promise("M14", "S13")
def test_a_recipient_is_one_that_the_policy_declares() -> None:
    policy()
    whole: dict[str, Any] = {"to": "recipient", "ground": "processor", "by": ALVA, "now": NOW}
    refused("no_recipient", disclosures.record, **whole, recipient="adbroker")
    refused("not_a_kind", disclosures.record, **whole, recipient="mailchimp", kinds=["crm.gossip"])
    refused("received_later", disclosures.record, **whole, recipient="mailchimp", on=date(2026, 12, 24))
    disclosures.record(**whole, recipient="mailchimp")
    assert Entry.objects.get(action="disclosure").body["recipient"] == "mailchimp"
    assert disclosures.name_of(Disclosure.objects.get()) == "MailChimp"


@pytest.mark.article("19")
@pytest.mark.promise("M21")
def test_recipients_are_told_of_an_erasure_and_the_answer_says_whom() -> None:
    text = POLICY.replace('name = "MailChimp"\n', 'name = "MailChimp"\nemail = "privacy@mailchimp.example"\n')
    adopted(text, at=NOW - 300 * DAY)
    Seed("Mark", BO).everything()
    disclosures.record(
        **TO_POLICE, ground="law", why="Beslut", extent="allt", approved_by="user 9", address=BO
    )
    opened.note([BO], role="support", now=NOW)
    made = confirmed("erasure")
    work()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    states = dict(Notice.objects.values_list("name", "state"))
    assert states == {"MailChimp": "mailed", "Microsoft": "to tell", "Polisen Region Syd": "to tell"}
    mail = Outgoing.objects.get(text="rights/notice")
    assert (mail.address, mail.secrets) == ("privacy@mailchimp.example", [BO])
    assert BO in mail.plain
    assert "MailChimp" in letter(made)
    assert not Disclosure.objects.exclude(address="").exists()
    assert not Opening.objects.exists()
    waiting = Notice.objects.get(name="Microsoft")
    refused("reason_needed", disclosures.tell, waiting.pk, how="", by=ALVA, now=NOW + 3 * DAY)
    disclosures.tell(waiting.pk, how="Stödärende 12", by=ALVA, now=NOW + 3 * DAY)
    refused("told_already", disclosures.tell, waiting.pk, how="igen", by=ALVA, now=NOW + 3 * DAY)
    assert disclosures.counts(NOW).to_tell == 1


@pytest.mark.article("15")
@pytest.mark.promise("M10", "M15")
def test_the_person_sees_who_has_received_and_opened_it() -> None:
    policy()
    Seed("Mark", BO).everything()
    opened.note([BO, CLEO, ""], role="support", now=NOW)
    opened.note([BO], role="support", now=NOW)
    opened.note([BO], role="sales", now=NOW + DAY)
    assert [(each.role, each.on) for each in opened.of(BO)] == [
        ("sales", date(2026, 11, 24)), ("support", date(2026, 11, 23)),
    ]  # fmt: skip
    assert BO.encode() not in b"".join(bytes(each.person) for each in Opening.objects.all())
    disclosures.record(
        **TO_POLICE, ground="law", why="Beslut", extent="tre ärenden", approved_by="user 9", address=BO
    )
    made = confirmed("access")
    work()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    said = letter(made)
    assert "Polisen Region Syd" in said
    assert "tre ärenden" in said
    assert "24 november 2026" in said


@pytest.mark.promise("M14", "M15", "S13")
def test_the_board_counts_what_was_given_out() -> None:
    def reasons(*promises: str) -> list[str]:
        told = {each.id: each for each in board.board(NOW).promises}
        return [told[promise].reason.en for promise in promises]

    policy()
    whole: dict[str, Any] = {"to": "recipient", "recipient": "mailchimp", "ground": "processor", "by": ALVA}
    disclosures.record(**whole, now=NOW - 400 * DAY)
    disclosures.record(**whole, now=NOW)
    for given in ("tre ärenden", "en faktura"):
        disclosures.record(**TO_POLICE, ground="law", why="Beslut", extent=given, approved_by="user 9")
    disclosures.exported(address="", kinds=["support.case"], by=ALVA, now=NOW, digest="0" * 64)
    said = "given out in the last year: 1 to recipients, 2 to authorities, 1 taken out by staff"
    assert all(reason.endswith(said) for reason in reasons("M14", "M15"))
    adopted(SWINX, at=NOW)
    assert reasons("S13")[0].endswith(said)
