"""The copy: without what staff decided not to give out, and honest about whom no system knows."""

from __future__ import annotations

import json

import pytest

from gallra.mail import sending
from gallra.registers.support.models import Case, Contact, Message
from gallra.rights import deciding
from gallra.rights.models import Request
from gallra.systems import own
from tests.person.world import LONG_AGO, Seed
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, confirmed, letter, package, policy, work
from tests.running.world import case

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.article("15")]
KINDS = own.kinds()


def withheld(right: str, *tables: str) -> Request:
    """A copy that was answered, without the rows of these tables."""
    made = confirmed(right)
    work()
    for row in made.decisions.filter(table__in=tables):
        reason = f"Andras affärer i {row.table}"
        deciding.decide(made.pk, row.pk, verdict="stay", reason=reason, by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    return made


def data(made: Request) -> dict[str, object]:
    found: dict[str, object] = json.loads(package(made)["data.json"])
    return found


@pytest.mark.promise("S15", "M23")
def test_what_staff_withhold_is_not_in_the_copy_and_the_letter_says_why() -> None:
    policy()
    bo = Seed("Mark", BO).everything()
    made = withheld("access", "support_case", "crm_note")
    files = package(made)
    whole = b"".join(files.values()).decode(errors="replace")
    assert "Mark support_case.subject" not in whole
    assert "Mark support_message.body" not in whole, "a record goes with its parts"
    assert "Mark crm_note.text" not in whole
    assert "Mark crm_dialogue.text" in whole
    given = [content for content in bo.files if content in files.values()]
    assert len(given) == len(bo.files) - 1, "documents of a record that is withheld too"
    said = letter(made)
    assert "Det vi inte lämnar ut" in said
    assert "Andras affärer i support_case" in said
    assert "Andras affärer i crm_note" in said
    assert "support_case.csv" not in {name.rsplit("/", 1)[-1] for name in files}


def test_a_part_in_somebody_elses_record_can_be_withheld_alone() -> None:
    policy()
    bo = Contact.objects.create(name="Bo Ek", email=BO)
    cleo = Contact.objects.create(name="Cleo Al", email=CLEO)
    case(contact=bo, opened=LONG_AGO, messages=1)
    others = case(contact=cleo, opened=LONG_AGO, messages=0)
    Message.objects.create(case=others, contact=bo, direction="in", body="Hemligt", sent_at=LONG_AGO)
    made = withheld("access", "support_message")
    records = data(made)["records"]
    assert isinstance(records, list)
    cases = [record for record in records if record["kind"] == "support.case"]
    assert [(record["yours"], record["parts"]) for record in cases] == [(True, [])]
    assert "Hemligt" not in json.dumps(records)


def test_where_everything_is_withheld_nobody_is_told_that_nothing_is_there() -> None:
    policy()
    Case.objects.create(
        number=77, contact=Contact.objects.create(name="Bo Ek", email=BO), subject="Fel", opened_at=LONG_AGO,
        status="open", source="support", priority="normal",
    )  # fmt: skip
    said = letter(withheld("access", "support_case"))
    assert "hittar ingen under adressen" not in said
    assert "Det vi inte lämnar ut" in said


@pytest.mark.parametrize("right", ["access", "portability", "erasure"])
def test_our_own_mail_about_a_request_makes_nobody_known(right: str) -> None:
    policy("access", "portability", "erasure")
    sending.post(to=CLEO, text="portal/code", language="sv", context={"code": "12345678"}, now=NOW)
    confirmed(right, address=CLEO)
    work()
    made = confirmed(right, address=CLEO)  # again: there are mails about the first one, too
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    said = letter(made)
    assert "hittar ingen under adressen" in said or right == "erasure"
    assert "det som begäran själv har gett upphov till" in said or right == "erasure"
    assert "25 november 2028" in said, "the request is kept as a proof, and the letter says until when"
    assert "Registerutdrag" not in said.split("Hej")[0], "it is no copy of anything"
    names = set(package(made))
    assert ("data.json" in names) == (right == "access"), "the mails themselves are given out"


def test_a_stranger_who_asks_for_erasure_once_is_told_that_nothing_was_there() -> None:
    policy("erasure")
    made = confirmed("erasure", address=CLEO)
    work()
    said = letter(made)
    assert "hittar ingen under adressen" in said
    assert "det som begäran själv har gett upphov till" in said
