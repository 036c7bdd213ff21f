"""The fields a contact can hold are those that the policy's purposes name; a further one comes in by no way
(M2–M5, S6).

For each of the four policies and each register: every column of the contacts is tried, by every way in that
the working role has.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from gallra.policy import read_policy
from gallra.policy.law import load_law
from gallra.policy.rules import Rules
from gallra.policy.rules import rules as rules_of
from gallra.registers import bases, people
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.finance import actions as finance
from gallra.registers.given import Firm, Person
from gallra.registers.support import actions as support
from gallra.registers.support.models import Contact
from gallra.systems import own
from tests.registers.cast import ALVA, BO, FIRM, NOW, ORIGIN, STAFF, rows

POLICIES = Path(__file__).parents[2] / "policies"
WIDE = {"name", "email", "phone", "title", "address", "town", "company_id"}
FIRMS = {"name", "organisation_number", "address", "town", "business_system"}
SIX = {"name", "email", "phone", "address", "town", "company_id"}  # S6, and its company's number and system

# What the promises say, by hand: what of a person each register may hold. None: the policy is silent, and allows.
HELD: dict[str, dict[str, set[str] | None]] = {
    "munkeby": {
        "support_contact": {"name", "email", "phone", "company_id"},  # M2
        "finance_contact": {"name", "email", "phone", "company_id", "address", "title"},  # M3
        "newsletter_contact": {"name", "email"},  # M4
        "crm_contact": None,
        "directory_company": None,
    },
    "munkeby-mended": {
        "support_contact": {"name", "email", "phone", "company_id"},
        "finance_contact": {"name", "email", "phone", "company_id", "address", "title"},
        "newsletter_contact": {"name", "email"},
        "crm_contact": {"name", "email", "phone", "company_id", "title"},
        "directory_company": {"name", "address"},
    },
    "swinx": {
        "support_contact": SIX,
        "finance_contact": SIX,
        "newsletter_contact": {"name", "email", "company_id"},  # S12
        "crm_contact": None,
        "directory_company": None,
    },
    "swinx-mended": {
        "support_contact": SIX,
        "finance_contact": SIX,
        "newsletter_contact": {"name", "email", "company_id"},
        "crm_contact": SIX,
        "directory_company": FIRMS,
    },
}
CASES = [(policy, table) for policy, tables in HELD.items() for table in tables]


def rules(policy: str) -> Rules:
    return rules_of(read_policy(POLICIES / f"{policy}.toml"), law=load_law(), kinds=own.kinds())


def adopt(policy: str) -> None:
    made = rules(policy)
    fields.adopt(made.fields, made.kinds)


def columns(table: str) -> list[str]:
    return [column.name for column in own.tables()[table].columns if column.field]


def value(column: str) -> Any:
    if column == "company_id":
        return Company.objects.create(name=None).pk
    return "ny@kund.example" if column == "email" else "värde"


def by_create(model: type[models.Model], column: str, given: Any) -> None:
    model._default_manager.create(**{column: given})


def by_save(model: type[models.Model], column: str, given: Any) -> None:
    row = model._default_manager.create()
    setattr(row, column, given)
    row.save()


def by_bulk_create(model: type[models.Model], column: str, given: Any) -> None:
    model._default_manager.bulk_create([model(**{column: given})])


def by_update(model: type[models.Model], column: str, given: Any) -> None:
    model._default_manager.create()
    model._default_manager.update(**{column: given})


def by_bulk_update(model: type[models.Model], column: str, given: Any) -> None:
    row = model._default_manager.create()
    setattr(row, column, given)
    model._default_manager.bulk_update([row], [column])


def by_raw_insert(model: type[models.Model], column: str, given: Any) -> None:
    extra = ", sole_trader, agreements_open" if model is Company else ""
    values = ", false, 0" if model is Company else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({column}, sources, added_at{extra})"
            f" VALUES (%s, '{{}}', now(){values})",
            [given],
        )


def by_raw_update(model: type[models.Model], column: str, given: Any) -> None:
    model._default_manager.create()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = %s", [given])


def by_copy(model: type[models.Model], column: str, given: Any) -> None:
    names = [column, "sources", "added_at"] + (["sole_trader", "agreements_open"] if model is Company else [])
    row = [given, "{}", NOW] + ([False, 0] if model is Company else [])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        copy.write_row(row)


WAYS = [
    by_create, by_save, by_bulk_create, by_update, by_bulk_update, by_raw_insert, by_raw_update, by_copy,
]  # fmt: skip


@pytest.mark.promise("M2", "M3", "M4", "M5", "S6")
@pytest.mark.parametrize(("policy", "table"), CASES)
def test_a_further_field_comes_in_by_no_way(db: object, policy: str, table: str) -> None:
    adopt(policy)
    held = HELD[policy][table]
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    for column in columns(table):
        given = value(column)
        for way in WAYS:
            refusal = attempt(way, model, column, given)
            what = f"{way.__name__} {table}.{column}"
            if held is None or column in held:
                assert refusal is None, what
            else:
                assert refusal is not None, f"{what} was stored"
                assert "no purpose of the adopted policy names" in refusal
                assert "värde" not in refusal


def attempt(
    way: Callable[[type[models.Model], str, Any], None], model: type[models.Model], column: str, given: Any
) -> str | None:
    """Store it, see that it is there, undo it; or what the database said."""
    try:
        with transaction.atomic():
            way(model, column, given)
            assert model._default_manager.filter(**{column: given}).count() == 1
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    except (
        psycopg.IntegrityError
    ) as error:  # COPY: its context is the line itself, which only the logs must leave out
        return error.diag.message_primary
    return None


@pytest.mark.promise("M2", "M3", "M4", "M5")
@pytest.mark.parametrize(
    ("policy", "table"),
    [case for case in CASES if case[1] not in ("directory_company", "newsletter_contact")],
)
def test_the_verbs_refuse_first_and_name_the_field(db: object, policy: str, table: str) -> None:
    adopt(policy)
    held = HELD[policy][table] or WIDE
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    assert issubclass(model, bases.Contact)
    for column in ("name", "phone", "title", "address", "town"):
        given = Person(**{column: "värde"})
        if column in held:
            contact = people.find_or_add(model, given, origin=STAFF, now=NOW)
            assert getattr(contact, column) == "värde"
        else:
            with pytest.raises(Refused) as refused:
                people.find_or_add(model, given, origin=STAFF, now=NOW)
            assert (refused.value.code, refused.value.fields) == ("field_without_purpose", (column,))
            assert "värde" not in str(refused.value)


@pytest.mark.promise("M2", "M7")
def test_support_takes_of_a_company_what_support_may_hold_though_others_hold_more(db: object) -> None:
    adopt("munkeby")  # its CRM is silent, so the directory takes all
    with pytest.raises(Refused) as refused:
        support.open_case(
            BO, firm=Firm(name="Kundbolaget AB", organisation_number="556000-0001"),
            subject="Hej", origin=ORIGIN, actor="form", now=NOW,
        )  # fmt: skip
    assert refused.value.fields == ("company.organisation_number",)
    number = Firm(name="Kundbolaget AB", organisation_number="556000-0001")
    company = directory.add_company(number, contacts="crm_contact", origin=STAFF, actor=ALVA, now=NOW)
    assert company.organisation_number == "5560000001"


@pytest.mark.promise("M3")
def test_an_invoice_copies_only_what_finance_may_hold(db: object) -> None:
    adopt("munkeby")
    number = Firm(name="Kundbolaget AB", organisation_number="556000-0001", address="Gatan 1\n211 11 Malmö")
    directory.add_company(number, contacts="crm_contact", origin=STAFF, actor=ALVA, now=NOW)
    invoice = finance.issue_invoice(
        FIRM, person=BO, lines=[finance.NewLine(text="Underhåll", unit_price=Decimal(100))],
        issued_on=date(2026, 2, 14), due_on=date(2026, 3, 14), origin=STAFF, actor=ALVA, now=NOW,
    )  # fmt: skip
    assert (invoice.buyer_address, invoice.buyer_organisation_number) == ("Gatan 1\n211 11 Malmö", None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO finance_invoice (number, buyer_organisation_number, issued_on, due_on, year_ends_on, currency,"
            " net, vat, total, booked_at) SELECT 7, '5560000001', issued_on, due_on, year_ends_on,"
            " 'SEK', 0, 0, 0, now() FROM finance_invoice"
        )


@pytest.mark.promise("M5")
def test_a_value_from_before_stays_until_it_is_blanked_and_does_not_block(db: object) -> None:
    contact = Contact.objects.create(name="Bo", title="VD", email="bo@kund.example")
    adopt("munkeby")
    Contact.objects.filter(pk=contact.pk).update(phone="040-1234567")
    Contact.objects.filter(pk=contact.pk).update(title="VD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(title="Vice VD")
    Contact.objects.filter(pk=contact.pk).update(title=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(title="VD")


def test_without_a_policy_nothing_is_refused(db: object) -> None:
    assert rows("SELECT count(*) FROM directory_allowed_field") == [(0,)]
    Contact.objects.create(name="Bo", title="VD", email="bo@kund.example", address="Gatan 1", town="Malmö")


def test_set_allowed_by_hand(db: object) -> None:
    fields.set_allowed({"support_contact": {"name"}})
    assert fields.refused("support_contact") == WIDE - {"name"}
    assert not fields.refused("crm_contact")
    fields.set_allowed({})
    assert not fields.refused("support_contact")


OFF = {
    "munkeby": {"support.suggestion", "licensing.licence", "crm.partner"},
    "swinx": {"support.account"},
}


@pytest.mark.promise("S1")
@pytest.mark.parametrize("policy", sorted(OFF))
def test_a_register_that_no_system_names_takes_nothing(db: object, policy: str) -> None:
    adopt(policy)
    inserts = {
        "support.account": "support_account (handle, created_at) VALUES (gen_random_uuid(), now())",
        "support.suggestion": "support_suggestion (text, status, given_at) VALUES ('x', 'new', now())",
        "support.case": "support_case (number, status, priority, source, opened_at)"
        " VALUES (1, 'open', 'normal', 'support', now())",
        "licensing.licence": "licensing_licence (number, product, users, companies, add_ons, granted_at)"
        " VALUES ('1', 'x', 1, 1, '[]', now())",
        **{
            f"crm.{role}": "crm_relation (role, source, added_at, became_customer_at, company_dialogue, sales_open)"
            f" VALUES ('{role}', 'x', now(), now(), false, 0)"
            for role in ("customer", "prospect", "partner")
        },
    }
    for kind, insert in inserts.items():
        if kind in OFF[policy]:
            with (
                pytest.raises(IntegrityError, match=f"holds {kind}"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"INSERT INTO {insert}")
            with pytest.raises(Refused) as refused:
                fields.refuse_kind(kind)
            assert refused.value.code == "kind_without_system"
        else:
            fields.refuse_kind(kind)
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {insert}")
