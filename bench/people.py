"""People for the benchmarks: 56 rows each over all registers, at a company nobody else is at."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from bench.common import NIGHT

THEN = datetime(2015, 3, 1, tzinfo=UTC)
_marks = itertools.count(1)


def make_people(count: int, *, named: bool = False) -> list[str]:
    """People with 56 rows each, at a company of their own; their addresses. named: each has a name of their own, else
    all have the same."""
    marks = [next(_marks) for _ in range(count)]
    return [_person(f"person-{mark}@bench.example", f"Bo Ek{mark}" if named else "Bo Ek") for mark in marks]


def _person(address: str, name: str) -> str:
    mark = next(_marks) + 50_000_000
    company = _put("directory_company", name=f"Bolaget {mark} AB", sources="{}", agreements_open=0,
                   sole_trader=False, added_at=THEN)  # fmt: skip
    who = {"name": name, "email": address, "sources": "{}", "added_at": THEN}
    contact = {
        register: _put(f"{register}_contact", company_id=company, **who)
        for register in ("support", "crm", "finance")
    }
    contact["newsletter"] = _put("newsletter_contact", **who)
    _cases(mark, contact["support"], company)
    _sales(contact["crm"], company)
    _invoices(mark, contact["finance"], company, address)
    _mailings(mark, contact["newsletter"])
    return address


def _cases(mark: int, contact: int, company: int) -> None:
    for number in range(3):
        case = _put("support_case", number=mark * 10 + number, contact_id=contact, company_id=company, subject="Fel",
                    description="Det står fel", status="open", priority="normal", source="support",
                    opened_at=THEN)  # fmt: skip
        for _ in range(5):
            _put(
                "support_message", case_id=case, contact_id=contact, direction="in", body="Hej", sent_at=THEN
            )
        _put("support_note", case_id=case, contact_id=contact, channel="phone", text="Ringde", made_at=THEN)
    _put("support_account", contact_id=contact, handle=uuid4(), created_at=THEN)


def _sales(contact: int, company: int) -> None:
    relation = _put("crm_relation", role="prospect", contact_id=contact, company_id=company, source="order",
                    added_at=THEN, company_dialogue=True, sales_open=0)  # fmt: skip
    for _ in range(3):
        _put("crm_dialogue", relation_id=relation, contact_id=contact, channel="mail", direction="in", text="Hej",
             counts=True, held_at=THEN)  # fmt: skip
        _put(
            "crm_note", relation_id=relation, contact_id=contact, channel="note", text="Vill ha", made_at=THEN
        )
    _put("crm_review", relation_id=relation, decision="keep", reason="Aktiv", decided_at=THEN)


def _invoices(mark: int, contact: int, company: int, address: str) -> None:
    agreement = _put("finance_agreement", number=mark, company_id=company, contact_id=contact, starts_on="2014-01-01",
                     ended_on="2015-06-30", year_ends_on="2015-12-31", added_at=THEN)  # fmt: skip
    for number in range(4):
        invoice = _put("finance_invoice", number=mark * 10 + number, agreement_id=agreement, company_id=company,
                       contact_id=contact, buyer_name="Bolaget", buyer_email=address, issued_on="2015-02-01",
                       due_on="2015-03-01", year_ends_on="2015-12-31", currency="SEK", net=100, vat=25, total=125,
                       booked_at=THEN)  # fmt: skip
        for position in range(2):
            _put("finance_line", invoice_id=invoice, position=position, text="Licens", quantity=1, unit_price=50,
                 vat_rate=25, amount=50)  # fmt: skip


def _mailings(mark: int, contact: int) -> None:
    topic = _put("newsletter_topic", code=f"topic-{mark}", title_sv="Nytt", title_en="News", active=True)
    subscription = _put("newsletter_subscription", contact_id=contact, topic_id=topic, source="order", language="sv",
                        asked_at=THEN, bounces=0)  # fmt: skip
    for what in ("asked", "confirmed"):
        _put("newsletter_evidence", subscription_id=subscription, what=what, channel="form", happened_at=THEN)


def _put(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", list(values.values()))
        return int(cursor.fetchone()[0])


def rows_of(address: str) -> int:
    """Rows of the person, as our extract has them."""
    from gallra.running import extracts

    data = extracts.answer(address, now=NIGHT).data
    parts = sum(len(part["rows"]) for item in data["records"] for part in item["parts"])
    return len(data["contacts"]) + len(data["companies"]) + len(data["records"]) + parts


def companies_left() -> int:
    """Companies of people made here that are left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM directory_company WHERE name LIKE 'Bolaget %% AB' AND added_at = %s", [THEN]
        )
        return int(cursor.fetchone()[0])
