"""What comes to sales by a public form: an order, or a request for a demonstration (S4, S6).

An order makes its sender a customer, with the history they had as a prospect; who asks for a demonstration is a
prospect, unless they are a customer already. Both are a case with its number, and a sale that is going on.
"""

from __future__ import annotations

from datetime import datetime

from gallra.registers import people
from gallra.registers.crm import actions
from gallra.registers.crm.models import Case, Contact, Relation, Role
from gallra.registers.crm.sales import open_sale
from gallra.registers.directory import actions as directory
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.verbs import needed, verb

ORDER, DEMO = "order", "demo request"


@verb
def ask(
    person: Person | None,
    *,
    firm: Firm | None = None,
    kind: str,
    subject: str,
    description: str | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Case:
    """Take in an order or a request for a demonstration: relation, case and sale. kind: `ORDER` or `DEMO`. A review
    that decided to erase the relation, and was not carried out yet, no longer holds: they have come back.

    Refused("missing") where neither a person nor a company is given, ("kind_without_system", "field_without_purpose",
    "not_an_address", "restricted").
    """
    if kind not in (ORDER, DEMO):
        raise ValueError(kind)
    needed(subject=subject)
    relation = _relation(person, firm, ordered=kind == ORDER, origin=origin, actor=actor, now=now)
    Relation.objects.filter(pk=relation.pk, erase_decided_at__isnull=False).update(erase_decided_at=None)
    case = actions.open_case(
        relation.pk, kind=kind, subject=subject, description=description, actor=actor, now=now
    )
    open_sale(relation.pk, subject=subject, actor=actor, now=now)
    return case


def _relation(
    person: Person | None, firm: Firm | None, *, ordered: bool, origin: Origin, actor: str, now: datetime
) -> Relation:
    company = directory.find_or_add(firm or Firm(), contacts=actions.CONTACTS, origin=origin, now=now)
    contact = people.find_or_add(Contact, person or Person(), origin=origin, now=now, company=company)
    if company is None and contact is None:
        raise Refused("missing", "person", "company")
    company_id = company.pk if company else contact.company_id if contact else None
    same = {"contact": contact, "company_id": company_id}  # None is IS NULL
    known = {relation.role: relation for relation in Relation.objects.filter(**same)}
    if Role.CUSTOMER in known:
        return known[Role.CUSTOMER]
    if not ordered:
        return known.get(Role.PROSPECT) or actions.add_prospect(
            person, firm=firm, origin=origin, actor=actor, now=now
        )
    if Role.PROSPECT in known:
        return actions.become_customer(known[Role.PROSPECT].pk, actor=actor, now=now)
    return actions.add_customer(person, firm=firm, origin=origin, actor=actor, now=now)
