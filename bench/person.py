"""One person in the database of a million cases: the answer to them and their erasure, by us and by hand.

Each person has 56 rows over all registers; agreements and invoices are older than any statute, so that all may go. The
three that erase do the same: whatever hangs on the person, their contacts, the company nobody else is at, and a line in
the ledger.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from bench.common import NIGHT, VERSION, Bench, cases
from bench.measure import Result, by_turns, median, said, timed

PEOPLE = 20
"""People in a round, for each who measures; what is said is the time of one."""
THEN = datetime(2015, 3, 1, tzinfo=UTC)
_marks = itertools.count(1)


def extract(bench: Bench) -> Result:
    """The whole answer as data, with the day each record goes, against the SELECTs one would write."""
    with bench.stage.copy(cases(bench)):
        addresses = make_people(PEOPLE)
        rows = {len(by_hand_select(addresses[0])), _rows_of(addresses[0])}
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
        left = [address for address in addresses if _rows_of(address)]
        if left or _companies():
            raise RuntimeError(f"{len(left)} people or {_companies()} companies are left")
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


def by_hand_select(address: str) -> list[Any]:
    """Every row of the person, one SELECT per table and way."""
    found: list[Any] = []
    with connection.cursor() as cursor:

        def rows(query: str, parameter: Any) -> list[Any]:
            cursor.execute(query, [parameter])
            listed = cursor.fetchall()
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
        for part in (support.CaseDocument, support.Concerned, support.Note, support.Message):
            part._default_manager.filter(case__contact__email=address).delete()  # type: ignore[attr-defined]
        support.Case.objects.filter(**mine).delete()
        support.Account.objects.filter(**mine).delete()
        for part in (crm.RelationDocument, crm.Review, crm.Sale, crm.Note, crm.Dialogue, crm.Case):
            part._default_manager.filter(relation__contact__email=address).delete()  # type: ignore[attr-defined]
        crm.Relation.objects.filter(**mine).delete()
        finance.Line.objects.filter(invoice__contact__email=address).delete()
        finance.Invoice.objects.filter(**mine).delete()
        finance.Agreement.objects.filter(**mine).delete()
        newsletter.Evidence.objects.filter(subscription__contact__email=address).delete()
        newsletter.Subscription.objects.filter(**mine).delete()
        for model in (support.Contact, crm.Contact, finance.Contact, newsletter.Contact):
            model._default_manager.filter(email=address).delete()
        Company.objects.filter(pk__in=companies - {None}).delete()
        _receipt(address)


# --- people ---------------------------------------------------------------------------------------------------------


def make_people(count: int) -> list[str]:
    """People with 56 rows each, at a company of their own; their addresses."""
    return [_person(f"person-{next(_marks)}@bench.example") for _ in range(count)]


def _person(address: str) -> str:
    mark = next(_marks) + 50_000_000
    company = _put("directory_company", name=f"Bolaget {mark} AB", sources="{}", agreements_open=0,
                   sole_trader=False, added_at=THEN)  # fmt: skip
    contact = {
        register: _put(
            f"{register}_contact",
            name="Bo Ek",
            email=address,
            company_id=company,
            sources="{}",
            added_at=THEN,
        )
        for register in ("support", "crm", "finance")
    }
    contact["newsletter"] = _put(
        "newsletter_contact", name="Bo Ek", email=address, sources="{}", added_at=THEN
    )
    for number in range(3):
        case = _put("support_case", number=mark * 10 + number, contact_id=contact["support"], company_id=company,
                    subject="Fel", description="Det står fel", status="open", priority="normal", source="support",
                    opened_at=THEN)  # fmt: skip
        for _ in range(5):
            _put(
                "support_message",
                case_id=case,
                contact_id=contact["support"],
                direction="in",
                body="Hej",
                sent_at=THEN,
            )
        _put(
            "support_note",
            case_id=case,
            contact_id=contact["support"],
            channel="phone",
            text="Ringde",
            made_at=THEN,
        )
    _put("support_account", contact_id=contact["support"], handle=_uuid(), created_at=THEN)
    relation = _put("crm_relation", role="prospect", contact_id=contact["crm"], company_id=company, source="order",
                    added_at=THEN, company_dialogue=True, sales_open=0)  # fmt: skip
    for _ in range(3):
        _put("crm_dialogue", relation_id=relation, contact_id=contact["crm"], channel="mail", direction="in",
             text="Hej", counts=True, held_at=THEN)  # fmt: skip
        _put(
            "crm_note",
            relation_id=relation,
            contact_id=contact["crm"],
            channel="note",
            text="Vill ha",
            made_at=THEN,
        )
    _put("crm_review", relation_id=relation, decision="keep", reason="Aktiv", decided_at=THEN)
    agreement = _put("finance_agreement", number=mark, company_id=company, contact_id=contact["finance"],
                     starts_on="2014-01-01", ended_on="2015-06-30", year_ends_on="2015-12-31",
                     added_at=THEN)  # fmt: skip
    for number in range(4):
        invoice = _put("finance_invoice", number=mark * 10 + number, agreement_id=agreement, company_id=company,
                       contact_id=contact["finance"], buyer_name="Bolaget", buyer_email=address, issued_on="2015-02-01",
                       due_on="2015-03-01", year_ends_on="2015-12-31", currency="SEK", net=100, vat=25, total=125,
                       booked_at=THEN)  # fmt: skip
        for position in range(2):
            _put("finance_line", invoice_id=invoice, position=position, text="Licens", quantity=1, unit_price=50,
                 vat_rate=25, amount=50)  # fmt: skip
    topic = _put("newsletter_topic", code=f"topic-{mark}", title_sv="Nytt", title_en="News", active=True)
    subscription = _put("newsletter_subscription", contact_id=contact["newsletter"], topic_id=topic, source="order",
                        language="sv", asked_at=THEN, bounces=0)  # fmt: skip
    for what in ("asked", "confirmed"):
        _put("newsletter_evidence", subscription_id=subscription, what=what, channel="form", happened_at=THEN)
    return address


def _put(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", list(values.values()))
        return int(cursor.fetchone()[0])


def _uuid() -> Any:
    from uuid import uuid4

    return uuid4()


def _rows_of(address: str) -> int:
    """Rows of the person, as our extract has them."""
    from gallra.running import extracts

    data = extracts.answer(address, now=NIGHT).data
    parts = sum(len(part["rows"]) for item in data["records"] for part in item["parts"])
    return len(data["contacts"]) + len(data["companies"]) + len(data["records"]) + parts


def _companies() -> int:
    """Companies of people made here that are left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM directory_company WHERE name LIKE 'Bolaget %% AB' AND added_at = %s", [THEN]
        )
        return int(cursor.fetchone()[0])
