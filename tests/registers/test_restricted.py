"""A restricted person's data is only stored (Article 18): no verb, no statement and no COPY changes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import CheckViolation

from gallra.kinds import RecordKind
from gallra.registers.crm import actions as crm
from gallra.registers.directory import restricting
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support import accounts
from gallra.registers.support import actions as support
from gallra.registers.support.models import Case, Contact
from gallra.systems import own

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.article("18")]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BO, CLEO = Person(name="Bo Ek", email="bo@kund.example"), Person(name="Cleo Alm", email="cleo@annan.example")
FIRM, ORIGIN = Firm(name="Kunden AB"), Origin(where="support")
KEY = b"k" * 32


def refused(act: object, *given: object, **more: object) -> None:
    """The verb says no because of the restriction, and nothing else."""
    with pytest.raises(Refused) as no:
        act(*given, **{"actor": "user:7", "now": NOW, **more})  # type: ignore[operator]
    assert no.value.code == "restricted"


def test_every_verb_refuses_and_the_others_go_on() -> None:
    case = support.open_case(BO, firm=FIRM, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    account = accounts.create_account(BO, origin=ORIGIN, actor="form", now=NOW)
    mine = crm.add_prospect(BO, firm=FIRM, origin=ORIGIN, actor="user:7", now=NOW)
    theirs = crm.add_prospect(CLEO, firm=FIRM, origin=ORIGIN, actor="user:7", now=NOW)
    other = support.open_case(CLEO, concerned=[BO], subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    restricting.restrict("bo@kund.example", now=NOW)
    restricting.restrict("bo@kund.example", now=NOW)
    assert restricting.is_restricted("cleo@annan.example", "bo@kund.example")
    refused(support.open_case, BO, subject="Nytt", origin=ORIGIN)
    refused(support.open_case, case.contact_id, subject="Nytt", origin=ORIGIN)
    refused(support.open_case, CLEO, concerned=[BO], subject="Nytt", origin=ORIGIN)
    refused(support.reply, case.pk, body="Hej")
    refused(support.reply, case.pk, body="Hej", sender=CLEO)
    refused(support.log_phone_note, case.pk, text="Ringde", channel="note")
    refused(support.close_case, case.pk)
    refused(support.assign, case.pk, assignee="user:8")
    refused(support.remove_concerned, other.pk, case.contact_id)
    refused(accounts.signed_in, account.pk)
    refused(accounts.change_details, account.pk, Person(phone="08-1"))
    refused(crm.become_customer, mine.pk)
    refused(crm.log_note, mine.pk, text="Ring")
    refused(crm.log_dialogue, mine.pk, channel="phone", direction="both")
    refused(crm.open_case, mine.pk, kind="demo", subject="Visning")
    refused(crm.review, mine.pk, decision="keep", reason="behövs")
    refused(crm.add_customer, BO, firm=FIRM, origin=ORIGIN)
    crm.log_dialogue(theirs.pk, channel="phone", direction="both", actor="user:7", now=NOW)
    mine.refresh_from_db()
    assert mine.company_dialogue, "the company's clock is no use of the person"
    assert restricting.lift("bo@kund.example")
    support.close_case(case.pk, actor="user:7", now=NOW)


def test_mailings_can_be_left_but_not_joined() -> None:
    newsletter.add_topic("news", title_sv="Nytt", title_en="News", actor="demo", now=NOW)
    asked = newsletter.subscribe(
        BO, topics=["news"], wording="Ja", origin=ORIGIN, key=KEY, actor="form", now=NOW
    )[0]
    restricting.restrict("bo@kund.example", now=NOW)
    refused(newsletter.confirm, asked.token, key=KEY)
    refused(newsletter.subscribe, BO, topics=["news"], wording="Ja", origin=ORIGIN, key=KEY)
    assert newsletter.stop("bo@kund.example", key=KEY, actor="form", now=NOW) == 1
    assert Subscription.objects.get().ended_at == NOW
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('gallra.own_wish', true)")
        assert cursor.fetchone()[0] != "yes", "the person's wish ends with the verb"


_INSERT = "INSERT INTO support_contact (name, email, sources, added_at) VALUES ('B', '{}', '{{}}', now())"
_MERGE = "MERGE INTO support_contact c USING (VALUES ('{}')) AS g(email) ON g.email = c.email"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE support_contact SET name = 'B'",
        "UPDATE support_contact SET email = 'b@kund.example' WHERE name = 'Bo Ek'",
        "INSERT INTO support_contact (name, email, sources, added_at) VALUES ('B', 'cleo@annan.example', '{}', now())",
        "UPDATE support_contact SET email = 'cleo@annan.example' WHERE name = 'Bo Ek'",
        "UPDATE support_case SET status = 'closed', closed_at = now()",
        "DELETE FROM support_concerned; DELETE FROM support_message; DELETE FROM support_case",
        "DELETE FROM support_contact WHERE name = 'Dora Falk'",
        "UPDATE support_message SET body = ''",
        "INSERT INTO crm_contact (email, sources, added_at) VALUES ('bo@kund.example', '{}', now())",
        "UPDATE support_case c SET subject = 'B' FROM support_contact p WHERE p.id = c.contact_id",
        "UPDATE support_case SET contact_id = NULL", "UPDATE support_message SET contact_id = NULL",
        "WITH gone AS (DELETE FROM support_account RETURNING id) SELECT id FROM gone",
        _INSERT.format("bo@kund.example") + " ON CONFLICT (email) DO UPDATE SET name = excluded.name",
        _MERGE.format("bo@kund.example") + " WHEN MATCHED THEN UPDATE SET name = 'B'",
        _MERGE.format("dora@kund.example") + " WHEN MATCHED THEN DELETE",
        _MERGE.format("cleo@annan.example")
        + " WHEN NOT MATCHED THEN INSERT (name, email, sources, added_at) VALUES ('B', g.email, '{}', now())",
        "DO $$ BEGIN UPDATE support_contact SET name = 'B'; END $$",
        "DO $$ BEGIN EXECUTE 'DELETE FROM support_account'; END $$",
    ],
)  # fmt: skip
def test_raw_statements_are_refused(statement: str) -> None:
    case = support.open_case(BO, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    support.reply(case.pk, body="Hej", actor="user:7", now=NOW)
    accounts.create_account(BO, origin=ORIGIN, actor="form", now=NOW)
    Contact.objects.create(name="Dora Falk", email="dora@kund.example")
    for address in ("bo@kund.example", "cleo@annan.example", "dora@kund.example"):
        restricting.restrict(address, now=NOW)
    with (
        pytest.raises(IntegrityError, match="is restricted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Case.objects.get().status == "waiting"
    assert set(Contact.objects.values_list("name", flat=True)) == {"Bo Ek", "Dora Falk"}


def test_what_is_no_use_of_the_person_goes_on_and_nobody_else_is_kept_from_anything() -> None:
    """A company's clock alone; a statement that concerns others, beside the restricted person."""
    mine = crm.add_prospect(BO, firm=FIRM, origin=ORIGIN, actor="user:7", now=NOW)
    theirs = crm.add_prospect(CLEO, firm=FIRM, origin=ORIGIN, actor="user:7", now=NOW)
    restricting.restrict("bo@kund.example", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_relation SET company_dialogue = true")
        cursor.execute("UPDATE crm_relation SET source = 'x' WHERE id = %s", [theirs.pk])
        for more in ("", ", company_dialogue = false"):
            with pytest.raises(IntegrityError, match="is restricted"), transaction.atomic():
                cursor.execute(f"UPDATE crm_relation SET source = 'x'{more} WHERE id = %s", [mine.pk])
        with pytest.raises(IntegrityError, match="is restricted"), transaction.atomic():
            cursor.execute("UPDATE crm_relation SET source = 'y'")
        cursor.execute("SELECT source, company_dialogue FROM crm_relation ORDER BY id")
        assert cursor.fetchall() == [("support", True), ("x", True)]


def test_the_block_is_asked_once_a_statement() -> None:
    """A sweep of thousands of rows must not pay for it with each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgtype & 1 FROM pg_trigger WHERE tgname LIKE '%\\_restricted' AND NOT tgisinternal"
        )
        found = cursor.fetchall()
    assert len(found) > 50
    assert not [name for name, each_row in found if each_row]


def test_copy_is_refused() -> None:
    restricting.restrict("bo@kund.example", now=NOW)
    into = "COPY crm_contact (email, sources, added_at) FROM STDIN"
    with (
        pytest.raises(CheckViolation, match="is restricted"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(into) as copy,
    ):
        copy.write_row(("bo@kund.example", "{}", NOW))


def test_every_table_with_a_person_is_guarded() -> None:
    """By the declarations: a new register, part or path to a person without a guard is found here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_restricted'")
        guarded = {row[0] for row in cursor.fetchall()}
    assert {table for kind in own.kinds().values() for table in _with_people(kind)} == guarded


def _with_people(kind: RecordKind) -> set[str]:
    if not kind.contacts:
        return set()
    parts = {part.table.name for part in kind.parts}
    return {kind.contacts.table.name, kind.table.name, *parts} if kind.people else set()


def test_the_refusal_names_nobody() -> None:
    case = support.open_case(BO, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    restricting.restrict("bo@kund.example", now=NOW)
    with pytest.raises(Refused) as no:
        support.close_case(case.pk, actor="user:7", now=NOW)
    assert not re.search(
        "bo|ek", f"{no.value!s} {no.value.args} {no.value.__cause__}".lower().replace("below", "")
    )
    assert no.value.__suppress_context__
