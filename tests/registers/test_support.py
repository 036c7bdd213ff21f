"""Cases: opening, dialogue, notes, closing, reopening; what keeps one from being due; what archiving leaves
no room for.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from gallra.registers.errors import SENTENCES, Refused
from gallra.registers.given import Person
from gallra.registers.support import actions
from gallra.registers.support.models import Case, Concerned, Contact, Message
from tests.registers.cast import ALVA, BO, CLEO, FIRM, NOW, ORIGIN, STAFF, at, rows


def opened() -> Case:
    return actions.open_case(
        BO, firm=FIRM, subject="Fel vid utskrift", description="Bo ser fel 17",
        technical_information="Windows 11", origin=ORIGIN, actor="form", now=NOW,
    )  # fmt: skip


def archive(case: Case) -> None:
    """As the engine does it: everything personal goes in one statement."""
    Case.objects.filter(pk=case.pk).update(
        archived_at=NOW, contact=None, company=None, subject=None, description=None,
        technical_information=None, assignee=None,
    )  # fmt: skip


@pytest.mark.promise("S6", "S8", "M7")
def test_a_case_keeps_who_and_what_and_where_it_came_from(db: object) -> None:
    case = opened()
    contact = Contact.objects.get()
    assert (case.contact_id, case.company_id) == (contact.pk, contact.company_id)
    assert (case.opened_at, case.last_contact_at, case.closed_at) == (NOW, NOW, None)
    assert contact.email == "bo@kund.example"
    assert contact.sources["email"] == {"from": "support", "at": "2026-02-14"}
    assert contact.notice_from is None
    assert case.number >= 10001


def test_the_same_address_is_the_same_contact_and_nothing_known_is_overwritten(db: object) -> None:
    opened()
    other = Person(name="Någon Annan", email=" BO@Kund.Example ", title="VD")
    actions.open_case(other, subject="Igen", origin=ORIGIN, actor="form", now=at("2026-02-15"))
    contact = Contact.objects.get()
    assert (contact.name, contact.title) == ("Bo Exempelsson", "VD")
    assert contact.sources["title"]["at"] == "2026-02-15"
    assert contact.sources["name"]["at"] == "2026-02-14"


@pytest.mark.promise("M7")
def test_others_are_concerned_and_named_by_someone_else(db: object) -> None:
    case = actions.open_case(BO, concerned=[CLEO], subject="Vi båda", origin=ORIGIN, actor="form", now=NOW)
    cleo = Contact.objects.get(email="cleo@annan.example")
    assert Concerned.objects.get().contact == cleo
    assert cleo.notice_from == NOW, "Article 14: Cleo did not give it herself"
    actions.add_concerned(case.pk, CLEO, origin=ORIGIN, actor=ALVA, now=NOW)
    assert Concerned.objects.count() == 1
    actions.remove_concerned(case.pk, cleo.pk, actor=ALVA, now=NOW)
    assert not Concerned.objects.exists()
    assert ("support_contact", cleo.pk) in rows("SELECT what, key FROM directory_recheck")


def test_making_a_contact_or_a_company_queues_it(db: object) -> None:
    case = opened()
    assert set(rows("SELECT what, key FROM directory_recheck")) == {
        ("support_contact", case.contact_id),
        ("directory_company", case.company_id),
    }


@pytest.mark.promise("M16")
def test_closing_starts_the_clock_and_a_customers_letter_stops_it(db: object) -> None:
    case = opened()
    actions.close_case(case.pk, solution="Byt drivrutin", actor=ALVA, now=at("2026-02-20"))
    case.refresh_from_db()
    assert (case.status, case.closed_at) == ("closed", at("2026-02-20"))
    actions.reply(case.pk, body="Det hände igen", sender=BO, actor="mail", now=at("2026-02-21"))
    case.refresh_from_db()
    assert (case.status, case.closed_at, case.last_contact_at) == ("open", None, at("2026-02-21"))


@pytest.mark.promise("M16")
def test_our_own_letter_does_not_reopen(db: object) -> None:
    case = opened()
    actions.reply(case.pk, body="Prova detta", actor=ALVA, now=at("2026-02-15"))
    case.refresh_from_db()
    assert case.status == "waiting"
    actions.close_case(case.pk, actor=ALVA, now=at("2026-02-16"))
    actions.reply(case.pk, body="Tack för samtalet", actor=ALVA, now=at("2026-02-17"))
    case.refresh_from_db()
    assert (case.status, case.closed_at) == ("closed", at("2026-02-16"))
    assert list(Message.objects.values_list("direction", "author")) == [("out", ALVA), ("out", ALVA)]
    assert set(Message.objects.values_list("contact_id", flat=True)) == {case.contact_id}


def test_a_call_is_contact_and_a_note_is_not(db: object) -> None:
    case = opened()
    actions.log_phone_note(case.pk, text="Internt", channel="note", actor=ALVA, now=at("2026-02-18"))
    case.refresh_from_db()
    assert case.last_contact_at == NOW
    actions.log_phone_note(case.pk, text="Ringde", caller=CLEO, actor=ALVA, now=at("2026-02-19"))
    case.refresh_from_db()
    assert case.last_contact_at == at("2026-02-19")
    actions.log_phone_note(case.pk, text="Sent noterat", actor=ALVA, now=at("2026-02-18"))
    case.refresh_from_db()
    assert case.last_contact_at == at("2026-02-19"), "a late entry never moves a clock back"


@pytest.mark.promise("M16")
@pytest.mark.parametrize(
    "solution",
    ["Ring Bo Exempelsson först", "Skriv till bo@kund.example", "Svar på +46 40 123 45 67 / 040-1234567"],
)
def test_a_solution_outlives_its_people_so_it_names_none_of_them(db: object, solution: str) -> None:
    case = opened()
    with pytest.raises(Refused) as refused:
        actions.close_case(case.pk, solution=solution, actor=ALVA, now=NOW)
    assert (refused.value.code, refused.value.fields) == ("names_a_person", ("solution",))
    assert "Bo" not in str(refused.value)
    case.refresh_from_db()
    assert case.closed_at is None


@pytest.mark.promise("M16")
def test_an_archived_case_takes_nothing_more_and_says_why(db: object) -> None:
    case = opened()
    actions.close_case(case.pk, actor=ALVA, now=NOW)
    archive(case)
    for attempt in (
        lambda: actions.reopen_case(case.pk, actor=ALVA, now=NOW),
        lambda: actions.reply(case.pk, body="Hej", sender=BO, actor="mail", now=NOW),
        lambda: actions.log_phone_note(case.pk, text="Hej", actor=ALVA, now=NOW),
        lambda: actions.attach(case.pk, [b"x"], name="a.txt", actor=ALVA, now=NOW),
        lambda: actions.assign(case.pk, assignee=ALVA, actor=ALVA, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "case_archived"
    with translation.override("en"):
        assert "Open a new case" in str(Refused("case_archived"))


@pytest.mark.promise("M16", "S3")
@pytest.mark.parametrize(
    "column", ["contact_id", "company_id", "subject", "description", "technical_information", "assignee"]
)
def test_the_schema_admits_no_person_in_an_archived_case(db: object, column: str) -> None:
    case = opened()
    value = getattr(case, column) or "user:7"
    actions.close_case(case.pk, actor=ALVA, now=NOW)
    archive(case)
    with pytest.raises(IntegrityError, match="case_archived_without_person"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**{column: value})


def test_refusals_say_what_to_do_in_both_languages(db: object) -> None:
    case = opened()
    attempts: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: actions.reopen_case(case.pk, actor=ALVA, now=NOW), "case_open"),
        (lambda: actions.close_case(0, actor=ALVA, now=NOW), "unknown"),
        (lambda: actions.open_case(BO, subject=" ", origin=ORIGIN, actor=ALVA, now=NOW), "missing"),
        (
            lambda: actions.open_case(
                Person(email="inte en adress"), subject="Hej", origin=STAFF, actor=ALVA, now=NOW
            ),
            "not_an_address",
        ),
    )
    for attempt, code in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == code
    for code in SENTENCES:
        with translation.override("en"):
            english = str(Refused(code, "x"))
        with translation.override("sv"):
            swedish = str(Refused(code, "x"))
        assert english != swedish, f"{code} is not translated"


def test_an_actor_is_never_a_name(db: object) -> None:
    with pytest.raises(ValueError, match="actor"):
        actions.open_case(BO, subject="Hej", origin=ORIGIN, actor="Alva", now=NOW)
    with pytest.raises(ValueError, match="time zone"):
        actions.open_case(BO, subject="Hej", origin=ORIGIN, actor=ALVA, now=NOW.replace(tzinfo=None))
    assert not Case.objects.exists()


def test_a_verb_that_fails_leaves_nothing(db: object) -> None:
    with pytest.raises(Refused):
        actions.open_case(
            BO, firm=FIRM, concerned=[Person(email="fel")], subject="Hej", origin=ORIGIN, actor=ALVA, now=NOW
        )
    assert not Case.objects.exists()
    assert not Contact.objects.exists()
    assert rows("SELECT count(*) FROM directory_company") == [(0,)]
