"""One person in the database of a million cases: the answer to them and their erasure, by us and by hand.

Each person has 56 rows over all registers; agreements and invoices are older than any statute, so that all may go. The
three that erase do the same: whatever hangs on the person, their contacts, the company nobody else is at, and a line in
the ledger.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from bench.common import NIGHT, VERSION, Bench, cases
from bench.measure import Result, by_turns, median, said, timed
from bench.people import companies_left, make_people, rows_of

PEOPLE = 20
"""People in a round, for each who measures; what is said is the time of one."""


def extract(bench: Bench) -> Result:
    """The whole answer as data, with the day each record goes, against the SELECTs one would write."""
    with bench.stage.copy(cases(bench)):
        addresses = make_people(PEOPLE)
        rows = {len(by_hand_select(addresses[0])), rows_of(addresses[0])}
        contestants = {
            "ours": lambda: _each(addresses, ours_extract),
            "by hand": lambda: _each(addresses, by_hand_select),
        }
        _each(addresses, ours_extract)
        found = by_turns(bench.runs, contestants, bench.told)
    if len(rows) != 1:
        raise RuntimeError(f"the two did not read the same: {rows}")
    return _result("extract", f"one person's extract, {rows.pop()} rows over all registers", "hand-written SELECTs",
                   found, "by hand", 1.5, bench)  # fmt: skip


def erase(bench: Bench) -> Result:
    """Against the statements one would write."""
    return _erase(bench, "erase", "hand-written statements, receipt included", "by hand", by_hand_delete, 1.5)


def erase_by_collector(bench: Bench) -> Result:
    """Against Django's own way: the objects are fetched and deleted."""
    return _erase(bench, "erase-django", "Django's collector", "Django", django_delete, 1.0)


def _erase(bench: Bench, case: str, peer: str, name: str, other: Callable[[str], Any], aim: float) -> Result:
    with bench.stage.copy(cases(bench)):
        addresses = make_people((bench.runs + 1) * PEOPLE * 2)
        mine, theirs = iter(addresses[::2]), iter(addresses[1::2])

        def some(which: Any) -> list[str]:
            return list(itertools.islice(which, PEOPLE))

        _each(some(mine), ours_erase)
        _each(some(theirs), other)
        contestants = {
            "ours": lambda: _each(some(mine), ours_erase),
            name: lambda: _each(some(theirs), other),
        }
        found = by_turns(bench.runs, contestants, bench.told)
        left = [address for address in addresses if rows_of(address)]
        if left or companies_left():
            raise RuntimeError(f"{len(left)} people or {companies_left()} companies are left")
    return _result(case, "one person's erasure, the same, receipt included", peer, found, name, aim, bench)


def _result(
    case: str, title: str, peer: str, found: dict[str, list[float]], other: str, aim: float, bench: Bench
) -> Result:
    mine, theirs = median(found["ours"]), median(found[other])
    figures = {"ours": said(mine), other: said(theirs)}
    return Result(case, title, peer, figures, mine / theirs, aim, bench.runs)


def _each(addresses: list[str], act: Callable[[str], Any]) -> float:
    """Seconds for one person."""
    return timed(lambda: [act(address) for address in addresses]) / len(addresses)


# --- ours -----------------------------------------------------------------------------------------------------------


def ours_extract(address: str) -> Any:
    from gallra.running import extracts

    return extracts.answer(address, now=NIGHT)


def ours_erase(address: str) -> Any:
    from gallra.running import erasures

    done = erasures.erase(address, now=NIGHT, by="command line")
    if done.left or not done.complete:
        raise RuntimeError("something is left")
    return done


# --- by hand --------------------------------------------------------------------------------------------------------

PARTS = {
    "support": ("support_case", "case_id",
                ("support_document", "support_concerned", "support_note", "support_message")),
    "crm": ("crm_relation", "relation_id",
            ("crm_document", "crm_review", "crm_sale", "crm_note", "crm_dialogue", "crm_case")),
    "newsletter": ("newsletter_subscription", "subscription_id", ("newsletter_evidence",)),
}  # fmt: skip
ALONE = ("support_document", "support_concerned", "support_note", "support_message", "crm_document", "crm_note",
         "crm_dialogue")  # fmt: skip
"""Parts that may be the person's in somebody else's record."""
CORRESPONDENCE = ("mail_outgoing", "mail_incoming", "portal_arrival")
"""What was written to the person and by them, which nobody here has: whoever answers has to look."""


def by_hand_select(address: str) -> list[Any]:
    """Every row of the person, one SELECT per table and way."""
    found: list[Any] = []
    with connection.cursor() as cursor:

        def rows(query: str, parameter: Any) -> list[Any]:
            cursor.execute(query, [parameter])
            listed: list[Any] = cursor.fetchall()
            found.extend(listed)
            return listed

        keys, companies = {}, set()
        for register in ("support", "crm", "finance", "newsletter"):
            contacts = rows(f"SELECT id, company_id, * FROM {register}_contact WHERE email = %s", address)
            keys[register] = [row[0] for row in contacts]
            companies |= {row[1] for row in contacts} - {None}
        rows("SELECT * FROM directory_company WHERE id = ANY(%s)", sorted(companies))
        rows("SELECT * FROM support_account WHERE contact_id = ANY(%s)", keys["support"])
        for register, (table, parent, parts) in PARTS.items():
            records = [
                row[0] for row in rows(f"SELECT * FROM {table} WHERE contact_id = ANY(%s)", keys[register])
            ]
            for part in parts:
                rows(f"SELECT * FROM {part} WHERE {parent} = ANY(%s)", records)
        for part in ALONE:
            table, parent, _ = PARTS[part.split("_")[0]]
            rows(
                f"SELECT p.* FROM {part} p JOIN {table} r ON r.id = p.{parent} WHERE p.contact_id = ANY(%s)"
                " AND r.contact_id IS DISTINCT FROM p.contact_id",
                keys[part.split("_")[0]],
            )
        rows("SELECT * FROM finance_agreement WHERE contact_id = ANY(%s)", keys["finance"])
        invoices = rows("SELECT * FROM finance_invoice WHERE contact_id = ANY(%s)", keys["finance"])
        rows("SELECT * FROM finance_invoice WHERE buyer_email = %s AND contact_id IS NULL", address)
        rows("SELECT * FROM finance_line WHERE invoice_id = ANY(%s)", [row[0] for row in invoices])
        for table in CORRESPONDENCE:
            rows(f"SELECT * FROM {table} WHERE address = %s", address)
        rows("SELECT * FROM site_user WHERE email = %s", address)
    return found


def by_hand_delete(address: str) -> None:
    """The statements that remove the same, in one transaction, with a receipt."""
    with transaction.atomic(), connection.cursor() as cursor:
        keys, companies = {}, set()
        for register in ("support", "crm", "finance", "newsletter"):
            cursor.execute(
                f"SELECT id, company_id FROM {register}_contact WHERE email = %s FOR UPDATE", [address]
            )
            contacts = cursor.fetchall()
            keys[register] = [row[0] for row in contacts]
            companies |= {row[1] for row in contacts} - {None}
        for register, (table, parent, parts) in PARTS.items():
            cursor.execute(f"SELECT id FROM {table} WHERE contact_id = ANY(%s) FOR UPDATE", [keys[register]])
            records = [row[0] for row in cursor.fetchall()]
            for part in parts:
                cursor.execute(f"DELETE FROM {part} WHERE {parent} = ANY(%s)", [records])
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [records])
        for part in ALONE:
            emptied = "body = NULL, subject = NULL, author = NULL, mail_id = NULL, answers = NULL"
            emptied = emptied if part == "support_message" else "contact_id = NULL"
            cursor.execute(
                f"UPDATE {part} SET {emptied} WHERE contact_id = ANY(%s)", [keys[part.split("_")[0]]]
            )
        cursor.execute("DELETE FROM support_account WHERE contact_id = ANY(%s)", [keys["support"]])
        cursor.execute(
            "SELECT id FROM finance_invoice WHERE contact_id = ANY(%s) AND year_ends_on < '2019-01-01' FOR UPDATE",
            [keys["finance"]],
        )
        invoices = [row[0] for row in cursor.fetchall()]
        cursor.execute("DELETE FROM finance_line WHERE invoice_id = ANY(%s)", [invoices])
        cursor.execute("DELETE FROM finance_invoice WHERE id = ANY(%s)", [invoices])
        cursor.execute(
            "DELETE FROM finance_agreement WHERE contact_id = ANY(%s) AND year_ends_on < '2019-01-01'",
            [keys["finance"]],
        )
        for register, listed in keys.items():
            cursor.execute(f"DELETE FROM {register}_contact WHERE id = ANY(%s)", [listed])
        _delete_companies(cursor, sorted(companies))
        for table in CORRESPONDENCE:
            cursor.execute(f"DELETE FROM {table} WHERE address = %s", [address])
        cursor.execute("DELETE FROM site_user WHERE email = %s AND role = ''", [address])
        _receipt(address)


def _delete_companies(cursor: Any, keys: list[int]) -> None:
    from gallra.registers.directory.kinds import COMPANIES

    nobody = " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} WHERE {column} = c.id)" for table, column in COMPANIES.references
    )
    cursor.execute(f"DELETE FROM directory_company c WHERE id = ANY(%s) AND {nobody}", [keys])


def _receipt(address: str) -> None:
    from gallra.ledger.append import append
    from gallra.ledger.commitments import commit, new_salt

    body = {"person": commit(address, salt=new_salt()), "erased": {"support.case": 3}, "complete": True}
    append(action="erasure.receipt", body=body, now=NIGHT, policy=VERSION)


# --- Django ---------------------------------------------------------------------------------------------------------


def django_delete(address: str) -> None:
    """Objects fetched and deleted by Django, each model after those that refer to it."""
    from gallra.mail import models as mail
    from gallra.portal import models as portal
    from gallra.registers.crm import models as crm
    from gallra.registers.directory.models import Company
    from gallra.registers.finance import models as finance
    from gallra.registers.newsletter import models as newsletter
    from gallra.registers.support import models as support

    with transaction.atomic():
        companies: set[int] = set()
        for model in (support.Contact, crm.Contact, finance.Contact, newsletter.Contact):
            companies |= set(
                model._default_manager.filter(email=address).values_list("company_id", flat=True)
            )
        mine = {"contact__email": address}
        cases = support.Case.objects.filter(**mine)
        for part in (support.CaseDocument, support.Concerned, support.Note, support.Message):
            part._default_manager.filter(case__in=cases).delete()
        support.Case.objects.filter(**mine).delete()
        support.Account.objects.filter(**mine).delete()
        relations = crm.Relation.objects.filter(**mine)
        for of in (crm.RelationDocument, crm.Review, crm.Sale, crm.Note, crm.Dialogue, crm.Case):
            of._default_manager.filter(relation__in=relations).delete()
        crm.Relation.objects.filter(**mine).delete()
        finance.Line.objects.filter(invoice__contact__email=address).delete()
        finance.Invoice.objects.filter(**mine).delete()
        finance.Agreement.objects.filter(**mine).delete()
        newsletter.Evidence.objects.filter(subscription__contact__email=address).delete()
        newsletter.Subscription.objects.filter(**mine).delete()
        for written in (mail.Outgoing, mail.Incoming, portal.Arrival):
            written._default_manager.filter(address=address).delete()
        for model in (support.Contact, crm.Contact, finance.Contact, newsletter.Contact):
            model._default_manager.filter(email=address).delete()
        Company.objects.filter(pk__in=companies - {None}).delete()
        _receipt(address)
